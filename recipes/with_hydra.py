"""A sweep by Hydra: each of its jobs is a run of the online problem.

    pip install hydra-core
    python recipes/with_hydra.py --multirun lr=0.1,0.01,0.001 beta2=0.9,0.99

Each job's results lie in the directory that Hydra gives it.
"""

from dataclasses import dataclass, field

import hydra
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig

from breaking_adam import Output, Settings, play


@dataclass
class Sweep:
    """What the command line may set, with its defaults."""

    optimizer: list[str] = field(default_factory=lambda: ["adam", "amsgrad"])
    lr: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.99
    steps: int = 100_000


ConfigStore.instance().store("sweep", Sweep)


@hydra.main(version_base=None, config_name="sweep")
def main(config: Sweep) -> float:
    """Play the job's settings; the regret of its last optimizer, for a sweeper that optimizes."""
    settings = Settings(
        optimizer=list(config.optimizer),
        lr=config.lr,
        betas=(config.beta1, config.beta2),
        steps=config.steps,
    )
    played = play(settings, Output(logdir=HydraConfig.get().runtime.output_dir))
    for run in played.runs:
        print(f"lr {config.lr:g}, β2 {config.beta2:g}: {run.optimizer} x = {run.x:+.4f}")
    return played.runs[-1].average_regret


main()
