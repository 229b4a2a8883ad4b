"""The target group at its boundaries: size, ties at the line by each rule, asylum seekers, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from oab_funding.errors import InputError
from oab_funding.exact import Rule
from oab_funding.scores import counted
from oab_funding.scores.child_source import source_of
from oab_funding.scores.counted import read_children
from oab_funding.scores.population import PUPIL, Population
from oab_funding.scores.target_group import TargetGroup, TieRule, target_group
from oracle.target_group import Child
from oracle_bridge import children_table

F = Fraction
POPULATION = Population("site_id", (PUPIL,))


def pupils(scores: Sequence[int | Fraction], asylum: int = 0) -> list[Child]:
    known = [Child(f"{i:03d}", F(score), site="00AA00") for i, score in enumerate(scores)]
    return [*known, *(Child(f"a{i}", None, True, "00AA00") for i in range(asylum))]


def group_of(
    children: Sequence[Child], tie_rule: TieRule = "share", size: Rule = "up", parts: int = 1
) -> TargetGroup:
    table = children_table(children)
    step = max(1, -(-table.num_rows // parts))
    tables = [table.slice(start, step) for start in range(0, table.num_rows, step)]
    return target_group(
        read_children(source_of(tables), POPULATION, with_ids=True), F(15, 100), size, tie_rule
    )


# T = 2 of ten; one at 520, then three at 525 for one place.
TIED = pupils([525, 520, 525, 525, *[530] * 6])


@pytest.mark.parametrize("parts", [1, 3, 10])
@pytest.mark.parametrize(
    ("rule", "size", "group_mean", "line", "below", "at_line", "weight", "chosen"),
    [
        ("share", F(2), F(1045, 2), 525, 1, 3, F(1, 3), None),
        ("include", F(4), F(2095, 4), 525, 1, 3, F(1), None),
        ("exclude", F(1), F(520), 520, 0, 1, F(1), None),
        ("order", F(2), F(1045, 2), 525, 1, 3, F(1), frozenset({"000"})),
    ],
)
def test_each_tie_rule(
    rule: TieRule,
    size: Fraction,
    group_mean: Fraction,
    line: int,
    below: int,
    at_line: int,
    weight: Fraction,
    chosen: frozenset[str] | None,
    parts: int,
) -> None:
    group = group_of(TIED, rule, parts=parts)
    assert (group.places, group.size, group.group_mean, group.line) == (2, size, group_mean, line)
    assert (group.below, group.at_line, group.weight, group.chosen) == (below, at_line, weight, chosen)
    assert group.mean == F(520 + 3 * 525 + 6 * 530, 10)


@pytest.mark.parametrize("rule", ["share", "include", "exclude", "order"])
def test_all_rules_agree_where_the_tied_fit_exactly(rule: TieRule) -> None:
    group = group_of(pupils([520, 520, *[530] * 8]), rule)  # T = 2 and two at the line
    assert (group.size, group.line, group.below, group.at_line, group.weight) == (2, 520, 0, 2, 1)
    assert group.chosen is None


@pytest.mark.parametrize("rule", ["share", "include", "exclude", "order"])
@pytest.mark.parametrize(("scores", "line"), [([519, 520, 521], 520), ([519, 521, 520], 520)])
def test_a_millionth_beside_the_line(rule: TieRule, scores: list[int], line: int) -> None:
    # T = 2: a child a millionth above the line is out, whatever the rule.
    close = [F(score * 10**6 - (score == 521) * 999_999, 10**6) for score in scores]
    group = group_of(pupils([*close, *[530] * 8]), rule)  # 11 children: T = 2
    assert (group.places, group.line, group.size) == (2, line, 2)


@pytest.mark.parametrize(
    ("children", "up", "half_up", "down"),
    [(20, 3, 3, 3), (21, 4, 3, 3), (22, 4, 3, 3), (23, 4, 3, 3), (24, 4, 4, 3), (10, 2, 2, 1), (27, 5, 4, 4)],
)
def test_the_size_is_rounded_by_its_rule(children: int, up: int, half_up: int, down: int) -> None:
    scores = pupils(range(500, 500 + children))
    places = [group_of(scores, size=rule).places for rule in ("up", "half_up", "down")]  # type: ignore[arg-type]
    assert places == [up, half_up, down]


def test_asylum_seekers_take_their_places_and_leave_g_alone() -> None:
    scores = [520, 522, 524, *[530] * 17]
    without = group_of(pupils([*scores[:2], *scores[3:]]))  # 19 children, T = 3
    assert (without.places, without.line) == (3, 530)
    one = group_of(pupils(scores[1:], asylum=1))  # 20 children, T = 3, two places left: 522 and 524
    assert (one.places, one.group_mean, one.line, one.size) == (3, 523, 524, 3)
    assert one.mean == F(522 + 524 + 17 * 530 + 523, 20)


def test_the_last_place_for_others() -> None:
    scores = [520, *[530] * 16]
    two = group_of(pupils([*scores, 530], asylum=2))  # 20 children, T = 3: T - 1 asylum seekers
    assert (two.places, two.asylum_seekers, two.group_mean) == (3, 2, 520)
    with pytest.raises(InputError, match="3 asylum seekers take all 3 places"):
        group_of(pupils(scores, asylum=3))


@pytest.mark.parametrize(
    ("children", "rule", "size", "message"),
    [
        ([], "share", "up", "no child counts"),
        (pupils([520] * 6), "share", "down", "of 6 children has no places"),
        (pupils([520] * 8), "exclude", "up", "all 8 children at the line are left out"),
        (pupils([], asylum=3), "share", "up", "3 asylum seekers take all 1 places"),
    ],
)
def test_refusals(children: list[Child], rule: TieRule, size: Rule, message: str) -> None:
    with pytest.raises(InputError, match=message):
        group_of(children, rule, size)


def test_order_goes_by_code_points() -> None:
    # By UTF-16 units the second would come before the first; by locale, é before Z.
    names = ["\uff5e", "\U0001f600", "é", "a", "Z", "9", "10"]
    tied = [Child(name, F(520), site="00AA00") for name in names]
    rest = [Child(f"~{i}", F(540), site="00AA00") for i in range(33)]  # 40 children, T = 6
    assert group_of([*tied, *rest], "order").chosen == frozenset(names) - {"\U0001f600"}


def test_ids_that_differ_only_in_a_trailing_nul_are_two_children() -> None:
    tied = [Child("a", F(520), site="00AA00"), Child("a\0", F(520), site="00AB00")]
    rest = [Child(f"~{i}", F(540), site="00AC00") for i in range(4)]  # T = 1
    table = children_table([*tied, *rest])
    children = read_children(source_of([table]), POPULATION, with_ids=True)
    group = target_group(children, F(15, 100), tie_rule="order")
    (batch,) = children.batches
    assert group.members(batch)[1].tolist() == [True, False, False, False, False, False]


def test_members_are_below_and_at_the_line() -> None:
    table = children_table(TIED)
    children = read_children(source_of([table]), POPULATION, with_ids=True)
    (batch,) = children.batches
    for rule, at_line in (("share", [0, 2, 3]), ("include", [0, 2, 3]), ("exclude", [1]), ("order", [0])):
        below, tied = target_group(children, F(15, 100), tie_rule=rule).members(batch)  # type: ignore[arg-type]
        assert below.nonzero()[0].tolist() == ([] if rule == "exclude" else [1])
        assert tied.nonzero()[0].tolist() == at_line


def test_order_needs_ids() -> None:
    table = children_table(TIED)
    with pytest.raises(ValueError, match="needs batches with ids"):
        target_group(read_children(source_of([table]), POPULATION), F(15, 100), tie_rule="order")


def test_a_population_read_again_for_every_pass_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = [group_of(TIED, rule, parts=4) for rule in ("share", "include", "exclude", "order")]  # type: ignore[arg-type]
    monkeypatch.setattr(counted, "MOST_KEPT", 3)
    assert kept == [group_of(TIED, rule, parts=4) for rule in ("share", "include", "exclude", "order")]  # type: ignore[arg-type]
