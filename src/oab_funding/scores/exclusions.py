"""Sites whose pupils count nowhere: other school types, excluded sites, travelling populations."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from oab_funding.tables.columns import texts

PRIMARY = "bo"
"""The school type that counts."""


def left_out_sites(
    site_ids: Iterable[str], sites: pa.Table | None, excluded_schools: Iterable[str]
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

    Notes
    -----
    Left out everywhere, also from C, G and the 15%: special primary schools, and schools for
    travelling populations (WPO art. 185, later 193). [law, CBS]

    Examples
    --------
    >>> left_out_sites(["27MK00", "00AP00"], None, ["27MK"])
    {'27MK00': 'school for a travelling population'}
    """
    register = {} if sites is None else _reasons(sites)
    travelling = tuple(excluded_schools)
    found = {}
    for site in site_ids:
        reason = (
            "school for a travelling population" if site.startswith(travelling) else register.get(site, "")
        )
        if reason:
            found[site] = reason
    return found


def _reasons(sites: pa.Table) -> dict[str, str]:
    rows = sites.num_rows
    types = texts(sites, "school_type") if "school_type" in sites.column_names else [""] * rows
    excluded = sites.column("excluded").to_pylist() if "excluded" in sites.column_names else [None] * rows
    return {
        site: "excluded site" if out else f"school type {kind}"
        for site, kind, out in zip(texts(sites, "site_id"), types, excluded, strict=True)
        if out or kind.lower() not in ("", PRIMARY)
    }
