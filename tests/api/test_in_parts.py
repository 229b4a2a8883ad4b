"""Fit and score in parts, from the front door."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

import oab_funding as oab
from oab_funding.synthetic import country


def test_a_dataset_gives_what_the_table_gives(tmp_path: Path) -> None:
    made = country(1500, seed=4)
    pq.write_table(made.pupils, tmp_path / "pupils.parquet", row_group_size=600)
    pq.write_table(made.sites, tmp_path / "sites.parquet")
    whole = oab.fit(made.pupils, made.sites)
    dataset = ds.dataset(tmp_path / "pupils.parquet")
    found = oab.fit_in_parts(dataset, tmp_path / "sites.parquet")
    assert found.exact == whole.exact
    wanted = oab.score(made.pupils, made.toddlers, made.sites, whole, rounds=2).table
    with ThreadPoolExecutor(2) as pool:
        scored = oab.score_in_parts(
            dataset, [made.toddlers], made.sites, found, tmp_path / "out", rounds=2, workers=pool
        )
    table = scored.dataset().to_table().select(wanted.column_names)
    assert table.sort_by("child_id").to_pylist() == wanted.sort_by("child_id").to_pylist()
    with pytest.raises(oab.InputError, match="is no one to work on the parts"):
        oab.fit_in_parts(dataset, made.sites, workers="many")  # type: ignore[arg-type]
