"""Every step is declared once, and is given tables that are known."""

from __future__ import annotations

import inspect

import pytest

from oab_funding.run import steps
from oab_funding.run.steps import KEYS, SCHEMAS, Step

STEPS = {name: step for name, step in vars(steps).items() if isinstance(step, Step)}
_INPUTS = {
    *("published_scores", "later_scores", "earlier_scores", "register_first", "register_second"),
    *("site_changes", "sites_of_children", "what_if_scores"),
}
"""Names under which a calculation knows tables that no schema is named after."""


def test_each_has_its_own_name_but_the_two_ways_to_coefficients() -> None:
    names = [step.name for step in STEPS.values()]
    assert names.count("coefficients") == 2
    assert len(set(names)) == len(names) - 1


@pytest.mark.parametrize("name", STEPS)
def test_it_is_given_tables_that_are_known_and_as_many_as_it_takes(name: str) -> None:
    step = STEPS[name]
    given = [one for several in step.inputs for one in several.split("|")]
    assert set(given) <= SCHEMAS.keys() | _INPUTS
    assert set(given) <= KEYS.keys() | _INPUTS
    taken = list(inspect.signature(step.function).parameters.values())
    positional = [one for one in taken if one.kind is not inspect.Parameter.KEYWORD_ONLY]
    assert len(positional) >= len(step.inputs)
    assert str(step) == step.name
