"""Exponential, logarithm and normal quantile out of operations that every machine rounds alike.

IEEE 754 fixes the result of ``+ - * /``, the square root and scaling by a power of two, but not that of
``exp`` and ``log``: numpy's differ in the last bit between processors. These three use nothing but the fixed
operations, one array operation at a time, so that what rests on them has the same bits everywhere.
"""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# ln 2 as a part with zeros in its low bits, so that k * _LN2_HIGH is exact for |k| < 2**11, and the rest.
_LN2_HIGH = float.fromhex("0x1.62e42fefa3800p-1")
_LN2_LOW = float.fromhex("0x1.ef35793c76730p-45")
_INVERSE_LN2 = float.fromhex("0x1.71547652b82fep+0")
_EXP_LIMIT = 700.0  # beyond it the result nears the ends of the double range; log-odds never come near
_EXP_TERMS = tuple(1.0 / factorial(n) for n in range(13, -1, -1))  # |r| <= 0.35: the next term is below 1e-17
_LOG_TERMS = tuple(1.0 / (2 * n + 1) for n in range(11, -1, -1))  # s * s <= 0.0295: the next is below 1e-18
_HALF_ROOT = 0.7071067811865476


def exp(x: Floats) -> Floats:
    """Exponential, with a relative error below 1e-15; arguments are held within -700 and 700.

    Examples
    --------
    >>> exp(np.array([0.0, 1.0])).tolist()
    [1.0, 2.7182818284590455]
    """
    x = np.clip(x, -_EXP_LIMIT, _EXP_LIMIT)
    power = np.rint(x * _INVERSE_LN2)
    rest = (x - power * _LN2_HIGH) - power * _LN2_LOW
    return np.ldexp(_polynomial(rest, _EXP_TERMS), power.astype(np.int32))


def log(x: Floats) -> Floats:
    """Natural logarithm of positive numbers, with a relative error below 1e-15.

    Examples
    --------
    >>> log(np.array([1.0, 2.0])).tolist()
    [0.0, 0.6931471805599453]
    """
    fraction, power = np.frexp(x)
    small = fraction < _HALF_ROOT
    fraction = np.where(small, fraction * 2.0, fraction)
    power = np.where(small, power - 1, power).astype(np.float64)
    s = (fraction - 1.0) / (fraction + 1.0)
    return power * _LN2_HIGH + (2.0 * s * _polynomial(s * s, _LOG_TERMS) + power * _LN2_LOW)


def normal_quantile(p: Floats) -> Floats:
    """Quantile of the standard normal distribution for ``0 < p < 1``.

    Sources
    -------
    M. J. Wichura (1988), Algorithm AS 241, Applied Statistics 37(3), 477-484 (PPND16).

    Examples
    --------
    >>> normal_quantile(np.array([0.5, 0.975])).round(12).tolist()
    [0.0, 1.95996398454]
    """
    q = p - 0.5
    tail = np.sqrt(-log(np.minimum(p, 1.0 - p)))
    central = 0.180625 - q * q
    middle = q * _ratio(np.where(np.abs(q) <= 0.425, central, 0.0), _MIDDLE)
    near = _ratio(np.minimum(tail, 5.0) - 1.6, _NEAR)
    far = _ratio(np.maximum(tail, 5.0) - 5.0, _FAR)
    outer = np.copysign(np.where(tail <= 5.0, near, far), q)
    return np.where(np.abs(q) <= 0.425, middle, outer)


def _polynomial(x: Floats, terms: tuple[float, ...]) -> Floats:
    """Horner's scheme, highest power first, each step rounded on its own."""
    total = np.full_like(x, terms[0])
    for term in terms[1:]:
        total *= x
        total += term
    return total


def _ratio(x: Floats, terms: tuple[tuple[float, ...], tuple[float, ...]]) -> Floats:
    return _polynomial(x, terms[0]) / _polynomial(x, terms[1])


_MIDDLE = (
    (
        2.5090809287301226727e3,
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3,
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ),
)
_NEAR = (
    (
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ),
)
_FAR = (
    (
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e0,
        5.46378491116411436990e0,
        6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ),
)
