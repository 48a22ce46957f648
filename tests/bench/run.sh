#!/bin/bash
# run.sh - every bench against its anchor, on a product of its own; `make bench`.
#
# Environment: SCALE (region), VAR (where bench.json goes; default build/bench),
# ROUNDS.  Starts a stand with the demonstration and fsync on, runs the benches
# one after the other, prints a table, writes VAR/bench.json with the machine
# and the commit.  A bench that fails is named, the others go on; exit 1 then.
# Ratios only: the machine's speed is in both sides.
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
out=$(realpath -m "${VAR:-build/bench}")
scale=${SCALE:-region}
dir=$(mktemp -d /tmp/rorXXXXXX)
chmod 755 "$dir"
mkdir -p "$out"
stand=
finish() {
	[ -z "$stand" ] || { kill "$stand" 2>/dev/null; wait "$stand" 2>/dev/null; }
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

for _ in $(seq 50); do
	port=$((20000 + RANDOM % 2500 * 10))
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
done
export VAR=$dir/v PORT=$port BENCH=$top/build/release/bench
echo "bench: starting the product ($scale)…" >&2
tests/stand/stand.sh --data "$scale" --no-simulator >"$dir/stand.log" 2>&1 &
stand=$!
for _ in $(seq 36000); do
	[ ! -s "$VAR/ready.json" ] || break
	kill -0 "$stand" 2>/dev/null || { cat "$dir/stand.log" >&2; exit 1; }
	sleep 0.1
done
# The first night must be over: it would be measured with the rest.
for _ in $(seq 1200); do
	[ ! -s "$VAR/data/metrics-render.prom" ] || break
	sleep 0.5
done

failed=0
: >"$dir/lines"
for b in availability save feed search report chart timing; do
	[ -x "tests/bench/$b.sh" ] || continue
	echo "bench: $b" >&2
	if ! "tests/bench/$b.sh" >"$dir/$b.out" 2>"$dir/$b.err"; then
		failed=1
		echo "bench: $b failed:" >&2
		tail -5 "$dir/$b.err" >&2
	fi
	grep '^{"key"' "$dir/$b.out" >>"$dir/lines"
done

{
	printf '{"commit": "%s", "scale": "%s", "cores": %s' \
	    "$(git rev-parse --short HEAD)" "$scale" "$(nproc)"
	sed 's/^{"key": *\("[a-z_]*"\), */, \1: {/' "$dir/lines"
	printf '}\n'
} >"$out/bench.json"
awk 'function field(name,   v) {
		v = $0
		if (!sub(".*\"" name "\": *", "", v)) return "-"
		sub("[,}].*", "", v); gsub("\"", "", v)
		return v
	}
	BEGIN { printf "%-22s %10s %12s %10s %4s\n", "bench", "ratio", "median", "p99", "n" }
	{ printf "%-22s %10s %12s %10s %4s\n", field("key"), field("ratio"), field("median"), field("p99"), field("n") }' "$dir/lines"
echo "written: $out/bench.json"
exit $failed
