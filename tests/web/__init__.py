"""Tests of `oab_funding.web`."""
