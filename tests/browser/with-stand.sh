#!/bin/bash
# with-stand.sh - the browser tests on a product of their own: demonstration
# data, free ports, everything stopped at the end.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d /tmp/rorXXXXXX)
chmod 755 "$dir"
stand=
finish() {
	[ -z "$stand" ] || { kill "$stand" 2>/dev/null || true; wait "$stand" || true; }
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

for _ in $(seq 50); do
	port=$((20000 + RANDOM % 2500 * 10))
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
done
VAR=$dir/v PORT=$port "$top/tests/stand/stand.sh" --data region \
    --no-simulator --fast --psc >"$dir/stand.log" 2>&1 &
stand=$!
for _ in $(seq 1800); do
	[ ! -s "$dir/v/ready.json" ] || break
	kill -0 "$stand" 2>/dev/null || { cat "$dir/stand.log" >&2; exit 1; }
	sleep 0.1
done
cd "$top"
prove -v -e node tests/browser/run.mjs :: "$dir/v/ready.json" >"$dir/tap" ||
    { grep -vE '^ok' "$dir/tap"; exit 1; }
tail -2 "$dir/tap"
