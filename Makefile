# The commands of the portal; what each one promises stands in README.md. The work is done by the scripts in bin/.
.DEFAULT_GOAL := help
.PHONY: help demo test bench check fix lock

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -e 's/:.*## /	/' | sort

demo: ## install what is missing and serve the demo world on http://127.0.0.1:8000 (PORT= changes it)
	@bin/demo

# Three processes for two cores: half of the time a test waits for its browser, its worker or its database.
test: ## the whole suite on its own PostgreSQL, Redis, Celery worker and Chromium (ARGS="-k intake" narrows it)
	@bin/system-packages test
	@bin/venv requirements-dev.lock
	@bin/compile-translations
	@.venv/bin/python -m tests.services -- .venv/bin/python -m pytest -n 3 --dist worksteal $(ARGS)

bench: ## what a certificate costs beside naive WeasyPrint, in processor time; run it on a quiet machine
	@bin/system-packages test
	@bin/venv requirements-dev.lock
	@.venv/bin/python -m tests.bench $(ARGS)

check: ## lint, format, templates, types, imports, migrations, generated docs, translations, settings; changes nothing
	@bin/system-packages demo
	@bin/venv requirements-dev.lock
	@bin/check

fix: ## change what can be changed mechanically
	@bin/venv requirements-dev.lock
	@bin/fix

lock: ## compile both locks anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-header -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header -o requirements-dev.lock
