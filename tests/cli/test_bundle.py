"""`oab-funding run`, `verify`, `replay`, `explain`, `reconcile` on a small calculation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from .conftest import Ran

Command = Callable[..., Ran]

SCORES = {f"{n:02d}AA00": (Decimal(300 + 7 * n), 40 + n) for n in range(12)}
K = Decimal("0.7")
BASE = {site[:4]: Decimal(20000 + 15000 * (n % 3)) for n, site in enumerate(SCORES)}
PRICE = Decimal("559.50")


def score(site: str) -> Decimal:
    raw, pupils = SCORES[site]
    return raw - K * pupils


def cents(amount: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding)


def write_rows(path: Path, header: str, rows: list[tuple[object, ...]]) -> Path:
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [(site, pupils, raw, score(site)) for site, (raw, pupils) in SCORES.items()]
    write_rows(tmp_path / "scores.csv", "site_id,pupils,score_raw,score", rows)
    write_rows(tmp_path / "base.csv", "school_id,old_base", list(BASE.items()))
    sites = [(site, site[:4], f"4100{n % 2}", f"GM000{n % 3}") for n, site in enumerate(SCORES)]
    write_rows(tmp_path / "sites.csv", "site_id,school_id,board_id,municipality_code", sites)
    return tmp_path


def calculation(folder: Path, *lines: str) -> Path:
    path = folder / "calculation.toml"
    head = [
        "format = 1",
        'title = "A small run"',
        'label = "made-up data"',
        "[schools]",
        'period = "2020-2021"',
    ]
    path.write_text("\n".join([*head, 'scores = "scores.csv"', 'sites = ["sites.csv"]', *lines]) + "\n")
    return path


@pytest.fixture
def bundle(folder: Path, command: Command) -> Path:
    ran = command("run", calculation(folder), "--out", folder / "run")
    assert ran.code == 0, ran.err
    return folder / "run"


def test_run_writes_a_whole_bundle(bundle: Path, command: Command) -> None:
    names = sorted(path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file())
    assert {"calculation.toml", "manifest.json", "journal.jsonl", "grants_schools.csv", "report.html"} <= set(
        names
    )
    assert "inputs/schools.scores.csv" in names
    assert "regulations/nl/besluit-bekostiging-wpo/2018-10-01.toml" in names
    manifest = json.loads((bundle / "manifest.json").read_bytes())
    assert manifest["labels"]["labels"] == ["made-up data", "before transition"]
    assert command("verify", bundle).code == 0
    assert command("verify", bundle, "--root", manifest["root"]).code == 0
    assert command("verify", bundle, "--root", "0" * 64).code == 1
    replayed = command("replay", bundle)
    assert replayed.code == 0
    assert "identical: 10 steps" in replayed.out


def test_two_runs_give_the_same_bytes(folder: Path, bundle: Path, command: Command) -> None:
    command("run", folder / "calculation.toml", "--out", folder / "again")
    for path in bundle.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (folder / "again" / path.relative_to(bundle)).read_bytes(), path


def test_row_order_of_the_input_moves_no_result(folder: Path, bundle: Path, command: Command) -> None:
    header, *rows = (folder / "scores.csv").read_text().splitlines()
    (folder / "scores.csv").write_text("\n".join([header, *reversed(rows)]) + "\n")
    command("run", folder / "calculation.toml", "--out", folder / "again")
    assert (folder / "again" / "journal.jsonl").read_bytes() == (bundle / "journal.jsonl").read_bytes()
    assert (folder / "again" / "grants_schools.csv").read_bytes() == (
        bundle / "grants_schools.csv"
    ).read_bytes()


def test_a_changed_grant_is_seen(bundle: Path, command: Command) -> None:
    path = bundle / "grants_schools.csv"
    path.write_text(path.read_text().replace("00AA", "00AB", 1))
    found = command("verify", bundle)
    assert found.code == 1
    assert "grants_schools.csv" in found.out
    replayed = command("replay", bundle)
    assert replayed.code == 1
    assert "grants_schools.csv" in replayed.out


def test_a_changed_regulation_in_the_bundle_is_noted(folder: Path, bundle: Path, command: Command) -> None:
    copy = shutil.copytree(bundle, folder / "copy")
    law = copy / "regulations/nl/besluit-bekostiging-wpo/2018-10-01.toml"
    law.write_text(law.read_text().replace('"12%"', '"5%"', 1))
    found = command("replay", copy)
    assert found.code == 1
    assert "2018-10-01.toml" in found.out


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    "words", [["--site", "03AA00"], ["--school", "03AA"], ["--board", "41001"], ["--municipality", "GM0000"]]
)
def test_explain(words: list[str], lang: str, bundle: Path, command: Command) -> None:
    ran = command("explain", bundle, *words, "--lang", lang)
    assert ran.code == 0, ran.err
    assert "made-up data" in ran.out
    assert words[1] in ran.out
    page = command("explain", bundle, *words, "--lang", lang, "--format", "html")
    assert page.out.startswith("<!doctype html>")


def test_explain_refuses_what_is_not_there(bundle: Path, command: Command) -> None:
    assert command("explain", bundle).code == 2
    assert command("explain", bundle, "--site", "03AA00", "--school", "03AA").code == 2
    assert command("explain", bundle, "--site", "99ZZ00").code == 2
    assert command("explain", bundle, "--site", "03AA00", "--lang", "fr").code == 2
    assert command("explain", bundle, "--site", "03AA00", "--format", "pdf").code == 2


def new(site: str, price: Decimal = PRICE) -> Decimal:
    return score(site) * price


def decided(folder: Path, amounts: dict[str, Decimal]) -> Path:
    return write_rows(folder / "decisions.csv", "school_id,amount", list(amounts.items()))


def causes(ran: Ran) -> dict[str, str]:
    """The causes of the listed differences, by school."""
    lines = ran.out.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith("school_id\t")), len(lines))
    return {row[0]: row[-1] for row in (line.split("\t") for line in lines[start + 1 :])}


CAUSES = {
    "equal": (lambda site: cents(new(site)), 0, "equal"),
    "price": (
        lambda site: cents(new(site, Decimal("571.23"))),
        1,
        "price EUR 571.23 (implied by the decisions)",
    ),
    "paid first": (lambda site: cents(new(site) * Decimal("0.3455")), 1, "only the 34.55% paid in 2020"),
    "whole euros": (lambda site: new(site).quantize(Decimal(1), ROUND_HALF_UP), 1, "rounding to whole euros"),
}


@pytest.mark.parametrize("name", CAUSES)
def test_reconcile_finds_the_cause(name: str, folder: Path, bundle: Path, command: Command) -> None:
    amount, code, cause = CAUSES[name]
    ran = command(
        "reconcile", bundle, "--decisions", decided(folder, {site[:4]: amount(site) for site in SCORES})
    )
    assert ran.code == code, ran
    assert set(causes(ran).values()) <= {cause}
    assert ran.figure(cause) == str(len(SCORES)) or name == "whole euros"
    assert ran.figure("unexplained_difference") == "EUR 0.00"


def test_decisions_of_one_board_are_enough(folder: Path, bundle: Path, command: Command) -> None:
    own = dict.fromkeys(["03AA", "04AA"], Decimal(0)) | {s[:4]: cents(new(s)) for s in ("03AA00", "04AA00")}
    ran = command("reconcile", bundle, "--decisions", decided(folder, own))
    assert ran.code == 0, ran.out
    assert ran.figure("equal") == "2"
    assert ran.figure("not compared") == f"{len(SCORES) - 2} schools of the run are not in your file"


def test_reconcile_tries_the_transition(folder: Path, bundle: Path, command: Command) -> None:
    def after(site: str, gainers: Decimal) -> Decimal:
        b, a = new(site), BASE[site[:4]]
        return cents(b + (a - b) * (Decimal("0.5") if a > b else gainers))

    base = folder / "base.csv"
    known = decided(folder, {site[:4]: after(site, Decimal("0.2655")) for site in SCORES})
    ran = command("reconcile", bundle, "--decisions", known, "--old-base", base)
    assert set(causes(ran).values()) == {"transition applied"}
    implied = decided(folder, {site[:4]: after(site, Decimal("0.3210")) for site in SCORES})
    ran = command("reconcile", bundle, "--decisions", implied, "--old-base", base)
    assert ran.figure("unexplained_difference") == "EUR 0.00"
    shared = "gainers' share 32.10% (implied by the decisions)"
    assert any(cause.endswith(shared) for cause in causes(ran).values())


def test_reconcile_tries_another_version_of_the_scores(folder: Path, bundle: Path, command: Command) -> None:
    text = (folder / "scores.csv").read_text()
    other = folder / "reissued.csv"
    other.write_text(
        "\n".join(",".join((*line.split(",")[:1], line.split(",")[-1])) for line in text.splitlines())
    )
    other.write_text(other.read_text().replace("272.0", "280.5"))
    site = next(site for site in SCORES if score(site) == Decimal("272.0"))
    amounts = {s[:4]: cents(new(s)) for s in SCORES} | {site[:4]: cents(Decimal("280.5") * PRICE)}
    ran = command("reconcile", bundle, "--decisions", decided(folder, amounts), "--scores", other)
    assert causes(ran) == {site[:4]: "score file reissued.csv"}
    ran = command("reconcile", bundle, "--decisions", decided(folder, amounts))
    assert causes(ran) == {site[:4]: "another score: 280.50 instead of 272.00"}


def test_reconcile_lists_what_it_cannot_explain(folder: Path, bundle: Path, command: Command) -> None:
    amounts = {site[:4]: cents(new(site)) for site in SCORES}
    del amounts["00AA"]
    amounts["01AA"] += Decimal("0.02")
    amounts["99ZZ"] = Decimal("5.00")
    out = folder / "comparison.csv"
    ran = command("reconcile", bundle, "--decisions", decided(folder, amounts), "--out", out)
    assert ran.code == 1
    assert causes(ran) == {
        "01AA": "unexplained; would follow from an old base of EUR 155,708.88",
        "99ZZ": "decided, not computed",
    }
    assert ran.figure("not compared") == "1 school of the run is not in your file"
    assert ran.figure("unexplained_difference") == "EUR 0.02"
    assert len(out.read_text().splitlines()) == len(SCORES) + 1
    assert cents(Decimal("0.125"), ROUND_HALF_EVEN) == Decimal("0.12")
