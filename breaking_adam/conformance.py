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

from breaking_adam import checks, rules
from breaking_adam.optimizers import Adam, AMSGrad, WeightDecay
from breaking_adam.problems import Online, online_cost

#: A power of two, so that no library rounds it, and an ε that shows where it is added.
LR, BETAS, EPS = 2.0**-10, (0.9, 0.999), 1e-3

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

    package: str
    name: str
    algorithm: str
    path: Callable[[], np.ndarray]  # x after every step, shape (steps, coordinates)
    surroundings: str = ""
    way: str = "loop"


class Row(NamedTuple):
    """A line of the table: largest relative differences, or why there are none."""

    library: str
    optimizer: str
    ours: str
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
        yield Peer("torch", name, "AMSGrad, after_max" if amsgrad else "Adam", path, around, way)


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
            "labml-nn",
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

    yield Peer("optax", "adam", "Adam", lambda: path("adam"))
    yield Peer("optax", "amsgrad", "AMSGrad, before_max", lambda: path("amsgrad"))
    off = {"bias_correction_mu": False, "bias_correction_nu": False}
    name = "amsgrad(bias_correction_mu/nu=False)"
    yield Peer("optax", name, "AMSGrad, none", lambda: path("amsgrad", **off))


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

    yield Peer("keras", "Adam", "Adam, eps_hat", path)
    yield Peer(
        "keras", "Adam(amsgrad=True)", "AMSGrad, after_max, eps_hat", lambda: path(amsgrad=True)
    )


PEERS = (torch_peers, labml_peers, optax_peers, keras_peers)


# --- The tables -------------------------------------------------------------------------------


def rows(steps: int = 1000, seed: int = 0) -> Iterator[Row]:
    """Every library's every optimizer beside ours, over the same gradients."""
    for peer in (peer for peers in PEERS for peer in peers(steps, seed)):
        ours = peer.algorithm + (f"; {peer.surroundings}" if peer.surroundings else "")
        try:
            library = f"{peer.package} {metadata.version(peer.package).partition('+')[0]}"
            theirs = peer.path()
        except (ImportError, metadata.PackageNotFoundError) as error:
            yield Row(peer.package, peer.name, ours, missing=f"not installed ({error})")
            continue
        mine = our_path(peer.algorithm, peer.surroundings, peer.way, steps, seed)
        others = (
            difference(our_path(name, peer.surroundings, "loop", steps, seed), theirs)
            for name in ALGORITHMS
            if name != peer.algorithm
        )
        yield Row(
            library,
            peer.name,
            ours,
            difference(mine[:, :16], theirs[:, :16]),
            difference(mine[:, 16:], theirs[:, 16:]),
            min(others),
        )


def first_step(rule: rules.Rule, hyper: tuple[float, ...], steps: int, limit: float = -0.99) -> int:
    """The first step of the paper's online problem after which x ≤ limit; 0 if there is none.

    From x = 0 on [−1, 1] with a constant α = 0.001, which is the notebook's.
    """
    at, move, n = rule.at, rule.move, len(rule.state)
    zeros = (0.0,) * n

    @numba.njit(error_model="numpy")
    def run(hyper: Any, constants: Any) -> Any:
        x, state = 0.0, zeros
        for t in range(1, steps + 1):
            _, g = online_cost(x, t, 0, constants)
            state, dx = move(state, g, at(t, 0.001, hyper))
            x = min(max(x + dx, -1.0), 1.0)
            if x <= limit:
                return t
        return 0

    return int(run(hyper, Online().constants))


def orders(steps: int = 20_000_000) -> dict[str, int | None]:
    """What each algorithm makes of the online problem: its first step with x ≤ −0.99, if any."""
    hyper = (0.9, 0.99, 1e-8)
    return {
        "Adam": first_step(rules.ADAM, hyper, steps) or None,
        "AMSGrad, none": first_step(rules.AMSGRAD_PAPER, hyper, steps) or None,
        "AMSGrad, after_max": first_step(rules.AMSGRAD_CORRECT_LAST, hyper, steps) or None,
        "AMSGrad, before_max": first_step(rules.AMSGRAD_CORRECT_FIRST, hyper, steps) or None,
    }


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m breaking_adam.conformance",
        description=(
            "Adam and AMSGrad as torch, labml-nn, optax and Keras have them, beside ours: the "
            "largest relative difference of x over the same gradients in float64. A library that "
            "is not installed has a line that says so; pip install -e '.[conformance]' brings "
            "them, but for labml-nn, which needs --no-deps (its optimizers need none of the "
            "torchvision, torchtext and fairscale that it asks for)."
        ),
    )
    parser.add_argument("--steps", default=1000, help="steps compared (default: %(default)s)")
    parser.add_argument("--seed", default=0, help="of the gradients (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    options = parser.parse_args(argv)
    try:
        options.steps = checks.integer("--steps", int(options.steps), at_least=1)
        options.seed = checks.integer("--seed", int(options.seed), at_least=0)
    except ValueError as error:
        parser.error(str(error))
    return options


def main(argv: list[str] | None = None) -> int:
    options = parse(argv)
    table = list(rows(options.steps, options.seed))
    firsts = orders()
    if options.json:
        settings = {"steps": options.steps, "seed": options.seed}
        settings |= {"lr": LR, "betas": BETAS, "eps": EPS}
        found = {"settings": settings, "rows": [row._asdict() for row in table], "orders": firsts}
        print(json.dumps(found))
        return 0
    print(f"α = 2⁻¹⁰, β = {BETAS}, ε = {EPS}, {options.steps} steps in float64")
    print()
    a, b, c = (max(len(row[i]) for row in table) for i in range(3))
    print(f"{'library':{a}}  {'optimizer':{b}}  {'ours':{c}}{'random':>9}{'spiky':>9}{'next':>9}")
    for row in table:
        numbers = row.missing or f"{row.random:9.1e}{row.spiky:9.1e}{row.next:9.1e}"
        print(f"{row.library:{a}}  {row.optimizer:{b}}  {row.ours:{c}}{numbers}")
    print("\nrandom, spiky: largest relative difference; next: from the nearest other algorithm")
    print("\nOnline problem, α = 0.001, β = (0.9, 0.99), ε = 1e-8: first step with x ≤ −0.99")
    for name, t in firsts.items():
        print(f"{name:22}{f'{t:,}' if t else 'never within 20,000,000':>24}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
