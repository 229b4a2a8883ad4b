"""The register of sites that a run uses: one register, or two of which the first wins."""

from __future__ import annotations

import pyarrow as pa

from oab_funding.tables.register_tables import REGISTER_DIFFERENCES
from oab_funding.tables.site_registers import combine_registers
from oab_funding.tables.step_result import StepResult


def register_of_sites(first: pa.Table, second: pa.Table | None) -> StepResult:
    """Combine two registers and list where they differ.

    Parameters
    ----------
    first
        The register that wins.
    second
        A register that fills in the sites and fields that the first lacks, or None.

    Returns
    -------
    StepResult
        Tables `sites` and `register_differences`; figures: sites, differences.

    Examples
    --------
    >>> first = pa.table({"site_id": ["00AP00"], "school_id": ["00AP"]})
    >>> register_of_sites(first, None).figures["differences"]
    0
    """
    if second is None:
        sites, differences = first, REGISTER_DIFFERENCES.arrow().empty_table()
    else:
        sites, differences = combine_registers(first, second)
    figures = {"sites": sites.num_rows, "differences": differences.num_rows}
    return StepResult({"sites": sites, "register_differences": differences}, figures)
