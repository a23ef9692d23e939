# Two commands matter: `make build` and `make test`. Both make the environment first if need be.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help build test lint docs verdicts mutants twin lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

build: $(BIN)/.installed ## install what is locked, load the raw exports, build and test the warehouse
	$(BIN)/reckoner build

test: lint ## everything that must pass: lint, then pytest, which builds on a clean file
	$(BIN)/pytest

lint: $(BIN)/.installed ## sqlfluff over the SQL (dbt templater), ruff over the Python
	$(BIN)/ruff check reckoner tests
	$(BIN)/ruff format --check reckoner tests
	$(BIN)/sqlfluff lint models tests/data analyses

mutants: $(BIN)/.installed ## change the models' SQL one place at a time and see whether a dbt test notices
	$(BIN)/reckoner mutants

docs: $(BIN)/.installed ## write dbt's documentation as one page, target/static_index.html
	$(BIN)/reckoner build
	$(BIN)/dbt docs generate --static --no-compile

verdicts: $(BIN)/.installed ## what the dashboards print against what the data gives, from the last build
	$(BIN)/reckoner verdicts

twin: $(BIN)/.installed ## write the raw exports in seeds/raw again
	$(BIN)/reckoner twin

lock: ## resolve requirements.in to requirements.txt again (needs uv)
	uv pip compile --generate-hashes --no-strip-extras --no-emit-index-url --no-header \
		--python-version 3.11 --universal requirements.in -o requirements.txt

clean: ## remove what builds and tests write, the environment too
	rm -rf .venv target logs warehouse/*.duckdb warehouse/*.duckdb.wal .pytest_cache .ruff_cache
	rm -rf reckoner.egg-info
	find reckoner tests -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/.installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@
