"""Every fault, a file for each wing."""

from mutants.faults import (
    cli,
    counterexamples,
    data,
    engine,
    grids,
    networks,
    optimizers,
    paper,
    peers,
    plots,
    problems,
    rules,
    runs,
    stand,
    support,
    tracing,
    trials,
)

WINGS = (
    *(rules, problems, engine, optimizers, peers, tracing, trials, plots, runs, paper),
    *(grids, data, networks, counterexamples, stand, support, cli),
)
FAULTS = [fault for wing in WINGS for fault in wing.FAULTS]
