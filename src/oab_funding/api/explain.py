"""Explaining an institution from a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from oab_funding.opened import damage_said, open_run


def explain(
    path: str | Path,
    *,
    site: str | None = None,
    school: str | None = None,
    board: str | None = None,
    municipality: str | None = None,
    lang: Literal["nl", "en"] = "nl",
    format: Literal["text", "html"] = "text",  # noqa: A002 - the option's name on the command line
) -> str:
    """Explain how one institution's score and grant come about, in the letters of the law.

    Parameters
    ----------
    path
        Folder of a run bundle.
    site, school, board, municipality
        The institution; exactly one.
    lang
        Language.
    format
        Text for a terminal, or a page.

    Raises
    ------
    InputError
        There is no such folder, or the institution is not in it.
    DamagedError
        The bundle is not whole, or holds what no run gives.
    """
    from oab_funding.report.explain import explain as explained

    with damage_said():
        return explained(
            open_run(path),
            site=site,
            school=school,
            board=board,
            municipality=municipality,
            lang=lang,
            format=format,
        )
