# The sentinel on simulated time: rhythms of feeds and people written into a
# small hospital, the job told what time it is, outages at known instants.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use POSIX qw(strftime);
use Test::More;
use Board;
use Cluster;

my $root = Cluster::root();
my $program = "$ENV{BUILD}/ror-report" if $ENV{BUILD};
($program) = grep { -x } $program // (), "$root/build/check/ror-report",
    "$root/build/release/ror-report";
plan skip_all => 'ror-report is not built' if !defined $program;

my $pg = Cluster->new;
Board::build($pg);
my $out = $pg->dir . '/made';
mkdir $out or die $!;

use constant { MIN => 60, H => 3600, DAY => 86400, WEEK => 7 * 86400 };
# A Monday, 9:00 in Paris; histories before it, eight weeks after it.
my $start = 1_777_273_200;		# 2026-04-27T07:00:00Z
sub iso { return strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $_[0]) }
is(iso($start), '2026-04-27T07:00:00Z', 'the clock of this test');

sub sentinel {
	my ($at) = @_;
	my ($status, $text) = $pg->run($program, '-d', $pg->conninfo(user => 'ror_report'),
	    '-o', $out, 'sentinelle', '--now', strftime('%Y-%m-%d %H:%M:%S+00', gmtime $at));
	die "sentinelle at ${\ iso($at)}: $text" if $status;
	return;
}
sub alarms {
	return $pg->psql(q{SELECT coalesce(string_agg(s.subject || s.subject_id || ' ' || s.kind, ', '
	    ORDER BY s.subject, s.subject_id, s.kind), '') FROM cap.silence AS s WHERE s.ended_at IS NULL});
}
sub raised { return $pg->psql("SELECT count(*) FROM cap.silence WHERE subject || subject_id || ' ' || kind = '$_[0]'") }

# Five feeds of the hospital's first site, each with its own rhythm; feed 5 is
# the one whose places and values are looked at.
my @rhythm = ([1, 5 * MIN], [2, H], [3, 6 * H], [4, DAY], [5, 15 * MIN]);
$pg->psql(q{INSERT INTO auth.feed (id, name, label, source) OVERRIDING SYSTEM VALUE
    SELECT i, 'lits-' || i, 'Lits ' || i, '02' FROM generate_series(1, 5) AS i;
    INSERT INTO auth.feed_site (feed_id, site, valid) SELECT id, '910000017', '[2020-01-01,)' FROM auth.feed});
$pg->psql(qq{SELECT cap.partition_ensure(m::date)
    FROM generate_series(timestamptz '2025-09-01', timestamptz '2026-08-01', interval '1 month') AS m});

# A feed speaks of places in [from, to) every gap seconds.
sub speak {
	my ($feed, $gap, $from, $to, @place) = @_;
	my $places = join ',', @place;
	$pg->psql(qq{INSERT INTO cap.feed_news (feed_id, at)
	    SELECT $feed, date_trunc('minute', to_timestamp(t)) FROM generate_series($from, $to - 1, $gap) AS t
	    ON CONFLICT DO NOTHING;
	    INSERT INTO cap.feed_place AS f (feed_id, place_id, heard_at)
	    SELECT $feed, p, (SELECT max(at) FROM cap.feed_news WHERE feed_id = $feed)
	      FROM unnest('{$places}'::bigint[]) AS p
	    ON CONFLICT (feed_id, place_id) DO UPDATE SET heard_at = EXCLUDED.heard_at});
	return;
}
# Somebody types a place's figures at each of these instants.
my $entry = 1000;
sub type {
	my ($place, @at) = @_;
	return if !@at;
	my $list = join ',', @at;
	$pg->psql(qq{WITH said AS (SELECT t, $entry + row_number() OVER (ORDER BY t) AS id FROM unnest('{$list}'::bigint[]) AS t),
	    entry AS (INSERT INTO cap.entry (id, account_id, mode, source, recorded_at, n_places)
	        OVERRIDING SYSTEM VALUE SELECT id, 1, 'simple', '01', to_timestamp(t), 1 FROM said)
	    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
	    SELECT $place, 20, id % 5, to_timestamp(t), to_timestamp(t), '01', id FROM said;
	    SELECT cap.current_rebuild('{$place}')});
	$entry += @at;
	return;
}
# Weekly on a weekday (0 = Monday), and office hours twice on working days.
sub weekly { my ($from, $weeks, $day) = @_; return map { $from + $_ * WEEK + $day * DAY + 2 * H } 0 .. $weeks - 1 }
sub office { my ($from, $weeks) = @_;
	return map { my $w = $_; map { my $d = $_; map { $from + $w * WEEK + $d * DAY + $_ } 10 * MIN, 7 * H } 0 .. 4 } 0 .. $weeks - 1 }

subtest 'nothing is known' => sub {
	sentinel($start - 40 * WEEK);
	is(alarms(), '', 'no news at all: no alarm');
	speak(1, H, $start - 39 * WEEK, $start - 39 * WEEK + 13 * H, 1);
	sentinel($start - 38 * WEEK);
	is($pg->psql('SELECT count(*) FROM cap.rhythm'), 0, '13 news are no rhythm');
	is(alarms(), '', 'and no alarm');
	$pg->psql('DELETE FROM cap.feed_news; DELETE FROM cap.feed_place');
};

subtest 'eight weeks of people' => sub {
	type(5, weekly($start - 20 * WEEK, 20, 1));
	type(8, weekly($start - 20 * WEEK, 20, 3));
	type(2, office($start - 8 * WEEK, 8));
	type(7, office($start - 8 * WEEK, 8));
	my @seen;
	for my $week (0 .. 7) {
		for my $quarter (0 .. 27) {
			my $at = $start + $week * WEEK + $quarter * 6 * H;
			# What was typed since the last look; one public holiday a fortnight.
			type($_, grep { $_ > $at - 6 * H && $_ <= $at } weekly($start, 8, $_ == 5 ? 1 : 3)) for 5, 8;
			type($_, grep { $_ > $at - 6 * H && $_ <= $at && ($week % 2 || ($_ - $start) % WEEK < 4 * DAY) }
			    office($start, 8)) for 2, 7;
			sentinel($at);
			push @seen, iso($at) . ' ' . alarms() if alarms();
		}
	}
	is($pg->psql(q{SELECT string_agg(subject_id || '=' || n || '/' || median_s, ' ' ORDER BY subject_id) FROM cap.rhythm}) =~
	    /^2=\d+\/\d+ 5=2\d\/604800 7=\d+\/\d+ 8=2\d\/604800$/, 1, 'their rhythms are known');
	is("@seen", '', 'no alarm: not in nights, weekends, public holidays, nor of weekly places');
};

# Looks each step from an instant on until an alarm is there; the delay.
sub found {
	my ($what, $from, $step, $most) = @_;
	for (my $at = $from; $at <= $from + $most; $at += $step) {
		sentinel($at);
		return $at - $from if raised($what);
	}
	return -1;
}

my $now = $start + 8 * WEEK;
subtest 'an outage of people' => sub {
	my $last = $pg->psql('SELECT extract(epoch FROM touched_at)::bigint FROM cap.place_state WHERE place_id = 2');
	my $d = found('place2 silent', $last, 6 * H, 10 * DAY);
	note sprintf 'office hours, twice a day: alarm %.1f days after the last news', $d / DAY;
	ok($d > 2 * DAY && $d <= 5 * DAY, 'office hours: within the next working days, a weekend between');
	$last = $pg->psql('SELECT extract(epoch FROM touched_at)::bigint FROM cap.place_state WHERE place_id = 5');
	$d = found('place5 silent', $last, DAY, 6 * WEEK);
	note sprintf 'weekly: alarm %.2f weeks after the last news', $d / WEEK;
	ok($d > 4 * WEEK && $d <= 5 * WEEK, 'weekly: in the fifth week');
	is($pg->psql(q{SELECT count(*) FROM cap.silence WHERE subject = 'place' AND subject_id = 5 AND since = to_timestamp(} . $last . ')'), 1,
	    'since its last news');
	$now = $last + 6 * WEEK;
	sentinel($now);
	like(alarms(), qr/place5 silent/, 'it stays');
	type(5, $now + H);
	sentinel($now + 2 * H);
	unlike(alarms(), qr/place5 silent/, 'and ends when somebody speaks');
	is($pg->psql(q{SELECT ended_at IS NOT NULL FROM cap.silence WHERE subject = 'place' AND subject_id = 5}), 't', 'the row is kept');
	# A unit that is declared unavailable is not expected to speak.
	like(alarms(), qr/place2 silent/, 'the other one is still silent');
	$pg->psql(q{UPDATE dir.place_now SET locked = tstzmultirange(tstzrange('2026-01-01', NULL)) WHERE place_id = 2});
	sentinel($now + 3 * H);
	unlike(alarms(), qr/place2 silent/, 'nobody waits for a place that is locked');
	$pg->psql(q{UPDATE dir.place_now SET locked = '{}' WHERE place_id IN (2, 4)});
};

subtest 'outages of feeds' => sub {
	$now += WEEK;
	for my $r (@rhythm) {
		my ($feed, $gap) = @$r;
		speak($feed, $gap, $now - 6 * WEEK, $now, $feed == 5 ? (1 .. 4, 6) : 3);
	}
	sentinel($now);
	is(join(', ', grep { /feed/ } split /, /, alarms()), '', 'they speak: no alarm');
	for my $r (@rhythm) {
		my ($feed, $gap) = @$r;
		is($pg->psql("SELECT median_s FROM cap.rhythm WHERE subject = 'feed' AND subject_id = $feed AND kind = 'silent'"),
		    $gap, "feed $feed: its rhythm is learned");
	}
	# All stop at once.  Each is found in the order of its rhythm.
	my %last = map { $_->[0] => $pg->psql("SELECT extract(epoch FROM max(at))::bigint FROM cap.feed_news WHERE feed_id = $_->[0]") } @rhythm;
	for my $r (sort { $a->[1] <=> $b->[1] } @rhythm) {
		my ($feed, $gap) = @$r;
		my $want = 4 * $gap < 30 * MIN ? 30 * MIN : 4 * $gap;
		sentinel($last{$feed} + $want);
		is(raised("feed$feed silent"), 0, "feed $feed: not before " . $want / $gap . ' gaps');
		my $d = found("feed$feed silent", $last{$feed} + $want + MIN, $gap < H ? MIN : $gap / 4, 2 * $gap);
		note sprintf 'feed every %d min: alarm after %.2f gaps', $gap / MIN, ($d + $want + MIN) / $gap;
		ok($d >= 0 && $d <= $gap, 'found within one gap more');
		is($pg->psql("SELECT extract(epoch FROM since)::bigint FROM cap.silence WHERE subject = 'feed' AND subject_id = $feed"),
		    $last{$feed}, 'since its last request');
	}
	$now += 5 * DAY;
	# Nine weeks later its news are swept: what is missed is still missed.
	sentinel($now + 9 * WEEK);
	like(alarms(), qr/feed1 silent/, 'a long outage is not forgotten');
	$now += 9 * WEEK;
	speak(1, 5 * MIN, $now, $now + H, 3);
	sentinel($now + H);
	unlike(alarms(), qr/feed1 silent/, 'it speaks again: the alarm ends');
	$pg->psql(q{UPDATE auth.feed SET suspended_at = now(), suspended_reason = 'essai' WHERE id = 2});
	sentinel($now + H + MIN);
	unlike(alarms(), qr/feed2 silent/, 'nobody waits for a feed that is suspended');
	like(alarms(), qr/feed3 silent/, 'the others are still silent');
};

subtest 'fewer places' => sub {
	for my $night (0 .. 6) {
		speak(5, 15 * MIN, $now + $night * DAY, $now + ($night + 1) * DAY, 1 .. 4, 6);
		sentinel($now + ($night + 1) * DAY);
	}
	$now += 7 * DAY;
	is($pg->psql('SELECT min(places) FROM cap.feed_night WHERE feed_id = 5'), 5, 'five places, night after night');
	is(raised('feed5 dropped'), 0, 'no alarm');
	speak(5, 15 * MIN, $now, $now + 5 * H, 1, 2);
	sentinel($now + 5 * H);
	is(raised('feed5 dropped'), 0, 'two of five for 5 hours: not yet');
	speak(5, 15 * MIN, $now + 5 * H, $now + 7 * H, 1, 2);
	sentinel($now + 7 * H);
	is(raised('feed5 dropped'), 1, 'for 7 hours: an alarm');
	is($pg->psql(q{SELECT n_heard || ' of ' || n_usual FROM cap.silence WHERE kind = 'dropped'}), '2 of 5', 'that says how many');
	speak(5, 15 * MIN, $now + 7 * H, $now + 8 * H, 1 .. 4, 6);
	sentinel($now + 8 * H);
	unlike(alarms(), qr/dropped/, 'all five again: it ends');
	$now += DAY;
};

subtest 'flat line' => sub {
	# A change every hour for four weeks, then the same value for days.
	my $from = $now - 27 * DAY;
	$pg->psql(qq{WITH said AS (SELECT t, 500000 + row_number() OVER (ORDER BY t) AS id
	        FROM generate_series($from, $now + 3 * 86400, 3600) AS t),
	    entry AS (INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places)
	        OVERRIDING SYSTEM VALUE SELECT id, 'lits-5', 'feed', '02', to_timestamp(t), 1 FROM said)
	    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
	    SELECT 6, 20, CASE WHEN t < $now THEN id % 3 ELSE 1 END, to_timestamp(t), to_timestamp(t), '02', id FROM said});
	speak(5, 15 * MIN, $now - 8 * H, $now + DAY - H, 1 .. 4, 6);
	sentinel($now + DAY - H);
	is($pg->psql(q{SELECT median_s FROM cap.rhythm WHERE subject_id = 5 AND kind = 'flat'}), H, 'changes each hour');
	is(raised('feed5 flat'), 0, '23 hours without: not yet');
	speak(5, 15 * MIN, $now + DAY - H, $now + DAY + 2 * H, 1 .. 4, 6);
	sentinel($now + DAY + 2 * H);
	is(raised('feed5 flat'), 1, 'after a day: an alarm, though it speaks');
	unlike(alarms(), qr/feed5 (silent|dropped)/, 'and no other');
	$pg->psql(qq{UPDATE cap.observation SET value = 2 WHERE place_id = 6 AND recorded_at = to_timestamp($now + 86400 + 7200)});
	speak(5, 15 * MIN, $now + DAY + 2 * H, $now + DAY + 3 * H, 1 .. 4, 6);
	sentinel($now + DAY + 3 * H);
	unlike(alarms(), qr/flat/, 'a figure moves: it ends');
};

subtest 'the job' => sub {
	open my $in, '<', "$out/metrics-sentinelle.prom" or die $!;
	my $metrics = do { local $/; <$in> };
	close $in;
	like($metrics, qr/^ror_report_success 1$/m, 'its metrics');
	my $feeds = () = alarms() =~ /feed/g;
	like($metrics, qr/^ror_report_silent_feeds $feeds$/m, 'count what is open');
	my ($status) = $pg->run($program, '-d', $pg->conninfo(user => 'ror_report'), '-o', $out, 'survie', '--now', '2026-01-01 00:00:00+00');
	is($status, 2, 'other jobs take no --now');
	like($pg->psql_error(q{DELETE FROM cap.silence}, user => 'ror_report'), qr/permission denied/, 'an alarm is never deleted');
	like($pg->psql_error(q{UPDATE cap.silence SET since = now()}, user => 'ror_report'), qr/permission denied/, 'nor changed');
};

done_testing;
