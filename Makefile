# `make demo` and `make test` do everything from a fresh clone, in any order, as often as you like.
PYTHON ?= python3
BIN := .venv/bin
RUN := runs/toy

.PHONY: help demo test check format install clean

help:
	@echo "make demo    install, train the toy model, score it, draw its attention (a few minutes)"
	@echo "make test    install, run the tests"
	@echo "make check   install, run the linter, the type checker and the import-direction test"
	@echo "make format  put the code into its standard layout"
	@echo "make clean   remove the virtual environment; trained runs stay"

demo: install
	@echo "== train: into $(RUN) (goes on, or is skipped, where that was begun before)"
	@if test -f $(RUN)/config.json; then $(BIN)/toytrans train --resume $(RUN); else $(BIN)/toytrans train --run $(RUN); fi
	@echo "== evaluate: on the test split"
	@$(BIN)/toytrans evaluate $(RUN)
	@echo
	@echo "model     $(RUN)"
	@echo "pictures  $(RUN)/attention"
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
	@echo "== direction of imports"
	@$(BIN)/python -m pytest tests/test_imports.py

format: install
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

install: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@echo "== install: into .venv, which takes a few minutes the first time"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "toytrans needs Python 3.11 or newer; name one: make PYTHON=python3.11 " + "$(MAKECMDGOALS)")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e ".[test]"
	@touch $@

clean:
	rm -rf .venv
