"""`oab-funding regulation`: what applies, from which article, and where the law is silent."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer

from oab_funding.cli.app import app
from oab_funding.cli.terminal import said, show


@app.command("regulation")
def regulation(
    stream: Annotated[
        str,
        typer.Argument(
            help="school-score, school-grant, municipality-score, municipality-grant, preschool or "
            "childcare-price."
        ),
    ],
    key: Annotated[str, typer.Argument(help="A reference date, a period or a year.")],
) -> None:
    """Show what applies to a reference date, period or year, and where the law is silent."""
    from oab_funding.regulation import Statutes, Stream

    provision = Statutes.shipped().look_up(cast(Stream, stream), key)
    identity = provision.source.regulation
    show(f"regulation: {identity.title} ({identity.number}), {identity.published_in}")
    show(f"article: {provision.source.article}")
    show(f"address: {identity.address}")
    show(f"in force from: {identity.in_force_from}")
    show(f"file: {provision.source.file} (sha256 {provision.source.sha256})")
    for part in _parts(provision):
        for name in type(part).model_fields:
            if name not in ("gaps", "applies_to", "article"):
                show(f"{name}: {_value(getattr(part, name))}")
    for priced in getattr(provision, "prices", ()):
        price = priced.price.price
        show(f"price ({priced.price.version}): {_value(price)} - {priced.source}")
    for gap in provision.gaps:
        show(
            f"gap {gap.name}: {gap.question} "
            f"Options: {', '.join(gap.options)}; default {gap.default}. {gap.reason}"
        )


def _parts(provision: Any) -> list[Any]:
    return [
        part
        for name in ("formula", "rule", "period", "year")
        if (part := getattr(provision, name, None)) is not None
    ]


def _value(value: Any) -> str:
    if hasattr(value, "standing"):
        known = "unknown" if value.value is None else said(value.value)
        return f"{known} [{value.standing}: {value.source}]"
    if isinstance(value, tuple):
        return "; ".join(_value(item) for item in value) or "none"
    if hasattr(type(value), "model_fields"):
        return ", ".join(f"{name} {_value(getattr(value, name))}" for name in type(value).model_fields)
    return said(value)
