# `make run` alone is enough on a machine with Python 3.11–3.14 and make. Everything lands in .venv.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(BIN)/python requirements/ground.py uv
PO     := $(wildcard handlers/texts/*/LC_MESSAGES/*.po bot/web/texts/*/LC_MESSAGES/*.po)
# Once the tools for tests are in, or about to be, they stay in: otherwise `make run`, or the texts, would take them out again.
LOCK   := $(if $(wildcard $(VENV)/dev.stamp)$(filter test faults check,$(MAKECMDGOALS)),dev,run)

.DELETE_ON_ERROR:
.PHONY: help run setup test faults check audit lock wheel clean

run: setup  ## build what is missing and start the demo (make run ARGS="--port 9000")
	$(BIN)/huying demo $(ARGS)

setup: $(VENV)/$(LOCK).stamp $(VENV)/texts.stamp  ## only build

# Most of a test's time is waiting, for a server, a killed process, a browser: four of them keep two cores at work.
JOBS ?= 4

test: $(VENV)/dev.stamp $(VENV)/texts.stamp  ## run every test (make test ARGS="tests/bot -k read")
	$(BIN)/pytest -n $(JOBS) --dist worksteal $(ARGS)

faults: $(VENV)/dev.stamp $(VENV)/texts.stamp  ## break everything at length: about half an hour (FAULTS_KILLS=100 FAULTS_SEED=…)
	FAULTS=long HUYING_PROPERTIES=100 $(BIN)/pytest tests/faults tests/properties $(ARGS)

check: $(VENV)/dev.stamp  ## style, types, and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(VENV)/audit/stamp  ## ask whether anything that is pinned has a known weakness (needs the network)
	@$(VENV)/audit/bin/python requirements/audit.py

lock: $(VENV)/uv.stamp  ## write requirements/*.txt anew from pyproject.toml (make lock ARGS=--upgrade)
	$(COMPILE) --group ground -o requirements/uv.txt
	$(COMPILE) pyproject.toml --group build -o requirements/run.txt
	$(COMPILE) pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt
	$(COMPILE) --group audit -o requirements/audit.txt

COMPILE = $(UV) pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header \
          --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-build-options $(ARGS)

wheel: $(VENV)/$(LOCK).stamp  ## build dist/huying-*.whl
	$(UV) build --wheel --no-build-isolation --quiet

clean:  ## take away everything that was built; data stays
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bot handlers -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

$(VENV)/uv.stamp: requirements/uv.txt requirements/ground.py
	$(PYTHON) requirements/ground.py venv $(VENV)
	@touch $@

$(VENV)/run.stamp $(VENV)/dev.stamp: $(VENV)/%.stamp: $(VENV)/uv.stamp requirements/%.txt pyproject.toml
	$(UV) pip sync --quiet --require-hashes requirements/$*.txt
	$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/audit/stamp: $(VENV)/uv.stamp requirements/audit.txt
	$(UV) venv --quiet --allow-existing $(VENV)/audit
	$(UV) pip sync --quiet --python $(VENV)/audit --require-hashes requirements/audit.txt
	@touch $@

$(VENV)/texts.stamp: $(VENV)/$(LOCK).stamp texts_build.py $(PO)
	$(BIN)/python texts_build.py
	@touch $@
