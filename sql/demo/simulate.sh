#!/bin/bash
# simulate.sh - keeps the demonstration alive: every PERIOD seconds a few feeds
# speak and now and then an establishment saves its board, through one psql
# connection, until SIGTERM or SIGINT.
#
#   simulate.sh [PERIOD]        default 20
#
# Environment: libpq's PGHOST, PGPORT…; ROR_DATABASE (default ror); connects as
# the superuser of the private cluster, because feeds write the ledger as its
# owner.  People's values go through cap.save() as ror_app, like the pages'.
set -euo pipefail

period=${1:-20}
[[ $period =~ ^[0-9]+(\.[0-9]+)?$ ]] || { echo "usage: simulate.sh [PERIOD]" >&2; exit 2; }
export PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning"

feeds() { echo 'SELECT demo.feeds_speak(3) \g /dev/null'; }

# \gset keeps the arguments on psql's side: ror_app has no right on demo.
save() {
	cat <<-'SQL'
	SELECT false AS found \gset
	SELECT true AS found, n.* FROM demo.next_save() AS n \gset
	\if :found
	SET ROLE ror_app;
	SELECT s.outcome FROM cap.save(:account, 'simple', :'key', '01', NULL,
	    :'places', :'versions', :'comments', :'obs_places', :'obs_indicators',
	    :'obs_values') AS s \g /dev/null
	RESET ROLE;
	\endif
	SQL
}

stop=0
trap 'stop=1' TERM INT
coproc PSQL { exec psql -X -q -d "${ROR_DATABASE:-ror}" >&2; }
pid=$PSQL_PID
turn=0
while [ "$stop" = 0 ] && kill -0 "$pid" 2>/dev/null; do
	{
		feeds
		[ $((turn % 3)) -ne 0 ] || save
	} >&"${PSQL[1]}" || break
	turn=$((turn + 1))
	# Waited for in the background, so that the signal is heard at once.
	sleep "$period" &
	nap=$!
	wait "$nap" || true
	kill "$nap" 2>/dev/null || true
done
eval "exec ${PSQL[1]}>&-" 2>/dev/null || true
wait "$pid" 2>/dev/null || true
