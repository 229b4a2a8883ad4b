"""Cross products per school against a matrix of zeros and ones."""

from __future__ import annotations

import numpy as np

import oab_funding as oab
from oab_funding.analysis.child_rows import coded_by
from oab_funding.analysis.uncertainty.school_design import SchoolDesign
from oab_funding.analysis.uncertainty.state import State
from oab_funding.indicator.collect import select_sample


def test_products_are_those_of_the_design_written_out(run: oab.Run, state: State) -> None:
    specification = state.model.specification
    pupils = coded_by(run, specification).pupils
    rows = np.flatnonzero(select_sample(pupils, specification)[0])[:500]
    school = pupils.place[rows].astype(np.int64)
    design = SchoolDesign.of(pupils, specification, rows, school, len(pupils.places))
    columns = [np.ones(len(rows), dtype=np.int64)]
    for feature in specification.categorical:
        for code, category in enumerate(specification.categories(feature.name)):
            if category != specification.reference(feature.name):
                columns.append((pupils.codes[feature.name][rows] == code).astype(np.int64))
    matrix = np.stack([*columns, *design.measures], axis=1)
    products = design.products()
    lower = np.tril_indices(matrix.shape[1])
    for number in np.unique(school)[:8].tolist():
        own, attained = matrix[school == number], design.attainment[school == number]
        expected = np.concatenate([(own.T @ own)[lower], own.T @ attained])
        assert products[number].tolist() == expected.tolist()


def test_measures_are_whole_numbers_near_0(run: oab.Run, state: State) -> None:
    pupils = coded_by(run, state.model.specification).pupils
    rows = np.flatnonzero(select_sample(pupils, state.model.specification)[0])
    design = SchoolDesign.of(pupils, state.model.specification, rows, np.zeros(len(rows), dtype=np.int64), 1)
    assert all(0 <= values.sum() < len(values) for values in (*design.measures, design.attainment))
    assert design.attainment.tolist() == (pupils.attainment[rows] - design.centres[2]).tolist()
