from oab_funding.report.document import (
    Column,
    Derivation,
    Document,
    Grid,
    Line,
    Paragraph,
    Section,
    Source,
    Sources,
)
from oab_funding.report.text import WIDTH, render_text


def rendered(*blocks: object, **changes: object) -> str:
    known = {"language": "en", "title": "T", "subtitle": "", "run": "R", "warnings": ()} | changes
    return render_text(Document(sections=(Section("S", blocks),), **known))  # type: ignore[arg-type]


def body(text: str) -> str:
    before, _, after = text.split("S\n-\n")[1].rpartition("\n\n")
    assert after == "Whether the record is whole, oab-funding verify says.\n"
    return before + "\n"


def test_a_derivation_stands_in_two_columns() -> None:
    text = body(rendered(Derivation((Line("A = 1", "first"), Line("B = 100", "second " * 20)))))
    assert text.startswith("  A = 1    first\n  B = 100  second second")
    assert text.splitlines()[2].startswith("           second")


def test_a_long_equation_gets_a_line_of_its_own() -> None:
    long = "paid = " + " + ".join(["1.00"] * 9)
    text = body(rendered(Derivation((Line("A = 1", "first"), Line(long, "second")))))
    assert text.splitlines() == ["  A = 1  first", f"  {long}", "         second"]


def test_an_equation_needs_no_meaning() -> None:
    assert body(rendered(Derivation((Line("A = 1", ""),)))) == "  A = 1\n"


def test_a_grid_has_its_numbers_to_the_right_and_its_total_apart() -> None:
    grid = Grid(
        "C",
        (Column("site"), Column("score", numeric=True)),
        (("00AP00", "3.00"), ("x", "10.00")),
        ("total", "13.00"),
    )
    assert body(rendered(grid)).splitlines() == [
        "  C",
        "  site    score",
        "  ------  -----",
        "  00AP00   3.00",
        "  x       10.00",
        "  ------  -----",
        "  total   13.00",
    ]


def test_a_grid_that_is_too_wide_is_folded_and_loses_nothing() -> None:
    words = [f"word{number}" for number in range(40)]
    grid = Grid(
        "C",
        (Column("site"), Column("name"), Column("score", numeric=True)),
        (("00AP00", " ".join(words), "3.00"),),
    )
    text = body(rendered(grid))
    assert all(len(line) <= WIDTH for line in text.splitlines())
    assert [word for word in text.split() if word.startswith("word")] == words


def test_nothing_is_wider_than_the_page() -> None:
    long = "word " * 60
    blocks = (
        Paragraph(long),
        Derivation((Line("A = 1 " * 30, long),)),
        Sources((Source("w", long, "https://x"),)),
    )
    text = rendered(*blocks, subtitle=long, run=long, warnings=(long, long))
    assert max(map(len, text.splitlines())) <= WIDTH


def test_warnings_stand_before_everything_else() -> None:
    lines = rendered(Paragraph("p"), warnings=("one", "two")).splitlines()
    assert lines[3:6] == ["", "NOTE  one", "NOTE  two"]
    assert lines.index("NOTE  two") < lines.index("S")


def test_addresses_are_not_broken() -> None:
    address = "https://example.org/" + "a-b" * 10
    assert f"    {address}\n" in rendered(Sources((Source("law", "text", address),)))


def test_what_a_terminal_would_obey_is_written_out() -> None:
    text = rendered(Paragraph("a\x1b[31mred\x07"), title="T\x1b]0;x\x07")
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "a\\x1b[31mred\\x07" in text
