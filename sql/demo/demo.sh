# demo.sh - the fictitious demonstration; sourced by ror-db.
# shellcheck shell=bash disable=SC2154 # sql, db and run_psql are ror-db's

demo_usage() {
	die "usage: ror-db demo [--scale region|national] [--seed N] [--now INSTANT] [--days N] [--factor F] [--catch-up | --accounts-only]"
}

# One CSV file as the COPY of a psql script.
demo_copy() {
	echo "COPY $1 FROM STDIN (FORMAT csv, HEADER, DELIMITER ';');"
	cat "$sql/demo/$2"
	echo '\.'
}

demo() {
	local scale=region seed=1 now='' days='' factor=1 catch_up=0 accounts=0
	while [ $# -gt 0 ]; do
		case $1 in
		--catch-up) catch_up=1; shift; continue ;;
		--accounts-only) accounts=1; shift; continue ;;
		--scale|--seed|--now|--days|--factor) [ $# -ge 2 ] || demo_usage ;;
		*) demo_usage ;;
		esac
		case $1 in
		--scale) scale=$2 ;;
		--seed) seed=$2 ;;
		--now) now=$2 ;;
		--days) days=$2 ;;
		--factor) factor=$2 ;;
		esac
		shift 2
	done
	[[ $seed =~ ^[0-9]{1,9}$ ]] || die "--seed wants a number of at most 9 digits"
	[[ $days =~ ^([1-9][0-9]{0,2})?$ ]] || die "--days wants a number from 1 to 999"
	[[ $factor =~ ^(1|0?\.[0-9]+)$ ]] || die "--factor wants a number in (0, 1]"
	if [ -z "$now" ]; then
		# The hour that began: two runs within it give the same rows.
		now=$(date -u +%Y-%m-%dT%H:00:00Z)
		[ "$catch_up" = 0 ] || now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	fi
	if [ "$accounts" = 1 ]; then
		demo_accounts
		return
	fi
	if [ "$catch_up" = 1 ]; then
		demo_catch_up "$now"
		return
	fi
	[ "$(run_psql -d "$db" -At -c 'SELECT count(*) FROM (SELECT FROM dir.structure AS s LIMIT 1) AS x')" = 0 ] ||
	    die "this database already has a directory: the demonstration wants an empty one"
	case $scale in
	region) demo_region "$seed" "$now" "${days:+$days days}" ;;
	national) demo_national "$seed" "$now" "$factor" ;;
	*) demo_usage ;;
	esac
}

# On a directory of official files: the accounts, nothing else.
demo_accounts() {
	{
		echo 'BEGIN;'
		echo 'CREATE TEMPORARY TABLE account (login text, name text, password text,'
		echo '    role text, scope text, code text, must_change integer, note text) ON COMMIT DROP;'
		demo_copy account accounts.csv
		cat "$sql/demo/accounts-only.sql"
		echo 'COMMIT;'
	} | run_psql -d "$db" -o /dev/null || die "the accounts failed: none was kept"
	echo "ror-db: demonstration accounts are there"
}

demo_region() {
	local started=$SECONDS
	{
		echo 'BEGIN;'
		echo "SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '256MB';"
		echo "SET LOCAL synchronous_commit = off; SET LOCAL jit = off; SET LOCAL timezone = 'UTC';"
		cat "$sql/demo/schema.sql"
		demo_copy demo.account accounts.csv
		demo_copy demo.commune communes.csv
		demo_copy demo.model units.csv
		cat <<-'SQL'
		INSERT INTO demo.run (scale, seed, since, loaded_at)
		VALUES ('region', :'seed', :'now'::timestamptz - :'past'::interval, :'now');
		SELECT cap.partition_ensure(m::date)
		  FROM demo.run AS r,
		       generate_series(date_trunc('month', r.since),
		                       r.loaded_at, interval '1 month') AS m;
		SQL
		cat "$sql/demo/directory.sql" "$sql/demo/accounts.sql" \
		    "$sql/demo/channels.sql" "$sql/demo/generate.sql" \
		    "$sql/demo/live.sql" "$sql/demo/history.sql" \
		    "$sql/demo/feeds.sql" "$sql/demo/agenda.sql" \
		    "$sql/demo/board.sql"
		echo 'COMMIT;'
	} | run_psql -d "$db" -o /dev/null -v seed="$1" -v now="$2" \
	    -v past="${3:-1 year}" ||
	    die "the demonstration failed: nothing of it was kept"
	run_psql -d "$db" -c 'ANALYZE'
	run_psql -d "$db" -At -F ' ' -c "
	    SELECT 'ror-db: demonstration of', to_char(r.loaded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI\"Z\"') || ',',
	           (SELECT count(*) FROM demo.site AS s), 'establishments,',
	           (SELECT count(*) FROM dir.unit AS u), 'units,',
	           (SELECT count(*) FROM dir.place AS p), 'places,',
	           (SELECT count(*) FROM cap.observation AS o), 'ledger rows'
	      FROM demo.run AS r"
	echo "ror-db: made in $((SECONDS - started)) s"
}

demo_catch_up() {
	[ "$(run_psql -d "$db" -At -c "SELECT to_regclass('demo.run') IS NOT NULL")" = t ] ||
	    die "this database is not a demonstration: nothing to catch up"
	local started=$SECONDS rows
	if [ "$(run_psql -d "$db" -At -c 'SELECT r.scale FROM demo.run AS r')" = national ]; then
		echo "ror-db: the national demonstration stands still: nothing to catch up"
		return
	fi
	# A demonstration made before there were feeds gets them here.
	run_psql -d "$db" -1 -o /dev/null -f "$sql/demo/feeds.sql" ||
	    die "the feeds failed: none was kept"
	rows=$(run_psql -d "$db" -At -v now="$1" <<-'SQL'
	SET work_mem = '64MB';
	SET synchronous_commit = off;
	SET jit = off;
	SET timezone = 'UTC';
	SELECT demo.catch_up(:'now'::timestamptz);
	SQL
	) || die "the catch-up failed: nothing of it was kept"
	echo "ror-db: caught up to $1, $rows ledger rows in $((SECONDS - started)) s"
}

# One half of the national ticks; two of these run side by side.
demo_national_half() {
	local first=$1 ticks=$2 chunk=24 from to
	for ((from = first * chunk; from < ticks; from += 2 * chunk)); do
		to=$((from + chunk < ticks ? from + chunk - 1 : ticks - 1))
		run_psql -d "$db" -o /dev/null -c "SET synchronous_commit = off" \
		    -c "SET jit = off" -c "SELECT demo.national_ticks($from, $to)" || return 1
		echo "ror-db: ticks $from to $to of $ticks"
	done
}

# For the bench.  Not one transaction: a failure leaves a database to drop.
demo_national() {
	local started=$SECONDS ticks other
	{
		echo 'BEGIN;'
		echo "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off; SET LOCAL timezone = 'UTC';"
		cat "$sql/demo/schema.sql"
		demo_copy demo.account accounts.csv
		demo_copy demo.model units.csv
		cat <<-'SQL'
		INSERT INTO demo.run (scale, seed, since, loaded_at)
		VALUES ('national', :'seed', :'now'::timestamptz - interval '3 years', :'now');
		SELECT cap.partition_ensure(m::date)
		  FROM demo.run AS r,
		       generate_series(date_trunc('month', r.since), r.loaded_at, interval '1 month') AS m;
		SQL
		cat "$sql/demo/national.sql"
		echo 'COMMIT;'
	} | run_psql -d "$db" -o /dev/null -v seed="$1" -v now="$2" -v factor="$3" ||
	    die "the national demonstration failed: drop this database"
	echo "ror-db: directory made in $((SECONDS - started)) s"
	ticks=$(run_psql -d "$db" -At -c 'SELECT z.ticks FROM demo.size AS z')
	demo_national_half 1 "$ticks" &
	other=$!
	demo_national_half 0 "$ticks" || die "the ledger failed: drop this database"
	wait "$other" || die "the ledger failed: drop this database"
	echo "ror-db: ledger written after $((SECONDS - started)) s"
	PGOPTIONS="$PGOPTIONS -c maintenance_work_mem=1GB -c work_mem=256MB" \
	    run_psql -d "$db" -o /dev/null -f "$sql/demo/national-end.sql" ||
	    die "the key of the ledger failed: drop this database"
	run_psql -d "$db" -c 'ANALYZE'
	run_psql -d "$db" -At -F ' ' -c "
	    SELECT 'ror-db:', (SELECT count(*) FROM dir.structure AS s WHERE s.kind = 'EG'), 'sites,',
	           (SELECT count(*) FROM dir.unit AS u), 'units,',
	           (SELECT count(*) FROM dir.place AS p), 'places,',
	           (SELECT count(*) FROM cap.observation AS o), 'ledger rows'"
	echo "ror-db: made in $((SECONDS - started)) s"
}
