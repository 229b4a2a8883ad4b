"""From the specification to the code, category by category.

Every row names its article or paper and its category, and was worked out by hand from the text. Nothing in it
is taken from the regulation or specification files, so that a slip in a file is seen as one in the code is.
"""
