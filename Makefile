# The book's commands. Needs python3, make and git; everything else is installed into .venv from hash-pinned locks.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := $(shell find docs hooks -type f -not -name '*.pyc') mkdocs.yml refs.bib
export NO_MKDOCS_2_WARNING = 1

.PHONY: all check stats readme freshness add import serve pdf arxiv epub docx test bench zensical lock vendored clean
all: site/index.html

site/index.html: .venv/build $(SOURCES)
	@$(BIN)/survey build
	@touch $@

check stats readme freshness: .venv/build
	@$(BIN)/survey $@

# make add WHAT="2505.15107 --axis reward": a work into refs.bib and papers.yml.
add: .venv/build
	@$(BIN)/survey add $(WHAT)

# make import LIST=list.md: what a reading list in Markdown has and the book has not.
import: .venv/build
	@$(BIN)/survey import $(LIST)

serve: .venv/build
	@$(BIN)/survey serve $(if $(PORT),--port $(PORT))

# make pdf CHAPTER=reward DRAFT=1: one chapter alone, with numbered lines. The whole book replaces site/survey.pdf.
pdf: .venv/build
	@$(BIN)/python hooks/press.py pdf $(if $(CHAPTER)$(DRAFT),build/$(or $(CHAPTER),survey)$(if $(DRAFT),-draft).pdf,site/survey.pdf) \
	  $(if $(CHAPTER),--chapter $(CHAPTER)) $(if $(DRAFT),--draft)

arxiv: .venv/build
	@$(BIN)/python hooks/press.py arxiv build/arxiv.tar.gz

epub docx: .venv/build
	@$(BIN)/python hooks/press.py $@ build/survey.$@

test: .venv/test all build/zensical-env
	@$(BIN)/python tests/provide.py
	@$(BIN)/python -m pytest -n auto --dist loadfile

# make bench SIZES="0 50": the book and a catalogue of 50 works.
bench: .venv/test build/sphinx
	@$(BIN)/python tests/provide.py
	@PYTHONPATH=hooks:tests $(BIN)/python -m bench $(SIZES)

# The same chapters and data by the theme's successor, in build/zensical/site; docs/about.md says what came of it.
zensical: .venv/build build/zensical-env
	@$(BIN)/python hooks/successor.py build/zensical-env/bin/zensical

# What the same content is built with for comparison; the book itself needs none of it.
build/sphinx: requirements/bench.txt
build/zensical-env: requirements/zensical.txt
build/sphinx build/zensical-env: | .venv/build
	@$(PYTHON) -m venv --without-pip $@
	@$(BIN)/pip --python $@ install --quiet --disable-pip-version-check --require-hashes -r $< || { rm -rf $@; exit 1; }
	@touch $@

# Write the locks anew from pyproject.toml, and the list of licences from them.
lock: .venv/test
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lock.txt
	@for lock in "build pyproject.toml" "test pyproject.toml --extra test -c requirements/build.txt" \
	  "bench --group bench" "zensical --group zensical" "lock --group lock"; do set -- $$lock; name=$$1; shift; \
	  $(BIN)/uv pip compile "$$@" --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet \
	  -o requirements/$$name.txt || exit 1; done
	@$(BIN)/python requirements/licences.py

# Compare every vendored file with the package of npm that it is said to come from.
vendored: .venv/build
	@$(BIN)/python requirements/vendored.py

.venv/build: requirements/build.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { rm -rf .venv; test "$$(id -u)" = 0 && apt-get update -qq >/dev/null \
	  && apt-get install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv .venv; } || \
	  { rm -rf .venv; echo "Python's venv module is missing; on Debian: sudo apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" "$$(dirname "$$0")/../../hooks/cli.py" "$$@"\n' > $(BIN)/survey
	@chmod +x $(BIN)/survey
	@touch $@

.venv/test: requirements/test.txt .venv/build
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

clean:
	rm -rf site build .cache .venv
