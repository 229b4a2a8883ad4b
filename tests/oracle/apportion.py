"""Whole cents that add up: the method of the largest remainder."""

from collections.abc import Mapping
from fractions import Fraction

from .refusal import RefusedError
from .rounding import floor


def largest_remainder(exact: Mapping[str, Fraction], total: Fraction) -> dict[str, Fraction]:
    """Give everyone the whole cents of the exact amount; hand the cents left over to the largest remainders.

    `exact` holds euros by code and `total` the euros to hand out, in whole cents. Of two equal remainders the
    lower code (code-point order) comes first. Only rounding may lie between the sum and the total.
    """
    hundred_total = total * 100
    if hundred_total.denominator != 1:
        raise RefusedError("not in whole cents", total=total)
    full = {code: floor(amount * 100) for code, amount in exact.items()}
    left = int(hundred_total) - sum(full.values())
    queue = sorted(exact, key=lambda code: (-(exact[code] * 100 - full[code]), code))
    if not 0 <= left <= len(queue):
        raise ValueError(f"{left} cents left over for {len(queue)}: more than rounding")
    lucky = set(queue[:left])
    return {code: Fraction(full[code] + (code in lucky), 100) for code in exact}
