#!/bin/bash
# lint.sh - what a machine can say about the source.  Prints what is wrong and
# exits non-zero; ends with the longest functions, for a human to look at.
set -u
cd "$(dirname "$0")/.." || exit 1
failed=0
step() { printf '%s\n' "lint: $1"; }
bad() { failed=1; printf '%s\n' "$*"; }

mapfile -t sources < <(git ls-files -co --exclude-standard 'lib/*.[ch]' 'fcgi/*.[ch]' 'reports/*.[ch]')
mapfile -t units < <(printf '%s\n' "${sources[@]}" | grep '\.c$')
mapfile -t scripts < <(git ls-files -co --exclude-standard '*.sh' sql/ror-db .ci/run)

step 'layers'
awk -f tests/layers.awk "${sources[@]}" || failed=1

step 'banned calls'
grep -nE '\b(strcpy|strcat|sprintf|atoi|gets|strtok|localtime|system|popen)\(' \
    "${sources[@]}" && failed=1
grep -nE '\b(TO[D]O|FI[X]ME|X[X]X|HA[C]K)\b' "${sources[@]}" "${scripts[@]}" && failed=1

step 'SQL stays in sql/'
grep -nE '"[[:space:]]*(SELECT|INSERT|UPDATE|DELETE) ' "${units[@]}" && failed=1
awk -f tests/lint-sql.awk sql/queries/*.sql || failed=1

step 'nothing of this machine, no download addresses'
git grep -nIE '"resolve[d]": "http|-----BEGI[N] [A-Z ]*PRIVATE KEY' -- . && failed=1

step 'every setting is in site.conf(5)'
while read -r name; do
	grep -q "^\.It Va $name\$" docs/man/site.conf.5 ||
	    bad "docs/man/site.conf.5: $name is missing"
done < <(sed -n 's/^X([A-Z_]*,[[:space:]]*"\([a-z_]*\)".*/\1/p' lib/base/conf.def)

step 'every folder says what lives in it'
for d in fcgi reports lib nginx sql templates tests docs; do
	[ -f $d/README.md ] || bad "$d/README.md is missing"
done

step 'shell'
shellcheck -S warning -e SC2154,SC2034 -s bash "${scripts[@]}" || failed=1

step 'cppcheck'
cppcheck --quiet --std=c11 --enable=warning,portability --inline-suppr \
    --suppress=missingIncludeSystem --error-exitcode=1 -j2 -Ilib -Ifcgi \
    -Ireports -Ibuild "${units[@]}" || failed=1

step 'both compilers and the analyser'
make --no-print-directory -s -j2 MODE=clang objects || failed=1
make --no-print-directory -s -j2 MODE=analyze objects || failed=1

step 'clang-tidy'
flags=$(make --no-print-directory -s print-flags)
# shellcheck disable=SC2086
printf '%s\n' "${units[@]}" | xargs -P2 -n8 sh -c \
    'clang-tidy --quiet "$@" -- '"$flags"' 2>/dev/null' sh >build/tidy.txt || failed=1
grep -E 'warning:|error:' build/tidy.txt && failed=1

step 'the ten longest functions and files'
awk -f tests/functions.awk "${units[@]}" | sort -rn | head -10
wc -l "${sources[@]}" | sort -rn | sed -n '2,6p'
exit $failed
