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
PORT=${PORT:-$(sed -n 's/.*"url" *: *"https:..localhost:\([0-9]*\)".*/\1/p' "$VAR/ready.json")}
rounds=${ROUNDS:-5}
round_s=${ROUND_S:-4}
path=${BENCH_PATH:-/disponibilites?region=11}
dir=$VAR/bench-availability
port=$((PORT + 8))
run=$(sed -n 's/^run_dir = //p' "$VAR/site.conf")
token=$(openssl rand -hex 32)

sql() { psql -XqAt -v ON_ERROR_STOP=1 -h "$run" -U postgres -d ror -c "$1"; }

finish() {
	[ -z "${nginx:-}" ] || kill "$nginx" 2>/dev/null || true
	[ -z "${pool:-}" ] || { kill "$pool" && wait "$pool"; } 2>/dev/null || true
	sql "DELETE FROM auth.session WHERE token_sha256 = sha256(decode('$token', 'hex'))" || true
	[ -n "${KEEP:-}" ] || rm -rf "$dir"
}
trap finish EXIT

sql "INSERT INTO auth.session (token_sha256, account_id, csrf, method,
         must_change, created_at, last_seen_at)
     SELECT sha256(decode('$token', 'hex')), g.account_id, repeat('b', 43),
            'ldap', false, now(), now()
       FROM auth.grant_now AS g
      WHERE g.role = 'clinician' ORDER BY g.account_id LIMIT 1"

[ -n "${KEEP:-}" ] || rm -rf "$dir"
mkdir -p "$dir/tmp" "$dir/www" "$dir/run"
# Everything of the stand runs as one user.
user=$(stat -c %U "$run/app.sock")
group=$(stat -c %G "$run/app.sock")
sed -e '/limit_req/d' -e "s|\(listen .*:\)$PORT|\1$port|" \
    -e "s|$VAR/nginx/|$dir/tmp/|" -e "s|^pid .*|pid $dir/pid;|" \
    -e "s|$run/app.sock|$dir/run/app.sock|" -e "s|access_log [^o].*;|access_log off;|" \
    -e "s|^\(\t*\)location / {|\1location = /page.html { root $dir/www; include $VAR/share/nginx/headers.conf; }\n&|" \
    "$VAR/nginx/nginx.conf" >"$dir/nginx.conf"
sed -e "s|^run_dir = .*|run_dir = $dir/run|" -e "s|^log_file = .*|log_file = $dir/fcgi.log|" \
    "$VAR/site.conf" >"$dir/site.conf"
as_user=()
if [ "$(id -u)" = 0 ]; then
	chown -R "$user:$group" "$dir"
	as_user=(setpriv --reuid="$user" --regid="$group" --init-groups --)
fi
"${as_user[@]}" "$VAR/bin/ror-fcgi" -c "$dir/site.conf" -p app &
pool=$!
for _ in $(seq 100); do
	[ -S "$dir/run/app.sock" ] && break
	sleep 0.05
done
"${as_user[@]}" nginx -e "$dir/tmp/error.log" -c "$dir/nginx.conf" &
nginx=$!
for _ in $(seq 100); do
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
	sleep 0.05
done

url=https://localhost:$port
cookie="Cookie: __Host-ror=$token"
# --raw bytes: what both sides must send.
curl -skf -H "$cookie" "$url$path" -o "$dir/www/page.html"
chmod a+r "$dir/www/page.html"

# « requests/s p99_ms errors » of one round
round() {
	wrk -t2 -c16 -d"${round_s}s" --latency -H "$cookie" "$url$1" | awk '
	function ms(t) {
		return t ~ /us$/ ? t / 1000 : t ~ /ms$/ ? t + 0 : t * 1000
	}
	$1 == "99%" { p99 = ms($2) }
	/Requests\/sec/ { n = $2 }
	/Non-2xx|Socket errors/ { bad = 1 }
	END { printf "%.1f %.2f %d\n", n, p99, bad }'
}

round "$path" >/dev/null
for _ in $(seq "$rounds"); do
	read -r file _ bad1 <<<"$(round /page.html)"
	read -r page p99 bad2 <<<"$(round "$path")"
	[ "$bad1$bad2" = 00 ] || { echo "availability.sh: errors in a round" >&2; exit 1; }
	echo "$page $file $p99"
done | awk '
function median(v, n,   i, j, t) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j] < v[j - 1]; j--) {
			t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
		}
	return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}
{ ratio[NR] = $1 / $2; page[NR] = $1; p99[NR] = $3
  printf "# page %s file %s p99 %s ms\n", $1, $2, $3 >"/dev/stderr" }
END {
	if (NR == 0)
		exit 1
	printf "{\"key\":\"availability_vs_static\",\"ratio\":%.3f,\"median\":%.0f,\"p99\":%.2f,\"n\":%d}\n",
	    median(ratio, NR), median(page, NR), median(p99, NR), NR
}'
