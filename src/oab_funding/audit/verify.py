"""Whether a run bundle is whole and untouched.

What this does not prove. Hashes in a bundle show that its parts belong together, not who put them together:
whoever can write the whole bundle can change a figure and make every hash anew. Such a bundle verifies, under
another root. Only the comparison with a root that was published elsewhere (``root=``) tells the two apart.
Nor does a whole bundle show that its results follow from its inputs; computing every step again does.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path, PurePosixPath

from oab_funding.audit.code_identity import environment_problems
from oab_funding.audit.crate import ATTESTATIONS, CRATE, crate_metadata, stated_in_crate
from oab_funding.audit.ends import end_problems
from oab_funding.audit.folder import Folder, readable
from oab_funding.audit.manifest import (
    ALWAYS,
    ALWAYS_FROM_3,
    JOURNAL,
    MANIFEST,
    MANIFEST_LIMIT,
    SUMS,
    Manifest,
)
from oab_funding.audit.merkle import root as tree_root
from oab_funding.audit.provable import provable_tables
from oab_funding.audit.readme import sums
from oab_funding.audit.record import NO_RECORD, Record, check_chain, line_hash, read_journal, split_lines
from oab_funding.audit.sealed import Sealed
from oab_funding.audit.withheld import WITHHELD, withheld_problems
from oab_funding.audit.zipped import Zipped, scan_bundle
from oab_funding.errors import DamagedError

_AT_ONCE = 2
"""How many files are checked side by side: more would need more memory than a check should."""

MOST_TOLD = 50
"""How many problems are told; one is enough to know."""

DESKTOP_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that a desktop leaves in a folder that somebody looked into."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found: one sentence per problem, the root computed anew, and the root that is claimed.

    Both roots are None where there is no manifest. `withheld` are the files that this copy lacks and says so.
    """

    problems: tuple[str, ...]
    root: str | None
    claimed: str | None = None
    withheld: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(path: str | Path, root: str | None = None, *, ignore_desktop_files: bool = False) -> Verification:
    """Check that a run bundle is whole and untouched, and is the one published under a root.

    The manifest is its own canonical form and its root follows from it; every listed file is there with its
    size and SHA-256, and nothing else is; tables have the content and the rows that the manifest and the
    journal say; the journal's chain is whole, and its ends are the title and labels of the manifest. Without
    ``root`` a bundle that was made anew from changed parts passes: see the module's docstring for what that
    means.

    Parameters
    ----------
    path
        Folder of the bundle, or a zip with it.
    root
        The root that was published.
    ignore_desktop_files
        Let pass what a desktop leaves in a folder that is looked at: .DS_Store, Thumbs.db, desktop.ini.

    Returns
    -------
    Verification
        Whether it holds, the first problems found (at most `MOST_TOLD`), and the root.

    Raises
    ------
    InputError
        There is no such folder. A damaged bundle raises nothing, whatever the damage.
    """
    return verify_sealed(path, root, ignore_desktop_files=ignore_desktop_files)[0]


def verify_sealed(
    path: str | Path, root: str | None = None, *, ignore_desktop_files: bool = False
) -> tuple[Verification, Sealed | None]:
    """Verify, and give what was verified as well, where there is a manifest; see `verify`."""
    found = scan_bundle(path)
    try:
        sealed = Sealed.open(found)
    except DamagedError as error:
        problem = f"{error.place or MANIFEST} {error.problem}"
        return Verification((*islice(found.problems, MOST_TOLD), problem), None), None
    ignored = DESKTOP_FILES if ignore_desktop_files else frozenset()
    problems = tuple(islice(_problems(sealed, root, ignored), MOST_TOLD + 1))
    if len(problems) > MOST_TOLD:
        problems = (*problems[:MOST_TOLD], "there are more problems, which are not told")
    withheld = tuple(sorted(sealed.withheld))
    return Verification(problems, sealed.root, sealed.manifest.root, withheld), sealed


def _problems(sealed: Sealed, root: str | None, ignored: frozenset[str]) -> Iterator[str]:
    manifest = sealed.manifest
    yield from sealed.folder.problems
    yield from _root_problems(manifest, sealed.root, root)
    yield from _tree_problems(sealed.folder, manifest, ignored)
    yield from withheld_problems(sealed.withheld, manifest.files, sealed.folder.files)
    yield from _origin_problems(manifest)
    yield from (f"{MANIFEST} {problem}" for problem in environment_problems(manifest.environment))
    yield from _content_problems(sealed)
    yield from _crate_problems(sealed)


def _root_problems(manifest: Manifest, computed: str, published: str | None) -> Iterator[str]:
    if manifest.root != computed:
        yield f"{MANIFEST} says the root is {manifest.root}, but from its entries follows {computed}"
    if published is not None and published.strip().lower() != computed:
        yield f"the root is {computed}, not the published {readable(published)}"


def _tree_problems(found: Folder, manifest: Manifest, ignored: frozenset[str]) -> Iterator[str]:
    listed = manifest.files.keys() | {MANIFEST, WITHHELD}
    folders = {parent.as_posix() for path in listed for parent in PurePosixPath(path).parents}
    for path in sorted(found.files.keys() - listed):
        own = path.rpartition("/")[2]
        harmless = "; a desktop put it there, and it is harmless" if own in DESKTOP_FILES else ""
        if own not in ignored:
            yield f"{readable(path)} is not listed in {MANIFEST}{harmless}"
    yield from (
        f"the folder {readable(path)} holds no listed file" for path in sorted(found.folders - folders)
    )
    always = {*ALWAYS, *(ALWAYS_FROM_3 if manifest.format > 2 else ())}
    yield from (f"{path} must be listed in {MANIFEST}" for path in sorted(always - listed))


def _origin_problems(manifest: Manifest) -> Iterator[str]:
    """Compare the two lists of inputs and regulations: by what they are, and among all files."""
    inputs = {entry.path: entry.sha256 for entry in manifest.inputs.values()}
    for kind, origins in (("inputs", inputs), ("regulations", manifest.regulations)):
        files = {path: manifest.files[path].sha256 for path in manifest.under(f"{kind}/")}
        for path in sorted(files.keys() | origins.keys()):
            if files.get(path) != origins.get(path):
                yield f"{readable(path)} is not the same among the {kind} and the files of {MANIFEST}"


def _content_problems(sealed: Sealed) -> Iterator[str]:
    files = sealed.manifest.files
    paths = [path for path in files if path not in sealed.withheld]
    largest_first = sorted(paths, key=lambda path: files[path].size, reverse=True)
    with ThreadPoolExecutor(_AT_ONCE) as several:  # reading and hashing leave room for one another
        checked = several.map(partial(_file_problems, sealed), largest_first)
        found = dict(zip(largest_first, checked, strict=True))
    for path in paths:
        yield from found[path]
    tables, form = sealed.manifest.tables(), sealed.manifest.format
    for name in sorted(provable_tables(tables, form)):
        if tables[name].rows_root is None or (tables[name].columns is None) is (form > 2):
            yield f"tables/{name}.parquet has no root of its rows in {MANIFEST}"


def _crate_problems(sealed: Sealed) -> Iterator[str]:
    """Make the description of a crate again; its date and licence are stated only."""
    if not isinstance(sealed.folder, Zipped) or CRATE not in sealed.folder.beside:
        return
    attestations = sorted(
        name.removeprefix(ATTESTATIONS) for name in sealed.folder.beside if name.startswith(ATTESTATIONS)
    )
    try:
        found = sealed.folder.read_beside(CRATE, MANIFEST_LIMIT)
        date, licence = stated_in_crate(found)
        if crate_metadata(sealed, date, licence, attestations) != found:
            yield f"{CRATE} does not describe this bundle"
    except (DamagedError, ValueError) as error:
        yield f"{CRATE} {error}"


def _file_problems(sealed: Sealed, path: str) -> list[str]:
    entry = sealed.manifest.files[path]
    try:
        if entry.content is not None or path.startswith("tables/"):
            return [f"{readable(path)} {problem}" for problem in sealed.checked_table(path)[1]]
        if path == JOURNAL:
            return list(islice(_journal_problems(sealed.read(path), sealed.manifest), MOST_TOLD + 1))
        if path == SUMS:
            return list(_sums_problems(sealed))
        sealed.check(path)
    except DamagedError as error:
        return [f"{readable(path)} {error.problem}"]
    return []


def _sums_problems(sealed: Sealed) -> Iterator[str]:
    listed = {name: entry.sha256 for name, entry in sealed.manifest.files.items()}
    if sealed.read(SUMS) != sums(listed):
        yield f"{SUMS} has other hashes than {MANIFEST}"


def _journal_problems(data: bytes, manifest: Manifest) -> Iterator[str]:
    if not data:
        yield f"{JOURNAL} holds no record"
    elif not data.endswith(b"\n"):
        yield f"{JOURNAL} does not end with a line feed"
    last = data.removesuffix(b"\n").rpartition(b"\n")[2]
    if (line_hash(last) if data else NO_RECORD) != manifest.journal_head:
        yield f"{JOURNAL} has another last line than {MANIFEST} says"
    whole = True
    for problem in check_chain(split_lines(data)):
        whole = False
        yield problem
    if whole:  # else a file of line feeds alone would be hashed to a tree
        yield from _line_tree_problems(data, manifest)
        yield from _record_problems(read_journal(data), manifest)


def _line_tree_problems(data: bytes, manifest: Manifest) -> Iterator[str]:
    lines = list(split_lines(data))
    tree = manifest.journal_tree
    if tree is not None and (tree.lines, tree.root) != (len(lines), tree_root(lines)):
        yield f"{JOURNAL} has another tree of its lines than {MANIFEST} says"


def _record_problems(records: tuple[Record, ...], manifest: Manifest) -> Iterator[str]:
    """Compare what the journal says each step gave with the tables in the bundle, and its two ends."""
    tables, seen = manifest.tables(), set()
    for record in records:
        for name, output in record.outputs.items():
            label = f"the table {readable(name)} of journal step {record.step}"
            entry = tables.get(name)
            if entry is None:
                yield f"{label} is not in the bundle"
            elif (entry.content, entry.rows) != (output.content, output.rows):
                yield f"{label} is not the one in the bundle"
            if name in seen:
                yield f"{label} was given by an earlier step already"
            seen.add(name)
    yield from (
        f"the table {readable(name)} was given by no step of the journal"
        for name in sorted(tables.keys() - seen)
    )
    if manifest.format > 1:
        yield from end_problems(records, manifest)
