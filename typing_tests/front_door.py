"""What a user's type checker must see of the front door; checked by mypy, never run."""

from decimal import Decimal
from fractions import Fraction
from typing import assert_type

import oab_funding as oab

book = oab.read_cbs_workbook("scores.xlsx")
grants = oab.school_grants(book, period="2020-2021", price="559.50")
assert_type(book, oab.PublishedScores)
assert_type(grants, oab.SchoolGrants)
assert_type(grants.total, Decimal)
assert_type(grants.labels, tuple[str, ...])
assert_type(grants.by("municipality"), oab.TableResult)
law = oab.regulation("school-score", "2019-10-01").what_if(threshold_share="10%")
assert_type(law, oab.SchoolScoreProvision)
assert_type(law.formula.threshold_share, Fraction)
assert_type(oab.fit("pupils.parquet", "sites.parquet"), oab.FittedIndicator)
assert_type(oab.fit("pupils.parquet", "sites.parquet", weights="weight"), oab.FittedIndicator)
imputed = oab.impute("pupils.parquet", None, "sites.parquet", for_="fit")
assert_type(imputed, oab.ImputedChildren)
assert_type(oab.fit("pupils.parquet", "sites.parquet", imputed=imputed), oab.PooledFit)
assert_type(oab.fit("pupils.parquet", "sites.parquet").influence(), oab.SchoolInfluence)
assert_type(oab.pool([1.0, 2.0], [0.5, 0.5]), oab.Pooled)
scaled = oab.fit_scale_values("pupils.parquet", "sites.parquet")
assert_type(scaled, oab.ScaleValueFit)
assert_type(oab.bootstrap_scale_values(scaled), oab.ScaleValueBootstrap)
model = oab.read_model("model.json")
scored = oab.score("pupils.parquet", None, "sites.parquet", model)
assert_type(oab.school_mean_effect(scored, model), oab.SchoolMeanEffect)
assert_type(oab.run("calculation.toml"), oab.Run)
run = oab.open_run("RUN")
assert_type(run, oab.Run)
assert_type(run.figures("grants of schools"), oab.Figures)
assert_type(run.by("municipality"), oab.TableResult)
assert_type(grants.figures, oab.Figures)
assert_type(oab.read_scores("scores.csv"), oab.PublishedScores | oab.TableResult)
