"""Children in parts have the scores that they have as a whole, bit for bit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from oab_funding.errors import InputError
from oab_funding.indicator.imputation.impute import impute_coded
from oab_funding.indicator.parts.population import fit_in_parts, score_in_parts
from oab_funding.indicator.parts.sources import Each, in_turn, with_dask, with_executor
from oab_funding.indicator.score import score_coded

from .population import FITTED, IMPUTED, MODEL, POPULATION, PUPILS, RULE, SITES, TODDLERS, WHOLE


def in_pieces(table: pa.Table, pieces: int, seed: int = 3) -> list[pa.Table]:
    """Cut shuffled rows, so that schools are cut, with an empty part among them."""
    rows = np.random.default_rng(seed).permutation(table.num_rows)
    return [table.take(part) for part in np.array_split(rows, pieces)] + [table.slice(0, 0)]


def by_child(table: pa.Table) -> list[tuple[object, ...]]:
    plain = table.sort_by("child_id")
    return list(zip(*(plain.column(name).to_pylist() for name in plain.column_names), strict=True))


def check(out: Path, pupils: object, toddlers: object, each: Each = in_turn) -> None:
    found = score_in_parts(pupils, toddlers, SITES, MODEL, out, rule=RULE, each=each)
    assert by_child(found.dataset().to_table()) == by_child(WHOLE.table)
    assert found.left_out == WHOLE.left_out
    assert {file.suffix for file in found.folder.iterdir()} == {".parquet"}
    assert np.array_equal(found.education.estimate, IMPUTED.model.estimate)
    assert np.array_equal(found.education.factor, IMPUTED.model.factor)


def test_donors_come_from_every_rung() -> None:
    pupils, toddlers = (np.unique(part.donor_rung).tolist() for part in IMPUTED.parts)
    assert pupils[:2] == [0, 1]
    assert toddlers == [0, 2]


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_parts_score_as_the_whole(tmp_path: Path, pieces: int) -> None:
    check(tmp_path / "out", in_pieces(PUPILS, pieces), in_pieces(TODDLERS, pieces))


def test_without_the_school(tmp_path: Path) -> None:
    rule = replace(RULE, school="none")
    found = score_in_parts(in_pieces(PUPILS, 3), None, SITES, MODEL, tmp_path / "out", rule=rule)
    alone = replace(POPULATION, toddlers=None)
    whole = score_coded(alone, impute_coded(alone, RULE.rounds, RULE.seed, "none").parts, MODEL)
    assert by_child(found.dataset().to_table()) == by_child(whole.table)


def test_a_dataset_of_files(tmp_path: Path) -> None:
    for number, piece in enumerate(in_pieces(PUPILS, 3)):
        pq.write_table(piece, tmp_path / f"{number}.parquet", row_group_size=700)
    dataset = ds.dataset(sorted(tmp_path.glob("*.parquet")))
    check(tmp_path / "out", dataset, [lambda: TODDLERS])
    assert fit_in_parts(dataset, SITES).params.tolist() == FITTED.params.tolist()


def test_threads_and_functions(tmp_path: Path) -> None:
    pupils = [partial(pa.Table.slice, PUPILS, start, 1500) for start in range(0, PUPILS.num_rows, 1500)]
    with ThreadPoolExecutor(2) as pool:
        check(tmp_path / "out", pupils, TODDLERS.to_batches(max_chunksize=300), with_executor(pool))


def test_a_cluster_of_two_workers(tmp_path: Path) -> None:
    """Partitions of a Dask frame, on processes of their own."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    frames = pytest.importorskip("dask.dataframe", reason="Dask is not installed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster),
    ):
        pupils = frames.from_pandas(PUPILS.to_pandas(types_mapper=pd.ArrowDtype), npartitions=3)
        check(tmp_path / "out", pupils, in_pieces(TODDLERS, 2), with_dask)
        assert fit_in_parts(pupils, SITES, each=with_dask).params.tolist() == FITTED.params.tolist()


def test_a_child_in_two_parts_is_refused(tmp_path: Path) -> None:
    child = PUPILS.column("child_id")[7].as_py()
    with pytest.raises(InputError, match=f"{child}.*stands in two parts"):
        score_in_parts([PUPILS, PUPILS.slice(7, 1)], None, SITES, MODEL, tmp_path / "a", rule=RULE)
    assert not list(tmp_path.iterdir())


def test_a_child_that_counts_as_pupil_and_toddler_is_refused(tmp_path: Path) -> None:
    assert POPULATION.toddlers is not None
    pupil, toddler = (int(np.flatnonzero(part.counted)[0]) for part in POPULATION.parts)
    ids = TODDLERS.column("child_id").to_pylist()
    ids[toddler] = PUPILS.column("child_id")[pupil].as_py()
    toddlers = TODDLERS.set_column(TODDLERS.column_names.index("child_id"), "child_id", pa.array(ids))
    with pytest.raises(InputError, match="stands in two parts"):
        score_in_parts([PUPILS], [toddlers], SITES, MODEL, tmp_path / "out", rule=RULE)


def test_wrong_calls_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no parts"):
        score_in_parts([], None, SITES, MODEL, tmp_path / "a")
    with pytest.raises(InputError, match="has no parts"):
        fit_in_parts([], SITES)
    rule = replace(RULE, school="some")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="choose level or none"):
        score_in_parts([PUPILS], None, SITES, MODEL, tmp_path / "b", rule=rule)
    (tmp_path / "mine").touch()
    with pytest.raises(InputError, match="not empty"):
        score_in_parts([PUPILS], None, SITES, MODEL, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
