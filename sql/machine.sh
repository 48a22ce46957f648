# machine.sh - accounts of programs at the command line; sourced by ror-db.
# shellcheck shell=bash disable=SC2154 # sql, db and run_psql are ror-db's

machine_usage() {
	die "usage: ror-db machine list
       ror-db machine add NAME --label TEXT [--sites FINESS,…] [--contact TEXT] [--source 02|03|04] [--certificate SHA256|SUBJECT] [RIGHTS]
       ror-db machine rights NAME RIGHTS
       ror-db machine rotate NAME [--overlap SECONDS]
       ror-db machine suspend NAME REASON | resume NAME
       ror-db machine sites NAME FINESS,…
       ror-db machine codes FILE          (finess;code;place, one a line)
rights: [--sends yes|no] [--reads P0…P5|no] [--over sites|france|region:CODE|departement:CODE]
       (without any: sends, does not read)"
}

# One act of auth.machine_do(); prints the secret it made, if any.  The secret is
# made by the server and never an argument of anything.
machine_do() {
	local out outcome secret
	out=$(run_psql -d "$db" -At -F ' ' -v verb="$1" -v name="$2" \
	    -v label="${label-}" -v contact="${contact-}" -v source="${source-02}" \
	    -v certificate="${certificate-}" -v sites="${sites-}" \
	    -v reason="${reason-}" -v overlap="${overlap-0}" -v sends="${sends-yes}" \
	    -v reads="${reads-no}" -v scope="${over%%:*}" -v code="${over#*:}" <<-'SQL'
	SELECT d.outcome, coalesce(d.secret, '-'), coalesce(d.detail, '')
	  FROM auth.feed_do(NULL, NULL, :'verb', :'name', nullif(:'label', ''),
	           :'contact', :'source', nullif(:'certificate', ''),
	           string_to_array(nullif(:'sites', ''), ','), nullif(:'reason', ''),
	           :'overlap'::integer, :'sends' = 'yes', nullif(:'reads', 'no'), :'scope',
	           nullif(:'code', :'scope')) AS d;
	SQL
	) || die "machine $1 failed: nothing was changed"
	outcome=${out%% *}
	case $outcome in
	ok)	;;
	taken)	die "there is a machine « $2 »: choose another name" ;;
	name)	die "a name is 2 to 63 of a-z, 0-9, dot, dash, underscore" ;;
	source)	die "a source is 02, 03 or 04 (R335)" ;;
	site)	die "no site (EG) has the number ${out##* }: nothing was changed" ;;
	sites)	die "--sites: who sends, or reads its sites, has some" ;;
	right)	die "it sends, or reads, or both: --sends yes, --reads P1" ;;
	profile) die "a profile is P0, P1, P2, P3, P4 or P5 (DOMAIN: who sees capacity)" ;;
	scope)	die "--over is sites, france, region:CODE or departement:CODE" ;;
	reason)	die "say why: ror-db machine suspend NAME REASON" ;;
	again)	die "the machine « $2 » is already so" ;;
	unknown) die "no machine « $2 »: see ror-db machine list" ;;
	*)	die "machine $1: $outcome" ;;
	esac
	secret=${out#* }
	secret=${secret%% *}
	if [ "$secret" != - ]; then
		echo "secret of $2, shown this once:" >&2
		echo "$secret"
	fi
}

machine_list() {
	run_psql -d "$db" -P format=aligned -P footer=off -P border=0 <<-'SQL'
	SELECT f.name, f.source,
	       CASE WHEN f.suspended_at IS NOT NULL THEN 'suspended' ELSE 'in force' END AS state,
	       CASE WHEN f.may_send THEN 'yes' ELSE 'no' END AS sends,
	       coalesce(f.profile || ' ' || concat_ws(':', f.read_scope, f.read_code), 'no') AS reads,
	       to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') AS heard,
	       (SELECT string_agg(s.site, ',' ORDER BY s.site)
	          FROM auth.feed_site AS s
	         WHERE s.feed_id = f.id AND s.valid @> now()) AS sites, f.label
	  FROM auth.feed AS f
	  LEFT JOIN LATERAL (SELECT max(h.heard_at) AS at
	                       FROM cap.feed_place AS h WHERE h.feed_id = f.id) AS e ON true
	 ORDER BY f.name
	 LIMIT 10000;
	SQL
}

# Codes by which feeds name places: the file adds and replaces, never removes.
machine_codes() {
	[ -f "$1" ] || die "no such file: $1"
	# It would end the data, and what follows would be commands.
	! grep -q '^\\' "$1" || die "a line begins with a backslash: none was kept"
	{
		echo 'BEGIN;'
		echo 'CREATE TEMPORARY TABLE given (finess text, code text, place text) ON COMMIT DROP;'
		echo "COPY given FROM STDIN (FORMAT csv, DELIMITER ';');"
		# With or without an end of the last line, a BOM, Windows' ends.
		awk '{ sub(/\r$/, "") } NR == 1 { sub(/^\357\273\277/, "") } NF' "$1"
		printf '\\.\n'
		cat <<-'SQL'
		INSERT INTO dir.place_code (site_id, code, place_id)
		SELECT s.id, g.code, ltrim(g.place, 'l')::bigint
		  FROM given AS g
		  LEFT JOIN dir.structure AS s ON s.finess = g.finess
		 WHERE g.finess <> 'finess'
		    ON CONFLICT (site_id, code) DO UPDATE SET place_id = EXCLUDED.place_id;
		SELECT 'ror-db: ' || count(*) || ' codes' FROM given AS g WHERE g.finess <> 'finess';
		COMMIT;
		SQL
	} | run_psql -d "$db" -At || die "the codes failed: none was kept"
}

machine() {
	local verb=${1:-} name=${2:-} label='' contact='' source=02 certificate='' sites='' reason='' overlap=0
	local sends=yes reads=no over=sites
	[ $# -gt 0 ] || machine_usage
	shift
	if [ "$verb" = list ]; then
		machine_list
		return
	fi
	[ $# -gt 0 ] || machine_usage
	shift
	case $verb in
	codes)	machine_codes "$name"; return ;;
	suspend) reason=${1:-}; [ $# -eq 0 ] || shift ;;
	sites)	sites=${1:-}; [ $# -eq 0 ] || shift; [ -n "$sites" ] || machine_usage ;;
	add|rights|rotate|resume) ;;
	*)	machine_usage ;;
	esac
	while [ $# -gt 0 ]; do
		[ $# -ge 2 ] || machine_usage
		case $1 in
		--label) label=$2 ;;
		--contact) contact=$2 ;;
		--source) source=$2 ;;
		--certificate) certificate=$2 ;;
		--sites) sites=$2 ;;
		--overlap) overlap=$2 ;;
		--sends) sends=$2 ;;
		--reads) reads=$2 ;;
		--over) over=$2 ;;
		*) machine_usage ;;
		esac
		shift 2
	done
	[[ $overlap =~ ^[0-9]{1,7}$ ]] || die "--overlap wants seconds"
	if [ "$verb" = add ]; then
		[ -n "$label" ] || machine_usage
	fi
	[[ $sends =~ ^(yes|no)$ ]] || machine_usage
	machine_do "$verb" "$name"
}
