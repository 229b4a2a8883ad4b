"""A page to look things up: one institution, another price or threshold, and what that changes."""
