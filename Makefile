# Everything a fresh machine needs is Python 3.11+ with venv and pip, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Tests wait for screens, devices and time-outs about as long as they compute: two for each core.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')

.PHONY: demo test lint bench screenshots format clean

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "positron-tui needs Python 3.11 or newer; call make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(STAMP)  ## the console on a simulated fleet, throw-away store, no keyring
	@$(BIN)/positron-tui demo

test: $(STAMP)  ## all tests
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

lint: $(STAMP)  ## ruff, mypy --strict, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)  ## the numbers of the design, measured against a simulated fleet
	$(BIN)/python -m tests.bench

screenshots: $(STAMP)  ## the pictures of the README, taken from the demo
	$(BIN)/python -m tests.screenshots

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
