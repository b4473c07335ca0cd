"""Pictures: what they show, that nothing overlaps, and that every format can be written."""

import itertools
import re

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from breaking_adam import Online, record
from breaking_adam.plots.figure1 import Row, Theory, figure_1, theory_of, whole_figure_1
from breaking_adam.plots.labels import spread
from breaking_adam.plots.lines import Line
from breaking_adam.plots.panels import Bounded, Panel, above_bounds
from breaking_adam.plots.panels import figure as figure_of
from breaking_adam.plots.picture import Picture
from breaking_adam.plots.style import COLOURS, ink, lighter, look
from breaking_adam.trials.series import Series

THEORY = Theory(-1.0, 1.0, 20 / 101, "20/101: staying at +1")
VALUES = "20/101: staying at +1", "0", "$x^* = -1$", "worst, +1"
T = np.arange(1, 101) * 1000


def ending(name, x, average_regret):
    """A run that goes from (0, ½) to this end."""
    way = 1 - np.exp(-T / 20_000)
    return Series(name, T, x * way, 0.5 + (average_regret - 0.5) * way)


def broken(name, after):
    """A run that is NaN after so many points."""
    gone = np.where(np.arange(T.size) < after, 0.5, np.nan)
    return Series(name, T, gone, gone)


def banded(series):
    x, regret = series.x, series.average_regret
    bands = np.stack([x - 0.1, x + 0.1]), np.stack([regret - 0.02, regret + 0.02])
    return series._replace(x_band=bands[0], average_regret_band=bands[1])


CASES = {
    "one": [ending("opt0", 1, 0.21)],
    "ends that coincide": [ending(f"opt{i}", 1, 20 / 101) for i in range(4)],
    "all at x*": [ending(f"opt{i}", -1, 0.0) for i in range(5)],
    "two that diverged, one at once": [
        ending("opt0", 1, 0.2),
        broken("opt1", 60),
        broken("opt2", 0),
    ],
    "ten": [ending(f"opt{i}", (-1) ** i, 0.1 * (i % 2)) for i in range(10)],
    "forty": [ending(f"opt{i}", np.cos(i), 0.2) for i in range(40)],
    # 0 and 20/101 lie within a pixel of each other.
    "a regret of 820": [ending("opt0", 1, 820.0), ending("opt1", -1, 0.0)],
    "a regret below 0": [ending("opt0", -1, -820.0)],
    "bands": [banded(ending("opt0", 1, 0.21)), banded(ending("opt1", 0.9, 0.19))],
}


def laid_out(figure):
    figure.draw_without_rendering()
    return figure


def text_of(axes, wanted):
    return [text for text in axes.texts if wanted(text.get_text())]


def overlaps(boxes):
    return [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "picture"),
    [
        *((case, Picture()) for case in CASES),
        ("ten", Picture((1920, 1080))),
        ("forty", Picture((1600, 720), 180)),
    ],
)
def test_no_label_touches_another_or_leaves_the_picture(case, picture):
    figure = laid_out(figure_1(CASES[case], THEORY, "title", picture))
    for axes in figure.axes:
        assert {text.get_text() for text in axes.texts} >= {s.name for s in CASES[case]}
        boxes = [text.get_window_extent() for text in axes.texts]
        assert not overlaps(boxes)
        assert not overlaps([axes.yaxis.label.get_window_extent(), *boxes])
        for box in boxes:
            assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1 + 1
            assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1 + 1
        # Names are outside of the axes, values are inside.
        frame = axes.get_window_extent()
        for text in axes.texts:
            box = text.get_window_extent()
            if text.get_text() in VALUES:
                assert frame.x0 <= box.x0 < box.x1 <= frame.x1
                assert frame.y0 <= box.y0 < box.y1 <= frame.y1
            else:
                assert box.x0 > frame.x1


def test_the_check_for_overlaps_sees_them():
    """Two names that are put upon each other by hand."""
    figure = laid_out(figure_1(CASES["ends that coincide"], THEORY, "title"))
    first, second = text_of(figure.axes[0], lambda name: name in ("opt0", "opt1"))
    second.set_position(first.get_position())
    assert overlaps([first.get_window_extent(), second.get_window_extent()])


def test_names_and_values_are_at_their_lines():
    """Where there is room, a name is as high as its line's end, and a value within a line of it."""
    runs = [ending("opt0", 0.9, 0.25), ending("opt1", -0.5, 0.1)]
    figure = laid_out(figure_1(runs, THEORY, "title"))
    left, right = figure.axes
    for axes, ends in (
        (left, (runs[0].average_regret, runs[1].average_regret)),
        (
            right,
            (runs[0].x, runs[1].x),
        ),
    ):
        line = 8 / 72 * figure.dpi
        for name, end in zip(("opt0", "opt1"), ends, strict=True):
            (text,) = text_of(axes, lambda shown, name=name: shown == name)
            box = text.get_window_extent()
            at = axes.transData.transform((0, end[-1]))[1]
            assert abs((box.y0 + box.y1) / 2 - at) < line / 2
        for label, y in zip(VALUES, (20 / 101, 0, -1, 1), strict=True):
            for text in text_of(axes, lambda shown, label=label: shown == label):
                at = axes.transData.transform((0, y))[1]
                box = text.get_window_extent()
                assert min(abs(box.y0 - at), abs(box.y1 - at)) < line / 2


@pytest.mark.parametrize(
    ("last", "power", "labels"),
    [
        (6_000_000, "6", ["0", "2", "4", "6"]),
        (50_000, "4", ["0", "2", "4"]),
        (5_000, "", ["0", "2000", "4000"]),
    ],
)
def test_steps_are_plain_digits_in_a_power_of_ten(last, power, labels):
    """Each label times the unit is where it stands."""
    run = ending("opt", 0.5, 0.1)
    figure = laid_out(figure_1([run._replace(t=run.t * (last / run.t[-1]))], THEORY, "title"))
    axis = figure.axes[0].xaxis
    unit = axis.get_offset_text().get_text()
    assert re.findall(r"10\^\{(\d+)\}", unit) == ([power] if power else [])
    factor = 10 ** int(power or 0)
    shown = {float(each.get_text()) * factor: each.get_text() for each in axis.get_ticklabels()}
    assert list(shown) == pytest.approx(list(axis.get_ticklocs()))
    assert set(labels) <= set(shown.values())


def test_a_stroke_leads_from_each_end_to_its_name():
    figure = laid_out(figure_1(CASES["all at x*"], THEORY, "title"))
    for axes in figure.axes:
        texts = {text.get_text(): text for text in axes.texts}
        strokes = [line for line in axes.get_lines() if line.get_transform() == axes.transAxes]
        for stroke, run in zip(strokes, CASES["all at x*"], strict=True):
            (_, at_line), (_, at_name) = axes.transAxes.transform(stroke.get_xydata())
            box = texts[run.name].get_window_extent()
            assert box.y0 < at_name < box.y1
            y = run.x if axes is figure.axes[1] else run.average_regret
            assert at_line == pytest.approx(axes.transData.transform((0, y[-1]))[1], abs=1)


@pytest.mark.parametrize(
    ("wanted", "gap", "expected"),
    [
        ([0.2, 0.8], 0.1, [0.2, 0.8]),
        ([0.5, 0.5], 0.1, [0.45, 0.55]),
        ([0.5, 0.5, 0.58], 0.1, [0.5 + (0.08 - 0.3) / 3 + k * 0.1 for k in range(3)]),
        ([0.0, 0.0], 0.1, [0.05, 0.15]),
        ([1.0, 1.0], 0.1, [0.85, 0.95]),
        ([0.9, 0.1], 0.1, [0.9, 0.1]),  # each stays with its own
    ],
)
def test_labels_move_as_little_as_they_can(wanted, gap, expected):
    """The third case by hand: h, h+g, h+2g nearest to ½, ½ and 0.58 has the mean of the h's."""
    np.testing.assert_allclose(spread(wanted, gap), expected, atol=1e-12)


def test_every_curve_is_named_and_theory_is_written_on_its_lines():
    figure = figure_1(CASES["one"], THEORY, "title")
    left, right = ({text.get_text() for text in axes.texts} for axes in figure.axes)
    assert left == {"opt0", "20/101: staying at +1", "0"}
    assert right == {"opt0", "$x^* = -1$", "worst, +1"}
    assert [axes.get_xlabel() for axes in figure.axes] == ["$t$", "$t$"]
    assert [axes.get_ylabel() for axes in figure.axes] == ["average regret $R_t/t$", "$x_t$"]


def test_each_panel_of_the_whole_figure_shows_its_own_problem():
    online, stochastic = ending("opt0", 1, 0.21), ending("opt0", -0.9, 0.05)
    theory = Theory(-1.0, 0.9, 0.4, "0.4: staying at +0.9")
    figure = whole_figure_1([Row("row", [online], THEORY, [stochastic], theory)])
    wanted = online.average_regret, online.x, stochastic.x
    levels = (20 / 101, 0.0), (1.0, -1.0), (0.9, -1.0)
    for axes, y, ends in zip(figure.axes, wanted, levels, strict=True):
        drawn = [line.get_ydata() for line in axes.get_lines()]
        np.testing.assert_array_equal(drawn[0], y)
        assert {*ends} <= {line[0] for line in drawn[1:]}
    assert [axes.get_title() for axes in figure.axes] == ["online", "online", "stochastic"]


@pytest.mark.slow
@pytest.mark.parametrize("end", [np.inf, -np.inf, np.nan])
def test_a_regret_that_is_no_number_leaves_the_axes_as_they_are(end):
    lost = broken("opt1", 60)._replace(average_regret=np.where(T > 60_000, end, 0.1))
    with_it, without = (
        figure_1([*others, ending("opt0", 1, 0.21)], THEORY, "").axes[0].get_ylim()
        for others in ([lost], [])
    )
    assert with_it == without


def test_a_regret_is_shown_as_a_multiple_of_its_bound():
    beside, multiples = above_bounds([Bounded("a", T, 3.0 * T, 2.0 * T)])
    assert [line.y[0] for line in beside.lines] == [3000, 2000]
    assert [line.dashed for line in beside.lines] == [False, True]
    assert (multiples.lines[0].y == 1.5).all()
    assert multiples.level == 1.0  # the bound holds above it


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "eps"])
def test_formats(tmp_path, suffix):
    path = tmp_path / f"figure.{suffix}"
    figure_1(CASES["bands"], THEORY, "title").savefig(path)
    assert path.stat().st_size > 5000


def test_a_fraction_is_written_only_where_it_is_exact():
    assert theory_of(Online()).worst_label == "20/101: staying at +1"
    # 2 (3368 − 3367)/3368 = 1/1684, and a short fraction is only near to it
    assert theory_of(Online(3368, -1, period=3368)).worst_label == "0.000594: staying at +1"


def test_without_any_regret_there_is_a_picture_still():
    problem = Online(1, -1, period=2)  # each player pays the same
    made = record("adam", problem, torch.optim.Adam(problem.parameters()), steps=1000)
    figure = figure_1([made], theory_of(problem), "")
    low, high = figure.axes[0].get_ylim()
    assert low < 0 < high
    assert {"0", "0: staying at +1"} <= {each.get_text() for each in figure.axes[0].texts}


@pytest.mark.parametrize("case", ["bands", "ten"])
def test_nothing_is_transparent(case):
    """EPS knows no transparency, and would draw a band as dark as its line."""
    for axes in figure_1(CASES[case], THEORY, "title").axes:
        for artist in axes.get_children():
            assert artist.get_alpha() in (None, 1)


def test_a_band_is_lighter_than_its_line_and_beneath_every_line():
    for axes in figure_1(CASES["bands"], THEORY, "title").axes:
        assert len(axes.collections) == 2
        for band, colour in zip(axes.collections, COLOURS, strict=False):
            np.testing.assert_allclose(band.get_facecolor()[0][:3], lighter(colour, 0.75))
            assert sum(band.get_facecolor()[0][:3]) > sum(to_rgb(colour)) + 0.5
            runs = [line for line in axes.get_lines() if line.get_linewidth() > 1]
            assert all(band.get_zorder() < line.get_zorder() for line in runs)
        low, high = axes.collections[0].get_paths()[0].get_extents().intervaly
        assert high - low > 0.04  # of the quartiles, not of nothing


@pytest.mark.slow
def test_sizes_in_pixels(tmp_path):
    assert figure_1(CASES["one"], THEORY, "title").bbox.width >= 1600
    row = Row("row", CASES["one"], THEORY, CASES["bands"], THEORY)
    assert whole_figure_1([row]).bbox.width >= 1600
    panel = Panel("panel", [Line("line", T, T / 1e5, 0)], log=(True, True))
    assert figure_of([panel], "title").bbox.width >= 1600
    asked = Picture((1920, 1080), 200)
    for figure in (
        figure_1(CASES["one"], THEORY, "title", asked),
        whole_figure_1([row], asked),
        figure_of([panel, panel], "title", asked),
    ):
        path = tmp_path / "figure.png"
        figure.savefig(path)
        header = path.read_bytes()[16:24]
        assert (int.from_bytes(header[:4]), int.from_bytes(header[4:])) == (1920, 1080)


@pytest.mark.parametrize("size", [(1000, 1000), (1600, 400)])
def test_a_picture_without_room_is_refused_in_one_line(size):
    with pytest.raises(ValueError, match=r"\d+x\d+ at 300 dpi is .* more pixels or a lower dpi"):
        Picture(size, 300)


def test_32_lines_look_different_and_their_names_can_be_read():
    assert len({look(i) for i in range(32)}) == 32
    # Okabe and Ito's eight, as in Wong (2011), Nature Methods 8, 441.
    assert {tuple(round(255 * c) for c in to_rgb(look(i).colour)) for i in range(8)} == {
        (0, 0, 0),
        (230, 159, 0),
        (86, 180, 233),
        (0, 158, 115),
        (240, 228, 66),
        (0, 114, 178),
        (213, 94, 0),
        (204, 121, 167),
    }
    for colour in COLOURS:
        linear = [((c + 0.055) / 1.055) ** 2.4 if c > 0.04045 else c / 12.92 for c in ink(colour)]
        assert 1.05 / (np.dot((0.2126, 0.7152, 0.0722), linear) + 0.05) > 2.9


def test_a_run_that_diverged_is_named_where_it_was_last():
    figure = laid_out(figure_1([broken("opt0", 60), ending("opt1", -1, 0)], THEORY, "title"))
    (text,) = text_of(figure.axes[1], "opt0".__eq__)
    box = text.get_window_extent()
    at = figure.axes[1].transData.transform((0, 0.5))[1]
    assert box.y0 < at < box.y1


@pytest.mark.parametrize("log", [(True, True), (True, False), (False, False)])
def test_panels_draw_what_is_not_above_0_only_where_it_can_be(log):
    y = np.array([3.0, 2.0, -1.0])
    panel = Panel("panel", [Line("a", T[:3], y, 0), Line("", T[:3], 2 * y, 0, dashed=True)], log)
    figure = laid_out(figure_of([panel], "title"))
    (axes,) = figure.axes
    shown = axes.get_lines()[0].get_ydata()
    np.testing.assert_array_equal(shown, [3, 2, np.nan] if log[1] else y)
    assert [text.get_text() for text in axes.texts] == ["a"]
    (box,) = (text.get_window_extent() for text in axes.texts)
    end = axes.transData.transform((1, 2.0 if log[1] else -1.0))[1]
    assert box.y0 < end < box.y1
