"""Student's t and Snedecor's F, by scipy."""

from __future__ import annotations

import numpy as np

from oab_funding.indicator.inference.design import Floats


def t_p_values(statistics: Floats, df: float) -> Floats:
    """Two-sided p values.

    Examples
    --------
    >>> t_p_values(np.array([0.0, 2.0]), df=10).round(4).tolist()
    [1.0, 0.0734]
    """
    from scipy.special import stdtr

    values: Floats = 2.0 * stdtr(df, -np.abs(statistics))
    return values


def t_quantile(probability: float, df: float) -> float:
    """Give a quantile of Student's t.

    Examples
    --------
    >>> round(t_quantile(0.975, 10), 4)
    2.2281
    """
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))


def f_p_value(statistic: float, df_num: float, df_denom: float) -> float:
    """Upper tail of F.

    Examples
    --------
    >>> round(f_p_value(4.0, 1, 10), 4)
    0.0734
    """
    from scipy.special import fdtrc

    return float(fdtrc(df_num, df_denom, statistic))
