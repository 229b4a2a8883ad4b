"""The card of a model: what it is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oab_funding.indicator.model_file import Model


def card(model: Model) -> str:
    """Write the card of a model.

    Parameters
    ----------
    model
        Any model.

    Returns
    -------
    str
        Markdown: label and source first, then features, coefficients, the fit, and what CBS has not
        published.
    """
    specification = model.specification
    lines = [
        f"# {model.name}",
        "",
        f"**{model.label}**",
        "",
        f"- source: {model.source}",
        f"- features: {specification.name} ({specification.title})",
        f"- hash of the features: {model.specification_sha256}",
        f"- made with: {model.made_with}",
    ]
    if model.fit is not None:
        left = ", ".join(f"{count:,} {reason}" for reason, count in model.fit.left_out.items()) or "nobody"
        lines += [
            f"- fitted on {model.fit.n:,} children on {model.reference_date}; left out: {left}",
            f"- hash of what it was fitted on: {model.fit.statistics_sha256}",
            f"- the start value lies at ability {model.fit.ability_centre}; ability is left out of the score",
        ]
        lines += [f"- {name}: {sha256}" for name, sha256 in model.fit.data_sha256.items()]
    lines += ["", "| column | coefficient |", "|---|---:|"]
    lines += [f"| {one.column} | {one.value} |" for one in model.coefficients]
    for scale in model.scale_values:
        lines += ["", f"Scale values of {', '.join(scale.features)}, by class:", ""]
        lines += ["| class | scale value |", "|---|---:|"]
        lines += [f"| {one} | {value} |" for one, value in scale.values.items()]
    scaled = {name for scale in model.scale_values for name in scale.features}
    references = [
        f"{f.name} {specification.reference(f.name)}"
        for f in specification.categorical
        if f.name not in scaled
    ]
    lines += [
        "",
        f"Reference categories, with coefficient 0: {', '.join(references)}.",
        "",
        "Not published, and taken so:",
        "",
    ]
    lines += [
        f"- {gap.question} {specification.choice(gap)} (options: {', '.join(gap.options)}). {gap.reason}"
        for gap in specification.gaps
    ]
    return "\n".join([*lines, ""])
