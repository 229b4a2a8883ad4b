import pytest

from oab_funding.errors import InputError
from oab_funding.report.bundle import figures, parameters
from report.runs import small_run


def test_a_table_that_is_not_there_is_named_with_those_that_are() -> None:
    run = small_run()
    assert run.has("schools")
    assert not run.has("municipal_grants")
    with pytest.raises(
        InputError, match="no table municipal_grants; it has merger_estimates, school_calendar"
    ):
        run.table("municipal_grants")


def test_figures_and_parameters_of_a_step_come_from_its_record() -> None:
    run = small_run()
    assert figures(run, "price per unit")["price"] == "559.50"
    assert parameters(run, "grants of schools")["rounding"] == "half_up"
    assert figures(run, "no such step") == parameters(run, "no such step") == {}
