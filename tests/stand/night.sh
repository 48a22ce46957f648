#!/bin/bash
# night.sh REPORT SITE.CONF - what timers run in production, as a loop: the
# night once at start and then after each midnight, survival pages each minute.
report=$1
conf=$2
trap 'kill "$!" 2>/dev/null; exit 0' TERM INT
last=
while :; do
	day=$(TZ=Europe/Paris date +%F)
	if [ "$day" != "$last" ]; then
		"$report" -c "$conf" nightly && "$report" -c "$conf" render
		last=$day
	fi
	"$report" -c "$conf" survie
	sleep 60 &
	wait $!
done
