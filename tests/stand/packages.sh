#!/bin/sh
# packages.sh run|check|bench - install what is missing, by name, from Debian.
#
# As root or through sudo.  Nothing that a package brings is started: the
# registry runs its own servers, and leaves those of the machine alone.
set -eu

run="gcc libc6-dev make pkg-config postgresql-15 postgresql-client-15
 nginx-light slapd ldap-utils openssl tzdata nodejs npm ca-certificates
 libfcgi-dev libpq-dev libjansson-dev libldap-dev libcairo2-dev
 libpango1.0-dev libpng-dev libcurl4-openssl-dev libcjose-dev libssl-dev
 liboath-dev libqrencode-dev
 fonts-dejavu-core fontconfig gzip"
check="$run perl libio-socket-ssl-perl chromium default-jre-headless
 clang clang-tidy cppcheck shellcheck libclang-rt-14-dev poppler-utils git"
bench="$check wrk gnuplot-nox postgresql-contrib"

case ${1:-run} in
run) wanted=$run ;;
check) wanted=$check ;;
bench) wanted=$bench ;;
*) echo "usage: packages.sh run|check|bench" >&2; exit 2 ;;
esac

missing=
for p in $wanted; do
	case $p in
	# A newer or vendor's one serves as well as the package.
	nodejs) command -v node >/dev/null 2>&1 && continue ;;
	npm) command -v npm >/dev/null 2>&1 && continue ;;
	esac
	dpkg-query -W -f '${Status}\n' "$p" 2>/dev/null |
	    grep -q 'ok installed' || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null 2>&1 || {
		echo "packages missing:$missing" >&2
		echo "Run as root, or: apt-get install$missing" >&2
		exit 1
	}
	as_root=sudo
fi
echo "installing:$missing"
work=$(mktemp -d)
policy=/usr/sbin/policy-rc.d
cleanup() {
	[ ! -f "$work/policy" ] || $as_root rm -f "$policy"
	rm -rf "$work"
}
trap cleanup EXIT INT TERM
# No service starts while packages are unpacked, and Debian's script makes no
# cluster of its own.
if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\nexit 101\n' >"$work/policy"
	$as_root install -m 755 "$work/policy" "$policy"
fi
printf 'create_main_cluster = false\n' >"$work/cluster.conf"
$as_root mkdir -p /etc/postgresql-common/createcluster.d
[ -e /etc/postgresql-common/createcluster.d/ror.conf ] ||
    $as_root install -m 644 "$work/cluster.conf" /etc/postgresql-common/createcluster.d/ror.conf
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends $missing >"$work/apt.log" 2>&1 ||
    { tail -20 "$work/apt.log" >&2; exit 1; }
