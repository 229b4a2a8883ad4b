import pandas as pd

from indicator.frames import SITES, child, frame, small_specification, toddler
from oab_funding.indicator.coding import code_children

SMALL = small_specification()


def test_a_school_in_two_municipalities_is_two_places_and_two_sites_in_one_are_one() -> None:
    sites = pd.concat(
        [SITES, pd.DataFrame([{"site_id": "00AP02", "school_id": "00AP", "municipality_code": "GM0363"}])]
    )
    rows = [child(child_id=site, site_id=site) for site in ("00AP02", "00AP01", "00AP00", "00AR00")]
    coded = code_children(frame(rows), sites, SMALL)
    assert coded.places == (("00AP", "GM0034"), ("00AP", "GM0363"), ("00AR", "GM0363"))
    assert coded.place.tolist() == [1, 0, 1, 2]


def test_only_places_with_children_occur_in_ascending_order() -> None:
    rows = [toddler(child_id=str(n), municipality_code=f"GM000{n}") for n in (3, 1, 2)]
    coded = code_children(frame(rows), SITES, SMALL)
    assert coded.places == (("", "GM0001"), ("", "GM0002"), ("", "GM0003"))
    assert coded.place.tolist() == [2, 0, 1]
