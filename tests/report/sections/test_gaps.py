from dataclasses import replace

from oab_funding.indicator.imputation.education import GAPS
from oab_funding.indicator.model import supplied_model
from oab_funding.report.document import Grid
from oab_funding.report.institutions.telling import Telling
from oab_funding.report.phrases import read_phrases
from oab_funding.report.sections.gaps import gaps_section
from oab_funding.run.run import Run
from report.indicator_runs import with_indicator
from report.municipal_runs import before_transition, both_streams, municipal_run, priced_run
from report.runs import small_run, with_children, with_transition


def taken(run: Run, of: str = "") -> dict[str, str]:
    """What the run took, by the first words of the question, in the grids whose caption begins so."""
    section = gaps_section(Telling(run, read_phrases("en")))
    assert section is not None
    grids = [block for block in section.blocks if isinstance(block, Grid) and block.caption.startswith(of)]
    return {row[0].split("?")[0][:24]: row[3] for grid in grids for row in grid.rows if len(row) > 3}


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


def test_municipal_scores_have_the_choices_of_their_own_stream() -> None:
    found = taken(municipal_run(), "Scores of municipalities, 1 October 2019")
    assert found["Which of the children wi"] == "order"
    assert found["15% of the number of chi"] == "up"
    assert found["Do asylum-seeking childr"] == "pupils"
    assert found["Is G the national mean, "] == "national"


def test_scores_that_came_as_a_table_have_it_settled() -> None:
    assert (
        taken(priced_run(), "Scores of mun")["Which of the children wi"] == "settled in the scores as given"
    )


def test_municipal_grants_have_the_choices_of_the_run() -> None:
    changed = {"eligibility": "formula", "price_rounding": "cents", "remainder": "half_up"}
    found = taken(municipal_run(rule=changed, transition={"ineligible": "nothing"}), "Grants of mun")
    assert found["Does a municipality with"] == "formula"
    assert found["Is the price J/K rounded"] == "cents"
    assert found["How are the amounts brou"] == "half up"
    assert found["Which share c applies to"] == "solve: 14.9599101216%"
    assert found["What does a municipality"] == "nothing"
    given = municipal_run(transition={"gainers": "1/20"})
    assert taken(given, "Grants of mun")["Which share c applies to"] == "5%"


def test_what_a_known_price_settles_does_not_arise() -> None:
    found = taken(priced_run(), "Grants of mun")
    assert found["Is the price J/K rounded"] == found["How are the amounts brou"] == "does not arise"
    assert taken(before_transition(), "Grants of mun")["Which share c applies to"] == "does not arise"


def test_every_regulation_that_applied_has_its_gaps() -> None:
    section = gaps_section(Telling(both_streams(), read_phrases("en")))
    assert section is not None
    assert [block.caption for block in section.blocks if isinstance(block, Grid)] == [
        "Scores of sites",
        "Grants of schools",
        "Scores of municipalities, 1 October 2019",
        "Grants of municipalities",
    ]


def test_the_specification_and_the_imputation_have_theirs() -> None:
    section = gaps_section(Telling(with_indicator(), read_phrases("en")))
    assert section is not None
    features, imputation = (block for block in section.blocks[2:4] if isinstance(block, Grid))
    assert features.caption == "Features of the indicator (cbs-2019)"
    assert taken(with_indicator(), "Features")["How do the origins of tw"] == "mother first"
    assert imputation.rows == tuple((gap,) for gap in GAPS)


def test_a_specification_that_is_not_the_recorded_one_is_not_shown() -> None:
    assert taken(with_indicator(specification_sha256="0" * 64), "Features") == {}
    assert taken(with_indicator(specification="no such file.toml"), "Features") == {}


def test_a_supplied_model_brings_its_own_specification() -> None:
    model = supplied_model({"start": "530"}, "cbs-2019-before-correction", label="x", source="y", others="0")
    run = with_indicator(model=model.to_json())
    assert taken(run, "Features of the indicator (cbs-2019-before-correction)") != {}
