"""Writing a made-up country with all that a calculation needs, and its scores in CBS's layout."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from oab_funding.exact import round_exact
from oab_funding.regulation import Statutes
from oab_funding.run.calculation import calculate
from oab_funding.run.calculation_file import read_calculation
from oab_funding.run.inputs import gather
from oab_funding.run.run import Run
from oab_funding.run.steps import SITES
from oab_funding.synthetic import Country, fill_folder
from oab_funding.tables.cbs_workbook_writer import write_cbs_workbook
from oab_funding.tables.output import write_csv
from oab_funding.tables.whole import output_directory

MARKER = "truth.json"
CALCULATION = "calculation.toml"
PREVIOUS_SCORES = "previous/municipality_scores.csv"
WORKBOOK = "achterstandsscores-verzonnen-2019.xlsx"
LABEL = "made-up data: no child, school or municipality in it exists"
FITTED = "fitted on synthetic data: the coefficients are not CBS's"

_PUBLISHED_PUPILS = 1_396_457
_DECLARED_BUDGET = 492_000_000

_CALCULATION = """\
# The whole calculation on a made-up country: indicator, scores, school grants and municipal grants.
# Carry it out with: oab-funding run calculation.toml --out RUN
format = 1
title = "School grants 2020-2021 and municipal grants 2021 of a made-up country"
label = "{label}"

[children]                       # everyone of whom a score is computed, on the later date
reference_date = 2019-10-01
pupils = "pupils.parquet"
toddlers = "toddlers.parquet"
sites = "sites.parquet"
average = "child"                # average the rounds of imputation per child, as is in force
tie_rule = "share"               # children who tie at the 15% line share the remaining places

[indicator]
specification = "cbs-2019"
label = "{fitted}"

[imputation]
rounds = 10
seed = 1
school = "level"                 # the other parents of the school help to impute education; "none" without

[schools]                        # price: the regulation's own, EUR 559.50
period = "2020-2021"
old_base = "old_base_schools.csv"
gainers = "solve"                # the gainers' share that keeps the total

[municipalities]                 # the scores of 1-10-2018 enter as a table
year = 2021
previous = "{previous}"
budget = "{budget}"
source = "{source}"
grants_2018 = "grants_2018.csv"
gainers = "solve"
"""

_PREVIOUS = """\
format = 1
title = "Scores of municipalities on 1-10-2018"
label = "{label}"

[children]
reference_date = 2018-10-01
scores_of = "municipalities"
pupils = "previous/pupils.parquet"
toddlers = "previous/toddlers.parquet"
sites = "previous/sites.parquet"

[indicator]
label = "{fitted}"
"""


def write_made_up_country(country: Country, directory: str | Path, overwrite: bool = False) -> None:
    """Write a made-up country with a calculation file that can be carried out at once.

    Besides the country's own files the folder gets `calculation.toml` and the scores of municipalities on
    the earlier date, computed by this library from that date's children.

    Parameters
    ----------
    country
        What to write.
    directory
        A folder that does not exist or is empty.
    overwrite
        Replace a folder that holds a made-up country.

    Raises
    ------
    InputError
        The folder holds something else, or cannot be written.
    """
    with output_directory(directory, overwrite, marker=MARKER) as folder:
        fill_folder(country, folder)
        previous = _calculate(_PREVIOUS.format(label=LABEL, fitted=FITTED), folder)
        write_csv(previous.table("municipality_scores"), folder / PREVIOUS_SCORES)
        (folder / CALCULATION).write_text(calculation_of(country.pupils.num_rows), encoding="utf-8")


def calculation_of(pupils: int) -> str:
    """Write the calculation file of a made-up country of a certain size.

    The municipal budget is a declared assumption: EUR 492 million for 1,396,457 pupils, scaled and rounded
    to euros.
    """
    budget = round_exact(Fraction(_DECLARED_BUDGET * pupils, _PUBLISHED_PUPILS), 0)
    source = f"declared assumption: EUR 492 million for {_PUBLISHED_PUPILS:,} pupils, scaled to {pupils:,}"
    return _CALCULATION.format(
        label=LABEL, fitted=FITTED, previous=PREVIOUS_SCORES, budget=f"{budget}.00", source=source
    )


def write_scores_workbook(run: Run, path: str | Path, overwrite: bool = False) -> None:
    """Write the site scores of a calculation in the layout in which CBS publishes them."""
    figures = run.figures(SITES)
    means: dict[str, Decimal] = {}
    for name in ("C", "G"):
        value = figures[name]
        assert isinstance(value, Fraction)  # the step gives exact means
        means[name.lower()] = round_exact(value, 2)
    day = Statutes.shipped().school_grant("2020-2021").period.reference_date
    write_cbs_workbook(
        run.table("site_scores"),
        path,
        reference_date=day,
        issued=None,
        label="verzonnen gegevens: geen enkele vestiging bestaat",
        overwrite=overwrite,
        **means,
    )


def _calculate(text: str, folder: Path) -> Run:
    calculation = read_calculation(text.encode("utf-8"))
    return calculate(calculation, gather(calculation, folder), text=text.encode())
