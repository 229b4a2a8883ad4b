"""How fast the indicator is fitted and children are scored, as ratios in one process.

    python benchmarks/indicator_fit.py [pupils]

The same simulated pupils, who all have attainment, are fitted by this library, by DuckDB (one `group by` of
the categories and a small solve in numpy), by the formula interface of statsmodels and by pyfixest, from two
starting points:

- coded columns: for this library and DuckDB the codes of the categories, for the others a pandas frame of
  categoricals;
- a raw frame of text and dates, as it is read from a file.

The coefficients must agree within 1e-8; a library that is not installed is said and left out. DuckDB gets the
school mean as given; it checks nothing and adds as floats do.

`oab.fit` must take at most 0.35 seconds of processor from pandas and 0.15 from Arrow for 1.4 million pupils
of the made-up country, of whom two thirds enter the fit. A machine that is busy with other work takes longer.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from indicator_population import REFERENCE_DATE, population

import oab_funding as oab
from oab_funding.indicator.coding import CodedChildren, code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.fit import FittedIndicator, fit, fit_coded, fit_statistics
from oab_funding.indicator.scoring import category_units, look_ups
from oab_funding.indicator.specification import Specification
from oab_funding.indicator.specification_file import load_specification
from oab_funding.synthetic import country

FORMULA = "attainment ~ " + " + ".join(
    ["education_mother", "education_father", "origin", "stay", "debt_restructuring", "school_mean", "ability"]
)


class Seconds(NamedTuple):
    """Time on the clock, and of the processors: on a busy machine only the second means something."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:7.3f} s (processor {self.processor:7.3f} s)"

    def times(self, own: Seconds) -> str:
        """Say how many times as long as this library it took."""
        return f"{self.clock / own.clock:5.1f} x (processor {self.processor / own.processor:5.1f} x)"


def timed(action: Callable[[], object], times: int = 1) -> tuple[Seconds, object]:
    """Best of some runs, and the result."""
    runs, result = [], None
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        result = action()
        runs.append(Seconds(time.perf_counter() - clock, time.process_time() - processor))
    return min(runs), result


def pandas_columns(pupils: pd.DataFrame, sites: pd.DataFrame, specification: Specification) -> pd.DataFrame:
    """Code the raw frame as a pandas user would, without this library's coding."""
    groups = specification.feature("origin").groups
    cut = pd.DatetimeIndex([pd.Timestamp(REFERENCE_DATE) - pd.DateOffset(years=years) for years in (5, 10)])
    arrival = pupils["mother_arrival_date"]
    origin = pupils["origin_mother"].map(groups)
    place = pupils[["site_id"]].merge(sites, on="site_id", how="left")
    key = place["school_id"] + place["municipality_code"]
    stay = np.select([arrival > cut[0], arrival > cut[1]], ["under_5", "5_to_10"], "10_or_more")
    coded = {
        "education_mother": pupils["education_mother"],
        "education_father": pupils["education_father"],
        "origin": origin.where(origin != "netherlands", pupils["origin_father"].map(groups)),
        "stay": pd.Series(stay, index=pupils.index),
        "debt_restructuring": pupils["debt_restructuring"],
    }
    frame = pd.DataFrame({name: _categorical(values, specification, name) for name, values in coded.items()})
    mean = pupils["education_mother"].groupby(key.to_numpy()).transform("mean")
    frame["school_mean"] = np.floor(mean * 10**6 + 0.5) / 10**6
    frame["ability"] = pupils["ability"] - pupils["ability"].mean()
    frame["attainment"] = pupils["attainment"].astype(float)
    return frame


def _categorical(values: pd.Series, specification: Specification, name: str) -> pd.Categorical:
    reference = specification.reference(name)
    names = [reference, *(one for one in specification.categories(name) if one != reference)]
    text = values.map({False: "no", True: "yes"}) if name == "debt_restructuring" else values.astype(str)
    return pd.Categorical(text, categories=names)


def by_statsmodels(frame: pd.DataFrame) -> np.ndarray:
    import statsmodels.formula.api as smf

    return smf.ols(FORMULA, frame).fit().params.to_numpy()


def by_pyfixest(frame: pd.DataFrame) -> np.ndarray:
    import pyfixest

    return pyfixest.feols(FORMULA, frame).coef().to_numpy()


class Coded(NamedTuple):
    """What DuckDB starts from: codes and numbers near 0, how many categories, and what was taken off."""

    table: pd.DataFrame
    sizes: list[int]
    shift: dict[str, float]


def duckdb_columns(frame: pd.DataFrame) -> Coded:
    names = [name for name in frame.columns if isinstance(frame[name].dtype, pd.CategoricalDtype)]
    table = pd.DataFrame({f"{name}_code": frame[name].cat.codes.to_numpy() for name in names})
    numbers = {"m": "school_mean", "a": "ability", "y": "attainment"}
    # Shifted to near 0, so that the sums of products keep their digits.
    shift = {short: float(frame[name].mean()) for short, name in numbers.items()}
    for short, name in numbers.items():
        table[short] = frame[name].to_numpy() - shift[short]
    return Coded(table, [len(frame[name].cat.categories) for name in names], shift)


def by_duckdb(coded: Coded) -> np.ndarray:
    """Add up by combination of categories in the database, and solve the normal equations in floats."""
    import duckdb

    keys = [name for name in coded.table.columns if name.endswith("_code")]
    products = ("m * m", "m * a", "m * y", "a * a", "a * y", "m", "a", "y")
    sums = ", ".join(f"sum({one})" for one in products)
    query = f"select {', '.join(keys)}, count(*), {sums} from table_ group by {', '.join(keys)}"
    connection = duckdb.connect(config={"threads": 1})
    connection.register("table_", coded.table)
    cells = np.column_stack([column.astype(float) for column in connection.sql(query).fetchnumpy().values()])
    hot = [np.ones((len(cells), 1))]
    for place, size in enumerate(coded.sizes):
        hot.append(np.eye(size)[cells[:, place].astype(int)][:, 1:])
    z = np.hstack(hot)
    count, *others = cells[:, len(keys) :].T
    mm, ma, my, aa, ay, m, a, y = others
    gram = np.block(
        [
            [z.T @ (z * count[:, None]), z.T @ np.column_stack([m, a])],
            [np.column_stack([m, a]).T @ z, np.array([[mm.sum(), ma.sum()], [ma.sum(), aa.sum()]])],
        ]
    )
    values = np.linalg.solve(gram, np.concatenate([z.T @ y, [my.sum(), ay.sum()]]))
    values[0] += coded.shift["y"] - values[-2] * coded.shift["m"]
    return values


def compare(pupils: pd.DataFrame, sites: pd.DataFrame, specification: Specification) -> FittedIndicator:
    coded = code_children(pupils, sites, specification)
    frame = pandas_columns(pupils, sites, specification)
    own, fitted = timed(lambda: fit_coded(coded, specification), 5)
    own_raw, _ = timed(lambda: fit(pupils, sites, specification), 3)
    print(f"{specification.name}: {len(pupils):,} pupils, {len(fitted.columns)} columns")
    print(f"  this library  coded columns {own}")
    print(f"                raw frame     {own_raw}")
    for name, prepare, other in (
        ("duckdb", duckdb_columns, by_duckdb),
        ("statsmodels", lambda columns: columns, by_statsmodels),
        ("pyfixest", lambda columns: columns, by_pyfixest),
    ):
        try:
            other(prepare(frame.iloc[:5000]))  # importing and compiling are not what is measured
        except ModuleNotFoundError as error:
            print(f"  {name:<13} not run: {error}")
            continue
        ready = prepare(frame)
        coded_columns, params = timed(lambda other=other, ready=ready: other(ready))
        raw, _ = timed(
            lambda other=other, prepare=prepare: other(prepare(pandas_columns(pupils, sites, specification)))
        )
        difference = np.abs(params - fitted.params.to_numpy()) / np.abs(fitted.params.to_numpy())
        print(f"  {name:<13} coded columns {coded_columns}: {coded_columns.times(own)}")
        print(f"                raw frame     {raw}: {raw.times(own_raw)}")
        print(f"                largest relative difference of a coefficient {difference.max():.1e}")
    return fitted


def more_origins(specification: Specification) -> Specification:
    """Give the design some 45 columns: 27 countries, each a group of its own."""
    content = specification.model_dump()
    origin = next(feature for feature in content["features"] if feature["kind"] == "origin")
    countries = list(dict.fromkeys(name for name in origin["groups"] if len(name) == 2))
    used = ("DE", "ES", "PL", "TR", "MA", "SR", "CW", "ID", "GH", "SY", "CO")
    extra = [one for one in countries if one not in ("NL", *used)][:16]
    origin["groups"] = {"NL": "netherlands"} | {one: one for one in (*used, *extra)}
    origin["categories"] = tuple(origin["groups"].values())
    content["name"] = "more-origins"
    return Specification.model_validate(content)


def scoring(coded: CodedChildren, fitted: FittedIndicator) -> None:
    tables = look_ups(fitted.model(label="simulated"))
    seconds, _ = timed(lambda: category_units(tables, coded.codes, len(coded)), 10)
    print(f"  scoring      {len(coded) / seconds.clock / 1e6:8.0f} million children a second")


def limits() -> bool:
    """Fit the made-up country from Arrow and from pandas; say whether it keeps within its limits."""
    made = country(seed=1)
    sites = made.sites.to_pandas()
    frame = made.pupils.to_pandas()
    kept = True
    for name, given, limit in (
        ("Arrow", (made.pupils, made.sites), 0.15),
        ("pandas", (frame, sites), 0.35),
    ):
        seconds, _ = timed(lambda given=given: oab.fit(*given), 7)
        kept = kept and seconds.processor <= limit
        print(f"  oab.fit from {name:<8}{seconds}; at most {limit} s of processor")
    return kept


def same_bits(pupils: pd.DataFrame, sites: pd.DataFrame, fitted: FittedIndicator) -> None:
    specification, order = fitted.specification, np.random.default_rng(3).permutation(len(pupils))
    shuffled = pupils.iloc[order]
    parts = [
        collect_statistics(code_children(part, sites, specification), specification)
        for part in (shuffled.iloc[first::20] for first in range(20))
    ]
    merged = parts[0]
    for part in parts[1:]:
        merged = merged + part
    whole, again = (one.model(label="x").to_json() for one in (fitted, fit_statistics(merged, specification)))
    exact = fit_statistics(merged, specification).exact == fitted.exact
    print(
        f"  shuffled and cut into 20 parts: the same fractions {exact}, the same model bytes {whole == again}"
    )


def main(count: int) -> int:
    pupils, sites = population(count)
    specification = load_specification("cbs-2019")
    fitted = compare(pupils, sites, specification)
    coded = code_children(pupils, sites, specification)
    seconds, statistics = timed(lambda: collect_statistics(coded, specification), 5)
    solving, _ = timed(lambda: fit_statistics(statistics, specification), 5)
    print(f"  of which statistics {1000 * seconds.clock:.0f} ms, solving {1000 * solving.clock:.0f} ms")
    scoring(coded, fitted)
    same_bits(pupils, sites, fitted)
    draw = np.random.default_rng(9)
    wide = more_origins(specification)
    names = list(wide.feature("origin").groups)
    pupils["origin_mother"] = np.array(names)[draw.integers(0, len(names), count)]
    compare(pupils, sites, wide)
    return 0 if limits() else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_400_000))
