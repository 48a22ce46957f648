# Consultation: the proof of every cell, distance, favourites, calls, and the
# administration of categories; on the demonstration, which has every case.
use strict;
use warnings;
use utf8;
use lib 'tests/integration/lib';
use Encode qw(decode_utf8);
use Stand;
use Test::More;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);

my $stand = Stand->new(data => 'region');
my %who = (
	doctor   => 'claire.fontaine@demo.ror.example',
	manager  => 'camille.martin@demo.ror.example',
	editor   => 'ines.morel@demo.ror.example',
	steward  => 'nadia.perrin@demo.ror.example',
	analyst  => 'julien.caron@demo.ror.example',
	analyst76 => 'marion.delmas@demo.ror.example',
	admin    => 'alex.roussel@demo.ror.example',
);
$who{$_} = $stand->session($who{$_}) for keys %who;

sub sql { return $stand->psql(@_) =~ s/\n\z//r }

sub page {
	my ($path, $as, $status) = @_;
	my $r = $stand->get($path, as => $who{ $as // 'doctor' });
	is($r->{status}, $status, "$path: $status") if defined $status;
	return decode_utf8($r->{content});
}

# Records of a CSV file of ours as hashes.
sub records {
	my ($path, $as) = @_;
	my $text = page($path, $as);
	$text =~ s/^\x{feff}//;
	my @line = map { [map { s/^"|"$//gr } split /;/, $_, -1] } split /\r?\n/, $text;
	my @head = @{ shift @line // [] };
	return map { my $l = $_; +{ map { $head[$_] => $l->[$_] } 0 .. $#head } } @line;
}

my %slug = map { split /\|/ } split /\n/, decode_utf8(sql('SELECT label, slug FROM ref.category'));

# --- the proof adds up to the cell, in every cell ---------------------------------
sub cell_of {
	my ($query, $as, $label, $column) = @_;
	my ($c) = grep { $_->{categorie} eq $label && $_->{departement} eq $column }
	    records("/disponibilites?$query&format=csv", $as);
	return $c;
}

# What is wrong with the proof of a cell, '' when it holds.  A value may expire
# between the two questions: then both are asked again.
sub proof_wrong {
	my ($query, $as, $cell) = @_;
	my $wrong = '';
	for (1 .. 3) {
		my $where = $cell->{departement} eq 'total' ? '' : "&departement=$cell->{departement}";
		my @row = records("/disponibilites/preuve?$query$where&categorie=$slug{ $cell->{categorie} }&format=csv", $as);
		my ($low, $high, $installed) = (0, 0, 0);
		for my $r (@row) {
			$low += $r->{ajoute_bas};
			$high += $r->{ajoute_haut};
			$installed += $r->{installes} || 0 if $r->{role} ne 'inclus';
		}
		my $known = $cell->{disponibles} eq '' ? 0 : $cell->{disponibles};
		$wrong = "$low..$high of $installed is not $known..$cell->{au_plus} of $cell->{installes}";
		return '' if $low == $known && $high == $cell->{au_plus} && $installed == $cell->{installes};
		$cell = cell_of($query, $as, $cell->{categorie}, $cell->{departement}) // return $wrong;
	}
	return "$cell->{categorie} $cell->{departement}: $wrong";
}

for my $case (['region=11', 'doctor', 150], ['region=76', 'doctor', 150], ['region=11', 'editor', 150],
    ['region=11', 'steward', 150], ['region=11&age=3', 'doctor', 100],
    ['region=11&autour=Palaiseau&km=20', 'doctor', 20]) {
	my ($query, $as, $at_least) = @$case;
	my @cell = records("/disponibilites?$query&format=csv", $as);
	my @wrong = grep { $_ ne '' } map { proof_wrong($query, $as, $_) } @cell;
	cmp_ok(scalar @cell, '>=', $at_least, "$query seen by $as: many cells");
	is_deeply(\@wrong, [], 'each proof adds up to its cell');
}

my %role;
$role{ $_->{role} }++ for map { records("/disponibilites/preuve?region=$_->[0]&categorie=$_->[1]&format=csv") }
    map { my $s = $_; map { [$_, $s] } 11, 76 } values %slug;
ok($role{$_}, "the demonstration has places « $_ »") for qw(compte ferme perime jamais inclus restreint);
my %aged = map { $_->{role} => 1 } map { records("/disponibilites/preuve?region=11&age=3&categorie=$_&format=csv") } values %slug;
ok($aged{trop_ancien}, 'a fresh value that is too old for the question is said so');

# --- the page of a proof ------------------------------------------------------------
my ($wide) = grep { $_->{disponibles} ne '' && $_->{au_plus} > $_->{disponibles} && $_->{departement} ne 'total' }
    records('/disponibilites?region=11&format=csv');
my $proof = "/disponibilites/preuve?region=11&departement=$wide->{departement}&categorie=$slug{ $wide->{categorie} }";
my $html = page($proof, 'doctor', 200);
like($html, qr/<strong id="total">$wide->{disponibles} à $wide->{au_plus}</, 'the total is the cell');
like($html, qr/Borne haute\s*: $wide->{au_plus} = $wide->{disponibles} connus \+ /, 'the formula has its numbers');
like($html, qr/Arrêté au \w+ \d+ \w+ \d{4}, \d\d:\d\d \(heure de Paris\)/, 'the instant of the cut');
like($html, qr/flux bm-|l’établissement/, 'who reports');
unlike($html, qr/MARTIN|LAMBERT|RENAUD/, 'never the name of a person');
like(page("/disponibilites?region=11&departement=$wide->{departement}&categorie=$slug{ $wide->{categorie} }"),
    qr{href="/disponibilites/preuve\?region=11&amp;categorie=$slug{ $wide->{categorie} }&amp;departement=$wide->{departement}"},
    'a cell leads to its proof');
my ($restricted) = sql("SELECT c.slug || ' ' || p.departement_code || ' ' || p.name FROM dir.place_now AS p
    JOIN ref.category AS c ON c.id = p.category_id WHERE p.sensitive AND p.region_code = '11' LIMIT 1") =~ /(.*)/;
my ($slug, $dep, $name) = split / /, decode_utf8($restricted), 3;
$proof = "/disponibilites/preuve?region=11&departement=$dep&categorie=$slug";
$html = page($proof);
unlike($html, qr/\Q$name\E</, 'a restricted place is not listed');
like($html, qr/Accès restreint\s*: \d+ lieu/, 'but counted, and said so');
like(page($proof, 'steward'), qr/\Q$name\E</, 'a steward sees it');
page('/disponibilites/preuve?region=11', 'doctor', 303);
page('/disponibilites/preuve?region=11&categorie=x', 'doctor', 404);
is($stand->get($proof)->{status}, 303, 'nobody is sent to sign in');

# --- distance and favourites -----------------------------------------------------------
my @near = records('/disponibilites?autour=palaiseau&km=20&categorie=medecine&format=csv');
cmp_ok(scalar @near, '>', 2, 'places around a commune typed in lower case');
my @km = map { $_->{distance_km} =~ s/,/./r } @near;
is_deeply(\@km, [sort { $a <=> $b } @km], 'the nearest first');
is(scalar(grep { $_ > 20 } @km), 0, 'none beyond');
my $all = () = records('/disponibilites?region=11&categorie=medecine&format=csv');
cmp_ok(scalar @near, '<', $all, 'others are left out');
my %deps = map { $_->{departement} => 1 } @near;
cmp_ok(scalar keys %deps, '>', 1, 'départements do not stop it');
$html = page('/disponibilites?autour=91120&km=20&categorie=medecine', 'doctor', 200);
like($html, qr/À 20\s*km au plus de Palaiseau/, 'by postcode');
like($html, qr{<strong>\d+(,\d)?\s*km</strong>}, 'distance shown');
like($html, qr{href="\?region=11&amp;autour=91120&amp;insee=91477&amp;km=20&amp;categorie=chirurgie}, 'the state is in the links');
$html = page('/disponibilites?autour=Saint&categorie=medecine', 'doctor', 200);
like($html, qr/Plusieurs communes/, 'an ambiguous name is asked about');
my ($insee) = $html =~ /<select class="ui-select" id="insee".*?<option value="(\w+)">/s;
ok($insee, 'with a list to choose from');
like(page("/disponibilites?autour=Saint&insee=$insee&categorie=medecine"), qr/km au plus de Saint/, 'chosen');
like(page("/disponibilites?autour=Palaiseau&insee=$insee&categorie=medecine"), qr/km au plus de Palaiseau/,
    'another name typed: the old choice does not count');
like(page('/disponibilites?autour=Nulle-Part'), qr/Aucune commune ne s’appelle « Nulle-Part »/, 'unknown, said so');
sql("INSERT INTO ref.commune (code, departement_code, name, kind, postcodes) VALUES ('91999', '91', 'Sansetab', 'commune', '{91998}')");
like(page('/disponibilites?autour=Sansetab'), qr/La position de Sansetab n’est pas connue/, 'a commune without a site');
page('/disponibilites?autour=Palaiseau&km=15', 'doctor', 400);
page('/disponibilites?autour=' . 'x' x 200, 'doctor', 400);
page('/disponibilites?autour=a&insee=%27--', 'doctor', 400);
page('/disponibilites?autour=%25%27%22%3C', 'doctor', 200);
page('/disponibilites?favoris=2', 'doctor', 400);

like(page('/disponibilites?region=11&favoris=1&categorie=medecine'), qr/Aucun lieu à afficher/, 'no favourite, no place');
my ($star, $of_star) = split /\|/, sql("SELECT p.site_finess, count(*) FROM dir.place_now AS p JOIN ref.category AS c ON c.id = p.category_id
    WHERE c.slug = 'medecine' AND p.region_code = '11' AND NOT p.sensitive GROUP BY 1 ORDER BY 2 DESC LIMIT 1");
is($stand->post('/favoris', { chose => $star, favori => 1, retour => '/' }, as => $who{doctor})->{status}, 303, 'a site is marked');
my @mine = records('/disponibilites?region=11&favoris=1&categorie=medecine&format=csv');
is(scalar @mine, $of_star, 'favourites: the places of the site');
like(page('/disponibilites?region=11&favoris=1&categorie=medecine'), qr/href="\/fiche\/$star"/, 'in the page');
unlike(page('/disponibilites?region=11&favoris=1&categorie=medecine', 'manager'), qr/href="\/fiche\/$star"/,
    'never in the page of another account');

# --- the département of last time ---------------------------------------------------------
my $r = $stand->get('/disponibilites?region=11&departement=92', as => $who{doctor});
my ($cookie) = grep { /^departement=/ } Stand::as_list($r->{headers}{'set-cookie'});
like($cookie, qr/^departement=92; Path=\/disponibilites;.*HttpOnly/, 'the département is remembered');
$r = $stand->get('/disponibilites', as => $who{doctor}, cookie => 'departement=92');
like(decode_utf8($r->{content}), qr/<option value="92" selected>/, 'and shown next time');
$r = $stand->get('/disponibilites?region=76', as => $who{doctor}, cookie => 'departement=92');
unlike(decode_utf8($r->{content}), qr/<option value="92" selected>/, 'a question asked is stronger');
is($stand->get('/disponibilites', as => $who{doctor}, cookie => 'departement=zz')->{status}, 200, 'a cookie of nonsense is none');

# --- « j'ai appelé » -------------------------------------------------------------------------
my ($place, $unit, $region, $category, $cell_dep, $free) = split /\|/, sql("SELECT p.place_id, p.unit_ids[1], p.region_code, c.slug, p.departement_code, k.value
    FROM dir.place_now AS p JOIN ref.category AS c ON c.id = p.category_id
    JOIN cap.current AS k ON k.place_id = p.place_id AND k.indicator_id = 20 AND k.assignment_id = 0
    WHERE p.site_finess = '0Z9100001' AND NOT p.sensitive AND p.locked = '{}' AND k.value > 1 AND c.slug = 'medecine'
      AND k.effective_at > now() - interval '12 hours' ORDER BY 1 LIMIT 1");
my $list = "region=$region&categorie=$category&departement=$cell_dep";
# The demonstration's own calls would be counted with these.
sql('TRUNCATE cap.call');
my $before = sql("SELECT md5(string_agg(k::text, ',' ORDER BY k.indicator_id)) FROM cap.current AS k WHERE k.place_id = $place");

sub call {
	my ($answer, %arg) = @_;
	return $stand->post("/disponibilites/appel?$list", { lieu => "l$place", vu => "$free.1700000000",
	    reponse => $answer, %{ $arg{form} // {} } }, as => $who{ $arg{as} // 'doctor' });
}

$html = page("/disponibilites?$list");
my ($form) = $html =~ /(<form method="post" action="\/disponibilites\/appel[^"]*">(?:(?!<\/form>).)*value="l$place".*?<\/form>)/s;
like($form, qr/name="jeton" value="$who{doctor}{csrf}"/, 'each form has the token of who reads');
like($form, qr/name="vu" value="$free\.\d+"/, 'and the figure that is shown');
unlike(page("/disponibilites?$list", 'steward'), qr/$who{doctor}{csrf}/, 'never the token of another');
unlike(page("/disponibilites?$list", 'analyst'), qr/disponibilites\/appel/, 'analysts are not asked');

$r = call('none');
is($r->{status}, 303, 'one click');
like($r->{headers}{location}, qr{^/disponibilites\?\Q$list\E#l$place$}, 'back to the row');
like(page("/disponibilites?$list", 'steward'), qr/signalé plus de place à \d\d:\d\d/, 'the next reader sees it');
like(page("/fiche/u$unit", 'manager'), qr/signalé plus de place à \d\d:\d\d/, 'the establishment sees it on the sheet of the unit');
is(sql("SELECT md5(string_agg(k::text, ',' ORDER BY k.indicator_id)) FROM cap.current AS k WHERE k.place_id = $place"),
    $before, 'no capacity moved');
is(sql("SELECT shown || ' ' || extract(epoch FROM shown_at)::bigint FROM cap.call"), "$free 1700000000", 'kept with what was shown');
call('confirmed');
is(sql('SELECT count(*) FROM cap.call'), 2, 'a second answer is kept too');
is(sql('SELECT string_agg(outcome, $$,$$) FROM cap.call_counted'), 'confirmed', 'and replaces the first within ten minutes');
like(page("/disponibilites?$list"), qr/confirmé par téléphone à/, 'in the page');
call('different', form => { nombre => ' 1 ' });
like(page("/disponibilites?$list"), qr/signalé 1 au téléphone à/, 'with the number heard');
sql("UPDATE cap.call SET called_at = called_at - interval '11 minutes'");
call('confirmed');
is(sql('SELECT count(*) FROM cap.call_counted'), 2, 'after ten minutes it is another call');
is(call('confirmed', as => 'manager')->{status}, 403, 'nobody calls the place they answer for');
is(call('confirmed', as => 'analyst')->{status}, 403, 'nor an analyst');
for my $bad ([{ reponse => 'peut-être' }, 400], [{ lieu => 'l0' }, 404], [{ lieu => 'x' }, 400], [{ lieu => 'l999999999' }, 404],
    [{ vu => 'x.y' }, 400], [{ vu => '3.99999999999' }, 400], [{ vu => '-1.1' }, 400],
    [{ reponse => 'different', nombre => '-1' }, 400], [{ reponse => 'different', nombre => '٣' }, 400],
    [{ reponse => 'different', nombre => '1000000000000' }, 400], [{ jeton => 'x' x 43 }, 403]) {
	is(call('confirmed', form => $bad->[0])->{status}, $bad->[1], join(' ', %{ $bad->[0] }) . ": $bad->[1]");
}
my $sensitive = sql("SELECT place_id FROM dir.place_now WHERE sensitive AND region_code = '11' LIMIT 1");
is(call('none', form => { lieu => "l$sensitive" })->{status}, 404, 'a restricted place is nothing to call');

# Accuracy: nothing below five, then a rate, for the establishment and the agency.
unlike(page("/fiche/u$unit", 'doctor'), qr/90 jours/, 'accuracy is not for everybody');
like(page("/fiche/u$unit", 'manager'), qr/2 appels en 90 jours, trop peu/, 'two calls: no rate');
unlike(page('/rapports/appels?region=11', 'analyst'), qr/\d\s*%/, 'nor in the report');
sql("INSERT INTO cap.call (place_id, account_id, outcome, shown, shown_at, called_at)
    SELECT $place, 1, v.outcome, v.shown, CASE WHEN v.shown IS NOT NULL THEN now() END, now() - interval '3 days' * v.n
      FROM (VALUES ('none', 0, 1), ('none', 4, 2), ('different', 4, 3), ('confirmed', NULL, 4), ('confirmed', 2, 40)) AS v (outcome, shown, n)");
# Counted: different (1 of the shown), confirmed, none at 0, none at 4, different; without a figure or older: not.
like(page("/fiche/u$unit", 'manager'), qr/Exact au téléphone\s*: 40\s*% sur 5 appels en 90 jours/, 'five calls: a rate');
$html = page('/rapports/appels?region=11', 'analyst', 200);
like($html, qr{href="/fiche/0Z9100001".*?<strong>40\s*%</strong>.*?Appels </span>6<}s, 'the same for the agency, by site');
unlike(page('/rapports/appels?region=11', 'analyst76', 200), qr/0Z9100001/, 'outside its région it reads nothing');
page('/rapports/appels', 'doctor', 403);
page('/rapports/appels?region=99', 'analyst', 404);
sql("UPDATE cap.call SET called_at = called_at - interval '3 hours'");
unlike(page("/disponibilites?$list"), qr/au téléphone à|par téléphone à/, 'after two hours nothing is said of it');
sql("INSERT INTO cap.call (place_id, account_id, outcome, called_at)
    SELECT $place, a.id, 'none', now() - interval '20 minutes' FROM auth.account AS a, generate_series(1, 60) WHERE a.login = 'claire.fontaine\@demo.ror.example'");
is(call('confirmed')->{status}, 429, 'sixty in an hour are enough');
is(sql('SET ROLE ror_app; DELETE FROM cap.call', may_fail => 1) =~ /permission denied/, 1, 'nobody deletes a call');

# --- categories ------------------------------------------------------------------------------
# The fields of the form that holds the button, as a browser would send them.
sub form_of {
	my ($html, $button) = @_;
	my ($form) = grep { /\Q$button\E/ } $html =~ /(<form[^>]*method="post".*?<\/form>)/gs;
	my %field;
	for my $input ($form =~ /<input([^>]*)>/g) {
		next if $input =~ /type="checkbox"/ && $input !~ / checked/;
		my ($name) = $input =~ /name="([^"]*)"/;
		my ($value) = $input =~ /value="([^"]*)"/;
		$field{$name} = $value // '';
	}
	return \%field;
}

sub admin_post {
	my ($form, $as, %more) = @_;
	return $stand->post('/administration/categories', { %$form, %more }, as => $who{$as});
}

my $desk = '/administration/categories';
page($desk, 'doctor', 403);
page($desk, 'manager', 403);
page($desk, 'analyst', 403);
page("$desk?region=76", 'steward', 403);
page("$desk?region=zz", 'admin', 404);
$html = page($desk, 'steward', 200);
unlike($html, qr/name="etape"/, 'a steward of a région reads the rules');
like($html, qr/Enregistrer pour Île-de-France/, 'and chooses the lines of the région');
$html = page($desk, 'admin', 200);
my $rules = form_of($html, 'value="essai"');
cmp_ok(scalar(grep { /^r\.\d+\.rang$/ && $rules->{$_} ne '' } keys %$rules), '>', 60, 'all rules are in the form');
is(admin_post({ %$rules, etape => 'essai' }, 'steward')->{status}, 403, 'and cannot try others');
is(admin_post({ %$rules, etape => 'appliquer' }, 'doctor')->{status}, 403, 'nor a clinician');

$r = admin_post($rules, 'admin', etape => 'essai');
is($r->{status}, 200, 'tried');
like(decode_utf8($r->{content}), qr/Aucun lieu ne change de ligne/, 'the rules of now move nothing');
like(decode_utf8($r->{content}), qr/value="appliquer"/, 'and can be applied');

# Cardiology, type 149, to « autres_lits »: a new first rule.
my ($new) = sort { $a <=> $b } map { /^r\.(\d+)\.rang$/ && $rules->{$_} eq '' ? $1 : () } keys %$rules;
my $type = sql("SELECT u.unit_type FROM dir.place_now AS p JOIN dir.unit_now AS u ON u.id = p.unit_ids[1]
    JOIN ref.category AS c ON c.id = p.category_id WHERE c.slug = 'medecine' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1");
my %edit = ("r.$new.rang" => 1, "r.$new.cat" => 'autres_lits', "r.$new.type" => $type);
my $count = sub { sql("SELECT string_agg(c.slug || ' ' || n.n, ',' ORDER BY c.slug) FROM ref.category AS c
    JOIN (SELECT category_id, count(*) AS n FROM dir.place_now GROUP BY 1) AS n ON n.category_id = c.id") };
my $was = $count->();
$r = admin_post({ %$rules, %edit }, 'admin', etape => 'essai');
my ($moved) = decode_utf8($r->{content}) =~ /(\d+) lieux changent de ligne/;
ok($moved, 'the preview says how many places would change');
is($count->(), $was, 'and changes nothing');
my $places = sql('SELECT string_agg(place_id || $$:$$ || category_id, $$,$$ ORDER BY place_id) FROM dir.place_now');
$r = admin_post({ %$rules, %edit }, 'admin', etape => 'appliquer');
is($r->{status}, 303, 'applied');
my %old = map { split /:/ } split /,/, $places;
my %now = map { split /:/ } split /,/, sql('SELECT string_agg(place_id || $$:$$ || category_id, $$,$$ ORDER BY place_id) FROM dir.place_now');
is(scalar keys %now, scalar keys %old, 'no place was lost');
is(scalar(grep { $old{$_} != $now{$_} } keys %now), $moved, 'as many places changed as the preview said');
my ($other) = grep { $_->{categorie} eq 'Autres lits' && $_->{departement} eq 'total' } records('/disponibilites?region=11&format=csv');
is($other->{lieux}, sql("SELECT count(*) FROM dir.place_now AS p WHERE p.region_code = '11' AND p.category_id = 18
    AND NOT EXISTS (SELECT FROM dir.place_now AS u WHERE u.place_id = p.subset_of AND u.category_id = 18)"), 'the next page counts them so');
is(sql("SELECT count(*) FROM audit.event WHERE event = 'category_rules'"), 1, 'audited');
is(admin_post({ %$rules, %edit }, 'admin', etape => 'appliquer')->{status}, 409, 'the same form again: somebody was first');
$r = admin_post({ %$rules, %edit, "r.$new.type" => 'ZZ9' }, 'admin', etape => 'appliquer');
is($r->{status}, 409, 'an old version is a conflict');
like(decode_utf8($r->{content}), qr/value="ZZ9"/, 'that keeps what was typed');
is(sql('SELECT count(*) FROM audit.event WHERE event = $$category_rules$$'), 1, 'and does nothing');
$rules = form_of(page($desk, 'admin'), 'value="essai"');
for my $bad ([{ 'r.0.cat' => 'inconnue' }, 'n’existe pas'], [{ 'r.0.rang' => 'x' }, 'pas un'], [{ 'r.0.type' => '"; --' }, 'Règle de rang 10'],
    [{ map { /^r\.\d+\.rang$/ ? ($_ => '') : () } keys %$rules }, 'entre 1 et 300'],
    [{ map { /^r\.(\d+)\.rang$/ && $rules->{"r.$1.cat"} =~ /^autres_salles$/ ? ($_ => '') : () } keys %$rules }, 'règle sans aucun code pour les salles']) {
	$r = admin_post({ %$rules, %{ $bad->[0] } }, 'admin', etape => 'appliquer');
	is($r->{status}, 422, 'refused');
	like(decode_utf8($r->{content}), qr/$bad->[1]/, "and says why: $bad->[1]");
}
is(sql('SELECT count(*) FROM audit.event WHERE event = $$category_rules$$'), 1, 'nothing half-applied');
like(sql("UPDATE ref.category_rule SET nature = '02' WHERE category_id = 1", may_fail => 1), qr/foreign key/,
    'a category has one nature: the database says so');

# A région's own lines; another follows the national order.
my $lines = form_of(page("$desk?region=11", 'steward'), 'value="region"');
my ($chir) = sql("SELECT id FROM ref.category WHERE slug = 'chirurgie'");
my ($bed) = sql("SELECT id FROM ref.category WHERE slug = 'medecine'");
delete $lines->{"g.$bed.vu"};
$lines->{"g.$chir.rang"} = 1;
is(admin_post({ %$lines, region => '76' }, 'steward', action => 'region')->{status}, 403, 'not for another région');
is(admin_post($lines, 'steward', action => 'region')->{status}, 303, 'a région chooses');
my @line = map { $_->{categorie} } grep { $_->{departement} eq 'total' } records('/disponibilites?region=11&format=csv');
is($line[0], 'Chirurgie', 'its order');
is(scalar(grep { $_ eq 'Médecine' } @line), 0, 'and what it shows');
like(page('/disponibilites?region=11'), qr/scope="rowgroup".*?Lits<.*?<th scope="row">Chirurgie/s, 'in the page');
my @other = map { $_->{categorie} } grep { $_->{departement} eq 'total' } records('/disponibilites?region=76&format=csv');
is($other[0], 'Médecine', 'another région has the national one');
is(admin_post($lines, 'steward', action => 'region')->{status}, 409, 'an old form is a conflict');
$lines = form_of(page("$desk?region=11", 'steward'), 'value="region"');
is(admin_post({ map { /\.vu$/ ? () : ($_ => $lines->{$_}) } keys %$lines }, 'steward', action => 'region')->{status}, 422, 'one line at least');
is(admin_post($lines, 'steward', action => 'national')->{status}, 303, 'back to the national order');
@line = map { $_->{categorie} } grep { $_->{departement} eq 'total' } records('/disponibilites?region=11&format=csv');
is($line[0], 'Médecine', 'as before');

# Labels, order, a new line.
$lines = form_of(page($desk, 'admin'), 'value="lignes"');
is(admin_post($lines, 'steward', action => 'lignes')->{status}, 403, 'labels are national');
is(admin_post($lines, 'admin', action => 'lignes', "c.$bed.nom" => 'Médecine <polyvalente>', "c.$bed.rang" => 9999)->{status}, 303, 'renamed and moved');
$html = page('/disponibilites?region=11');
like($html, qr/<th scope="row">Médecine &lt;polyvalente&gt;/, 'escaped, in the page');
like($html, qr/<th scope="row">Chirurgie.*<th scope="row">Médecine &lt;polyvalente&gt;.*Places</s, 'after the others, still among the beds');
$lines = form_of(page($desk, 'admin'), 'value="ajout"');
is(admin_post($lines, 'admin', action => 'ajout', nom => 'Essai', mot => 'essai', nature => '02')->{status}, 303, 'a new line');
$lines->{version}++;
is(admin_post($lines, 'admin', action => 'ajout', nom => 'Essai', mot => 'essai', nature => '02')->{status}, 422, 'once');
is(admin_post($lines, 'admin', action => 'ajout', nom => 'x', mot => 'É', nature => '02')->{status}, 422, 'its word is for addresses');
is(admin_post($lines, 'admin', action => 'x')->{status}, 400, 'no such action');
is($stand->get('/disponibilites/preuve?region=11&categorie=medecine', as => $who{doctor})->{status}, 200, 'a line keeps its address');
like($stand->log_text('fcgi'), qr{route=/disponibilites status=200 .* queries=2 }, 'the synthesis is still two statements');

done_testing();
