# Two commands matter: `make build` and `make test`. Both make the environment first if need be.
PYTHON ?= python3
BIN := .venv/bin
# Each client that reads the published file has a folder, for their versions exclude each other.
LOCKS := tests/python/clients
COMPILE := uv pip compile --quiet --generate-hashes --no-strip-extras --no-emit-index-url --no-header \
	--python-version 3.11 --universal
CLIENTS := $(patsubst $(LOCKS)/%.txt,.clients/%/.installed,$(wildcard $(LOCKS)/*.txt))
# So has each peer of the benchmark that needs packages of its own.
PEERS := bench/peers
PEER_CLIENTS := $(patsubst $(PEERS)/%/requirements.txt,.clients/%/.installed,$(wildcard $(PEERS)/*/requirements.txt))
N ?= 1000000
.DEFAULT_GOAL := help
.PHONY: help build test lint clients bench shipped report pictures verdicts mutants twin lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

build: $(BIN)/.installed ## install what is locked, load, build, test and publish; then the report site
	$(BIN)/reckoner build
	$(BIN)/reckoner report

test: lint clients ## everything that must pass: lint, then pytest, which builds on a clean file
	$(BIN)/pytest

lint: $(BIN)/.installed ## ruff over the Python, sqlfluff over the SQL, dbt-bouncer over dbt's manifest
	$(BIN)/ruff check reckoner tests bench
	$(BIN)/ruff format --check reckoner tests bench
	$(BIN)/sqlfluff lint models tests/data analyses
	$(BIN)/dbt --quiet --warn-error parse --no-partial-parse
	$(BIN)/dbt-bouncer run

clients: $(CLIENTS) ## install what tests open the published file with, each in a folder aside

mutants: $(BIN)/.installed ## change the models' SQL one place at a time and see whether a dbt test notices
	$(BIN)/reckoner mutants

bench: $(BIN)/.installed $(PEER_CLIENTS) ## measure the build on N order lines, RUNS times: bench/RESULTS.md
	$(BIN)/python -m bench.run $(N) $(if $(RUNS),--runs $(RUNS)) $(if $(ONLY),--only $(ONLY))

shipped: $(BIN)/.installed ## measure the build that ships, warm, and the bare SQL of its models: bench/RESULTS.md
	$(BIN)/python -m bench.shipped $(if $(RUNS),--runs $(RUNS))

report: $(BIN)/.installed ## write the report site and dbt's docs from the last build to site/
	$(BIN)/reckoner report

pictures: $(BIN)/.installed ## draw the charts that the README shows, from the last build
	$(BIN)/reckoner pictures

verdicts: $(BIN)/.installed ## what the dashboards print against what the data gives, from the last build
	$(BIN)/reckoner verdicts

twin: $(BIN)/.installed ## write the raw exports in seeds/raw again
	$(BIN)/reckoner twin

lock: ## resolve requirements.in to requirements.txt again, the clients' too (needs uv)
	$(COMPILE) requirements.in -o requirements.txt
	for file in $(wildcard $(PEERS)/*/requirements.in) $(filter-out %/sqlalchemy.in,$(wildcard $(LOCKS)/*.in)); do \
		$(COMPILE) $$file -o $${file%.in}.txt || exit 1; done
	$(COMPILE) --no-emit-package duckdb $(LOCKS)/sqlalchemy.in -o $(LOCKS)/sqlalchemy.txt

clean: ## remove what builds and tests write, the environment too
	rm -rf .venv .clients .bench target logs site .site.partial warehouse/*.duckdb* .pytest_cache .ruff_cache
	rm -rf reckoner.egg-info
	find reckoner tests bench -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/.installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

define install_aside
	rm -rf $(@D)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
		--only-binary duckdb,pyarrow --target $(@D) -r $<
	touch $@
endef

.clients/%/.installed: $(LOCKS)/%.txt $(BIN)/.installed
	$(install_aside)

.clients/%/.installed: $(PEERS)/%/requirements.txt $(BIN)/.installed
	$(install_aside)
