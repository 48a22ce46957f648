# person.sh - what the registry keeps on somebody: shown, or forgotten.
# Sourced by ror-db; docs/operations.md says when.

person() {
	case ${1:-} in
	show|forget) ;;
	*)	die "usage: ror-db person show|forget LOGIN" ;;
	esac
	[ $# = 2 ] || die "usage: ror-db person show|forget LOGIN"
	[ "$(run_psql -d "$db" -At -v login="$2" <<-'SQL'
		SELECT count(*) FROM auth.account AS a WHERE a.login = lower(:'login');
	SQL
	)" = 1 ] || [ "$1" = show ] || die "no account $2"
	run_psql -d "$db" -v login="$2" -f "$sql/person-$1.sql"
}
