"""Disadvantage scores of sites, schools and municipalities, from scored children or as published."""
