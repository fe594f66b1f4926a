# Type `make help` for the targets.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.payerlogic-run
STAMP := $(VENV)/.payerlogic-setup
LOCKFLAGS ?=
PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
CHECKED := tests/text tests/diagrams tests/cases tests/semantics tests/program/test_files.py tests/program/test_statements.py \
	tests/program/test_dependencies.py tests/test_house.py tests/test_tiers.py py/payerlogic/text py/payerlogic/diagrams py/payerlogic/program
LOCK := --no-config pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"

.PHONY: help
help: ## Show this help
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: $(STAMP) ## Make .venv with everything for work on the project (PYTHON=python3.12 picks a Python)

# What running needs, without the tools for tests (Spark alone is half a gigabyte).
$(READY): pyproject.toml requirements.lock
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { echo "error: $(PYTHON) not found: install Python 3.11 or newer, or name one with PYTHON=..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "error: payerlogic needs Python 3.11 or newer, and $(PYTHON) is %d.%d: name another with PYTHON=..." % v[:2])'
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "error: $(PYTHON) has no venv or ensurepip module: install it first (Debian, Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMP): $(READY) requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: run
run: $(READY) ## Start the app on this computer only
	$(BIN)/streamlit run app.py --server.address localhost

.PHONY: check
check: setup ## Check style, types and floors, and run the tests of the lowest rooms (for every commit)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=py $(BIN)/lint-imports
	$(BIN)/pytest -q -n 2 -m "not slow and not long" $(CHECKED)

.PHONY: test
test: setup browser java ## Check style, types and floors, then run all tests but the slow ones, in a real browser too
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=py $(BIN)/lint-imports
	$(PYTEST) -m "not slow and not long"

.PHONY: test-slow
test-slow: setup browser java ## The slow tests alone: whole products, every page, width and theme, mutation
	$(PYTEST) -m "slow and not long"

.PHONY: test-all
test-all: test test-slow ## All of both

.PHONY: test-long
test-long: setup browser java ## More seeds of the random runs, fuzzing, interrupts, memory: hours
	$(PYTEST) -m long

.PHONY: thresholds
thresholds: setup ## Collect the numbers of the rules in kb/run/thresholds.lp, for plain clingo
	$(BIN)/python tools/thresholds.py

.PHONY: format
format: setup ## Sort imports, mend what ruff can, format
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

.PHONY: bench
bench: setup ## Run the benchmark
	$(BIN)/python bench/run.py

.PHONY: browser
browser: setup ## Find or install the Chromium of the browser tests
	@$(BIN)/python tools/get_browser.py

.PHONY: java
java: setup ## Find or install the Java of the Spark tests
	@$(BIN)/python tools/get_java.py

# Pins already in the lock stay where they can; LOCKFLAGS=--upgrade takes the newest.
.PHONY: lock
lock: ## Regenerate the two locks (LOCKFLAGS=--upgrade for the newest versions)
	"$(PYTHON)" -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	build/lock/bin/uv $(LOCK) --extra editable $(LOCKFLAGS) --output-file requirements.lock
	build/lock/bin/uv $(LOCK) --extra dev --constraints requirements.lock $(LOCKFLAGS) --output-file requirements-dev.lock

.PHONY: clean
clean: ## Remove .venv and everything that can be made again
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -type d -name __pycache__ -prune -exec rm -rf {} +
