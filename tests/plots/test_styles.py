"""Pictures for paper, a slide and a poster: sizes, and type that can be read from where one is."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.text import Text
from test_figures import CASES, THEORY, VALUES, laid_out, overlaps

from breaking_adam import Picture
from breaking_adam.plots.figure1 import Row, figure_1, whole_figure_1
from breaking_adam.plots.lines import Line
from breaking_adam.plots.panels import Panel
from breaking_adam.plots.panels import figure as panels_of
from breaking_adam.plots.picture import STYLES
from breaking_adam.plots.style import LENGTHS, scaled, settings

pytestmark = pytest.mark.slow

T = np.arange(1, 101) * 1000
PANEL = Panel("panel", [Line("line", T, T / 1e5, 0)], log=(True, True))
ROW = Row("row", CASES["one"], THEORY, CASES["one"], THEORY)
FIGURES = {
    "two panels": lambda picture: figure_1(CASES["ends that coincide"], THEORY, "title", picture),
    "six panels": lambda picture: whole_figure_1([ROW, ROW], picture),
    "a panel": lambda picture: panels_of([PANEL], "title", picture),
    "three panels": lambda picture: panels_of([PANEL] * 3, "title", picture),
}


def written(figure):
    """All text that is seen."""
    return [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


@pytest.mark.parametrize("name", FIGURES)
def test_a_slide_has_its_shape_and_no_fewer_than_1920_pixels(name):
    width, height = FIGURES[name](Picture(style="slide")).bbox.size
    assert width >= 1920
    assert width / height == pytest.approx(16 / 9)


def test_the_least_type_of_a_slide_is_read_from_the_back_row():
    """In points on a slide of 7.5 inches: one is told to have 18. More panels have less."""
    for name, least in (("two panels", 18), ("three panels", 12), ("six panels", 12)):
        figure = laid_out(FIGURES[name](Picture(style="slide")))
        enlarged = 7.5 / figure.get_size_inches()[1]
        assert min(text.get_fontsize() for text in written(figure)) * enlarged > least


def test_a_posters_type_is_three_times_that_of_paper_on_panels_not_as_much_larger():
    paper, poster = (FIGURES["two panels"](Picture(style=style)) for style in ("paper", "poster"))
    np.testing.assert_allclose(poster.get_size_inches(), 2.5 * paper.get_size_inches())
    assert {text.get_fontsize() for text in written(paper)} == {7.0, 8.0, 9.0}
    assert {text.get_fontsize() for text in written(poster)} == {21.0, 24.0, 27.0}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_written_over_another_or_out_of_the_picture(name, style):
    figure = laid_out(FIGURES[name](Picture(style=style)))
    for axes in figure.axes:
        boxes = [text.get_window_extent() for text in axes.texts]
        labels = [axes.xaxis.label, axes.yaxis.label, axes.xaxis.offsetText, axes.title]
        boxes += [text.get_window_extent() for text in labels if text.get_text()]
        assert not overlaps(boxes)
        for box in boxes:
            assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1 + 1
            assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1 + 1
        names = [t.get_window_extent() for t in axes.texts if t.get_text() not in VALUES]
        assert all(box.x0 > axes.get_window_extent().x1 for box in names)


@pytest.mark.parametrize("style", STYLES)
def test_lines_and_gaps_are_in_proportion_to_the_type(style):
    type_ = STYLES[style].type
    drawn, paper = settings(type_), settings(8.0)
    for name in (*LENGTHS, "font.size", "figure.titlesize", "lines.linewidth"):
        assert drawn[name] == pytest.approx(paper[name] * type_ / 8)
    with mpl.rc_context(drawn):
        assert scaled(2.0) == pytest.approx(2 * type_ / 8)


def test_a_size_without_room_for_its_type_is_refused():
    Picture((1650, 750), 300, "slide")
    with pytest.raises(ValueError, match=r"1500x750 at 300 dpi is 5.0 by 2.5 inches, and less tha"):
        Picture((1500, 750), 300, "slide")
