# The past of a place: who reads it, what it shows, correcting it, the board of
# a day gone by as known at a cut, and the reports that follow.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use POSIX qw(strftime);
use Test::More;
use Board;
use Cluster;
use Pool;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $pg = Cluster->new;
Board::build($pg);
my $pool = Pool->new($pg, workers => 2);
my $me = $pool->sign_in('martin@ror.example', 'bed_manager:eg:910000017');
my $steward = $pool->sign_in('steward@ror.example', 'steward:region:11');
my $analyst = $pool->sign_in('analyst@ror.example', 'analyst:departement:91');
my $editor = $pool->sign_in('editor@ror.example', 'editor:ej:910000009');
my $director = $pool->sign_in('director@ror.example', 'director:ej:910000009');
my $abroad = $pool->sign_in('ailleurs@ror.example', 'bed_manager:eg:940000018', 'analyst:departement:94');
my $outside = $pool->sign_in('dehors@ror.example', 'steward:region:76');
my $nurse = $pool->sign_in('infirmiere@ror.example', 'clinician:france:FR');
my $keys = 0;
sub key { return sprintf '00000000-0000-4000-8000-%012d', ++$keys }
my $r;

# --- a past: a day of values every 4 hours for 40 days, entered when true ------
# The ledger has partitions of this month on; the past gets its own.
$pg->psql(q{SELECT cap.partition_ensure((now() - make_interval(days => n))::date) FROM generate_series(0, 60, 15) AS n;
INSERT INTO cap.entry (id, account_id, mode, source, recorded_at, n_places)
SELECT 10000 + n, (SELECT id FROM auth.account WHERE login = 'martin@ror.example'), 'simple', '01',
       date_trunc('hour', now()) - make_interval(hours => 4 * n), 1 FROM generate_series(1, 240) AS n;
INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
SELECT 1, i, CASE i WHEN 1 THEN 20 WHEN 2 THEN 1 ELSE n % 7 END, e.recorded_at, e.recorded_at, '01', e.id
  FROM generate_series(1, 240) AS n JOIN cap.entry AS e ON e.id = 10000 + n,
       unnest('{1,2,4,20}'::smallint[]) AS i;
SELECT cap.current_rebuild(NULL)});
sub ledger { return $pg->psql($_[0]) }
sub at { return $pg->psql("SELECT to_char(date_trunc('hour', now()) - interval '$_[0]', 'YYYY-MM-DD HH24:MI:SSOF')") }
# A past instant as forms take it, in Paris.
sub local { my ($ago) = @_;
	return split /\|/, $pg->psql("SELECT to_char(t, 'YYYY-MM-DD'), to_char(t, 'HH24:MI') FROM (SELECT "
	    . "(date_trunc('hour', now()) - interval '$ago') AT TIME ZONE 'Europe/Paris' AS t) AS x") }
my $page = '/capacitaire/l1/historique';

subtest 'who reads' => sub {
	is($_->[0]->get($page)->{status}, $_->[1], $_->[2]) for
	    [$me, 200, 'who enters it'], [$steward, 200, 'the steward'], [$analyst, 200, 'the analyst of the département'],
	    [$editor, 200, 'the editor'], [$director, 200, 'the director'], [$abroad, 403, 'not who enters elsewhere'],
	    [$nurse, 403, 'not a clinician'];
	is($pool->web->get($page)->{status}, 303, 'nobody');
	is($me->get('/capacitaire/l99/historique')->{status}, 404, 'no such place');
	is($_->[0]->get('/capacitaire/l1/historique.svg')->{status}, $_->[1], "drawing: $_->[1]") for [$analyst, 200], [$abroad, 403];
	is($_->[0]->get('/capacitaire/l1/correction')->{status}, $_->[1], $_->[2]) for
	    [$me, 200, 'corrected by who enters it'], [$steward, 200, 'and the steward'], [$analyst, 403, 'not the analyst'],
	    [$director, 403, 'nor the director'], [$abroad, 403, 'nor who enters elsewhere'];
	like($me->get($page)->{body_text}, qr/Corriger le passé/, 'the way there');
	unlike($analyst->get($page)->{body_text}, qr/Corriger le passé/, 'is not shown to who may not');
	$pg->psql('UPDATE dir.unit_version SET sensitive = true WHERE unit_id = 2; SELECT dir.refresh()');
	is($_->[0]->get('/capacitaire/l2/historique')->{status}, $_->[1], "sensitive: $_->[2]") for
	    [$me, 200, 'who enters it'], [$steward, 200, 'steward'], [$analyst, 403, 'analyst'], [$editor, 403, 'editor'];
	is($abroad->get('/capacitaire/jour?board=lits')->{body} =~ /l1\b/, '', 'the day gone by keeps to scopes');
	unlike($analyst->get('/capacitaire/jour?board=lits')->{body_text}, qr/HC Chirurgie/, 'and hides sensitive places');
	like($analyst->get('/capacitaire/jour?board=lits')->{body_text}, qr/HC Cardiologie/, 'not the others');
};

subtest 'the way there is shown where it opens' => sub {
	for my $who ([$me, 'manager'], [$steward, 'steward'], [$analyst, 'analyst'], [$editor, 'editor'], [$director, 'director'],
	    [$abroad, 'elsewhere'], [$nurse, 'clinician'], [$outside, 'steward of another région']) {
		my @shown = map { $who->[0]->get("/fiche/l$_")->{body_text} =~ m{href="/capacitaire/l$_/historique"} ? 1 : 0 } 1, 2, 7;
		my @opens = map { $who->[0]->get("/capacitaire/l$_/historique")->{status} == 200 ? 1 : 0 } 1, 2, 7;
		is("@shown", "@opens", "$who->[1]: @opens");
	}
	unlike($outside->get('/fiche/u1')->{body_text}, qr{href="/capacitaire/indisponibilite/}, 'nor may another région close a unit');
	like($steward->get('/fiche/u1')->{body_text}, qr{href="/capacitaire/indisponibilite/u1"}, 'the own one may');
};

subtest 'total unavailability' => sub {
	$pg->psql(q{INSERT INTO dir.unavailability (unit_id, during, reason)
	    SELECT 1, tstzrange(date_trunc('hour', now()) - interval '30 hours', date_trunc('hour', now()) - interval '25 hours'), 'Travaux';
	    SELECT dir.refresh()});
	my @row = $me->get("$page?jours=7")->{body_text} =~ m{<tr><th scope="row">([^<]*)</th><td>([^<]*)</td><td class="ror-num">(.*?)</td></tr>}g;
	my ($lock) = grep { $row[$_ * 3 + 2] =~ /indisponibilité/ } 0 .. $#row / 3;
	ok(defined $lock, 'is a value of the drawing') or return;
	like($row[$lock * 3 + 2], qr/^0 /, 'a known 0');
	is($row[$lock * 3 + 1], $row[$lock * 3 - 3], 'what is known after it begins at its end');
	is($row[$lock * 3], $row[$lock * 3 + 4], 'and what was known before ends where it begins');
	unlike($me->get("$page?jours=7&indicateur=INST")->{body_text}, qr/<small class="ror-mut">indisponibilité/, 'of the total alone');
	$pg->psql('DELETE FROM dir.unavailability WHERE unit_id = 1; SELECT dir.refresh()');
};

subtest 'names of the day' => sub {
	my $day = $pg->psql("SELECT (now() AT TIME ZONE 'Europe/Paris')::date - 3");
	my $gone = sub { return $me->get("/capacitaire/jour?board=lits&au=$day")->{body_text} };
	like($gone->(), qr/Les noms, les établissements et les unités sont ceux de ce jour-là/, 'said');
	$pg->psql("UPDATE dir.place_version SET valid = daterange('2020-01-01', '$day'::date + 1) WHERE place_id = 1;
	    INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed)
	    VALUES (1, daterange('$day'::date + 1, NULL), 2, 'HC Cœur', '01', true);
	    UPDATE dir.place_version SET valid = daterange('$day'::date + 1, NULL) WHERE place_id = 2;
	    UPDATE dir.structure_version SET valid = daterange('2020-01-01', '$day'::date + 1) WHERE structure_id = 2;
	    INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, departement_code)
	    VALUES (2, daterange('$day'::date + 1, NULL), 1, 'CH nouveau', '91');
	    SELECT dir.refresh()");
	my $then = $gone->();
	like($then, qr{l1/historique">HC Cardiologie</a>.{0,60}CH de Valmont}s, 'a place and its site under their names of then');
	like($then, qr{l2/historique">[^<]*</a>(?:(?!</tr>).)*nom d’aujourd’hui}s, 'one that the directory does not know that far back');
	unlike($then, qr{l1/historique">[^<]*</a>(?:(?!</tr>).)*nom d’aujourd’hui}s, 'is marked, others are not');
	like($then, qr/Le répertoire ne remonte pas à ce jour/, 'and the page says so');
	$pg->psql("DELETE FROM dir.place_version WHERE place_id = 1 AND lower(valid) > '2021-01-01';
	    DELETE FROM dir.structure_version WHERE structure_id = 2 AND lower(valid) > '2021-01-01';
	    UPDATE dir.place_version SET valid = '[2020-01-01,)' WHERE place_id IN (1, 2);
	    UPDATE dir.structure_version SET valid = '[2020-01-01,)' WHERE structure_id = 2;
	    SELECT dir.refresh()");
};

subtest 'pages' => sub {
	my ($next, @seen) = ($page);
	my $pages = 0;
	while ($next && $pages++ < 20) {
		$r = $me->get($next);
		is($r->{status}, 200, "page $pages") or last;
		push @seen, $r->{body} =~ /<th scope="row"><time class="ror-nowrap" datetime="([^"]+)"/g;
		($next) = $r->{body} =~ /rel="next" href="([^"]+)"/;
		$next =~ s/&amp;/&/g if $next;
	}
	is(scalar @seen, 240, 'every entry once');
	is_deeply(\@seen, [sort { $b cmp $a } @seen], 'the newest first') if !grep { substr($_, -6) ne substr($seen[0], -6) } @seen;
	my %once = map { $_ => 1 } @seen;
	is(scalar keys %once, 240, 'none twice');
	is($pages, 6, 'forty a page');
	is($me->get("$page?apres=$_")->{status}, 400, "cursor $_") for 'x', '1.2-3', "1.000000-'--", '1.000000';
	like($me->get($page)->{body_text}, qr/saisie simplifiée.*Nom de martin/s, 'mode and author');
	is(scalar(() = $me->get("$page?indicateur=INST")->{body_text} =~ /<li>Installés/g), 40, 'one indicator');
	unlike($me->get("$page?indicateur=INST")->{body}, qr/<li>Fermés/, 'only');
	like($me->get("$page?source=feed")->{body_text}, qr/Rien n’a été dit/, 'no feed');
	my ($day) = &local('3 days');
	my @day = $me->get("$page?du=$day&au=$day")->{body} =~ /<th scope="row"><time class="ror-nowrap" datetime="(.{10})/g;
	cmp_ok(scalar @day, '>=', 5, 'one day');
	is(scalar(grep { $_ ne $day } @day), 0, 'in local time');
	is($me->get("$page?$_")->{status}, 400, "refused: $_") for 'du=2026-13-01', 'indicateur=XX', 'source=x', 'jours=8',
	    'du=2026-02-02&au=2026-02-01', 'format=pdf';
	my $csv = $me->get("$page?format=csv")->{body_text};
	is(scalar(() = $csv =~ /\n"?l1/g), 960, 'a line a value in the file');
	like($me->get($page)->{body_text}, qr/5\x{202f}000 lignes au plus/, 'its limit is said');
};

subtest 'drawing' => sub {
	$r = $me->get('/capacitaire/l1/historique.svg?jours=7');
	like($r->{headers}{'content-type'}, qr{^image/svg\+xml}, 'SVG');
	like($r->{body_text}, qr{<title[^>]*>Disponibles, total – HC Cardiologie</title>.*<desc}s, 'title and description');
	isnt($me->get('/capacitaire/l1/historique.svg?jours=7&theme=sombre')->{body}, $r->{body}, 'dark is not light');
	is($me->get('/capacitaire/l1/historique.svg?jours=7', headers => { 'If-None-Match' => $r->{headers}{etag} })->{status}, 304,
	    'unchanged: 304');
	# A value of place 7 that expired after 24 h, then another: two steps, a gap.
	$pg->psql(q{INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places)
	    SELECT 20000 + n, 'essai', 'feed', '02', now() - make_interval(hours => 24 * n), 1 FROM unnest('{1,4}'::int[]) AS n;
	    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
	    SELECT 7, 20, id - 20000, recorded_at, recorded_at, '02', id FROM cap.entry WHERE id IN (20001, 20004);
	    SELECT cap.current_rebuild('{7}')});
	my $html = $abroad->get('/capacitaire/l7/historique?jours=7')->{body_text};
	my ($table) = $html =~ m{id="c-graphique".*?<tbody>(.*?)</tbody>}s;
	my @steps = $table =~ m{<td>([\d/]+ [\d:]+)</td><td class="ror-num">(\d+)</td>}g;
	is_deeply([@steps[1, 3]], ['1', '4'], 'two steps');
	my ($first_end, $second_start) = ($steps[2], ($table =~ m{<th scope="row">([\d/]+ [\d:]+)</th>})[0]);
	isnt($first_end, $second_start, 'and nothing between them');
};

subtest 'the day gone by' => sub {
	my ($day, $hour) = &local('50 hours');
	$r = $me->get("/capacitaire/jour?board=lits&au=$day&heure=$hour");
	my $want = $pg->psql("SELECT value FROM cap.observation WHERE place_id = 1 AND indicator_id = 20 AND effective_at <= date_trunc('hour', now()) - interval '50 hours' ORDER BY effective_at DESC LIMIT 1");
	my ($row) = $r->{body_text} =~ m{(<a href="/capacitaire/l1/historique">.*?</tr>)}s;
	like($row, qr{Disponibles\x{a0}?\s*: </span>$want</td>}, "the value of that hour: $want");
	is($me->get('/capacitaire/jour?board=lits&au=' . strftime('%Y-%m-%d', gmtime(time + 3 * 86400)))->{status}, 400, 'not to come');
	is($me->get("/capacitaire/jour?$_")->{status} =~ /^40[04]$/, 1, "refused: $_") for 'board=x', 'au=x', 'heure=25:00', 'connu=x',
	    'connu=2001-01-01', 'site=940000018', 'page=0';
	like($me->get("/capacitaire/jour?board=lits&au=$day&heure=$hour&format=csv")->{body_text}, qr{;"?DISPO"?;[^\n]*;$want;}, 'as a file');
	# Of random instants and cuts, it is what a plain reading of the ledger says.
	is($pg->psql(q{WITH q AS (SELECT now() - random() * interval '39 days' AS at, now() - random() * interval '39 days' AS known
	        FROM generate_series(1, 200))
	    SELECT count(*) FROM q CROSS JOIN LATERAL (
	        SELECT DISTINCT ON (o.indicator_id) o.indicator_id, o.entry_id FROM cap.observation AS o
	         WHERE o.place_id = 1 AND o.effective_at <= q.at AND o.recorded_at <= q.known
	         ORDER BY o.indicator_id, o.effective_at DESC, o.recorded_at DESC, o.entry_id DESC) AS slow
	    FULL JOIN LATERAL (SELECT k.indicator_id, k.entry_id FROM cap.known_at('{1}', q.at, q.known) AS k) AS fast
	      ON fast.indicator_id = slow.indicator_id
	    WHERE fast.entry_id IS DISTINCT FROM slow.entry_id} =~ s/FULL JOIN LATERAL/LEFT JOIN LATERAL/r), 0,
	    'cap.known_at is a plain reading of the ledger');
};

# --- correcting ---------------------------------------------------------------
sub form { my ($html) = @_;
	my ($form) = $html =~ m{<form action="[^"]*/correction" method="post">(.*?)</form>}s or return;
	my %f;
	while ($form =~ m{<input\b([^>]*)>}g) {
		my $at = $1;
		my ($name) = $at =~ /name="([^"]*)"/ or next;
		($f{$name}) = $at =~ /\bvalue="([^"]*)"/;
	}
	return %f;
}
sub error_of { my ($html) = @_; return $html =~ m{<p class="ror-error"[^>]*>(.*?)</p>} ? $1 : '' }

subtest 'which instant' => sub {
	my $to = '/capacitaire/l1/correction';
	like($me->get($to)->{body_text}, qr{14 jours en arrière au plus}, 'the limit is said');
	unlike($steward->get($to)->{body_text}, qr{14 jours en arrière}, 'a steward has none');
	is(error_of($me->get("$to?jour=$_->[0]&heure=$_->[1]")->{body_text}) =~ $_->[2], 1, "$_->[0] $_->[1]: $_->[2]") for
	    ['2026-02-30', '10:00', qr/jour et l’heure/], ['', '10:00', qr/jour et l’heure/], ['2026-03-01', '', qr/jour et l’heure/],
	    ['2026-03-01', '25:00', qr/jour et l’heure/],
	    ['2099-01-01', '10:00', qr/pas encore passé/], ['2024-01-01', '10:00', qr/plus de 14 jours/],
	    ['2025-03-30', '02:30', qr/n’a pas existé.*02:30 à 03:30/], ['2025-10-26', '02:30', qr/passée deux fois/];
	my $html = $steward->get("$to?jour=2025-10-26&heure=02:30")->{body_text};
	like($html, qr{la première fois \(heure d’été\).*la seconde fois \(heure d’hiver\)}s, 'and asks which');
	like($steward->get("$to?jour=2025-10-26&heure=02:30&passage=1")->{body_text}, qr{Valeurs au dimanche 26 octobre 2025, 02:30}, 'the first');
	my %f = form($steward->get("$to?jour=2025-10-26&heure=02:30&passage=2")->{body});
	is($f{passage}, 2, 'or the second, kept in the form');
};

my ($day, $hour) = &local('50 hours');
my $ask = "/capacitaire/l1/correction?jour=$day&heure=$hour";
my $before_cut;
subtest 'what was wrong' => sub {
	my %f = form($me->get($ask)->{body});
	is($f{inst}, 20, 'the values of that hour are in the form');
	is($f{dispo_f}, '', 'unknown ones are empty');
	my $entries = $pg->psql('SELECT count(*) FROM cap.entry');
	my $post = sub { my (%with) = @_; return $me->post('/capacitaire/l1/correction', { %f, jeton => $me->{csrf}, %with }) };
	for my $case ([{ motif => '' , dispo_ind => 9 }, qr/motif/], [{ motif => 'x' x 201, dispo_ind => 9 }, qr/trop long/],
	    [{ motif => 'relu', dispo_ind => '-1' }, qr/négatif/], [{ motif => 'relu', dispo_ind => 'x' }, qr/entier/],
	    [{ motif => 'relu', ferm_nr => 21 }, qr/plus de fermés/], [{ motif => 'relu', inst => '' }, qr/nombre installé/]) {
		$r = $post->(%{ $case->[0] });
		is($r->{status}, 422, 'refused');
		like(error_of($r->{body_text}), $case->[1], "at its field: $case->[1]");
	}
	like($post->(motif => 'relu')->{body_text}, qr/rien à corriger/, 'nothing is changed');
	$r = $post->(motif => 'relu <hier>', dispo_ind => 12);
	is($r->{status}, 200, 'what changes is shown first');
	like($r->{body_text}, qr{Indéterminés</th>.*<strong>12</strong></td><td>jusqu’au .*valeur suivante}s, 'with its end');
	like($r->{body_text}, qr{Les rapports du \d\d/\d\d/\d{4}.*seront recalculés}, 'and the days');
	like($r->{body_text}, qr{relu &lt;hier&gt;}, 'the reason, escaped');
	is($pg->psql('SELECT count(*) FROM cap.entry'), $entries, 'nothing is written before one confirms');
	is($post->(motif => 'relu', dispo_ind => 12, confirme => 1, version => 77)->{status}, 409, 'an old version');
	is($pg->psql('SELECT count(*) FROM cap.entry'), $entries, 'writes nothing');
};

# --- and the reports ------------------------------------------------------------
my $program = ($ENV{BUILD} // Cluster::root() . '/build/release') . '/ror-report';
my $out = $pg->dir . '/made';
mkdir $out or die $!;
sub nightly {
	my ($status, $text) = $pg->run($program, '-d', $pg->conninfo(user => 'ror_report'), '-o', $out, 'nightly');
	is($status, 0, 'ror-report nightly') or diag $text;
	return $pg->psql('SELECT max(id) FROM mart.cut WHERE published_at IS NOT NULL');
}
sub fact {
	my ($cut) = @_;
	return $pg->psql("SELECT f.value_s || ' of ' || f.known_s FROM mart.cut AS c JOIN mart.fct_place_day AS f "
	    . "ON f.known_from <= c.cut_at AND c.cut_at < f.known_to WHERE c.id = $cut AND f.place_id = 1 "
	    . "AND f.indicator_id = 20 AND f.day = '$day'");
}
my $c1 = nightly();
my $was = fact($c1);
isnt($was, '', "the night knew that day: $was");

subtest 'a correction' => sub {
	my %f = form($me->get($ask)->{body});
	my %sent = (%f, jeton => $me->{csrf}, motif => 'relu le cahier', dispo_ind => 2, dispo_f => 3, dispo_h => 7);
	my %sure = form($me->post('/capacitaire/l1/correction', \%sent)->{body});
	is($sure{confirme}, 1, 'the second form confirms');
	is_deeply([@sure{qw(dispo_ind dispo_f dispo_h motif)}], [2, 3, 7, 'relu le cahier'], 'what was typed');
	$sure{jeton} = $me->{csrf};
	$r = $me->post('/capacitaire/l1/correction', \%sure);
	is($r->{headers}{location}, '/capacitaire/l1/historique?fait=correction', 'saved');
	is($me->post('/capacitaire/l1/correction', \%sure)->{status}, 303, 'sent twice');
	is($pg->psql("SELECT count(*) FROM cap.entry WHERE kind = 'correction'"), 1, 'is one correction');
	$r = $me->get('/capacitaire/l1/historique?fait=correction');
	like($r->{body_text}, qr/La correction est enregistrée/, 'said so');
	$r = join '', $me->get("$page?du=$day")->{body_text} =~ m{(correction</span></th>.*?</tr>)}gs;
	like($r, qr{femme <strong>retirée}, 'women and men end where a simple save said the total');
	like($r, qr{<strong>2</strong> <span class="ror-mut">au lieu de <s>\d+</s>}, 'beside what it replaced');
	like($r, qr{femme <strong>3</strong></li>}, 'or alone');
	like($r, qr{Motif : relu le cahier}, 'its reason');
	like($r, qr{<strong>12</strong>}, 'the total that follows');
	is($pg->psql("SELECT count(*) FROM cap.observation AS o WHERE o.place_id = 1 AND o.indicator_id = 20 AND o.entry_id = "
	    . "(SELECT id FROM cap.entry WHERE kind = 'correction')"), 1, 'a simple save after it keeps its own total');
	my $now = $me->get("/capacitaire/jour?board=lits&au=$day&heure=$hour")->{body_text};
	like(($now =~ m{(<a href="/capacitaire/l1/historique">.*?</tr>)}s)[0], qr{Disponibles\s*: </span>12<}, 'the day gone by, as known now');
};
my $c2 = nightly();
isnt(fact($c2), $was, 'the night computed that day again: ' . fact($c2));
is(fact($c1), $was, 'and « connu le » before is what it was');
# The board as known at each cut: the cuts are of one day, the page takes the last.
$pg->psql("UPDATE mart.cut SET cut_at = cut_at - interval '0' WHERE id = $c1");
my ($place) = map { $pg->psql("SELECT k.value FROM mart.cut AS c CROSS JOIN LATERAL cap.known_at('{1}', date_trunc('hour', now()) - interval '50 hours', c.cut_at) AS k "
    . "WHERE c.id = $_ AND k.indicator_id = 20") } $c1;
isnt($place, 12, 'the board as known at the first cut does not have it');
my $today = $pg->psql("SELECT (now() AT TIME ZONE 'Europe/Paris')::date");
$r = $me->get("/capacitaire/jour?board=lits&au=$day&heure=$hour&connu=$today");
like($r->{body_text}, qr/comme connu le/, 'as known at the last cut');
like(($r->{body_text} =~ m{(<a href="/capacitaire/l1/historique">.*?</tr>)}s)[0], qr{Disponibles\s*: </span>12<}, 'it does');
my $k = $pg->psql("UPDATE mart.cut SET cut_at = cut_at - interval '2 days' WHERE id = $c1 RETURNING ((cut_at) AT TIME ZONE 'Europe/Paris')::date");
$r = $me->get("/capacitaire/jour?board=lits&au=$day&heure=$hour&connu=$k");
unlike(($r->{body_text} =~ m{(<a href="/capacitaire/l1/historique">.*?</tr>)}s)[0] // '', qr{Disponibles\s*: </span>12<},
    'a « connu le » before it does not');

subtest 'old, closed, locked' => sub {
	my ($d, $h) = &local('20 days');
	is($me->get("/capacitaire/l1/correction?jour=$d&heure=$h")->{body_text} =~ /plus de 14 jours/, 1, 'too far back');
	my %f = form($steward->get("/capacitaire/l1/correction?jour=$d&heure=$h")->{body});
	is($steward->post('/capacitaire/l1/correction', { %f, jeton => $steward->{csrf}, motif => 'relu', dispo_ind => 9, confirme => 1 })->{status},
	    303, 'a steward may');
	# What the form doesn't know, the database refuses: the same message, at the date.
	$r = $me->post('/capacitaire/l1/correction', { %f, jeton => $me->{csrf}, motif => 'relu', dispo_ind => 1, confirme => 1 });
	like(error_of($r->{body_text}), qr/plus de 14 jours/, 'a form of somebody else is no way around');
	($d, $h) = &local('2 hours');
	%f = form($me->get("/capacitaire/l4/correction?jour=$d&heure=$h")->{body});
	$r = $me->post('/capacitaire/l4/correction', { %f, jeton => $me->{csrf}, motif => 'relu', dispo_ind => 1, confirme => 1 });
	is($r->{status}, 422, 'a locked unit');
	like(error_of($r->{body_text}), qr/indisponibilité totale à cet instant/, 'says so at the date');
};

like($pg->psql('SELECT count(*) FROM cap.current AS c FULL JOIN cap.current_derived AS d USING (place_id, assignment_id, indicator_id) '
    . 'WHERE c.entry_id IS DISTINCT FROM d.entry_id'), qr/^0$/, 'current values are the ledger’s');
unlike($pool->log, qr/level=err/, 'no error was logged');
done_testing;
