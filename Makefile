# `make online` and `make test` are all that a newcomer needs; each sets up what it uses.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: online stochastic theorems figure2 figures stand zoo screenshot notebooks docs test test-quick test-lowest check mutants bench release clean

online: $(VENV)/installed
	$(BIN)/python -m breaking_adam.online

stochastic: $(VENV)/installed
	$(BIN)/python -m breaking_adam.stochastic

theorems: $(VENV)/installed
	$(BIN)/python -m breaking_adam.theorems

# A demonstration of Figure 2; its data take --data or --download.
figure2: $(VENV)/installed-data
	$(BIN)/python -m breaking_adam.figure2

# Every picture of the documentation but docs/figure2.png, which takes the data and twenty minutes.
figures: $(VENV)/installed-grid
	$(BIN)/python -m breaking_adam.online --figure docs/online.png
	$(BIN)/python -m breaking_adam.online --animate docs/mechanism.gif --dpi 130
	$(BIN)/python -m breaking_adam.stochastic --replicas 1000 --figure docs/stochastic.png
	$(BIN)/python -m breaking_adam.figure1 --figure docs/figure1.png
	$(BIN)/python -m breaking_adam.theorems --figures docs
	for name in shi zhang; do \
		$(BIN)/python -m breaking_adam.diagram $$name --figure docs/$$name.png; done

# The published matrix, which is kept with the package, in under four minutes.
stand: $(VENV)/installed-stand
	mkdir -p build
	$(BIN)/python -m breaking_adam.stand --alone --figure docs/stand.png --page build/stand.html \
		--save breaking_adam/counterexamples/published.zarr.zip

# The same of all of pytorch_optimizer that can be read, in under thirty minutes.
zoo: $(VENV)/installed-stand
	mkdir -p build
	$(BIN)/python -m breaking_adam.stand --alone --zoo --figure docs/zoo.png --dpi 110 \
		--page build/zoo.html

# The one picture that takes a browser: docs/tensorboard.png.
screenshot: $(VENV)/installed
	PATH="$(abspath $(BIN)):$$PATH" docs/screenshot.sh

# Runs the notebooks as they are and keeps what they show.
notebooks: $(VENV)/installed-test
	$(BIN)/jupyter execute --inplace --NotebookClient.record_timing=False notebooks/*.ipynb

# The documentation, build/docs/index.html: a warning or a dead link is an error.
docs: $(VENV)/installed-docs
	$(BIN)/python -m sphinx --fresh-env --fail-on-warning --keep-going --quiet \
		-d build/doctrees docs build/docs

# Two workers, in a random order whose seed is printed; then what needs the machine to itself.
test: $(VENV)/installed-test
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not alone"
	$(BIN)/python -m pytest -m alone

# Under a minute, for between two edits. It ends with what took over a second: to be marked slow.
test-quick: $(VENV)/installed-test
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not alone and not slow" \
		--durations=20 --durations-min=1

# The same with the oldest versions that setup.py allows, in an environment of its own.
test-lowest: build/lowest/installed
	build/lowest/bin/python -m pytest -n 2 --dist worksteal -m "not alone and not slow"

check: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Faults planted one at a time: which of them does the suite find?
mutants: $(VENV)/installed-test
	$(BIN)/python -m mutants

# Every ratio, and the tables that are made of them.
bench: $(VENV)/installed-grid
	$(BIN)/python -m benchmarks --json build/benchmarks.json
	$(BIN)/python -m benchmarks --fill build/benchmarks.json docs/speed.md

# What is published, built, checked, and tried in empty environments: build/dist.
release: $(VENV)/installed-release
	rm -rf build/dist
	$(BIN)/python -m build --outdir build/dist
	$(BIN)/twine check --strict build/dist/*
	$(BIN)/check-wheel-contents build/dist/*.whl
	$(PYTHON) .ci/release.py build/dist

clean:
	rm -rf $(VENV) build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/installed: setup.py constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-data: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[data,grid]'
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test,check]'
	$(BIN)/pip install --quiet --constraint constraints.txt --no-deps labml-nn pytorch_optimizer
	touch $@

build/lowest/installed: setup.py constraints-lowest.txt
	$(PYTHON) -m venv build/lowest
	build/lowest/bin/pip install --quiet --constraint constraints-lowest.txt --editable '.[test]'
	build/lowest/bin/pip install --quiet --constraint constraints-lowest.txt --no-deps \
		labml-nn pytorch_optimizer
	touch $@

$(VENV)/installed-grid: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[grid]'
	touch $@

$(VENV)/installed-stand: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[stand]'
	$(BIN)/pip install --quiet --constraint constraints.txt --no-deps pytorch_optimizer
	touch $@

$(VENV)/installed-release: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[release]'
	touch $@

$(VENV)/installed-docs: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[docs]'
	touch $@
