# The registry's one Makefile.  `make help` lists what it can do; how a file
# finds its place is in docs/architecture.md.

CC	:= gcc
MODE	?= release
O	:= build/$(MODE)

PKGS	:= libpq jansson pangocairo cairo cairo-svg cairo-pdf libpng zlib \
	   libcurl cjose liboath libqrencode
WARN	:= -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	   -Wmissing-prototypes -Wvla -Wformat=2 -Wcast-qual \
	   -Wnull-dereference -Wno-overlength-strings -Werror
BASE	:= -std=c17 -D_GNU_SOURCE -Ilib -Ifcgi -Ireports -Ibuild \
	   $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
ifeq ($(MODE),check)
OPT	:= -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	   -fno-omit-frame-pointer
LDOPT	:= -fsanitize=address,undefined
else ifeq ($(MODE),clang)
CC	:= clang
OPT	:= -O1
# clang's own opinion on what gcc's list does not cover
WARN	:= $(filter-out -Wnull-dereference,$(WARN)) -Wno-gnu-zero-variadic-macro-arguments
else ifeq ($(MODE),fuzz)
CC	:= clang
OPT	:= -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	   -fno-sanitize-recover=all
LDOPT	:= -fsanitize=fuzzer,address,undefined
WARN	:= -Wall
else ifeq ($(MODE),analyze)
OPT	:= -O2 -fanalyzer
else
OPT	:= -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE \
	   -fstack-clash-protection
LDOPT	:= -pie -Wl,-z,relro,-z,now
endif
LIBS	= $(shell pkg-config --libs $(PKGS)) -lfcgi -lldap -llber -lcrypto -lm

LIB_SRC	:= $(wildcard lib/*/*.c)
FCGI_SRC := $(wildcard fcgi/*.c fcgi/*/*.c)
REP_SRC	:= $(wildcard reports/*.c reports/*/*.c)
TESTS	:= $(patsubst tests/unit/%.c,$O/tests/%,$(wildcard tests/unit/test_*.c))
LIB_OBJ	:= $(LIB_SRC:%.c=$O/%.o)
# fcgi without its main, so that tests can link the rest
FCGI_OBJ := $(filter-out $O/fcgi/main.o,$(FCGI_SRC:%.c=$O/%.o))
REP_OBJ	:= $(filter-out $O/reports/main.o,$(REP_SRC:%.c=$O/%.o))

PROGS	:= $(patsubst %/main.c,$O/ror-%,$(wildcard fcgi/main.c)) \
	   $(patsubst %s/main.c,$O/ror-%,$(wildcard reports/main.c))

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all help deps run check unit lint bench fuzz browser install clean \
	test-tools sql-test integration

all: $(PROGS)

help:
	@sed -n 's/^## //p' Makefile

## make                 build the programs into build/release
## make run             start everything: [PORT=8443] [VAR=var] [DATA=folder] [SCALE=region]
## make check           build with sanitizers and run every test
## make lint            layers, banned calls, analysers, style, shell, SQL
## make browser         only the browser tests
## make fuzz            the fuzz targets, 60 s each: [FUZZ_S=60]
## make bench           measure against anchors: [SCALE=region]
## make install         DESTDIR=, PREFIX=/usr/local
## make clean           remove build/

build/queries.def build/columns.def &: sql/embed.awk \
		$(wildcard sql/queries/*.sql sql/warehouse/*.sql)
	@mkdir -p build
	awk -v columns=build/columns.def.tmp -f sql/embed.awk \
	    $(filter %.sql,$^) \
	    >build/queries.def.tmp
	mv build/columns.def.tmp build/columns.def
	mv build/queries.def.tmp build/queries.def

$O/%.o: %.c build/queries.def Makefile
	@mkdir -p $(@D)
	@echo "  CC $@"; $(CC) $(BASE) $(WARN) $(OPT) -MMD -MP -c -o $@ $<

$O/ror-fcgi: $O/fcgi/main.o $(FCGI_OBJ) $(LIB_OBJ)
	@echo "  LD $@"; $(CC) $(LDOPT) -o $@ $^ $(LIBS)

$O/ror-report: $O/reports/main.o $(REP_OBJ) $(LIB_OBJ)
	@echo "  LD $@"; $(CC) $(LDOPT) -o $@ $^ $(LIBS)

$O/tests/%: $O/tests/unit/%.o $(FCGI_OBJ) $(REP_OBJ) $(LIB_OBJ)
	@mkdir -p $(@D)
	@echo "  LD $@"; $(CC) $(LDOPT) -o $@ $^ $(LIBS)

$O/bench/%: $O/tests/bench/%.o $(LIB_OBJ)
	@mkdir -p $(@D)
	@echo "  LD $@"; $(CC) $(LDOPT) -o $@ $^ $(LIBS)

# --- static files and templates (nginx/static, templates) ------------------
# Hashed names, so that browsers keep them for ever; templates learn the names.
STATIC_SRC := $(shell find nginx/static nginx/errors -type f 2>/dev/null)
TMPL_SRC := $(shell find templates -type f -name '*.html' 2>/dev/null)

nginx/node_modules/.package-lock.json: nginx/package-lock.json
	npm ci --prefix nginx --no-audit --no-fund
	@touch $@

build/static.stamp: nginx/build-static.sh $(STATIC_SRC) \
		nginx/node_modules/.package-lock.json
	@mkdir -p build
	nginx/build-static.sh build
	@touch $@

build/templates.stamp: nginx/stamp-templates.sh build/static.stamp \
		$(TMPL_SRC) $(STATIC_SRC)
	nginx/stamp-templates.sh templates build build/static.map
	nginx/stamp-templates.sh nginx/errors build build/static.map errors
	@touch $@
# ----------------------------------------------------------------------------

# --- outlines of the départements (lib/chart/map.h) -------------------------
# Without them the charts draw squares.
build/departements.path: nginx/map-outlines.mjs \
		nginx/node_modules/.package-lock.json
	@mkdir -p build
	node nginx/map-outlines.mjs >$@

.PHONY: outlines
outlines: build/departements.path
# ----------------------------------------------------------------------------

-include $(shell find build -name '*.d' 2>/dev/null)

# --- running it --------------------------------------------------------------
# Packages first: what pkg-config says is read when make starts, so the real
# work is a second make.
PORT	?= 8443
VAR	?= var
DATA	?=
SCALE	?= region

run:
	@tests/stand/packages.sh run
	@$(MAKE) --no-print-directory -j2 built
	@$(MAKE) --no-print-directory provider || true
	@VAR='$(VAR)' PORT='$(PORT)' exec tests/stand/stand.sh \
	    --data '$(if $(DATA),$(abspath $(DATA)),$(SCALE))'

# The demonstration's OpenID provider; a run without it has no card to show.
.PHONY: provider
provider: tests/stand/provider/node_modules/.package-lock.json

tests/stand/provider/node_modules/.package-lock.json: \
		tests/stand/provider/package-lock.json
	npm ci --prefix tests/stand/provider --no-audit --no-fund
	@touch $@

.PHONY: built
built: $(PROGS) build/static.stamp build/templates.stamp \
	build/departements.path
# -----------------------------------------------------------------------------

unit:
	@$(MAKE) --no-print-directory MODE=check unit-run

.PHONY: unit-run
unit-run: $(TESTS)
	@LSAN_OPTIONS=suppressions=tests/unit/lsan.supp:print_suppressions=0 \
	    prove -e '' $(TESTS)

# --- tests -------------------------------------------------------------------
# Unit tests run under the sanitizers, servers as released; the whole product
# under the sanitizers with ROR_BUILD=build/check.
check:
	@tests/stand/packages.sh check
	@$(MAKE) --no-print-directory -j2 built
	@$(MAKE) --no-print-directory -j2 unit
	@$(MAKE) --no-print-directory provider
	@prove -j2 tests/integration/*.t
	@$(MAKE) --no-print-directory browser

browser: tests/browser/node_modules/.package-lock.json provider
	@$(MAKE) --no-print-directory -j2 built
	@tests/browser/with-stand.sh

tests/browser/node_modules/.package-lock.json: tests/browser/package-lock.json
	npm ci --prefix tests/browser --no-audit --no-fund
	@touch $@
# -----------------------------------------------------------------------------

# --- lint, fuzz, bench -------------------------------------------------------
.PHONY: objects print-flags
objects: $(LIB_OBJ) $(FCGI_OBJ) $(REP_OBJ)

print-flags:
	@printf '%s\n' '$(BASE)'

FUZZ_S	?= 60
FUZZERS	:= $(patsubst tests/fuzz/%.c,$O/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
.PHONY: fuzz-built
$O/fuzz/%: $O/tests/fuzz/%.o $(FCGI_OBJ) $(LIB_OBJ)
	@mkdir -p $(@D)
	@echo "  LD $@"; $(CC) $(LDOPT) -o $@ $^ $(LIBS)

fuzz-built: $(FUZZERS)

fuzz:
	@tests/stand/packages.sh check
	@$(MAKE) --no-print-directory -j2 MODE=fuzz fuzz-built
	@tests/fuzz/run.sh build/fuzz/fuzz $(FUZZ_S)

BENCHES	:= $(patsubst tests/bench/%.c,$O/bench/%,$(wildcard tests/bench/bench_*.c))
.PHONY: bench-built
bench-built: $(BENCHES)

bench:
	@tests/stand/packages.sh bench
	@$(MAKE) --no-print-directory -j2 built bench-built
	@SCALE='$(SCALE)' VAR='$(VAR)' tests/bench/run.sh

lint: build/queries.def
	@tests/stand/packages.sh check
	@tests/lint.sh
# -----------------------------------------------------------------------------

# --- install -----------------------------------------------------------------
# What docs/operations.md starts from: programs, what they read, the man page.
DESTDIR	?=
PREFIX	?= /usr/local
share	:= $(DESTDIR)$(PREFIX)/share/ror

install: built
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man5 $(share)
	install -m 755 $(PROGS) $(DESTDIR)$(PREFIX)/bin/
	rm -rf $(share)/sql $(share)/static $(share)/templates $(share)/errors $(share)/nginx
	cp -r sql build/static build/templates build/errors $(share)/
	install -d $(share)/nginx
	install -m 644 nginx/*.conf nginx/nginx.conf.in $(share)/nginx/
	install -m 644 build/departements.path $(share)/
	chmod -R a+rX $(share)
	ln -sf ../share/ror/sql/ror-db $(DESTDIR)$(PREFIX)/bin/ror-db
	install -m 644 docs/man/site.conf.5 $(DESTDIR)$(PREFIX)/share/man/man5/
# -----------------------------------------------------------------------------

clean:
	rm -rf build
