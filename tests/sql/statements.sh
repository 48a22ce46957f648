#!/bin/bash
# statements.sh - EXPLAIN every statement of sql/queries and sql/warehouse with
# its test values (COPY apart: it has no plan; the report tests run those),
# as the role of each program it is for: columns, parameters and privileges
# are real.  TAP on standard output.  Needs PGHOST and PGUSER of a database
# "ror" made by ror-db (tests/integration/t02-statements.t gives one).
set -u
cd "$(dirname "$0")/../.." || exit 1
n=0
failed=0
run=$(mktemp)
trap 'rm -f "$run"' EXIT

awk '
function flush_one(   i, k, p) {
	if (name == "" || text ~ /^\n*COPY /)
		return
	k = split(programs, p, " ")
	for (i = 1; i <= k; i++) {
		f = name "\002" p[i] "\002"
		gsub(/\n/, "\001", text)
		print f types "\002" values "\002" text
	}
}
/^-- name: / { flush_one(); name = $3; text = types = values = programs = ""; next }
/^-- for: / { programs = $0; sub(/^-- for: */, "", programs); next }
/^-- param: / { types = types (types == "" ? "" : ", ") $4; next }
/^-- test:/ { values = $0; sub(/^-- test: */, "", values); sub(/^-- test:/, "", values); next }
/^--/ { next }
{ text = text "\n" $0 }
END { flush_one() }' sql/queries/*.sql sql/warehouse/*.sql >"$run"

while IFS=$'\x02' read -r name program types values text; do
	n=$((n + 1))
	text=$(printf '%s' "$text" | tr '\001' '\n')
	args=
	[ -z "$values" ] || args="($values)"
	params=
	[ -z "$types" ] || params="($types)"
	if out=$(psql -Xq -d ror -v ON_ERROR_STOP=1 2>&1 <<-SQL
		SET search_path = pg_catalog;
		SET ROLE ror_$program;
		PREPARE one$params AS ${text%;};
		BEGIN;
		EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE one$args;
		ROLLBACK;
	SQL
	); then
		echo "ok $n - $name as ror_$program"
	elif printf '%s' "$out" | grep -qE 'violates (foreign key|check|not-null)'; then
		# An INSERT of test values reached the table: the rest is data.
		echo "ok $n - $name as ror_$program (constraint reached)"
	else
		failed=1
		echo "not ok $n - $name as ror_$program"
		printf '%s\n' "$out" | grep -m3 -E 'ERROR|LINE|DETAIL' | sed 's/^/# /'
	fi
done <"$run"
echo "1..$n"
exit $failed
