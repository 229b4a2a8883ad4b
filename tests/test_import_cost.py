"""Importing the package and asking for help stay light: heavy libraries load when used."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "pandas", "pyarrow", "matplotlib", "scipy", "statsmodels", "jinja2", "xlsxwriter")


def loaded_by(code: str) -> set[str]:
    program = f"import sys\n{code}\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import oab_funding",
        "import oab_funding.cli",
        "import oab_funding.exact",
        "import oab_funding.regulation",
    ],
)
def test_heavy_libraries_are_not_loaded(code: str) -> None:
    assert not loaded_by(code) & set(HEAVY)


def test_a_question_about_one_municipality_takes_little() -> None:
    asked = "forecast municipality --score 1810 --previous-score 1800 --price 502.66 --year 2024"
    more = "--toddlers 100 --hour-price 10.25 --hbo-wage 40"
    found = loaded_by(
        "from contextlib import redirect_stdout; from io import StringIO; from oab_funding.cli import run\n"
        f"with redirect_stdout(StringIO()): assert run({[*asked.split(), *more.split()]}) == 0"
    )
    assert "pyarrow" in found
    assert not found & ({*HEAVY, "pyarrow.compute", "rich"} - {"numpy", "pyarrow"})


def test_public_names_are_found() -> None:
    import oab_funding

    for name in oab_funding.__all__:
        assert getattr(oab_funding, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        oab_funding.no_such_name  # noqa: B018


def test_help_comes_from_the_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "oab_funding", "--help"], capture_output=True, text=True, check=True
    )
    assert "allocate" in done.stdout
