"""Sites that do not count."""

from __future__ import annotations

import pyarrow as pa
import pytest

from oab_funding.errors import InputError
from oab_funding.scores.exclusions import left_out_sites

TRAVELLING = "school for a travelling population"


@pytest.mark.parametrize(
    ("site", "reason"),
    [("27MK00", TRAVELLING), ("27MK13", TRAVELLING), ("27ML00", None), ("00AP00", None)],
)
def test_travelling_populations_by_code(site: str, reason: str | None) -> None:
    assert left_out_sites([site], None, ["27MK"]).get(site) == reason
    assert left_out_sites([site], None, []) == {}


def test_by_the_register() -> None:
    register = pa.table(
        {
            "site_id": ["01AA00", "02BB00", "03CC00", "04DD00", "05EE00"],
            "school_type": ["bo", "sbo", "Bo", None, "sbo"],
            "excluded": [True, False, None, False, True],
        }
    )
    sites = ["01AA00", "02BB00", "03CC00", "04DD00", "05EE00"]
    assert left_out_sites(sites, register, []) == {
        "01AA00": "excluded site",
        "02BB00": "school type sbo",
        "05EE00": "excluded site",
    }
    assert left_out_sites(["02BB00"], register.select(["site_id", "excluded"]), []) == {}
    assert left_out_sites(["01AA00"], register.select(["site_id", "school_type"]), []) == {}


def test_a_rule_of_the_law_goes_before_the_register() -> None:
    register = pa.table({"site_id": ["27MK00"], "excluded": [True]})
    assert left_out_sites(["27MK00"], register, ["27MK"]) == {"27MK00": TRAVELLING}


def test_a_site_that_the_register_does_not_know_is_refused() -> None:
    register = pa.table({"site_id": ["01AA00"], "excluded": [False]})
    assert left_out_sites(["01AA00"], register, []) == {}
    with pytest.raises(InputError, match="site 02BB00 has pupils, but is not in the table of sites; add it"):
        left_out_sites(["01AA00", "02BB00"], register, [])
    with pytest.raises(InputError, match=r"site 02BB00 has pupils \(and 1 more sites\), but"):
        left_out_sites(["01AA00", "02BB00", "03CC00"], register, [])


def test_a_site_that_the_law_leaves_out_need_not_be_in_the_register() -> None:
    register = pa.table({"site_id": ["01AA00"]})
    assert left_out_sites(["01AA00", "27MK00"], register, ["27MK"]) == {"27MK00": TRAVELLING}
