"""Explanations, pictures and the report of a run, made from what the run has recorded."""
