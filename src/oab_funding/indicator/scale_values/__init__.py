"""Optimal scaling: the classes of education as numbers that the data choose, instead of dummies."""
