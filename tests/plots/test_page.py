"""The stand's page in a real browser: a click on a cell shows the runs behind it."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from made_up import made_up
from processes import LONGEST

from breaking_adam.counterexamples.shown import as_page, shown, told
from breaking_adam.counterexamples.table import COUNTEREXAMPLES
from breaking_adam.plots.page import Pair, _first

PROBLEMS = dict(COUNTEREXAMPLES)
TITLE = "Who <solves> what"

#: Where on the page the cell of an optimizer and a problem is drawn.
PLACE = """
const plot = Bokeh.documents[0].get_model_by_name("matrix")
const view = Bokeh.index.find_one(plot), frame = view.frame
const box = view.el.getBoundingClientRect()
const x = frame.x_scale.compute(frame.x_range.synthetic(arguments[1]))
const y = frame.y_scale.compute(frame.y_range.synthetic(arguments[0]))
return [Math.round(box.left + x), Math.round(box.top + y)]
"""

DATA = "return Bokeh.documents[0].get_model_by_name(arguments[0]).data[arguments[1]]"


def x_at(optimizer, one, factor, seed, part):
    """Adam stays at 0.99, SGD comes near 0 or −1, and one run in ten is no number."""
    if optimizer == "torch.optim.Adam":
        return 0 * part + 0.99
    if seed == 9:
        return 0 * part + np.nan
    return (0.0 if one.name == "bowl" else -1.0) + factor * np.exp(-9 * part) / 1000


@pytest.fixture(scope="module")
def one():
    return shown(made_up(["adam", "sgd"], list(PROBLEMS.values()), x_at), ["torch.optim.SGD"])


@pytest.fixture(scope="module")
def path(one, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "stand.html"
    path.write_text(as_page(one, PROBLEMS, TITLE, ["& a note"]), encoding="utf-8")
    return path


def test_the_page_is_one_file_that_asks_for_no_other(path):
    text = path.read_text(encoding="utf-8")
    assert "<title>Who &lt;solves&gt; what</title>" in text
    without_code = re.sub(r"(<script[^>]*>).*?</script>", r"\1", text, flags=re.DOTALL)
    assert not re.search(r"<[^>]*\s(src|href)=", without_code)
    assert path.stat().st_size < 3e6


@pytest.fixture(scope="module")
def browser():
    """Chromium without a network."""
    selenium = pytest.importorskip("selenium.webdriver")
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if not (binary and driver):
        pytest.skip("there is no chromium with its chromedriver: apt-get install chromium-driver")
    options = selenium.ChromeOptions()
    options.binary_location = binary
    for argument in (
        *("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"),
        *("--window-size=1500,1000", "--proxy-server=127.0.0.1:9"),  # where nobody listens
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = selenium.ChromeService(driver)
    with selenium.Chrome(options=options, service=service) as opened:
        yield opened


@pytest.fixture
def opened(browser, path):
    """The browser with the page, once that is drawn."""
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get(Path(path).as_uri())
    WebDriverWait(browser, 60).until(
        lambda page: page.execute_script(
            "return window.Bokeh && Bokeh.documents.length == 1 && Bokeh.documents[0].is_idle"
        )
    )
    return browser


def click(browser, optimizer, problem):
    """Click on a cell, with the mouse."""
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    own = "▸ " * (optimizer == "SGD")
    at = browser.execute_script(PLACE, own + optimizer, problem)
    builder = ActionBuilder(browser)
    builder.pointer_action.move_to_location(*at).click()
    builder.perform()
    ActionChains(browser).pause(0.2).perform()


def said(browser):
    """The text that the page shows of a cell, as a reader sees it."""
    return browser.execute_script("return document.getElementById('told').innerText")


@pytest.mark.slow
def test_a_click_on_a_cell_shows_the_runs_behind_it(opened, one):
    for optimizer, problem in (("SGD", "reddi_random"), ("Adam", "bowl"), ("SGD", "bowl")):
        click(opened, optimizer, problem)
        i, j = one.names.index(optimizer), one.problems.index(problem)
        text = said(opened)
        assert f"{optimizer} on {problem}" in text
        assert told(one.cells[i][j]) in text
        assert one.cells[i][j].pair.verdict in text
        cell = one.ds.isel(optimizer=i, problem=j)
        runs = 13 * PROBLEMS[problem].seeds
        for name, key in (("points", "alpha"), ("points", "distance"), ("points", "word")):
            assert len(opened.execute_script(DATA, name, key)) == runs
        alphas = opened.execute_script(DATA, "points", "alpha")
        np.testing.assert_allclose(
            sorted(set(alphas)), cell.own_alpha.item() * cell.alpha.values, rtol=1e-12
        )
        curves = opened.execute_script(DATA, "lines", "x")
        assert len(curves) == 13
        drawn = np.array(curves[6], float)
        np.testing.assert_allclose(drawn, cell.x_curve.values[6], rtol=1e-6)
        t = opened.execute_script(DATA, "lines", "t")[6]
        assert t[-1] == PROBLEMS[problem].steps


@pytest.mark.slow
def test_each_run_is_a_dot_at_its_distance_in_the_colour_of_its_word(opened, one):
    click(opened, "SGD", "reddi_random")
    words = opened.execute_script(DATA, "points", "word")
    seeds = opened.execute_script(DATA, "points", "seed")
    distances = opened.execute_script(DATA, "points", "distance")
    assert {word for word, seed in zip(words, seeds, strict=True) if seed == 9} == {"diverges"}
    # One that is no number is put at the upper end.
    assert {d for d, seed in zip(distances, seeds, strict=True) if seed == 9} == {1000.0}
    colours = opened.execute_script(DATA, "points", "colour")
    assert len(set(zip(words, colours, strict=True))) == len(set(words)) == len(set(colours))
    share = words.count("solves") / len(words)
    assert (
        share == one.cells[one.names.index("SGD")][one.problems.index("reddi_random")].pair.solved
    )


@pytest.mark.slow
def test_a_page_from_a_file_needs_no_network_and_complains_of_nothing(opened):
    assert opened.current_url.startswith("file://")
    assert "SGD on" in said(opened)  # before any click
    click(opened, "Adam", "reddi_cycle")
    loud = [entry for entry in opened.get_log("browser") if entry["level"] != "INFO"]
    assert loud == []
    asked = opened.execute_script(
        "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    )
    assert [name for name in asked if not name.startswith(("data:", "blob:"))] == []


def test_the_page_begins_with_what_ones_own_does_not_solve():
    pairs = [
        Pair(optimizer, problem, verdict, 0.0, "")
        for optimizer, problem, verdict in (
            *(("a", "p", "stuck"), ("a", "q", "solves")),
            *(("b", "p", "solves"), ("b", "q", "stuck")),
            *(("c", "p", "solves"), ("c", "q", "solves")),
        )
    ]
    assert [_first(pairs, own) for own in (["b"], ["c"], ["c", "b"], [])] == [3, 4, 3, 0]


MODEL = "return Bokeh.documents[0].get_model_by_name(arguments[0])"


@pytest.mark.slow
def test_ones_own_row_is_marked(opened):
    rows = opened.execute_script(f"return ({MODEL[7:]}).y_range.factors", "matrix")
    assert sorted(rows) == ["Adam", "▸ SGD"]
    assert said(opened).startswith("SGD on ")


@pytest.mark.slow
def test_the_limits_of_x_follow_the_lines(opened, one):
    limits = f"const {{start, end}} = ({MODEL[7:]}).y_range; return [start, end]"
    for optimizer in "Adam", "SGD":
        click(opened, optimizer, "bowl")
        low, high = opened.execute_script(limits, "curves")
        cell = one.ds.isel(optimizer=one.names.index(optimizer)).sel(problem="bowl")
        x, near = cell.x_curve.values, PROBLEMS["bowl"].near
        inside = ((x > low) & (x < high)).all(axis=1)
        assert inside.sum() > 6.5  # of 13 lines
        assert low < -near < near < high  # where the best points are
        farthest = np.abs(x[inside]).max()
        assert high - low < 1.2 * (farthest + max(farthest, near))
        # Three times as far as half of the lines is far enough for the others.
        middle = max(np.median(np.abs(x).max(axis=1)), near)
        assert max(-low, high) < 1.2 * (3 * middle + near)


#: Wait until the window is so wide and the colours are so, and what follows from that is drawn; on
#: a telephone it never is where the page is wider.
SETTLED = """
const [width, scheme, done] = arguments;
let drawn = 0, all = 0;
const look = () => {
  const there = innerWidth === width && matchMedia(`(prefers-color-scheme: ${scheme})`).matches;
  drawn = there ? drawn + 1 : 0;
  drawn < 30 && ++all < 600 ? requestAnimationFrame(look) : done();
};
look();
"""


@pytest.fixture
def as_seen(opened):
    """Sets how wide the browser is, and which colours its user prefers."""

    def see(width, scheme="light"):
        opened.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        opened.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        opened.execute_async_script(SETTLED, width, scheme)

    opened.set_script_timeout(LONGEST)
    yield see
    opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.slow
@pytest.mark.parametrize("width", [390, 800, 1280, 1900])
def test_the_page_is_as_wide_as_the_window(width, opened, as_seen):
    """And the matrix, where it is wider, is moved in a frame of its own."""
    as_seen(width)
    wide, there = opened.execute_script(
        "const {scrollWidth, clientWidth} = document.documentElement;"
        "return [scrollWidth, clientWidth]"
    )
    assert wide == there <= width
    boxes = opened.execute_script(
        "return ['.frame', '.runs'].map((each) => document.querySelector(each)"
        ".getBoundingClientRect()).map(({left, right, top}) => [left, right, top])"
    )
    (_, right, top), (left, end, below) = boxes
    assert right <= width
    assert end <= width
    assert (left > right) == (below == top) == (width >= 1200)  # beside it, or below it
    charts = opened.execute_script(
        "return ['sweep', 'curves'].map((name) => Bokeh.index.find_one("
        "Bokeh.documents[0].get_model_by_name(name)).el.getBoundingClientRect().width)"
    )
    assert min(charts) > 340


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_the_colours_that_the_reader_prefers(scheme, opened, as_seen):
    from io import BytesIO

    from matplotlib.image import imread

    as_seen(1280, scheme)
    paper = imread(BytesIO(opened.get_screenshot_as_png()))[2, 2, :3].max()
    assert (paper < 0.2) if scheme == "dark" else (paper > 0.9)
    ink = opened.execute_script(
        f"return ['matrix', 'sweep', 'curves'].map((name) => ({MODEL[7:]}).left[0]"
        ".major_label_text_color)".replace("arguments[0]", "name")
    )
    assert len(set(ink)) == 1
    red = int(re.match(r"rgb\((\d+)", ink[0])[1]) / 255
    assert abs(red - paper) > 0.7
