"""Tests of `oab_funding.tables`."""
