# dualcontrol. `make` lists what there is to do.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

# Downloads and builds that outlive a checkout: wheels, Kafka's jars.
DUALCONTROL_CACHE ?= $(HOME)/.cache/dualcontrol
export DUALCONTROL_CACHE
export UV_CACHE_DIR ?= $(DUALCONTROL_CACHE)/uv
export PYTHONUNBUFFERED := 1

PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(shell command -v $(p))) python3)
BIN := .venv/bin
MEMBERS := $(sort $(dir $(wildcard libs/*/pyproject.toml services/*/pyproject.toml)))
SOURCES := libs services tools e2e conftest.py
READY := .venv/.ready

##@ Start here
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup ## Set everything up, start the stack, file every demo project, show the decisions
	@$(BIN)/python -m testkit up
	@$(BIN)/python -m e2e.demo

##@ The local stack
up: setup ## Start Kafka, PostgreSQL and the six services (their data is kept)
	@$(BIN)/python -m testkit up

down: setup ## Stop them; no process is left
	@$(BIN)/python -m testkit down

reset: setup ## Stop them and delete their data
	@$(BIN)/python -m testkit reset

status: setup ## Show the processes with their ports and logs
	@$(BIN)/python -m testkit status

##@ Checks
check: lint test ## What CI runs

lint: setup ## Style, types, architecture, contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(wildcard $(SOURCES))
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/tidy.py
	$(BIN)/yamllint --strict .
	@mkdir -p build
	$(BIN)/dualcontrol statute check --lang en > build/statute-check.txt || (cat build/statute-check.txt; exit 1)
	$(BIN)/buf format --diff --exit-code protos
	$(BIN)/buf lint
	$(BIN)/buf build --exclude-source-info -o build/contracts.binpb
	$(BIN)/buf breaking build/contracts.binpb --against protos/baseline.binpb

chart-check: setup ## The chart: both Helms, its tests, schema, edges, kinds of 1.29 to 1.37, checkov, alerts (needs Go once)
	@$(BIN)/python -m tools.chart_check

test: test-unit test-integration test-e2e ## All tests

test-unit: setup ## Pure rules; no sockets
	@echo "== unit tests: rules, figures, forms (no sockets)"
	@$(BIN)/pytest -q -n auto --dist worksteal -m "not integration and not e2e and not browser" --disable-socket --allow-unix-socket

test-integration: setup ## Adapters against real Kafka and PostgreSQL
	@echo "== integration tests: adapters against real Kafka and PostgreSQL"
	@$(BIN)/pytest -q -m integration --durations=5

test-e2e: setup ## Journeys and faults on the whole stack
	@echo "== end-to-end tests: journeys, bad input, poison, kill -9, on the whole stack"
	@$(BIN)/pytest -v -m "e2e and not browser" --durations=5

test-browser: setup ## The portal's pages in a real Chromium (Debian's; root has it installed)
	@echo "== browser tests: the portal's pages in Chromium, on the whole stack"
	@$(BIN)/python tools/chromium.py
	@$(BIN)/python -m e2e.portal.axe
	@$(BIN)/python tools/other_provider.py
	@$(BIN)/pytest -v -m browser --durations=5

test-deep: setup ## The ledger at length: 200,000 operations beside a model, 200 times kill -9 (about 15 minutes)
	@echo "== deep tests: the ledger beside a model, and killed in the middle of group commits"
	@DUALCONTROL_DEEP_TESTS=1 $(BIN)/pytest -q libs/ledger/tests/integration/test_model.py e2e/test_ledger_drill.py

drill-kill: setup ## 300,000 events doubled and out of order, 20 times kill -9: the end is that of one process (about 15 minutes)
	@$(BIN)/python -m e2e.drill.kill

drill-recovery: setup ## 10,000 deferred projects when their prefecture recovers: each once for each cause, in order
	@$(BIN)/python -m e2e.drill.recovery

drill-restore: setup ## PostgreSQL lost amid the work, brought back from dumps and from its log: RPO, RTO (about 10 minutes)
	@$(BIN)/python -m e2e.drill.restore

format: setup ## Put code and contracts into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/buf format -w protos

##@ Image and cluster
image-inputs: setup ## Gather what the image is made of; docker build . needs no network afterwards
	@$(BIN)/python -m tools.image.inputs

image: setup ## Build the image without Docker, on another base than the published one (root; docs/image.md)
	@$(BIN)/python -m tools.image.build

cluster-up: setup ## A real Kubernetes node of our own on this machine (root; half an hour the first time)
	@$(BIN)/python tools/kubernetes/build.py cluster
	@$(BIN)/python -m tools.kubernetes.cluster up

cluster-down: setup ## End it; nothing of it is left
	@$(BIN)/python -m tools.kubernetes.cluster down

cluster-e2e: setup ## Chart and image on that node: install, upgrade under load, drain, kill, roll back, uninstall (root)
	@$(BIN)/python -m e2e.cluster

##@ Measurements
bench: bench-e2e bench-rules bench-ledger ## All benches; each prints a table and writes bench/out/NAME.json

bench-e2e: setup ## Filing accepted to decision readable at fixed rates, and the knee, beside a bare pipeline (10 minutes)
	@$(BIN)/python -m e2e.bench.e2e

bench-rules: setup ## Decision tables beside zen-engine; the whole evaluation of 100,000 dossiers
	@$(BIN)/python -m e2e.bench.rules

bench-simulate: setup ## A draft law over 100,000 filings; then the draft published, and both compared (an hour)
	@$(BIN)/python -m e2e.bench.simulate

bench-ledger: setup ## Holds beside a bare SQL function, through every door; the cost on ten million entries (an hour)
	@$(BIN)/python -m e2e.bench.ledger

bench-portal: setup ## Every list and search page of the portal with a million projects stored (20 minutes)
	@$(BIN)/python -m e2e.bench.portal

##@ Building blocks
setup: $(READY) ## Make .venv, generate the contracts, fetch Kafka (once)
	@$(BIN)/python tools/protos.py

protos: setup ## Generate libs/contracts from protos/

protos-baseline: setup ## Accept the contracts as they are as the baseline that must not break
	$(BIN)/buf build --exclude-source-info -o protos/baseline.binpb

requirements: $(READY) ## Lock requirements/*.txt anew from requirements/*.in
	for name in bootstrap runtime dev chart; do \
	  $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url -p 3.11 \
	    requirements/$$name.in -o requirements/$$name.txt; done

clean: ## Delete what was generated and installed (not the cache)
	rm -rf .venv build libs/contracts/src

$(READY): requirements/bootstrap.txt requirements/dev.txt $(MEMBERS:%=%pyproject.toml)
	@$(PYTHON) tools/prerequisites.py
	@echo "setting up .venv (downloads go to $(DUALCONTROL_CACHE))"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@$(BIN)/uv pip sync --quiet --require-hashes requirements/bootstrap.txt requirements/dev.txt
	@$(BIN)/python tools/protos.py
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation $(MEMBERS:%=-e %)
	@$(BIN)/python -m testkit.kafka_jars
	@touch $@

.PHONY: help image image-inputs cluster-up cluster-down cluster-e2e demo up down reset status check lint chart-check test test-unit test-integration test-e2e test-deep drill-kill drill-recovery drill-restore format bench bench-e2e bench-rules bench-ledger bench-portal bench-simulate \
  setup protos protos-baseline requirements clean
