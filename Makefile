# make demo    sets everything up, then does the main job on the sample articles
# make test    sets everything up, then runs all tests
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
DEMO ?= build/demo

.PHONY: demo test approve fuzz check bench docs clean

demo: $(VENV)/.run
	@rm -rf $(DEMO)
	@$(BIN)/newsletter demo --keep $(DEMO)

test: $(VENV)/.dev
	$(BIN)/pytest $(PYTEST)

# Takes new pictures of every theme, for the tests to compare with. Look at the pages first, and at what changed after.
approve: $(VENV)/.dev
	APPROVE=1 $(BIN)/pytest tests/acceptance/test_looks_in_chromium.py

# 20,000 mutated pages, mails, feeds, dumps and Markdown files; COUNT=… for another number.
COUNT ?= 20000
fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz $(COUNT)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Peers that are not installed are skipped with a line that says so. The big workspace (1.4 GB) is filled once and kept.
bench: $(VENV)/.dev
	@for table in benchmarks/bench_*.py; do NEWSLETTER_BENCH=build/bench PYTHONPATH=. $(BIN)/python $$table || exit 1; done

# The README's screenshots, from the real output of the demo.
docs: $(VENV)/.dev
	$(BIN)/python docs/screenshots.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=…")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "setting up $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "setting up $(VENV) for development …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.run
