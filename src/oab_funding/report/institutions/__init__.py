"""What there is to explain of each kind of institution, one module per kind."""
