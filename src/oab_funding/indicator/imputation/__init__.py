"""Missing data: draws, parents' education, length of stay, donors, pooling."""
