# Everything happens in .venv; no target needs anything else to have run before.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
export HF_HUB_OFFLINE := 1

.PHONY: setup demo test check fix bench bundle bench-peers conformance clean

setup: $(VENV)/.ready ## an environment with the pinned versions of constraints.txt

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: setup ## real people's film ratings: import, train, ask, explain, erase, through a real client
	$(BIN)/python -m examples.film_story

test: check ## what CI runs: the static checks, then the tests with branch coverage
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --cov --cov-report=term:skip-covered

check: setup ## format, lint, types and import contracts; only reads
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

fix: setup ## writes what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## ranking quality beside the baselines, on MovieLens 100K or on DATA=folder
	$(BIN)/python -m benchmarks.quality $(DATA)

bench-peers: setup $(PEERS)/.ready ## beside RecTools, implicit and others, tuned on validation: ARGS="FOLDER --split temporal ..."
	$(BIN)/python -m benchmarks.peers $(ARGS)

$(PEERS)/.ready: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

bundle: setup ## dist/temporec-mcp.mcpb, which desktop apps install with a double click
	$(BIN)/python -m bundle.build

conformance: setup conformance/node_modules/.ready ## other people's tools: inspector, official suite, TypeScript clients
	$(BIN)/python -m conformance.run

conformance/node_modules/.ready: conformance/package.json
	npm install --prefix conformance --no-package-lock --no-audit --no-fund --loglevel error
	touch $@

clean: ## removes the environment and everything made
	rm -rf $(VENV) $(PEERS) conformance/node_modules .data build dist *.egg-info .coverage .pytest_cache .ruff_cache .hypothesis
