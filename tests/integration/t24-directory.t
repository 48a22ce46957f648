# The directory: search, filters, sheets of every level, hostile names.
use strict;
use warnings;
use utf8;
use lib 'tests/integration/lib';
use Encode qw(decode_utf8 encode_utf8);
use Stand;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);

my $long = 'Service au nom interminable ' x 10;
my $fixture = <<"SQL";
INSERT INTO dir.structure (id, kind, finess) VALUES
    (1, 'EJ', '0Z9190001'), (2, 'EG', '0Z9100001'), (3, 'P', NULL), (4, 'S', NULL),
    (5, 'F', NULL), (6, 'EG', '2A0000014'), (7, 'EG', '0Z9100009');
INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, departement_code, postcode, locality, phone, lat, lon, position_quality) VALUES
    (1, '[2020-01-01,)', NULL, 'GHT Vallée de l’Yvonne', '91', '91000', 'ÉVRY', NULL, NULL, NULL, NULL),
    (2, '[2020-01-01,)', 1, 'CH de Valmont', '91', '91990', 'VALMONT', '0199000001', 48.5, 2.25, 1),
    (3, '[2020-01-01,)', 2, 'Pôle Cœur-Poumon', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, '[2020-01-01,)', 3, '$long', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (5, '[2020-01-01,)', 4, 'UF 2110', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (6, '[2020-01-01,)', NULL, '<script>alert(1)</script> "l’Île"', '2A', '20000', 'AJACCIO', NULL, NULL, NULL, NULL),
    (7, '[2020-01-01,2024-01-01)', 1, 'Clinique fermée', '91', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO dir.unit (id) VALUES (1), (2), (3);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field, care_mode, activities, conditions) VALUES
    (1, '[2020-01-01,)', 5, 2, 'HC Cardiologie', '149', '01', '28', '{013}', 'Adressage par le SAMU'),
    (2, '[2020-01-01,)', 2, 2, 'Réanimation polyvalente', '121', '01', '28', '{127}', NULL),
    (3, '[2020-01-01,)', 6, 6, 'Foyer de vie', '41', '04', NULL, '{}', NULL);
INSERT INTO dir.place (id) VALUES (1), (2), (3);
INSERT INTO dir.place_version (place_id, valid, site_id, subset_of, name, nature, followed) VALUES
    (1, '[2020-01-01,)', 2, NULL, 'HC Cardiologie', '01', true),
    (2, '[2020-01-01,)', 2, 1, 'Réanimation', '01', true),
    (3, '[2020-01-01,)', 6, NULL, 'Foyer', '02', true);
INSERT INTO dir.unit_place (unit_id, place_id, valid) VALUES
    (1, 1, '[2020-01-01,)'), (2, 1, '[2020-01-01,)'), (2, 2, '[2020-01-01,)'), (3, 3, '[2020-01-01,)');
INSERT INTO auth.account (id, login, name) VALUES (1, 'a\@x.example', 'Alix');
INSERT INTO auth.grant (account_id, role, scope, code) VALUES
    (1, 'clinician', 'france', 'FR'), (1, 'bed_manager', 'eg', '0Z9100001');
INSERT INTO auth.favourite (account_id, thing) VALUES (1, 'u2');
SELECT dir.refresh();
SELECT cap.save(1, 'simple', gen_random_uuid(), '01', NULL, '{1,2}', '{0,0}', '{NULL,NULL}',
                '{1,1,1,2,2}', '{1,2,4,1,4}', '{22,4,3,12,1}');
SQL
my $stand = Stand->new(sql => encode_utf8($fixture));
my $s = $stand->session('a@x.example');

sub page {
	my ($path, $status) = @_;
	my $r = $stand->get($path, as => $s);
	is($r->{status}, $status // 200, $path);
	return decode_utf8($r->{content});
}

# The indexer looks every few seconds.
for (1 .. 150) {
	last if page_total('/repertoire?q=valmont') >= 1;
	select undef, undef, undef, 0.2;
}
sub page_total {
	my $r = $stand->get($_[0], as => $s);
	return $r->{content} =~ /id="t-resultats">(\d+) r/ ? $1 : -1;
}

subtest search => sub {
	my %want = ('valmont' => 6, 'cardio' => 1, 'reanimmation' => 1, 'REANIMATION' => 1,
	    'coeur+poumon' => 1, '2A0000014' => 2, '0Z9100001' => 3, 'zzzz' => 0, 'ajaccio+foyer' => 1,
	    'valmont&type=121' => 1, 'valmont&champ=mss' => 0, '&mss=1' => 2, '&departement=2A' => 2,
	    'st' => 0, 'cardiologie+generale' => 1);
	is(page_total("/repertoire?q=$_"), $want{$_}, $_) for sort keys %want;
	like(page('/repertoire?q=reanimmation'), qr/« reanimation »/, 'the correction is told');
	like(page('/repertoire?q=valmont+zzzz'), qr/« zzzz »/, 'and the word that is nowhere');
	like(page('/repertoire'), qr/Mes établissements.*CH de Valmont/s, 'own sites without a query');
	my $fav = page('/repertoire?favoris=1');
	like($fav, qr/Réanimation polyvalente/, 'favourites');
	unlike($fav, qr/HC Cardiologie/, 'and only they');
	unlike(page('/repertoire?favoris=1&q=cardio'), qr{/fiche/u}, 'a word searches inside favourites');
};

subtest 'bad parameters' => sub {
	page("/repertoire?$_", 400) for 'departement=99', 'champ=x', 'type=abc', 'page=0', 'page=abc',
	    'page=99999', 'q=' . 'x' x 500, 'q=a&q=b', 'q=%00', 'q=%ff';
	page('/repertoire?q=valmont&page=40');
};

subtest sheets => sub {
	my $eg = page('/fiche/0Z9100001');
	like($eg, qr/3 lits disponibles.*sur 22 installés, 4 fermés – 1 lieu sur 1 à jour/s, 'a subset is in no total');
	like($eg, qr/inclus dans un autre lieu/, 'and says so');
	like($eg, qr/jusqu’à 3 lits, partagés par 2 unités/, 'a shared place says « jusqu’à »');
	unlike($eg, qr/jusqu’à 3 lits disponibles/, 'a site has all of its beds');
	like(page("/fiche/$_"), qr/jusqu’à 3 lits disponibles.*sur 22 installés, dont 22 partagés avec d’autres unités/s,
	    "$_ shares them: « jusqu’à », the place once") for qw(u1 u2 p3);
	like($eg, qr{/capacitaire/lits\?site=0Z9100001}, 'who may enter gets the link');
	like($eg, qr/48,50000° N/, 'position as text');
	like(page('/fiche/u1'), qr/Adressage par le SAMU.*HC Cardiologie/s, 'a unit');
	like(page('/fiche/u1'), qr{aria-current="page"><span class="ror-lv ror-lv--uo">}, 'current in the tree');
	like(page('/fiche/l1'), qr/Lieu de réalisation/, 'a place');
	like(page('/fiche/l1'), qr{href="/capacitaire/l1/historique"}, 'and its past, for who enters it');
	like(page('/fiche/p3'), qr/Pôle Cœur-Poumon/, 'a pôle');
	like(page('/fiche/s4'), qr/interminable/, 'a long name');
	like(page('/fiche/0Z9190001'), qr/Établissements et capacité.*CH de Valmont/s, 'a legal entity shows its sites');
	my $island = page('/fiche/2A0000014');
	like($island, qr/&lt;script&gt;alert\(1\)&lt;\/script&gt; &quot;l’Île/, 'a hostile name is escaped');
	unlike($island, qr/<script>alert/, 'everywhere');
	like($island, qr/non connue dans FINESS/, 'a site without an entity');
	unlike($island, qr{/capacitaire/lits\?site}, 'no entry link for others');
	like(page('/fiche/0Z9100009'), qr{N’existe plus depuis le 01/01/2024}, 'a closed one');
	page("/fiche/$_", 404) for qw(u99 0Z9999999 p1 x1 u0 u01 0z9100001 u1234567890123);
};

subtest access => sub {
	is($stand->get($_)->{status}, 303, "$_ needs somebody") for '/repertoire', '/fiche/u1';
	is($stand->post('/repertoire', {}, as => $s)->{status}, 405, 'no POST');
};

subtest budget => sub {
	my @lines = grep { m{route=/(fiche|repertoire)} } split /\n/, $stand->log_text('fcgi');
	is(scalar(grep { /route=\/fiche/ && /queries=(\d+)/ && $1 > 4 } @lines), 0, 'four statements for a sheet, calls included');
	is(scalar(grep { /queries=(\d+)/ && $1 > 4 } @lines), 0, 'four for a search');
};
done_testing;
