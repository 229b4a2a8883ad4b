"""Sites whose pupils count nowhere: other school types, excluded sites, travelling populations."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pyarrow as pa

from oab_funding.errors import InputError, Place
from oab_funding.tables.columns import texts

PRIMARY = "bo"
"""The school type that counts."""

TRAVELLING = "school for a travelling population"


def left_out_sites(
    site_ids: Collection[str], sites: pa.Table | None, excluded_schools: Sequence[str]
) -> dict[str, str]:
    """Say which sites do not count, and why.

    Parameters
    ----------
    site_ids
        The sites that have pupils.
    sites
        Register with `site_id` and where known `school_type` (only `bo` counts) and `excluded`.
    excluded_schools
        Codes of schools that the regulation leaves out, such as 27MK.

    Returns
    -------
    dict
        Reason by site.

    Raises
    ------
    InputError
        A site that the regulation does not leave out is not in the register: whether it counts is not known.

    Notes
    -----
    Left out everywhere, also from C, G and the 15%: special primary schools, and schools for
    travelling populations (WPO art. 185, later 193). [law, CBS]

    Examples
    --------
    >>> left_out_sites(["27MK00", "00AP00"], None, ["27MK"])
    {'27MK00': 'school for a travelling population'}
    """
    travelling = tuple(excluded_schools)
    found = {site: TRAVELLING for site in site_ids if site.startswith(travelling)}
    if sites is None:
        return found
    others = [site for site in site_ids if site not in found]
    register = _reasons(sites)
    if missing := [site for site in others if site not in register]:
        raise _not_in_register(missing)
    return found | {site: register[site] for site in others if register[site]}


def _not_in_register(missing: Sequence[str]) -> InputError:
    more = f" (and {len(missing) - 1} more sites)" if len(missing) > 1 else ""
    return InputError(
        f"site {missing[0]} has pupils{more}, but is not in the table of sites",
        Place("table sites", column="site_id"),
        "add it there",
    )


def _reasons(sites: pa.Table) -> dict[str, str]:
    """Give the reason of every site of the register, empty for one that counts."""
    rows = sites.num_rows
    types = texts(sites, "school_type") if "school_type" in sites.column_names else [""] * rows
    excluded = sites.column("excluded").to_pylist() if "excluded" in sites.column_names else [None] * rows
    return {
        site: "excluded site" if out else "" if kind.lower() in ("", PRIMARY) else f"school type {kind}"
        for site, kind, out in zip(texts(sites, "site_id"), types, excluded, strict=True)
    }
