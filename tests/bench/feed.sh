#!/bin/bash
# feed.sh - PATCHes of 100 feeds through nginx and the pool api, against
# pgbench running the same SELECT … FROM cap.feed_save(…).
#
# usage: VAR=folder-of-a-running-stand tests/bench/feed.sh
# Environment: ROUNDS (5), ROUND_S (4), FEEDS (100), CLIENTS (100), API_WORKERS (16).
#
# The stand must have been started with fsync (not --fast).  Each feed has one
# site of the demonstration, its token, and the site's places; a connection of
# wrk is a sender.  First every value moves its place (two rows of the ledger
# and an entry each), then every value is equal: a confirmation.  After each
# round of values, the ledger must have grown by what was acknowledged, and at
# most by what was under way when wrk stopped.
# Prints two lines of JSON: feed_vs_pgbench and feed_confirm; ratio = median of
# the rounds' ratios, median = PATCHes a second through nginx, p99 = ms.
set -euo pipefail

VAR=$(realpath "${VAR:?folder of a running stand}")
here=$(dirname "$(readlink -f "$0")")
rounds=${ROUNDS:-5}
round_s=${ROUND_S:-4}
feeds=${FEEDS:-100}
clients=${CLIENTS:-100}
dir=$VAR/bench-feed
run_id=$(($(date +%s) % 16777216))

. "$here/front.sh"
port=$((PORT + 8))

[ "$(sql 'SHOW fsync')$(sql 'SHOW synchronous_commit')" = onon ] ||
    { echo "feed.sh: the stand runs without fsync" >&2; exit 1; }

finish() {
	# Their entries stay, they are evidence; their rights do not.
	sql "DELETE FROM auth.feed_token AS t USING auth.feed AS f
	      WHERE f.id = t.feed_id AND f.name LIKE 'bench-%';
	     DELETE FROM auth.feed_site AS s USING auth.feed AS f
	      WHERE f.id = s.feed_id AND f.name LIKE 'bench-%'" || true
	front_stop
}
trap finish EXIT

[ -n "${KEEP:-}" ] || rm -rf "$dir"
mkdir -p "$dir"
sql "WITH place AS (
         SELECT c.code, n.site_finess AS site,
                dense_rank() OVER (ORDER BY n.site_finess) AS rank
           FROM dir.place_code AS c
           JOIN dir.place_now AS n ON n.place_id = c.place_id AND n.site_id = c.site_id
          WHERE n.nature = '01' AND NOT n.locked @> now()
     ), feed AS (
         INSERT INTO auth.feed (name, label, source)
         SELECT DISTINCT 'bench-' || p.rank, 'Mesure', '02' FROM place AS p WHERE p.rank <= $feeds
             ON CONFLICT (name) DO UPDATE SET label = EXCLUDED.label
         RETURNING id, name
     ), site AS (
         INSERT INTO auth.feed_site (feed_id, site)
         SELECT DISTINCT f.id, p.site FROM feed AS f JOIN place AS p ON f.name = 'bench-' || p.rank
     ), token AS (
         INSERT INTO auth.feed_token (token_sha256, feed_id, issued_at, expires_at)
         SELECT sha256(decode(md5(f.name || $run_id) || md5(f.name), 'hex')), f.id, now(), now() + interval '1 day'
           FROM feed AS f
     )
     SELECT md5(f.name || $run_id) || md5(f.name) || ' ' || p.site || ' ' || p.code
       FROM feed AS f
       JOIN place AS p ON f.name = 'bench-' || p.rank
      ORDER BY p.site, p.code" >"$dir/feeds"
[ -s "$dir/feeds" ] || { echo "feed.sh: no place has a code" >&2; exit 1; }

list() { cut -d' ' -f"$1" "$dir/feeds" | paste -sd, -; }
n=$(wc -l <"$dir/feeds")
for kind in change confirm; do
	cat >"$dir/$kind.sql" <<-SQL
	\\set i random(1, $n)
	\\set v $([ $kind = change ] && echo 'random(0, 9999)' || echo 3)
	SELECT s.request, s.outcome, s.op, s.detail, s.version, s.touched_at, s.feed
	  FROM cap.feed_save(('{$(list 1)}'::text[])[:i], '{}', ARRAY[('{$(list 2)}'::text[])[:i]],
	       ARRAY[('{$(list 3)}'::text[])[:i]], '{NULL}', '{1}', '{add}', '{02/01/04/-/-/-}', '{01}',
	       ARRAY[:v::integer], '{NULL}', '{NULL}', '{02}') AS s
	 WHERE 1 / (s.outcome = 'ok')::int = 1;
	SQL
done

since=$(sql 'SELECT now()')
# The rule of nginx/README.md: more workers than kept connections.
sed -i "s/^api_workers = .*/api_workers = ${API_WORKERS:-16}/" "$VAR/site.conf"
front_start api "s/keepalive 2;/keepalive 6;/"

# A round of wrk; the number it had acknowledged in $dir/acked.
ours() {
	run_id=$((run_id + 1))
	wrk -t2 -c"$clients" -d"${round_s}s" --timeout 10s --latency \
	    -s "$here/feed.lua" "https://localhost:$port" -- "$dir/feeds" "$run_id" "$1" >"$dir/wrk"
	awk '/requests in/ { print $1 }' "$dir/wrk" >"$dir/acked"
	wrk_figures <"$dir/wrk"
}

theirs() {
	pgbench -n -M prepared -c 16 -j 2 -T "$round_s" -f "$dir/$1.sql" \
	    -h "$run" -U ror_api ror 2>"$dir/pgbench.err" |
	    awk '/^tps =/ { t = $3 } /failed transactions: [1-9]/ { t = "" } END { print t + 0 }' ||
	    { head -5 "$dir/pgbench.err" >&2; return 1; }
}

recorded() {
	sql "SET enable_nestloop = off;
	     SELECT count(*) FROM cap.observation AS o JOIN cap.entry AS e ON e.id = o.entry_id
	      WHERE e.feed LIKE 'bench-%' AND o.indicator_id = 4 AND o.recorded_at >= '$since'"
}

measure() {
	local kind=$1 base before after acked patches p99 bad
	ours "$kind" >/dev/null
	theirs "$kind" >/dev/null
	for _ in $(seq "$rounds"); do
		base=$(theirs "$kind")
		before=$(recorded)
		read -r patches p99 bad <<<"$(ours "$kind")"
		if [ "$bad" != 0 ] || [ "$base" = 0 ]; then
			echo "feed.sh: errors in a round" >&2
			cat "$dir/wrk" "$dir/pgbench.err" >&2
			exit 1
		fi
		after=$(recorded)
		acked=$(cat "$dir/acked")
		if [ "$kind" = change ] &&
		    { [ $((after - before)) -lt "$acked" ] || [ $((after - before)) -gt $((acked + clients)) ]; }; then
			echo "feed.sh: $acked acknowledged, $((after - before)) in the ledger" >&2
			exit 1
		fi
		echo "# $kind: acknowledged $acked, in the ledger $((after - before))" >&2
		echo "$patches $base $p99"
	done
}

measure change >"$dir/change.lines"
ratio_line feed_vs_pgbench <"$dir/change.lines"
measure confirm >"$dir/confirm.lines"
ratio_line feed_confirm <"$dir/confirm.lines"
