# Orderhouse. Needs Python 3.11 or newer (with venv and pip), git and make; works as root or as any user.
#
#   make demo            install, then a running demo on http://127.0.0.1:8000 (PORT=... for another port)
#   make check           lint and test
#   make help            everything else

PORT  ?= 8000
VENV  ?= .venv
ARGS  ?=
CORES := $(shell nproc 2>/dev/null || echo 2)
BIN   := $(VENV)/bin
PIP   := $(BIN)/python -m pip --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo clean-demo replay bench bench-full test faults races lint check docs pictures planted model lock fuzz fuzz-api security sbom audit-dependencies

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 14

install: $(VENV)/installed ## the virtual environment, with exactly the locked versions, checked by hash

install-dev: $(VENV)/installed-dev ## the same with what tests and lint need

demo: install ## install, then run the demo until Ctrl-C
	$(BIN)/orderhouse demo --port $(PORT) $(ARGS)

clean-demo: install ## stop the demo's database and delete its data
	$(BIN)/orderhouse clean-demo $(ARGS)

replay: install ## replay a real year of orders through the house (ARGS=... for the command's own options)
	$(BIN)/orderhouse replay $(ARGS)

bench: install ## what everything costs beside bare SQL writing the same rows: docs/figures/bench.json (ARGS="--rows capture_bulk")
	$(BIN)/python -m bench.run $(ARGS)

bench-full: install ## the same with up to a million open and ten million closed orders, and on a slow disk
	$(BIN)/python -m bench.run --full $(ARGS)

test: install-dev ## all tests, on all cores; those in a browser where there is a Chromium or Debian's can be installed
	@tools/browser
	$(BIN)/python -m pytest -n $(CORES) $(ARGS)

N    ?= 10000
SEED ?= 0
faults: install-dev ## a house under N faults, then the oracle: docs/figures/faults.json (N=500 SEED=7; SEED=0 takes one from the clock)
	$(BIN)/python -m tests.faults --faults $(N) --seed $(SEED) --output docs/figures/faults.json

ROUNDS ?= 1000
RACERS ?= 64
races: install-dev ## every race at full length, then the books: docs/figures/races.json (ROUNDS=100 RACERS=64 SEED=7; ARGS="-k last_unit" for one)
	RACE_ROUNDS=$(ROUNDS) RACE_RACERS=$(RACERS) RACE_SEED=$(filter-out 0,$(SEED)) RACE_FIGURES=docs/figures/races.json \
	  $(BIN)/python -m pytest -q -s tests/races $(ARGS)

security: install-dev ## every operation, role and foreign id, with row-level security and without it; docs/figures/security.json
	ORDERHOUSE_FIGURES=1 ORDERHOUSE_THOROUGH=1 $(BIN)/python -m pytest tests/security $(ARGS)
	DATABASE_URL=$$($(BIN)/python -m tests.security.unguarded) ORDERHOUSE_ROLE= $(BIN)/python -m pytest tests/security/test_foreign_ids.py $(ARGS)

SECONDS  ?= 60
EXAMPLES ?= 200
fuzz: $(VENV)/installed-security ## hunt through every parser by coverage, SECONDS=60 each (ARGS="order barcode" for some); docs/figures/fuzz.json
	$(BIN)/python -m tests.fuzz.hunt --seconds $(SECONDS) $(ARGS)

fuzz-api: install-dev ## EXAMPLES=200 requests to every operation of the API of a served house, then thousands that follow one another
	EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests/fuzz/test_api_schema.py $(ARGS)

sbom: install ## docs/sbom.json: every package, version and hash (CycloneDX)
	$(BIN)/python -m tools.sbom

audit-dependencies: $(VENV)/installed-security ## known vulnerabilities of what is locked; fails too where one package could not be asked about
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off --requirement requirements.lock $(ARGS)

lint: install-dev ## ruff, mypy and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## lint, then test

docs: install ## docs/reference, written from the code
	$(BIN)/python -m tools.reference

planted: install-dev ## plant every bug of tests/planted, one at a time, and see that the tests catch it (docs/figures/planted.json)
	$(BIN)/python -m tests.planted --jobs $(CORES) $(ARGS)

STEPS ?= 100000
model: install-dev ## the whole flow against a small model of it, STEPS=... steps (docs/figures/model.json)
	$(BIN)/python -m tests.model --steps $(STEPS) --jobs $(CORES) $(ARGS)

pictures: install-dev ## docs/pictures, made from a demo of their own (ARGS="home map" for some)
	@tools/browser
	$(BIN)/python tools/pictures $(ARGS)

# Stamps hold the checksum of what was installed, so that touching or checking out a file alone installs nothing.
# The project itself is built by the locked hatchling, not by one fetched unchecked for the occasion.
$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@lock=requirements.lock; $(call install_once)

$(VENV)/installed-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@lock=requirements-dev.lock; $(call install_once)
	@cp $@ $(VENV)/installed  # the development lock holds all of the other

$(VENV)/installed-security: requirements-security.lock pyproject.toml | $(VENV)/bin/python
	@lock=requirements-security.lock; $(call install_once)
	@cp $@ $(VENV)/installed; cp $@ $(VENV)/installed-dev

define install_once
	sum="$$(cat $$lock pyproject.toml | cksum) $$($(BIN)/python -V)"; \
	if [ "$$(cat $@ 2>/dev/null)" = "$$sum" ]; then touch $@; exit 0; fi; \
	echo "Installing $$lock into $(VENV)"; \
	$(PIP) install --quiet --require-hashes --requirement $$lock && \
	$(PIP) install --quiet --no-deps --no-build-isolation --editable . && \
	echo "$$sum" > $@
endef

# A machine may call an older Python python3, and Debian parts venv from python3: find one that fits, or say what to do.
$(VENV)/bin/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  "$$python" -c 'import venv, ensurepip' 2>/dev/null || { lacking="$$python"; continue; }; \
	  "$$python" -m venv $(VENV) && exit 0; \
	  rm -rf $(VENV); exit 1; \
	done; \
	if [ -n "$$lacking" ]; then \
	  echo "$$lacking cannot make virtual environments. Install its venv module (Debian, Ubuntu: apt-get install python3-venv)."; \
	else \
	  echo "Orderhouse needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python3"; \
	fi >&2; exit 1

# What builds the project itself, locked with the rest; editables is hatchling's own need for an editable install.
BUILD   := 'hatchling>=1.27' editables
UV      := $(or $(shell command -v uv),$(BIN)/uv)
COMPILE  = $(UV) pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url

lock: | $(VENV)/bin/python ## renew both lock files (ARGS=--upgrade for newer versions)
	@[ -x "$(UV)" ] || $(PIP) install --quiet uv
	printf '%s\n' $(BUILD) | $(COMPILE) $(ARGS) pyproject.toml - -o requirements.lock
	printf '%s\n' $(BUILD) | $(COMPILE) $(ARGS) pyproject.toml - --group dev -c requirements.lock -o requirements-dev.lock
	printf '%s\n' $(BUILD) | $(COMPILE) $(ARGS) pyproject.toml - --group dev --group security -c requirements-dev.lock -o requirements-security.lock
