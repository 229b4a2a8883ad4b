"""Boards and municipalities."""

import pytest

from oab_funding.errors import InputError
from oab_funding.report.explain import explain
from report.runs import bare_run, small_run, with_transition


@pytest.mark.parametrize("asked", [{"board": "41646"}, {"municipality": "GM0637"}])
def test_without_a_register_it_says_what_is_missing(asked: dict[str, str]) -> None:
    with pytest.raises(InputError, match="no register of sites"):
        explain(bare_run(), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ({"board": "4164"}, "near it: 41646"),
        ({"municipality": "zoetermeer"}, r"near it: GM0637 \(Zoetermeer\)"),
        ({"board": "unknown"}, "the run has 2 of that kind"),
        ({"municipality": "unknown"}, "the run has 3 of that kind"),
    ],
)
def test_unknown_ones_get_those_that_come_near(asked: dict[str, str], near: str) -> None:
    with pytest.raises(InputError, match=near):
        explain(small_run(), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [{"board": "41646"}, {"municipality": "GM0637"}])
def test_a_run_of_another_stream_says_so(asked: dict[str, str]) -> None:
    run = small_run(totals_board=None, totals_municipality=None)
    with pytest.raises(InputError, match="cannot be looked up: the run has no table totals_"):
        explain(run, **asked)  # type: ignore[arg-type]


def test_the_new_amount_stands_beside_only_where_it_differs() -> None:
    assert "new amount" not in explain(small_run(), board="41646", lang="en")
    assert "new amount" in explain(with_transition(), board="41646", lang="en")


def test_the_label_of_an_estimate_stands_where_one_is_counted() -> None:
    assert "estimate:" in explain(with_transition(), board="41646", lang="en")
    assert "estimate:" not in explain(with_transition(), board="42795", lang="en")
