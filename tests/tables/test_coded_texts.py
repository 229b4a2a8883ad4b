"""Columns of repeated text as numbers."""

from __future__ import annotations

import pyarrow as pa
import pytest

from oab_funding.tables.coded_texts import EMPTY, CodedTexts

PLAIN = pa.chunked_array([["b", "a"], [None, "b"]])
TWO_DICTIONARIES = pa.chunked_array(
    [pa.array(["b", "a"]).dictionary_encode(), pa.array([None, "b"]).dictionary_encode()]
)
SLICED = pa.chunked_array([pa.array(["x", "b", "a", None, "b"]).dictionary_encode().slice(1)])


@pytest.mark.parametrize("column", [PLAIN, TWO_DICTIONARIES, SLICED, PLAIN.cast(pa.large_string())])
def test_texts_whatever_their_form(column: pa.ChunkedArray) -> None:
    coded = CodedTexts.of(column)
    assert [coded.texts[code] if code != EMPTY else None for code in coded.codes] == ["b", "a", None, "b"]
    assert coded.where(lambda text: text == "b").tolist() == [True, False, False, True]
    assert coded.where(lambda text: True).tolist() == [True, True, False, True]
    assert coded.numbers(lambda text: ord(text[0])).tolist() == [98, 97, EMPTY, 98]


def test_no_rows() -> None:
    coded = CodedTexts.of(pa.chunked_array([], type=pa.dictionary(pa.int32(), pa.string())))
    assert coded.where(lambda text: True).tolist() == []
    assert coded.numbers(len).tolist() == []
