# One word per wish; `make help` prints them. Needs Python 3.11 or newer; brings the rest itself.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PORT ?= 8000
PY := .venv/bin/python
TRANSLATIONS := petitions/translations
CATALOGUES := $(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)
LANGUAGES := fr ru kk

export PORT
export FLASK_APP := wsgi
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUNBUFFERED := 1

# What is run by hand is a development installation, unless the caller says otherwise.
DEVELOPMENT := UNDERSIGNED_ENV=$${UNDERSIGNED_ENV:-development}
FLASK := $(DEVELOPMENT) $(PY) -m flask

.PHONY: help run test sure lint types arch fmt messages messages-check bench demo shell docs \
	migrate upgrade install install-dev system-packages

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# -- the two commands that everybody needs ------------------------------------------------------

run: install $(COMPILED) ## start the site and its worker on http://127.0.0.1:8000 (PORT=)
	@$(FLASK) db upgrade
	@$(FLASK) demo
	@exec sh -c "$$RUN_BOTH"

test: install-dev $(COMPILED) system-packages ## every test, on both databases and in a browser (ARGS=)
	@$(PY) -m pytest $(ARGS) </dev/null || { code=$$?; \
	  [ $$code -ne 5 ] || echo "No test was run, and that is a failure." >&2; exit $$code; }

# -- the others ---------------------------------------------------------------------------------

sure: lint types arch messages-check test ## all that CI does

lint: install-dev ## style and formatting, nothing changed
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: install-dev ## mypy, strict
	@$(PY) -m mypy

arch: install-dev ## who may import whom
	@$(PY) -c "from importlinter.cli import lint_imports_command as c; c()" --no-logo --no-cache

fmt: install-dev ## put imports and lines in order
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

messages: install-dev ## gather every visible string into the catalogues
	@mkdir -p .cache $(TRANSLATIONS)
	@$(EXTRACT)
	@for lang in $(LANGUAGES); do [ -f $(TRANSLATIONS)/$$lang/LC_MESSAGES/messages.po ] || \
	  $(PY) -m babel.messages.frontend init -i .cache/messages.pot -d $(TRANSLATIONS) --no-wrap -l $$lang; done
	@$(PY) -m babel.messages.frontend update $(UPDATE)
	@for po in $(TRANSLATIONS)/*/LC_MESSAGES/messages.po; do \
	  $(PY) -m babel.messages.frontend compile -i "$$po" -o "$${po%.po}.mo" --statistics; done

messages-check: install-dev ## does a catalogue miss a string of the source?
	@mkdir -p .cache
	@$(EXTRACT)
	@$(PY) -m babel.messages.frontend update $(UPDATE) --check || { \
	  echo "The catalogues are behind the source: run 'make messages' and translate." >&2; exit 1; }

bench: install-dev $(COMPILED) ## measure against the machine's own limits (docs/performance.md)
	@$(DEVELOPMENT) $(PY) -m bench $(ARGS)

demo: install $(COMPILED) ## furnish the house with a believable appeal, once
	@$(FLASK) db upgrade
	@$(FLASK) demo

shell: install $(COMPILED) ## a Python prompt inside the application
	@$(FLASK) shell

docs: install-dev $(COMPILED) system-packages ## renew the pictures in docs/screenshots from the real pages
	@$(DEVELOPMENT) $(PY) -m tests.browser.pictures

migrate: install $(COMPILED) ## a new migration from the models (MESSAGE="add ...")
	@$(FLASK) db upgrade
	@$(FLASK) db migrate -m "$(MESSAGE)"

upgrade: install-dev ## newer packages into constraints.txt; run `make sure` afterwards
	@$(PY) -m pip install -qq --upgrade --upgrade-strategy eager -r requirements-dev.txt
	@{ sed '/^[^#]/,$$d' constraints.txt; $(PY) -m pip freeze; } > .cache/constraints.txt
	@mv .cache/constraints.txt constraints.txt

# -- preparation --------------------------------------------------------------------------------

install: .venv/installed

install-dev: .venv/installed-dev

# The stamps make the second start quick. Packages change only with the files named here.
.venv/installed: requirements.txt constraints.txt
	@sh -c "$$MAKE_VENV"
	@echo "Installing the packages of requirements.txt ..."
	@$(PY) -m pip install -qq -r requirements.txt -c constraints.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing the packages of requirements-dev.txt ..."
	@$(PY) -m pip install -qq -r requirements-dev.txt -c constraints.txt
	@touch $@

$(COMPILED): %.mo: %.po | install
	@$(PY) -m babel.messages.frontend -q compile -i $< -o $@

system-packages:
	@sh -c "$$BRING_SYSTEM_PACKAGES"

EXTRACT = $(PY) -m babel.messages.frontend -q extract -F pyproject.toml -k _l -k lazy_gettext \
	-c "Translators:" --sort-by-file --add-location file --no-wrap --project Undersigned -o .cache/messages.pot .
UPDATE = -i .cache/messages.pot -d $(TRANSLATIONS) --no-fuzzy-matching --ignore-obsolete --no-wrap \
	--ignore-pot-creation-date

define MAKE_VENV
right='import sys; sys.exit(not (3, 11) <= sys.version_info[:2])'
[ -x .venv/bin/python ] && .venv/bin/python -c "$$right" && .venv/bin/python -m pip --version >/dev/null 2>&1 && exit 0
for python in python3 python3.14 python3.13 python3.12 python3.11; do
  if "$$python" -c "$$right" 2>/dev/null; then
    "$$python" -c 'import ensurepip, venv' 2>/dev/null && exec "$$python" -m venv --clear .venv
    crippled=$$python
  fi
done
if [ -n "$$crippled" ]; then
  echo "$$crippled cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2
else
  echo "Python 3.11 or newer is needed and was not found." >&2
fi
exit 1
endef
export MAKE_VENV

# POSIX sh has no `wait -n`, so the shell looks every second whether both are still there, and
# whether `make` itself is: whichever goes first takes the others with it. Each of the two leads
# a session of its own: Ctrl-C reaches this shell alone, which then ends them in order, and what
# they have started can be ended with them.
define RUN_BOTH
export UNDERSIGNED_ENV="$${UNDERSIGNED_ENV:-development}"
free='import os, socket as s; p = s.socket(); p.setsockopt(s.SOL_SOCKET, s.SO_REUSEADDR, 1); p.bind(("127.0.0.1", int(os.environ["PORT"])))'
.venv/bin/python -c "$$free" 2>/dev/null || {
  echo "Port $$PORT is taken; another one: make run PORT=8001" >&2; exit 1; }

apart='import os, sys; os.setsid(); os.execv(sys.executable, [sys.executable, "-m", *sys.argv[1:]])'
.venv/bin/python -c "$$apart" granian --interface wsgi --host 127.0.0.1 --port "$$PORT" \
  --workers 1 --blocking-threads 8 --workers-kill-timeout 8 --log-level error wsgi:app &
web=$$!
.venv/bin/python -c "$$apart" flask work &
worker=$$!
asked=
trap 'asked=yes' INT TERM HUP
alive() { kill -0 "$$1" 2>/dev/null; }

echo
echo "  Undersigned   http://127.0.0.1:$$PORT/"
echo "  letters sent  http://127.0.0.1:$$PORT/-/mail"
echo "  the desk      http://127.0.0.1:$$PORT/desk/"
echo "  Ctrl-C stops both, the site and its worker."
echo

while [ -z "$$asked" ] && alive $$web && alive $$worker && alive $$PPID; do sleep 1; done
trap '' INT TERM HUP
first=
[ -n "$$asked" ] || alive $$web || first=site
[ -n "$$asked$$first" ] || alive $$worker || first=worker
kill $$web $$worker 2>/dev/null
for second in 1 2 3 4 5 6 7 8 9 10; do
  alive $$web || alive $$worker || break
  sleep 1
done
wait_for() { kill -9 "-$$1" 2>/dev/null; wait "$$1"; }
wait_for $$web; web_code=$$?
wait_for $$worker; worker_code=$$?
case "$$first" in
  site) echo "The site stopped by itself ($$web_code), so its worker was stopped too." >&2 ;;
  worker) echo "The worker stopped by itself ($$worker_code), so the site was stopped too." >&2 ;;
  *) exit 0 ;;
esac
exit 1
endef
export RUN_BOTH

# Chromium and PostgreSQL come from the system's packages, where we may install them.
define BRING_SYSTEM_PACKAGES
present() { for name in "$$@"; do [ -x "$$name" ] || command -v "$$name" >/dev/null && return 0; done; return 1; }
look() {
  wanted=; without=
  present chromium chromium-browser google-chrome || { wanted="$$wanted chromium"; without="$$without browser tests (no Chromium);"; }
  present postgres /usr/lib/postgresql/*/bin/postgres || { wanted="$$wanted postgresql"; without="$$without the second database (no PostgreSQL);"; }
  .venv/lib/python3*/site-packages/playwright/driver/node --version >/dev/null 2>&1 || { wanted="$$wanted libatomic1"; without="$$without browser tests (Playwright's driver does not start);"; }
  present pdftoppm || { wanted="$$wanted poppler-utils"; without="$$without looking at PDF pages (no pdftoppm);"; }
}
look
[ -n "$$wanted" ] || exit 0
as_root=none
if [ "$$(id -u)" = 0 ]; then as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root="sudo -n"
fi
if command -v apt-get >/dev/null && [ "$$as_root" != none ]; then
  echo "Installing from the system's packages:$$wanted ..."
  $$as_root env DEBIAN_FRONTEND=noninteractive sh -c \
    "apt-get update -qq && apt-get install -y -qq --no-install-recommends $$wanted" </dev/null >/dev/null
  look
fi
[ -z "$$wanted" ] || echo "Left out:$$without to get them: apt-get install$$wanted"
endef
export BRING_SYSTEM_PACKAGES
