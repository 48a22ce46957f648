#!/bin/bash
# availability.sh - the availability page against the same bytes as a file.
#
# usage: VAR=folder-of-a-running-stand [PORT=8443] tests/bench/availability.sh
# Environment: ROUNDS (5), ROUND_S (4), BENCH_PATH (/disponibilites?region=11).
#
# A second nginx and pool app (the stand's own connections would pin workers),
# with the stand's configuration less its rate limits, serve both from one TLS
# listener: identity encoding, HTTP/1.1, 16 connections,
# rounds in turn.  Prints one line of JSON: ratio = median of the rounds'
# ratios, median = pages a second, p99 = ms of the page, n = rounds.
set -euo pipefail

VAR=$(realpath "${VAR:?folder of a running stand}")
here=$(dirname "$(readlink -f "$0")")
rounds=${ROUNDS:-5}
round_s=${ROUND_S:-4}
path=${BENCH_PATH:-/disponibilites?region=11}
dir=$VAR/bench-availability
token=$(openssl rand -hex 32)

. "$here/front.sh"
port=$((PORT + 8))

finish() {
	sql "DELETE FROM auth.session WHERE token_sha256 = sha256(decode('$token', 'hex'))" || true
	front_stop
}
trap finish EXIT

sql "INSERT INTO auth.session (token_sha256, account_id, csrf, method,
         must_change, created_at, last_seen_at)
     SELECT sha256(decode('$token', 'hex')), g.account_id, repeat('b', 43),
            'ldap', false, now(), now()
       FROM auth.grant_now AS g
      WHERE g.role = 'clinician' ORDER BY g.account_id LIMIT 1"

[ -n "${KEEP:-}" ] || rm -rf "$dir"
mkdir -p "$dir/www"
front_start app "s|^\(\t*\)location / {|\1location = /page.html { root $dir/www; include $VAR/share/nginx/headers.conf; }\n&|"

url=https://localhost:$port
cookie="Cookie: __Host-ror=$token"
# --raw bytes: what both sides must send.
curl -skf -H "$cookie" "$url$path" -o "$dir/www/page.html"
chmod a+r "$dir/www/page.html"

# « requests/s p99_ms errors » of one round
round() {
	wrk -t2 -c16 -d"${round_s}s" --latency -H "$cookie" "$url$1" | wrk_figures
}

round "$path" >/dev/null
for _ in $(seq "$rounds"); do
	read -r file _ bad1 <<<"$(round /page.html)"
	read -r page p99 bad2 <<<"$(round "$path")"
	[ "$bad1$bad2" = 00 ] || { echo "availability.sh: errors in a round" >&2; exit 1; }
	echo "$page $file $p99"
done | ratio_line availability_vs_static
