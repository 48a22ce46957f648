# account.sh - ror-db account: people of a former registry, or invited ones.
# Sourced by ror-db, which gives $sql, $db, die and run_psql.
#
#   account import FILE   mail;name;role;scope;code, a header, one line a right
#   account invite FILE   the same: they become accounts at their first sign-in
#
# UTF-8, semicolons.  One line that is wrong, and nothing of the file is kept.

account_usage() {
	cat >&2 <<-'TEXT'
	usage: ror-db account import FILE     accounts taken over, mail;name;role;scope;code
	       ror-db account invite FILE     invitations, the same columns
	TEXT
	exit 2
}

account() (
	[ $# = 2 ] || account_usage
	case $1 in import | invite) ;; *) account_usage ;; esac
	[ -f "$2" ] && [ -r "$2" ] || die "account $1: cannot read $2"
	[ "$(stat -c %s "$2")" -le 10485760 ] || die "account $1: larger than 10 MB"
	work=$(mktemp -d)
	trap 'rm -rf -- "$work"' EXIT
	sed -e '1s/^\xEF\xBB\xBF//' -e 's/\r$//' "$2" >"$work/file"
	iconv -f UTF-8 -t UTF-8 "$work/file" >/dev/null 2>&1 ||
	    die "account $1: $(basename "$2") is not UTF-8"
	[ "$(head -1 "$work/file")" = 'mail;name;role;scope;code' ] ||
	    die "account $1: the first line must be mail;name;role;scope;code"
	run_psql -d "$db" -At -v file="$work/file" -v how="$1" \
	    -f "$sql/import/account.sql" 2>"$work/why" || {
		sed -n 's/^psql:[^ ]* \(ERROR:\|DETAIL:\) *//p; s/^DETAIL: *//p' "$work/why" >&2
		die "account $1: nothing of $(basename "$2") was kept"
	}
)
