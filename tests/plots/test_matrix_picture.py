"""The matrix as a picture: every cell in its colour, with what is written on it."""

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle

from breaking_adam.plots.marks import MARKS, shade, written
from breaking_adam.plots.matrix import Row, figure

ROWS = [
    Row("SGD", ["solves", "wrong point", "stuck"], [1.0, 0.0, 0.25]),
    Row("Adam", ["diverges", "undecided", "solves"], [0.0, 0.0, 0.1]),
    Row("in theory", ["solves", "", "stuck"], None),
]
COLUMNS = ["a", "b", "c"]


@pytest.fixture
def axes():
    drawn = figure(ROWS, COLUMNS, "Who solves what")
    drawn.draw_without_rendering()
    return drawn.axes[0]


def test_a_cell_has_the_colour_of_its_verdict_and_a_theory_its_sign_alone(axes):
    squares = {
        (round(p.get_y() + 0.48), round(p.get_x() + 0.48)): to_hex(p.get_facecolor())
        for p in axes.patches
        if isinstance(p, Rectangle)
    }
    assert set(squares) == {(i, j) for i in range(2) for j in range(3)}
    assert squares[0, 1] == MARKS["wrong point"].colour.lower()
    assert squares[0, 0] == MARKS["solves"].colour.lower()
    assert squares[1, 2] == shade("solves", 0.1)[0].lower() != squares[0, 0]
    texts = {tuple(map(int, t.get_position()[::-1])): t.get_text() for t in axes.texts}
    assert texts == {
        (0, 0): "100",
        (0, 1): "x",
        (0, 2): "=25",
        (1, 0): "^",
        (1, 1): "?",
        (1, 2): "10",
        (2, 0): "+",
        (2, 2): "=",
    }


def test_rows_run_down_and_columns_are_named(axes):
    assert [label.get_text() for label in axes.get_yticklabels()] == [row.name for row in ROWS]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    assert [label.get_text() for label in axes.get_xticklabels()] == COLUMNS


def luminance(colour):
    """Relative luminance, as WCAG 2 has it."""
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [
        0.2126,
        0.7152,
        0.0722,
    ]


@pytest.mark.parametrize("word", MARKS)
@pytest.mark.parametrize("solved", [0.01, 0.3, 0.6, 1.0])
def test_what_is_written_can_be_read(word, solved):
    lighter, darker = sorted(map(luminance, shade(word, solved)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) > 3


def test_the_more_is_solved_the_darker():
    shares = np.linspace(0, 1, 9)
    assert (np.diff([luminance(shade("solves", s)[0]) for s in shares]) < 0).all()


def test_every_verdict_has_a_sign_of_its_own():
    signs = [mark.sign for mark in MARKS.values()]
    assert len(set(signs)) == len({mark.colour for mark in MARKS.values()}) == 5
    assert written("diverges", 0.999) == "^99"


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_it_is_drawn_in_every_format(suffix, tmp_path):
    path = tmp_path / f"a.{suffix}"
    figure(ROWS, COLUMNS, "").savefig(path)
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
    assert path.read_bytes().startswith(start)
