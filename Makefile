# hotline400. `make` lists what it can do; everything installs what it needs first, into this folder only.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
COMPILE := CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# Stamps: a step is done again only when what it depends on is newer.
VENV := .venv/.made
PACKAGES := .venv/.packages
PROJECT := .venv/.project
DEV := .venv/.dev
ASSETS := app/web/static/vendor/.copied
SETUP := $(PROJECT) $(ASSETS)

.PHONY: help
help: ## list what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

.PHONY: setup
setup: $(SETUP) ## make the virtualenv, install the locked packages and the front-end files

.PHONY: run
run: setup ## start everything; Ctrl-C stops it
	@exec $(BIN)/hotline400 run

.PHONY: call
call: setup ## place a simulated call to the demo company through the running system
	@exec $(BIN)/hotline400 call 4008001234 --press 1

.PHONY: doctor
doctor: setup ## say what is missing or wrong, and how to mend it
	@exec $(BIN)/hotline400 doctor

.PHONY: test
test: setup $(DEV) system-packages ## run the tests, after installing what they need
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore tests/e2e
	$(BIN)/python -m pytest tests/e2e # one after the other: each takes the whole FreeSWITCH

.PHONY: lint
lint: setup $(DEV) ## check style
	$(BIN)/ruff check .

.PHONY: types
types: setup $(DEV) ## check types
	$(BIN)/mypy

.PHONY: bench
bench: setup ## measure speed and memory, see docs/performance.md
	$(BIN)/hotline400 bench all

.PHONY: chaos
chaos: setup ## kill and pause parts under load, see docs/reliability.md
	$(BIN)/hotline400 chaos

.PHONY: snapshots
snapshots: setup $(DEV) ## write what the flow cases expect anew, to be read as a diff
	$(BIN)/python -m tests.flow.cases

.PHONY: lock
lock: $(DEV) ## take the newest versions of all dependencies into the lock files
	$(COMPILE) --upgrade -o requirements.txt requirements.in
	$(COMPILE) --upgrade -o requirements-dev.txt requirements-dev.in
	$(COMPILE) --upgrade -o requirements-node.txt requirements-node.in
	npm update --package-lock-only

.PHONY: clean
clean: ## remove what make has made; var/ with the data stays
	rm -rf .venv node_modules app/web/static/vendor build dist *.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
	find app tests workers -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: system-packages
system-packages:
	@.ci/packages

$(VENV):
	@for python in $(PYTHONS); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "$$python cannot make virtual environments: apt install python3-venv (as root), then again"; \
			echo "$$python 缺少 venv 模块：请以 root 执行 apt install python3-venv 后重试"; exit 1; }; \
		echo "Making .venv with $$("$$python" --version) …"; \
		"$$python" -m venv --clear .venv; touch $@; exit 0; \
	done; \
	echo "Python 3.11 or newer is needed: apt install python3 python3-venv"; \
	echo "需要 Python 3.11 或更新版本：apt install python3 python3-venv"; exit 1

$(PACKAGES): requirements.txt | $(VENV)
	@echo "Installing packages …"
	@$(PIP) --require-hashes -r requirements.txt
	@touch $@

$(PROJECT): setup.cfg pyproject.toml $(PACKAGES)
	@PYTHONWARNINGS=ignore $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements-dev.txt $(PACKAGES)
	@echo "Installing packages for tests and checks …"
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

# Node's own list of certificates is not enough where a company's proxy looks into connections.
$(ASSETS): package-lock.json app/processes/assets.py .npmrc | $(PROJECT)
	@echo "Fetching the front-end files …"
	@case "$$(npm --version 2>/dev/null)" in ""|[1-6].*) $(PIP) --require-hashes -r requirements-node.txt;; esac
	@PATH="$(CURDIR)/$(BIN):$$PATH" NODE_USE_SYSTEM_CA=1 npm ci --loglevel=error
	@$(BIN)/python -m app.processes.assets
	@touch $@
