"""The recipes, as they are typed, run and come to what they say."""

import re
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from processes import done

RECIPES = Path(__file__).parents[2] / "recipes"

#: What each prints last, and the package that it takes beside this one.
LAST = {
    "plain_torch": (None, r"AMSGrad: x = -0\.\d+, average regret [\d.]+"),
    "sweep": (None, r"β2 = 0.9999: amsgrad  x = -[\d.]+, \w[\w ]+, logs/beta2=0.9999/\S+"),
    "with_hydra": ("hydra", r"lr 0.001, β2 0.99: amsgrad x = [+-]\d\.\d+"),
    "with_lightning": ("lightning", r"accuracy after 600 steps: (0\.9\d\d|1\.000)"),
    "with_mlflow": ("mlflow", r"amsgrad: x = -\d\.\d+, average regret [\d.]+"),
    "with_wandb": ("wandb", r"amsgrad: x = -\d\.\d+, average regret [\d.]+"),
}

#: What the suite's own packages leave out, and so no test may ask for.
HEAVY = {"mlflow", "wandb"}


def test_each_recipe_is_in_the_table():
    assert set(LAST) == {path.stem for path in RECIPES.glob("*.py")}


def test_the_page_names_the_versions_that_are_pinned():
    page = (RECIPES.parent / "docs/recipes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\w+)\.py\].* \| ([\w-]+ [\d.]+) \|$", page, re.MULTILINE)
    assert {name for name, _ in rows} == set(LAST)
    pins = (RECIPES.parent / "constraints.txt").read_text(encoding="utf-8").splitlines()
    light = {tool.replace(" ", "==") for name, tool in rows if LAST[name][0] not in HEAVY}
    assert light <= set(pins)


@pytest.mark.slow
@pytest.mark.parametrize("name", LAST)
def test_a_recipe_runs_from_top_to_bottom(name, tmp_path):
    package, last = LAST[name]
    if package in HEAVY and find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    ended = done([sys.executable, RECIPES / f"{name}.py"], tmp_path, text=True)
    assert ended.returncode == 0, ended.stderr
    assert re.fullmatch(last, ended.stdout.splitlines()[-1])
