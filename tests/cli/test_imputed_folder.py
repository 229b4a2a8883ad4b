"""What an imputation belongs to; the commands that read and write its folder are in `test_indicator`."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from oab_funding.cli.imputed_folder import identity
from oab_funding.synthetic import country
from oab_funding.tables.child_tables import PUPILS
from oab_funding.tables.conform import conform
from oab_funding.tables.register_tables import SITES


def test_it_belongs_to_children_and_a_day_whatever_they_achieve() -> None:
    made = country(300, seed=4)
    pupils, sites = conform(made.pupils, PUPILS), conform(made.sites, SITES)
    own = identity({"pupils": pupils, "sites": sites}, "cbs-2019", None)
    assert own["reference_date"] == "2019-10-01"
    without = pupils.drop_columns(["attainment", "ability"])
    assert identity({"pupils": without, "sites": sites}, "cbs-2019", date(2019, 10, 1)) == own
    place = pupils.column_names.index("age")
    older = pupils.set_column(place, pupils.field("age"), pa.array([12] * 300, pupils.field("age").type))
    other = identity({"pupils": older, "sites": sites}, "cbs-2019", date(2019, 10, 2))
    assert {name for name in own if own[name] != other[name]} == {"pupils_sha256", "reference_date"}
