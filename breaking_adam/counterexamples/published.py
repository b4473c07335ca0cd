"""The published matrix: computed once, kept with the package, and read without running anything.

It is a Zarr group in one zip file. With it are the versions and the command that made it, and a
digest of each problem's protocol; a matrix whose digests are not today's is not shown beside runs
of today.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import is_zipfile

import numpy as np
import torch

from breaking_adam.counterexamples import criteria, matrix
from breaking_adam.counterexamples.counterexample import Counterexample

if TYPE_CHECKING:
    import xarray

#: Where the package keeps it.
PATH = Path(__file__).with_name("published.zarr.zip")

#: The attribute with each problem's digest.
DIGESTS = "digests"

#: The steps, seeds and points at which a problem is looked at for its digest.
STEPS, SEEDS = (*range(1, 130), 10_000, 999_999), (0, 1)


class PublishedError(ValueError):
    """A matrix that cannot be shown beside runs of today; the message is one line."""


def digests(problems: Mapping[str, Counterexample]) -> dict[str, str]:
    """A digest of all that decides the outcome of an optimizer's runs on each problem.

    It is by what a problem does and not by how it is written: the values and gradients that it
    shows. The criteria are there by their code, without its comments.
    """
    judged = _code(criteria) + repr((matrix.FACTORS, matrix.POINTS))
    return {name: _digest(one, judged) for name, one in problems.items()}


def _digest(one: Counterexample, judged: str) -> str:
    asked = matrix.question(one)
    text = hashlib.sha256(judged.encode())
    text.update(repr((asked, one.alpha, one.steps, one.seeds)).encode())
    text.update(" ".join(f"{one.schedule(t):.9g}" for t in STEPS).encode())
    for seed in SEEDS if one.seeds > 1 else SEEDS[:1]:
        made = one.problem(seed=seed) if one.seeds > 1 else one.problem()
        for x in asked.start, asked.best[1], asked.best[1] - 3.7 * asked.width:
            text.update(_shown(made, min(max(x, made.domain[0]), made.domain[1])).encode())
    return text.hexdigest()[:16]


def _shown(problem: torch.nn.Module, x: float) -> str:
    """What the problem shows at x, to nine digits."""
    made: Any = problem
    with torch.no_grad():
        made.x.fill_(x)
    told = []
    for t in STEPS:
        made.x.grad = None
        value = made.evaluate(t)
        value.sum().backward()
        told.append(f"{value.item():.7g} {made.x.grad.item():.7g}")
    return " ".join(told)


def _code(module: Any) -> str:
    """A module's code without comments and docstrings."""
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        body: Any = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            body[0] = ast.Pass()
    return ast.unparse(tree)


def save(ds: xarray.Dataset, path: Path, problems: Mapping[str, Counterexample]) -> None:
    """Keep a matrix as a file, with the digests of its problems.

    Curves are rounded to four digits, which no picture shows.
    """
    from zarr.storage import ZipStore

    own = {name: problems[name] for name in ds.problem.values.tolist()}
    ds = ds.assign_attrs({DIGESTS: json.dumps(digests(own))})
    ds = ds.assign(x_curve=_rounded(ds.x_curve), distance=_rounded(ds.distance))
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    with ZipStore(temporary, mode="w") as store:
        write(ds, store)
    temporary.replace(path)


def write(ds: xarray.Dataset, store: Any) -> None:
    """Write a matrix as a Zarr group."""
    with warnings.catch_warnings():
        # Words on an axis: Zarr 3 has no final word on how they are stored.
        warnings.simplefilter("ignore")
        ds.to_zarr(store, zarr_format=3, consolidated=False)


def _rounded(values: xarray.DataArray) -> xarray.DataArray:
    """float32 with the last 11 of its 24 bits gone, for which it takes half the room."""
    bits = values.values.astype(np.float32).view(np.uint32)
    kept = ((bits + np.uint32(0x3FF) + ((bits >> 11) & 1)) & np.uint32(0xFFFFF800)).view(np.float32)
    return values.copy(data=np.where(np.isfinite(values), kept, values.astype(np.float32)))


def load(path: Path, problems: Mapping[str, Counterexample]) -> xarray.Dataset:
    """A matrix from its file.

    Args:
        path: of the file.
        problems: those of today; only these are taken from it.

    Raises:
        PublishedError: if the file is none, or of other problems or criteria.
    """
    import xarray
    from zarr.storage import ZipStore

    try:
        if not is_zipfile(path):
            raise ValueError("no zip file")
        with ZipStore(path, mode="r") as store:
            ds = xarray.open_zarr(store, consolidated=False).load()
        held = json.loads(ds.attrs[DIGESTS])
    except (OSError, KeyError, ValueError) as error:
        raise PublishedError(f"{path} holds no matrix") from error
    for name, digest in digests(problems).items():
        if held.get(name) != digest:
            raise PublishedError(
                f"the published matrix is of another {name}, or of other criteria: leave it out "
                "with --alone, or make it anew with make stand"
            )
    seeds = max(one.seeds for one in problems.values())
    return ds.sel(problem=list(problems)).isel(seed=slice(seeds))


def joined(ds: xarray.Dataset, published: xarray.Dataset) -> xarray.Dataset:
    """The rows of both, over the published seeds; a row that both have is that of ``ds``."""
    import xarray

    rest = [name for name in published.optimizer.values.tolist() if name not in ds.optimizer]
    both = [ds, published.sel(optimizer=rest)] if rest else [ds]
    return xarray.concat(both, "optimizer", join="exact", combine_attrs="override")
