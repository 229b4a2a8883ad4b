"""Tests of `oab_funding.report.sections`."""
