"""What `--help` shows beside the texts of the commands: choices, and an example of each command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typer.core import TyperGroup

CHOICES = {
    "--lang": "nl|en",
    "--format": "text|html",
    "--keep": "all|without-children|without-inputs",
    "--gainers": "SHARE|solve|solve_rounded|regulation|none",
    "--missing-base": "refuse|zero|exempt",
    "--amount-rounding": "half_up|half_even|down",
    "--ineligible-with-old-grant": "share|nothing",
    "--eligibility": "minimum|formula",
    "--price-rounding": "none|cents",
    "--remainder": "largest_remainder|half_up",
    "--tie-rule": "share|include|exclude|order",
    "--target-size-rounding": "up|half_up|down",
    "--average": "child|institution",
    "--kind": "pupils|toddlers|scored-children",
    "--hbo-count": "offered|target",
    "--scale-values": "ordinal|nominal",
    "--stream": "schools|municipalities",
    "--sites": "FILE",
}
"""By option: what may be given, for the options that take one of a few words."""

EXAMPLES = {
    "run": "calculation.toml --out RUN",
    "verify": "RUN --root ROOT",
    "replay": "RUN",
    "table": "RUN school_grants --out grants.xlsx",
    "demo": "",
    "synth": "--out COUNTRY --pupils 20000",
    "diff": "RUN1 RUN2 --out difference.xlsx",
    "disclose": "grants.csv --by municipality_code --remedy suppress --out DISCLOSED",
    "explain": "RUN --school 00AP --letter letter.html",
    "export": "RUN --out run.zip",
    "fit": "--pupils pupils.parquet --sites sites.parquet --out model.json",
    "impute": "--pupils pupils.parquet --sites sites.parquet --out imputed",
    "score": "--pupils pupils.parquet --sites sites.parquet --model model.json --out scored.parquet",
    "minimise": "pupils.parquet --kind pupils --out fewer.parquet",
    "plausibility": "RUN1 RUN2 --out PLAUSIBILITY",
    "preschool": "--grants grants.csv --toddlers toddlers.csv --year 2024 --hour-price 10 --out bought.csv",
    "week-plan": "--hours 4,4,4,4",
    "prove": "RUN --school 00AP --out proof.json",
    "check-proof": "proof.json --root ROOT",
    "reconcile": "RUN --decisions decisions.xlsx",
    "regulation": "school-grant 2020-2021",
    "report": "RUN --out report.html --lang nl",
    "scenario": "RUN --set threshold_share=10%,12% --out SCENARIOS",
    "sign": "RUN --key private.pem",
    "confirm": "RUN --key private.pem --out confirmation.json",
    "uncertainty": "RUN --workers 2 --out UNCERTAINTY",
    "web": "",
    "aggregate sites": "--children scored.parquet --date 2019-10-01 --out scores.csv",
    "aggregate municipalities": "--children scored.parquet --date 2019-10-01 --out scores.csv",
    "allocate schools": "--scores scores.xlsx --period 2020-2021 --sites register.csv --out grants.xlsx",
    "allocate municipalities": "--scores later.csv --previous earlier.csv --year 2021 --out grants.csv",
    "compare municipalities": "--provisional first.csv --final last.csv --out changes.csv",
    "compare schools": "--provisional first.xlsx --final last.xlsx --out changes.csv",
    "settle municipalities": "--spending spending.csv --period 2019-2022 --out settled.csv",
    "forecast municipalities": "--scores later.csv --previous earlier.csv --year 2026 --out forecast.csv",
    "forecast schools": "--scores scores.csv --period 2026 --price 600 --out forecast.csv",
    "forecast municipality": "--score 1800 --previous-score 1750 --price 700 --year 2026",
}
"""By command: an example of what may follow it."""


class Commands(TyperGroup):
    """A program or a group of commands, whose list of commands is folded and not cut off."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List every command with the first sentence of its text."""
        listed = [
            (name, _first_sentence(command.help or ""))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(listed)


def dressed(program: Any) -> Any:
    """Give every command its example and every option its choices, in the form in which help shows them."""
    for path, command in commands_below(program):
        for parameter in command.params:
            option = parameter.opts[-1] if parameter.opts else ""
            if option in CHOICES and parameter.metavar is None:
                parameter.metavar = CHOICES[option]
        if path in EXAMPLES:
            command.epilog = f"Example: oab-funding {path} {EXAMPLES[path]}".rstrip()
    return program


def commands_below(program: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Give the commands of a program, each with the words that name it; groups are passed through."""
    for name, command in getattr(program, "commands", {}).items():
        path = f"{before} {name}".strip()
        if hasattr(command, "commands"):
            yield from commands_below(command, path)
        else:
            yield path, command


def _first_sentence(text: str) -> str:
    said = " ".join(text.split("\n\n")[0].split())
    return said.partition(". ")[0].rstrip(".").partition("; ")[0]
