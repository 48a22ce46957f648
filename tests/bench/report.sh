#!/bin/bash
# report.sh - the night and a rebuild against plain SQL doing the same.
#
# usage: VAR=folder-of-a-running-stand tests/bench/report.sh
#    or: PGHOST=… PGPORT=… REPORT=build/release/ror-report tests/bench/report.sh
# Environment: ROUNDS (3), PLACES (1000), DAYS (365), EVERY (24, hours).
#
# Works in a database of its own (bench_report, dropped at the end) with a
# fictitious ledger (ledger.sql).  Both sides run in turn on the same rows and
# must give the same facts, else there is no figure.
#
# rebuild_cpu_vs_sql   CPU seconds of reading and sweeping: the backend of the
#                      COPY and ror-report itself, against the backend of the
#                      SQL; the facts are sent but not loaded, on both sides
# night_vs_sql         wall clock of a whole night, one day of news with
#                      corrections ten days back; in SQL the sweep is replaced,
#                      dimensions, merge, cells and checks are the same
# One line of JSON each; median = seconds of ours, p99 = its slowest round.
set -euo pipefail
exec 3>&2

here=$(dirname "$(readlink -f "$0")")
top=$(cd "$here/../.." && pwd)
if [ -n "${VAR:-}" ]; then
	PGHOST=$(sed -n 's/^run_dir = //p' "$VAR/site.conf")
	REPORT=${REPORT:-$VAR/bin/ror-report}
	export PGHOST
fi
export PGUSER=postgres ROR_DATABASE=bench_report PGOPTIONS='-c jit=off -c client_min_messages=warning'
report=${REPORT:-$top/build/release/ror-report}
rounds=${ROUNDS:-3} places=${PLACES:-1000} days=${DAYS:-365} every=${EVERY:-24}
last=$(date -u -d yesterday +%F)
work=$(mktemp -d)
finish() { dropdb --if-exists --force bench_report; rm -rf "$work"; }
trap finish EXIT

sql() { psql -XqAt -v ON_ERROR_STOP=1 -d bench_report "$@"; }

# One statement of sql/warehouse by name, with its $1, $2 … as given.
statement() {
	local name=$1 i=0 text
	shift
	text=$(awk -v name="$name" '/^-- name: / { on = $3 == name; next } on && !/^--/' \
	    "$top"/sql/warehouse/*.sql)
	for arg; do
		i=$((i + 1))
		text=${text//\$$i/$arg}
	done
	printf '%s\n' "$text"
}

dropdb --if-exists --force bench_report
"$top/sql/ror-db" init >/dev/null
sql -o /dev/null -v places="$places" -v days="$days" -v every="$every" -v last="$last" -f "$here/ledger.sql"
sql <<-SQL
	CREATE TABLE bench_day AS
	SELECT z.time_zone, d.day::date AS day,
	       d.day::timestamp AT TIME ZONE z.time_zone AS t0,
	       (d.day + 1)::timestamp AT TIME ZONE z.time_zone AS t1,
	       (d.day + time '08:00') AT TIME ZONE z.time_zone AS at_08,
	       (d.day + time '19:00') AT TIME ZONE z.time_zone AS at_19
	  FROM (SELECT DISTINCT time_zone FROM ref.departement) AS z
	 CROSS JOIN (SELECT date '$last' - $days - 10 + n AS day FROM generate_series(0, $days + 40) AS n) AS d
	 WHERE (d.day + 1)::timestamp AT TIME ZONE z.time_zone <= now();
	CREATE UNLOGGED TABLE bench_fact (place_id bigint, indicator_id smallint, day date, day_s integer,
	    known_s integer, value_s bigint, value_min integer, value_max integer, at_08 integer, at_19 integer,
	    at_24 integer, zero_s integer, manual_s integer, feed_s integer, n_obs integer, since_at timestamptz);
	ANALYZE;
SQL

run_report() {
	"$report" -d "host=$PGHOST port=${PGPORT:-5432} dbname=bench_report user=ror_report" -o "$work" "$@" 2>"$work/log" ||
	    { cat "$work/log" >&3; exit 1; }
}
# CPU seconds of the session's own backend: user and system ticks.
cpu="SELECT (split_part(s, ' ', 14)::int + split_part(s, ' ', 15)::int) / 100.0 FROM pg_read_file('/proc/self/stat') AS s"
columns='place_id, indicator_id, day, day_s, known_s, value_s, value_min, value_max, at_08, at_19, at_24, zero_s, manual_s, feed_s, n_obs, since_at'
differences="SELECT count(*) FROM ((SELECT $columns FROM mart.fct_place_day WHERE known_to = 'infinity' AND day >= :'from'
    EXCEPT SELECT $columns FROM bench_fact) UNION ALL (SELECT $columns FROM bench_fact WHERE known_s > 0 OR n_obs > 0
    EXCEPT SELECT $columns FROM mart.fct_place_day WHERE known_to = 'infinity')) AS x"
same() {
	[ "$1" = 0 ] || { echo "report.sh: $1 facts differ between SQL and the sweep: no figure" >&2; exit 1; }
}
json() {	# key, file of "sql ours" lines
	awk -v key="$1" '{ r[NR] = $1 / $2; o[NR] = $2; if ($2 > max) max = $2 }
	function median(v, n,   i, j, t) {
		for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (v[j] < v[i]) { t = v[i]; v[i] = v[j]; v[j] = t }
		return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
	}
	END { printf "{\"key\":\"%s\",\"ratio\":%.2f,\"median\":%.3f,\"p99\":%.3f,\"n\":%d}\n", key, median(r, NR), median(o, NR), max, NR }' "$2"
}

# --- rebuild -----------------------------------------------------------------
TIMEFORMAT='%U %S'
for _ in $(seq "$rounds"); do
	sql -c 'TRUNCATE mart.cut, mart.fct_place_day, mart.rpt_department_day, mart.dim_place, mart.dim_lock, bench_fact'
	{ time run_report nightly; } 2>"$work/time"
	own=$(awk 'END { print $1 + $2 }' "$work/time")
	read -r k first <<<"$(sql -F' ' -c "SELECT replace(cut_at::text, ' ', 'T'), day_from FROM mart.cut")"
	read_cpu=$(sql <<-SQL | tail -1
		\o /dev/null
		COPY ($(statement fct_ledger_whole "'$k'" 0 10000000000 | tr -d ';')) TO STDOUT (FORMAT binary) \g $work/rows
		\o
		$cpu;
	SQL
	)
	rm -f "$work/rows"
	slow=$(sql <<-SQL | tail -1
		SET work_mem = '512MB';
		SET max_parallel_workers_per_gather = 0;
		INSERT INTO mart.stage_window
		SELECT DISTINCT ON (place_id) place_id, time_zone, true, '$first'::date, '-infinity' FROM mart.dim_place ORDER BY place_id, valid DESC;
		CREATE TEMPORARY VIEW bench_obs AS $(statement fct_ledger_whole "'$k'" 0 10000000000)
		\i $here/report_slow.sql
		TRUNCATE mart.stage_window;
		$cpu;
	SQL
	)
	same "$(sql -v from="$first" <<<"$differences;")"
	echo "$slow $(awk "BEGIN { print $own + $read_cpu }")" >>"$work/rebuild"
done
json rebuild_cpu_vs_sql "$work/rebuild"

# --- a night -----------------------------------------------------------------
# News: every place says its indicators again, each 20th a value of up to ten
# days ago too.
news() {
	sql <<-SQL
	INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
	SELECT x.place_id, i.id, 1 + (x.place_id * $1 + i.id) % 12,
	       clock_timestamp() - CASE WHEN x.late THEN make_interval(hours => 24 + (x.place_id * 7 % 216)::int) ELSE interval '9 hours' END,
	       clock_timestamp(), '02', 950000000 + $1 * 10 + x.late::int
	  FROM (SELECT p.id AS place_id, l.late
	          FROM dir.place AS p
	         CROSS JOIN (VALUES (false), (true)) AS l (late)
	         WHERE p.id > 900000 AND (NOT l.late OR p.id % 20 = $1 % 20)) AS x
	 CROSS JOIN (VALUES (1), (2), (9), (20)) AS i (id);
	SQL
}
# The same night in SQL, undone at its end.
slow_night() {
	local since first k
	read -r since first <<<"$(sql -F' ' -c "SELECT replace(cut_at::text, ' ', 'T'), day_from FROM mart.cut WHERE published_at IS NOT NULL ORDER BY cut_at DESC LIMIT 1")"
	k=$(sql -c "SELECT replace(cap.cut()::text, ' ', 'T')")
	day=$(sql -c "SELECT ('$k'::timestamptz AT TIME ZONE 'UTC')::date - 1")
	{
		echo "BEGIN; SET LOCAL work_mem = '128MB'; SELECT mart.stage_clear();"
		statement roll_loops "'off'"
		statement dim_place_stage
		statement dim_lock_stage
		statement dim_first_day "'$k'" "'$since'::timestamptz" "'$first'::date"
		statement roll_loops "'on'"
		statement dim_dirty "'$first'::date" "'$day'::date" "'$k'" "'$since'::timestamptz"
		statement fct_window "'$k'" "'$since'::timestamptz" "'$first'::date" false
		echo "ANALYZE mart.stage_window;"
		echo "CREATE TEMPORARY VIEW bench_obs AS"
		statement fct_ledger "'$k'" "'$since'::timestamptz - interval '2 days'" 0 10000000000 | sed 's/;$//'
		echo "UNION ALL SELECT s.place_id, s.indicator_id, s.value, s.effective_at, '-infinity', 0, (ARRAY['01','02','90'])[s.source + 1] FROM ("
		statement fct_state 0 10000000000 | sed 's/;$//'
		echo ") AS s;"
		echo "TRUNCATE bench_fact;"
		cat "$here/report_slow.sql"
		cat <<-SQL
		INSERT INTO mart.stage_fact (place_id, indicator_id, day, known_from, day_s, known_s, value_s, value_min, value_max,
		       at_08, at_19, at_24, zero_s, manual_s, feed_s, n_obs, service_s, paired_s, since_source, since_at)
		SELECT place_id, indicator_id, day, '$k', day_s, known_s, value_s, value_min, value_max,
		       at_08, at_19, at_24, zero_s, manual_s, feed_s, n_obs, 0, 0, CASE WHEN since_at IS NULL THEN NULL ELSE 1 END, since_at
		  FROM bench_fact;
		INSERT INTO mart.stage_days SELECT place_id, first_day, '$day' FROM mart.stage_window WHERE first_day <= '$day';
		ANALYZE mart.stage_fact;
		ANALYZE mart.stage_days;
		SQL
		statement fct_close "'$k'"
		statement fct_open
		statement rpt_cells "'$k'::timestamptz"
		echo "ANALYZE mart.stage_cell;"
		statement rpt_sum "'$k'"
		echo "ANALYZE mart.stage_report;"
		statement rpt_close "'$k'::timestamptz"
		statement rpt_open "'$k'"
		statement check_states
		statement check_cross_foot
		statement check_drill_down
		echo "ROLLBACK;"
	} >"$work/night.sql"
	sql -o /dev/null -f "$work/night.sql" 2>&3
}

TIMEFORMAT=%R
sql -c 'ANALYZE'
for round in $(seq "$rounds"); do
	# The cut before must be a day ago, or no day would be new.
	sql -c "UPDATE mart.cut SET cut_at = cut_at - interval '1 day' WHERE cut_at = (SELECT max(cut_at) FROM mart.cut)" \
	    -c "DELETE FROM mart.rpt_department_day AS r USING ref.departement AS d
	         WHERE d.code = r.departement_code AND r.day >= ((SELECT max(cut_at) FROM mart.cut) AT TIME ZONE d.time_zone)::date" \
	    -c "DELETE FROM mart.fct_place_day AS f USING mart.dim_place AS d
	         WHERE d.place_id = f.place_id AND f.day >= ((SELECT max(cut_at) FROM mart.cut) AT TIME ZONE d.time_zone)::date"
	news "$round"
	slow=$({ time slow_night; } 2>&1 | tail -1)
	ours=$({ time run_report nightly; } 2>&1 | tail -1)
	echo "$slow $ours" >>"$work/night"
done
json night_vs_sql "$work/night"
