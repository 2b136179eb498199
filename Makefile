# Two commands: `make demo` and `make test`. Both make their own environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help install demo frontend client test check lock format clean

help:  ## What there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

install: $(VENV)/installed  ## Make .venv with the carbon-nexus command in it

demo: $(VENV)/installed  ## Load measured demo data, replay the last two days, serve on http://127.0.0.1:8000
	@$(MAKE) --no-print-directory frontend || echo "Everything but the dashboard runs without its page."
	@$(BIN)/carbon-nexus demo --replay

# the page is built again where a source of it is another one than it was built from; Node.js comes as a wheel
frontend: $(VENV)/installed  ## Build the dashboard's page, where it is missing or out of date
	@$(BIN)/python frontend/build.py current || \
	  { $(call install,--require-hashes -r requirements/frontend.txt); $(BIN)/python frontend/build.py; }

client: $(VENV)/installed-dev  ## Make the dashboard's types of the API anew, after the API has changed
	@$(BIN)/python frontend/openapi.py | $(BIN)/python frontend/build.py run generate

test: $(VENV)/installed-dev check frontend  ## Lint, types, layers, migrations, and every test on real PostgreSQL
	@$(BIN)/python frontend/build.py run --silent test
	@$(BIN)/pytest -n logical --dist loadfile

check: $(VENV)/installed-dev
	@$(BIN)/python frontend/build.py run --silent check
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# uv where it is installed, else venv and pip; either way from lock files with hashes
$(VENV)/python: requirements/runtime.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --allow-existing --python "$(PYTHON)" $(VENV) && UV_PYTHON_DOWNLOADS=never \
	  uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/runtime.txt; \
	else \
	  "$(PYTHON)" -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt; \
	fi
	@touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml
	@export CARBON_NEXUS_NO_NODE=1; $(call install,--no-deps --editable .)
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.txt
	@$(call install,--require-hashes -r requirements/dev.txt)
	@touch $@

define install
	if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python $(1); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check $(1); fi
endef

lock:  ## Renew the lock files (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" pyproject.toml -o requirements/runtime.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" pyproject.toml --group dev --all-extras -c requirements/runtime.txt -o requirements/dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" pyproject.toml --group benchmarks -c requirements/dev.txt -o requirements/benchmarks.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" --group frontend -c requirements/dev.txt -o requirements/frontend.txt

format: $(VENV)/installed-dev  ## Format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .
	@$(BIN)/python frontend/build.py run --silent format

clean:  ## Remove the environment (not your data)
	rm -rf $(VENV)
