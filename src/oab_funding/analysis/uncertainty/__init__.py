"""How certain an allocation is: intervals for what each would have got, had everything been known.

A replicate is the allocation with one fresh draw of all that is not known, and of the coefficients. It is a
pure function of the state, a seed and its number: random words come raw from a counter-based generator, only
whole numbers below 2**53 are added, and children stand in the order of their keys. So any division of the
work gives the same bits.

Source: D. B. Rubin (1987), Multiple Imputation for Nonresponse in Surveys, on the posterior predictive
distribution; A. M. Zaslavsky and A. L. Schirm in National Research Council (2000), Small-Area Estimates of
School-Age Children in Poverty, on formula grants with thresholds.
"""
