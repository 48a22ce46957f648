#!/bin/bash
# night.sh REPORT SITE.CONF - what timers run in production, as a loop: the
# night once at start and then after each midnight; survival pages and the
# sentinel each minute.
report=$1
conf=$2
child=
# In the background and waited for, so that a signal is heard at once.
run() {
	"$@" &
	child=$!
	wait "$child"
}
trap '[ -z "$child" ] || kill "$child" 2>/dev/null; exit 0' TERM INT
last=
while :; do
	run "$report" -c "$conf" survie
	run "$report" -c "$conf" sentinelle
	day=$(TZ=Europe/Paris date +%F)
	if [ "$day" != "$last" ] && run "$report" -c "$conf" nightly; then
		run "$report" -c "$conf" render
		last=$day
	fi
	run sleep 60
done
