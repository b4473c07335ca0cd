# `make online` and `make test` are all that a newcomer needs; each sets up what it uses.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: online stochastic theorems figures screenshot notebooks docs test check bench clean

online: $(VENV)/installed
	$(BIN)/python -m breaking_adam.online

stochastic: $(VENV)/installed
	$(BIN)/python -m breaking_adam.stochastic

theorems: $(VENV)/installed
	$(BIN)/python -m breaking_adam.theorems

# Every picture of the README.
figures: $(VENV)/installed-grid
	$(BIN)/python -m breaking_adam.online --figure docs/online.png
	$(BIN)/python -m breaking_adam.stochastic --replicas 1000 --figure docs/stochastic.png
	$(BIN)/python -m breaking_adam.figure1 --figure docs/figure1.png
	$(BIN)/python -m breaking_adam.theorems --figures docs
	for name in shi zhang; do \
		$(BIN)/python -m breaking_adam.diagram $$name --figure docs/$$name.png; done

# The one picture that takes a browser: docs/tensorboard.png.
screenshot: $(VENV)/installed
	PATH="$(abspath $(BIN)):$$PATH" docs/screenshot.sh

# Runs the notebooks as they are and keeps what they show.
notebooks: $(VENV)/installed-test
	$(BIN)/jupyter execute --inplace --NotebookClient.record_timing=False notebooks/*.ipynb

# The reference of the public names, from their docstrings: build/docs/index.html.
docs: $(VENV)/installed-docs
	$(BIN)/python -W error -m pdoc --docformat google --output-directory build/docs \
		breaking_adam '!breaking_adam\.' breaking_adam.paper.bounds

test: $(VENV)/installed-test
	$(BIN)/python -m pytest

check: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed-grid
	$(BIN)/python -m benchmarks --json build/benchmarks.json

clean:
	rm -rf $(VENV) build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/installed: setup.py constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test,check]'
	$(BIN)/pip install --quiet --constraint constraints.txt --no-deps labml-nn
	touch $@

$(VENV)/installed-grid: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[grid]'
	touch $@

$(VENV)/installed-docs: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[docs]'
	touch $@
