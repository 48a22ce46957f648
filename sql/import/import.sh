# import.sh - ror-db import: official files into the database.  Sourced by
# ror-db, which gives $sql, $db, die and run_psql.  What each reader accepts
# and does is in README.md; this part finds the files, makes their text UTF-8
# lines with numbers, and shows what came of them.
#
# Environment: ROR_REFUSED_DIR (folder of FILE.refus.csv; default ./var when it
# can be written, else $TMPDIR or /tmp), ROR_COMMUNES (communes.json of
# @etalab/decoupage-administratif), ROR_IMPORT_MAX_MB (default 1024).

import_usage() {
	cat >&2 <<-'TEXT'
	usage: ror-db import nos FILE|FOLDER        JDV_*.csv and TRE_*.csv
	       ror-db import communes [FILE]        .csv or communes.json
	       ror-db import finess FILE…           EJ and ET extracts, origin of names; any order
	       ror-db import sae FOLDER [YEAR]      MCO_2024r.csv.gz …, or folders of years
	       ror-db import all FOLDER             nomenclatures/ finess/ sae/
	       ror-db import capacity|closures FILE --account LOGIN [--warned] [--same]
	TEXT
	exit 2
}

import_say() { printf 'ror-db: %s\n' "$*"; }

# import_bytes FILE N: its first N bytes, uncompressed.
import_bytes() {
	case $1 in
	*.gz)	gzip -dc -- "$1" 2>/dev/null | head -c "$2" ;;
	*)	head -c "$2" -- "$1" ;;
	esac
}

# import_lines FILE: its lines as UTF-8, each with its number before \x01.
# Fails with a reason on stderr.
import_lines() {
	local file=$1 max_mb=${ROR_IMPORT_MAX_MB:-1024} from=UTF-8
	local plain=$work/plain
	local whole=1
	import_bytes "$file" "$((max_mb * 1048576 + 1))" >"$plain" || whole=0
	[ "$(stat -c %s "$plain")" -le "$((max_mb * 1048576))" ] ||
	    { echo "larger than $max_mb MB (ROR_IMPORT_MAX_MB)" >&2; return 1; }
	[ "$whole" = 1 ] || { echo 'not a whole gzip file' >&2; return 1; }
	[ -s "$plain" ] || { echo 'the file is empty' >&2; return 1; }
	if LC_ALL=C grep -q -a -m 1 "$(printf '[\001-\010\016-\037]')" "$plain" ||
	    [ "$(tr -dc '\000' <"$plain" | head -c 1 | wc -c)" != 0 ]; then
		echo 'binary data: not a text file' >&2
		return 1
	fi
	iconv -f UTF-8 -t UTF-8 "$plain" >/dev/null 2>&1 || from=CP1252
	iconv -f "$from" -t UTF-8 "$plain" >"$plain.utf8" 2>/dev/null ||
	    { echo 'neither UTF-8 nor Windows-1252' >&2; return 1; }
	# A lone carriage return inside a line would end it for COPY.
	LC_ALL=C sed -e '1s/^\xEF\xBB\xBF//' -e 's/\r$//' -e 's/\r/ /g' "$plain.utf8" |
	    awk '{ printf "%d\001%s\n", NR, $0 }'
}

# import_file KIND SCRIPT FILE [psql -v …]: one file, one transaction.
import_file() {
	local kind=$1 script=$2 file=$3 name refused
	shift 3
	[ -f "$file" ] && [ -r "$file" ] || die "import $kind: cannot read $file"
	name=$(basename "$file")
	import_lines "$file" >"$work/lines" 2>"$work/why" ||
	    die "import $kind: $name is refused: $(tail -1 "$work/why")"
	import_run "$kind" "$script" "$name" "$(sha256sum <"$file" | cut -d' ' -f1)" "$@"
}

# import_run KIND SCRIPT NAME SHA256 [psql -v …]: $work/lines into the database.
import_run() {
	local kind=$1 script=$2 name=$3 sum=$4
	shift 4
	rm -f -- "$refused_dir/$name.refus.csv"
	run_psql -d "$db" -v VERBOSITY=terse -v kind="$kind" -v name="$name" -v sha256="$sum" \
	    -v refused="$refused_dir/$name.refus.csv" -v import="$sql/import" "$@" \
	    -f "$sql/import/$script.sql" <"$work/lines" >"$work/out" 2>"$work/why" || {
		die "import $kind: $name is refused, nothing of it was kept: $(
		    sed -n 's/^psql:[^ ]* \(ERROR: *\)\{0,1\}//p' "$work/why" | head -1)"
	}
	sed -n 's/^said //p' "$work/out" | while read -r line; do import_say "$line"; done
}

import_nos() {
	local file
	[ $# = 1 ] || import_usage
	if [ -d "$1" ]; then
		set -- "$1"/JDV_*.csv "$1"/TRE_*.csv
	fi
	for file; do
		[ -e "$file" ] || continue
		import_file nos nos "$file"
	done
}

import_communes() {
	local file=${1:-${ROR_COMMUNES:-$sql/../nginx/node_modules/@etalab/decoupage-administratif/data/communes.json}}
	[ $# -le 1 ] || import_usage
	[ -f "$file" ] || die "import communes: no file $file; give one, or run npm ci in nginx/"
	case $file in
	*.json)	import_file communes communes_json "$file" ;;
	*)	import_file communes communes_csv "$file" ;;
	esac
}

# What a FINESS file is, from its first kilobytes: ej, et, origin, or nothing.
import_finess_kind() {
	{ import_bytes "$1" 65536 || true; } | LC_ALL=C awk -F';' '
	{ sub(/\r$/, ""); sub(/^\357\273\277/, "") }
	kind != "" { next }	# reads on: head must not find a closed pipe
	NR == 1 && $1 == "nofiness" && $2 == "name_origin" { kind = "origin" }
	$1 == "structureej" { kind = "ej" }
	$1 == "structureet" || $1 == "geolocalisation" { kind = "et" }
	END { print kind }'
}

# Entities before sites: a site finds its entity.
import_finess() {
	local file kind want
	[ $# -ge 1 ] || import_usage
	for file; do
		[ -f "$file" ] && [ -r "$file" ] || die "import finess: cannot read $file"
		[ -n "$(import_finess_kind "$file")" ] || {
			import_lines "$file" >/dev/null 2>"$work/why" ||
			    die "import finess: $(basename "$file") is refused: $(tail -1 "$work/why")"
			die "import finess: $(basename "$file") is refused: neither etalab-cs1100501 nor etalab-cs1100507"
		}
	done
	for want in ej et origin; do
		for file; do
			kind=$(import_finess_kind "$file")
			if [ "$kind" = "$want" ]; then
				import_file "finess-$kind" "finess_$kind" "$file"
			fi
		done
	done
}

# One year: every table of the folder in one transaction.
import_sae_year() {
	local folder=$1 year=$2 table file sum found=0
	local tables='MCO PSY SSR REA MCOSURV BRULES USLD DIALYSE PERINAT HAD URGENCES2'
	: >"$work/all"
	sum=$(for table in $tables; do
		set -- "$folder/$table"_*.csv "$folder/$table"_*.csv.gz "$folder/$table".csv "$folder/$table".csv.gz
		for file; do
			[ ! -f "$file" ] || printf '%s %s\n' "$table" "$(sha256sum <"$file")"
		done
	done | tee "$work/sums" | sha256sum | cut -d' ' -f1)
	for table in $tables; do
		found=0
		for file in "$folder/$table"_*.csv "$folder/$table"_*.csv.gz "$folder/$table".csv "$folder/$table".csv.gz; do
			[ -f "$file" ] || continue
			found=$((found + 1))
			[ "$found" = 1 ] || die "import sae: two files for table $table in $folder"
			import_lines "$file" >"$work/lines" 2>"$work/why" ||
			    die "import sae: $(basename "$file") is refused: $(tail -1 "$work/why")"
			sed "s/^/$table"$'\001/' "$work/lines" >>"$work/all"
		done
	done
	[ -s "$work/all" ] || die "import sae: no table of capacities in $folder (MCO_2024r.csv.gz …)"
	mv "$work/all" "$work/lines"
	import_run sae sae "sae-${year:-$(basename "$folder")}" "$sum" -v year="$year"
}

import_sae() {
	local folder=$1 year=${2:-} sub
	[ $# -ge 1 ] && [ $# -le 2 ] && [ -d "$folder" ] || import_usage
	case $year in
	'' | [12][0-9][0-9][0-9]) ;;
	*) die "import sae: not a year: $year" ;;
	esac
	if [ -n "$year" ] && [ -d "$folder/$year" ]; then
		import_sae_year "$folder/$year" "$year"
		return
	fi
	set --
	for sub in "$folder"/[12][0-9][0-9][0-9]; do
		[ ! -d "$sub" ] || set -- "$@" "$sub"
	done
	if [ $# = 0 ]; then
		import_sae_year "$folder" "$year"
	else
		[ -z "$year" ] || die "import sae: no folder $folder/$year"
		for sub; do
			import_sae_year "$sub" "$(basename "$sub")"
		done
	fi
}

# import_bulk KIND FILE --account LOGIN: people's lines, by the rules of pages.
import_bulk() {
	local kind=$1 file='' login='' warned=f same=f
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--account) [ $# -ge 2 ] || import_usage; login=$2; shift ;;
		--warned) warned=t ;;
		--same)	same=t ;;
		-*)	import_usage ;;
		*)	[ -z "$file" ] || import_usage; file=$1 ;;
		esac
		shift
	done
	[ -n "$file" ] && [ -n "$login" ] || import_usage
	import_file "$kind" bulk "$file" -v login="$login" -v warned="$warned" -v same="$same"
}

import_all() {
	local folder=$1
	[ $# = 1 ] && [ -d "$folder" ] || import_usage
	[ ! -d "$folder/nomenclatures" ] || import_nos "$folder/nomenclatures"
	set -- "$folder"/nomenclatures/COG-communes-*.csv
	if [ -f "$1" ]; then
		import_communes "$1"
	else
		import_communes
	fi
	set -- "$folder"/finess/*.csv
	[ ! -f "$1" ] || import_finess "$@"
	[ ! -d "$folder/sae" ] || import_sae "$folder/sae"
}

# A subshell: its own folder of intermediate files, removed at the end.
import() (
	[ $# -ge 1 ] || import_usage
	kind=$1
	shift
	refused_dir=${ROR_REFUSED_DIR:-}
	if [ -z "$refused_dir" ]; then
		if [ -d var ] && [ -w var ]; then
			refused_dir=var
		else
			refused_dir=${TMPDIR:-/tmp}
		fi
	fi
	[ -d "$refused_dir" ] && [ -w "$refused_dir" ] ||
	    die "import: cannot write refused lines into $refused_dir (ROR_REFUSED_DIR)"
	work=$(mktemp -d)
	trap 'rm -rf -- "$work"' EXIT
	case $kind in
	nos | communes | finess | sae | all) "import_$kind" "$@" ;;
	capacity | closures) import_bulk "$kind" "$@" ;;
	*) import_usage ;;
	esac
)
