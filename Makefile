# Two commands on a fresh machine: `make demo` shows Matinee at work, `make test` checks all of it.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: demo test setup format bench clean
.DEFAULT_GOAL := demo

demo: .venv/.installed
	$(BIN)/matinee demo

test: .venv/.tested
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term:skip-covered

setup: .venv/.tested

format: .venv/.tested
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Matinee needs Python 3.11 or newer; found " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

.venv/.tested: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,dask]'
	touch $@

clean:
	rm -rf .venv build *.egg-info
