"""The optimizers are for any network: what importing them loads, and what not."""

import json
import subprocess
import sys

SHOW = "import breaking_adam.optimizers, json, sys; print(json.dumps(sorted(sys.modules)))"


def test_importing_the_optimizers_loads_torch_and_nothing_of_a_trial():
    shown = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, check=True, text=True)
    modules = json.loads(shown.stdout)
    assert "torch" in modules
    assert {"torchbearer", "matplotlib", "tensorboard", "tabulate", "tqdm.auto"}.isdisjoint(modules)
    wings = {name.split(".")[1] for name in modules if name.startswith("breaking_adam.")}
    assert wings == {"engine", "optimizers", "rules", "support"}
