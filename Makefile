# Two commands do all the set-up on a fresh Debian machine with Python 3.11 or newer: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
export PYTHONDONTWRITEBYTECODE :=  # each command is a process: compiled modules make it start faster
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCKING := --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11

.PHONY: setup demo test check bench prove lock clean

setup: $(READY) system   ## the virtual environment, and the system packages that are missing

$(READY): requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is wanted, this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --requirement requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

.PHONY: system
system:
	@sh scripts/system-packages.sh

demo: setup              ## watch the whole path work on this machine
	$(BIN)/smallprint demo

test: setup check        ## everything that CI runs
	$(BIN)/pytest -m "not prove" --numprocesses 2 --dist loadfile --no-loadscope-reorder || \
	$(BIN)/pytest -m "not prove" --last-failed --last-failed-no-failures none  # alone: a neighbour may have slowed them

check: $(READY)          ## style, types, imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup             ## the measured comparisons
	$(BIN)/python -m bench

prove: setup             ## the slow proofs
	$(BIN)/pytest -m prove

lock:                    ## pin what pyproject.toml asks for, for every platform
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile $(LOCKING) --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile $(LOCKING) --extra dev --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) demo-report build dist
