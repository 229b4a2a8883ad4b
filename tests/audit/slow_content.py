"""The content hash as its docstring declares it, in plain Python, one value after the other.

It shares nothing with the library: a table is a list of rows, and types are given by name.
"""

import hashlib
from datetime import date
from decimal import Decimal
from fractions import Fraction


def slow_content_hash(names, kinds, rows, key):
    """Hash rows (mappings of column to value) with the given kind of each column."""
    rows = sorted(rows, key=lambda row: [_order(row[name]) for name in key])
    out = b"oab-funding table content 1\n"
    out += number(len(rows)) + number(len(key)) + b"".join(text(name) for name in key) + number(len(names))
    for name in sorted(names, key=lambda name: name.encode("utf-8")):
        values = [row[name] for row in rows]
        out += text(name) + text(kinds[name])
        out += hashlib.sha256(presence(values) + column(kinds[name], values)).digest()
    return hashlib.sha256(out).hexdigest()


def _order(value):
    return value.encode("utf-8") if isinstance(value, str) else value


def number(value):
    return bytes((value >> (8 * byte)) & 255 for byte in range(8))


def text(value):
    return number(len(value.encode("utf-8"))) + value.encode("utf-8")


def signed(value, width):
    return bytes(((value + (1 << (8 * width))) >> (8 * byte)) & 255 for byte in range(width))


def presence(values):
    bits = [value is not None for value in values]
    return bytes(
        sum(bit << place for place, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits), 8)
    )


def column(kind, values):
    if kind == "null":
        return b""
    if kind == "text":
        encoded = [(value or "").encode("utf-8") for value in values]
        return b"".join(number(len(value)) for value in encoded) + b"".join(encoded)
    if kind == "yes-no":
        return bytes(1 if value else 0 for value in values)
    if kind == "day":
        return b"".join(
            signed(0 if value is None else (value - date(1970, 1, 1)).days, 8) for value in values
        )
    if kind == "whole":
        return b"".join(signed(value or 0, 8) for value in values)
    exact = [Fraction(value or Decimal(0)) for value in values]
    scale = 0
    while any((value * 10**scale).denominator != 1 for value in exact):
        scale += 1
    return number(scale) + b"".join(signed(int(value * 10**scale), 16) for value in exact)
