# The roll-up on a private cluster: worked examples, the sweep against slow
# and obvious SQL, night = rebuild, as known on, refusal, one run at a time.
use strict;
use warnings;
use lib 'tests/integration/lib';
use Cluster;
use Test::More;

my $seed = $ENV{SEED} // int(rand(1_000_000));
diag "SEED=$seed";
my $program = "$ENV{BUILD}/ror-report" if $ENV{BUILD};
($program) = grep { -x } $program // (), 'build/check/ror-report',
    'build/release/ror-report';
plan skip_all => 'ror-report is not built' if !defined $program;

my $pg = Cluster->new;
my $out = $pg->dir . '/made';
mkdir $out or die $!;

sub report {
	my (@arg) = @_;
	return $pg->run($program, '-d', $pg->conninfo(user => 'ror_report'),
	    '-o', $out, @arg);
}

sub published {
	my ($status, $text) = report(@_);
	is($status, 0, "ror-report @_") or diag $text;
	return;
}

# A file of statements, with psql variables.
sub script {
	my ($file, %var) = @_;
	my @set = map { ('-v', "$_=$var{$_}") } sort keys %var;
	my ($status, $text) = $pg->run('psql', '-X', '-q', '-At', '-v',
	    'ON_ERROR_STOP=1', @set, '-d', $pg->conninfo, '-f', $file);
	die "$file: $text" if $status;
	chomp $text;
	return $text;
}

# As the marts are now, and as they were known at the n-th published cut;
# knowledge times as cut numbers, so that two marts can be compared.
my $facts = q{(SELECT count(*) || ' ' || coalesce(md5(string_agg(f::text, E'\n' ORDER BY f::text)), '') FROM
    (SELECT place_id, indicator_id, day, day_s, known_s, value_s, value_min, value_max, at_08, at_19, at_24,
            zero_s, manual_s, feed_s, n_obs, service_s, paired_s, since_source, since_at
       FROM mart.fct_place_day WHERE %s) AS f)};
my $cells = q{(SELECT count(*) || ' ' || coalesce(md5(string_agg(r::text, E'\n' ORDER BY r::text)), '') FROM
    (SELECT departement_code, category_id, subset, day, region_code, nature, places_expected, places_reporting,
            places_fresh, day_s, expected_s, known_s, installed_s, closed_nr_s, closed_r_s, suppl_s, in_service_s,
            in_service_known_s, available_s, available_high_s, available_paired_s, occupied_s, occupied_paired_s,
            in_service_occ_s, zero_s FROM mart.rpt_department_day WHERE %s) AS r)};

sub mart_where {
	my ($where) = @_;
	my $sql = 'SELECT ' . sprintf($facts, $where) . q{ || ' / ' || } . sprintf($cells, $where);
	return $pg->psql($sql);
}
sub mart_now { return mart_where(q{known_to = 'infinity'}) }
sub mart_at {
	my ($cut) = @_;
	return mart_where("known_from <= '$cut' AND '$cut' < known_to");
}

# --- nothing at all ---------------------------------------------------------
published('nightly');
is($pg->psql('SELECT count(*) FROM mart.fct_place_day'), 0, 'no ledger, no fact, no failure');
is($pg->psql('SELECT count(*) FROM mart.cut WHERE published_at IS NOT NULL'), 1, 'but a published cut');
$pg->psql('DELETE FROM mart.cut');

# --- a small region with a random history -----------------------------------
script('tests/sql/report_history.sql', seed => $seed, step => 1);
published('nightly');
is(script('tests/sql/report_slow.sql'), '', 'the sweep equals slow and obvious SQL');
my $n = $pg->psql(q{SELECT count(*) FROM mart.fct_place_day});
cmp_ok($n, '>', 500, "and there was something to compare ($n facts)");
my $first = mart_now();

published('nightly');
is(mart_now(), $first, 'the same input again: the same rows');
is($pg->psql(q{SELECT count(*) FROM mart.fct_place_day WHERE known_to <> 'infinity'}), 0,
    'and no new vintage');

# --- the worked examples of DOMAIN 5.1 --------------------------------------
my $mean = q{SELECT round(value_s::numeric / known_s, 4) FROM mart.fct_place_day
              WHERE place_id = 1 AND indicator_id = 7 AND day = '2026-03-29' AND %s};
is($pg->psql(sprintf $mean, q{known_to = 'infinity'}), '17.8261', '23 hours: 17.8261');
my $before = $pg->psql('SELECT max(cut_at) FROM mart.cut');
$pg->psql(q{INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places)
                 VALUES (800, 'x', 'feed', '02', clock_timestamp(), 1);
            INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
                 VALUES (1, 7, 0, '2026-03-29 10:00Z', clock_timestamp(), '02', 800)});
published('nightly');
is($pg->psql(sprintf $mean, q{known_to = 'infinity'}), '7.3913', 'a correction from noon on: 7.3913');
is($pg->psql(sprintf $mean, "known_from <= '$before' AND '$before' < known_to"), '17.8261',
    'still 17.8261 as known before');
is(mart_at($before), $first, 'the whole vintage of before gives the same bytes');

# --- late corrections, directory changes, locks: night = rebuild ------------
my (%known, @cut);
# La Réunion's one place: step 3 plans to close all of it on 1 April.
sub expected {
	my ($at) = @_;
	return $pg->psql(qq{SELECT places_expected FROM mart.rpt_department_day
	    WHERE departement_code = '974' AND day = '2026-04-01' AND known_from <= '$at' AND '$at' < known_to});
}
for my $step (2 .. 5) {
	script('tests/sql/report_history.sql', seed => $seed + $step, step => $step);
	published('nightly');
	is(script('tests/sql/report_slow.sql'), '', "step $step: the night equals slow SQL");
	$cut[$step] = $pg->psql('SELECT max(cut_at) FROM mart.cut');
	$known{ $cut[$step] } = mart_now();
}
is(expected($cut[3]), 0, 'beds that are all planned to close are not expected');
is(expected($cut[2]), 1, 'but were, as known before that was planned');
my $night = mart_now();
my ($du, $au) = split /\|/, $pg->psql(
    'SELECT day_from, day_to FROM mart.cut WHERE published_at IS NOT NULL ORDER BY cut_at DESC LIMIT 1');
published('rebuild', '--du', $du, '--au', $au);
is(mart_now(), $night, 'rebuild of everything: the same rows');
is($pg->psql(q{SELECT count(*) FROM mart.fct_place_day AS f
                WHERE f.known_from = (SELECT max(cut_at) FROM mart.cut)}), 0,
    'a rebuild that finds nothing different opens nothing');
for my $cut (sort keys %known) {
	is(mart_at($cut), $known{$cut}, "as known at $cut: the same bytes as then");
}

# --- the marts are lost -----------------------------------------------------
my $last = (sort keys %known)[-1];
$pg->psql('TRUNCATE mart.fct_place_day, mart.rpt_department_day, mart.dim_place, mart.dim_lock');
published('rebuild', '--cuts');
is(mart_now(), $night, 'every cut again from the ledger: the last one is the same');
is(mart_at($last), $known{$last}, 'and the one before the rebuild');
is(expected($cut[2]) . expected($cut[3]), '10', 'closures count from the cut on that knew them');

# --- a fact that was tampered with ------------------------------------------
# Paris is corrupted, a correction comes from elsewhere on the same day.
my $cuts = $pg->psql('SELECT count(*) FROM mart.cut WHERE published_at IS NOT NULL');
my $day = $pg->psql(q{SELECT f.day FROM mart.fct_place_day AS f
    WHERE f.place_id = 2 AND f.indicator_id = 20 AND f.known_to = 'infinity' AND f.known_s > 0
    ORDER BY f.day DESC LIMIT 1});
$pg->psql(qq{UPDATE mart.fct_place_day SET value_s = value_s + 7
              WHERE place_id = 2 AND indicator_id = 20 AND day = '$day' AND known_to = 'infinity';
             INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
                  SELECT 4, 20, 1, '$day 12:00Z', clock_timestamp(), '01', 800});
my $was = mart_now();
my ($status, $text) = report('nightly');
is($status, 3, 'cells that do not add up are refused');
like($text, qr/check .* wrong, first: /, 'and the message says which check');
is(mart_now(), $was, 'nothing of the refused vintage is kept');
is($pg->psql('SELECT count(*) FROM mart.cut WHERE published_at IS NOT NULL'), $cuts, 'its cut is not published');
like($pg->psql('SELECT refused FROM mart.cut ORDER BY cut_at DESC LIMIT 1'), qr/^check /, 'but keeps the reason');
open my $in, '<', "$out/metrics.prom" or die $!;
my $metrics = do { local $/; <$in> };
close $in;
like($metrics, qr/^ror_report_success 0$/m, 'the metrics say that it failed');
published('rebuild', '--du', $day, '--au', $day);
is(script('tests/sql/report_slow.sql'), '', 'a rebuild of that day repairs it');

# --- one at a time ----------------------------------------------------------
my $pid = open my $holder, '|-', 'psql', '-X', '-q', '-d', $pg->conninfo, '-o', '/dev/null'
    or die $!;
$holder->autoflush(1);
print {$holder} "SELECT pg_advisory_lock(7267002);\n";
for (1 .. 100) {
	last if $pg->psql(q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted}) > 0;
	select undef, undef, undef, 0.05;
}
($status, $text) = report('nightly');
is($status, 4, 'a second run says so');
like($text, qr/another run is under way/, 'in words');
close $holder;

# --- charts -----------------------------------------------------------------
sub slurp {
	my ($file) = @_;
	open my $f, '<:raw', $file or return "no $file";
	local $/;
	return scalar <$f>;
}
my $charts = "$out/rapports/departement/75";
my @days = ('--du', '2026-03-24', '--au', '2026-04-05');
published('render', @days);
my @names = ('bulletin.pdf', map { my $i = $_; map { "$i$_" } '.svg', '-sombre.svg', '.png' }
    qw(disponibilite occupation fermes couverture));
my %bytes = map { $_ => slurp("$charts/$_") } @names;
is(scalar(grep { !/^(no |$)/ } values %bytes), 13, 'twelve charts of Paris and a bulletin');
like($bytes{'occupation.svg'}, qr/^<\?xml|^<svg/, 'an SVG');
like($bytes{'bulletin.pdf'}, qr/^%PDF-/, 'a PDF');
isnt($bytes{'occupation.svg'}, $bytes{'occupation-sombre.svg'}, 'dark is not light');
is((stat "$charts/couverture.png")[9], $pg->psql('SELECT floor(extract(epoch FROM max(cut_at)))::bigint FROM mart.cut
    WHERE published_at IS NOT NULL'), 'dated by the cut');
unlink map { "$charts/$_" } @names;
published('render', @days);
is_deeply({ map { $_ => slurp("$charts/$_") } @names }, \%bytes, 'made again: the same bytes');
($status, $text) = report('render', '--cut', '2020-01-01 00:00:00+00');
is($status, 1, 'no cut was published by then');

# --- survival pages ---------------------------------------------------------
$pg->psql(q{SELECT cap.current_rebuild(NULL);
            UPDATE dir.structure_version SET phone = '01 99 00 00 01' WHERE structure_id = 1;
            SELECT dir.refresh()});
published('survie');
my $page = slurp("$out/survie/75.html");
like($page, qr/01 99 00 00 01/, 'Paris has its phone');
like($page, qr/Données du <time datetime="\d{4}-/, 'and its date');
like($page, qr/périmé/, 'values of spring are out of date');
unlike($page, qr/<script|style=/, 'no script, no inline style');
like(slurp("$out/survie/index.html"), qr{/survie/974\.html}, 'the index leads to La Réunion');
ok(!-e "$out/survie/01.html", 'no page without a place');

# --- usage ------------------------------------------------------------------
for my $wrong ([], ['nonsense'], ['rebuild'], ['nightly', '--du', '2026-01-01', '--au', '2026-01-02'],
    ['rebuild', '--du', '2026-02-30', '--au', '2026-03-01'], ['rebuild', '--du', '2026-03-02', '--au', '2026-03-01']) {
	($status, $text) = report(@$wrong);
	is($status, 2, "refused: @$wrong");
}
done_testing;
