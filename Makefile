# Flaskport. `make help` prints what is here.

PYTHON ?= python3
BIN := .venv/bin
# config.py reads .env, and says in one line where it cannot; flask by itself would print a traceback.
export FLASK_SKIP_DOTENV := 1

SERVER ?= gunicorn
START_gunicorn := -m gunicorn -c gunicorn.conf.py wsgi:app
START_granian := granian_server.py
INSTALLED_granian := -granian

.DEFAULT_GOAL := help
.PHONY: help run dev shell migrate test check lint format types imports audit sbom release docs reference bench requirements clean

help: ## Print this.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/installed$(INSTALLED_$(SERVER)) .env ## Install, migrate and start gunicorn on http://localhost:8000 (or PORT); SERVER=granian starts that.
	@test -n '$(START_$(SERVER))' || { echo "SERVER is gunicorn or granian, not $(SERVER)."; exit 2; }
	@$(BIN)/python config.py port
	@$(BIN)/python -m flask db upgrade
	@FLASKPORT_HELLO=1 exec $(BIN)/python $(START_$(SERVER))

.PHONY: demo screenshots
demo: .venv/installed ## Start it on a database of its own with 200 made-up people to look at: http://localhost:8000 (or PORT).
	@exec $(BIN)/python -m demo

screenshots: .venv/installed-dev ## Take the pictures of README and documentation anew, of the demo: docs/images.
	$(BIN)/python -m demo.screenshots

dev: .venv/installed .env ## The same with auto-reload and a debugger, one process.
	@$(BIN)/python config.py port
	@$(BIN)/python -m flask db upgrade
	@exec $(BIN)/python -m flask run --debug

shell: .venv/installed .env ## flask shell, with db, models and services at hand.
	@exec $(BIN)/python -m flask shell

migrate: .venv/installed-dev .env ## Write a migration for changed models: make migrate m="what changed".
	@test -n "$(m)" || { echo 'Say what changed: make migrate m="add phone numbers"'; exit 2; }
	$(BIN)/python -m flask db upgrade
	$(BIN)/python -m flask db migrate -m "$(m)"
	@$(BIN)/python -m ruff check --quiet --fix migrations && $(BIN)/python -m ruff format --quiet migrations
	$(BIN)/python -m flask db upgrade

test: .venv/installed-dev ## All tests, on SQLite and on a real PostgreSQL.
	$(BIN)/python -m pytest

check: lint types imports test audit ## Everything CI runs.

lint: .venv/installed-dev ## Format and lint, changing nothing.
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .

format: .venv/installed-dev ## Format, and mend what can be mended.
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

types: .venv/installed-dev ## mypy --strict.
	$(BIN)/python -m mypy

imports: .venv/installed-dev ## The layers of docs/architecture.md.
	$(BIN)/python -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

audit: .venv/installed-dev ## Is what is installed consistent, and free of known vulnerabilities?
	$(BIN)/python -m pip check
	$(BIN)/python -m tests.audit

sbom: .venv/installed-dev ## What Flaskport is made of, as a CycloneDX list with hashes: build/sbom.json.
	$(BIN)/python -m releasing.bill

release: .venv/installed-dev ## Commit, tag and pack a release, and publish nothing: make release VERSION=1.2.3
	@$(BIN)/python -m releasing $(VERSION)

docs: .venv/installed-dev ## The documentation as a site in build/site; with every release beside it: make docs TAGS=1
	$(BIN)/python -m docsite $(if $(TAGS),--tags)
	@echo "Open build/site/index.html; or, so that versions can be chosen: python3 -m http.server --directory build/site 8080"

reference: .venv/installed ## Write docs/reference and docs/settings.md anew, with everything on.
	@env -i PATH="$$PATH" PYTHON_DOTENV_DISABLED=true $$($(BIN)/python config.py | grep '^JWT') \
		$$(grep -v '^#' docs/reference/everything-on.env) $(BIN)/python -m flask --app wsgi reference

bench: .venv/installed-dev ## Measure speed beside a bare Flask route; beside Express and others: make bench PEERS=1
	$(BIN)/python -m benchmarks $(if $(PEERS),--peers)

requirements: .venv/installed ## Pin requirements*.in anew.
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/python -m uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --custom-compile-command "make requirements" requirements.in -o requirements.txt
	$(BIN)/python -m uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --custom-compile-command "make requirements" requirements-granian.in -o requirements-granian.txt
	$(BIN)/python -m uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --custom-compile-command "make requirements" requirements-otel.in -o requirements-otel.txt
	$(BIN)/python -m uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --custom-compile-command "make requirements" requirements-dev.in -o requirements-dev.txt

clean: ## Remove what was installed and built; not .env, not the database.
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Flaskport needs Python 3.11 or later; say which with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/installed-granian: requirements-granian.txt .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-granian.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.env: | .venv/bin/python
	@$(BIN)/python config.py init
	@echo "Wrote .env with random secrets, for development."
