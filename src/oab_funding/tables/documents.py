"""Documents that declare something: TOML and JSON from people, checked against their type.

Every document is read through here: with or without a byte order mark, of bounded size and depth, without
doubled keys, and with all its faults said at once in words for people.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from oab_funding.errors import InputError, Place, shortened

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

Kind = TypeVar("Kind", bound="BaseModel")
Value = TypeVar("Value")

LARGEST = 64 * 2**20
"""No document is larger than this many bytes: the longest known, a model with its origins, has 100 kB."""

DEEPEST = 40
"""No document nests deeper: the deepest known has eight floors."""

_LONGEST_LINE = 10_000

_TOLD = 12
"""So many faults are told one by one."""


def read_toml(data: bytes, name: str) -> dict[str, Any]:
    r"""Parse TOML.

    Parameters
    ----------
    data
        The bytes of the file, UTF-8, with or without a byte order mark.
    name
        Name of the file, for messages.

    Raises
    ------
    InputError
        It is no TOML, or too large or too deep to be a document.

    Examples
    --------
    >>> read_toml(b'\xef\xbb\xbftitle = "T"', "calculation.toml")
    {'title': 'T'}
    """
    _check_size(data, name)
    row = next((at for at, line in enumerate(data.split(b"\n"), 1) if len(line) > _LONGEST_LINE), None)
    if row is not None:  # a key of many parts takes the parser minutes
        raise InputError(
            "is a line beyond all length", Place(name, row=row), f"keep it below {_LONGEST_LINE:,d}"
        )
    return _parsed(data, name, "TOML", tomllib.loads)


def read_json(data: bytes, name: str) -> dict[str, Any]:
    """Parse a JSON object; see `read_toml`. Doubled keys and numbers that are not finite are refused.

    Examples
    --------
    >>> read_json(b'{"a": 1, "a": 2}', "model.json")
    Traceback (most recent call last):
    ...
    oab_funding.errors.InputError: model.json: is not a JSON file (the key 'a' occurs twice); mend it
    """

    def loads(text: str) -> Any:
        return json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refuse)

    content = _parsed(data, name, "JSON", loads)
    if not isinstance(content, dict):
        raise InputError("holds no JSON object", Place(name), "give one between braces")
    return content


def checked(kind: type[Kind], content: Any, name: str, remedy: str, *, of_json: bool = False) -> Kind:
    """Check content against its type.

    Parameters
    ----------
    kind
        The pydantic type. Its fields are strict; arrays are tuples.
    content
        What `read_toml` or `read_json` gave, or the like.
    name
        Name of the document, for messages.
    remedy
        Where to look up what would be right.
    of_json
        Whether the content was JSON, in which dates are text.

    Raises
    ------
    InputError
        Something is missing, unknown or wrong; all of it is listed.
    """
    from pydantic import ValidationError

    try:
        if of_json:
            return kind.model_validate_json(json.dumps(content))
        return kind.model_validate(_with_tuples(content))
    except ValidationError as error:
        raise InputError("; ".join(_faults(error, kind)), Place(name), remedy) from error
    except RecursionError as error:
        raise InputError("nests too deeply", Place(name), remedy) from error


def spoken(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """Let a reader that says no by an InputError serve as a check within a type.

    Examples
    --------
    >>> from oab_funding.exact import to_fraction
    >>> spoken(to_fraction)("1,5")
    Traceback (most recent call last):
    ...
    ValueError: has a decimal comma; write a decimal point: '1.5'
    """

    def check(value: Any) -> Value:
        try:
            return read(value)
        except InputError as error:
            raise ValueError("; ".join(filter(None, (error.problem, error.remedy)))) from error

    return check


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a text within a type, with the words for it that a refusal uses.

    Parameters
    ----------
    pattern
        Regular expression that the whole text must match.
    meaning
        The form in words.

    Examples
    --------
    >>> Form("[0-9]+", "a number of digits").check("12")
    '12'
    """

    pattern: str
    meaning: str

    def check(self, value: str) -> str:
        """Give the text back, or say what is wrong with it."""
        if re.fullmatch(self.pattern, value):
            return value
        if re.fullmatch(r"-?[0-9]+,[0-9]+", value):
            raise ValueError(f"has a decimal comma, write a point: {value.replace(',', '.')!r}")
        raise ValueError(f"is not {self.meaning}")

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core.core_schema import no_info_after_validator_function

        return no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> Any:
        return {**handler(schema), "pattern": f"^{self.pattern}$"}


def _parsed(data: bytes, name: str, form: str, loads: Callable[[str], Any]) -> Any:
    _check_size(data, name)
    text = _decoded(data, name, form)
    try:
        content = loads(text)
    except (RecursionError, MemoryError) as error:
        raise InputError("nests too deeply", Place(name), f"use at most {DEEPEST} levels") from error
    except ValueError as error:  # of both parsers, and a number of more digits than Python reads
        detail = " ".join(str(error).split())[:200]
        raise InputError(f"is not a {form} file ({detail})", Place(name), "mend it") from error
    if _is_deep(content):
        raise InputError("nests too deeply", Place(name), f"use at most {DEEPEST} levels")
    return content


def _check_size(data: bytes, name: str) -> None:
    if len(data) > LARGEST:
        raise InputError(f"has {len(data):,d} bytes", Place(name), f"give at most {LARGEST:,d}")


def _decoded(data: bytes, name: str, form: str) -> str:
    if data.startswith(b"PK\x03\x04"):
        raise InputError(f"is a workbook or zip, not a {form} file", Place(name), f"give a {form} file")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"is not UTF-8 (byte {error.start})", Place(name, row=row), "save it as UTF-8"
        ) from error


def _is_deep(content: Any) -> bool:
    floor, depth = [content], 0
    while floor and depth <= DEEPEST:
        floor = [part for value in floor for part in _parts(value)]
        depth += 1
    return bool(floor)


def _parts(value: Any) -> list[Any]:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [part for part in parts if isinstance(part, dict | list)]


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {doubled!r} occurs twice")
    return content


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _with_tuples(value: Any) -> Any:
    """Arrays become tuples, as the frozen types want them."""
    if isinstance(value, list | tuple):
        return tuple(_with_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _with_tuples(item) for key, item in value.items()}
    return value


def _faults(error: ValidationError, kind: type[BaseModel]) -> Iterator[str]:
    faults = error.errors(include_url=False)
    for fault in faults[:_TOLD]:
        path = tuple(fault["loc"])
        where = f"{'.'.join(str(part) for part in path)}: " if path else ""
        yield f"{where}{_in_words(fault, _near(kind, path))}"
    if len(faults) > _TOLD:
        yield f"and {len(faults) - _TOLD} more faults"


def _in_words(fault: Any, near: str) -> str:
    value, what = fault["input"], fault["type"]
    if what == "missing":
        return "is missing"
    if what == "extra_forbidden":
        return f"is not known{near}"
    found = f" (found {shortened(value, 60)})" if isinstance(value, str | int | float | bool) else ""
    if what == "string_pattern_mismatch":
        comma = isinstance(value, str) and value.replace(",", ".", 1).replace(".", "", 1).isdigit()
        said = (
            "has a decimal comma; write a point" if comma and "," in value else "is not written as it must be"
        )
        return f"{said}{found}"
    message = str(fault["msg"]).removeprefix("Value error, ").replace("Input should be", "should be")
    return f"{message}{found}"


def _near(kind: Any, path: tuple[int | str, ...]) -> str:
    """Say which name may have been meant, where the part of the type can be found."""
    for part in path[:-1]:
        field = getattr(kind, "model_fields", {}).get(part)
        kind = None if field is None else next(_models(field.annotation), None)
    names = list(getattr(kind, "model_fields", {}))
    near = difflib.get_close_matches(str(path[-1]) if path else "", names, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _models(annotation: Any) -> Iterator[Any]:
    if hasattr(annotation, "model_fields"):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models(part)
