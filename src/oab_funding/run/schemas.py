"""Every table of a calculation by its name in the journal."""

from __future__ import annotations

from oab_funding.indicator.imputed_tables import IMPUTED_DONORS, IMPUTED_EDUCATION, IMPUTED_STAY
from oab_funding.indicator.steps import COEFFICIENTS
from oab_funding.tables.catalogue import SCHEMAS as OF_THE_LAW

_OF_THE_INDICATOR = (IMPUTED_EDUCATION, IMPUTED_STAY, IMPUTED_DONORS, COEFFICIENTS)

SCHEMAS = OF_THE_LAW | {schema.name: schema for schema in _OF_THE_INDICATOR}
"""The schema of every table."""

KEYS = {name: schema.key for name, schema in SCHEMAS.items()}
"""The columns that identify a row of every table."""
