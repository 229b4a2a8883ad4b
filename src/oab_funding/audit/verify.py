"""Whether a run bundle is whole and untouched.

What this does not prove. Hashes in a bundle show that its parts belong together, not who put them together:
whoever can write the whole bundle can change a figure and make every hash anew. Such a bundle verifies, under
another root. Only the comparison with a root that was published elsewhere (``root=``) tells the two apart.
Nor does a whole bundle show that its results follow from its inputs; computing every step again does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pyarrow as pa

from oab_funding.audit.chain import NO_RECORD, check_chain, line_hash, split_lines
from oab_funding.audit.content import content_hash
from oab_funding.audit.folder import Folder
from oab_funding.audit.manifest import CALCULATION, JOURNAL, MANIFEST, FileEntry, Manifest, read_manifest
from oab_funding.audit.paths import readable
from oab_funding.audit.record import Record, read_record
from oab_funding.audit.rows import rows_root
from oab_funding.errors import InputError, Place


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found: one sentence per problem, and the root computed anew (None without a manifest)."""

    problems: tuple[str, ...]
    root: str | None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(path: str | Path, root: str | None = None) -> Verification:
    """Check that a run bundle is whole and untouched, and is the one published under a root.

    The manifest is its own canonical form and its root follows from it; every listed file is there with its
    size and SHA-256, and nothing else is; tables have the content and the rows that the manifest and the
    journal say; the journal's chain is whole. Without ``root`` a bundle that was made anew from changed parts
    passes: see the module's docstring for what that means.

    Parameters
    ----------
    path
        Folder of the bundle.
    root
        The root that was published.

    Returns
    -------
    Verification
        Whether it holds, every problem found, and the root.

    Raises
    ------
    InputError
        There is no such folder. A damaged bundle raises nothing, whatever the damage.
    """
    found = Folder.scan(_folder(path))
    try:
        manifest, computed = read_manifest(found.read(MANIFEST))
    except ValueError as error:
        return Verification((*found.problems, f"{MANIFEST} {error}"), None)
    problems = [*found.problems, *_root_problems(manifest, computed, root), *_tree_problems(found, manifest)]
    problems += [*_origin_problems(manifest), *_content_problems(found, manifest)]
    return Verification(tuple(problems), computed)


def _folder(path: str | Path) -> Path:
    try:
        if (folder := Path(path)).is_dir():
            return folder
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", Place(str(path)), "check the path") from error
    raise InputError("is not a folder", Place(str(path)), "give the folder of a run bundle")


def _root_problems(manifest: Manifest, computed: str, published: str | None) -> Iterator[str]:
    if manifest.root != computed:
        yield f"{MANIFEST} says the root is {manifest.root}, but from its entries follows {computed}"
    if published is not None and published.strip().lower() != computed:
        yield f"the root is {computed}, not the published {readable(published)}"


def _tree_problems(found: Folder, manifest: Manifest) -> Iterator[str]:
    listed = manifest.files.keys() | {MANIFEST}
    folders = {parent.as_posix() for path in listed for parent in PurePosixPath(path).parents}
    yield from (
        f"{readable(path)} is not listed in {MANIFEST}" for path in sorted(found.files.keys() - listed)
    )
    yield from (
        f"the folder {readable(path)} holds no listed file" for path in sorted(found.folders - folders)
    )
    yield from (f"{path} must be listed in {MANIFEST}" for path in sorted({CALCULATION, JOURNAL} - listed))


def _origin_problems(manifest: Manifest) -> Iterator[str]:
    """Compare the two lists of inputs and regulations: by what they are, and among all files."""
    inputs = {entry.path: entry.sha256 for entry in manifest.inputs.values()}
    for kind, origins in (("inputs", inputs), ("regulations", manifest.regulations)):
        files = {path: entry.sha256 for path, entry in manifest.files.items() if path.startswith(f"{kind}/")}
        for path in sorted(files.keys() | origins.keys()):
            if files.get(path) != origins.get(path):
                yield f"{readable(path)} is not the same among the {kind} and the files of {MANIFEST}"


def _content_problems(found: Folder, manifest: Manifest) -> Iterator[str]:
    for path, entry in manifest.files.items():
        try:
            data = found.read(path, entry.size)
        except ValueError as error:
            yield f"{readable(path)} {error}"
            continue
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            yield f"{readable(path)} has another SHA-256 than {MANIFEST} says"
            continue
        if entry.content is not None or path.startswith("tables/"):
            yield from (f"{readable(path)} {problem}" for problem in _table_problems(data, entry))
        if path == JOURNAL:
            yield from _journal_problems(data, manifest)


def _table_problems(data: bytes, entry: FileEntry) -> Iterator[str]:
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(data))
        key = entry.key or ()
        if content_hash(table, key) != entry.content:
            yield f"has another content than {MANIFEST} says"
        if table.num_rows != entry.rows:
            yield f"has {table.num_rows} rows, not the {entry.rows} of {MANIFEST}"
        if entry.rows_root is not None and rows_root(table, key) != entry.rows_root:
            yield f"has another root of its rows than {MANIFEST} says"
    except Exception as error:  # a damaged Parquet file may raise anything
        yield f"cannot be read as a table ({' '.join(str(error).split())[:160]})"


def _journal_problems(data: bytes, manifest: Manifest) -> Iterator[str]:
    lines = split_lines(data)
    if data and not data.endswith(b"\n"):
        yield f"{JOURNAL} does not end with a line feed"
    if (line_hash(lines[-1]) if lines else NO_RECORD) != manifest.journal_head:
        yield f"{JOURNAL} has another last line than {MANIFEST} says"
    chain = check_chain(lines)
    yield from chain
    if not chain:
        yield from _output_problems([read_record(line) for line in lines], manifest)


def _output_problems(records: list[Record], manifest: Manifest) -> Iterator[str]:
    """Compare what the journal says each step gave with the tables in the bundle."""
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
