"""Decided against computed amounts, with the cause of each difference."""
