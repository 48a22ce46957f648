#!/bin/bash
# search.sh - the search index against PostgreSQL's full text, same names.
#
# usage: VAR=folder-of-a-running-stand BENCH=build/release/bench tests/bench/search.sh
# Environment: ROUNDS (5), ROUND_S (2).
# Ours is the library over the pool's own index, one core; PostgreSQL answers
# prepared statements of one pgbench client, prefixes of every word, first 20
# by name, over a GIN index.  Prints one line of JSON: ratio = median of the
# rounds' ratios, median = our searches a second, p99 = ms, n = rounds.
set -euo pipefail

VAR=$(realpath "${VAR:?folder of a running stand}")
bench=${BENCH:-build/release/bench}
rounds=${ROUNDS:-5}
round_s=${ROUND_S:-2}
run=$(sed -n 's/^run_dir = //p' "$VAR/site.conf")
work=$(mktemp -d)
export PGHOST=$run PGUSER=postgres PGDATABASE=ror
pgbin=/usr/lib/postgresql/15/bin
finish() {
	psql -Xq -c 'DROP SCHEMA IF EXISTS bench CASCADE' 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT

psql -Xq -v ON_ERROR_STOP=1 >/dev/null <<-'SQL'
	SET client_min_messages = warning;
	DROP SCHEMA IF EXISTS bench CASCADE;
	CREATE SCHEMA bench;
	CREATE TABLE bench.name AS
	SELECT s.id, s.name, to_tsvector('simple', public.unaccent(concat_ws(' ', s.name, s.finess, s.locality))) AS words
	  FROM dir.structure_now AS s
	 UNION ALL
	SELECT u.id, u.name, to_tsvector('simple', public.unaccent(concat_ws(' ', u.name, g.name, g.locality, t.label)))
	  FROM dir.unit_now AS u
	  JOIN dir.structure_now AS g ON g.id = u.site_id
	  LEFT JOIN ref.code AS t ON t.list = 'J238' AND t.code = u.unit_type;
	CREATE INDEX ON bench.name USING gin (words);
	CREATE TABLE bench.query (n integer PRIMARY KEY, text text, expression text);
	INSERT INTO bench.query
	SELECT row_number() OVER () - 1, q.text, replace(q.text, ' ', ':* & ') || ':*'
	  FROM (VALUES ('card'), ('reanimation'), ('hopital'), ('valmont'), ('centre hospitalier'), ('med'),
	               ('smr locomoteur'), ('psychiatrie'), ('chirurgie vis'), ('clinique'), ('urg'), ('saint')) AS q (text);
	ANALYZE bench.name;
SQL
psql -XAtq -c 'SELECT text FROM bench.query ORDER BY n' >"$work/words"
cat >"$work/search.sql" <<'SQL'
\set n random(0, 11)
SELECT m.id, m.name FROM bench.query AS q JOIN bench.name AS m ON m.words @@ to_tsquery('simple', q.expression) WHERE q.n = :n ORDER BY m.name, m.id LIMIT 20;
SQL

for _ in $(seq "$rounds"); do
	ours=$("$bench/bench_search" "$VAR/data/search.idx" "$round_s" <"$work/words")
	sql=$("$pgbin/pgbench" -n -M prepared -c 1 -T "$round_s" -f "$work/search.sql" 2>/dev/null |
	    sed -n 's/^tps = \([0-9.]*\).*/\1/p')
	echo "$ours $sql"
done | tee /dev/stderr | awk '
	{ ratio[NR] = $2 / $4; rate[NR] = $2; p99[NR] = $3 / 1000 }
	function median(v, n,   i, j, t) {
		for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
		return v[int((n + 1) / 2)]
	}
	END { printf "{\"key\": \"search_vs_sql\", \"ratio\": %.3g, \"median\": %.0f, \"p99\": %.3g, \"n\": %d}\n", median(ratio, NR), median(rate, NR), median(p99, NR), NR }'
