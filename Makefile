# Everything a newcomer, a developer and CI start; `make` alone lists the targets.
PYTHON ?= python3
VENV   ?= .venv
OUT    ?= out/sample
SAMPLE  = data/sample/articles.jsonl data/sample/archive.csv data/sample/folder
BIN     = $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test proofs faults check lint types quality bench bench-duplicates bench-stories bench-labelled bench-scheduled clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1 \t/' | expand -t 28

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "newsdedup needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python cannot create virtual environments; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: $(BIN)/python pyproject.toml
	@echo "Installing newsdedup into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing what the tests need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

run: $(VENV)/.installed ## run the job on the sample corpus and show what it found
	@$(BIN)/newsdedup run $(SAMPLE) --out $(OUT)
	@echo
	@$(BIN)/newsdedup evaluate $(OUT) data/gold/gold.jsonl

test: $(VENV)/.installed-test ## run the test suite
	@$(BIN)/python -m pytest -q -m "not slow"

proofs: $(VENV)/.installed-test ## the long proofs, in their short form: crashes, kills, replays
	@$(BIN)/python -m pytest -q -m slow

faults: $(VENV)/.installed-test ## every fault in a commit: killed, failed and full disks, flipped bits (long)
	@FAULTS_EVERY=1 $(BIN)/python -m pytest -q tests/faults tests/jobs/ledger -m "slow or not slow"

check: lint types test quality ## everything that CI checks

lint: $(VENV)/.installed-test ## style and common mistakes
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.installed-test ## static types
	@$(BIN)/mypy

quality: $(VENV)/.installed-test ## quality on the sample's gold labels, against the pinned floors
	@$(BIN)/python -m tests.bench.gate

bench: bench-duplicates bench-stories bench-labelled bench-scheduled ## every benchmark (long)

bench-duplicates: $(VENV)/.installed-test ## the duplicate engine against its peers
	@$(BIN)/python -m tests.bench.duplicates

bench-stories: $(VENV)/.installed-test ## join and linkage: speed, memory, growth
	@$(BIN)/python -m tests.bench.stories

bench-labelled: $(VENV)/.installed-test ## quality, seconds and memory on labelled sets of real articles
	@$(BIN)/python -m tests.bench.labelled

bench-scheduled: $(VENV)/.installed-test ## 1,000 new articles into a state of 100,000: seconds, memory
	@$(BIN)/python -m tests.bench.scheduled

clean: ## remove the environment and results
	@rm -rf $(VENV) out build dist *.egg-info
