# front.sh - what benches over HTTP share; sourced with VAR set; $dir and $port before front_start.
#
# A second nginx and pool in front of a running stand (VAR), on $port and in
# $dir, with the stand's configuration less its rate limits and access log: the
# stand's own connections would pin workers.
#
#   front_start POOL [SED-EXPRESSION]…    more edits of nginx.conf
#   front_stop                            of EXIT traps, also when half started
#   wrk_figures                           wrk --latency | « requests/s p99_ms bad »
#   ratio_line KEY                        « ours theirs p99 » lines | one line of JSON

run=$(sed -n 's/^run_dir = //p' "$VAR/site.conf")
PORT=${PORT:-$(sed -n 's/.*"url" *: *"https:..localhost:\([0-9]*\)".*/\1/p' "$VAR/ready.json")}
front_nginx=
front_pool=

sql() { psql -XqAt -v ON_ERROR_STOP=1 -h "$run" -U postgres -d ror -c "$1"; }

front_until() {
	for _ in $(seq 100); do
		"$@" 2>/dev/null && return
		sleep 0.05
	done
	echo "front.sh: $* never came true" >&2
	return 1
}

front_listens() { (exec 3<>"/dev/tcp/127.0.0.1/$port"); }

front_start() {
	local pool=$1 user group edit=() as_user=()
	shift
	for e; do edit+=(-e "$e"); done
	mkdir -p "$dir/tmp" "$dir/run"
	sed -e '/limit_req/d' -e "s|\(listen .*:\)$PORT|\1$port|" \
	    -e "s|$VAR/nginx/|$dir/tmp/|" -e "s|^pid .*|pid $dir/pid;|" \
	    -e "s|$run/$pool.sock|$dir/run/$pool.sock|" \
	    -e "s|access_log [^o].*;|access_log off;|" "${edit[@]}" \
	    "$VAR/nginx/nginx.conf" >"$dir/nginx.conf"
	sed -e "s|^run_dir = .*|run_dir = $dir/run|" \
	    -e "s|^log_file = .*|log_file = $dir/fcgi.log|" \
	    "$VAR/site.conf" >"$dir/site.conf"
	# Everything of the stand runs as one user.
	user=$(stat -c %U "$run/$pool.sock")
	group=$(stat -c %G "$run/$pool.sock")
	if [ "$(id -u)" = 0 ]; then
		chown -R "$user:$group" "$dir"
		as_user=(setpriv --reuid="$user" --regid="$group" --init-groups --)
	fi
	"${as_user[@]}" "$VAR/bin/ror-fcgi" -c "$dir/site.conf" -p "$pool" &
	front_pool=$!
	front_until test -S "$dir/run/$pool.sock"
	"${as_user[@]}" nginx -e "$dir/tmp/error.log" -c "$dir/nginx.conf" &
	front_nginx=$!
	front_until front_listens
}

front_stop() {
	[ -z "$front_nginx" ] || kill "$front_nginx" 2>/dev/null || true
	[ -z "$front_pool" ] || { kill "$front_pool" && wait "$front_pool"; } 2>/dev/null || true
	[ -n "${KEEP:-}" ] || rm -rf "$dir"
}

wrk_figures() {
	awk '
	function ms(t) {
		return t ~ /us$/ ? t / 1000 : t ~ /ms$/ ? t + 0 : t * 1000
	}
	$1 == "99%" { p99 = ms($2) }
	/Requests\/sec/ { n = $2 }
	/Non-2xx|Socket errors/ { bad = 1 }
	END { printf "%.1f %.2f %d\n", n, p99, bad }'
}

# The rounds go to standard error, their medians to standard output.
ratio_line() {
	awk -v key="$1" '
	function median(v, n,   i, j, t) {
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && v[j] < v[j - 1]; j--) {
				t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
			}
		return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
	}
	{ ratio[NR] = $1 / $2; ours[NR] = $1; p99[NR] = $3
	  printf "# %s: ours %s theirs %s p99 %s ms\n", key, $1, $2, $3 >"/dev/stderr" }
	END {
		if (NR == 0)
			exit 1
		printf "{\"key\":\"%s\",\"ratio\":%.3f,\"median\":%.0f,\"p99\":%.2f,\"n\":%d}\n",
		    key, median(ratio, NR), median(ours, NR), median(p99, NR), NR
	}'
}
