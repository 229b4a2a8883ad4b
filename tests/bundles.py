"""A small run with everything a bundle of schools holds."""

from decimal import Decimal

import oab_funding as oab

SCORES = {f"{n:02d}AA00": (Decimal(300 + 7 * n), 40 + n) for n in range(12)}


def write_inputs(folder, title="Twelve schools"):
    """Write a calculation and its inputs; give the path of the calculation file."""
    sites = "".join(f"{s},{p},{r},{r - Decimal('0.7') * p}\n" for s, (r, p) in SCORES.items())
    (folder / "scores.csv").write_text("site_id,pupils,score_raw,score\n" + sites)
    base = "".join(f"{s[:4]},{20000 + 15000 * (n % 3)}\n" for n, s in enumerate(SCORES))
    (folder / "base.csv").write_text("school_id,old_base\n" + base)
    register = "".join(f"{s},{s[:4]},4100{n % 2},GM000{n % 3}\n" for n, s in enumerate(SCORES))
    (folder / "sites.csv").write_text("site_id,school_id,board_id,municipality_code\n" + register)
    (folder / "calculation.toml").write_text(
        f'format = 1\ntitle = "{title}"\nlabel = "made-up data"\n[schools]\nperiod = "2020-2021"\n'
        'scores = "scores.csv"\nsites = ["sites.csv"]\nold_base = "base.csv"\n'
    )
    return folder / "calculation.toml"


def write_run(folder, title="Twelve schools"):
    """Carry the small calculation out into `folder/run`."""
    oab.run(write_inputs(folder, title), folder / "run")
    return folder / "run"
