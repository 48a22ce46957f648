# servers.sh - how each server of the stand is prepared, started and stopped.
# Sourced by stand.sh, which sets top, VAR, PORT, BUILD, data, simulator, fast.
# shellcheck shell=bash disable=SC2154

declare -A pids=()
pgbin=/usr/lib/postgresql/15/bin

say() { printf '%s\n' "$*"; }
die() { printf 'stand: %s\n' "$*" >&2; exit 1; }

# PostgreSQL and Chromium refuse root: started as root, everything runs as one
# system user.
as_user() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid="$run_user" --regid="$run_user" --init-groups -- "$@"
	else
		"$@"
	fi
}

# spawn NAME LOG COMMAND…: a server in the background, its number in pids.
# setpriv becomes the command, so the number is the server's own.
spawn() {
	local name=$1 log=$2
	shift 2
	as_user touch "$log"
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid="$run_user" --regid="$run_user" --init-groups \
		    -- "$@" >>"$log" 2>&1 &
	else
		"$@" >>"$log" 2>&1 &
	fi
	pids[$name]=$!
}

# Stop one process by its number, politely, then not.
stop_pid() {
	local pid=$1 signal=$2 i
	kill -"$signal" "$pid" 2>/dev/null || return 0
	for i in $(seq 200); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.05
	done
	kill -KILL "$pid" 2>/dev/null || true
}

stop_all() {
	local name
	trap - EXIT INT TERM
	rm -f "$VAR/ready.json"
	for name in simulator night nginx app auth api provider; do
		[ -z "${pids[$name]:-}" ] || stop_pid "${pids[$name]}" TERM
	done
	[ -z "${pids[slapd]:-}" ] || stop_pid "${pids[slapd]}" TERM
	[ -z "${pids[postgres]:-}" ] || stop_pid "${pids[postgres]}" INT
}

stand_prepare() {
	local d
	run_user=$(id -un)
	if [ "$(id -u)" = 0 ]; then
		run_user=ror
		id ror >/dev/null 2>&1 ||
		    useradd -r -M -s /usr/sbin/nologin ror
	fi
	mkdir -p "$VAR"
	if [ -e "$VAR/stand.pid" ] && kill -0 "$(cat "$VAR/stand.pid")" 2>/dev/null; then
		die "$VAR is in use by process $(cat "$VAR/stand.pid"): choose another VAR"
	fi
	echo $$ >"$VAR/stand.pid"
	# A socket's path has 107 bytes at most.
	RUN=$VAR/run
	if [ ${#VAR} -gt 70 ]; then
		RUN=/tmp/ror-$(id -u)-$PORT
	fi
	for d in log nginx data tls secret share bin; do
		mkdir -p "$VAR/$d"
	done
	rm -rf "$RUN"
	mkdir -p "$RUN"
	chmod 750 "$RUN" "$VAR/secret"
	[ "$(id -u)" != 0 ] || chown -R "$run_user" "$RUN" "$VAR"/{log,nginx,data,secret}
	as_user test -x "$VAR/log" ||
	    die "user $run_user can't reach $VAR: use VAR=/var/tmp/ror, or open the folders above it (chmod o+x)"
	for d in 0 1 3; do
		! (exec 3<>"/dev/tcp/127.0.0.1/$((PORT + d))") 2>/dev/null ||
		    die "port $((PORT + d)) is taken: choose another PORT"
	done
}

# What the servers read, where their user can reach it.
stand_install() {
	local share=$VAR/share
	rm -rf "$share" "${VAR:?}/bin"
	mkdir -p "$share" "$VAR/bin"
	cp "$BUILD"/ror-* "$VAR/bin/"
	cp -r "$top/build/static" "$top/build/templates" "$top/build/errors" \
	    "$top/nginx" "$top/sql" "$share/" 2>/dev/null || true
	rm -rf "$share/nginx/node_modules"
	cp "$top/tests/stand/night.sh" "$share/"
	[ -z "$psc" ] || cp -r "$top/tests/stand/provider" "$share/"
	[ ! -f "$top/build/departements.path" ] ||
	    cp "$top/build/departements.path" "$share/"
	[ -d "$share/static" ] && [ -d "$share/templates" ] ||
	    die "static files or templates are not built: run make first"
	chmod -R a+rX "$share" "$VAR/bin"
}

tls_prepare() {
	local t=$VAR/tls
	if [ ! -s "$t/server.crt" ] ||
	    ! openssl x509 -in "$t/server.crt" -noout -checkend 86400 >/dev/null; then
		openssl req -x509 -newkey rsa:2048 -nodes -days 3650 \
		    -subj "/CN=ROR demonstration authority" \
		    -keyout "$t/ca.key" -out "$t/ca.crt" 2>/dev/null
		openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" \
		    -keyout "$t/server.key" -out "$t/server.csr" 2>/dev/null
		printf 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n' >"$t/ext"
		openssl x509 -req -in "$t/server.csr" -CA "$t/ca.crt" \
		    -CAkey "$t/ca.key" -CAcreateserial -days 825 \
		    -extfile "$t/ext" -out "$t/server.crt" 2>/dev/null
	fi
	# The authority that signs certificates of feeds: here, whoever tests.
	[ -s "$t/feeds-ca.crt" ] ||
	    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 \
	    -subj "/CN=ROR demonstration feeds" \
	    -keyout "$t/feeds-ca.key" -out "$t/feeds-ca.crt" 2>/dev/null
	[ -s "$VAR/secret/secours" ] ||
	    openssl rand -hex 24 >"$VAR/secret/secours"
	chmod 640 "$t/ca.key" "$t/feeds-ca.key" "$t/server.key" "$VAR/secret/secours"
	[ "$(id -u)" != 0 ] || chown -R "$run_user" "$t" "$VAR/secret"
}

postgres_start() {
	local pg=$VAR/pg sync=on i
	[ -z "$fast" ] || sync=off
	if [ ! -s "$pg/PG_VERSION" ]; then
		mkdir -p "$pg"
		[ "$(id -u)" != 0 ] || chown "$run_user" "$pg"
		as_user "$pgbin/initdb" -D "$pg" -U postgres -A peer -E UTF8 \
		    --locale=C.UTF-8 >"$VAR/log/initdb.log"
		as_user tee "$pg/pg_hba.conf" >/dev/null <<-EOF
		# Unix socket only; the system's users may act as the programs' roles.
		local all all peer map=ror
		EOF
		as_user tee "$pg/pg_ident.conf" >/dev/null <<-EOF
		ror $run_user postgres
		ror root postgres
		EOF
		for i in app auth api report import read; do
			echo "ror $run_user ror_$i"
			echo "ror root ror_$i"
		done | as_user tee -a "$pg/pg_ident.conf" >/dev/null
	fi
	# A run that was killed leaves its servers; this one is in our folder.
	if [ -s "$pg/postmaster.pid" ] &&
	    grep -qs postgres "/proc/$(head -1 "$pg/postmaster.pid")/comm"; then
		stop_pid "$(head -1 "$pg/postmaster.pid")" INT
	fi
	spawn postgres "$VAR/log/postgres.log" "$pgbin/postgres" -D "$pg" -k "$RUN" -c listen_addresses= \
	    -c fsync=$sync -c synchronous_commit=$sync -c shared_buffers=512MB \
	    -c max_wal_size=4GB -c checkpoint_timeout=15min -c work_mem=32MB \
	    -c maintenance_work_mem=256MB -c log_timezone=UTC \
	    -c log_parameter_max_length_on_error=0
	for i in $(seq 300); do
		"$pgbin/pg_isready" -q -h "$RUN" -U postgres && break
		sleep 0.1
	done
	"$pgbin/pg_isready" -q -h "$RUN" -U postgres ||
	    die "PostgreSQL did not start: see $VAR/log/postgres.log"
	export PGHOST=$RUN PGUSER=postgres
	unset PGPORT PGDATABASE
}

# The demonstration, official files, or nothing; only once per VAR.
data_load() {
	local db=$VAR/share/sql/ror-db
	"$db" init >"$VAR/log/ror-db.log" || die "ror-db init failed: see $VAR/log/ror-db.log"
	if [ -e "$VAR/data.loaded" ]; then
		[ "$(cat "$VAR/data.loaded")" = "$data" ] ||
		    die "$VAR holds the data « $(cat "$VAR/data.loaded") », not « $data »: choose another VAR"
		case $data in
		region|national) "$db" demo --catch-up >>"$VAR/log/ror-db.log" ;;
		esac
		return
	fi
	case $data in
	none)	;;
	region|national)
		say "making the demonstration ($data)…"
		"$db" demo --scale "$data" >>"$VAR/log/ror-db.log" ||
		    die "the demonstration failed: see $VAR/log/ror-db.log" ;;
	*)	say "importing $data…"
		ROR_REFUSED_DIR=$VAR/data "$db" import all "$data" ||
		    die "the import failed"
		"$db" demo --accounts-only >>"$VAR/log/ror-db.log" ||
		    die "the accounts failed: see $VAR/log/ror-db.log" ;;
	esac
	echo "$data" >"$VAR/data.loaded"
}

site_conf() {
	cat <<-EOF
	public_url = https://localhost:$PORT
	demo = $(case $data in region|national) echo yes ;; *) echo no ;; esac)
	templates = $VAR/share/templates
	map_file = $([ ! -f "$VAR/share/departements.path" ] || echo "$VAR/share/departements.path")
	log_file = $VAR/log/fcgi.log
	run_dir = $RUN
	data_dir = $VAR/data
	database = host=$RUN dbname=ror
	app_workers = ${APP_WORKERS:-8}
	auth_workers = ${AUTH_WORKERS:-4}
	api_workers = ${API_WORKERS:-6}
	survival_secret_file = $VAR/secret/secours
	$(slapd_settings "$VAR/slapd" "$((PORT + 1))")
	sendmail = $VAR/bin/sendmail
	mail_folder = $VAR/mail
	second_factor_key_file = $VAR/secret/second-factor
	$([ "$data" != region ] || echo "conditions_version = 2026-11")
	login_documents = Premiers pas | /documents/premiers-pas.txt
	public.kinesitherapeutes.login_title = Connexion des kinésithérapeutes
	public.kinesitherapeutes.login_text = Pour décrire votre cabinet et vos disponibilités.
	public.kinesitherapeutes.login_documents = Premiers pas | /documents/premiers-pas.txt
	public.handicap.login_title = Connexion des établissements médico-sociaux
	public.handicap.login_text = Pour décrire l’offre d’accompagnement du handicap et ses places.
	public.handicap.login_documents = Premiers pas | /documents/premiers-pas.txt
	$([ -z "$psc" ] || provider_settings "$((PORT + 3))")
	EOF
}

# The local OpenID provider that stands for Pro Santé Connect; without its
# packages (Makefile) the demonstration goes on with passwords alone.
provider_prepare() {
	[ -n "$psc" ] || return 0
	if [ ! -d "$top/tests/stand/provider/node_modules" ]; then
		say "no simulator of Pro Santé Connect: npm could not install it"
		psc=
	fi
}

provider_settings() {
	cat <<-EOF
	psc = yes
	psc_discovery_url = https://localhost:$1/.well-known/wallet-openid-configuration
	psc_client_id = ror-demonstration
	psc_client_secret_file = $VAR/secret/psc
	psc_ca = $VAR/tls/ca.crt
	EOF
}

# In the background: the first to sign in waits for it, the stand does not.
provider_start() {
	local dir=$VAR/share/provider
	[ -n "$psc" ] || return 0
	[ -s "$VAR/secret/psc" ] || openssl rand -hex 24 >"$VAR/secret/psc"
	chmod 640 "$VAR/secret/psc"
	[ "$(id -u)" != 0 ] || chown "$run_user" "$VAR/secret/psc"
	cat >"$dir/settings.json" <<-EOF
	{ "port": $((PORT + 3)), "cert": "$VAR/tls/server.crt",
	  "key": "$VAR/tls/server.key", "ca": "$VAR/tls/ca.crt",
	  "public_url": "https://localhost:$PORT", "client_id": "ror-demonstration",
	  "secret_file": "$VAR/secret/psc", "mtls_dn": "CN=ror" }
	EOF
	chmod a+r "$dir/settings.json"
	NODE_EXTRA_CA_CERTS=$VAR/tls/ca.crt spawn provider \
	    "$VAR/log/provider.log" node "$dir/provider.mjs" "$dir/settings.json"
}

# Mails of this run stay in its folder; the pages say so.
mail_prepare() {
	mkdir -p "$VAR/mail" "$VAR/documents"
	cat >"$VAR/bin/sendmail" <<-EOF
	#!/bin/sh
	# Leaves each message in the folder, under a name of its own.
	cd "$VAR/mail" || exit 1
	n=\$(date +%Y%m%dT%H%M%S)-\$\$
	cat >".\$n" && mv ".\$n" "\$n.eml"
	EOF
	chmod 755 "$VAR/bin/sendmail"
	cp "$top/tests/stand/premiers-pas.txt" "$VAR/documents/"
	chmod -R a+rX "$VAR/documents"
	[ -s "$VAR/secret/second-factor" ] ||
	    openssl rand -hex 32 >"$VAR/secret/second-factor"
	chmod 600 "$VAR/secret/second-factor"
	[ "$(id -u)" != 0 ] || chown "$run_user" "$VAR/mail" "$VAR/secret/second-factor"
}

# A pool's parent is up when its socket is there and a worker answers.
pools_start() {
	local p i
	site_conf >"$VAR/site.conf"
	chmod a+r "$VAR/site.conf"
	for p in app auth api; do
		spawn $p "$VAR/log/fcgi.log" "$VAR/bin/ror-fcgi" \
		    -c "$VAR/site.conf" -p $p
	done
	for p in app auth api; do
		for i in $(seq 100); do
			[ -S "$RUN/$p.sock" ] && break
			sleep 0.05
		done
		[ -S "$RUN/$p.sock" ] ||
		    die "pool $p did not start: see $VAR/log/fcgi.log"
	done
}

nginx_start() {
	local i
	sed -e "s|@VAR@|$VAR|g" -e "s|@RUN@|$RUN|g" \
	    -e "s|@SHARE@|$VAR/share|g" -e "s|@PORT@|$PORT|g" \
	    -e "s|@FEEDS_CA@|$VAR/tls/feeds-ca.crt|g" \
	    -e "s|@WORKERS@|2|g" -e "s|@KEEPALIVE@|2|g" \
	    -e "s|@SECRET@|$(cat "$VAR/secret/secours")|g" \
	    "$top/nginx/nginx.conf.in" >"$VAR/nginx/nginx.conf"
	[ "$(id -u)" != 0 ] || chown "$run_user" "$VAR/nginx/nginx.conf"
	chmod 600 "$VAR/nginx/nginx.conf"
	spawn nginx "$VAR/log/nginx.log" nginx -e "$VAR/log/nginx.log" \
	    -c "$VAR/nginx/nginx.conf"
	for i in $(seq 100); do
		(exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && return
		sleep 0.05
	done
	die "nginx did not start: see $VAR/log/nginx.log"
}

# What timers do in production: survival pages every minute, the night when a
# day has ended, and here the simulator that keeps the demonstration alive.
night_start() {
	if [ -x "$VAR/bin/ror-report" ]; then
		spawn night "$VAR/log/report.log" bash \
		    "$VAR/share/night.sh" "$VAR/bin/ror-report" "$VAR/site.conf"
	fi
	if [ -n "$simulator" ] && [ "$data" = region ] &&
	    [ -f "$VAR/share/sql/demo/simulate.sh" ]; then
		spawn simulator "$VAR/log/simulator.log" bash \
		    "$VAR/share/sql/demo/simulate.sh"
	fi
}

write_ready() {
	{
		printf '{"url": "https://localhost:%s", "accounts": [' "$PORT"
		awk -F';' 'NR > 1 { printf "%s{\"login\": \"%s\", \"password\": \"%s\", \"role\": \"%s\", \"scope\": \"%s:%s\", \"must_change\": %s}", (NR > 2 ? ", " : ""), $1, $3, $4, $5, $6, ($7 == 1 ? "true" : "false") }' \
		    "$top/sql/demo/accounts.csv"
		printf '], "feed_secret": "secret-de-demonstration", "postgres": "host=%s dbname=ror user=ror_read", "pids": {' "$RUN"
		printf '"nginx": %s, "postgres": %s, "slapd": %s, "app": %s, "auth": %s, "api": %s, "provider": %s}}\n' \
		    "${pids[nginx]}" "${pids[postgres]}" "${pids[slapd]}" \
		    "${pids[app]}" "${pids[auth]}" "${pids[api]}" \
		    "${pids[provider]:-null}"
	} >"$VAR/ready.json.tmp"
	chmod a+r "$VAR/ready.json.tmp"
	mv "$VAR/ready.json.tmp" "$VAR/ready.json"
}

announce() {
	say ""
	say "  https://localhost:$PORT   (local certificate: $VAR/tls/ca.crt)"
	say ""
	awk -F';' 'NR > 1 { printf "  %-36s %-20s %-12s %s\n", $1, $3, $4, $8 }' \
	    "$top/sql/demo/accounts.csv"
	say ""
	[ -z "$psc" ] ||
	    say "  Pro Santé Connect is simulated, with invented identities: button on the sign-in page."
	say "  Ctrl-C stops everything."
}

# Until a signal, or until one of the servers ends by itself.
wait_for_end() {
	local name
	while :; do
		for name in nginx postgres slapd app auth api; do
			kill -0 "${pids[$name]}" 2>/dev/null ||
			    die "$name ended: see $VAR/log"
		done
		sleep 1 &
		wait $! || true
	done
}
