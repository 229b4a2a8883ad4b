"""What a bundle says of itself to somebody without the program: a text, and hashes for `sha256sum -c`.

What this does not prove: the list of hashes is as honest as the bundle; it leaves out the manifest, which
names it.
"""

from __future__ import annotations

from collections.abc import Mapping

from oab_funding.audit.manifest import MANIFEST, SUMS

_TEXT = """\
A CALCULATION, WHOLE
====================

This folder is a run bundle of oab-funding, version {version}: a calculation of Dutch education-disadvantage
money with everything that went in and everything that came out. It is made to be checked by somebody who
trusts neither its maker nor the program.

WHAT IS WHAT
  calculation.toml   what was asked, as it was given
  inputs/            the input files, byte for byte
  regulations/       the law that applied, as data, with article and address
  specifications/    the features of the indicator, where they were taken by name
  tables/            every table that a step gave, as Parquet
  journal.jsonl      one line per step: article, parameters, hashes of what went in and out, control totals
  grants_*.csv       the amounts, for reading
  report.html        a page for reading
  manifest.json      size and SHA-256 of every file, and the root that stands for all of it
  SHA256SUMS         the same hashes for sha256sum
  salt.txt           a secret that hides rows from one another in proofs; keep it with the bundle
  withheld.json      where it is there: the files that this copy lacks, such as data of children

CHECK IT WITHOUT THE PROGRAM
  sha256sum -c SHA256SUMS            (with --ignore-missing where withheld.json is there)
  Then compare the SHA-256 of what is under inputs/ with that of a copy that you fetched yourself.
  The form of manifest.json, journal.jsonl and of proofs is published as JSON Schema with the program, and so
  is a checker of proofs of one page of plain Python.

CHECK IT WITH THE PROGRAM
  pip install oab-funding=={version}
  oab-funding verify FOLDER --root ROOT      is it whole, untouched, and the one published under that root?
  oab-funding replay FOLDER                  compute every step again and compare everything
  oab-funding explain FOLDER --school ID     how one amount came about; also --municipality, --site, --board
  oab-funding prove FOLDER --school ID --out proof.json      one row with its proof, without the others
A later version replays this bundle too. The source is in the package, under the MIT licence.

WHAT IT PROVES
  That its parts belong together and, by a replay, that the results follow from the inputs, the regulations in
  it and the code with which you replay.

WHAT IT DOES NOT PROVE
  Who made it: whoever can write all of it can make every hash anew. Only the root, published where its maker
  cannot change it, a signature, or a confirmation by a second person tells.
  That the inputs are those that CBS, DUO or the ministry used, or that the regulation files say what the law
  says: they are in it so that a person can compare them.
  That the code and the machine it names are those that made it: these are stated, and not checked.
"""


def readme(version: str) -> bytes:
    """Write the text that explains a bundle, in plain words.

    Parameters
    ----------
    version
        The version of the program that makes the bundle.

    Examples
    --------
    >>> b"pip install oab-funding==1.2.3" in readme("1.2.3")
    True
    """
    return _TEXT.format(version=version).encode()


def sums(files: Mapping[str, str]) -> bytes:
    r"""Write the SHA-256 of files as lines of hash, two spaces and path, by ascending path.

    Parameters
    ----------
    files
        The SHA-256 of every file by its path; the list itself and the manifest are left out.

    Examples
    --------
    >>> sums({"b": "1" * 64, "a": "0" * 64, "SHA256SUMS": ""}).decode().split("\n")[0][-5:]
    '00  a'
    """
    own = (MANIFEST, SUMS)
    return "".join(f"{files[path]}  {path}\n" for path in sorted(files) if path not in own).encode()
