#!/bin/bash
# save.sh - saving a row through nginx and the pool, against pgbench running
# the statement it sends: SELECT … FROM cap.save_ask(…).
#
# usage: VAR=folder-of-a-running-stand tests/bench/save.sh
# Environment: ROUNDS (5), ROUND_S (4), PLACES (200), CLIENTS (16).
#
# The stand must have been started with fsync (not --fast).  Both sides confirm
# the same values of random places of the same few, each under a new key: a
# whole save, every time.  A second nginx and pool app (the stand's own
# connections would pin workers) serve without rate limits.  Rounds in turn.
# Prints a line of JSON: ratio = median of the rounds' ratios, median = saves
# a second through nginx, p99 = ms of one, n = rounds.  And another for a page
# of 50 places against one place, one client each: ratio = how many times longer
# the page takes (3 at most), median = pages a second.
set -euo pipefail

VAR=$(realpath "${VAR:?folder of a running stand}")
here=$(dirname "$(readlink -f "$0")")
rounds=${ROUNDS:-5}
round_s=${ROUND_S:-4}
clients=${CLIENTS:-16}
dir=$VAR/bench-save
token=$(openssl rand -hex 32)
csrf=$(openssl rand -hex 32 | cut -c1-43)
run_id=$(($(date +%s) % 16777216))

. "$here/front.sh"
port=$((PORT + 7))

[ "$(sql 'SHOW fsync')$(sql 'SHOW synchronous_commit')" = onon ] ||
    { echo "save.sh: the stand runs without fsync" >&2; exit 1; }

finish() {
	# The account stays: its entries are evidence.  Its rights do not.
	sql "DELETE FROM auth.session WHERE token_sha256 = sha256(decode('$token', 'hex'));
	     DELETE FROM auth.grant AS g USING auth.account AS a
	      WHERE a.id = g.account_id AND a.login = 'bench.save'" || true
	front_stop
}
trap finish EXIT

account=$(sql "INSERT INTO auth.account (login, name) VALUES ('bench.save', 'Mesure')
    ON CONFLICT (login) DO UPDATE SET name = EXCLUDED.name RETURNING id")
sql "INSERT INTO auth.grant (account_id, role, scope, code, valid)
     VALUES ($account, 'bed_manager', 'france', 'FR', '[2020-01-01,)');
     INSERT INTO auth.session (token_sha256, account_id, csrf, method,
         must_change, created_at, last_seen_at)
     VALUES (sha256(decode('$token', 'hex')), $account, '$csrf', 'ldap', false,
         now(), now())"

[ -n "${KEEP:-}" ] || rm -rf "$dir"
mkdir -p "$dir"
# The values that both sides confirm, and the versions that this gives.  In
# simple mode, as the rounds: it retracts what women and men were said apart.
sql "SELECT s.place_id || ' ' || s.version
       FROM (SELECT array_agg(x.place_id) AS places, array_agg(x.version) AS versions
               FROM (SELECT b.place_id, b.version FROM cap.place_board AS b
                      WHERE b.nature = '01' AND NOT b.locked @> now()
                      ORDER BY b.place_id LIMIT ${PLACES:-200}) AS x) AS p,
            LATERAL (SELECT array_agg(y.place_id) AS place, array_agg(i.id) AS indicator,
                            array_agg(i.value) AS value
                       FROM unnest(p.places) AS y (place_id),
                            (VALUES (1, 20), (2, 1), (3, 0), (4, 3), (9, 0)) AS i (id, value)) AS o,
            cap.save($account, 'simple', gen_random_uuid(), '01', NULL, p.places, p.versions,
                     array_fill(NULL::text, ARRAY[cardinality(p.places)]),
                     o.place, o.indicator::smallint[], o.value) AS s
      WHERE s.outcome = 'ok'" >"$dir/places"
[ -s "$dir/places" ] || { echo "save.sh: no place to save" >&2; exit 1; }
list() { cut -d' ' -f"$1" "$dir/places" | paste -sd, -; }
n=$(wc -l <"$dir/places")
cat >"$dir/save.sql" <<-SQL
	\\set i random(1, $n)
	SELECT s.place_id, s.outcome, s.version
	  FROM cap.save_ask(false, $account, 'simple', gen_random_uuid(),
	       ARRAY[('{$(list 1)}'::int8[])[:i]], ARRAY[('{$(list 2)}'::int8[])[:i]],
	       '{NULL}', array_fill(('{$(list 1)}'::int8[])[:i], ARRAY[4]), '{0,0,0,0}',
	       '{1,2,4,9}', '{20,1,3,0}') AS s
	 WHERE 1 / (s.outcome = 'ok')::int = 1
	 ORDER BY s.place_id;
SQL

front_start app

# « saves/s p99_ms bad » of one round
ours() {
	wrk -t2 -c"$clients" -d"${round_s}s" --timeout 10s --latency \
	    -s "$here/save.lua" \
	    "https://localhost:$port" -- "$token" "$csrf" "$dir/places" "$run_id" |
	    wrk_figures
}

theirs() {
	pgbench -n -M prepared -c "$clients" -j 2 -T "$round_s" -f "$dir/save.sql" \
	    -h "$run" -U ror_app ror 2>"$dir/pgbench.err" |
	    awk '/^tps =/ { t = $3 } /failed transactions: [1-9]/ { t = "" } END { print t + 0 }' ||
	    { head -5 "$dir/pgbench.err" >&2; return 1; }
}

# requests/s of one client that saves $1 places at once, with keys of run $2
alone() {
	wrk -t1 -c1 -d"${round_s}s" --timeout 10s -s "$here/save.lua" \
	    "https://localhost:$port" -- "$token" "$csrf" "$dir/places" "$2" "$1" | awk '
	/Requests\/sec/ { n = $2 }
	/Non-2xx|Socket errors/ { n = 0 }
	END { print n + 0 }'
}

before=$(sql "SELECT count(*) FROM cap.entry WHERE account_id = $account")
ours >/dev/null
theirs >/dev/null
for _ in $(seq "$rounds"); do
	# A round has keys of its own: a key that was used is no save.
	run_id=$((run_id + 1))
	base=$(theirs)
	read -r saves p99 bad <<<"$(ours)"
	if [ "$bad" != 0 ] || [ "$base" = 0 ]; then
		echo "save.sh: errors in a round" >&2
		cat "$dir/pgbench.err" >&2
		exit 1
	fi
	echo "$saves $base $p99"
done | ratio_line save_vs_pgbench
if [ "$n" -ge 50 ]; then
	for round in $(seq "$rounds"); do
		echo "$(alone 1 $((run_id + 1000 + round))) $(alone 50 $((run_id + 2000 + round)))"
	done | awk '$1 > 0 && $2 > 0 { print $1 / $2, $2 }' | sort -g | awk '
	{ ratio[NR] = $1; pages[NR] = $2 }
	END {
		if (NR == 0)
			exit 1
		m = int((NR + 1) / 2)
		printf "{\"key\":\"save_page\",\"ratio\":%.2f,\"median\":%.0f,\"n\":%d}\n", ratio[m], pages[m], NR
	}' || { echo "save.sh: errors in a page" >&2; exit 1; }
fi
# Every answer that was counted as saved is an entry.
[ "$(sql "SELECT count(*) FROM cap.entry WHERE account_id = $account")" -gt "$before" ] ||
    { echo "save.sh: nothing was recorded" >&2; exit 1; }
