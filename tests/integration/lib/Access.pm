# Access.pm - who gets in where: one expectation for each route, tried cell by
# cell by t15-access.t, and docs/access.md, which is made of it.
#
# Everything is about one place, l1, of one unit, u1, of one site of one legal
# entity, in one département of one région; half of the scopes cover it.
#
# A new route needs a row in %row, by « METHOD path »; a list of rows tries
# several forms.  The keys of a row:
#   rule    which scopes come in: a name of %rule, or { role => name, … }
#   to      the address with its {arguments}; default: things of the own site
#   form    the fields of a POST that really changes something (a sub makes them)
#   file    the file that the form brings, as text
#   before  sub run before each cell: what the form uses up
#   shows   a list: everybody comes in, and this is there for who is covered
#   in      other statuses of who comes in (200; of a POST 200 or 303)
#   refused other statuses of who does not (403 or 404)
#   quiet   a POST that changes no table, and why
#   ends    it ends the session it is asked with
#   note    for the reader of the table
# Subs get the cell: { sql, n, login, who, web }.
package Access;

use strict;
use warnings;
use utf8;
use POSIX qw(strftime);

our @roles = qw(clinician bed_manager editor director steward analyst admin);

# key, words, grants; of two neighbours the first covers the own place.
our @scopes = (
	['france', 'France', 'france:FR'],
	['region+', 'own région', 'region:11'], ['region-', 'another', 'region:76'],
	['departement+', 'own département', 'departement:91'], ['departement-', 'another', 'departement:94'],
	['ej+', 'own EJ', 'ej:910000009'], ['ej-', 'another', 'ej:910000025'],
	['eg+', 'own EG', 'eg:910000017'], ['eg-', 'another', 'eg:940000018'],
	['unit+', 'own unit', 'unit:1', 'unit:10'], ['unit-', 'another', 'unit:2'],
);

our %rule = (
	all         => [map { $_->[0] } @scopes],
	place       => [qw(france region+ departement+ ej+ eg+ unit+)],
	elsewhere   => [qw(region- departement- ej- eg- unit-)],
	departement => [qw(france region+ departement+)],
	region      => [qw(france region+)],
	site        => [qw(france region+ departement+ ej+ eg+)],
	france      => [qw(france)],
);

# What Board::build() made, and more around it.
our $fixture = q{
INSERT INTO dir.structure (id, kind, finess) VALUES (11, 'EJ', '910000025'), (12, 'EG', '910000033');
INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, departement_code)
VALUES (11, '[2020-01-01,)', NULL, 'Clinique des Prés, siège', '91'), (12, '[2020-01-01,)', 11, 'Clinique des Prés', '91');
INSERT INTO dir.unit (id) VALUES (10);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field)
VALUES (10, '[2020-01-01,)', 2, 2, 'Unité 10', '150', '06');
INSERT INTO dir.place (id) VALUES (21), (22);
INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed)
VALUES (21, '[2020-01-01,)', 2, 'HDJ Cardiologie', '02', true), (22, '[2020-01-01,)', 2, 'Accueil temporaire', '02', true);
INSERT INTO dir.unit_place (unit_id, place_id, valid) VALUES (1, 21, '[2020-01-01,)'), (10, 22, '[2020-01-01,)');
SELECT dir.refresh();
INSERT INTO auth.account (id, login, name) OVERRIDING SYSTEM VALUE
VALUES (900001, 'temoin@ror.example', 'Témoin'), (900002, 'cible@ror.example', 'Cible'),
    (900003, 'chef@ror.example', 'Chef');
INSERT INTO auth.grant (account_id, role, scope, code, valid) VALUES
    (900001, 'bed_manager', 'france', 'FR', '[2020-01-01,)'), (900001, 'clinician', 'france', 'FR', '[2020-01-01,)');
INSERT INTO auth.grant (account_id, role, scope, code, valid) VALUES (900002, 'clinician', 'eg', '910000017', '[2020-01-01,)'),
    (900003, 'clinician', 'eg', '910000017', '[2020-01-01,)'), (900003, 'admin', 'france', 'FR', '[2020-01-01,)');
INSERT INTO auth.account_request (id, name, mail, establishment, departement, role, reason, asked_at) OVERRIDING SYSTEM VALUE
VALUES (900001, 'Demandeur', 'demandeur@ror.example', 'CH', '91', 'clinician', '', now());
INSERT INTO auth.invitation (id, mail, name, role, scope, code, valid, invited_at) OVERRIDING SYSTEM VALUE
VALUES (900001, 'convive@ror.example', 'Convive', 'bed_manager', 'eg', '910000017', tstzrange(now(), NULL), now());
INSERT INTO auth.feed (id, name, label, source) OVERRIDING SYSTEM VALUE VALUES (900001, 'lits-valmont', 'Lits', '02');
INSERT INTO auth.feed_site (feed_id, site, valid) VALUES (900001, '910000017', '[2020-01-01,)');
INSERT INTO cap.silence (subject, subject_id, kind, since, detected_at, median_s)
VALUES ('place', 1, 'silent', now() - interval '9 days', now(), 86400);
INSERT INTO cap.closure (id, key, line, place_id, unit_id, during, beds, reopenable, reason, account_id, recorded_at)
OVERRIDING SYSTEM VALUE VALUES (900001, gen_random_uuid(), 1, 1, 1,
    daterange(current_date + 100, current_date + 110), 2, false, 'Congés de Valmont', 900001, now());
SELECT cap.save(900001, 'simple', gen_random_uuid(), '01', now() - interval '3 days', '{1}', '{0}', '{NULL}',
    '{1,1,1,1}', '{1,2,4,9}', '{40,0,7,0}');
SELECT cap.call_add(900001, 1, 'confirmed', NULL, 7, now(), now());
};

# What {arguments} stand for.
our %value = (place => 'l1', unit => 'u1', id => 'u1', code => '91', closure => 'c900001', feed => 'r900001',
    account => '900002', key => '00000000-0000-4000-8000-000000000000');

my $keys = 0;
sub key { return sprintf '00000000-0000-4000-9000-%012d', ++$keys }
sub day { return strftime '%Y-%m-%d', localtime(time + 86400 * $_[0]) }
sub version { return $_[0]{sql}->ask('SELECT coalesce(max(version), 0) FROM cap.place_state WHERE place_id = 1') }
sub account { return "(SELECT id FROM auth.account WHERE login = '$_[0]{login}')" }

# Figures of l1 that are not those of before.
sub figures { my ($c) = @_; return (inst => 40, ferm_nr => 0, dispo_ind => ++$c->{n} % 30, suppl_mob => 0) }

sub unavailable { my ($c) = @_;
	$c->{sql}->ask("DELETE FROM dir.unavailability WHERE unit_id = 1; INSERT INTO dir.unavailability
	    (id, unit_id, during, reason) OVERRIDING SYSTEM VALUE VALUES (900001, 1, tstzrange(now() - interval '1 hour', NULL), 'panne')");
	return }

sub closure { my ($c) = @_;
	$c->{id} = $c->{sql}->ask("INSERT INTO cap.closure (key, line, place_id, unit_id, during, beds, reopenable, reason, account_id,
	    recorded_at) VALUES (gen_random_uuid(), 1, 1, 1, daterange(current_date + 200, current_date + 210), 1, false, 'x', 900001,
	    now()) RETURNING id");
	return }

# A save of the account's own, made while it was allowed to.
sub saved { my ($c) = @_;
	$c->{key} = key();
	my $of = account($c);
	my $v = ++$c->{n} % 30;
	$c->{sql}->ask("INSERT INTO auth.grant (account_id, role, scope, code) VALUES ($of, 'bed_manager', 'eg', '910000017');
	    SELECT cap.save($of, 'simple', '$c->{key}', '01', NULL, '{1}', ARRAY[(SELECT version FROM cap.place_state WHERE place_id = 1)],
	        '{NULL}', '{1,1,1,1}', '{1,2,4,9}', '{40,0,$v,0}');
	    DELETE FROM auth.grant WHERE account_id = $of AND code = '910000017' AND valid @> now() AND lower(valid) >= now() - interval '1 minute'");
	return }

sub session_of { my ($c, $account) = @_;
	$c->{sql}->ask("INSERT INTO auth.session (token_sha256, account_id, csrf, method, must_change, created_at, last_seen_at)
	    VALUES (sha256('session $account'), $account, repeat('x', 43), 'ldap', false, now(), now()) ON CONFLICT DO NOTHING");
	$c->{id} = $c->{sql}->ask("SELECT id FROM auth.session WHERE token_sha256 = sha256('session $account')");
	return }

# A file of the account's own, judged and waiting to be saved.
sub uploaded { my ($c, $v) = @_;
	$v //= ++$c->{n} % 30;
	$c->{key} = key();
	$c->{sql}->ask('SELECT cap.upload_new(' . account($c) . ", 'capacity', '$c->{key}', 'lits.csv', '{lieu,version,DISPO_IND}', '{2}',
	    ARRAY['{l1," . version($c) . ",$v}'])");
	return }

sub uploaded_by_another { my ($c) = @_;
	my %by = (%$c, login => 'temoin@ror.example');
	uploaded(\%by, 'x');
	$c->{key} = $by{key};
	return }

sub own_file { return "/capacitaire/import/$_[0]{key}" }
sub own_refused { return own_file($_[0]) . '/refus.csv' }

my %closing = (site => '910000017', lieu => 'l1', du => day(30), au => day(40), lits => 1, reactivable => 0, motif => 'congés', confirme => 1);
my $place = { rule => 'place' };
my $all = { rule => 'all' };
my $report = { rule => 'departement', in => qr/^(?:200|404)$/, refused => qr/^403$/, note => '(a département)' };
my $regional = { rule => 'region', in => qr/^(?:200|404)$/, refused => qr/^403$/ };
sub of_region { my ($path) = @_; return { %$regional, to => "$path?region=11" } }
my $mine = '(of the account itself)';
# Somebody with a right in the own EG: seen by who administers it; managed, not by a director.
my $manager = { rule => { admin => 'site', steward => 'site' } };
# Who administers France is managed by nobody else, whatever else he is.
my $greater = { rule => { admin => 'france' }, note => '(an account that administers France, and has a right in the own EG)' };
my %given = (role => 'bed_manager', etablissement => '910000017');

our %row = (
	'GET /accueil'        => $all,
	'GET /administration' => $all,
	'GET /disponibilites' => { rule => 'all', to => '/disponibilites?region=11' },
	'GET /disponibilites/preuve' => { rule => 'all', to => '/disponibilites/preuve?region=11&categorie=chirurgie' },
	'POST /disponibilites/appel' => { rule => { clinician => 'all', steward => 'all', map { $_ => 'elsewhere' } qw(bed_manager editor director) },
	    form => { lieu => 'l1', reponse => 'confirmed' }, note => '(who answers for a place corrects its figure)' },
	'GET /capacitaire'    => { rule => 'all', in => qr/^303$/ },
	'GET /capacitaire/lits'   => { rule => 'place', shows => qr/<tr id="l1"/ },
	'GET /capacitaire/places' => { rule => 'place', shows => qr/<tr id="l21"/ },
	'GET /capacitaire/places-medico-sociales' => { rule => 'place', shows => qr/<tr id="l22"/ },
	'POST /capacitaire' => { rule => 'place', form => sub { my %f = figures($_[0]);
	    return { cle => key(), confirme => 1, 'version.l1' => version($_[0]), map { ("$_.l1" => $f{$_}) } keys %f } } },
	'POST /capacitaire/annuler' => { rule => 'place', before => \&saved, form => sub { return { cle => $_[0]{key} } },
	    refused => qr/^303$/, note => '(one’s own save, the right lost since)' },
	'POST /capacitaire/affichage' => { rule => 'all', form => { mode => 'complet' }, note => $mine },
	'POST /capacitaire/reprise' => { rule => 'place', shows => qr/<tr id="l1"/, quiet => 'shows what was typed',
	    form => sub { return { cle => key(), 'version.l1' => version($_[0]), 'inst.l1' => 3, retour => '/capacitaire/lits' } } },
	'POST /capacitaire/{place}' => { rule => 'place', form => sub { return { cle => key(), version => version($_[0]), confirme => 1, figures($_[0]) } } },
	'GET /capacitaire/{place}/affectation' => $place,
	'POST /capacitaire/{place}/affectation' => { rule => 'place', form => { motif => '02' },
	    before => sub { $_[0]{sql}->ask('DELETE FROM cap.assignment WHERE place_id = 1'); return } },
	'POST /capacitaire/{place}/affectation/fin' => { rule => 'place', form => sub { return { affectation => $_[0]{id} } },
	    before => sub { my ($c) = @_;
		$c->{id} = $c->{sql}->ask("DELETE FROM cap.assignment WHERE place_id = 1; INSERT INTO cap.assignment (place_id, reason, during,
		    account_id) VALUES (1, '02', tstzrange(now() - interval '1 hour', NULL), 900001) RETURNING id");
		return } },
	'GET /administration/saisie' => { rule => 'region', shows => qr/name="region" value="11"/ },
	'POST /administration/saisie' => { rule => 'region', form => sub { my ($c) = @_;
	    return { region => '11', tableau_lits => 1, champ_01 => 1, aide => 'Avant ' . ++$c->{n} . ' h.',
	        version => $c->{sql}->ask("SELECT coalesce(max(version), 0) FROM cap.board_setting WHERE region_code = '11'") } } },
	'GET /capacitaire/indisponibilite/{unit}' => $place,
	'POST /capacitaire/indisponibilite/{unit}' => { rule => 'place', form => { motif => 'panne', debut => 'maintenant' },
	    before => sub { $_[0]{sql}->ask('DELETE FROM dir.unavailability WHERE unit_id = 1; SELECT dir.lock_refresh(NULL)'); return } },
	'GET /capacitaire/indisponibilite/{unit}/lever' => { rule => 'place', before => \&unavailable },
	'POST /capacitaire/indisponibilite/{unit}/lever' => { rule => 'place', before => \&unavailable, form => { indisponibilite => 900001 } },
	'GET /capacitaire/fermetures' => { rule => 'place', shows => qr/Congés de Valmont/ },
	'POST /capacitaire/fermetures' => [
		{ rule => 'place', form => sub { return { %closing, cle => key() } }, refused => qr/^(?:403|404|422)$/ },
		{ rule => 'place', form => sub { return { %closing, cle => key(), remplace => $_[0]{id} } }, before => \&closure,
		    refused => qr/^(?:403|404|409|422)$/, note => '(changing one)' } ],
	'GET /capacitaire/fermetures/nouvelle' => { rule => 'place', to => '/capacitaire/fermetures/nouvelle?site=910000017', shows => qr/<option value="l1"/ },
	'GET /capacitaire/fermetures/{closure}/modifier' => $place,
	'GET /capacitaire/fermetures/{closure}/annuler' => $place,
	'POST /capacitaire/fermetures/{closure}/annuler' => { rule => 'place', before => \&closure,
	    to => sub { return "/capacitaire/fermetures/c$_[0]{id}/annuler" } },
	'GET /capacitaire/{place}/historique' => $place,
	'GET /capacitaire/{place}/historique.svg' => $place,
	'GET /capacitaire/{place}/correction' => $place,
	'POST /capacitaire/{place}/correction' => { rule => 'place', form => sub { my ($c) = @_;
	    return { cle => key(), version => version($c), motif => 'relu', confirme => 1, inst => 40, jour => day(-1), heure => '10:00',
	        dispo_ind => 50 + ++$c->{n} } } },
	'GET /capacitaire/jour' => { rule => 'place', to => '/capacitaire/jour?board=lits', shows => qr/HC Cardiologie/ },
	'POST /capacitaire/{place}/manuel' => { rule => 'place', form => { retour => '/accueil' },
	    before => sub { $_[0]{sql}->ask('DELETE FROM cap.channel'); return } },
	'POST /capacitaire/{place}/remontee' => { rule => 'place', form => { retour => '/accueil' },
	    before => sub { $_[0]{sql}->ask("DELETE FROM cap.channel; INSERT INTO cap.channel (place_id, mode, since) VALUES (1, 'manual', now())"); return } },
	'GET /administration/journal' => { rule => 'france' },
	'GET /administration/sentinelle' => { rule => 'place', shows => qr/HC Cardiologie/ },
	'GET /capacitaire/import' => $all,
	'POST /capacitaire/import' => { rule => 'all', file => sub { return "lieu;version;DISPO_IND\r\nl1;" . version($_[0]) . ";3\r\n" },
	    in => qr/^303$/, note => '(a draft of the account; its lines are judged apart)' },
	'GET /capacitaire/import/modele.csv' => { rule => 'place', shows => qr/"l1"/ },
	'GET /capacitaire/import/{key}' => [
		{ rule => 'all', before => \&uploaded, to => \&own_file, note => '(one’s own file)' },
		{ rule => {}, before => \&uploaded_by_another, to => \&own_file, note => '(a file of another account)' } ],
	'GET /capacitaire/import/{key}/refus.csv' => [
		{ rule => 'all', before => sub { uploaded($_[0], 'x') }, to => \&own_refused, shows => qr/"l1"/, note => '(one’s own file)' },
		{ rule => {}, before => \&uploaded_by_another, to => \&own_refused, shows => qr/"l1"/, note => '(a file of another account)' } ],
	'POST /capacitaire/import/{key}' => [
		{ rule => { bed_manager => 'place' }, before => \&uploaded, to => \&own_file, refused => qr/^(?:403|404|409|422)$/,
		    note => '(capacities: lines of own places)' },
		{ rule => {}, before => \&uploaded_by_another, to => \&own_file, note => '(a file of another account)' } ],
	'GET /capacitaire/fermetures/import' => $all,
	'POST /capacitaire/fermetures/import' => { rule => 'all', in => qr/^303$/,
	    file => sub { return "lieu;du;au;lits;reactivable;motif\r\nl1;" . day(60) . ';' . day(61) . ";1;non;x\r\n" }, note => '(a draft of the account)' },
	'GET /capacitaire/fermetures/import/modele.csv' => $all,
	'POST /favoris'   => { rule => 'all', form => { chose => 'l1', favori => 1 }, note => $mine },
	'GET /repertoire' => $all,
	'GET /fiche/{id}' => $all,
	'GET /administration/categories' => { rule => 'region', to => '/administration/categories?region=11' },
	'POST /administration/categories' => [
		{ rule => 'region', form => sub { my ($c) = @_;
		    my %ids = map { ("g.$_.rang" => 10 + ($_ + ++$c->{n}) % 60, "g.$_.vu" => 1) }
		        split /\n/, $c->{sql}->ask('SELECT id FROM ref.category ORDER BY id');
		    return { action => 'region', region => '11', version => categories_version($c), %ids } }, note => '(the order of a région)' },
		{ rule => 'france', form => sub { my ($c) = @_;
		    return { action => 'ajout', region => '11', version => categories_version($c), mot => 'ligne' . ++$c->{n},
		        nom => "Ligne $c->{n}", nature => '01' } }, note => '(the lines of all)' } ],
	'GET /rapports' => of_region('/rapports'),
	'GET /rapports/appels' => { rule => 'place', to => '/rapports/appels?region=11', shows => qr/CH de Valmont/ },
	'GET /rapports/carte.svg' => of_region('/rapports/carte.svg'),
	'GET /rapports/classement.svg' => of_region('/rapports/classement.svg'),
	(map { ("GET /rapports/departement/{code}$_" => $report) } '', '.svg', '.png', '.pdf'),
	'GET /administration/remontees' => { rule => 'departement', shows => qr/lits-valmont/ },
	'POST /administration/remontees' => { rule => 'france', form => sub { my ($c) = @_;
	    return { nom => 'Lits', identifiant => 'lits-' . ++$c->{n}, source => '02', envoie => 1, etablissements => '910000017' } } },
	'GET /administration/remontees/{feed}' => { rule => 'departement' },
	'POST /administration/remontees/{feed}' => { rule => 'france', form => { acte => 'secret', delai => 3600 } },

	'POST /auth/deconnexion'  => { rule => 'all', ends => 1, note => $mine },
	'GET /auth/mot-de-passe'  => { rule => 'all', note => $mine },
	'POST /auth/mot-de-passe' => { rule => 'all', form => { ancien => 'x' }, in => qr/^422$/, quiet => 'a wrong old password', note => $mine },
	'GET /auth/code'          => { rule => 'all', in => qr/^(?:200|303)$/, note => $mine },
	'POST /auth/code'         => { rule => 'all', in => qr/^(?:200|303|422)$/, quiet => 'nothing waits for a code', note => $mine },
	'GET /auth/conditions'    => { rule => 'all', in => qr/^(?:200|303)$/, note => $mine },
	'POST /auth/conditions'   => { rule => 'all', in => qr/^(?:200|303|422)$/, quiet => 'nothing is to accept', note => $mine },
	'GET /auth/reste'         => $all,
	'GET /auth/provisoire/{account}'  => [ $manager, { %$greater, to => '/auth/provisoire/900003' } ],
	'POST /auth/provisoire/{account}' => [ { %$manager, quiet => 'writes to the directory' },
		{ %$greater, to => '/auth/provisoire/900003', in => qr/^(?:200|422)$/, quiet => 'writes to the directory' } ],
	'GET /administration/comptes' => { rule => 'site', to => '/administration/comptes?q=cible', shows => qr/cible\@ror\.example/ },
	'GET /administration/comptes/{account}' => { rule => 'site', note => '(an account with a right in the own EG)' },
	'POST /administration/comptes/{account}' => [
		{ %$manager, note => '(ending its sessions)', form => { acte => 'sessions', version => 0 }, before => sub { session_of($_[0], 900002) } },
		{ %$greater, to => '/administration/comptes/900003', form => { acte => 'sessions', version => 0 },
		    before => sub { session_of($_[0], 900003) } } ],
	'GET /administration/comptes/{account}/acte' => { %$manager, to => '/administration/comptes/900002/acte?acte=sessions&version=0' },
	'GET /administration/comptes/{account}/droit' => { rule => 'site' },
	'POST /administration/comptes/{account}/droit' => { rule => 'site', form => { %given, version => 0 },
	    before => sub { $_[0]{sql}->ask("DELETE FROM auth.grant WHERE account_id = 900002 AND role = 'bed_manager';
	        UPDATE auth.account SET version = 0 WHERE id = 900002"); return } },
	'GET /administration/comptes/invitations' => { rule => 'site', shows => qr/convive\@ror\.example/ },
	'POST /administration/comptes/invitations' => { rule => 'site', form => { retirer => 900001 },
	    before => sub { $_[0]{sql}->ask('UPDATE auth.invitation SET withdrawn_at = NULL WHERE id = 900001'); return } },
	'GET /administration/comptes/invitation' => $all,
	'POST /administration/comptes/invitation' => { rule => 'site', refused => qr/^422$/, note => '(to a right over the own EG)',
	    form => sub { return { %given, nom => 'Hôte', mail => "hote$_[0]{n}\@ror.example" } } },
	'GET /administration/comptes/regles' => $all,
	'POST /administration/comptes/regles' => { rule => 'france', form => { lu => '', analyst => 1 },
	    before => sub { $_[0]{sql}->ask('DELETE FROM auth.second_role'); return } },
	'GET /administration/demandes' => { rule => 'departement', shows => qr/demandeur\@ror\.example/ },
	'GET /administration/demandes/refus' => { rule => 'departement', to => '/administration/demandes/refus?demande=900001' },
	'POST /administration/demandes/refus' => { rule => 'departement', form => { demande => 900001, raison => 'Non.' },
	    before => sub { $_[0]{sql}->ask('UPDATE auth.account_request SET answered_at = NULL, answered_by = NULL, granted = NULL,
	        answer = NULL WHERE id = 900001'); return } },
	'GET /mon-compte'           => { rule => 'all', note => $mine },
	'POST /mon-compte/sessions' => [ { rule => 'all', form => { session => 'autres' }, before => sub { my ($c) = @_;
	    $c->{sql}->ask("INSERT INTO auth.session (token_sha256, account_id, csrf, method, must_change, created_at, last_seen_at)
	        VALUES (sha256('" . key() . "'), " . account($c) . ", repeat('x', 43), 'ldap', false, now(), now())");
	    return }, note => $mine },
		{ rule => {}, form => sub { return { session => $_[0]{id} } }, before => sub { session_of($_[0], 900002) }, refused => qr/^303$/,
		    note => '(a session of another account)' } ],
	'GET /mon-compte/second-facteur'  => { rule => 'all', note => $mine },
	'POST /mon-compte/second-facteur' => { rule => 'all', in => qr/^(?:200|303|422)$/, quiet => 'a wrong code', note => $mine },
	'GET /auth/psc/carte'  => { rule => 'all', note => $mine, in => qr/^(?:200|303)$/ },
	'POST /auth/psc/carte' => { rule => 'all', in => qr/^(?:200|303|400|404|422)$/, quiet => 'no card waits', note => $mine },
);

sub categories_version { return $_[0]{sql}->ask('SELECT v.number FROM ref.category_version AS v') }

# --- what the table says ------------------------------------------------------

# « pool method path scope budget roles » of the program, a line a route.
sub routes {
	my (@line) = @_;
	return map {
		my ($pool, $method, $path, $scope, $budget, @may) = split;
		{ pool => $pool, method => $method, path => $path, key => "$method $path", scope => $scope,
		    may => [@may], kind => "@may" =~ /^(public|feed)$/ ? $1 : 'people' }
	} @line;
}

sub rows { my ($route) = @_;
	my $row = $row{ $route->{key} } or return;
	return ref $row eq 'ARRAY' ? @$row : ($row) }

# Whether that role comes in over that scope.
sub expected {
	my ($row, $role, $scope) = @_;
	my $name = ref $row->{rule} ? $row->{rule}{$role} // '' : $row->{rule};
	return scalar grep { $_ eq $scope } @{ $rule{$name} // [] };
}

# The same as a page: one line for the roles that are treated alike.
sub markdown {
	my (@route) = @_;
	my @head = ('address', 'roles', map { $_->[1] } @scopes);
	my $text = <<'END' . join('', map { "| $_ " } @head) . "|\n" . '|---' x @head . "|\n";
# Who gets in where

Made from the route table and `tests/integration/lib/Access.pm` by `tests/integration/t15-access.t`, which asks for every cell
over HTTP; `ACCESS_WRITE=1` writes it again. Everything is about one place of one unit; every other scope covers a neighbour of it.

● comes in; ○ is refused (403 or 404) and nothing is changed; ◌ comes in, and the place is not in the list. Roles that are not named
are refused everywhere.

END
	for my $route (sort { $a->{path} cmp $b->{path} || $a->{method} cmp $b->{method} } grep { $_->{kind} eq 'people' } @route) {
		for my $row (rows($route)) {
			my (%alike, @order);
			for my $role (@{ $route->{may} }) {
				my $cells = join ' | ', map { expected($row, $role, $_->[0]) ? '●' : $row->{shows} ? '◌' : '○' } @scopes;
				push @order, $cells if !$alike{$cells};
				push @{ $alike{$cells} }, $role;
			}
			for my $cells (@order) {
				my $who = @{ $alike{$cells} } == @roles ? 'everybody' : join ', ', @{ $alike{$cells} };
				$text .= "| `$route->{key}`" . ($row->{note} ? " $row->{note}" : '') . " | $who | $cells |\n";
			}
		}
	}
	for (['public', 'Open to everybody'], ['feed', 'For machines, by an access token']) {
		my ($kind, $title) = @$_;
		$text .= "\n## $title\n\n" . join '', map { "- `$_->{key}`\n" } sort { $a->{key} cmp $b->{key} } grep { $_->{kind} eq $kind } @route;
	}
	return $text;
}

1;
