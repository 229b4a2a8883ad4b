"""What keeps these pages true: sections written from the code, and examples that are run.

A build checks both and, with `--strict`, fails on either. `python docs/hooks.py` writes the sections anew.
"""

from __future__ import annotations

import ast
import doctest
import inspect
import logging
import re
import sys
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
_LOG = logging.getLogger("mkdocs.hooks.oab_funding")
_EXAMPLE = re.compile(r"^```pycon\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def on_pre_build(config: Any) -> None:
    """Check every page before the build: its written sections, and its Python examples."""
    for name in _SECTIONS:
        if (DOCS / name).read_text(encoding="utf-8") != _renewed(name):
            _LOG.warning("docs/%s: its written section is behind the code; run `python docs/hooks.py`", name)
    if _figures_behind():
        _LOG.warning("docs/explanation/made-up.md is behind the figures; run `python docs/pictures.py`")
    for key in _keys_unsaid():
        _LOG.warning("docs/reference/calculation-file.md does not say what `%s` means", key)
    for page in sorted(DOCS.rglob("*.md")):
        for failure in _failures(page):
            _LOG.warning("docs/%s: an example failed\n%s", page.relative_to(DOCS), failure)


def _keys_unsaid() -> list[str]:
    """Give the keys of a calculation file that its page does not name."""
    from pydantic import BaseModel

    from oab_funding.run import calculation_file

    page = (DOCS / "reference/calculation-file.md").read_text(encoding="utf-8")
    models = [m for m in vars(calculation_file).values() if isinstance(m, type) and issubclass(m, BaseModel)]
    keys = {key for model in models for key in model.model_fields}
    return sorted(key for key in keys if f"`{key}`" not in page and f"`[{key}]`" not in page)


def _figures_behind() -> bool:
    """Say whether the table of `pictures.py` names other figures than the benchmark; no value is checked."""
    spec = spec_from_file_location("calibration_figures", DOCS.parent / "benchmarks/calibration_figures.py")
    if spec is None or spec.loader is None:
        return True
    sys.modules[spec.name] = figures = module_from_spec(spec)
    spec.loader.exec_module(figures)
    page = (DOCS / "explanation/made-up.md").read_text(encoding="utf-8").splitlines()
    shown = [line.split(" | ")[0].removeprefix("| ") for line in page if line.startswith("| ")]
    return shown != ["figure", *(figure.name for figure in figures.FIGURES)]


def _failures(page: Path) -> list[str]:
    """Run the examples of a page, in order and with the same names, and tell what went wrong."""
    blocks = _EXAMPLE.findall(page.read_text(encoding="utf-8"))
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, page.name, str(page), 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    return said


def _renewed(name: str) -> str:
    """Give a page with its section written from the code as it is now."""
    text = (DOCS / name).read_text(encoding="utf-8")
    start, end = (text.index(mark) for mark in ("<!-- written by", "<!-- end -->"))
    start = text.index("\n", start) + 1
    return text[:start] + "\n" + "\n".join(_SECTIONS[name]()) + "\n" + text[end:]


def _table(header: str, rows: Iterator[tuple[object, ...]] | list[tuple[object, ...]]) -> Iterator[str]:
    names = header.split(" | ")
    yield f"| {header} |"
    yield "|" + " --- |" * len(names)
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |"
    yield ""


def _commands() -> Iterator[str]:
    import oab_funding.cli

    for name, command in _walk("oab-funding", oab_funding.cli.parser()):
        if hasattr(command, "commands"):
            continue
        arguments = "".join(f" {_shown(p)}" for p in command.params if p.param_type_name == "argument")
        yield f"### {name.removeprefix('oab-funding ')}"
        yield ""
        yield f"`{name}{arguments}`: {' '.join(inspect.cleandoc(command.help or '').split())}"
        yield ""
        yield f"`{command.epilog.removeprefix('Example: ')}`"
        yield ""
        yield from _table("option | what it says | without it", [_parameter(p) for p in command.params])


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield name, command
    for part, below in getattr(command, "commands", {}).items():
        yield from _walk(f"{name} {part}", below)


def _parameter(parameter: Any) -> tuple[object, ...]:
    argument = parameter.param_type_name == "argument"
    name = _shown(parameter) if argument else ", ".join(parameter.opts)
    given = parameter.default is not None and parameter.default is not False
    without = "refused" if parameter.required else f"`{parameter.default}`" if given else ""
    return f"`{name}`", parameter.help or "", without


def _shown(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _tables() -> Iterator[str]:
    from oab_funding.tables import (
        child_tables,
        grant_tables,
        preschool_tables,
        register_tables,
        score_tables,
        uncertainty_tables,
    )

    results = (grant_tables, preschool_tables, uncertainty_tables)
    for module in (child_tables, score_tables, register_tables, *results):
        yield from _tables_of(module)


def _tables_of(module: Any) -> Iterator[str]:
    from oab_funding.tables.schema import TableSchema

    said = _said_below(inspect.getsource(module))
    for variable, schema in vars(module).items():
        if not isinstance(schema, TableSchema):
            continue
        heading = schema.name if variable != "MUNICIPAL_DECISIONS" else f"{schema.name} (municipalities)"
        yield from (f"### {heading}", "", " ".join(said[variable].split()), "")
        rows = [(f"`{c.name}`", _holds(c.kind), _presence(c, schema.key)) for c in schema.columns]
        yield from _table("column | holds | presence", rows)


def _said_below(source: str) -> dict[str, str]:
    """Find the text that stands below each assignment; assignments in a row share the next one."""
    found: dict[str, str] = {}
    waiting: list[str] = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            waiting.append(node.targets[0].id)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found |= dict.fromkeys(waiting, str(node.value.value))
            waiting = []
    return found


def _holds(kind: Any) -> str:
    low, high = getattr(kind, "minimum", None), getattr(kind, "maximum", None)
    span = f", {low} to {high}" if high is not None else f", {low} or more" if low is not None else ""
    return f"{kind.meaning}{span}"


def _presence(column: Any, key: tuple[str, ...]) -> str:
    if column.name in key:
        return "key"
    words = ("" if column.required else "may be absent", "may be empty" if column.nullable else "")
    return ", ".join(filter(None, words)) or "always"


def _regulations() -> Iterator[str]:
    from oab_funding.regulation import Statutes

    statutes = Statutes.shipped()
    files = statutes.files.values()
    named = [(f"`{path}`", f.regulation) for path, f in statutes.files.items()]
    yield from ("### Files", "")
    yield from _table(
        "file | regulation | published in", [(path, one.title, one.published_in) for path, one in named]
    )
    yield from ("### Periods of school grants", "")
    periods = [p for f in files if f.school_grant for p in f.school_grant.applies_to]
    rows = [_period(statutes.school_grant(p.period)) for p in sorted(periods, key=lambda p: p.first)]
    yield from _table("period | days | scores of | share | losers' c | gainers' c | price per unit", rows)
    yield from ("### Budget years of municipal grants", "")
    years = [
        y for f in statutes.files.values() if f.municipality_grant for y in f.municipality_grant.applies_to
    ]
    yield from _table("year | scores of | budget | price | losers' c | gainers' c", [_year(y) for y in years])
    yield from ("### Maximum hourly prices of childcare", "")
    ceilings = [f.childcare_price for f in files if f.childcare_price]
    yield from _table("year | price", [(c.year, _known(c.price)) for c in ceilings])
    yield from ("### Gaps", "")
    yield from _table("gap | question | options (default first) | reason", list(_gaps(statutes)))


def _period(law: Any) -> tuple[object, ...]:
    p = law.period
    prices = "; ".join(f"{_known(q.price.price)} ({q.price.version})" for q in law.prices)
    claims = "; ".join(claim.source for claim in p.share_candidates)
    share = f"disputed: {claims}" if claims else _known(p.share)
    return p.period, f"{p.first} to {p.last}", p.reference_date, share, *_shares(p), prices


def _year(y: Any) -> tuple[object, ...]:
    dates = " and ".join(map(str, y.reference_dates))
    return y.year, dates, _known(y.budget), _known(y.price), *_shares(y)


def _shares(part: Any) -> tuple[str, str]:
    if part.transition is None:
        return "none", "none"
    return f"{float(part.transition.losers_share):.0%}", _known(part.transition.gainers_share, "{:.2%}")


def _known(value: Any, form: str = "{}") -> str:
    if value.value is None:
        return "unknown"
    shown = form.format(float(value.value) if "%" in form else value.value)
    return f"{shown} [{value.standing}: {value.source}]"


_SECTIONS_WITH_GAPS = (
    "school_score",
    "school_grant",
    "municipality_score",
    "municipality_grant",
    "preschool",
)


def _gaps(statutes: Any) -> Iterator[tuple[object, ...]]:
    seen = set()
    for file in statutes.files.values():
        for section in _SECTIONS_WITH_GAPS:
            for gap in getattr(getattr(file, section), "gaps", ()):
                if (section, gap.name) not in seen:
                    seen.add((section, gap.name))
                    options = [gap.default, *(option for option in gap.options if option != gap.default)]
                    shown = ", ".join(f"`{option}`" for option in options)
                    yield f"{section}: `{gap.name}`", gap.question, shown, gap.reason


def _forms() -> Iterator[str]:
    from oab_funding.audit.schemas import FORMS, schema_text

    for name in FORMS:
        yield from (f"### {name}", "", "```json", *schema_text(name).splitlines(), "```", "")


_SECTIONS: dict[str, Callable[[], Iterator[str]]] = {
    "reference/bundle.md": _forms,
    "reference/cli.md": _commands,
    "reference/tables.md": _tables,
    "reference/regulation-files.md": _regulations,
}


if __name__ == "__main__":
    for page in _SECTIONS:
        (DOCS / page).write_text(_renewed(page), encoding="utf-8")
        sys.stdout.write(f"docs/{page}\n")
