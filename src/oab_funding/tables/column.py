"""Converting one column into the type of its schema, value by value checked, vectorised."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unicodedata import normalize

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from oab_funding.errors import InputError, Place
from oab_funding.tables.columns import filled, is_known, masked, one_chunk
from oab_funding.tables.schema import Code, Column, Day, Number, Text, Whole, YesNo

_TRUE = ("true", "1", "yes", "y", "ja", "j", "waar")
_FALSE = ("false", "0", "no", "n", "nee", "onwaar")
_EXACT_IN_FLOAT = 2**53
_WHOLE_LIMIT = 10**18
_TEXTS = (pa.string(), pa.large_string(), pa.string_view())

Values = Any
"""An Arrow column. The type of its values is known when the code runs only, so it is not narrowed."""


def convert(values: Values, column: Column, file: str, first_row: int) -> Values:
    """Convert a column into the type its schema names.

    Parameters
    ----------
    values
        The column as it came in, a `pyarrow.ChunkedArray` or `pyarrow.Array`.
    column
        What it must be.
    file
        Name for messages.
    first_row
        Number of the first row of data, for messages.

    Returns
    -------
    pyarrow.Array
        The column in the type of the schema, in one chunk.

    Raises
    ------
    InputError
        Some value does not fit; the first one is named with its row.

    Examples
    --------
    >>> convert(pa.chunked_array([["1.50", "2"]]), Column("price", Number(2)), "prices.csv", 2).to_pylist()
    [Decimal('1.50'), Decimal('2.00')]
    """
    report = _Reporter(values, column, file, first_row)
    array = _plain(one_chunk(values), column, report)
    if array.null_count and not column.nullable:
        report(pc.is_null(array), "is empty", f"give {column.kind.meaning}")
    if pa.types.is_null(array.type):
        return pa.nulls(len(array)).cast(column.kind.arrow)
    return _CONVERTERS[type(column.kind)](array, column.kind, report)


class _Reporter:
    """Raises an InputError at the first row where a mask is true."""

    def __init__(self, values: Values, column: Column, file: str, first_row: int) -> None:
        self.values, self.column, self.file, self.first_row = values, column, file, first_row

    def __call__(self, mask: Values, problem: str, remedy: str) -> None:
        if not pc.any(mask).as_py():
            return
        wrong = pc.indices_nonzero(pc.fill_null(mask, False))
        index = wrong[0].as_py()
        value = self.values[index].as_py()
        more = f" (and {len(wrong) - 1} more rows)" if len(wrong) > 1 else ""
        place = Place(
            self.file,
            column=self.column.name,
            row=index + self.first_row,
            value=None if value == "" else value,
        )
        raise InputError(f"{problem}{more}", place, remedy)

    def type_error(self, found: pa.DataType) -> InputError:
        meaning = self.column.kind.meaning
        return self.error(f"holds {found}, not {meaning}", f"give {meaning}")

    def error(self, problem: str, remedy: str) -> InputError:
        return InputError(problem, Place(self.file, column=self.column.name), remedy)


def _plain(array: Values, column: Column, report: _Reporter) -> Values:
    """Bring the many types of text and numbers that frames come in down to the few handled below."""
    if pa.types.is_date64(array.type):  # Arrow holds milliseconds there and calls others invalid
        array = array.cast(pa.int64()).cast(pa.timestamp("ms"))
    try:
        array.validate(full=True)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise report.error("holds bytes that are no text", "write the file again in UTF-8") from error
    kind = array.type
    if pa.types.is_dictionary(kind):
        if _is_clean_code(array, column):
            return array
        array = pc.take(_as_text(array.dictionary), array.indices)
        kind = array.type
    if kind in _TEXTS:
        array = _trimmed(_as_text(array))
        return array if _may_be_empty_text(column) else _empty_to_null(array)
    if pa.types.is_floating(kind):
        return array.cast(pa.float64())
    if pa.types.is_decimal(kind) and (kind.bit_width < 128 or kind.scale < 0):
        return array.cast(pa.decimal128(38, max(kind.scale, 0)))
    return array


def _as_text(values: Values) -> Values:
    return values.cast(pa.string()) if values.type in _TEXTS else values


def _trimmed(texts: Values) -> Values:
    """Bring text to Unicode's composed form without blanks around it, so that one name is one name."""
    return texts if is_trimmed(texts) else pc.utf8_trim_whitespace(_composed(texts))


def is_trimmed(texts: Values) -> bool:
    """Say whether all texts are in the composed form already, without blanks around them."""
    if pc.all(pc.string_is_ascii(texts), min_count=0).as_py():
        trimmed = pc.ascii_trim_whitespace(texts)
        return bool(pc.sum(pc.binary_length(trimmed)).as_py() == pc.sum(pc.binary_length(texts)).as_py())
    return bool(texts.equals(pc.utf8_trim_whitespace(_composed(texts))))


def _composed(texts: Values) -> Values:
    """Bring text to Unicode's composed form by Python's own tables: older pyarrow leaves it as it is."""
    if pc.all(pc.string_is_ascii(texts), min_count=0).as_py():
        return texts
    values = [None if text is None else normalize("NFC", text) for text in texts.to_pylist()]
    composed = pa.array(values, texts.type)
    return pa.chunked_array([composed]) if isinstance(texts, pa.ChunkedArray) else composed


def _is_clean_code(array: Values, column: Column) -> bool:
    """Say whether a dictionary can stay: its texts differ as they stand, and none is empty."""
    if not isinstance(column.kind, Code) or array.dictionary.type not in _TEXTS:
        return False
    texts = _as_text(array.dictionary)
    if texts.null_count or pc.any(pc.equal(texts, ""), min_count=0).as_py():
        return False
    return is_trimmed(texts) and len(texts.unique()) == len(texts)


def _may_be_empty_text(column: Column) -> bool:
    pattern = column.kind.pattern if isinstance(column.kind, Text) else None
    return pattern is not None and pattern.endswith(")?")


def _empty_to_null(array: Values) -> Values:
    return pc.if_else(pc.equal(array, pa.scalar("", array.type)), pa.scalar(None, array.type), array)


def _text(array: Values, kind: Text, report: _Reporter) -> Values:
    if not pa.types.is_string(array.type):
        raise report.type_error(array.type)
    if kind.pattern is not None:
        bad = pc.invert(pc.match_substring_regex(array, f"^(?:{kind.pattern})$"))
        report(bad, "does not fit", f"give {kind.meaning}")
        report(pc.match_substring(array, "\n"), "holds a line break", f"give {kind.meaning}")
    return array


def _code(array: Values, kind: Code, report: _Reporter) -> Values:
    if pa.types.is_dictionary(array.type):
        array = array.cast(pa.dictionary(pa.int32(), array.type.value_type))
    else:
        array = array.dictionary_encode()
    distinct = array.dictionary
    if distinct.type not in _TEXTS:
        raise report.type_error(distinct.type)
    distinct = distinct.cast(pa.string())
    if kind.pattern is not None:
        good = pc.match_substring_regex(distinct, f"^(?:{kind.pattern})$")
        if not pc.all(good, min_count=0).as_py():
            report(pc.invert(pc.take(good, array.indices)), "does not fit", f"give {kind.meaning}")
    return pa.DictionaryArray.from_arrays(array.indices.cast(pa.int32()), distinct)


def _number(array: Values, kind: Number, report: _Reporter) -> Values:
    if pa.types.is_string(array.type):
        _check_number_text(array, kind, report)
        array = _without_idle_zeros(array, kind.places)
    elif pa.types.is_floating(array.type):
        array = _float_on_grid(array, kind, report)
    elif pa.types.is_decimal(array.type) and array.type != kind.arrow:
        if array.type.scale > kind.places:
            finer = pc.not_equal(pc.round(array, kind.places), array)
            report(
                finer, f"has more than {kind.places} decimals", f"round it to {kind.places} decimals first"
            )
    elif not (pa.types.is_integer(array.type) or pa.types.is_decimal(array.type)):
        raise report.type_error(array.type)
    _check_magnitude(array, kind, report)
    if pa.types.is_integer(array.type):
        array = array.cast(pa.decimal128(20, 0)).cast(pa.decimal128(38, kind.places))
    converted = array.cast(kind.arrow)
    _check_bounds(converted, kind.minimum, kind.maximum, kind.arrow, report)
    return converted


def _check_number_text(array: Values, kind: Number, report: _Reporter) -> None:
    comma = pc.match_substring_regex(array, r"^-?[0-9.]+,[0-9]*$")
    report(comma, "has a decimal comma", "write a decimal point, such as 1.50")
    if kind.places == 2:
        thousands = pc.match_substring_regex(array, r"^-?[0-9]+\.[0-9]{3}$")
        report(
            thousands,
            f"may be in thousands, or have more than {kind.places} decimals",
            f"write thousands without a point, or round it to {kind.places} decimals first",
        )
    number = pc.match_substring_regex(array, r"^-?[0-9]+(\.[0-9]+)?$")
    report(pc.invert(number), "is not a number", f"give {kind.meaning}")
    finer = pc.match_substring_regex(array, rf"\.[0-9]{{{kind.places}}}[0-9]*[1-9]")
    report(finer, f"has more than {kind.places} decimals", f"round it to {kind.places} decimals first")


def _without_idle_zeros(array: Values, places: int) -> Values:
    """Cut zeros after the last place; Arrow reads 38 digits at most."""
    idle = rf"(\.[0-9]{{{places}}})0+$" if places else r"()\.0+$"
    return pc.replace_substring_regex(array, idle, r"\1")


def _float_on_grid(array: Values, kind: Number, report: _Reporter) -> Values:
    """Accept a float only where it is the double nearest to a decimal of the grid, and take that decimal."""
    report(pc.invert(pc.is_finite(array)), "is not a finite number", f"give {kind.meaning}")
    values = array.fill_null(0).to_numpy(zero_copy_only=False)
    large = np.abs(values) >= _EXACT_IN_FLOAT / 10**kind.places
    report(pa.array(large), "is too large for a float", "give it as a decimal or text")
    units = np.rint(values * 10**kind.places)
    off = units / 10**kind.places != values
    remedy = f"round it to {kind.places} decimals first"
    report(pa.array(off), f"is not a decimal of {kind.places} places", remedy)
    exact = pa.array(units.astype(np.int64), mask=np.asarray(array.is_null()))
    return _scaled(exact, kind.places)


def _scaled(units: Values, places: int) -> Values:
    step = pa.scalar(Decimal(1).scaleb(-places), pa.decimal128(places + 1, places))
    return pc.multiply(units.cast(pa.decimal128(19, 0)), step)


def _check_magnitude(array: Values, kind: Number, report: _Reporter) -> None:
    digits = kind.digits - kind.places
    if pa.types.is_string(array.type):
        long = pc.match_substring_regex(array, rf"^-?0*[1-9][0-9]{{{digits},}}(\.|$)")
    else:
        long = _reaches(array, 10**digits)
    report(long, "is too large", f"give a number below {10**digits:,d}")


def _reaches(array: Values, limit: int) -> Values:
    """Say where a decimal or whole number is at or beyond a limit on either side of zero."""
    exact = array if pa.types.is_decimal(array.type) else array.cast(pa.decimal128(20, 0))
    wide = pa.decimal256(76, exact.type.scale)
    return pc.greater_equal(pc.abs(exact.cast(wide)), pa.scalar(Decimal(limit), wide))


def is_within(values: Values, minimum: Any, maximum: Any) -> bool:
    """Say whether all numbers of a column keep to bounds: cheap to see, and nearly always so."""
    if minimum is None and maximum is None:
        return True
    ends = pc.min_max(values).as_py()
    if ends["min"] is None:
        return True
    return (minimum is None or ends["min"] >= minimum) and (maximum is None or ends["max"] <= maximum)


def _check_bounds(array: Values, minimum: Any, maximum: Any, arrow: pa.DataType, report: _Reporter) -> None:
    if is_within(array, minimum, maximum):
        return
    if minimum is not None:
        report(pc.less(array, pa.scalar(minimum, arrow)), f"is below {minimum}", f"give {minimum} or more")
    if maximum is not None:
        report(pc.greater(array, pa.scalar(maximum, arrow)), f"is above {maximum}", f"give {maximum} or less")


def _whole(array: Values, kind: Whole, report: _Reporter) -> Values:
    if pa.types.is_string(array.type):
        whole = pc.match_substring_regex(array, r"^-?[0-9]{1,18}$")
        report(pc.invert(whole), "is not a whole number", "give 0, 1, ...")
    elif pa.types.is_floating(array.type):
        array = _whole_floats(array, report)
    elif pa.types.is_decimal(array.type):
        report(pc.not_equal(pc.floor(array), array), "is not a whole number", "give 0, 1, ...")
        report(_reaches(array, _WHOLE_LIMIT), "is too large", "give a smaller number")
    elif pa.types.is_integer(array.type):
        if not is_within(array, 1 - _WHOLE_LIMIT, _WHOLE_LIMIT - 1):
            report(_reaches(array, _WHOLE_LIMIT), "is too large", "give a smaller number")
    else:
        raise report.type_error(array.type)
    converted = array.cast(pa.int64())
    _check_bounds(converted, kind.minimum, kind.maximum, pa.int64(), report)
    return converted


def _whole_floats(array: Values, report: _Reporter) -> Values:
    """Accept floats only where they are whole and exact, and take them as integers."""
    values = filled(array, 0.0)
    whole = np.isfinite(values) & (np.floor(values) == values)
    report(pa.array(~whole), "is not a whole number", "give 0, 1, ...")
    report(pa.array(np.abs(values) >= _EXACT_IN_FLOAT), "is too large", "give a smaller number")
    return masked(values.astype(np.int64), is_known(array) if array.null_count else None)


def _yes_no(array: Values, kind: YesNo, report: _Reporter) -> Values:
    if pa.types.is_boolean(array.type):
        return array
    if pa.types.is_string(array.type):
        array = pc.utf8_lower(array)
        known = pc.is_in(array, pa.array([*_TRUE, *_FALSE]))
        report(pc.and_(pc.invert(known), pc.is_valid(array)), "is not true or false", "write true or false")
        return pc.if_else(pc.is_null(array), pa.scalar(None, pa.bool_()), pc.is_in(array, pa.array(_TRUE)))
    raise report.type_error(array.type)


def _day(array: Values, kind: Day, report: _Reporter) -> Values:
    if pa.types.is_string(array.type):
        shape = pc.match_substring_regex(array, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        report(pc.invert(shape), "is not a date", f"give {kind.meaning}")
        parsed = pc.strptime(array, format="%Y-%m-%d", unit="s", error_is_null=True)
        report(pc.and_(pc.is_null(parsed), pc.is_valid(array)), "is not a date", f"give {kind.meaning}")
        exists = pc.equal(pc.strftime(parsed, format="%Y-%m-%d"), array)
        report(pc.invert(exists), "is not a date", f"give {kind.meaning}")
        return parsed.cast(pa.date32())
    if pa.types.is_timestamp(array.type):
        local = array if array.type.tz is None else pc.local_timestamp(array)
        midnight = pc.equal(pc.floor_temporal(local, unit="day"), local)
        report(pc.invert(midnight), "has a time of day", "give dates without a time")
        return local.cast(pa.timestamp("s")).cast(pa.date32())
    if pa.types.is_date(array.type):
        return array.cast(pa.date32())
    raise report.type_error(array.type)


_CONVERTERS: dict[type, Callable[[Values, Any, _Reporter], Values]] = {
    Text: _text,
    Code: _code,
    Number: _number,
    Whole: _whole,
    YesNo: _yes_no,
    Day: _day,
}
