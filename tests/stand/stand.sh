#!/bin/bash
# stand.sh - all servers of the registry in one folder, until told to stop.
#
# usage: stand.sh [--data region|national|none|FOLDER] [--no-simulator] [--fast] [--psc]
# Environment: VAR (folder, default ./var), PORT (8443: this one and the nine
# after it), BUILD (build/release).
#
# Used by `make run` and by every test that needs the whole product.  When all
# is ready it writes VAR/ready.json and prints the address and the accounts.
# SIGTERM or Ctrl-C stops what it started, and nothing else.
set -euo pipefail

top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
VAR=$(realpath -m "${VAR:-$top/var}")
PORT=${PORT:-8443}
BUILD=${BUILD:-$top/build/release}
data=region
simulator=1
fast=
psc=1
while [ $# -gt 0 ]; do
	case $1 in
	--data) data=$2; shift ;;
	--no-simulator) simulator= ;;
	--fast) fast=1; psc= ;;			# a test: no fsync
	--psc) psc=1 ;;				# with the OpenID provider
	*) echo "stand.sh: unknown option $1" >&2; exit 2 ;;
	esac
	shift
done
# shellcheck source=tests/stand/servers.sh
. "$top/tests/stand/servers.sh"
# shellcheck source=tests/stand/slapd.sh
. "$top/tests/stand/slapd.sh"

trap stop_all EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

stand_prepare
provider_prepare
stand_install
tls_prepare
postgres_start
slapd_start "$VAR/slapd" "$((PORT + 1))" "$run_user"
pids[slapd]=$(cat "$VAR/slapd/slapd.pid")
data_load
provider_start
mail_prepare
pools_start
nginx_start
night_start
write_ready
announce
wait_for_end
