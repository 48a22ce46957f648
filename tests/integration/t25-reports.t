# /rapports: pages and files of a region and a département, from the marts.
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

# Two cuts: the second knows that the 10th was different.  75 and 92 have
# figures, 91 none; 75 says nothing on the 15th and 16th (expected, unknown)
# and has no row at all on the 17th.
my $pg = Cluster->new;
my $pool = Pool->new($pg, workers => 2);
my $analyst = $pool->sign_in('analyst@ror.example', 'analyst:region:11');
my $steward = $pool->sign_in('steward@ror.example', 'steward:region:76');
my $local = $pool->sign_in('local@ror.example', 'analyst:departement:75');
my $national = $pool->sign_in('national@ror.example', 'analyst:france:FR');
my $house = $pool->sign_in('house@ror.example', 'steward:ej:750000001');
my $doctor = $pool->sign_in('doctor@ror.example', 'clinician:france:FR');

# --- nothing was published ---------------------------------------------------
my $r = $analyst->get('/rapports?region=11');
is($r->{status}, 200, 'before the first night: a page');
like($r->{body_text}, qr/Aucun chiffre n’était publié/, 'that says so');
unlike($r->{body_text}, qr/<img|CSV/, 'without pictures of nothing');
is($analyst->get('/rapports/departement/75')->{status}, 200, 'the département too');
is($analyst->get('/rapports/departement/75.svg')->{status}, 404, 'and there is no drawing');
is($analyst->get('/rapports/carte.svg?region=11')->{status}, 404, 'nor a map');

$pg->psql(<<'SQL');
INSERT INTO mart.cut (id, cut_at, kind, day_from, day_to, started_at, published_at) VALUES
    (1, '2026-03-12T02:00:00Z', 'nightly', '2026-03-01', '2026-03-11', '2026-03-12T02:00:00Z', '2026-03-12T02:01:00Z'),
    (2, '2026-03-21T02:00:00Z', 'nightly', '2026-03-01', '2026-03-20', '2026-03-21T02:00:00Z', '2026-03-21T02:01:00Z'),
    (3, '2026-03-22T02:00:00Z', 'nightly', '2026-03-01', '2026-03-21', '2026-03-22T02:00:00Z', NULL);
INSERT INTO mart.rpt_department_day (departement_code, category_id, day, known_from, known_to, region_code,
    nature, places_expected, places_reporting, places_fresh, day_s, expected_s, known_s, installed_s,
    closed_nr_s, closed_r_s, suppl_s, in_service_s, in_service_known_s, available_s, available_high_s,
    occupied_s, in_service_occ_s, zero_s, subset, available_paired_s, occupied_paired_s)
SELECT v.dep, v.category, '2026-03-01'::date + g.n, k.known_from, k.known_to, '11', v.nature, 10,
       CASE WHEN g.n IN (14, 15) THEN 0 ELSE 8 END, CASE WHEN g.n IN (14, 15) THEN 0 ELSE 7 END,
       86400, 864000, CASE WHEN g.n IN (14, 15) THEN 0 ELSE 691200 END, v.beds * 86400,
       10 * 86400, 5 * 86400, 0, (v.beds - 15) * 86400,
       CASE WHEN g.n IN (14, 15) THEN 0 ELSE (v.beds - 25) * 86400 END,
       CASE WHEN g.n IN (14, 15) THEN 0 ELSE k.free * 86400 END,
       CASE WHEN g.n IN (14, 15) THEN v.beds - 15 ELSE k.free + 10 END * 86400,
       0, 0, CASE WHEN g.n IN (14, 15) THEN 0 ELSE 69120 END, v.subset,
       CASE WHEN g.n IN (14, 15) THEN 0 ELSE k.free * 86400 END, 0
  FROM (VALUES ('75', 1, '01', 1215, false), ('92', 1, '01', 515, false),
               ('75', 3, '01', 115, true), ('75', 22, '02', 65, false)) AS v (dep, category, nature, beds, subset)
 CROSS JOIN generate_series(0, 19) AS g (n)
 CROSS JOIN LATERAL (
       SELECT '2026-03-02T02:00:00Z'::timestamptz + g.n * interval '1 day' AS known_from,
              CASE WHEN g.n = 9 THEN '2026-03-20T00:00:00Z' ELSE 'infinity' END::timestamptz AS known_to,
              40 AS free
        UNION ALL
       SELECT '2026-03-20T00:00:00Z', 'infinity', 33
        WHERE g.n = 9) AS k
 WHERE NOT (v.dep = '75' AND g.n = 16);
SQL

# --- the region ----------------------------------------------------------------
$r = $analyst->get('/rapports?region=11');
is($r->{status}, 200, 'the region');
my $text = $r->{body_text};
like($text, qr/Rapport – Île-de-France/, 'by its name');
like($text, qr/vendredi 20 mars 2026/, 'the newest day of the published cut');
like($text, qr/Données connues au 21\/03\/2026 03:00 \(heure de Paris\)/, 'and the cut, in Paris');
like($text, qr/provisoires jusqu’au 03\/04\/2026/, 'provisional until its fourteenth day');
like($text, qr{<img src="/rapports/carte\.svg\?region=11&amp;indicateur=occupation&amp;au=2026-03-20&amp;nature=01&amp;largeur=moyenne" alt="[^"]{40,}">},
    'a map, told in words');
like($text, qr{media="\(prefers-color-scheme: dark\)" srcset="[^"]+theme=sombre[^"]*"}, 'and in the dark');
like($text, qr{href="/rapports/departement/75\?au=2026-03-20&amp;nature=01">Paris \(75\)}, 'each département is a link');
my %row = $text =~ m{\((\d\w+)\)</a></th>(.*?)</tr>}g;
is(scalar keys %row, 8, 'all eight of the region');
like($row{75}, qr{>1\x{202f}215,?0?<}, 'Paris: 1,215 beds, not those inside others nor places');
like($row{75}, qr{>40 à 50<}, 'from 40 to 50 available');
like($row{75}, qr{>96,6\x{202f}%<}, 'occupied at most 1 - 40/1190');
like($row{75}, qr{>8 / 10<}, '8 of 10 places reported');
like($row{91}, qr{>–<}, 'no figures is a dash');
unlike($row{91}, qr{>0}, 'never a zero');
my ($total) = $text =~ m{<tfoot>(.*?)</tfoot>}s;
like($total, qr{>1\x{202f}730<}, 'the total is the sum, once');
like($total, qr{>80 à 100<}, 'with its bounds');
is($analyst->get('/rapports')->{status}, 200, 'without a region: the first of the account');
like($analyst->get('/rapports')->{body_text}, qr/Rapport – Île-de-France/, 'which is this one');

$text = $analyst->get('/rapports?region=11&au=2026-03-16')->{body_text};
%row = $text =~ m{\((\d\w+)\)</a></th>(.*?)</tr>}g;
like($row{75}, qr{>–<.*>0 / 10<}s, 'a day that nobody reported: dashes, and 0 of 10');
$text = $analyst->get('/rapports?region=11&nature=02')->{body_text};
like($text, qr/toutes les places suivies/, 'places apart');
%row = $text =~ m{\((\d\w+)\)</a></th>(.*?)</tr>}g;
like($row{75}, qr{>65<}, 'with their own number');
$text = $analyst->get('/rapports?region=11&categorie=rea_adulte')->{body_text};
%row = $text =~ m{\((\d\w+)\)</a></th>(.*?)</tr>}g;
like($row{75}, qr{>115<}, 'a category counts its beds inside others');
like($analyst->get('/rapports?region=11&categorie=rea_adulte&nature=02')->{body_text},
    qr/toutes les places suivies/, 'another nature chosen: the category is dropped');

# --- a département ---------------------------------------------------------------
$r = $analyst->get('/rapports/departement/75');
is($r->{status}, 200, 'a département');
$text = $r->{body_text};
like($text, qr{du 19/02/2026 au 20/03/2026}, 'thirty days to the newest');
my @figures = $text =~ m{<figure.*?</figure>}gs;
is(scalar @figures, 4, 'four charts');
for my $word (qw(disponibilite occupation fermes couverture)) {
	like($text, qr{<img src="/rapports/departement/75\.svg\?indicateur=$word&amp;du=2026-02-19&amp;au=2026-03-20&amp;nature=01&amp;largeur=moyenne" alt="[^"]{60,}">},
	    "$word: its picture, told in words");
	like($text, qr{id="c-$word">.*?</table>}s, "$word: its table");
}
my @no_alt = grep { !/ alt="[^"]+"/ } $text =~ /(<img[^>]*>)/g;
is(scalar @no_alt, 0, 'every picture has a text');
my ($table) = $text =~ m{id="c-disponibilite">(.*?)</table>}s;
my @rows = $table =~ m{<tr><th scope="row">(.*?)</tr>}gs;
is(scalar @rows, 30, 'a row a day');
like($rows[29], qr{20/03/2026.*provisoire.*>40,0 à 50,0<.*>1\x{202f}215,0<.*>8 / 10<}s, 'the last one, provisional');
like($rows[16], qr{07/03/2026(?!.*provisoire)}s, 'the 7th is final on the 21st, 14 days on');
like($rows[17], qr{08/03/2026.*provisoire}s, 'the 8th is not yet');
like($rows[25], qr{16/03/2026.*>–<.*>0 / 10<}s, 'the 16th: nobody reported');
like($rows[26], qr{17/03/2026.*>–<.*>–<}s, 'the 17th: no row, no figure');
like($text, qr{De 33,0 à 40,0 lits disponibles en moyenne sur la journée, 40,0 le 20/03/2026\. 13 jours sans donnée},
    'the summary counts the days without figures');
like($rows[19], qr{10/03/2026.*>33,0 à 43,0<}s, 'the 10th as corrected');

# --- as known on -----------------------------------------------------------------
$text = $analyst->get('/rapports/departement/75?connu=2026-03-12&au=2026-03-11')->{body_text};
like($text, qr/Données connues au 12\/03\/2026 03:00/, 'known on the 12th: that cut');
like($text, qr{10/03/2026</time>.*?>40,0 à 50,0<}s, 'the 10th as it was then');
like($text, qr{75\.svg\?indicateur=occupation&amp;du=[\d-]+&amp;au=2026-03-11&amp;nature=01&amp;connu=2026-03-12&amp;largeur=},
    'and so are the pictures');
like($analyst->get('/rapports/departement/75?connu=2026-03-11')->{body_text},
    qr/Aucun chiffre n’était publié/, 'the day before: nothing yet');
like($analyst->get('/rapports/departement/75?connu=2030-01-01')->{body_text},
    qr/connues au 21\/03\/2026/, 'a cut that was not published is no cut');

# --- files -------------------------------------------------------------------------
$r = $analyst->get('/rapports/departement/75?du=2026-03-09&au=2026-03-17&format=csv');
is($r->{headers}{'content-type'}, 'text/csv; charset=utf-8', 'a CSV');
like($r->{headers}{'content-disposition'}, qr/rapport-75-2026-03-09-2026-03-17\.csv/, 'by its name');
like($r->{body_text}, qr/\A\x{feff}"departement";"nom";"nature";"categorie";"jour";"connu_le";/, 'BOM and semicolons');
my @csv = map { tr/"//dr } split /\r\n/, $r->{body_text};
is(scalar @csv, 10, 'a head and nine days');
is($csv[2], '75;Paris;lits;toutes;2026-03-10;2026-03-21T03:00:00+01:00;oui;10;8;7;1215,0000;33,0000;43,0000;'
    . '0,9723;0,9642;0,9725;;10,0000;5,0000;0,8000;0,1000', 'a day');
like($csv[9], qr/^75;Paris;lits;toutes;2026-03-17;[^;]+;oui;0;0;0;;;;;;;;;;;$/, 'an unknown day is empty, not zero');
$r = $analyst->get('/rapports?region=11&format=csv');
is(scalar(split /\r\n/, $r->{body_text}), 9, 'the region as CSV: a head and eight départements');

my %drawing = (
	'/rapports/departement/75.svg?indicateur=disponibilite' => ['image/svg+xml', qr/\A<\?xml.*<svg/s],
	'/rapports/departement/75.svg?indicateur=fermes&theme=sombre' => ['image/svg+xml', qr/<svg/],
	'/rapports/departement/75.svg?indicateur=couverture&largeur=etroite' => ['image/svg+xml', qr/<svg/],
	'/rapports/departement/75.png?indicateur=occupation' => ['image/png', qr/\A\x89PNG/],
	'/rapports/departement/75.pdf' => ['application/pdf', qr/\A%PDF-.*%%EOF\s*\z/s],
	'/rapports/carte.svg?region=11' => ['image/svg+xml', qr/<svg/],
	'/rapports/classement.svg?region=11&indicateur=disponibilite' => ['image/svg+xml', qr/<svg/],
);
my %seen;
for my $path (sort keys %drawing) {
	my ($type, $looks) = @{ $drawing{$path} };
	my $first = $analyst->get($path);
	is($first->{status}, 200, $path);
	is($first->{headers}{'content-type'}, $type, "$path: its type");
	like($first->{body}, $looks, "$path: its bytes");
	is($first->{headers}{'cache-control'}, 'private, no-cache', "$path: kept, but asked for again");
	ok($analyst->get($path)->{body} eq $first->{body}, "$path: the same bytes again");
	ok($national->get($path)->{body} eq $first->{body}, "$path: whoever asks");
	my $again = $analyst->get($path, headers => { 'If-None-Match' => $first->{headers}{etag} });
	is("$again->{status} " . length $again->{body}, '304 0', "$path: not sent twice");
	is($seen{ $first->{headers}{etag} }++, 0, "$path: an ETag of its own");
}
my $before = $analyst->get('/rapports/departement/75.svg?au=2026-03-11&connu=2026-03-12');
my $after = $analyst->get('/rapports/departement/75.svg?au=2026-03-11');
isnt($before->{headers}{etag}, $after->{headers}{etag}, 'another cut has another ETag');
ok($before->{body} ne $after->{body}, 'and another picture');
my $svg = $analyst->get('/rapports/departement/75.svg?indicateur=disponibilite&du=2026-03-01&au=2026-03-20')->{body};
unlike($svg, qr/ style=|<script|https?:(?!\/\/www\.w3\.org)/, 'nothing that the content policy refuses');

# --- what is not a question ----------------------------------------------------------
for my $bad ('du=2026-03-10&au=2026-03-09', 'au=2026-02-30', 'du=2025-01-01&au=2026-05-15', 'au=hier',
    'nature=03', 'indicateur=autre', 'connu=demain', 'theme=rose', 'largeur=9', 'format=xls') {
	my $r = $analyst->get("/rapports/departement/75?$bad");
	is($r->{status}, 400, "$bad: refused");
	like($r->{body_text}, qr/ui-alert|n’existe pas|après|dépasse/, "$bad: and why");
}
is($analyst->get('/rapports/departement/75?categorie=aucune')->{status}, 404, 'no such category');
is($analyst->get('/rapports/departement/75?du=2025-02-15&au=2026-03-21')->{status}, 200, '400 days are fine');
is($analyst->get('/rapports/departement/75?du=2025-02-14&au=2026-03-21')->{status}, 400, '401 are not');
is($analyst->get('/rapports/departement/75?du=&au=&categorie=&connu=')->{status}, 200, 'empty fields are absent ones');

# --- who, and where --------------------------------------------------------------------
for my $path ('/rapports/departement/31', '/rapports/departement/31.svg', '/rapports/departement/31.png',
    '/rapports/departement/31.pdf',
    '/rapports?region=76', '/rapports/carte.svg?region=76', '/rapports/classement.svg?region=76') {
	is($analyst->get($path)->{status}, 403, "$path: not the analyst of 11");
	is($steward->get($path)->{status}, 200, "$path: but the steward of 76");
	is($national->get($path)->{status}, 200, "$path: and who has France");
	is($doctor->get($path)->{status}, 403, "$path: no clinician");
}
$r = $local->get('/rapports');
is("$r->{status} $r->{headers}{location}", '303 /rapports/departement/75', 'a département alone: sent there');
is($local->get('/rapports/departement/75')->{status}, 200, 'which opens');
unlike($local->get('/rapports/departement/75')->{body_text}, qr{/rapports\?region=}, 'without a way to the region');
is($local->get('/rapports?region=11')->{status}, 403, 'that is not theirs');
is($house->get('/rapports')->{status}, 403, 'no territory: no report');
is($national->get('/rapports?region=99')->{status}, 404, 'no such region');

# --- chosen theme -------------------------------------------------------------------------
my $dark = $analyst->get('/rapports/departement/75',
    headers => { Cookie => "__Host-ror=$analyst->{token}; theme=dark" })->{body_text};
like($dark, qr{<img src="[^"]+theme=sombre[^"]*"}, 'dark was chosen: the pictures are');
unlike($dark, qr{prefers-color-scheme}, 'whatever the system prefers');

# --- a new night ---------------------------------------------------------------------------
# It corrects the 12th: the same address is another drawing, unless « connu le » holds it.
my $open = '/rapports/departement/75.svg?indicateur=disponibilite&du=2026-03-01&au=2026-03-20';
my $held = "$open&connu=2026-03-21";
my %old = map { $_ => $analyst->get($_) } $open, $held;
$pg->psql(<<'SQL');
UPDATE mart.rpt_department_day SET known_to = '2026-03-22T01:00:00Z'
 WHERE departement_code = '75' AND category_id = 1 AND day = '2026-03-12';
UPDATE mart.cut SET published_at = '2026-03-22T02:01:00Z' WHERE id = 3;
SQL
my %new = map { $_ => $analyst->get($_, headers => { 'If-None-Match' => $old{$_}{headers}{etag} }) } $open, $held;
is($new{$open}{status}, 200, 'a new cut: the newest drawing is sent again');
ok($new{$open}{body} ne $old{$open}{body}, 'and shows what is known now');
is($new{$held}{status}, 304, 'the one known on the 21st has not changed');
ok($analyst->get($held)->{body} eq $old{$held}{body}, 'to the byte');

unlike($pool->log, qr/event=worker_died|level=err|event=over_budget/, 'no worker died, no error');
done_testing;
