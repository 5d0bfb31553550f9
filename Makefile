# The two commands: `make demo` and `make test`. Each sets up what it needs; run it again after a
# change and only what changed is done.
#   PYTHON=...  the Python to use (3.11 or newer); else the newest one found
#   EXIT=1      the demo ends by itself
#   WORKERS=3   processes that run the tests: many of them wait, so one more than cores

PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)
BIN := .venv/bin
WORKERS ?= 3
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes

.PHONY: demo web test format format-check lint types pytest lock clean help
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

demo: .venv/.installed  ## the whole life of a sample ledger, on a fast calendar (EXIT=1: ends by itself)
	@$(BIN)/python starter.py demo $(if $(filter-out 0,$(EXIT)),--exit)

web: .venv/.installed  ## the staff console on the database that DUELY_DATABASE_URL names
	@$(BIN)/python -m web

test: format-check lint types pytest  ## all checks: format, lint, strict types, tests

format-check: .venv/.installed-dev
	@$(BIN)/ruff format --check .

lint: .venv/.installed-dev  ## lint
	@$(BIN)/ruff check .

types: .venv/.installed-dev  ## strict types
	@$(BIN)/mypy

pytest: .venv/.installed-dev  ## tests alone
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal

format: .venv/.installed-dev  ## rewrite the code in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Locked with hashes and without addresses. Needs uv; make lock UPGRADE=1 takes newer versions.
LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
lock:  ## requirements files anew, from pyproject.toml
	@$(LOCK) --output-file requirements.txt
	@$(LOCK) --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean:  ## all that make made
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.installed: requirements.txt
	@$(if $(PYTHON),,echo "Duely needs Python 3.11 or newer; none was found. Install one, or name it: make PYTHON=/path/to/python" >&2; exit 1)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Duely needs Python 3.11 or newer; $(PYTHON) is not." >&2; exit 1; }
	@$(PYTHON) sandbox/system_libraries.py
	@echo "Making .venv with $$($(PYTHON) -V) ..."
	@$(PYTHON) -m venv --clear .venv >.venv.log 2>&1 && rm -f .venv.log || { cat .venv.log >&2; rm -rf .venv.log .venv; exit 1; }
	@echo "Installing what Duely needs (about 150 MB are fetched the first time) ..."
	@$(PIP) --requirement requirements.txt
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	@echo "Installing the tools that check it ..."
	@$(PIP) --requirement requirements-dev.txt
	@touch $@
