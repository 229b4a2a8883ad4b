import io

import matplotlib
import numpy as np
import pyarrow as pa
import pytest
from matplotlib.figure import Figure

from indicator.frames import SITES, many_children
from indicator.inference.independent import fitted, made_up
from oab_funding.errors import InputError
from oab_funding.indicator.fit import fit
from oab_funding.indicator.inference.pictures import coefficient_figure, residual_figure


def svg(figure: Figure) -> bytes:
    data = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "test"}):
        figure.savefig(data, format="svg", metadata={"Date": None})
    return data.getvalue()


def test_same_picture_for_shuffled_children() -> None:
    order = pa.array(np.random.default_rng(2).permutation(made_up().pupils.num_rows))
    shuffled = fit(made_up().pupils.take(order), made_up().sites)
    assert svg(residual_figure(fitted())) == svg(residual_figure(shuffled))


def test_residuals_without_structure_lie_about_zero() -> None:
    means, distribution, quantiles = residual_figure(fitted()).axes
    points = means.containers[0].lines[0].get_ydata()
    assert len(points) == 40
    assert np.std(points) < 0.6  # clipping at 550 bends the last ones down
    assert np.mean(points) == pytest.approx(0, abs=1e-3)
    bars = sum(bar.get_height() * bar.get_width() for bar in distribution.patches)
    assert bars == pytest.approx(1.0)
    x, y = quantiles.lines[1].get_data()
    assert np.abs(np.asarray(x) - y).max() < 0.2


def test_coefficients_with_intervals() -> None:
    result = fitted().inference("HC1")
    (axes,) = coefficient_figure(result).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == list(fitted().columns[1:])
    bars = axes.containers[0]
    assert np.allclose(bars.lines[0].get_xdata(), result.params.iloc[1:])
    ends = np.array([segment[:, 0] for segment in bars.lines[2][0].get_segments()])
    assert np.allclose(ends, result.conf_int().iloc[1:])


def test_several_results_stand_side_by_side() -> None:
    both = {name: fitted().inference(name) for name in ("nonrobust", "cluster")}
    (axes,) = coefficient_figure(both).axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == list(both)
    rows = [bars.lines[0].get_ydata() for bars in axes.containers]
    assert (rows[0] < rows[1]).all()


def test_refusals() -> None:
    content = fitted().specification.model_dump()
    content["features"] = tuple(f for f in content["features"] if f["kind"] != "school_mean")
    other = fit(many_children(1000), SITES, type(fitted().specification).model_validate(content))
    with pytest.raises(InputError, match="do not have the same columns"):
        coefficient_figure({"one": fitted().inference(), "other": other.inference()})
    with pytest.raises(InputError, match="do not have the same columns"):
        coefficient_figure({})


def test_settings_of_the_user_stay() -> None:
    with matplotlib.rc_context({"axes.labelsize": 33}):
        figure = coefficient_figure(fitted().inference("nonrobust"))
        assert matplotlib.rcParams["axes.labelsize"] == 33
    assert figure.axes[0].xaxis.label.get_fontsize() < 12
