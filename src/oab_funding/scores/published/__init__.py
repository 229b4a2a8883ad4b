"""Scores as published: held against the law, merged, and brought to another division."""
