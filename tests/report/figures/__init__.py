"""Tests of `oab_funding.report.figures`."""
