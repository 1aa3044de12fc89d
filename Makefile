# `make demo` and `make test` do everything from a fresh clone, in any order, as often as you like.
SHELL := bash
PYTHON ?= python3
VENV := .venv
EXTRAS := test
BIN := $(VENV)/bin
RUN := runs/toy

# What is installed in $(1), as name==version. Left out: pip, the "+cpu" in PyTorch's version, and its GPU packages.
freeze = $(1)/bin/python -m pip freeze --all --exclude-editable --exclude pip | sed -E 's/\+.*//; /^(cuda|nvidia|triton)/d'

# pip prints hundreds of lines; these few show its progress.
progress = awk '/^(Collecting|Processing)/ && ++n % 20 == 0 {print "   " n " packages found"; fflush()} \
	/^Installing collected/ {print "   packages to install: " NF - 3; fflush()}'

.PHONY: help demo test check lessons format install constraints clean

help:
	@echo "make demo         install, train the toy model, score it, draw its attention (a few minutes)"
	@echo "make test         install, run the tests"
	@echo "make check        install, run the linter and the type checker, check versions and the direction of imports"
	@echo "make lessons      install, run the lessons of experiments/ (some minutes)"
	@echo "make format       put the code into its standard layout"
	@echo "make constraints  write constraints.txt from a fresh install; first delete or edit the lines that should change"
	@echo "make clean        remove the virtual environment; trained runs stay"

demo: install
	@echo "== train: into $(RUN) (continues a run that is there; skips a finished one)"
	@if test -f $(RUN)/config.json; then $(BIN)/toytrans train --resume $(RUN); else $(BIN)/toytrans train --run $(RUN); fi
	@echo "== evaluate: on the test split"
	@$(BIN)/toytrans evaluate $(RUN)
	@echo
	@echo "model     $(RUN)"
	@echo "pictures  $(RUN)/attention"
	@echo "page      $(RUN)/page.html (open it in a browser)"
	@echo "try       $(BIN)/toytrans translate $(RUN) \"The dog did not see the red ball.\""

test: install
	@echo "== tests"
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: install
	@echo "== linter and layout"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "== types"
	@$(BIN)/mypy
	@set -e; for lesson in experiments/0*/run.py experiments/1[023]*/run.py; do test ! -f "$$lesson" || $(BIN)/mypy --no-error-summary "$$lesson"; done
	@echo "== direction of imports"
	@$(BIN)/python -m pytest tests/test_imports.py
	@echo "== versions"
	@set -e -o pipefail; versions=$$($(call freeze,$(VENV))); if grep -vxFf constraints.txt <<< "$$versions"; then \
		echo "constraints.txt lacks these installed versions: run make clean, or make constraints" >&2; exit 1; fi

lessons: install
	@set -e; for lesson in experiments/0*/ experiments/10*/; do \
		if test -f "$$lesson/run.py"; then echo "== $$lesson"; $(BIN)/python "$$lesson/run.py"; fi; done

format: install
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "toytrans needs Python 3.11 or newer; name one: make PYTHON=python3.11 " + "$(MAKECMDGOALS)")'
	@echo "== install: into $(VENV); a few minutes the first time"
	@$(PYTHON) -m venv $(VENV)
	@set -o pipefail; \
		$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off -c constraints.txt -e ".[$(EXTRAS)]" 2>&1 \
		| tee $(VENV)/install.log | $(progress) \
		|| { tail -n 15 $(VENV)/install.log; echo "install failed; pip's whole output is in $(VENV)/install.log"; exit 1; } >&2
	@touch $@

constraints:
	@rm -rf .venv/fresh
	@$(MAKE) --no-print-directory install VENV=.venv/fresh EXTRAS=test,bench
	@echo '# The versions toytrans is tested with, written by make constraints: pip install -c constraints.txt -e .' > .venv/frozen
	@set -o pipefail; $(call freeze,.venv/fresh) >> .venv/frozen
	@mv .venv/frozen constraints.txt
	@rm -rf .venv/fresh

clean:
	rm -rf .venv
