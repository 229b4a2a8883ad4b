"""A small run for the tests: two steps, two inputs, one regulation, and the bundle of them."""

import hashlib
import resource
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from oab_funding.audit import CLOSING, OPENING, CodeIdentity, Journal, make_bundle, write_bundle
from oab_funding.tables.source import SourceFile

KEYS = {"sites": ("site_id",), "doubled": ("site_id",), "grants": ("site_id",)}
CALCULATION = b'period = "2020-2021"\n'
SITES = pa.table({"site_id": ["00AP00", "00AR00", "00AT00"], "pupils": [100, 200, 0]})


@dataclass(frozen=True, slots=True)
class Result:
    tables: dict
    figures: dict


def double(sites, times):
    """Multiply the pupils of each site."""
    table = sites.set_column(1, "pupils", pc.multiply(sites["pupils"], times))
    return Result(
        {"doubled": table}, {"pupils": pc.sum(table["pupils"]).as_py(), "share": Fraction(1, times)}
    )


def grant(doubled, missing, price):
    """Give each site an amount per pupil."""
    assert missing is None
    amounts = pa.array([price * pupils for pupils in doubled["pupils"].to_pylist()], pa.decimal128(12, 2))
    table = pa.table({"site_id": doubled["site_id"], "amount": amounts})
    return Result({"grants": table}, {"total": sum(amounts.to_pylist())})


def calculate(on_step=None, times=2, price=Decimal("1.50")):
    """Carry out the two steps; give the journal and the tables."""
    journal = Journal(KEYS, on_step)
    asked = {"title": "T", "label": "", "sha256": hashlib.sha256(CALCULATION).hexdigest()}
    journal.note(OPENING, "the file", **asked)
    first = journal.step("double", "art. 1", double, {"sites": SITES}, times=times)
    tables = {"doubled": first.tables["doubled"], "old_base": None}
    second = journal.step("grants", "art. 2 lid 1", grant, tables, price=price)
    journal.note(CLOSING, "always", labels=["made-up data"])
    return journal, {**first.tables, **second.tables}


def bundle(path, overwrite=False, mode=0o666, **changes):
    """Write the bundle of the small run."""
    journal, tables = calculate()
    given = {
        "calculation": CALCULATION,
        "journal": journal,
        "tables": tables,
        "inputs": {
            "sites": SourceFile("Sites of 2019.CSV", b"site_id,pupils\n00AP00,100\n"),
            "previous/sites": SourceFile("sites.csv", b"site_id,pupils\n00AP00,90\n"),
        },
        "regulations": {"nl/school-grant/2020-08-01.toml": b"price = '533.10'\n"},
        "files": {
            "grants_schools.csv": b"site_id,amount\n",
            "report.html": b"<p>",
        },
        "code": CodeIdentity("0.1.0", "ab" * 32),
        "specifications": {},
        "provable": ["grants"],
    }
    return write_bundle(path, make_bundle(**{**given, **changes}), overwrite=overwrite, mode=mode)


@pytest.fixture
def run():
    return calculate()


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    """A bundle that no test may touch, with its root."""
    path = tmp_path_factory.mktemp("bundles") / "run"
    return path, bundle(path)


GIGABYTE = 1 << 30
LONGEST = 120
"""Seconds after which something hangs, on a machine with much else to do."""


@pytest.fixture
def bounded():
    """Give a block that fails where its code takes a gigabyte more than is taken now, or hangs."""

    def hangs(*_):
        raise TimeoutError

    @contextmanager
    def block():
        signal.alarm(LONGEST)
        try:
            yield
        finally:
            signal.alarm(0)

    status = Path("/proc/self/statm")
    taken = int(status.read_text().split()[0]) * resource.getpagesize() if status.exists() else None
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    before = signal.signal(signal.SIGALRM, hangs)
    if taken is not None:
        resource.setrlimit(resource.RLIMIT_AS, (taken + GIGABYTE, hard))
    try:
        yield block
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        signal.signal(signal.SIGALRM, before)
