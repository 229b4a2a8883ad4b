"""Whether texts are all different."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oab_funding.errors import InputError
from oab_funding.tables import distinct
from oab_funding.tables.distinct import survey_texts

TEXTS = st.text(max_size=4) | st.sampled_from(["a", "b", "a\0", "", "aa", "é"])


def doubled(parts: list[list[str]], kind: pa.DataType) -> str | None:
    return survey_texts([pa.chunked_array([part], type=kind) for part in parts]).doubled


@given(st.lists(st.lists(TEXTS, max_size=20), max_size=4), st.sampled_from([pa.string(), pa.large_string()]))
def test_the_first_doubled_text(parts: list[list[str]], kind: pa.DataType) -> None:
    everything = [text for part in parts for text in part]
    twice = sorted({text for text in everything if everything.count(text) > 1})
    assert doubled(parts, kind) == (twice[0] if twice else None)


@given(st.lists(TEXTS, unique=True, max_size=30), st.randoms(use_true_random=False), st.integers(1, 6))
def test_order_and_parts_do_not_matter_and_other_texts_do(
    texts: list[str], random: object, step: int
) -> None:
    whole = survey_texts([pa.chunked_array([texts], type=pa.string())])
    assert (whole.count, whole.doubled) == (len(texts), None)
    random.shuffle(texts)  # type: ignore[attr-defined]
    parts = [texts[start : start + step] for start in range(0, len(texts), step)]
    assert survey_texts([pa.chunked_array([part], type=pa.string()) for part in parts]) == whole
    if texts:
        other = [*texts[1:], texts[0] + "x"]
        assert survey_texts([pa.chunked_array([other], type=pa.string())]) != whole


@pytest.mark.parametrize("most", [1, 3, 10, 99, 1000])
def test_however_few_numbers_are_held(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(distinct, "MOST_HELD", most)
    monkeypatch.setattr(distinct, "_ROWS", 7)
    texts = [f"child {i:04d}" for i in range(100)]
    assert doubled([texts[:50], texts[50:]], pa.string()) is None
    assert doubled([texts[:50], [*texts[50:], "child 0042"]], pa.string()) == "child 0042"
    assert doubled([["same"] * 50], pa.string()) == "same"


def test_equal_numbers_of_different_texts_are_no_double(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "_stirred", lambda sums: np.zeros_like(sums))
    assert doubled([["a", "b"], ["c"]], pa.string()) is None
    assert doubled([["c", "b"], ["b", "c"]], pa.string()) == "b"


def test_slices_and_swapped_bytes() -> None:
    column = pa.chunked_array([pa.array(["x", "ab", "ba", "a1", "b2", "y"]).slice(1, 4)])
    assert survey_texts([column]).doubled is None
    swapped = pa.chunked_array([["ab", "ba", "a2", "b1"]])
    assert survey_texts([column]).fingerprint != survey_texts([swapped]).fingerprint


def test_no_texts_and_a_missing_one() -> None:
    assert survey_texts([]) == survey_texts([pa.chunked_array([], type=pa.string())])
    with pytest.raises(InputError, match="an id is empty"):
        survey_texts([pa.chunked_array([["a", None]])])


def test_parts_that_can_be_gone_through_only_once_are_refused() -> None:
    with pytest.raises(TypeError, match="several times"):
        survey_texts(iter([pa.chunked_array([["a", "a"]])]))
