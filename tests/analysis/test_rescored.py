"""Scores of mixtures of two runs against scoring a population that was put together by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import oab_funding as oab
from oab_funding.analysis.children import both_of
from oab_funding.analysis.rescored import MOST_ROUNDS, Rescored, can_be_rescored, model_of
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.imputation.imputed import NO_DONOR, Imputed
from oab_funding.indicator.score import score
from oab_funding.indicator.specification_file import load_specification
from oab_funding.synthetic import country

SPECIFICATION = load_specification("cbs-2019")
FEATURES = ("education_mother", "education_father", "stay")


def computed(pupils: pd.DataFrame, sites: Any, rounds: int = 4, seed: int = 1, **indicator: Any) -> oab.Run:
    calculation = oab.Calculation(
        title=f"seed {seed}",
        children={"reference_date": "2019-10-01", "pupils": pupils, "sites": sites, "scores_of": "sites"},
        indicator={"label": "made up", **indicator},
        imputation={"rounds": rounds, "seed": seed},
        schools={"period": "2020-2021", "price": "500" if seed == 1 else "520"},
    )
    return oab.run(calculation)


@pytest.fixture(scope="module")
def years() -> tuple[oab.Run, oab.Run]:
    made = country(2500, seed=5)
    pupils, sites = made.pupils.to_pandas(), made.sites.to_pandas()
    draw = np.random.default_rng(3)
    later = pupils.iloc[draw.permutation(len(pupils))[: int(len(pupils) * 0.93)]].copy()
    swapped = draw.random(len(later)) < 0.05
    later.loc[swapped, "education_mother"] = draw.choice([1, 4, 7], int(swapped.sum()))
    moved = draw.random(len(later)) < 0.05
    later.loc[moved, "site_id"] = draw.choice(sites.site_id[sites.school_type == "bo"], int(moved.sum()))
    earlier = pupils.iloc[60:]
    return computed(earlier, sites), computed(later, sites, rounds=6, seed=2)


def coded(run: oab.Run, pupils: pd.DataFrame) -> dict[str, dict[str, int]]:
    """The category of every child, by feature; -1 where it is not known."""
    found = code_children(pupils, run.sources["children.sites"].table, SPECIFICATION, "2019-10-01")
    ids = found.children.column("child_id").to_pylist()
    return {name: dict(zip(ids, codes.tolist(), strict=True)) for name, codes in found.codes.items()}


def drawn(run: oab.Run) -> dict[tuple[str, str], list[int]]:
    """What was imputed, by child and feature, a code per round."""
    found: dict[tuple[str, str], list[int]] = {}
    for table in ("imputed_education", "imputed_stay"):
        for row in sorted(run.table(table).to_pylist(), key=lambda row: (row["child_id"], row["round"])):
            for name in FEATURES:
                if name in row:
                    found.setdefault((row["child_id"], name), []).append(row[name] - 1)
    return found


def by_hand(runs: tuple[oab.Run, oab.Run], switched: frozenset[str]) -> dict[str, int]:
    """Put the children of a mixture together in plain Python, and score them as any population."""
    frames = [run.sources["children.pupils"].table.to_pandas().set_index("child_id") for run in runs]
    own, other = frames
    categories = [coded(run, frame.reset_index()) for run, frame in zip(runs, frames, strict=True)]
    imputed = [drawn(run) for run in runs]
    donors = [
        {row["child_id"]: row["donor_id"] for row in run.table("imputed_donors").to_pylist()} for run in runs
    ]
    rows: list[dict[str, Any]] = []
    codes: dict[str, list[list[int]]] = {name: [] for name in FEATURES}
    taken: dict[str, str] = {}
    for child in sorted({*own.index, *other.index}):
        both = child in own.index and child in other.index
        if not both and ("left" in switched if child in own.index else "came" not in switched):
            continue
        side = int("features" in switched) if both else int(child in other.index)
        row = dict(frames[side].loc[child])
        if both:
            row["site_id"] = frames["moves" in switched].loc[child]["site_id"]
        rows.append({"child_id": child, **row})
        for name in FEATURES:
            unknown = both and all(one[name][child] == -1 for one in categories)
            run = int("imputation" in switched) if unknown else side
            value = categories[run][name][child]
            rounds = imputed[run].get((child, name), [-1]) if value == -1 else [value]
            codes[name].append(rounds * (12 // len(rounds)))
        in_both = both and all(child in mine for mine in donors)
        which = int("imputation" in switched) if in_both else side
        if child in donors[which]:
            taken[child] = donors[which][child]
    number = {row["child_id"]: at for at, row in enumerate(rows)}
    assert {*taken.values()} <= number.keys(), "a donor of this mixture is in the other run only"
    given = np.array(
        [number[taken[row["child_id"]]] if row["child_id"] in taken else NO_DONOR for row in rows]
    )
    arrays = {name: np.array(values, dtype=np.int8).T for name, values in codes.items()}
    model = model_of(runs["model" in switched])
    sites = runs[0].sources["children.sites"].table
    scored = score(pd.DataFrame(rows), None, sites, model, imputed=Imputed(arrays, given)).table.to_pandas()
    counted = scored[~scored.asylum_seeker]
    return {
        child: int(value * 10**6)
        for child, value in zip(counted.child_id, counted.education_score, strict=True)
    }


MIXTURES = [
    (),
    ("imputation",),
    ("features",),
    ("model",),
    ("moves", "imputation"),
    ("came", "features"),
    ("came", "features", "imputation", "model"),
    ("came", "left", "features", "moves", "imputation", "model"),
]


@pytest.mark.parametrize("keys", MIXTURES, ids=" ".join)
def test_a_mixture_is_scored_as_the_same_children_put_together(
    years: tuple[oab.Run, oab.Run], keys: tuple[str, ...]
) -> None:
    both = both_of(years, "site_id", ((), ()))
    found = Rescored(both, years).scores(frozenset(keys))
    units = dict(zip(both.ids.to_pylist(), found.tolist(), strict=True))
    plain = by_hand(years, frozenset(keys))
    assert len(plain) > 1500
    assert {child: units[child] for child in plain} == plain


def test_two_years_are_decomposed_by_all_causes(years: tuple[oab.Run, oab.Run]) -> None:
    found = oab.diff(*years, causes=["price"])
    names = found.to_frame().cause.unique().tolist()
    assert names == ["price", "model", "features + came + left + moves", "imputation"]
    assert (
        found.to_frame("institutions").query("level == 'nation'").second.item() == years[1].figures()["total"]
    )


def test_what_the_seed_decides_stands_beside_it(years: tuple[oab.Run, oab.Run]) -> None:
    found = oab.diff(*years, causes=["price"])
    each = found.to_frame("institutions").query("level == 'site'").set_index("institution")
    table = years[0].to_frame("site_imputation").set_index("site_id").draw_sd_child
    known = table[table.notna()]
    assert len(known) > 3
    for site, sd in known.items():
        assert abs(each.seed_sd_first[site] - sd * 500) <= Decimal("0.005")
    assert "another seed" in found.explain(known.index[0], lang="en")


def test_another_seed_is_imputation_and_nothing_else(years: tuple[oab.Run, oab.Run]) -> None:
    first = years[0]
    sites = first.sources["children.sites"].table
    pupils = first.sources["children.pupils"].table.to_pandas()
    again = computed(pupils, sites, seed=9)
    found = oab.diff(first, again).to_frame()
    assert found.cause.unique().tolist() == ["price", "imputation"]
    assert oab.diff(first, computed(pupils, sites)).equal


def test_the_correction_of_2019_is_the_model_and_nothing_else(years: tuple[oab.Run, oab.Run]) -> None:
    pupils, sites = (years[0].sources[f"children.{name}"].table for name in ("pupils", "sites"))
    before = computed(pupils.to_pandas(), sites, specification="cbs-2019-before-correction")
    found = oab.diff(before, years[0]).to_frame()
    assert "model" in found.cause.tolist()
    assert {*found.cause} <= {"model", "imputation"}


def test_rounds_without_a_small_common_number_are_refused(years: tuple[oab.Run, oab.Run]) -> None:
    pupils, sites = (years[0].sources[f"children.{name}"].table for name in ("pupils", "sites"))
    other = computed(pupils.to_pandas(), sites, rounds=17)
    assert MOST_ROUNDS < 4 * 17
    with pytest.raises(oab.InputError, match="17 rounds"):
        oab.diff(years[0], other)


def test_children_who_were_given_as_scores_cannot_be_scored_anew(years: tuple[oab.Run, oab.Run]) -> None:
    scored, sites = years[0].table("scored_children"), years[0].sources["children.sites"].table
    calculation = oab.Calculation(
        title="scored",
        children={
            "reference_date": "2019-10-01",
            "scored": scored,
            "sites": sites,
        },
        schools={"period": "2020-2021", "price": "500"},
    )
    given = oab.run(calculation)
    assert not can_be_rescored((years[0], given))
    assert oab.diff(years[0], given).equal
