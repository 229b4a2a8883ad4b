"""The indicator once more, child by child in plain fractions; nothing here comes from the library."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction


def complete_years(start: date, end: date) -> int:
    """Count anniversaries up to `end` and on it; that of 29 February is 1 March in common years."""
    years = 0
    while True:
        year = start.year + years + 1
        try:
            anniversary = start.replace(year=year)
        except ValueError:
            anniversary = date(year, 3, 1)
        if anniversary > end:
            return years
        years += 1


def round_half_up(value: Fraction, places: int) -> Fraction:
    with localcontext() as context:
        context.prec = 200
        scaled = Decimal(value.numerator) / Decimal(value.denominator)
        return Fraction(scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def origin(mother: str | None, father: str | None, groups: dict[str, str | None], home: str) -> str | None:
    mine = groups[mother] if mother is not None else None
    his = groups[father] if father is not None else None
    if mine is not None and mine != home:
        return mine
    return his if his is not None else mine


def stay(arrival: date | None, born_here: bool | None, reference: date, boundaries: list[int]) -> int | None:
    """Number of the interval, the last one for a mother born here."""
    if arrival is not None:
        years = complete_years(arrival, reference)
        return sum(years >= boundary for boundary in boundaries)
    return len(boundaries) if born_here else None


def features(
    row: dict, groups: dict[str, str | None], home: str, reference: date, boundaries: list[int]
) -> dict:
    return {
        "education_mother": row["education_mother"],
        "education_father": row["education_father"],
        "origin": origin(row["origin_mother"], row["origin_father"], groups, home),
        "stay": stay(row["mother_arrival_date"], row["mother_born_in_nl"], reference, boundaries),
        "debt_restructuring": "yes" if row["debt_restructuring"] else "no",
    }


def school_means(rows: list[dict], place: dict[str, tuple[str, str]]) -> dict[tuple[str, str], Fraction]:
    known: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        if row["education_mother"] is not None:
            known.setdefault(place[row["site_id"]], []).append(row["education_mother"])
    return {key: round_half_up(Fraction(sum(classes), len(classes)), 6) for key, classes in known.items()}


def design_row(
    coded: dict, mean: Fraction, ability: Fraction, columns: list[str], names: dict
) -> list[Fraction]:
    values = []
    for column in columns:
        if column == "start":
            values.append(Fraction(1))
        elif column == "school_mean":
            values.append(mean)
        elif column == "ability":
            values.append(ability)
        else:
            feature, category = column[:-1].split("[")
            values.append(Fraction(names[feature](coded[feature]) == category))
    return values


def cross(left: list[list[Fraction]], right: list[list[Fraction]]) -> list[list[Fraction]]:
    return [
        [
            sum((a[i] * b[j] for a, b in zip(left, right, strict=True)), Fraction(0))
            for j in range(len(right[0]))
        ]
        for i in range(len(left[0]))
    ]


def solve(matrix: list[list[Fraction]], sides: list[Fraction]) -> list[Fraction] | None:
    """Gauss-Jordan with a search for pivots; none if the matrix is singular."""
    rows = [[*row, side] for row, side in zip(matrix, sides, strict=True)]
    size = len(rows)
    for k in range(size):
        pivot = next((i for i in range(k, size) if rows[i][k] != 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for i in range(size):
            if i != k and rows[i][k] != 0:
                factor = rows[i][k]
                rows[i] = [own - factor * above for own, above in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]
