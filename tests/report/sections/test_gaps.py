from dataclasses import replace

from oab_funding.report.bundle import RunInMemory
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.phrases import read_phrases
from oab_funding.report.sections.gaps import gaps_section
from report.runs import small_run, with_children, with_transition


def taken(run: RunInMemory) -> dict[str, str]:
    """What the run took, by the first words of the question."""
    section = gaps_section(Telling(run, read_phrases("en")))
    assert section is not None
    grid = section.blocks[0]
    return {row[0].split("?")[0][:24]: row[3] for row in grid.rows}  # type: ignore[union-attr]


def test_before_a_transition_its_gaps_do_not_arise() -> None:
    found = taken(small_run())
    assert found["Which share c applies to"] == "does not arise"
    assert found["What if a school with a "] == "does not arise"
    assert found["By which percentage is t"] == "does not arise"
    assert found["How is price x score rou"] == "half up"


def test_in_published_scores_some_are_settled() -> None:
    assert taken(small_run())["Which of the children wi"] == "settled in the published scores"


def test_in_a_transition_the_choices_are_those_of_the_run() -> None:
    found = taken(with_transition())
    assert found["Which share c applies to"] == "26.55%"
    assert found["What if a school with a "] == "exempt"
    assert found["By which percentage is t"] == "0%"
    assert taken(with_transition(solved=True))["Which share c applies to"] == "solve: 26.55%"


def test_with_children_the_choices_are_those_of_the_run() -> None:
    found = taken(with_children())
    assert found["Which of the children wi"] == "include"
    assert found["15% of the number of chi"] == "half up"
    assert found["Do asylum-seeking pupils"] == "yes"


def test_the_rounding_is_the_one_of_the_run() -> None:
    record = next(record for record in small_run().records if record.name == "grants of schools")
    changed = replace(record, parameters={**record.parameters, "rounding": "half_even"})
    assert taken(small_run(records={record.name: changed}))["How is price x score rou"] == "half even"
