"""The law once more, in plain fractions: what the library's figures are checked against."""
