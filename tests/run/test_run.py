"""One run, whether it was just computed or opened from its bundle."""

from __future__ import annotations

from pathlib import Path

import pytest

import oab_funding as oab
from bundles import write_inputs
from oab_funding.errors import InputError
from oab_funding.run import steps
from oab_funding.run.figures import TEXT
from oab_funding.run.run import Run
from oab_funding.synthetic.files import shipped_country


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> oab.Run:
    folder = tmp_path_factory.mktemp("run")
    return oab.run(write_inputs(folder), folder / "RUN")


@pytest.fixture(scope="module")
def opened(computed: oab.Run) -> oab.Run:
    assert computed.path is not None
    return oab.open_run(computed.path)


def test_both_are_the_same(computed: oab.Run, opened: oab.Run) -> None:
    assert type(computed) is type(opened) is oab.Run
    assert isinstance(opened, Run)
    assert opened.calculation == computed.calculation
    assert opened.text == computed.text
    assert opened.records == computed.records
    assert opened.labels == computed.labels == ("made-up data",)
    assert (opened.root, opened.path) == (computed.root, computed.path)
    assert opened.statutes.contents == computed.statutes.contents
    assert opened.specifications.contents == computed.specifications.contents
    assert {role: file.data for role, file in opened.sources.items()} == {
        role: file.data for role, file in computed.sources.items()
    }
    assert sorted(opened.tables) == sorted(computed.tables)
    for name in computed.tables:
        assert opened.table(name).equals(computed.table(name)), name
        assert opened.with_terms(name).equals(computed.with_terms(name)), name
    for step in computed.steps:
        assert opened.figures(step) == computed.figures(step), step
        assert opened.parameters(step) == computed.parameters(step), step
    assert repr(opened) == repr(computed)
    assert opened.by("board").table.equals(computed.by("board").table)
    assert opened.explain("00AA") == computed.explain("00AA")


def test_steps_are_asked_by_declaration_or_name(computed: oab.Run) -> None:
    by_step = computed.figures(steps.GRANTS_OF_SCHOOLS)
    assert by_step == computed.figures("grants of schools")
    assert by_step["schools_above_zero"] == 12
    assert by_step.units["schools_above_zero"] == "schools"
    assert computed.figures()["total"] == by_step["total"]
    assert computed.figures("no such step") == computed.parameters("no such step") == {}
    assert computed.parameters(steps.GRANTS_OF_SCHOOLS)["rounding"] == "half_up"


def test_the_main_table_is_that_of_the_grants(computed: oab.Run) -> None:
    assert computed.table().equals(computed.table("school_grants"))
    assert len(computed.to_frame()) == len(computed.to_frame("school_grants")) == 12


def test_what_it_has_not_is_said(computed: oab.Run, opened: oab.Run) -> None:
    for run in (computed, opened):
        assert not run.has("municipal_grants")
        with pytest.raises(InputError, match=r"has no table municipal_grants; it has .*school_grants"):
            run.table("municipal_grants")
        with pytest.raises(InputError, match="cannot be added up by"):
            run.by("farm")  # type: ignore[arg-type]


def test_a_run_in_memory_has_no_manifest(computed: oab.Run, opened: oab.Run) -> None:
    assert opened.manifest.root == computed.root
    with pytest.raises(InputError, match="was not opened from a bundle"):
        _ = computed.manifest


def test_its_text_is_short(computed: oab.Run) -> None:
    assert repr(computed).startswith("<Run Twelve schools: ")
    assert len(repr(computed)) < 250
    assert "school_grants" in computed._repr_html_()


def test_every_figure_of_the_whole_calculation_has_its_unit() -> None:
    run = oab.run(shipped_country() / "calculation.toml")
    for step in run.steps:
        found = run.figures(step)
        numbers = [name for name, value in found.items() if not isinstance(value, str | None)]
        assert not [name for name in numbers if found.units[name] == TEXT], step
        looks = [name for name, value in found.items() if isinstance(value, str) and "/" in value]
        assert all(found.units[name] == TEXT for name in looks)


def test_a_run_can_be_saved_as_tables(computed: oab.Run, tmp_path: Path) -> None:
    computed.save(tmp_path / "grants.csv")
    first, row = (tmp_path / "grants.csv").read_text(encoding="utf-8").splitlines()[:2]
    assert first.startswith("school_id,")
    assert first.endswith("period,unit_price,transition")
    assert row.startswith("00AA,")
    assert "2020-2021" in row
