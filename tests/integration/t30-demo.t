# The demonstration: what it promises to hold, that a seed decides it, that
# catching up twice is catching up once, and that the simulator stops.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;

my $root = Cluster::root();
my $pg = Cluster->new;
my $now = '2026-11-20T19:00:00Z';

sub demo {
	my ($what, @arg) = @_;
	my ($status, $text) = $pg->ror_db('demo', @arg);
	is($status, 0, $what) or BAIL_OUT($text);
	return $text;
}

sub verified {
	my ($when) = @_;
	my ($status, $text) = $pg->ror_db('verify');
	is($status, 0, "verify is content $when") or diag $text;
	return;
}

sub between {
	my ($sql, $low, $high, $what) = @_;
	my $n = $pg->psql($sql);
	ok($n >= $low && $n <= $high, "$what: $n") or diag "wanted $low to $high";
	return;
}

sub none {
	my ($sql, $what) = @_;
	is($pg->psql("SELECT count(*) FROM ($sql) AS x"), 0, $what);
	return;
}

# Everything that seed and now decide; transaction ids and the wall clock of
# a refresh are not of it.
sub checksum {
	my %column = (
		'cap.place_state' => 'ROW(place_id, version, comment, touched_at, source, account_id)',
		'dir.generation' => 'number',
	);
	my @sum;
	for my $table (split /\n/, $pg->psql(q{
	    SELECT schemaname || '.' || quote_ident(tablename) FROM pg_tables
	     WHERE schemaname IN ('dir', 'cap', 'auth', 'demo', 'audit')
	       AND tablename !~ '^observation_' ORDER BY 1})) {
		my $row = $column{$table} // 't::text';
		$row = "($row)::text";
		push @sum, "$table " . $pg->psql(
		    "SELECT count(*), sum(hashtextextended($row, 0)) FROM $table AS t");
	}
	return join "\n", @sum;
}

# --- the year ---------------------------------------------------------------
like(demo('a year is made', '--now', $now), qr/ledger rows/, 'it says its size');
between(q{SELECT count(*) FROM dir.structure WHERE kind = 'EG'}, 240, 260, 'establishments');
between('SELECT count(*) FROM dir.unit', 2400, 2600, 'units');
between('SELECT count(*) FROM dir.place', 950, 1080, 'places');
between('SELECT count(*) FROM cap.observation', 1_000_000, 2_000_000, 'ledger rows');
is($pg->psql('SELECT count(DISTINCT departement_code) FROM dir.place_now'), 21,
    'in every département of the two regions');
is($pg->psql(q{SELECT min(effective_at) < timestamptz '2025-11-22'
    AND max(effective_at) > timestamptz '2026-11-20T18:00Z'
    AND max(recorded_at) <= timestamptz '2026-11-20T19:00Z' FROM cap.observation}), 't',
    'from a year ago to now, and no later');
none(q{SELECT c.id, r.code FROM ref.category AS c
    CROSS JOIN (VALUES ('11'), ('76')) AS r (code)
    WHERE NOT EXISTS (SELECT FROM dir.place_now AS n
                       WHERE n.category_id = c.id AND n.region_code = r.code)},
    'every category is present in both regions');
none(q{SELECT s.id FROM dir.structure_now AS s JOIN dir.structure_now AS e ON e.id = s.parent_id
    JOIN dir.unit_now AS u ON u.site_id = e.id
    WHERE s.kind IN ('P', 'S', 'F') AND u.field IN ('04', '06')},
    'medico-social sites have no pôle, service or functional unit');
is($pg->psql(q{SELECT count(*) FROM dir.structure_version
    WHERE phone !~ '^(019900|053649)[0-9]{4}$'}) + $pg->psql(q{SELECT count(*)
    FROM dir.unit_version WHERE phone !~ '^(019900|053649)[0-9]{4}$'}), 0,
    'phone numbers are of the ranges kept for fiction');
none(q{SELECT FROM dir.structure WHERE finess NOT LIKE '0Z%'},
    'FINESS numbers are of a département that does not exist');
verified('after the year');

# --- hard rules, on every row of the ledger at its instant ------------------
none(q{SELECT FROM (
    SELECT max(value) FILTER (WHERE indicator_id = 1) AS installed,
           max(value) FILTER (WHERE indicator_id = 2) AS closed
      FROM cap.observation GROUP BY place_id, entry_id, effective_at) AS e
    WHERE closed > installed}, 'closed never exceeds installed');
none(q{SELECT FROM (
    SELECT o.indicator_id, o.value,
           max(o.value) FILTER (WHERE o.indicator_id = 1) OVER w AS i,
           o.entry_id, o.place_id
      FROM cap.observation AS o WINDOW w AS (PARTITION BY o.place_id)) AS e
    WHERE indicator_id = 20 AND value > i + 2}, 'available never exceeds what could exist');
none(q{SELECT FROM (
    SELECT place_id,
           max(value) FILTER (WHERE indicator_id = 1) - max(value) FILTER (WHERE indicator_id = 2)
           + coalesce(max(value) FILTER (WHERE indicator_id = 9), 0) AS in_service,
           max(value) FILTER (WHERE indicator_id = 20) AS free
      FROM cap.observation GROUP BY place_id, entry_id
    HAVING count(*) FILTER (WHERE indicator_id = 1) > 0) AS e
    WHERE free > in_service}, 'available never exceeds in service, in any entry that says both');
none(q{SELECT FROM (
    SELECT sum(value) FILTER (WHERE indicator_id IN (4, 5, 6)) AS parts,
           sum(value) FILTER (WHERE indicator_id = 20) AS total
      FROM cap.observation GROUP BY place_id, entry_id) AS e
    WHERE parts IS DISTINCT FROM total}, 'the derived total is the sum of its parts');
none(q{SELECT FROM cap.observation WHERE effective_at > recorded_at}, 'nothing is known before it is true');
none(q{SELECT FROM cap.entry AS e LEFT JOIN cap.observation AS o ON o.entry_id = e.id
    WHERE o.entry_id IS NULL}, 'no entry is empty');
none(q{SELECT FROM cap.entry AS e JOIN (SELECT entry_id, count(DISTINCT place_id) AS n
    FROM cap.observation GROUP BY entry_id) AS o ON o.entry_id = e.id
    WHERE o.n <> e.n_places}, 'entries count their places');

# --- rhythm and accidents ---------------------------------------------------
for my $day (['2026-03-29', 23], ['2026-10-25', 25]) {
	is($pg->psql(qq{SELECT count(DISTINCT date_trunc('hour', effective_at))
	    FROM cap.observation WHERE source = '02'
	     AND (effective_at AT TIME ZONE 'Europe/Paris')::date = '$day->[0]'}),
	    $day->[1], "the day of $day->[1] hours has data in each of them");
}
is($pg->psql(qq{SELECT count(*) FROM (
    SELECT feed FROM cap.entry WHERE feed IS NOT NULL GROUP BY feed
    HAVING max(recorded_at) < timestamptz '$now' - interval '8 hours') AS x}), 1,
    'one feed is silent');
between(q{SELECT count(DISTINCT (place_id, entry_id)) FROM cap.observation
    WHERE recorded_at > effective_at + interval '1 day'}, 100, 2000, 'late corrections');
between(q{SELECT count(*) FROM (SELECT place_id FROM dir.unit_place
    GROUP BY place_id HAVING count(*) > 1) AS x}, 10, 100, 'mutualised places');
between(q{SELECT count(*) FROM dir.place_version WHERE subset_of IS NOT NULL}, 3, 60, 'subsets');
between(q{SELECT count(*) FROM dir.unit_now WHERE sensitive}, 3, 60, 'sensitive units');
is($pg->psql(qq{SELECT count(*) FROM dir.place_now
    WHERE locked @> timestamptz '$now' AND locked_reason IS NOT NULL}), 1,
    'one place is locked by total unavailability');
is($pg->psql(qq{SELECT c.value FROM dir.place_now AS n JOIN cap.current AS c
    ON c.place_id = n.place_id AND c.indicator_id = 20
    WHERE n.locked @> timestamptz '$now'}), 0, 'which is a known zero');
is($pg->psql(q{SELECT avg(value) FILTER (WHERE recorded_at BETWEEN '2026-07-20' AND '2026-08-20')
    > 1.5 * avg(value) FILTER (WHERE recorded_at BETWEEN '2026-05-01' AND '2026-06-20')
    FROM cap.observation WHERE indicator_id = 2 AND source = '01'}), 't', 'beds close in summer');
is($pg->psql(q{SELECT avg(value) FILTER (WHERE extract(isodow FROM l) IN (6, 7))
    > avg(value) FILTER (WHERE extract(isodow FROM l) BETWEEN 2 AND 4)
    FROM (SELECT value, effective_at AT TIME ZONE 'Europe/Paris' AS l FROM cap.observation
           WHERE indicator_id = 20 AND source = '02') AS x}), 't', 'beds are freer on weekends');
is($pg->psql(q{SELECT avg(value) FILTER (WHERE extract(hour FROM l) IN (14, 15))
    > avg(value) FILTER (WHERE extract(hour FROM l) IN (20, 21, 22))
    FROM (SELECT value, effective_at AT TIME ZONE 'Europe/Paris' AS l FROM cap.observation
           WHERE indicator_id = 20 AND source = '02' AND recorded_at > '2026-10-28') AS x}), 't',
    'and after the discharges of the early afternoon');
is($pg->psql(qq{SELECT count(DISTINCT width_bucket(
    extract(epoch FROM timestamptz '$now' - touched_at)::float8,
    ARRAY[0, 3600, 10800, 21600, 43200, 86400]::float8[])) FROM cap.place_state
    WHERE touched_at IS NOT NULL}), 6, 'all six classes of age are there');
between(q{SELECT count(*) FROM dir.place_now AS n WHERE n.followed AND NOT EXISTS (
    SELECT FROM cap.current AS c WHERE c.place_id = n.place_id AND c.indicator_id = 20)},
    3, 80, 'followed places that never reported');

# --- accounts ---------------------------------------------------------------
is($pg->psql(q{SELECT string_agg(DISTINCT role, ' ' ORDER BY role) FROM demo.account}),
    'admin analyst bed_manager clinician director editor steward', 'an account of each role');
none(q{SELECT FROM demo.account AS d WHERE d.role = 'bed_manager' AND NOT EXISTS (
    SELECT FROM auth.account AS a JOIN auth.grant_place AS g ON g.account_id = a.id
     WHERE a.login = d.login AND g.role = 'bed_manager')}, 'bed managers have places to fill');

# --- catching up ------------------------------------------------------------
# A person saved after the last word of a feed: that value must stay.
my $place = $pg->psql(q{SELECT min(p.place_id) FROM demo.place AS p
    JOIN demo.channel AS c ON c.id = p.channel_id
    JOIN demo.site AS s ON s.structure_id = c.structure_id
    WHERE c.kind = 'feed' AND c.lag_s = 0 AND p.reported = 'all' AND s.account_id > 100});
$pg->psql(qq{INSERT INTO cap.entry (id, account_id, mode, source, recorded_at, n_places)
    VALUES (9000000, 1, 'simple', '01', '2026-11-21T00:50Z', 1);
    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
    SELECT $place, i, 99, '2026-11-21T00:50Z', '2026-11-21T00:50Z', '01', 9000000
      FROM unnest(ARRAY[4, 20]) AS i;
    SELECT cap.current_rebuild(ARRAY[$place])});
my $before = $pg->psql('SELECT count(*) FROM cap.observation');
demo('catches up', '--catch-up', '--now', '2026-11-21T01:00:00Z');
ok($pg->psql('SELECT count(*) FROM cap.observation') > $before, 'which adds rows');
is($pg->psql("SELECT value FROM cap.current WHERE place_id = $place AND indicator_id = 20"), 99,
    'what a person saved stays');
none(qq{SELECT FROM cap.observation WHERE place_id = $place AND indicator_id = 20
    AND recorded_at > '2026-11-20T19:05Z' AND source = '02'},
    'and no feed spoke behind it');
verified('after catching up');
my $once = checksum();
demo('catches up again', '--catch-up', '--now', '2026-11-21T01:00:00Z');
is(checksum(), $once, 'the same instant again changes nothing');
demo('catches up ten days', '--catch-up', '--now', '2026-12-01T08:00:00Z');
verified('after ten days');
is($pg->psql(q{SELECT max(recorded_at) > '2026-12-01T07:00Z' AND max(recorded_at) <= '2026-12-01T08:00Z'
    FROM cap.observation}), 't', 'it is up to the instant');
my ($status, $text) = $pg->ror_db('demo');
isnt($status, 0, 'a second demonstration is refused');
like($text, qr/empty/, 'and says why');

# --- the simulator ----------------------------------------------------------
my $entries = $pg->psql('SELECT count(*) FROM cap.entry');
my %env = $pg->env;
my $pid = fork // die "fork: $!";
if (!$pid) {
	@ENV{ keys %env } = values %env;
	exec "$root/sql/demo/simulate.sh", '0.2' or die;
}
for (1 .. 100) {
	last if $pg->psql(q{SELECT count(*) FILTER (WHERE mode = 'feed') > 0
	    AND count(*) FILTER (WHERE key IS NOT NULL) > 0 FROM cap.entry
	    WHERE recorded_at > clock_timestamp() - interval '1 minute'}) eq 't';
	select undef, undef, undef, 0.2;
}
kill 'TERM', $pid;
waitpid $pid, 0;
is($?, 0, 'the simulator stops on SIGTERM');
ok($pg->psql(q{SELECT count(*) FROM cap.entry WHERE key IS NOT NULL}) > 0, 'people saved meanwhile');
ok($pg->psql('SELECT count(*) FROM cap.entry') > $entries, 'the ledger grew');
verified('after the simulator');

# --- a seed decides everything ----------------------------------------------
my %sum;
for my $case (['a', 7], ['b', 7], ['c', 8]) {
	local $pg->{db} = $case->[0];
	my ($s, $t) = $pg->ror_db('init');
	is($s, 0, "database $case->[0]") or BAIL_OUT($t);
	demo("seed $case->[1]", '--seed', $case->[1], '--now', $now, '--days', 35);
	$sum{ $case->[0] } = checksum();
}
is($sum{b}, $sum{a}, 'the same seed and instant give the same rows');
isnt($sum{c}, $sum{a}, 'another seed gives others');
my ($ledger_a) = $sum{a} =~ /^(cap\.observation .*)$/m;
unlike($sum{c}, qr/^\Q$ledger_a\E$/m, 'in the ledger too');

# --- the country, small -----------------------------------------------------
{
	local $pg->{db} = 'n';
	$pg->ror_db('init');
	demo('a two-hundredth of the country', '--scale', 'national', '--factor', '0.005', '--now', $now);
	between(q{SELECT count(*) FROM dir.structure WHERE kind = 'EG'}, 500, 500, 'its sites');
	between('SELECT count(*) FROM dir.unit', 2500, 2500, 'its units');
	between('SELECT count(*) FROM dir.place', 150, 150, 'its places');
	between('SELECT count(*) FROM cap.observation', 250_000, 251_000, 'its ledger');
	is($pg->psql(q{SELECT count(*) FROM pg_constraint
	    WHERE conrelid = 'cap.observation'::regclass AND contype = 'p'}), 1, 'the ledger has its key back');
	is($pg->psql('SELECT count(*) FROM auth.feed'), 15, 'a feed a hospital');
	none(q{SELECT FROM cap.entry AS e WHERE NOT EXISTS (SELECT FROM auth.feed AS f WHERE f.name = e.feed)}, 'of those that the ledger names');
	is($pg->psql(q{SELECT count(DISTINCT c.place_id) FROM dir.place_code AS c JOIN dir.place_now AS n USING (place_id, site_id)
	    JOIN auth.feed_site AS s ON s.site = n.site_finess AND s.valid @> now()}), 150, 'which may write each place under a code');
	is($pg->psql(q{SELECT count(*) FROM cap.observation AS o JOIN cap.entry AS e ON e.id = o.entry_id
	    JOIN auth.feed AS f ON f.name = e.feed JOIN auth.feed_site AS s ON s.feed_id = f.id
	    JOIN dir.place_now AS n ON n.place_id = o.place_id WHERE n.site_finess <> s.site}), 0, 'and wrote its own alone');
	my $country = checksum();
	verified('of the country');
	my $rows = $pg->psql('SELECT count(*) FROM cap.observation');
	like(demo('catching up is harmless there', '--catch-up'), qr/stands still/, 'and says why');
	is($pg->psql('SELECT count(*) FROM cap.observation'), $rows, 'nothing was added');
	local $pg->{db} = 'm';
	$pg->ror_db('init');
	demo('the same again', '--scale', 'national', '--factor', '0.005', '--now', $now);
	is(checksum(), $country, 'gives the same rows, feeds and codes too');
}

# --- the accounts alone, on a directory that somebody else made --------------
{
	local $pg->{db} = 'x';
	$pg->ror_db('init');
	$pg->psql(q{INSERT INTO dir.structure (id, kind, finess) VALUES (1, 'EJ', '910000001'), (2, 'EG', '910000002');
	    INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, departement_code)
	    VALUES (1, '[2020-01-01,)', NULL, 'EJ', '91'), (2, '[2020-01-01,)', 1, 'EG', '91');
	    INSERT INTO dir.place (id) VALUES (1);
	    INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed)
	    VALUES (1, '[2020-01-01,)', 2, 'Lits', '01', true);
	    SELECT dir.refresh()});
	demo('accounts alone', '--accounts-only');
	is($pg->psql(q{SELECT count(*) FROM auth.account}), 11, 'are all there');
	is($pg->psql(q{SELECT string_agg(DISTINCT a.login, ' ') FROM auth.account AS a
	    JOIN auth.grant_place AS g ON g.account_id = a.id WHERE g.role = 'bed_manager'}),
	    'camille.martin@demo.ror.example sofia.renaud@demo.ror.example',
	    'and granted what exists in their département');
	my $grants = $pg->psql('SELECT count(*) FROM auth.grant');
	demo('accounts again', '--accounts-only');
	is($pg->psql('SELECT count(*) FROM auth.grant'), $grants, 'changes nothing');
}
done_testing;
