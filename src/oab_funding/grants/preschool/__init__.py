"""What a municipal grant must buy of preschool education: the law of a year, the terms, the sum."""
