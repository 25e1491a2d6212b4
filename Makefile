# Two commands do everything on a machine that has Python and make: `make demo`, `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo

.PHONY: demo test lint types unit bench clean golden

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Beleg needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: $(VENV)/.installed  ## run the sample alliance and print the report's path
	rm -rf $(DEMO) && mkdir $(DEMO)
	cp examples/beleg.toml examples/prompts.csv $(DEMO)/
	$(BIN)/beleg -C $(DEMO) collect pages examples/pages
	$(BIN)/beleg -C $(DEMO) collect answers examples/answers/*.jsonl
	$(BIN)/beleg -C $(DEMO) run --language en
	$(BIN)/beleg verify $(DEMO)/statements
	$(BIN)/beleg -C $(DEMO) report --language de
	@echo "The reports: $(DEMO)/reports/report.en.html and $(DEMO)/reports/report.de.html"

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

unit: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

test: lint types unit  ## lint, types, tests

bench: $(VENV)/.installed-dev  ## print every figure of the README's "Measured" section
	for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

golden: $(VENV)/.installed-dev  ## write the golden files anew; read the difference before you commit
	BELEG_GOLDEN=write $(BIN)/python -m pytest tests/golden tests/report

clean:
	rm -rf $(VENV) $(DEMO) .mypy_cache .pytest_cache .ruff_cache .hypothesis
