# /disponibilites: the matrix, its detail, its files; and the promise that a
# committed save is in the next page of any worker.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Pool;

binmode $_, ':encoding(UTF-8)' for map { Test::More->builder->$_ }
    qw(output failure_output);

my $pg = Cluster->new;
$pg->psql(<<'SQL');
INSERT INTO dir.structure (id, kind, finess) VALUES
    (1, 'EJ', '750000001'), (2, 'EG', '750000018'), (3, 'EG', '910000017'),
    (4, 'EG', '970400015'), (5, 'EG', '930000012');
INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, departement_code, phone) VALUES
    (1, '[2020-01-01,)', NULL, 'Groupe hospitalier', '75', NULL),
    (2, '[2020-01-01,)', 1, 'Hôpital du Nord', '75', '0199000001'),
    (3, '[2020-01-01,)', 1, 'Clinique de l''Yvette', '91', '01 99 00 00 02'),
    (4, '[2020-01-01,)', NULL, 'Hôpital du Volcan', '974', NULL),
    (5, '[2020-01-01,)', NULL, 'Grand centre', '93', NULL);
INSERT INTO dir.unit (id) SELECT generate_series(1, 9);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field, sensitive) VALUES
    (1, '[2020-01-01,)', 2, 2, 'Réanimation polyvalente', '121', '01', false),
    (2, '[2020-01-01,)', 2, 2, 'Médecine interne', '154', '01', false),
    (3, '[2020-01-01,)', 2, 2, 'Gériatrie', '154', '01', false),
    (4, '[2020-01-01,)', 3, 3, 'Réanimation <chirurgicale>', '121', '01', false),
    (5, '[2020-01-01,)', 3, 3, 'Centre de dialyse', '273', '01', false),
    (6, '[2020-01-01,)', 4, 4, 'Réanimation du Volcan', '121', '01', false),
    (7, '[2020-01-01,)', 2, 2, 'Unité sensible', '121', '01', true),
    (8, '[2020-01-01,)', 3, 3, 'Réanimation fermée', '121', '01', false),
    (9, '[2020-01-01,)', 5, 5, 'Médecine en nombre', '154', '01', false);
INSERT INTO dir.place (id) SELECT generate_series(1, 10);
INSERT INTO dir.place_version (place_id, valid, site_id, subset_of, name, nature, followed) VALUES
    (1, '[2020-01-01,)', 2, 2, 'Réa nord', '01', true),
    (2, '[2020-01-01,)', 2, NULL, 'Médecine nord', '01', true),
    (4, '[2020-01-01,)', 3, NULL, 'Réa sud', '01', true),
    (5, '[2020-01-01,)', 3, NULL, 'Postes', '02', true),
    (6, '[2020-01-01,)', 4, NULL, 'Réa du Volcan', '01', true),
    (7, '[2020-01-01,)', 2, NULL, 'Lits sensibles', '01', true),
    (8, '[2020-01-01,)', 3, NULL, 'Réa fermée', '01', true),
    (9, '[2020-01-01,)', 3, NULL, 'Salle', '04', true),
    (10, '[2020-01-01,)', 2, 2, 'Aile de médecine', '01', true);
INSERT INTO dir.unit_place (unit_id, place_id, valid)
SELECT v.u, v.p, '[2020-01-01,)'
  FROM (VALUES (1, 1), (2, 2), (3, 2), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8), (2, 10)) AS v (u, p);
INSERT INTO dir.unavailability (unit_id, during, reason)
VALUES (8, tstzrange(now() - interval '1 day', now() + interval '1 day'), 'Travaux');
SELECT dir.refresh();
SQL

my $pool = Pool->new($pg, workers => 4);
my $manager = $pool->sign_in('manager@ror.example', 'bed_manager:france:FR');
my $doctor = $pool->sign_in('doctor@ror.example', 'clinician:departement:91');
my $other = $pool->sign_in('other@ror.example', 'clinician:departement:91');
my $steward = $pool->sign_in('steward@ror.example', 'steward:region:11');
my $editor = $pool->sign_in('editor@ror.example', 'editor:ej:750000001');

# Values of one place as a person's save; ago: how old they are said to be.
sub save_sql {
	my ($place, $values, %arg) = @_;
	my @i = sort { $a <=> $b } keys %$values;
	my $effective = $arg{ago} ? "now() - interval '$arg{ago}'" : 'NULL';
	my $comment = defined $arg{comment} ? "'$arg{comment}'" : 'NULL';
	return sprintf q{SELECT s.outcome FROM cap.save((SELECT id FROM auth.account WHERE login = 'manager@ror.example'),
	    'simple', gen_random_uuid(), '01', %s, ARRAY[%d]::bigint[],
	    ARRAY[coalesce((SELECT version FROM cap.place_state WHERE place_id = %d), 0)],
	    ARRAY[%s]::text[], ARRAY[%s]::bigint[], ARRAY[%s]::smallint[], ARRAY[%s]::integer[]) AS s},
	    $effective, $place, $place, $comment, join(',', ($place) x @i), join(',', @i),
	    join(',', map { $values->{$_} } @i);
}

sub save {
	my @arg = @_;
	my $outcome = $pg->psql(save_sql(@arg));
	die "save: $outcome" if $outcome ne 'ok';
	return;
}

sub csv {
	my ($web, $query) = @_;
	my $text = $web->get("/disponibilites?$query&format=csv")->{body_text};
	$text =~ s/\d{4}-\d\d-\d\dT[0-9:]+([+-][0-9:]+)/T$1/g;
	$text =~ s/^\x{feff}// or fail('a file starts with a BOM');
	$text =~ s/\r\n/\n/g;
	$text =~ s/"//g;
	return $text;
}

# The cell of a category and département: its text without markup.
sub cell {
	my ($html, $slug, $dep) = @_;
	my $to = $dep ? "categorie=$slug&amp;departement=$dep#" : "categorie=$slug#";
	my ($cell) = $html =~ /<a href="[^"]*\Q$to\Edetail"[^>]*>(.*?)<\/a>/ or return '';
	$cell =~ s/<[^>]*>/ /g;
	$cell =~ s/\s+/ /g;
	$cell =~ s/^ | $//g;
	return $cell;
}

# --- nothing was ever reported ------------------------------------------------
is($pool->web->get('/disponibilites')->{headers}{location}, '/connexion?retour=%2Fdisponibilites',
    'nobody is sent to sign in');
my $html = $doctor->get('/disponibilites')->{body_text};
like($html, qr/<h1[^>]*>Disponibilités – Île-de-France/, 'the région of the account by default');
is(cell($html, 'medecine', '75'), '? (inconnu) 0/1 sur 0', 'nobody reported: unknown, not 0');
is(cell($html, 'medecine', '91'), '', 'no place: no cell');
unlike($html, qr/<th scope="row">Unité kangourou/, 'a category without a place has no line');
is(cell($html, 'rea_adulte', '91'), '0 (aucun) 1/2 sur 0', 'a closed unit is a known 0');

# --- values ---------------------------------------------------------------------
save(1, { 1 => 12, 4 => 3 });
save(2, { 1 => 100, 2 => 4, 4 => 8 }, ago => '20 hours', comment => '=2 lits <isolement>');
save(4, { 1 => 10, 2 => 1, 4 => 5 }, ago => '25 hours');
save(5, { 1 => 6, 4 => 2 }, ago => '3 days');
save(6, { 1 => 9, 4 => 1 });
save(7, { 1 => 5, 4 => 4 });
save(9, { 1 => 2, 4 => 1 });
save(10, { 1 => 20, 4 => 6 });

is(csv($doctor, 'region=11'), <<'CSV', 'matrix as a file');
categorie;nature;departement;nom;disponibles;au_plus;installes;lieux;attendus;renseignes;a_jour;plus_ancienne;saisies;flux
Médecine;lit;75;Paris;8;8;100;1;1;1;1;T+01:00;1;0
Médecine;lit;total;Île-de-France;8;8;100;1;1;1;1;T+01:00;1;0
Réanimation adulte;lit;75;Paris;7;7;17;2;2;2;2;T+01:00;2;0
Réanimation adulte;lit;91;Essonne;0;9;10;2;2;2;1;;0;0
Réanimation adulte;lit;total;Île-de-France;7;16;27;4;4;4;3;T+01:00;2;0
Dialyse (places);place;91;Essonne;2;2;6;1;1;1;1;T+01:00;1;0
Dialyse (places);place;total;Île-de-France;2;2;6;1;1;1;1;T+01:00;1;0
Autres salles;salle;91;Essonne;1;1;2;1;1;1;1;T+01:00;1;0
Autres salles;salle;total;Île-de-France;1;1;2;1;1;1;1;T+01:00;1;0
CSV
my $r = $doctor->get('/disponibilites?region=11&format=csv');
like($r->{headers}{'content-disposition'}, qr/filename="disponibilites-11-\d{4}-\d\d-\d\d\.csv"/,
    'its name has the région and the day');
like($r->{headers}{'content-type'}, qr{^text/csv}, 'and its type');

$html = $doctor->get('/disponibilites?region=11')->{body_text};
is(cell($html, 'rea_adulte', ''), '&lt; 1 h 7 3/4 M sur 27 ≤ 16',
    'a cell: median age, available, coverage, source, installed, upper bound');
is(() = $html =~ /scope="rowgroup"/g, 3, 'natures are groups of their own');

# --- detail ----------------------------------------------------------------------
$html = $doctor->get('/disponibilites?region=11&categorie=rea_adulte&departement=91')->{body_text};
like($html, qr{<a href="/fiche/910000017">Clinique de l&#39;Yvette</a>}, 'site with its sheet');
like($html, qr{<a href="/fiche/u4">Réanimation &lt;chirurgicale&gt;</a>}, 'unit, escaped');
like($html, qr{<s class="ror-mut" title="Valeur périmée">5</s> / 10}, 'an expired value is greyed');
like($html, qr{il y a 25 heures</time>}, 'with its age');
like($html, qr{Fermé</span> <small>Travaux – fin prévue le [^<]*</small>}, 'a closed unit says why');
like($html, qr{href="tel:0199000002">01 99 00 00 02<}, 'phone');
like($html, qr{<th scope="col" class="is-sel">}, 'the département is marked');
unlike($html, qr/Hôpital du Nord/, 'other départements are not there');
$html = $doctor->get('/disponibilites?region=11&categorie=medecine')->{body_text};
like($html, qr{\[Mut\]</span><br><small class="ror-mut">jusqu’à 8 lits, partagés par 2 unités}, 'shared beds');
is(() = $html =~ /href="\/fiche\/u2"/g, 2, 'shared or inside: one row each');
like($html, qr/Compris dans Médecine nord, compté une fois/, 'inside: shown, not counted');
like($html, qr/=2 lits &lt;isolement&gt;/, 'comment, escaped');
like(csv($doctor, 'region=11&categorie=medecine'), qr/;'=2 lits <isolement>;$/m, 'no formula in a file');
is(csv($doctor, 'region=11&categorie=rea_adulte&departement=91'), <<'CSV', 'detail as a file');
departement;finess;etablissement;commune;unite;lieu;unites_partageant;disponibles;femmes;hommes;installes;fermes;supplementaires;etat;valeur_du;source;telephone;commentaire;distance_km
91;910000017;Clinique de l'Yvette;;Réanimation fermée;Réa fermée;1;0;;;;;;indisponibilité totale;T+01:00;;01 99 00 00 02;;
91;910000017;Clinique de l'Yvette;;Réanimation <chirurgicale>;Réa sud;1;5;;;10;1;;périmé;T+01:00;Manuelle;01 99 00 00 02;;
CSV
$html = $doctor->get('/disponibilites?region=04&categorie=rea_adulte')->{body_text};
like($html, qr{datetime="[^"]*\+04:00" title="[^"]*\(heure locale\)"}, 'overseas: its own time');

# --- filter by age -----------------------------------------------------------------
$html = $doctor->get('/disponibilites?region=11&age=3&categorie=medecine')->{body_text};
is(cell($html, 'medecine', '75'), '? (inconnu) 0/1 sur 100 ≤ 96', 'older than asked: unknown');
like($html, qr/1 lieu masqué sans valeur de moins de 3/, 'and said so in the detail');

# --- sensitive units -----------------------------------------------------------------
my $query = '/disponibilites?region=11&categorie=rea_adulte&departement=75';
$html = $doctor->get($query)->{body_text};
unlike($html, qr/sensible/i, 'a clinician does not see a sensitive unit');
like($html, qr/Non détaillé.*1 lieu d’accès restreint, 4 disponibles sur 5 lits/, 'but the sum is whole');
# Often enough to meet what each worker kept for the others.
is((grep { $doctor->get($query)->{body_text} !~ /sensible/i } 1 .. 12), 12, 'never');
is((grep { $steward->get($query)->{body_text} =~ /Unité sensible/ } 1 .. 12), 12, 'a steward sees it');
is((grep { $doctor->get($query)->{body_text} !~ /sensible/i } 1 .. 12), 12, 'and a clinician still does not');
$html = $editor->get($query)->{body_text};
unlike($html, qr/restreint|sensible/i, 'an editor sees neither');
is(cell($html, 'rea_adulte', '75') =~ s/.*(?=\d M sur)//r, '3 M sur 12', 'nor its beds');

# --- questions that make no sense --------------------------------------------------------
for my $case (['region=99', 404, 'région n’existe pas'], ['region=zz', 400, 'région n’existe pas'], ['departement=99', 404, 'département n’existe pas'],
    ['categorie=x', 404, 'catégorie'], ['age=5', 400, 'fraîcheur'], ['tri=x', 400, 'tri'],
    ['page=0', 400, 'page'], ['page=-1', 400, 'page'], ['format=pdf', 400, 'format'],
    ['categorie=medecine&page=2', 404, 'pages'], ['region=11&region=76', 400, ''],
    ["categorie=%27%3B--", 404, 'catégorie']) {
	my ($bad, $status, $word) = @$case;
	$r = $doctor->get("/disponibilites?$bad");
	is($r->{status}, $status, "$bad: $status");
	like($r->{body_text}, qr/$word/, 'and says why');
}
$r = $doctor->get('/disponibilites?region=76&departement=91');
is($r->{status}, 200, 'a département of another région is left out');
like($r->{body_text}, qr/toute la région Occitanie/, 'and said so');
is($doctor->get('/disponibilites?departement=974')->{body_text} =~ /Disponibilités – La Réunion/, 1,
    'a département alone brings its région');

# --- kept pages -------------------------------------------------------------------------
# Ages are those of the minute: a 304 is tried until one minute holds both.
my ($etag, $again);
for (1 .. 3) {
	$etag = $doctor->get('/disponibilites?region=11')->{headers}{etag};
	$again = $doctor->get('/disponibilites?region=11', headers => { 'If-None-Match' => $etag, 'X-Veille' => 1 });
	last if $again->{status} == 304;
}
is($again->{status}, 304, 'unchanged: 304');
is($other->get('/disponibilites?region=11', headers => { 'If-None-Match' => $etag })->{status}, 200,
    'never for another account');
unlike($steward->get('/disponibilites?region=11')->{body_text}, qr/$doctor->{csrf}|Nom de doctor/,
    'a kept page has nothing of who asked first');
save(1, { 1 => 12, 4 => 2 });
is($doctor->get('/disponibilites?region=11', headers => { 'If-None-Match' => $etag })->{status}, 200,
    'changed: 200');
my $seen = sub { $pg->psql("SELECT last_seen_at FROM auth.session AS s JOIN auth.account AS a ON a.id = s.account_id WHERE a.login = 'doctor\@ror.example'") };
$pg->psql("UPDATE auth.session SET last_seen_at = now() - interval '5 minutes'");
my $before = $seen->();
$doctor->get('/disponibilites', headers => { 'X-Veille' => 1 });
is($seen->(), $before, 'polling does not renew the session');
$doctor->get('/disponibilites');
# The renewal follows the answer.
for (1 .. 100) { last if $seen->() ne $before; select undef, undef, undef, 0.05 }
isnt($seen->(), $before, 'a person does');
like($pool->log, qr{route=/disponibilites status=200 .* queries=2 }, 'two statements');

# --- a directory that moves ---------------------------------------------------------------
$pg->psql("INSERT INTO dir.place (id) SELECT generate_series(101, 205);
    INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed)
    SELECT i, '[2020-01-01,)', 5, 'Chambre ' || i, '01', true FROM generate_series(101, 205) AS i;
    INSERT INTO dir.unit_place (unit_id, place_id, valid) SELECT 9, i, '[2020-01-01,)' FROM generate_series(101, 205) AS i;
    SELECT dir.refresh()");
$html = $doctor->get('/disponibilites?categorie=medecine&departement=93')->{body_text};
is(() = $html =~ /href="\/fiche\/930000012"/g, 100, 'new places at once, a hundred a page');
$html = $doctor->get('/disponibilites?categorie=medecine&departement=93&page=2')->{body_text};
is(() = $html =~ /href="\/fiche\/930000012"/g, 5, 'and the rest on the next');
like($html, qr/rel="prev"/, 'with a way back');

# --- a committed save is in the next page of any worker --------------------------------------
# The value of place 1 in the page; of many asked at once, so that all workers answer.
sub beds_of_1 {
	my ($text) = $doctor->get('/disponibilites?categorie=rea_adulte&departement=75&format=csv')->{body_text}
	    =~ /"Réa nord";1;(\d+);/;
	return $text;
}

# A lower transaction number that commits last: no sequence would see it.
{
	open my $slow, '|-', 'psql', '-XqAt', '-o', '/dev/null', '-d', $pg->conninfo or die $!;
	$slow->autoflush(1);
	print {$slow} "BEGIN;\n", save_sql(2, { 1 => 100, 4 => 77 }), ";\n";
	for (1 .. 200) {
		last if $pg->psql("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'");
		select undef, undef, undef, 0.05;
	}
	for my $n (1 .. 8) {
		save(1, { 4 => $n });
		is(beds_of_1(), $n, "saved $n while another save is open") for 1 .. 2;
	}
	my $row = qr/"Médecine nord";2;(\d+);/;
	my $ask = sub { $doctor->get('/disponibilites?categorie=medecine&departement=75&format=csv')->{body_text} =~ $row };
	is(($ask->())[0], 8, 'what is not committed is not shown');
	print {$slow} "COMMIT;\n";
	close $slow;
	is(($ask->())[0], 77, "the older save is in page $_ after its commit") for 1 .. 8;
}

# Readers: what was committed before a question was put is in its answer.
{
	my $mark = $pg->dir . '/committed';
	my $set = sub {
		open my $out, '>', "$mark.new" or die $!;
		print {$out} $_[0];
		close $out;
		rename "$mark.new", $mark or die $!;
	};
	my $get = sub { open my $in, '<', $mark or die $!; return scalar <$in> };
	save(1, { 4 => 100 });
	$set->(100);
	my @reader = map {
		my $pid = fork // die $!;
		if (!$pid) {
			my ($late, $asked) = (0, 0);
			until (-e "$mark.stop") {
				my $least = $get->();
				my $shown = beds_of_1();
				$late++ if !defined $shown || $shown < $least;
				$asked++;
			}
			require POSIX;
			POSIX::_exit($asked < 10 ? 2 : $late ? 1 : 0);
		}
		$pid;
	} 1 .. 4;
	for my $n (101 .. 160) {
		save(1, { 4 => $n });
		$set->($n);
	}
	open my $stop, '>', "$mark.stop" or die $!;
	my @status = map { waitpid $_, 0; $? >> 8 } @reader;
	is_deeply(\@status, [0, 0, 0, 0], 'no page is older than what was committed before it');
}

# --- the proof of a cell with a unit that is closed --------------------------------------------
my $proof = $doctor->get('/disponibilites/preuve?region=11&categorie=rea_adulte&departement=91')->{body_text};
my ($closed) = $proof =~ m{(<tr>(?:(?!</tr>).)*Réanimation fermée.*?</tr>)}s;
like($closed // '', qr{Travaux.*<strong>0</strong>.*Ajoute </span>0</td>}s, 'the proof names a closed unit, its reason, and the 0 it brings');
my ($record) = $doctor->get('/disponibilites/preuve?region=11&categorie=rea_adulte&departement=91&format=csv')->{body_text}
    =~ /^(.*Réanimation fermée.*)$/m;
like($record // '', qr/^"ferme";.*;"oui";0;/, 'and so does its file');

# --- the night counts the same places ---------------------------------------------------------
# Inside a place that nobody follows: it counts, the other does not.
$pg->psql(q{
INSERT INTO dir.place (id) SELECT generate_series(301, 303);
INSERT INTO dir.place_version (place_id, valid, site_id, subset_of, name, nature, followed) VALUES
    (301, '[2020-01-01,)', 2, NULL, 'Gériatrie en nombre', '01', false),
    (302, '[2020-01-01,)', 2, 301, 'Gériatrie suivie', '01', true),
    (303, '[2020-01-01,)', 2, 2, 'Gériatrie, aile', '01', true);
INSERT INTO dir.unit_place (unit_id, place_id, valid) SELECT 3, p, '[2020-01-01,)' FROM generate_series(301, 303) AS p;
INSERT INTO dir.unit_place (unit_id, place_id, valid) VALUES (3, 9, '[2020-01-01,)');
SELECT dir.refresh();
SELECT cap.partition_ensure(current_date - 31);
INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places) VALUES (900000, 'x', 'feed', '02', now() - interval '3 days', 1);
INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
VALUES (302, 20, 3, now() - interval '3 days', now() - interval '3 days', '02', 900000)});
my $program = ($ENV{BUILD} // Cluster::root() . '/build/release') . '/ror-report';
my ($status, $text) = $pg->run($program, '-d', $pg->conninfo(user => 'ror_report'), '-o', $pg->dir, 'nightly');
is($status, 0, 'a night') or diag $text;
my %night = map { split /=/ } split /\n/, $pg->psql(q{
    SELECT c.label || ' ' || r.departement_code || '=' || sum(r.places_expected)
      FROM mart.rpt_department_day AS r JOIN ref.category AS c ON c.id = r.category_id
     WHERE r.known_to = 'infinity' AND r.region_code = '11'
       AND r.day = (SELECT max(x.day) FROM mart.rpt_department_day AS x)
     GROUP BY c.label, r.departement_code HAVING sum(r.places_expected) > 0});
my %matrix = map { my @f = split /;/; $f[8] ? ("$f[0] $f[2]" => $f[8]) : () }
    grep { !/;total;|^categorie/ } split /\r?\n/, csv($manager, 'region=11');
utf8::decode($_) for my @line = map { "$_ $night{$_}" } sort keys %night;
is_deeply([map { "$_ $matrix{$_}" } sort keys %matrix], [sort @line], 'each cell of the matrix expects as many places as the night');
cmp_ok(scalar @line, '>', 3, 'and there are some');
is($pg->psql(q{SELECT string_agg(place_id::text, ' ' ORDER BY place_id) FROM mart.dim_place
    WHERE place_id > 300 AND known_to = 'infinity'}), '302', 'the one that is followed, once');
my $line = $pg->psql('SELECT c.slug FROM dir.place_now AS n JOIN ref.category AS c ON c.id = n.category_id WHERE n.place_id = 301');
my $detail = $manager->get("/disponibilites?region=11&categorie=$line")->{body_text};
like($detail, qr/Non suivi\x{202f}: compté par les lieux suivis qu’il contient/, 'the detail says which place is left out');

# --- another connection is another server, for all a worker knows -----------------------------
$pg->halt;
is($doctor->get('/disponibilites')->{status}, 503, 'database down: said so');
$pg->start;
save(1, { 4 => 42 });
is(beds_of_1(), 42, "database back: page $_ is of now") for 1 .. 8;
is($doctor->get('/disponibilites')->{status}, 200, 'and whole');
unlike($pool->log, qr/level=err(?!.*route=\/disponibilites status=503).*/, 'no other error was logged');

done_testing;
