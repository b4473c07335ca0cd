"""Which algorithm is it? Adam and AMSGrad as libraries have them, beside ours.

Run as ``python -m breaking_adam.conformance``. Every optimizer is fed the same gradients in
float64, and compared with ours set to the algorithm that it is said to be, and with all the
others that go by a similar name.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import metadata
from itertools import product
from typing import Any, NamedTuple

import numba
import numpy as np
import torch
from tabulate import tabulate

from breaking_adam import options, rules
from breaking_adam.optimizers import Adam, AMSGrad, WeightDecay
from breaking_adam.problems import Online
from breaking_adam.report import storage_failures
from breaking_adam.startup import end_quietly

#: A power of two, so that no library rounds it, and an ε that shows where it is added.
LR, BETAS, EPS = 2.0**-10, (0.9, 0.999), 1e-3

#: How long the online problem is given.
STEPS = 20_000_000

Settings = dict[str, Any]

#: Our optimizer's settings for each algorithm. eps_hat: ε stands beside the uncorrected root.
ALGORITHMS: dict[str, tuple[type[Adam], Settings]] = {
    "Adam": (Adam, {"optimized_update": False}),
    "Adam, eps_hat": (Adam, {"optimized_update": True}),
    "AMSGrad, none": (AMSGrad, {"bias_correction": "none"}),
    "AMSGrad, after_max": (AMSGrad, {"optimized_update": False}),
    "AMSGrad, after_max, eps_hat": (AMSGrad, {"optimized_update": True}),
    "AMSGrad, before_max": (AMSGrad, {"bias_correction": "before_max"}),
}

#: What surrounds an algorithm, as our settings for it.
SURROUNDINGS: dict[str, Settings] = {
    "": {},
    "maximize": {"maximize": True},
    "L2": {"weight_decay": WeightDecay(0.1, weight_decouple=False)},
    "decoupled decay": {"weight_decay": WeightDecay(0.1)},
    "absolute decay": {"weight_decay": WeightDecay(0.001, absolute=True)},
}


class Peer(NamedTuple):
    """An optimizer of another library, and which of ours it is."""

    name: str
    algorithm: str
    path: Callable[[], np.ndarray]  # x after every step, shape (steps, coordinates)
    surroundings: str = ""
    way: str = "loop"


class Row(NamedTuple):
    """A line of the table: largest relative differences, or why there are none."""

    library: str
    optimizer: str = ""
    ours: str = ""
    random: float | None = None
    spiky: float | None = None
    next: float | None = None  # to the nearest of the other algorithms
    missing: str = ""


@cache
def gradients(steps: int, seed: int) -> np.ndarray:
    """Shape (steps, 32): 16 coordinates of normal draws, 16 that are 100 times larger now and then.

    A spike comes once in 50 steps on average.
    """
    rng = np.random.default_rng(seed)
    g = rng.normal(size=(steps, 32))
    g[:, 16:] *= np.where(rng.random((steps, 16)) < 0.02, 100.0, 1.0)
    return g


@cache
def start(seed: int) -> np.ndarray:
    return np.random.default_rng(seed + 1).normal(size=32)


def difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest |ours − theirs| of a coordinate over its largest |theirs|."""
    return float((np.abs(ours - theirs).max(0) / np.abs(theirs).max(0)).max())


def torch_path(
    make: Callable[[list[torch.nn.Parameter]], torch.optim.Optimizer], steps: int, seed: int
) -> np.ndarray:
    """The path of x over the steps of a torch optimizer."""
    x = torch.nn.Parameter(torch.tensor(start(seed)))
    optimizer, path = make([x]), []
    for g in torch.tensor(gradients(steps, seed)):
        x.grad = g
        optimizer.step()
        path.append(x.detach().numpy().copy())
    return np.array(path)


@cache
def our_path(algorithm: str, surroundings: str, way: str, steps: int, seed: int) -> np.ndarray:
    kind, settings = ALGORITHMS[algorithm]
    settings = {**settings, **SURROUNDINGS[surroundings], **WAYS[way]}
    return torch_path(lambda x: kind(x, LR, BETAS, EPS, **settings), steps, seed)


# --- The libraries ----------------------------------------------------------------------------

WAYS = {"loop": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}}


def torch_peers(steps: int, seed: int) -> Iterator[Peer]:
    theirs: dict[str, Settings] = {
        "": {},
        "maximize": {"maximize": True},
        "L2": {"weight_decay": 0.1},
        "decoupled decay": {"weight_decay": 0.1, "decoupled_weight_decay": True},
    }
    for amsgrad, (around, settings), way in product((False, True), theirs.items(), WAYS):
        options = {**settings, **WAYS[way], "amsgrad": amsgrad}

        def path(options: Settings = options) -> np.ndarray:
            return torch_path(lambda x: torch.optim.Adam(x, LR, BETAS, EPS, **options), steps, seed)

        name = f"Adam({way}{', amsgrad' if amsgrad else ''}{', ' + around if around else ''})"
        yield Peer(name, "AMSGrad, after_max" if amsgrad else "Adam", path, around, way)


def labml_peers(steps: int, seed: int) -> Iterator[Peer]:
    decays = {
        "": (),
        "L2": (0.1, False),
        "decoupled decay": (0.1, True),
        "absolute decay": (0.001, True, True),
    }

    def path(kind: str, decay: tuple[Any, ...], options: Settings) -> np.ndarray:
        optimizers = importlib.import_module("labml_nn.optimizers")
        module = importlib.import_module(f"labml_nn.optimizers.{kind.lower()}")
        made = getattr(module, kind)
        return torch_path(
            lambda x: made(
                x, LR, BETAS, EPS, weight_decay=optimizers.WeightDecay(*decay), **options
            ),
            steps,
            seed,
        )

    for amsgrad, hat, (around, decay) in product(
        (None, False, True), (False, True), decays.items()
    ):
        kind = "Adam" if amsgrad is None else "AMSGrad"
        options = {"optimized_update": hat} | ({} if amsgrad is None else {"amsgrad": amsgrad})
        arguments = ", ".join(f"{k}={v}" for k, v in options.items())
        algorithm = ("AMSGrad, after_max" if amsgrad else "Adam") + (", eps_hat" if hat else "")
        yield Peer(
            f"{kind}({arguments}{', ' + around if around else ''})",
            algorithm,
            lambda kind=kind, decay=decay, options=options: path(kind, decay, options),  # type: ignore[misc]
            around,
        )


def optax_peers(steps: int, seed: int) -> Iterator[Peer]:
    def path(name: str, **options: Any) -> np.ndarray:
        jax, optax = importlib.import_module("jax"), importlib.import_module("optax")
        with jax.enable_x64(True):
            optimizer = getattr(optax, name)(LR, *BETAS, EPS, **options)

            def step(carry: Any, g: Any) -> Any:
                x, state = carry
                updates, state = optimizer.update(g, state, x)
                x = optax.apply_updates(x, updates)
                return (x, state), x

            x = jax.numpy.array(start(seed))
            return np.array(jax.lax.scan(step, (x, optimizer.init(x)), gradients(steps, seed))[1])

    yield Peer("adam", "Adam", lambda: path("adam"))
    yield Peer("amsgrad", "AMSGrad, before_max", lambda: path("amsgrad"))
    off = {"bias_correction_mu": False, "bias_correction_nu": False}
    name = "amsgrad(bias_correction_mu/nu=False)"
    yield Peer(name, "AMSGrad, none", lambda: path("amsgrad", **off))


def keras_peers(steps: int, seed: int) -> Iterator[Peer]:
    def path(**options: Any) -> np.ndarray:
        os.environ["KERAS_BACKEND"] = "torch"  # which Keras reads once, when it is imported
        keras = importlib.import_module("keras")
        x = keras.Variable(start(seed), dtype="float64")
        optimizer = keras.optimizers.Adam(LR, *BETAS, EPS, **options)
        path = []
        for g in gradients(steps, seed):
            optimizer.apply([keras.ops.convert_to_tensor(g, dtype="float64")], [x])
            path.append(x.value.detach().numpy().copy())
        return np.array(path)

    yield Peer("Adam", "Adam, eps_hat", path)
    name = "Adam(amsgrad=True)"
    yield Peer(name, "AMSGrad, after_max, eps_hat", lambda: path(amsgrad=True))


PEERS = {
    "torch": torch_peers,
    "labml-nn": labml_peers,
    "optax": optax_peers,
    "keras": keras_peers,
}

#: labml-nn asks for torchvision, torchtext and fairscale, which its optimizers do not use.
INSTALL = (
    "pip install -c constraints.txt -e '.[conformance]' && "
    "pip install -c constraints.txt --no-deps labml-nn"
)


# --- The tables -------------------------------------------------------------------------------


def rows(steps: int = 1000, seed: int = 0) -> Iterator[Row]:
    """Every library's every optimizer beside ours, over the same gradients."""
    for package, peers in PEERS.items():
        try:
            library = f"{package} {metadata.version(package).partition('+')[0]}"
            for peer in peers(steps, seed):
                yield row(library, peer, peer.path(), steps, seed)
        except ImportError as error:  # metadata's PackageNotFoundError is one
            yield Row(package, missing=f"not usable ({error}): {INSTALL}")


def row(library: str, peer: Peer, theirs: np.ndarray, steps: int, seed: int) -> Row:
    """What the peer's path tells about it."""
    around = peer.surroundings
    ours = our_path(peer.algorithm, around, peer.way, steps, seed)
    return Row(
        library,
        peer.name,
        peer.algorithm + (f"; {around}" if around else ""),
        difference(ours[:, :16], theirs[:, :16]),
        difference(ours[:, 16:], theirs[:, 16:]),
        min(
            difference(our_path(other, around, "loop", steps, seed), theirs)
            for other in ALGORITHMS
            if other != peer.algorithm
        ),
    )


def first_step(rule: rules.Rule, hyper: tuple[float, ...], steps: int, limit: float = -0.99) -> int:
    """The first step of the paper's online problem after which x ≤ limit; 0 if there is none.

    From x = 0 on [−1, 1] with a constant α = 0.001, which is the notebook's.
    """
    at, move, n = rule.at, rule.move, len(rule.state)
    f_at, key_of = Online.cost
    zeros = (0.0,) * n

    @numba.njit(error_model="numpy")
    def run(hyper: Any, constants: Any) -> Any:
        x, state = 0.0, zeros
        for t in range(1, steps + 1):
            _, g = f_at(x, t, key_of(0, constants), constants)
            state, dx = move(state, g, at(t, 0.001, hyper))
            x = min(max(x + dx, -1.0), 1.0)
            if x <= limit:
                return t
        return 0

    return int(run(hyper, Online().constants))


def orders(steps: int = STEPS) -> dict[str, int | None]:
    """What each algorithm makes of the online problem: its first step with x ≤ −0.99, if any."""
    hyper = (0.9, 0.99, 1e-8)
    return {
        "Adam": first_step(rules.ADAM, hyper, steps) or None,
        "AMSGrad, none": first_step(rules.AMSGRAD_PAPER, hyper, steps) or None,
        "AMSGrad, after_max": first_step(rules.AMSGRAD_CORRECT_LAST, hyper, steps) or None,
        "AMSGrad, before_max": first_step(rules.AMSGRAD_CORRECT_FIRST, hyper, steps) or None,
    }


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = options.Parser(
        prog="python -m breaking_adam.conformance",
        description=(
            "Adam and AMSGrad as torch, labml-nn, optax and Keras have them, beside ours: the "
            "largest relative difference of x over the same gradients in float64. They are "
            f"optional: {INSTALL}"
        ),
    )
    parser.add_argument(
        "--steps", type=options.integer(1, 10**6), default=1000, metavar="N", help="steps compared"
    )
    parser.add_argument(
        "--seed",
        type=options.integer(0, 2**64 - 1),
        default=0,
        metavar="S",
        help="of the gradients",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    return parser.parse_args(argv)


@storage_failures("python -m breaking_adam.conformance")
def main(argv: list[str] | None = None) -> int:
    chosen = parse(argv)
    table = list(rows(chosen.steps, chosen.seed))
    firsts = orders()
    if chosen.json:
        settings = {"steps": chosen.steps, "seed": chosen.seed}
        settings |= {"lr": LR, "betas": BETAS, "eps": EPS}
        found = {"settings": settings, "rows": [row._asdict() for row in table], "orders": firsts}
        print(json.dumps(found))
        return 0
    report(table, firsts, chosen.steps)
    return 0


def report(table: list[Row], firsts: dict[str, int | None], steps: int) -> None:
    print(f"x over {steps} steps in float64, α = 2⁻¹⁰, β = {BETAS}, ε = {EPS}\n")
    lines = [
        (*row[:3], *(f"{number:.1e}" for number in (row.random, row.spiky, row.next)))
        for row in table
        if not row.missing
    ]
    headers = ["library", "optimizer", "is ours with", "random", "spiky", "next nearest"]
    print(tabulate(lines, headers, disable_numparse=True))
    for row in table:
        if row.missing:
            print(f"{row.library}: {row.missing}")
    print("\nrandom, spiky: the largest relative difference over such gradients")
    print("next nearest: the same, but from the nearest of the other algorithms\n")
    ends = [(name, f"{t:,}" if t else "never") for name, t in firsts.items()]
    print(
        tabulate(
            ends,
            ["online problem", "first step with x ≤ −0.99"],
            disable_numparse=True,
            colalign=("left", "right"),
        )
    )
    print(f"\nα = 0.001, β = (0.9, 0.99), ε = 1e-8, x_1 = 0; never: within {STEPS:,} steps")


if __name__ == "__main__":
    end_quietly()
    sys.exit(main())
