"""Letters that say to anyone how an amount came about."""
