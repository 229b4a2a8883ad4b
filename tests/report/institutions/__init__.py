"""Tests of `oab_funding.report.institutions`."""
