# RDV PMI. `make help` lists what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8000
RDV_DATA_DIR ?= $(CURDIR)/.data
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"

# Without byte code every start compiles everything again.
unexport PYTHONDONTWRITEBYTECODE

# Pages in French alone, and texts that have their own templates in each language.
NOT_TRANSLATED := .venv .data rdv/web/agents/* templates/agents/* rdv/demo/* templates/demo/* templates/messages/* reminders/* api/* rdv/territory_file/*

.PHONY: help demo demo-reset test test-fast lint format lock messages bench simulate

help: ## cette liste
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

# Environment: stamps make the second run instant

$(VENV)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Il faut Python 3.11 ou plus : make PYTHON=python3.11 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(VENV)/.demo: requirements/demo.txt $(VENV)/.uv
	@test -e $(VENV)/.dev || $(UV) pip sync --quiet --compile-bytecode requirements/demo.txt
	@test ! -e $(VENV)/.dev || $(UV) pip install --quiet --compile-bytecode -r requirements/demo.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.uv
	$(UV) pip sync --quiet --compile-bytecode requirements/dev.txt
	@touch $@ $(VENV)/.demo

# Every day

demo: $(VENV)/.demo ## toute l'application, avec des données fictives (PORT=, RDV_DATA_DIR=)
	@DJANGO_SETTINGS_MODULE=rdv.config.settings.demo PORT='$(PORT)' RDV_DATA_DIR='$(RDV_DATA_DIR)' exec $(BIN)/python manage.py demo

demo-reset: $(VENV)/.demo ## efface les données de la démonstration
	@DJANGO_SETTINGS_MODULE=rdv.config.settings.demo RDV_DATA_DIR='$(RDV_DATA_DIR)' exec $(BIN)/python manage.py demo --reset

test: $(VENV)/.dev ## tous les tests
	@$(BIN)/python -m tests.chromium
	@$(BIN)/pytest -n 2 --dist worksteal $(PYTEST_ARGS)

test-fast: $(VENV)/.dev ## tous les tests, sauf ceux qui ouvrent un navigateur
	@$(BIN)/pytest -n 2 --dist worksteal -m "not browser" $(PYTEST_ARGS)

# All of them, so that one run shows everything there is to mend.
lint: $(VENV)/.dev ## style, types, règles d'import, orthographe
	@code=0; \
	$(BIN)/ruff check . || code=1; \
	$(BIN)/ruff format --check --quiet . || code=1; \
	$(BIN)/lint-imports || code=1; \
	$(BIN)/mypy || code=1; \
	$(BIN)/djlint --lint --quiet templates || code=1; \
	$(BIN)/codespell || code=1; \
	exit $$code

format: $(VENV)/.dev ## met le code en forme
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## mesures, chacune à côté de sa référence
	@exec $(BIN)/python -m bench $(BENCH_ARGS)

simulate: $(VENV)/.dev ## compare les façons de proposer un créneau libéré (SIMULATE_ARGS="--quick")
	@exec $(BIN)/python -m simulate $(SIMULATE_ARGS)

# Now and then

lock: $(VENV)/.uv ## résout de nouveau les dépendances de pyproject.toml
	$(COMPILE) pyproject.toml --output-file requirements/base.txt
	$(COMPILE) --extra demo --constraint requirements/base.txt pyproject.toml --output-file requirements/demo.txt
	$(COMPILE) --extra dev --constraint requirements/demo.txt pyproject.toml --output-file requirements/dev.txt

messages: $(VENV)/.dev ## relève les textes à traduire (pages des familles ; l'espace des agents est en français)
	$(BIN)/python manage.py makemessages --exclude fr --no-location --no-obsolete --no-wrap $(NOT_TRANSLATED:%=--ignore '%')
	$(BIN)/python manage.py compilemessages --ignore .venv
