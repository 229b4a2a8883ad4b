"""Whether the figures of a year can be right, seen beside those of other dates."""
