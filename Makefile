# Both commands set everything up by themselves: `make app` and `make test`.

PYTHON ?= python3
PORT ?=
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help app test lint types tests chromium bench room lessons shots clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

app: $(VENV)/app.stamp ## open the app in the browser (PORT=8502 chooses the port)
	@$(BIN)/resnet-explorer app $(if $(PORT),--port $(PORT))

test: lint types tests ## check style, imports and types, and run every test

lint: $(VENV)/test.stamp ## check style, and that imports go one way
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

types: $(VENV)/test.stamp ## check types only
	$(BIN)/mypy

# Three processes, as a browser test waits for its page about half of the time.
tests: $(VENV)/test.stamp chromium ## run the tests only
	$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

chromium: $(VENV)/test.stamp
	@$(BIN)/python tests/browser/chromium.py

bench: $(VENV)/bench.stamp chromium ## measure what an explanation costs, and what one waits for in the app
	$(BIN)/python benchmarks/explain.py
	$(BIN)/python benchmarks/contrast.py
	$(BIN)/python benchmarks/latency.py
	$(BIN)/python benchmarks/app.py
	$(BIN)/python benchmarks/activations.py
	$(BIN)/python benchmarks/transfer.py

shots: $(VENV)/test.stamp chromium ## take screenshots of every state into test-results/shots
	$(BIN)/python tests/browser/shots.py

room: $(VENV)/app.stamp ## let thirty people use the app at once, and compare what they see
	$(BIN)/python benchmarks/room.py
	$(BIN)/python benchmarks/teach_room.py

lessons: $(VENV)/app.stamp ## let thirty people open the lessons at once, and compare what they see
	$(BIN)/python benchmarks/lessons.py

clean: ## remove the virtual environment and every cache
	rm -rf $(VENV) .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find explorer pages tests -name __pycache__ -exec rm -rf {} +

$(VENV)/app.stamp: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "ResNet Explorer needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "This Python cannot make a virtual environment: on Debian, apt-get install python3-venv"; exit 1; }
	$(INSTALL) --editable .
	@touch $@

$(VENV)/test.stamp $(VENV)/bench.stamp: $(VENV)/%.stamp: $(VENV)/app.stamp
	$(INSTALL) --editable '.[$*]'
	@touch $@
