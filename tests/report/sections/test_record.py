import pytest

from oab_funding.report.institutions.telling import Telling
from oab_funding.report.phrases import read_phrases
from oab_funding.report.sections.record import checks_section, shown, steps_section
from report.runs import bare_run, small_run, with_transition

TELLING = Telling(small_run(), read_phrases("en"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "not identified"),
        (True, "yes"),
        (False, "no"),
        (6295, "6,295"),
        ("559.50", "559.50"),
        ("-1/8", "-0.125"),
        ("2/3", "0.6666666667"),
        ("7857284132/25", "314,291,365.28"),
        ("art. 27", "art. 27"),
        ("209469, 209470", "209469, 209470"),
        ("", ""),
    ],
)
def test_figures_are_written_for_reading(value: object, text: str) -> None:
    assert shown(TELLING, value) == text  # type: ignore[arg-type]


def test_every_step_is_listed_with_what_it_gave() -> None:
    rows = steps_section(TELLING).blocks[0].rows  # type: ignore[union-attr]
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert rows[1] == ("2", "derivation of scores", "art. 27", "site_derivations", "4", "0" * 12)
    assert rows[2][3:] == ("none", "", "")


def test_checks_say_what_came_out() -> None:
    def outcomes(run: object) -> dict[str, str]:
        section = checks_section(Telling(run, read_phrases("en")))  # type: ignore[arg-type]
        return dict(section.blocks[0].rows)  # type: ignore[union-attr, arg-type]

    found = outcomes(small_run())
    assert found["Sites that the register does not have"] == "0"
    assert found["Rounding of the size of the target group that fits the table"] == "up, half up"
    assert "Old bases of schools without a score, not paid" not in found
    assert outcomes(with_transition())["Old bases of schools without a score, not paid"] == "1"
    assert "Rounding of the size of the target group that fits the table" not in outcomes(bare_run())
