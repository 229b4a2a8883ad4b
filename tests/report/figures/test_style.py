import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from xml.etree import ElementTree

import matplotlib
import pyarrow as pa
import pytest

from oab_funding.report import figures
from oab_funding.report.figures import style
from report.municipal_runs import both_streams

TABLES = both_streams().tables


def to_municipalities(table: pa.Table, source: str) -> bytes:
    return figures.grants_to_municipalities(table, {"GM0363": "Amsterdam"}, source)


DRAWN: list[tuple[Callable[[pa.Table, str], bytes], str]] = [
    (figures.score_distribution, "site_scores"),
    (figures.concentration_curve, "site_scores"),
    (figures.grants_per_municipality, "totals_municipality"),
    (figures.grants_per_province, "totals_province"),
    (to_municipalities, "municipal_grants"),
]
SOURCE = "Scores: <made up> & more"

each = pytest.mark.parametrize(("draw", "name"), DRAWN, ids=lambda value: getattr(value, "__name__", ""))


@each
def test_the_same_table_gives_the_same_bytes(draw: Callable[[pa.Table, str], bytes], name: str) -> None:
    table = TABLES[name]
    assert draw(table, SOURCE) == draw(table, SOURCE)


@each
def test_the_order_of_rows_does_not_count(draw: Callable[[pa.Table, str], bytes], name: str) -> None:
    table = TABLES[name]
    turned = table.take(list(reversed(range(table.num_rows))))
    assert draw(turned, SOURCE) == draw(table, SOURCE)


@each
def test_the_user_s_own_settings_do_not_count(draw: Callable[[pa.Table, str], bytes], name: str) -> None:
    table = TABLES[name]
    expected = draw(table, SOURCE)
    own = {
        "font.size": 30,
        "axes.grid": True,
        "svg.fonttype": "path",
        "svg.hashsalt": "x",
        "lines.linewidth": 9,
    }
    with matplotlib.rc_context(own):  # type: ignore[arg-type]
        assert draw(table, SOURCE) == expected
        assert matplotlib.rcParams["font.size"] == 30


@each
def test_what_is_drawn_is_xml_with_text_that_can_be_read(
    draw: Callable[[pa.Table, str], bytes], name: str
) -> None:
    root = ElementTree.fromstring(draw(TABLES[name], SOURCE))
    texts = {"".join(element.itertext()).strip() for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert SOURCE in texts
    assert any("score" in text or "euros" in text for text in texts)


@each
def test_there_is_no_date_and_every_reference_is_inside(
    draw: Callable[[pa.Table, str], bytes], name: str
) -> None:
    text = draw(TABLES[name], SOURCE).decode("utf-8")
    assert "dc:date" not in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    used = re.findall(r'href="#([^"]+)"', text) + re.findall(r"url\(#([^)]+)\)", text)
    assert used
    assert set(used) <= set(ids)


def test_pictures_share_no_ids() -> None:
    found = [
        set(re.findall(r'\bid="([^"]+)"', draw(TABLES[name], SOURCE).decode("utf-8"))) for draw, name in DRAWN
    ]
    assert len(set.union(*found)) == sum(map(len, found))


@each
def test_an_empty_table_gives_an_empty_picture(draw: Callable[[pa.Table, str], bytes], name: str) -> None:
    assert ElementTree.fromstring(draw(TABLES[name].slice(0, 0), "")) is not None


def test_pyplot_is_never_imported_and_matplotlib_only_to_draw() -> None:
    code = (
        "import sys\n"
        "from oab_funding.report import figures\n"
        "import oab_funding.report.page\n"
        "assert 'matplotlib' not in sys.modules\n"
        "import pyarrow as pa\n"
        "figures.score_distribution(pa.table({'score': pa.array([], pa.decimal128(12, 2))}))\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_figure_comes_for_a_notebook_too() -> None:
    figure = figures.distribution_figure(TABLES["site_scores"], SOURCE)
    assert style.to_svg(figure, "distribution") == figures.score_distribution(TABLES["site_scores"], SOURCE)


def scores(*values: str) -> pa.Table:
    return pa.table({"score": pa.array([Decimal(value) for value in values], pa.decimal128(12, 2))})


def texts(svg: bytes) -> str:
    return " | ".join(
        "".join(element.itertext())
        for element in ElementTree.fromstring(svg).iter()
        if element.tag.endswith("text")
    )


def test_the_distribution_tells_its_numbers() -> None:
    drawn = texts(figures.score_distribution(scores("0.00", "0.50", "10.00", "31.50")))
    assert "3 of 4 sites score above 0" in drawn
    assert "median 10.0" in drawn
    assert "mean 14.0" in drawn
    assert "1 or less" in drawn


def test_the_distribution_says_nothing_of_scores_below_1_where_there_are_none() -> None:
    assert "or less" not in texts(figures.score_distribution(scores("1.00", "200.00")))


def bars(svg: bytes) -> list[float]:
    """Heights of the bars."""
    paths = re.findall(
        r'<path d="M [\d.]+ ([\d.]+) \nL [\d.]+ [\d.]+ \nL [\d.]+ ([\d.]+)[^"]*" clip-path', svg.decode()
    )
    return [float(bottom) - float(top) for bottom, top in paths]


def test_every_positive_score_stands_in_a_bar() -> None:
    # One site in each of three bars: also the highest score, the lowest bin, and one on an edge.
    heights = [
        height for height in bars(figures.score_distribution(scores("0.01", "10.00", "100.00"))) if height > 0
    ]
    assert len(heights) == 3
    assert max(heights) - min(heights) < 1e-6


def test_the_curve_is_marked_with_exact_shares() -> None:
    table = scores(*["60.00", "40.00"], *["0.00"] * 18)
    drawn = texts(figures.concentration_curve(table))
    assert "top 5%: 60.0%" in drawn
    assert "top 10%: 100.0%" in drawn
    assert "top 1%" not in drawn
    assert figures.shares_of_table(table) == figures.shares_held([6000, 4000] + [0] * 18)


def municipalities(*rows: tuple[str, str | None, str]) -> pa.Table:
    codes, names, amounts = zip(*rows, strict=True)
    money = pa.array([Decimal(amount) for amount in amounts], pa.decimal128(18, 2))
    return pa.table({"municipality_code": list(codes), "municipality_name": list(names), "amount": money})


def test_the_largest_stand_first_and_equal_ones_by_code() -> None:
    table = municipalities(
        ("GM0002", "Bee", "5.00"),
        ("GM0001", "Cee", "5.00"),
        ("unknown", None, "99.00"),
        ("GM0003", None, "7.00"),
    )
    drawn = texts(figures.grants_per_municipality(table))
    assert drawn.index("GM0003") < drawn.index("Cee") < drawn.index("Bee")
    assert "unknown" not in drawn
    assert "thousand euros" in drawn


def test_no_more_than_twenty_municipalities_are_drawn() -> None:
    table = municipalities(
        *((f"GM{number:04}", f"Town {number:02}", f"{number}000000.00") for number in range(30))
    )
    drawn = texts(figures.grants_per_municipality(table))
    assert drawn.count("Town") == 20
    assert "Town 10" in drawn
    assert "Town 09" not in drawn
    assert "the 20 municipalities with most" in drawn
    assert "million euros" in drawn


def test_who_is_paid_the_minimum_stands_apart() -> None:
    after = TABLES["municipal_grants"]
    assert "(minimum)" not in texts(to_municipalities(after, ""))  # 64,000 became 63,4xx by the transition
    place = after.column_names.index("amount")
    svg = to_municipalities(after.set_column(place, "amount", after.column("amount_new")), "")
    drawn = texts(svg)
    assert drawn.index("Amsterdam") < drawn.index("GM0637") < drawn.index("GM1926")
    assert "64.0 (minimum)" in drawn
    assert drawn.count("(minimum)") == 1
    assert svg.decode().count(f"fill: {style.CONTRAST}") == 1
    assert "all of them" in drawn


def test_no_more_than_twenty_grants_to_municipalities_are_drawn() -> None:
    one = TABLES["municipal_grants"].slice(0, 1)
    codes = [f"GM{number:04}" for number in range(21)]
    many = pa.concat_tables([one] * 21).set_column(0, "municipality_code", pa.array(codes))
    drawn = texts(to_municipalities(many, ""))
    assert "the 20 with most" in drawn
    assert "GM0019" in drawn
    assert "GM0020" not in drawn


def test_small_amounts_are_drawn_in_thousands() -> None:
    few = municipalities(("GM0001", "Bee", "9999999.00"), ("GM0002", "Cee", "2000.00"))
    drawn = texts(figures.grants_per_municipality(few))
    assert "thousand euros" in drawn
    assert "10,000.0" in drawn
    assert "2.0" in drawn
    assert "million euros" in texts(figures.grants_per_municipality(municipalities(("GM0001", "B", "1e7"))))


def test_a_long_source_takes_more_lines_and_moves_nothing() -> None:
    table = TABLES["site_scores"]
    short, long = (figures.distribution_figure(table, text) for text in ("word", "word " * 60))
    heights = [figure.get_size_inches()[1] for figure in (short, long)]
    assert heights == pytest.approx([4.0, 4.3])  # three lines: two more than there is room for
    boxes = [figure.axes[0].get_position() for figure in (short, long)]
    for edge in ("height", "width"):
        sizes = [getattr(box, edge) for box in boxes]
        scale = heights if edge == "height" else [1, 1]
        assert sizes[0] * scale[0] == pytest.approx(sizes[1] * scale[1])
    assert (1 - boxes[0].y1) * heights[0] == pytest.approx((1 - boxes[1].y1) * heights[1])
    assert max(map(len, long.texts[0].get_text().splitlines())) <= 120
