#!/bin/bash
# run.sh FOLDER SECONDS - run every fuzz target, two at a time; TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
bins=$1
seconds=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

one() {
	local bin=$1 name
	name=$(basename "$bin")
	name=${name#fuzz_}
	mkdir -p "$work/$name"
	"$bin" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
	    -print_final_stats=1 -artifact_prefix="$work/$name-" \
	    "$work/$name" "tests/fuzz/corpus/$name" >"$work/$name.log" 2>&1
	echo $? >"$work/$name.rc"
}

for bin in "$bins"/fuzz_*; do
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
	one "$bin" &
done
wait
n=0
failed=0
for rc in "$work"/*.rc; do
	n=$((n + 1))
	name=$(basename "$rc" .rc)
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$name.log")
	if [ "$(cat "$rc")" = 0 ]; then
		echo "ok $n - $name: $runs inputs in $seconds s"
	else
		failed=1
		echo "not ok $n - $name"
		tail -25 "$work/$name.log" | sed 's/^/# /'
		for f in "$work/$name"-*; do
			[ ! -f "$f" ] || { echo "# $(basename "$f"):"; base64 "$f" | sed 's/^/# /'; }
		done
	fi
done
echo "1..$n"
exit $failed
