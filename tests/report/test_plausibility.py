"""The page of plausibility: which sections stand in it, by what the tables hold."""

from __future__ import annotations

import oab_funding as oab
from oab_funding.report.plausibility import plausibility_page


def test_what_is_not_known_has_no_section() -> None:
    run = oab.school_grants({"site_id": ["00AP00"], "score": ["33.02"]}, period="2020-2021")
    found = oab.plausibility({"2019 <b>": run})
    page = plausibility_page(found.tables, ["before transition"], "en")
    assert page.count("<h2") == 2, "totals and frequencies"
    assert "2019 &lt;b&gt;" in page
    assert "<b>" not in page
    assert "Read this first" in page
