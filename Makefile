# Every target makes its own virtual environment; all it needs is Python 3.11 or newer, make and a package index.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 2
DEMO ?= demo-run

.PHONY: demo test check lowest bench calibration docs lint types clean

demo: $(VENV)/.demo
	$(BIN)/oab-funding demo --out $(DEMO) --overwrite

test: lint types docs
	$(BIN)/python -m pytest -n $(WORKERS) --doctest-modules src tests
	$(BIN)/python -m pytest --nbmake -n $(WORKERS) notebooks

check: test
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -m "thorough or not thorough" -n $(WORKERS) tests
	$(BIN)/python benchmarks/mutation.py
	$(BIN)/python benchmarks/environments.py
	$(MAKE) lowest

# The same tests on the lowest versions that pyproject.toml declares.
lowest: $(VENV)/.dev
	$(PYTHON) -m venv $(VENV)-lowest
	$(BIN)/python benchmarks/lowest.py > $(VENV)-lowest/constraints.txt
	$(VENV)-lowest/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint $(VENV)-lowest/constraints.txt --editable ".[stats,test]"
	$(VENV)-lowest/bin/python -m pytest -n $(WORKERS) -W default tests

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py

calibration: $(VENV)/.dev
	$(BIN)/python benchmarks/calibration.py

docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

# Compiling every module of every library would take longer than the demo; Python compiles what it imports.
$(VENV)/.demo: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --editable .
	touch $@

$(VENV)/.dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	touch $(VENV)/.demo $@

clean:
	rm -rf $(VENV) $(DEMO) site build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
