"""The animation of a mechanism: which frame shows what, from windows written by hand."""

import numpy as np
import pytest
from PIL import Image
from test_figures import laid_out, overlaps

from breaking_adam import Picture
from breaking_adam.plots.mechanism import FIRST, LAST, Film, mechanism
from breaking_adam.plots.picture import STYLES
from breaking_adam.support.results import RATE, save_animation
from breaking_adam.trials.window import Window

pytestmark = pytest.mark.slow


def window(begin, x, steps=4):
    """Gradients of 9 and then −1, and moves that add up to x/10."""
    t = np.arange(begin, begin + steps)
    g = np.where(np.arange(steps) % 2, -1.0, 9.0)
    moves = np.full(steps, x / (10 * steps))
    return Window(t, x + np.cumsum(moves) - moves, g, 5.0 + np.arange(steps), moves)


UP = Film("adam", [window(1, 0.1), window(5, 0.5), window(101, 1.0)])
DOWN = Film("amsgrad", [window(1, -0.1), window(5, -0.5), window(101, -1.0)])


@pytest.fixture
def animation():
    return mechanism([UP, DOWN], (-1.0, 1.0), "title")


def test_there_is_a_frame_for_each_window_after_the_first(animation):
    assert animation.frames == FIRST + 3 + LAST


def test_the_first_window_comes_step_by_step(animation):
    left = animation.figure.axes[6]
    for i, seen in ((0, 0), (FIRST // 2 - 1, 2), (FIRST - 1, 4)):
        animation.draw(i)
        up, down = left.get_lines()[:2]
        np.testing.assert_allclose(up.get_ydata(), (UP.windows[0].x - 0.1)[:seen], atol=1e-15)
        np.testing.assert_allclose(down.get_ydata(), (DOWN.windows[0].x + 0.1)[:seen], atol=1e-15)


def test_then_the_run_goes_on_and_the_end_stays(animation):
    gradient, roots, steps, places = animation.figure.axes[1::2]
    for i, at in ((FIRST, 0), (FIRST + 1, 1), (FIRST + 2, 2), (animation.frames - 1, 2)):
        animation.draw(i)
        t = [1, 5, 101][: at + 1]
        (mean,) = (line for line in gradient.get_lines()[:1])
        np.testing.assert_allclose(mean.get_xydata(), np.column_stack([t, [4.0] * (at + 1)]))
        low, high = roots.get_lines()[:2]
        assert {*low.get_ydata()} == {5.0}
        assert {*high.get_ydata()} == {8.0}
        up, down = steps.get_lines()[:2]
        np.testing.assert_allclose(up.get_ydata(), [0.01, 0.05, 0.1][: at + 1])
        np.testing.assert_allclose(down.get_ydata(), [-0.01, -0.05, -0.1][: at + 1])
        up, down = places.get_lines()[:2]
        np.testing.assert_allclose(up.get_ydata(), [0.1, 0.5, 1.0][: at + 1])
        np.testing.assert_allclose(down.get_ydata(), [-0.1, -0.5, -1.0][: at + 1])
        assert [t[-1]] * 2 in [[*line.get_xdata()] for line in places.get_lines()]
        assert animation.figure.axes[0].get_title() == f"two periods from $t_0$ = {t[-1]}"


def test_the_axes_have_room_for_every_frame_and_do_not_move(animation):
    limits = [axes.get_ylim() for axes in animation.figure.axes]
    for i in range(animation.frames):
        animation.draw(i)
        for axes, (low, high) in zip(animation.figure.axes, limits, strict=True):
            assert axes.get_ylim() == (low, high)
            for line in axes.get_lines():
                y = np.asarray(line.get_ydata(), float)
                if len(y) and line.get_transform() == axes.transData:
                    assert low < y.min()
                    assert y.max() < high
    low, high = limits[-1]
    assert low < -1 < 1 < high  # x* and the worst point, wherever the run has been


def test_zero_is_on_the_axis_of_what_has_a_sign(animation):
    for axes in animation.figure.axes[0], animation.figure.axes[1], *animation.figure.axes[4:7]:
        low, high = axes.get_ylim()
        assert low < 0 < high


@pytest.mark.parametrize("style", STYLES)
def test_nothing_is_written_over_another(style):
    figure, draw, frames = mechanism([UP, DOWN], (-1.0, 1.0), "title", Picture(style=style))
    draw(frames - 1)
    laid_out(figure)
    texts = [text for axes in figure.axes for text in axes.texts]
    texts += [label for axes in figure.axes for label in (axes.yaxis.label, axes.title)]
    texts += [figure.axes[-2].xaxis.label, figure.axes[-1].xaxis.label, *figure.texts]
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    assert not overlaps(boxes)
    assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 + 1 for box in boxes)


def test_an_optimizer_without_a_v_has_no_root_and_all_the_rest():
    none = Film("sgd", [each._replace(root=each.root * np.nan) for each in UP.windows])
    figure, draw, frames = mechanism([none], (-1.0, 1.0), "title")
    draw(frames - 1)
    assert np.isnan(figure.axes[2].get_lines()[0].get_ydata()).all()
    assert len(figure.axes[4].get_lines()[0].get_ydata()) == 4


def test_every_frame_is_in_the_file(tmp_path, animation):
    path = tmp_path / "a.gif"
    frames = range(0, animation.frames, 6)
    save_animation(animation.figure, map(animation.draw, frames), path)
    with Image.open(path) as image:
        length = 0
        for i in range(image.n_frames):
            image.seek(i)
            length += image.info["duration"]
        assert image.size == tuple(animation.figure.bbox.size.astype(int))
    # Pillow shows a frame that is like the one before for as much longer.
    assert length == pytest.approx(1000 * len(frames) / RATE, rel=0.01)
    assert [path.name] == [each.name for each in tmp_path.iterdir()]
