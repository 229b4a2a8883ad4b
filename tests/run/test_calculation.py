"""The calculation in memory: again with something changed, and by which law."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from bundles import write_inputs
from oab_funding.errors import InputError
from oab_funding.regulation import Statutes
from oab_funding.run import steps
from oab_funding.run.calculation import calculate
from oab_funding.run.calculation_file import check_calculation, read_calculation, text_of
from oab_funding.run.inputs import gather
from oab_funding.run.run import Run
from oab_funding.synthetic.files import shipped_country
from oab_funding.tables.source import SourceFile


@pytest.fixture
def run(tmp_path: Path) -> Run:
    text = write_inputs(tmp_path).read_bytes()
    calculation = read_calculation(text)
    return calculate(calculation, gather(calculation, tmp_path), text=text)


def test_what_a_run_holds_suffices_to_compute_it_again(run: Run) -> None:
    again = calculate(
        run.calculation, run.sources, run.statutes, text=run.text, specifications=run.specifications
    )
    assert again.records == run.records


def test_with_a_changed_law_only_what_follows_changes(run: Run) -> None:
    law = run.statutes.school_grant("2020-2021")
    before = run.figures(steps.GRANTS_OF_SCHOOLS)
    part = run.calculation.schools.model_copy(update={"gainers": Fraction(0)})
    changed = calculate(run.calculation.model_copy(update={"schools": part}), run.sources, run.statutes)
    after = changed.figures(steps.GRANTS_OF_SCHOOLS)
    assert law.period.transition is not None
    assert after["losers_share"] == before["losers_share"] == law.period.transition.losers_share
    assert (after["gainers_share"], before["gainers_share"]) == (0, Fraction(531, 2000))
    assert after["total_new"] == before["total_new"]
    assert after["total"] > before["total"]


def test_only_the_law_that_applied_is_kept(run: Run) -> None:
    assert run.statutes.contents.keys() < Statutes.shipped().contents.keys()
    assert all("wpo" in name or "po/" in name for name in run.statutes.contents)
    assert run.specifications.contents == {}


def test_the_journal_begins_with_the_calculation_as_written(run: Run) -> None:
    opening = run.records[0].parameters
    assert opening["sha256"] == SourceFile("calculation.toml", run.text).sha256
    unwritten = calculate(run.calculation, run.sources)
    assert unwritten.text == text_of(run.calculation)
    assert unwritten.tables["school_grants"].equals(run.table("school_grants"))


def test_steps_follow_the_law_in_order(run: Run) -> None:
    assert run.steps == (
        "register of sites",
        "published scores against the law",
        "mergers and independence",
        "derivation of scores",
        "scores of schools",
        "price per unit",
        "grants of schools",
        "parts of sites",
        "totals",
        "calendar years",
    )


def test_children_alone_give_scores_of_both() -> None:
    folder = shipped_country()
    names = ("pupils", "toddlers", "sites")
    children = {name: f"{name}.parquet" for name in names} | {"reference_date": "2019-10-01"}
    content = read_calculation((folder / "calculation.toml").read_bytes())
    assert content.children is not None
    children["reference_date"] = content.children.reference_date  # type: ignore[assignment]
    asked = check_calculation(
        {"format": 1, "title": "Scores", "children": children, "imputation": {"rounds": 2}}
    )
    run = calculate(asked, gather(asked, folder))
    assert run.steps == (
        "coefficients",
        "imputation",
        "education scores",
        "imputation per site",
        "scores of sites",
        "scores of municipalities",
    )
    assert sorted(run.specifications.contents)[0].startswith("cbs-2019")
    assert run.table().equals(run.table("site_scores"))


def test_scores_that_are_nowhere_are_refused(run: Run) -> None:
    with pytest.raises(InputError, match="there are no scores"):
        calculate(run.calculation, {})
