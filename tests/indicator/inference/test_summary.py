import re

import pytest

from indicator.inference.independent import few_schools, fitted
from indicator.inference.test_infer import by_statsmodels

pytest.importorskip("statsmodels")


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC1", "cluster"])
def test_coefficients_read_as_those_of_statsmodels(cov_type) -> None:
    mine = fitted().summary(cov_type).as_text().splitlines()
    theirs = by_statsmodels(cov_type).summary().as_text().splitlines()
    for column in fitted().columns:
        rows = [next(line for line in text if line.startswith(column)) for text in (mine, theirs)]
        # A coefficient that lies between two printed ones may be printed either way.
        one, other = ([float(number) for number in row.split()[1:]] for row in rows)
        assert one == pytest.approx(other, abs=0.0011)


def test_what_stands_above_and_below() -> None:
    text = fitted().summary("cluster").as_text()
    other = by_statsmodels("cluster").summary().as_text()
    for label in (
        "R-squared",
        "Adj. R-squared",
        "No. Observations",
        "Df Residuals",
        "Df Model",
        "Covariance Type",
    ):
        pattern = re.escape(label) + r":\s+(\S+)"
        assert re.search(pattern, text)[1] == re.search(pattern, other)[1], label
    result = fitted().inference("cluster")
    assert f"robust to clustering; {result.groups} clusters (school)" in text
    assert f"{result.groups - 1} degrees of freedom" in text
    assert "HC3" in fitted().summary("HC3").as_text()
    assert "<table" in fitted().summary().as_html()


def test_title_level_and_few_clusters() -> None:
    result = few_schools().inference("cluster")
    text = result.summary("Try-out", alpha=0.1).as_text()
    assert text.splitlines()[0].strip() == "Try-out"
    assert "[0.05" in text
    assert re.search(r"F-statistic:\s+nan", text)


def test_it_is_shown_as_text_and_in_notebooks() -> None:
    laid_out = fitted().summary()
    assert repr(laid_out) == str(laid_out) == laid_out.as_text()
    assert laid_out._repr_html_().count("<tr>") == 7 + 1 + len(fitted().columns)
    lines = laid_out.as_text().splitlines()
    table = lines[1 : lines.index("Notes:")]
    assert len({len(line) for line in table}) == 1
    html = fitted().inference().summary("<b>").as_html()
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
