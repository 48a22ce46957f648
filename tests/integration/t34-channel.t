# Alarms on pages, and places moved to manual entry and back: who may, what a
# feed that replays its backlog can not do.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Board;
use Cluster;
use Pool;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $pg = Cluster->new;
Board::build($pg);
$pg->psql(q{
INSERT INTO auth.feed (id, name, label, contact, source) OVERRIDING SYSTEM VALUE
VALUES (1, 'lits', 'Gestion <des> lits', 'lits@ror.example', '02');
INSERT INTO auth.feed_site (feed_id, site, valid)
VALUES (1, '910000017', '[2020-01-01,)'), (1, '940000018', '[2020-01-01,)');
INSERT INTO auth.feed_token VALUES (sha256('\x01'), 1, now(), now() + interval '1 hour');
INSERT INTO dir.place_code VALUES (2, 'CARDIO', 1), (2, 'CHIR', 2), (2, 'MED', 3), (3, 'GERIATRIE', 7)});
my $pool = Pool->new($pg, workers => 2);
my $me = $pool->sign_in('martin@ror.example', 'bed_manager:eg:910000017');
# Reads everything, answers for one site.
my $other = $pool->sign_in('petit@ror.example', 'clinician:france:FR', 'bed_manager:eg:940000018');
my $steward = $pool->sign_in('perrin@ror.example', 'steward:region:11');
my $south = $pool->sign_in('delmas@ror.example', 'steward:region:76');
my $analyst = $pool->sign_in('caron@ror.example', 'analyst:region:11');
my $admin = $pool->sign_in('roussel@ror.example', 'admin:france:FR');
my $nurse = $pool->sign_in('infirmiere@ror.example', 'clinician:france:FR');

# One value of a feed, true so many seconds ago (undef: now).
sub feed {
	my ($code, $value, $ago) = @_;
	my $at = defined $ago ? "now() - interval '$ago seconds'" : 'NULL';
	my $row = $pg->psql(qq{SELECT outcome, detail FROM cap.feed_save('01', '{}', '{NULL}', '{$code}', '{NULL}',
	    '{1}', '{add}', '{02/01/04/-/-/-}', '{01}', '{$value}', ARRAY[$at]::timestamptz[], '{NULL}', '{NULL}')},
	    user => 'ror_api');
	return (split /\|/, $row, -1)[0];
}
sub holds { return $pg->psql("SELECT value FROM cap.current WHERE place_id = $_[0] AND indicator_id = 20") }
sub ledger { return $pg->psql("SELECT count(*) FROM cap.observation WHERE place_id = $_[0]") }
sub modes { return $pg->psql(q{SELECT coalesce(string_agg(place_id || ' ' || mode, ', ' ORDER BY place_id), '') FROM cap.channel}) }
sub audits { return $pg->psql(q{SELECT count(*) FROM audit.event WHERE event LIKE 'channel%'}) }

is(feed($_, 4, 7300), 'ok', "the feed speaks of $_") for qw(CARDIO CHIR MED GERIATRIE);
is($pg->psql('SELECT count(*) FROM cap.feed_place WHERE feed_id = 1'), 4, 'the sentinel heard of four places');
$pg->psql(q{INSERT INTO cap.silence (subject, subject_id, kind, since, detected_at, median_s, n_heard, n_usual) VALUES
    ('feed', 1, 'silent', now() - interval '125 minutes', now(), 300, NULL, NULL),
    ('feed', 1, 'dropped', now() - interval '7 hours', now(), 300, 2, 40),
    ('place', 5, 'silent', now() - interval '30 days', now(), 604800, NULL, NULL);
    INSERT INTO cap.silence (subject, subject_id, kind, since, detected_at, ended_at, median_s)
    VALUES ('feed', 1, 'flat', now() - interval '9 days', now() - interval '8 days', now() - interval '7 days', 90000)});

my $r;
subtest 'home' => sub {
	$r = $me->get('/accueil');
	is($r->{status}, 200, 'a bed manager');
	like($r->{body_text}, qr{Gestion &lt;des&gt; lits.*remontée silencieuse depuis 2 heures.*3 lieux, d’habitude toutes les 5 minutes}s,
	    'the feed of his site, escaped, since when, his places, its rhythm');
	like($r->{body_text}, qr{ne parle plus que de 2 lieux sur 40 depuis 7 heures}, 'fewer places');
	like($r->{body_text}, qr{HDJ Oncologie.*silencieux depuis 30 jours.*d’habitude chaque semaine}s, 'a place that people type');
	like($r->{body_text}, qr{href="/capacitaire/places\?site=910000017#l5"}, 'leads to its board');
	like($r->{body_text}, qr{action="/capacitaire/l1/manuel"}, 'one click');
	unlike($r->{body_text}, qr{inchangés}, 'what is over is not there');
	$r = $me->get('/capacitaire/lits');
	like($r->{body_text}, qr{remontée silencieuse depuis 2 heures.*form="canal-l1".*id="canal-l1" method="post" action="/capacitaire/l1/manuel"}s,
	    'the board says it in the row, with the click');
	$r = $other->get('/accueil');
	like($r->{body_text}, qr{silencieuse depuis.*Sainte-Odile.*1 lieu, }s, 'the other site: its own place');
	unlike($r->{body_text}, qr{Valmont|HDJ}, 'and no other');
	unlike($nurse->get('/accueil')->{body_text}, qr{Sans nouvelles|sans nouvelles}, 'nothing for a clinician');
	$r = $steward->get('/accueil');
	like($r->{body_text}, qr{silencieuse depuis.*/administration/sentinelle}s, 'a steward: feeds, and the way to all of it');
	unlike($r->{body_text}, qr{HDJ Oncologie|/manuel"}, 'no places, no button');
	like($south->get('/accueil')->{body_text}, qr{Toutes les remontées dont le rythme est connu}, 'nothing in another region');
};

subtest 'the list' => sub {
	my $list = '/administration/sentinelle';
	is($me->get($list)->{status}, 403, 'not for bed managers');
	$r = $admin->get($list);
	is($r->{status}, 200, 'an administrator');
	like($r->{body_text}, qr{5 alarmes en cours}, 'a feed on two sites is two rows');
	like($r->{body_text}, qr{lits\@ror\.example}, 'its contact');
	like($r->{body_text}, qr{href="tel:0160000001">01 60 00 00 01}, 'and the phone of the site');
	like($r->{body_text}, qr{action="/capacitaire/l1/manuel"}, 'may move places');
	$r = $analyst->get($list);
	like($r->{body_text}, qr{5 alarmes}, 'an analyst reads');
	unlike($r->{body_text}, qr{/manuel"}, 'and moves nothing');
	like($south->get($list)->{body_text}, qr{Aucune alarme.*chaque remontée}s, 'none in another region');
	like($steward->get("$list?alarme=moins")->{body_text}, qr{2 alarmes en cours}, 'by kind');
	like($steward->get("$list?objet=lieux")->{body_text}, qr{1 alarme en cours}, 'by subject');
	like($steward->get("$list?departement=94")->{body_text}, qr{2 alarmes en cours}, 'by département');
	$r = $steward->get("$list?etat=terminees");
	like($r->{body_text}, qr{2 alarmes terminées.*chiffres inchangés depuis 2 jours}s, 'what is over: as long as it lasted');
	unlike($r->{body_text}, qr{/manuel"}, 'with nothing to do');
	like($steward->get("$list?alarme=inchange")->{body_text}, qr{Aucune alarme pour ce filtre}, 'a filter without result');
	is($steward->get("$list?$_")->{status}, 400, "refused: $_") for 'alarme=x', 'objet=%00', 'departement=999', 'etat=1';
	$r = $steward->get("$list?format=csv&departement=91");
	is($r->{headers}{'content-type'}, 'text/csv; charset=utf-8', 'a file');
	my @lines = split /\r\n/, $r->{body_text};
	is(scalar @lines, 4, 'with its heads and three alarms');
	like($lines[0], qr/"objet";"nom";"alarme";"departement"/, 'heads');
	is(scalar(grep { /^"remontee";"Gestion <des> lits";"moins";"91";"910000017";"CH de Valmont";.*;300;2;40;3;/ } @lines), 1, 'a drop')
	    or diag $r->{body_text};
};

subtest 'who may' => sub {
	is($_->[1]->post('/capacitaire/l1/manuel', {})->{status}, 403, "not $_->[0]")
	    for ['another site', $other], ['another region', $south], ['an analyst', $analyst], ['a clinician', $nurse];
	is($me->post('/capacitaire/l1/manuel', { jeton => 'x' })->{status}, 403, 'nor without the token of the form');
	is($me->post('/capacitaire/l999999/manuel', {})->{status}, 404, 'nor a place that does not exist');
	is($me->get('/capacitaire/l1/manuel')->{status}, 405, 'never by a link');
	is(modes(), '', 'nothing moved');
	is(audits(), 0, 'and nothing is audited');
};

subtest 'to manual entry' => sub {
	$r = $me->post('/capacitaire/l1/manuel', { retour => '/accueil' });
	is($r->{status}, 303, 'one place');
	like($r->{headers}{location}, qr{^/accueil\?canal=manuel&lieux=1&depuis=\d+$}, 'back to where one was');
	like($me->get($r->{headers}{location})->{body_text}, qr{1 lieu est passé en saisie manuelle}, 'which says so');
	is(modes(), '1 manual', 'that place alone');
	like($me->get('/capacitaire/lits?canal=manuel&lieux=1&depuis=5')->{body_text},
	    qr{1 lieu est passé en saisie manuelle.*Saisie manuelle depuis le.*action="/capacitaire/l1/remontee"}s, 'the board says both, and the way back');
	is(feed('CARDIO', 9), 'manual', 'its feed is refused');
	is(feed('CHIR', 5), 'ok', 'the next place is not');
	is(holds(1), 4, 'what holds stays');
	$r = $me->post('/capacitaire/l1/manuel', { portee => 'site', retour => '/capacitaire/lits?site=910000017&canal=manuel&lieux=1&depuis=5#l1' });
	like($r->{headers}{location}, qr{^/capacitaire/lits\?site=910000017&canal=manuel&lieux=2&depuis=\d+#l1$}, 'the others of the site too');
	is(modes(), '1 manual, 2 manual, 3 manual', 'of that feed, and not of another site');
	is(audits(), 2, 'audited twice');
	is($pg->psql(q{SELECT detail->>'feed' || ' ' || (detail->'places')::text FROM audit.event
	    WHERE event = 'channel_manual' ORDER BY id DESC LIMIT 1}), 'lits [2, 3]', 'with what moved');
	$r = $me->post('/capacitaire/l1/manuel', { retour => 'https://ailleurs.example/' }, headers => { Accept => 'application/json' });
	is(decode_json($r->{body})->{lieux}, 0, 'again: nothing moves');
	is($me->post('/capacitaire/l1/manuel', { retour => '//ailleurs.example/' })->{headers}{location} =~ m{^/accueil\?} ? 1 : 0, 1,
	    'never to somebody else\'s address');
	is(audits(), 2, 'nor is it audited');
	like($me->get('/accueil')->{body_text}, qr{en saisie manuelle.*action="/capacitaire/l1/remontee"}s, 'the home page offers the way back');
	unlike($me->get('/accueil?canal=manuel&lieux=%3Cb%3E&depuis=1')->{body_text}, qr{passé}, 'an address that is no answer says nothing');
};

subtest 'replay' => sub {
	my $version = $pg->psql('SELECT version FROM cap.place_state WHERE place_id = 1');
	$r = $me->post('/capacitaire/l1', { inst => 20, ferm_nr => 0, dispo_ind => 7, suppl_mob => 0, version => $version,
	    cle => '00000000-0000-4000-8000-000000000001' }, headers => { Accept => 'application/json' });
	is($r->{status}, 200, 'a person types seven');
	my $rows = ledger(1);
	# The feed comes back and sends all it kept, over and over.
	is(feed('CARDIO', $_, 3600 - 600 * $_), 'manual', "its value of $_ is refused") for 1 .. 6;
	is(holds(1), 7, 'seven holds');
	is(ledger(1), $rows, 'and nothing was written');
	select undef, undef, undef, 1.1;
	$r = $me->post('/capacitaire/l1/remontee', { retour => '/accueil' });
	like($r->{headers}{location}, qr{canal=remontee&lieux=1&depuis=\d+}, 'back to the feed');
	like($me->get($r->{headers}{location})->{body_text}, qr{1 lieu est revenu à la remontée automatique.*comptent à partir du \d\d/\d\d/\d{4} \d\d:\d\d}s,
	    'from when its values count');
	is(feed('CARDIO', $_, 3600 - 600 * $_ + 1), 'before', "kept back, $_: over") for 1 .. 5;
	# Newer than what the person typed, older than the return.
	is($pg->psql(q{SELECT s.outcome FROM cap.channel AS c, cap.feed_save('01', '{}', '{NULL}', '{CARDIO}', '{NULL}', '{1}',
	    '{add}', '{02/01/04/-/-/-}', '{01}', '{8}', ARRAY[c.since - interval '1 millisecond'], '{NULL}', '{NULL}') AS s
	    WHERE c.place_id = 1}), 'before', 'also what was true after the person typed, before the return');
	is(holds(1), 7, 'seven still holds');
	is(ledger(1), $rows, 'still nothing was written');
	is(feed('CARDIO', 9), 'ok', 'what is true now counts');
	is(holds(1), 9, 'and holds');
	is($me->post('/capacitaire/l7/remontee', {})->{status}, 403, 'another site: no');
	is($other->post('/capacitaire/l7/remontee', {}, headers => { Accept => 'application/json' })->{status}, 200,
	    'a place that never was in manual entry');
	is(modes(), '1 feed, 2 manual, 3 manual', 'is as it was');
	my ($status, $text) = $pg->ror_db('verify');
	is($status, 0, 'ror-db verify agrees') or diag $text;
};

subtest 'in the middle of a feed' => sub {
	# 300 values in turn; the place is moved while they come.
	my $file = $pg->dir . '/sender.sql';
	open my $out, '>', $file or die $!;
	print {$out} "SELECT outcome FROM cap.feed_save('01', '{}', '{NULL}', '{CARDIO}', '{NULL}', '{1}', '{add}', "
	    . "'{02/01/04/-/-/-}', '{01}', '{$_}', '{NULL}', '{NULL}', '{NULL}');\n" for 1 .. 300;
	close $out or die $!;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDOUT, '>', "$file.out" or die;
		exec 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $pg->conninfo(user => 'ror_api'), '-f', $file;
	}
	my $before = ledger(1);
	for (1 .. 400) {
		last if ledger(1) > $before;
	}
	is($me->post('/capacitaire/l1/manuel', {})->{status}, 303, 'to manual entry, meanwhile');
	waitpid $pid, 0;
	is($?, 0, 'the feed was answered to its end');
	open my $in, '<', "$file.out" or die $!;
	my %n;
	$n{$_}++ for map { s/\s+//r } <$in>;
	close $in;
	is(($n{ok} // 0) + ($n{manual} // 0), 300, 'ok or manual, nothing else');
	is($pg->psql(q{SELECT count(*) FROM cap.observation AS o JOIN cap.channel AS c ON c.place_id = o.place_id
	    WHERE o.place_id = 1 AND o.recorded_at > c.since}), 0, 'nothing was recorded after the place moved');
	is($pg->psql(q{SELECT count(*) FROM cap.observation AS o JOIN cap.channel AS c ON c.place_id = o.place_id
	    WHERE o.place_id = 1 AND o.indicator_id = 4 AND o.source = '02' AND o.recorded_at <= c.since}) >= ($n{ok} // 0) ? 1 : 0, 1,
	    "what was acknowledged before ($n{ok}) is there");
};

subtest 'a value on its way' => sub {
	$pg->psql("UPDATE cap.channel SET mode = 'feed', since = now() - interval '1 hour' WHERE place_id = 1");
	my %env = $pg->env;
	local @ENV{ keys %env } = values %env;
	open my $feed, '|-', 'psql', '-Xq', '-o', '/dev/null', '-d', $pg->conninfo(user => 'ror_api') or die $!;
	$feed->autoflush(1);
	my $say = sub { print {$feed} "SELECT outcome FROM cap.feed_save('01', '{}', '{NULL}', '{CARDIO}', '{NULL}', '{1}', '{add}', "
	    . "'{02/01/04/-/-/-}', '{01}', '{$_[0]}', '{NULL}', '{NULL}', '{NULL}');\n" };
	print {$feed} "BEGIN;\n";
	$say->(777);
	my $until = sub { my ($sql) = @_;
		for (1 .. 200) { return 1 if $pg->psql($sql) > 0; select undef, undef, undef, 0.05 }
		return 0 };
	ok($until->(q{SELECT count(*) FROM pg_stat_activity WHERE usename = 'ror_api' AND state = 'idle in transaction'}),
	    'a feed wrote and has not committed');
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		my $done = $me->post('/capacitaire/l1/manuel', {})->{status};
		require POSIX;
		POSIX::_exit($done == 303 ? 0 : 1);
	}
	ok($until->(q{SELECT count(*) FROM pg_locks WHERE NOT granted}), 'who moves the place waits for it');
	$say->(778);
	print {$feed} "COMMIT;\n";
	close $feed;
	waitpid $pid, 0;
	is($?, 0, 'and moves it then');
	is(holds(1), 778, 'the values are there');
	is($pg->psql(q{SELECT count(*) FROM cap.observation AS o JOIN cap.channel AS c ON c.place_id = o.place_id
	    WHERE o.place_id = 1 AND o.recorded_at > c.since}), 0, 'from before the place moved');
};

done_testing;
