"""What the page asks: the grants in force, and those under another price or threshold beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import oab_funding as oab
from oab_funding.synthetic.files import shipped_country

Kind = Literal["school", "municipality", "board"]
KINDS: tuple[Kind, ...] = ("school", "municipality", "board")

_WORKBOOK = "achterstandsscores-verzonnen-2019.xlsx"


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution as a reader looks for it.

    Parameters
    ----------
    code, name, town
        Its code, and where a register is given its name and municipality; empty where that is not known.
    """

    code: str
    name: str = ""
    town: str = ""

    def __str__(self) -> str:
        """Give code, name and town, as far as they are known."""
        return " · ".join(filter(None, (self.code, self.name, self.town)))


@dataclass(frozen=True, slots=True)
class Change:
    """An institution's amounts, in euros.

    Parameters
    ----------
    institution
        Whose they are.
    before, after
        In force, and under what was asked.
    """

    institution: Institution
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        """What it gains; below 0 what it loses."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Lookup:
    """A table of scores with its register, and the grants that follow from it by the rules in force.

    Parameters
    ----------
    scores
        CBS's workbook, or a table of scores of sites.
    options
        What `school_grants` was given with them: registers, period, price and its source.
    in_force
        The grants by the rules in force.

    Examples
    --------
    >>> found = Lookup.open()
    >>> dearer = found.asked(price="600,00")
    >>> dearer.labels[:1], found.compared("school", dearer)[0].institution.code
    (('before transition',), '99AA')
    """

    scores: Path
    options: Mapping[str, Any]
    in_force: oab.SchoolGrants

    @classmethod
    def open(
        cls,
        scores: str | Path | None = None,
        sites: Sequence[str | Path] = (),
        period: str = "2020-2021",
        price: str | None = None,
        source: str | None = None,
    ) -> Lookup:
        """Read the files and compute the grants in force; without scores, of the small made-up country.

        Parameters
        ----------
        scores
            CBS's workbook, or a table of scores of sites.
        sites
            Registers; of two the first wins.
        period
            Period of the grants.
        price, source
            Euros per unit and where they come from, where the price of the period is not known.

        Raises
        ------
        InputError
            A file cannot be read, or the price is not known and not given.
        CheckError
            The scores contradict themselves or the law.
        """
        if scores is None:
            country = shipped_country()
            scores, sites = country / _WORKBOOK, (country / "sites.parquet", *sites)
        given = {"period": period, "price": price, "source": source}
        options: dict[str, Any] = {"sites": list(sites) or None, **given}
        return cls(Path(scores), options, oab.school_grants(scores, **options))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What can be looked up: without a register only schools."""
        return KINDS if self.options["sites"] else KINDS[:1]

    @property
    def price(self) -> Decimal:
        """Euros per unit of score in force."""
        return Decimal(str(self.in_force.figures["price"]))

    @property
    def threshold(self) -> str:
        """The threshold in force, as a percentage."""
        share = self._threshold_law.formula.threshold_share * 100
        return f"{Decimal(share.numerator) / share.denominator}"

    def institutions(self, kind: Kind) -> list[Institution]:
        """Give everything of a kind, by ascending code."""
        if kind == "school":
            return self._schools()
        frame = self.in_force.by(kind).to_frame()
        if kind == "board":
            return [Institution(code) for code in frame["board_id"]]
        return [
            Institution(code, name or "")
            for code, name in zip(frame["municipality_code"], frame["municipality_name"], strict=True)
        ]

    def find(self, kind: Kind, text: str) -> list[Institution]:
        """Find what a reader typed: by code or in full just the one, else all that hold it.

        Examples
        --------
        >>> found = Lookup.open()
        >>> [one.code for one in found.find("school", "99aa")], len(found.find("school", "voorbeeldstad 10"))
        (['99AA'], 7)
        """
        wanted, every = text.strip().casefold(), self.institutions(kind)
        exact = [one for one in every if wanted in (one.code.casefold(), str(one).casefold())]
        return exact or [one for one in every if wanted and wanted in str(one).casefold()]

    def asked(self, price: str = "", threshold: str = "", same_total: bool = False) -> oab.SchoolGrants:
        """Compute the grants under another price or threshold.

        Parameters
        ----------
        price
            Euros per unit, with a comma or a point; empty for the price in force.
        threshold
            Percentage, such as "10" or "12,5%"; empty for the one in force.
        same_total
            Let the price follow from the total in force, whatever price is asked: the money is only divided
            anew.

        Raises
        ------
        InputError
            A number cannot be taken, or the scores cannot say what another threshold gives.
        """
        options, law = dict(self.options), None
        if share := _typed(threshold).removesuffix("%"):
            law = self._threshold_law.what_if(threshold_share=f"{share}%")
        if same_total:
            options |= {"budget": self.in_force.total, "price": None, "source": "the total in force"}
        elif euros := _typed(price):
            options |= {"price": euros, "source": "what-if"}
        return oab.school_grants(self.scores, **options, law=law)

    def compared(self, kind: Kind, asked: oab.SchoolGrants) -> list[Change]:
        """Give every institution of a kind with its amount in force and as asked."""
        after = _amounts(asked, kind)
        before = _amounts(self.in_force, kind)
        return [
            Change(one, before.get(one.code, Decimal(0)), after.get(one.code, Decimal(0)))
            for one in self.institutions(kind)
        ]

    @property
    def _threshold_law(self) -> Any:
        day = oab.regulation("school-grant", self.options["period"]).period.reference_date
        return oab.regulation("school-score", day)

    def _schools(self) -> list[Institution]:
        codes = list(self.in_force.to_frame()["school_id"])
        if not self.options["sites"]:
            return [Institution(code) for code in codes]
        first = self.in_force.to_frame("sites").sort_values("site_id").drop_duplicates("school_id")
        named = {
            code: Institution(code, name or "", town or "")
            for code, name, town in zip(
                first["school_id"], first["name"], first["municipality_name"], strict=True
            )
        }
        return [named.get(code, Institution(code)) for code in codes]


def _amounts(grants: oab.SchoolGrants, kind: Kind) -> dict[str, Decimal]:
    frame = grants.to_frame() if kind == "school" else grants.by(kind).to_frame()
    return dict(zip(frame.iloc[:, 0], frame["amount"], strict=True))


def _typed(text: str) -> str:
    """Take a number as people type it: with a comma, and with signs around it."""
    bare = text.replace("€", "").replace("EUR", "").strip().replace(" ", "")
    return bare if "." in bare else bare.replace(",", ".")
