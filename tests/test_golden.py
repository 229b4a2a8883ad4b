"""The shipped example is computed to the same digits as before, and its record says the same.

A change of these hashes is a change of numbers, or of what the record says about them. It is made on purpose:
`python tests/test_golden.py` writes them anew, and CHANGELOG.md says what moved and why.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import oab_funding as oab

EXAMPLE = Path(__file__).parents[1] / "data" / "synthetic" / "calculation.toml"
GOLDEN = Path(__file__).parent / "golden" / "shipped_example.json"


def hashes(out: Path) -> dict[str, str]:
    """Run the shipped example; the head of its journal and the hash of what each table holds."""
    oab.run(EXAMPLE, out=out)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    tables = {name: entry["content"] for name, entry in manifest["files"].items() if "content" in entry}
    return {"journal": manifest["journal_head"], **tables}


def test_the_shipped_example_is_what_it_was(tmp_path: Path) -> None:
    assert hashes(tmp_path / "run") == json.loads(GOLDEN.read_text(encoding="utf-8"))


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        GOLDEN.write_text(json.dumps(hashes(Path(folder) / "run"), indent=2) + "\n", encoding="utf-8")
