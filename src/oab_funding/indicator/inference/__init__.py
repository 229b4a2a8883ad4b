"""How certain the coefficients are: standard errors, tests, influence of schools, and the annual monitor."""
