#!/bin/bash
# chart.sh - our charts against gnuplot's, 10 series x 365 days, same size.
#
# usage: tests/bench/chart.sh [build folder]     (default build/release)
# Environment: ROUNDS (5), CHARTS (60).
#
# CPU time, in rounds by turns: a busy machine stretches the clock of both sides
# unevenly.  Neither side pays for its start: bench_chart draws all its
# charts in one process and times only those; gnuplot draws n + 1 charts and
# one chart in two processes, and the difference is divided by n.
# Prints a line of JSON per format: ratio = median of the rounds' ratios
# (gnuplot / ours), median and p99 = CPU ms of our chart, n = rounds.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
ours=${1:-build/release}/bench/bench_chart
rounds=${ROUNDS:-5}
charts=${CHARTS:-60}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$ours" data >"$work/data"

gnuplot_ms() {	# format n: CPU, user and system
	local TIMEFORMAT='%U %S'
	{ time gnuplot -e "format='$1'; n=$2; data='$work/data'; out='$work/out'" \
	    "$here/chart.gp"; } 2>&1 | awk '{ print ($1 + $2) * 1000 }'
}

median() { sort -g | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2 }'; }

for ((r = 0; r < rounds; r++)); do
	for format in svg png pdf; do
		read -r ms _ < <("$ours" "$format" "$charts")
		many=$(gnuplot_ms "$format" $((charts + 1)))
		one=$(gnuplot_ms "$format" 1)
		awk -v f="$format" -v o="$ms" -v m="$many" -v s="$one" -v n="$charts" \
		    'BEGIN { g = (m - s) / n; print f, o, g, g / o }'
	done
done >"$work/rounds"

for format in svg png pdf; do
	ratio=$(awk -v f=$format '$1 == f { print $4 }' "$work/rounds" | median)
	ms=$(awk -v f=$format '$1 == f { print $2 }' "$work/rounds" | median)
	worst=$(awk -v f=$format '$1 == f { print $2 }' "$work/rounds" | sort -g | tail -1)
	printf '{"key": "%s_vs_gnuplot", "ratio": %.2f, "median": %.2f, "p99": %.2f, "n": %d}\n' \
	    "$format" "$ratio" "$ms" "$worst" "$rounds"
done
