"""What a table gives away about single children or institutions, and what to leave out of it."""
