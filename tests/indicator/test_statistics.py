from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from indicator.frames import REFERENCE_DATE, SITES, child, frame, many_children, small_specification
from oab_funding.errors import InputError
from oab_funding.indicator.coding import code_children
from oab_funding.indicator.collect import collect_statistics
from oab_funding.indicator.fit import fit_coded, fit_statistics
from oab_funding.indicator.normal_equations import normal_equations
from oab_funding.indicator.statistics import SufficientStatistics, read_statistics, write_statistics

SMALL = small_specification()


def statistics(count: int = 300) -> SufficientStatistics:
    pupils = many_children(count, classes=3)
    pupils["origin_mother"] = pupils["origin_mother"].where(pupils["origin_mother"].isin(["NL", "MA"]), "SY")
    pupils["origin_father"] = "NL"
    return collect_statistics(code_children(pupils, SITES, SMALL), SMALL)


def test_parts_of_different_specifications_are_not_merged() -> None:
    part = statistics()
    with pytest.raises(InputError, match="different specifications"):
        part + replace(part, specification_sha256="0" * 64)


def test_parts_of_different_reference_dates_are_not_merged() -> None:
    part = statistics()
    with pytest.raises(InputError, match=r"different dates \(2019-10-01 and 2018-10-01\)"):
        part + replace(part, reference_date=date(2018, 10, 1))


def test_only_statistics_are_added() -> None:
    with pytest.raises(TypeError):
        statistics() + 1


def test_every_number_counts_in_the_hash() -> None:
    part = statistics()
    sums, mothers = part.place_sums.copy(), part.mothers.copy()
    sums[0, 0] += 1
    mothers[0, 0] += 1
    others = [
        replace(part, place_sums=sums),
        replace(part, mothers=mothers),
        replace(part, left_out={"attainment unknown": 1}),
        replace(part, cross=((part.n + 1, *part.cross[0][1:]), *part.cross[1:])),
        replace(part, columns=("two", *part.columns[1:])),
        replace(part, places=(("99ZZ", "GM0001"), *part.places[1:])),
        replace(part, reference_date=date(2018, 10, 1)),
        replace(part, specification_sha256="0" * 64),
    ]
    assert len({one.sha256 for one in [part, *others]}) == 9
    assert part != others[0]
    assert part == replace(part)


def test_beyond_64_bits_the_coefficients_stay_the_same() -> None:
    part = statistics()
    factor = 10**30
    blown_up = replace(part, cross=tuple(tuple(factor * n for n in row) for row in part.cross))
    assert blown_up.cross[0][0] == 300 * factor
    doubled = blown_up + blown_up
    assert doubled.cross[0][0] == 600 * factor


def test_products_with_the_school_mean_pass_64_bits_unharmed() -> None:
    part = statistics()
    # A million times the children: the square of a mean in millionths, added up, has some 70 bits.
    many = replace(
        part,
        cross=tuple(tuple(10**9 * n for n in row) for row in part.cross),
        place_sums=part.place_sums * 10**9,
        mothers=part.mothers * 10**9,
    )
    small, large = normal_equations(part, SMALL), normal_equations(many, SMALL)
    mean = small.columns.index("school_mean")
    assert large.gram[mean][mean] == 10**9 * small.gram[mean][mean] > 2**63
    assert fit_statistics(many, SMALL).exact == fit_statistics(part, SMALL).exact


def test_empty_is_neutral() -> None:
    part = statistics()
    empty = SufficientStatistics.empty(SMALL, part.reference_date)
    assert empty + part == part + empty == part
    assert np.array_equal((empty + part).mothers, part.mothers)


def test_an_empty_part_adds_nothing() -> None:
    small = small_specification()
    rows = [child(child_id=f"c{number}", education_mother=1 + number % 3) for number in range(5)]
    whole = code_children(frame(rows), SITES, small)
    nobody = code_children(frame(rows).iloc[:0], SITES, small)
    assert len(nobody) == 0
    statistics = collect_statistics(whole, small)
    assert collect_statistics(nobody, small) == SufficientStatistics.empty(small, REFERENCE_DATE)
    assert statistics + collect_statistics(nobody, small) == statistics
    with pytest.raises(InputError, match="no child is left to fit on"):
        fit_coded(nobody, small)
    with pytest.raises(InputError, match="the column site_id is missing"):
        code_children(frame(rows).iloc[:0].drop(columns="site_id"), SITES, small)


def test_round_trip_with_equal_bytes(tmp_path: Path) -> None:
    part = statistics()
    write_statistics(part, tmp_path / "a.npz")
    write_statistics(part, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = read_statistics(tmp_path / "a.npz")
    assert again == part
    assert again.cross == part.cross
    assert again + again == part + part


@pytest.mark.parametrize("cut", [0, 10, 200, -10])
def test_cut_files_are_refused(tmp_path: Path, cut: int) -> None:
    write_statistics(statistics(), tmp_path / "a.npz")
    (tmp_path / "b.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:cut])
    with pytest.raises(InputError):
        read_statistics(tmp_path / "b.npz")


def test_changed_numbers_are_refused(tmp_path: Path) -> None:
    import numpy as np

    write_statistics(statistics(), tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as archive:
        content = dict(archive)
    content["mothers"] = content["mothers"] + 1
    np.savez(tmp_path / "b.npz", **content)
    with pytest.raises(InputError, match="has changed since it was written"):
        read_statistics(tmp_path / "b.npz")
    content["header"] = np.frombuffer(b'{"format": "something else"}', dtype=np.uint8)
    np.savez(tmp_path / "c.npz", **content)
    with pytest.raises(InputError, match="its format is 'something else'"):
        read_statistics(tmp_path / "c.npz")


def test_a_taken_path_is_refused(tmp_path: Path) -> None:
    write_statistics(statistics(), tmp_path / "a.npz")
    with pytest.raises(InputError, match="already exists"):
        write_statistics(statistics(), tmp_path / "a.npz")
