"""Every fault, a file for each wing."""

from mutants.faults import (
    cli,
    engine,
    optimizers,
    paper,
    peers,
    plots,
    problems,
    rules,
    runs,
    support,
    tracing,
    trials,
)

FAULTS = [
    *rules.FAULTS,
    *problems.FAULTS,
    *engine.FAULTS,
    *optimizers.FAULTS,
    *peers.FAULTS,
    *tracing.FAULTS,
    *trials.FAULTS,
    *plots.FAULTS,
    *runs.FAULTS,
    *paper.FAULTS,
    *support.FAULTS,
    *cli.FAULTS,
]
