"""The notebooks run from top to bottom, and leave neither an error nor a warning behind."""

import asyncio
import base64
import json
import re
from pathlib import Path

import pytest
from processes import LONGEST

#: Moves every slider of the walkthrough to its low end, and then to its high end.
MOVE_SLIDERS = """
for slider in sliders.children[:-1]:
    for end in (0, -1) if hasattr(slider, "options") else ("min", "max"):
        slider.value = slider.options[end] if hasattr(slider, "options") else getattr(slider, end)
"""

#: Clicks on a cell of the diagram, and asks for a finer one.
CLICK_AND_ZOOM = """
from types import SimpleNamespace
click(SimpleNamespace(inaxes=left, xdata=10.2, ydata=1.0))
assert right.get_title() == "C = 10, β2 = 0.9"
between.value = (1.0, 2.0)
finer.click()
np.testing.assert_allclose(left.get_ylim(), (1.0, 2.0))
"""

#: Each notebook, and what a reader does with it.
NOTEBOOKS = {
    "breaking_adam.ipynb": [MOVE_SLIDERS],
    "phase_diagrams.ipynb": [CLICK_AND_ZOOM],
    "your_own_optimizer.ipynb": [],
}

#: Run by the kernel before the first cell. ipykernel warns about itself when it ends, and traitlets
#: about ipympl's toolbar.
WARNINGS_ARE_ERRORS = [
    "import warnings",
    "warnings.simplefilter('error')",
    "warnings.filterwarnings('ignore', module='ipykernel')",
    "warnings.filterwarnings('ignore', 'Passing unrecognized arguments to super.Toolbar')",
]


def read(name):
    path = Path(__file__).parents[2] / "notebooks" / name
    assert path.stat().st_size < 600_000, "too large for a slow line"
    return json.loads(path.read_text(encoding="utf-8"))


def code(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


async def executed(client):
    """Run the client's notebook from top to bottom.

    Now and then, seen with pyzmq 27.3, a reply that has come wakes nobody. A socket that is
    asked for its events attends to those that are there.
    """
    from zmq import EVENTS

    running = asyncio.create_task(client.async_execute())
    while not (await asyncio.wait([running], timeout=1))[0]:
        for channel in (client.kc.shell_channel, client.kc.iopub_channel) if client.kc else ():
            channel.socket.get(EVENTS)
    await running


@pytest.mark.slow
@pytest.mark.parametrize(("name", "deeds"), NOTEBOOKS.items())
def test_runs_without_a_warning(name, deeds, monkeypatch, tmp_path):
    """The cells are as committed; only the number of steps is smaller."""
    import nbformat  # which takes seconds, and nobody else
    from nbclient import NotebookClient

    monkeypatch.setenv("BREAKING_ADAM_STEPS", "6000")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    folder = tmp_path / "notebooks"
    folder.mkdir()
    notebook = nbformat.reads(json.dumps(read(name)), as_version=4)
    notebook.cells += map(nbformat.v4.new_code_cell, deeds)
    client = NotebookClient(
        notebook,
        timeout=LONGEST,
        startup_timeout=LONGEST,
        resources={"metadata": {"path": folder}},
        extra_arguments=[f"--InteractiveShellApp.exec_lines={WARNINGS_ARE_ERRORS}"],
    )
    asyncio.run(executed(client))
    widgets = [state for state in client.widget_state.values() if "outputs" in state]
    outputs = [output for holder in code(notebook) + widgets for output in holder["outputs"]]
    assert {output.get("name", output["output_type"]) for output in outputs} == {
        "stdout",
        "execute_result",
        "display_data",
    }


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_is_committed_as_one_run_of_the_whole(name):
    counts = [cell["execution_count"] for cell in code(read(name))]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_pictures_in_the_text_are_within_it(name):
    """``jupyter lab notebooks`` serves that folder alone: a path that leaves it shows nothing."""
    for cell in read(name)["cells"]:
        for target in re.findall(r"!\[[^]]*\]\(([^)]*)\)", "".join(cell["source"])):
            assert target.startswith("attachment:")
            assert target.removeprefix("attachment:") in cell["attachments"]


def test_the_walkthroughs_screenshot_is_the_readmes():
    cells = read("breaking_adam.ipynb")["cells"]
    (held,) = [cell["attachments"] for cell in cells if "attachments" in cell]
    screenshot = Path(__file__).parents[2] / "docs" / "tensorboard.png"
    assert base64.b64decode(held["tensorboard.png"]["image/png"]) == screenshot.read_bytes()
