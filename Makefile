# Everything is installed into .venv; PYTHON names the interpreter to make it with (3.11 to 3.13).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= $(if $(SOURCIER_DATA),$(SOURCIER_DATA),../shared/data)

.PHONY: install chat test crash attack load lint format bench tune pictures reader clean

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test,lint,bench]'
	touch $@

chat: install
	$(BIN)/sourcier index seeds
	$(BIN)/sourcier chat

# Two processes side by side, each with a core, a file of tests in one of them and in the order given; then the load, which
# wants both cores.
test: install
	OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --ignore tests/load
	$(BIN)/python -m pytest tests/load

# Kills of synchronisations, all of them, and longer sequences of changes; `make test` runs a sample.
crash: install
	SOURCIER_ALL_CRASHES=1 $(BIN)/python -m pytest tests/crash tests/index/test_sync_property.py -s

# Damaged stores, hostile files, full disks, attacks on the server and on logins: all of them; `make test` runs a sample.
# Then the properties, with examples that were never drawn before.
attack: install
	SOURCIER_ALL_ATTACKS=1 SOURCIER_ALL_FAULTS=1 $(BIN)/python -m pytest tests/attack tests/faults tests/ui/access/test_oidc.py \
		tests/ui/doors/test_openapi.py
	SOURCIER_ALL_EXAMPLES=1 $(BIN)/python -m pytest -m hypothesis

# 32 clients for ten minutes, with a swap of the corpus in the middle; `make test` runs a minute of it.
load: install
	$(BIN)/python -m bench.load

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: install
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: install
	$(BIN)/python -m bench --data $(DATA)

tune: install
	$(BIN)/python -m bench.tune --data $(DATA)

# The pictures of the documentation, from a real chat in Chromium.
pictures: install
	$(BIN)/python -m tests.browser.screenshot docs

# Goes on from where it was interrupted. Copy training/reader.safetensors to qa/ to ship it, and run `make tune`.
reader: install
	$(BIN)/python -m qa.training.reader --data $(DATA) --out training

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
