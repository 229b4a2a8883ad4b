"""Grants of schools and municipalities, from scores."""
