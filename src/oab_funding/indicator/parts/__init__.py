"""Fit, impute and score children in parts: more of them than fit into memory, or on several machines.

Nearly all that one child's score needs of the others are sums of whole numbers, and sums of parts add up:
statistics of the fit, parents known per school, children per cell of the model of education, mothers per
school and round. The parts are gone through once for each of these, and coded anew each time. What remains
are the donors, of whom every part hands over key and score; those of one municipality are put in order at a
time.

Scores are the same bits as of the children as a whole, in whatever parts they come, since draws belong to a
child.
"""
