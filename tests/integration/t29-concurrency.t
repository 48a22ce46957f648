# Fifty people and ten feeds on the same 200 places, while workers are killed
# and every database session is cut once: nothing acknowledged is lost, nobody
# overwrites what he did not read, and every page shows what was answered.
#
# SECONDS_OF_STORM=60 runs the whole minute (`make check`: 10 s); SEED repeats
# its choices, not its timing.  What it can see was seen: without the version
# check in cap.save(), « made from the version it read » is red.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use File::Temp qw(tempdir);
use JSON::PP;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);
use Cluster;
use Feed;
use Pool;

my $storm_s = $ENV{SECONDS_OF_STORM} // 10;
my $seed = $ENV{SEED} // int rand 1_000_000;
diag "SEED=$seed, $storm_s s";
use constant { WRITERS => 50, FEEDS => 10, SITES => 10, PLACES => 200, ACCOUNTS => 10, INSTALLED => 9999, FED_FROM => 5000 };

my $pg = Cluster->new(settings => { max_connections => 60 });
my $dir = tempdir('rorXXXXXX', DIR => '/tmp', CLEANUP => 1);
sub finess { return sprintf '9100001%02d', $_[0] }

# --- ten sites of twenty places, ten feeds, ten accounts --------------------------
$pg->psql(qq{
INSERT INTO dir.structure (id, kind, finess) VALUES (1, 'EJ', '910000009');
INSERT INTO dir.structure (id, kind, finess) SELECT 10 + s, 'EG', '9100001' || lpad(s::text, 2, '0') FROM generate_series(1, 10) AS s;
INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, departement_code)
SELECT id, '[2020-01-01,)', CASE WHEN id > 1 THEN 1 END, 'Structure ' || id, '91' FROM dir.structure;
INSERT INTO dir.unit (id) SELECT generate_series(1, 220);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field)
SELECT u, '[2020-01-01,)', 11 + (u - 1) % 10, 11 + (u - 1) % 10, 'Unit' || u, '150', '01' FROM generate_series(1, 220) AS u;
INSERT INTO dir.place (id) SELECT generate_series(1, 200);
INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed)
SELECT p, '[2020-01-01,)', 11 + (p - 1) % 10, 'Lieu ' || p, '01', true FROM generate_series(1, 200) AS p;
INSERT INTO dir.unit_place (unit_id, place_id, valid) SELECT p, p, '[2020-01-01,)' FROM generate_series(1, 200) AS p;
-- One place in ten is shared by two units.
INSERT INTO dir.unit_place (unit_id, place_id, valid) SELECT 200 + p, p, '[2020-01-01,)' FROM generate_series(1, 20) AS p;
INSERT INTO dir.place_code SELECT 11 + (p - 1) % 10, 'L' || p, p FROM generate_series(1, 200) AS p;
SELECT dir.refresh();
INSERT INTO auth.feed (id, name, label, source) SELECT f, 'flux' || f, 'Flux ' || f, '02' FROM generate_series(1, 10) AS f;
INSERT INTO auth.feed_site (feed_id, site, valid) SELECT f, '9100001' || lpad(f::text, 2, '0'), '[2020-01-01,)' FROM generate_series(1, 10) AS f;
INSERT INTO auth.feed_token SELECT sha256(decode(md5('a' || f) || md5('b' || f), 'hex')), f, now(), now() + interval '1 hour' FROM generate_series(1, 10) AS f});
my $app = Pool->new($pg, workers => 4);
my $api = Pool->new($pg, pool => 'api', workers => 3);
my @people = map { $app->sign_in("p$_\@ror.example", 'bed_manager:ej:910000009', 'clinician:france:FR') } 1 .. ACCOUNTS;
my @token = map { my $f = $_; join '', map { $pg->psql("SELECT md5('$_$f')") } qw(a b) } 1 .. FEEDS;
sub places_of { my ($site) = @_; return grep { 1 + ($_ - 1) % 10 == $site } 1 .. PLACES }

# --- what each child does, until told to stop -------------------------------------
# A line a fact: kind and fields separated by tabs.
sub child {
	my ($name, $work) = @_;
	my $pid = fork // die "fork: $!";
	return $pid if $pid;
	srand($seed + unpack '%32C*', $name);
	$SIG{$_} = 'DEFAULT' for qw(INT TERM HUP);
	open my $out, '>', "$dir/$name" or POSIX::_exit(9);
	my $ok = eval { $work->(sub { print {$out} join("\t", @_), "\n" }, sub { -e "$dir/stop" }); 1 };
	print {$out} "died\t$@" if !$ok;
	close $out;
	POSIX::_exit($ok ? 0 : 1);
}

# An answer, or nothing when the worker died with the request.
sub try {
	my ($ask) = @_;
	my $r = eval { $ask->() };
	return $r && $r->{status} && $r->{status} !~ /^50/ ? $r : undef;
}

my $uuid = 0;
sub key { return sprintf '%08x-0000-4000-8000-%012x', $$, ++$uuid }

my @json = (headers => { Accept => 'application/json' });

sub board {
	my ($me, $site) = @_;
	my $r = try(sub { $me->get('/capacitaire/lits?site=' . finess($site) . '&format=json', @json) }) or return;
	return { map { $_->{place} => $_ } @{ decode_json($r->{body})->{rows} } } if $r->{status} == 200;
	die "board: $r->{status}";
}

sub writer {
	my ($me, $say, $over) = @_;
	my (%known, $site);
	until ($over->()) {
		if (!$site || rand() < 0.1) {
			my $next = 1 + int rand SITES;
			my $rows = board($me, $next) or next;
			$site = $next;
			%known = map { $_ => $rows->{$_}{version} } keys %$rows;
		}
		my @all = sort keys %known;
		my $n = rand() < 0.75 ? 1 : 2 + int rand 7;
		my %row = map { $all[rand @all] => { dispo_ind => int rand FED_FROM, ferm_nr => int rand 9 } } 1 .. $n;
		my $key = key();
		my ($sends, $sure) = (0, 0);
		ATTEMPT: until ($over->()) {
			my %form = (cle => $key);
			my ($one) = %row;
			for my $place (keys %row) {
				my $tail = keys %row == 1 ? '' : ".$place";
				$form{"inst$tail"} = INSTALLED;
				$form{"suppl_mob$tail"} = 0;
				$form{"$_$tail"} = $row{$place}{$_} for qw(dispo_ind ferm_nr);
				$form{"commentaire$tail"} = '';
				$form{"version$tail"} = $known{$place};
			}
			$form{confirme} = 1 if $sure;
			$sends++;
			my $r = try(sub { $me->post(keys %row == 1 ? "/capacitaire/$one" : '/capacitaire', \%form, @json) });
			if (!$r) {
				# Nobody knows whether it was saved: the same form again.
				$say->('lost');
				sleep 0.05;
				next ATTEMPT;
			}
			my $j = decode_json($r->{body});
			my @rows = keys %row == 1 ? ($j) : @{ $j->{rows} // [] };
			if ($r->{status} == 200) {
				$say->('saved', $key, $_->{place} =~ s/^l//r, $known{ $_->{place} }, $_->{version}, $sends,
				    @{ $row{ $_->{place} } }{qw(dispo_ind ferm_nr)}) for @rows;
				$known{ $_->{place} } = $_->{version} for @rows;
				look($me, $site, \@rows, $say) if rand() < 0.3;
				last ATTEMPT;
			}
			# « Inhabituel »: he looks, and means it.
			if ($r->{status} == 422 && $j->{ask} && !$sure) {
				$say->('asked');
				$sure = 1;
				$sends--;
				next ATTEMPT;
			}
			if ($r->{status} == 409) {
				# He sees both values, and sends his on what he now knows.
				$say->('conflict');
				$known{ $_->{place} } = $_->{version} for grep { exists $row{ $_->{place} } } @rows;
				$key = key();
				$sends = 0;
				next ATTEMPT;
			}
			die "save: $r->{status} $r->{body}";
		}
	}
	return;
}

# The next page of whichever worker: as new as what was answered, or newer.
sub look {
	my ($me, $site, $saved, $say) = @_;
	my $rows = board($me, $site) or return;
	for my $s (@$saved) {
		my $shown = $rows->{ $s->{place} } or die "the board lost $s->{place}";
		my $same = $shown->{version} == $s->{version};
		$say->('looked', $shown->{version} < $s->{version}
		    || $same && $shown->{values}{dispo_ind} != $s->{values}{dispo_ind} ? 'late' : 'ok');
	}
	return;
}

sub feed {
	my ($f, $say, $over) = @_;
	my $web = $api->web;
	my $json = JSON::PP->new->canonical->utf8;
	my @place = places_of($f);
	# Never what a person said: an equal value is a confirmation, not a row.
	my $value = FED_FROM;
	until ($over->()) {
		my $place = $place[rand @place];
		$value = FED_FROM if $value == INSTALLED;
		my $body = $json->encode(parameters(op(add => DISPO => ++$value, at => undef)));
		my $r;
		until ($over->()) {
			$r = try(sub { $web->ask('PATCH', '/fhir/Location?identifier=' . finess($f) . "/L$place", $body,
			    params => { HTTP_AUTHORIZATION => "Bearer $token[$f - 1]", CONTENT_TYPE => 'application/fhir+json' }) });
			last if $r;
			$say->('lost');
			sleep 0.05;
		}
		next if !$r;
		die "feed: $r->{status} $r->{body}" if $r->{status} != 200;
		$say->('fed', "flux$f", $place, $value);
		sleep 0.05;
	}
	return;
}

sub workers {
	my ($pool) = @_;
	my $pid = $pool->pid;
	open my $in, '<', "/proc/$pid/task/$pid/children" or return;
	return split ' ', <$in> // '';
}

# --- the storm -----------------------------------------------------------------------
my %pid;
for my $i (1 .. WRITERS) {
	$pid{"writer$i"} = child("writer$i", sub { writer($people[$i % ACCOUNTS], @_) });
}
for my $i (1 .. FEEDS) {
	$pid{"feed$i"} = child("feed$i", sub { feed($i, @_) });
}
srand $seed;
my ($kills, $cut) = (0, 0);
my $end = time + $storm_s;
while (time < $end) {
	sleep 0.3 + rand 0.6;
	my @victims = rand() < 0.6 ? workers($app) : workers($api);
	$kills += kill KILL => $victims[rand @victims] if @victims;
	if (!$cut && time > $end - $storm_s / 2) {
		$cut = $pg->psql(q{SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename IN ('ror_app', 'ror_api')});
	}
}
open my $stop, '>', "$dir/stop" or die $!;
close $stop;
my @bad = grep { waitpid $pid{$_}, 0; $? } sort keys %pid;
my %said;
for my $name (sort keys %pid) {
	open my $in, '<', "$dir/$name" or next;
	while (<$in>) {
		chomp;
		my ($kind, @rest) = split /\t/;
		push @{ $said{$kind} }, \@rest;
	}
}
is("@bad", '', 'nobody met an answer that he could not understand') or diag join "\n", map { $_->[0] } @{ $said{died} };
my %n = map { $_ => scalar @{ $said{$_} // [] } } qw(saved fed conflict asked lost looked);
diag "saved $n{saved} rows, fed $n{fed}, conflicts $n{conflict}, asked $n{asked}, answers lost $n{lost}, looked $n{looked}; workers killed $kills, sessions cut $cut";
# Enough to have met each other, however slow the machine.
cmp_ok($n{saved}, '>=', 50, 'people saved');
cmp_ok($n{fed}, '>=', 50, 'feeds wrote');
cmp_ok($n{conflict}, '>', 0, 'some met a conflict');
cmp_ok($kills, '>=', 3, 'workers were killed');
cmp_ok($cut, '>', 0, 'sessions were cut');
cmp_ok($n{looked}, '>=', 5, 'people looked at the next page');
is(scalar(grep { $_->[0] ne 'ok' } @{ $said{looked} }), 0, 'it was never older than what they had saved');

# --- the ledger ----------------------------------------------------------------------
open my $sql, '>', "$dir/acks.sql" or die $!;
print {$sql} "CREATE SCHEMA storm; CREATE TABLE storm.saved (key uuid, place_id bigint, was bigint, version bigint, sends integer, free integer, closed integer);\n",
    "CREATE TABLE storm.fed (feed text, place_id bigint, value integer);\nCOPY storm.saved FROM stdin;\n",
    (map { join("\t", @$_) . "\n" } @{ $said{saved} }), "\\.\nCOPY storm.fed FROM stdin;\n",
    (map { join("\t", @$_) . "\n" } @{ $said{fed} }), "\\.\n";
close $sql;
my ($status, $text) = $pg->run('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $pg->conninfo, '-f', "$dir/acks.sql");
is($status, 0, 'what was acknowledged is known') or diag $text;
is($pg->psql(q{SELECT count(*) FROM storm.saved AS s
    WHERE NOT EXISTS (SELECT FROM cap.entry AS e JOIN cap.observation AS o ON o.entry_id = e.id
                       WHERE e.key = s.key AND o.place_id = s.place_id AND o.indicator_id = 4 AND o.value = s.free)
       OR NOT EXISTS (SELECT FROM cap.entry AS e JOIN cap.observation AS o ON o.entry_id = e.id
                       WHERE e.key = s.key AND o.place_id = s.place_id AND o.indicator_id = 2 AND o.value = s.closed)}),
    0, 'every acknowledged save is in the ledger');
is($pg->psql(q{SELECT coalesce(string_agg(concat_ws(' ', f.feed, f.place_id, f.value), ', '), '') FROM storm.fed AS f
    WHERE NOT EXISTS (SELECT FROM cap.entry AS e JOIN cap.observation AS o ON o.entry_id = e.id
                       WHERE e.feed = f.feed AND o.place_id = f.place_id AND o.indicator_id = 4 AND o.value = f.value)}),
    '', 'every acknowledged value of a feed too');
# A first answer says the version that the save made: the next after the one
# it was made from, and nobody else's.
is($pg->psql(q{SELECT count(*) FROM storm.saved AS s WHERE s.sends = 1 AND s.version NOT IN (s.was, s.was + 1)}), 0,
    'every save was made from the version it read');
is($pg->psql(q{SELECT count(*) FROM (SELECT FROM storm.saved AS s WHERE s.sends = 1 AND s.version = s.was + 1
    GROUP BY s.place_id, s.version HAVING count(*) > 1) AS x}), 0, 'no two saves made the same version');
is($pg->psql(q{SELECT count(*) FROM (SELECT FROM cap.entry AS e JOIN cap.observation AS o ON o.entry_id = e.id AND o.indicator_id = 4
    WHERE e.account_id IS NOT NULL GROUP BY e.id, e.n_places HAVING count(*) <> e.n_places) AS x}), 0, 'no page was half saved');
($status, $text) = $pg->ror_db('verify');
is($status, 0, 'ror-db verify') or diag $text;
is($pg->psql('SELECT count(*) FROM cap.current AS c FULL JOIN cap.current_derived AS d USING (place_id, assignment_id, indicator_id)
    WHERE (c.value, c.effective_at, c.entry_id) IS DISTINCT FROM (d.value, d.effective_at, d.entry_id)'), 0,
    'current values are the ledger’s own derivation');

# --- and every worker shows it -----------------------------------------------------------
my %want = map { split /\|/ } split /\n/, $pg->psql('SELECT place_id, value FROM cap.current WHERE indicator_id = 20 AND assignment_id = 0 ORDER BY place_id');
my $total = 0;
$total += $_ for values %want;
for my $turn (1 .. 12) {
	my $csv;
	for (1 .. 100) {
		my $r = try(sub { $people[0]->get('/disponibilites?region=11&format=csv') });
		$csv = $r->{body} if $r;
		last if $csv;
		sleep 0.2;
	}
	my ($shown) = ($csv =~ s/"//gr) =~ /;91;Essonne;(\d+);/;
	is($shown, $total, "page $turn: the total of the département, shared places once");
}
my $wrong = 0;
for my $site (1 .. SITES) {
	my $rows = board($people[1], $site);
	$wrong += grep { exists $want{$_} && $rows->{"l$_"}{values}{dispo_ind} != $want{$_} } places_of($site);
}
is($wrong, 0, 'and the boards show the ledger');
done_testing;
