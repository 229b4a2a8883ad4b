"""The sections of the report of a run, one module per subject."""
