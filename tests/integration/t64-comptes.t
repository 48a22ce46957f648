# Administration of accounts: who sees whom, gives what and where; what is
# refused, to whom; two administrators at once; what a person notices.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use POSIX qw(strftime);
use Test::More;
use Board;
use Cluster;
use Mailbox;
use Pool;
use Psql;
use Slapd;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

my @roles = qw(clinician bed_manager editor director steward analyst admin);
# Two régions: 11 has 91 and 94, 76 has 31.  EJ 910000009 has sites in both
# départements of 11, EJ 310000006 all of its own in 31; 310000030 closed.
my $pg = Cluster->new;
Board::build($pg);
$pg->psql(<<'SQL');
INSERT INTO dir.structure (id, kind, finess) VALUES (20, 'EJ', '310000006'), (21, 'EG', '310000014'), (22, 'EG', '310000030'),
    (23, 'EJ', '910000900'), (24, 'EJ', '910000918');
INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, departement_code, locality) VALUES
    (20, '[2020-01-01,)', NULL, 'Groupe du Sud, siège', '31', NULL), (21, '[2020-01-01,)', 20, 'Hôpital d’Œuvre-Élan', '31', 'Toulouse'),
    (22, '[2020-01-01,2024-01-01)', 20, 'Ancien site du Sud', '91', NULL),
    (23, '[2020-01-01,)', NULL, 'Siège sans site', '91', NULL), (24, '[2020-01-01,)', NULL, 'Siège avec unité', '91', NULL);
INSERT INTO dir.unit (id) VALUES (30), (31);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field)
VALUES (30, '[2020-01-01,)', 21, 21, 'Unité du Sud', '150', '01'), (31, '[2020-01-01,)', 24, 24, 'Unité du siège', '150', '01');
SELECT dir.refresh();
SQL
my $ldap = Slapd->new($pg->dir . '/ldap', "vu\@ror.example;Vu;Juste-Mot-2026;clinician;france;FR;0;\n");
my $box = Mailbox->new($pg->dir);
my $key = $pg->dir . '/key';
open my $out, '>', $key or die $!;
print {$out} 'ab' x 32, "\n";
close $out or die $!;
my $auth = Pool->new($pg, pool => 'auth', workers => 2, settings => { $ldap->settings, $box->settings, second_factor_key_file => $key });
my $app = Pool->new($pg, pool => 'app', workers => 1);
my $sql = Psql->new($pg);
my $comptes = '/administration/comptes';

my $n = 0;
sub somebody {
	my (@grants) = @_;
	my $login = 'p' . ++$n . '@ror.example';
	my $web = $auth->sign_in($login, @grants);
	return { login => $login, web => $web, token => $web->{token}, csrf => $web->{csrf},
	    id => $sql->ask("SELECT id FROM auth.account WHERE login = '$login'") };
}
sub version { return $sql->ask("SELECT version FROM auth.account WHERE id = $_[0]{id}") }
sub act { my ($by, $to, %form) = @_; return $by->{web}->post("$comptes/$to->{id}", { version => version($to), %form }) }
sub rights {
	my ($who) = @_;
	return $sql->ask("SELECT coalesce(string_agg(g.role || ':' || g.scope || ':' || g.code, ' ' ORDER BY g.id), '') FROM auth.grant AS g "
	    . "WHERE g.account_id = $who->{id} AND g.valid @> now()");
}
sub event { return $sql->ask("SELECT e.event || ' ' || coalesce(e.detail ->> 'by', '') FROM audit.event AS e WHERE e.account_id = $_[0]{id} ORDER BY e.id DESC LIMIT 1") }
sub opens { return $app->web->as($_[0]{token}, $_[0]{csrf})->get('/accueil')->{status} }
sub day { return strftime '%Y-%m-%d', localtime(time + 86400 * $_[0]) }

# --- scopes inside scopes ----------------------------------------------------------
# Each scope, and those that hold it; nothing else does.
my %holds = (
	'france:FR' => ['france:FR'],
	'region:11' => ['france:FR', 'region:11'],
	'departement:91' => ['france:FR', 'region:11', 'departement:91'],
	'departement:31' => ['france:FR', 'region:76', 'departement:31'],
	'ej:910000009' => ['france:FR', 'region:11', 'ej:910000009'],
	'ej:310000006' => ['france:FR', 'region:76', 'departement:31', 'ej:310000006'],
	'ej:910000900' => ['france:FR', 'region:11', 'departement:91', 'ej:910000900'],
	'ej:910000918' => ['france:FR', 'region:11', 'departement:91', 'ej:910000918'],
	'eg:910000017' => ['france:FR', 'region:11', 'departement:91', 'ej:910000009', 'eg:910000017'],
	'eg:940000018' => ['france:FR', 'region:11', 'departement:94', 'ej:910000009', 'eg:940000018'],
	'eg:310000030' => ['france:FR', 'region:11', 'departement:91', 'ej:310000006', 'eg:310000030'],
	'unit:1' => ['france:FR', 'region:11', 'departement:91', 'ej:910000009', 'eg:910000017', 'unit:1'],
	'unit:30' => ['france:FR', 'region:76', 'departement:31', 'ej:310000006', 'eg:310000014', 'unit:30'],
	'unit:31' => ['france:FR', 'region:11', 'departement:91', 'ej:910000918', 'eg:910000918', 'unit:31'],
	'eg:999999999' => ['france:FR'], 'unit:abc' => ['france:FR'], 'region:zz' => ['france:FR'],
);
my @outer = qw(france:FR region:11 region:76 departement:91 departement:94 departement:31 ej:910000009 ej:310000006 ej:910000900
    ej:910000918 eg:910000017 eg:940000018 eg:310000014 eg:310000030 eg:910000918 unit:1 unit:2 unit:30 unit:31);
for my $inner (sort keys %holds) {
	my ($s, $c) = split /:/, $inner;
	my @in = grep { my ($os, $oc) = split /:/;
	    $sql->ask("SELECT w.inside FROM auth.scope_within('$s', '$c', '$os', '$oc') AS w") eq 't' } @outer;
	is("@in", "@{ $holds{$inner} }", "$inner lies in what holds it, and nothing else");
}

# --- delegation, cell by cell ---------------------------------------------------------
# As the function says it to the program's own database role, and over HTTP.
my %gives = (admin => { map { $_ => 1 } @roles }, steward => { map { $_ => 1 } qw(clinician bed_manager editor director) },
    director => { map { $_ => 1 } qw(bed_manager editor) });
my %own = (admin => 'region:11', steward => 'region:11', director => 'ej:910000009', map { $_ => 'ej:910000009' } qw(clinician bed_manager editor analyst));
my @targets = (['eg:910000017', 1], ['eg:310000014', 0], ['france:FR', 0]);
my $target = somebody('clinician:unit:2');
for my $granter (@roles) {
	my $by = somebody("$granter:$own{$granter}");
	my (@sql, @http);
	for my $role (@roles) {
		for my $t (@targets) {
			my ($to, $inside) = @$t;
			my ($scope, $code) = split /:/, $to;
			my $may = $inside && $gives{$granter}{$role};
			my $said = $pg->psql("SELECT auth.may_grant($by->{id}, '$role', '$scope', '$code', now())", user => 'ror_auth');
			push @sql, "$role over $to: $said" if $said ne ($may ? 't' : 'f');
			$sql->ask("DELETE FROM auth.grant WHERE account_id = $target->{id} AND given_by IS NOT NULL");
			my $r = $by->{web}->post("$comptes/$target->{id}/droit", { role => $role, version => version($target),
			    $scope eq 'eg' ? (etablissement => $code) : (territoire => $to) });
			my $now = $sql->ask("SELECT count(*) FROM auth.grant WHERE account_id = $target->{id} AND given_by = $by->{id}");
			push @http, "$role over $to: $r->{status}, $now rights" if $may ? $r->{status} != 303 || $now != 1 : $r->{status} < 400 || $now != 0;
		}
	}
	is(join(', ', @sql), '', "$granter: auth.may_grant() in every cell");
	is(join(', ', @http), '', "$granter: every cell over HTTP");
}
like($pg->psql_error("INSERT INTO auth.grant (account_id, role, scope, code) VALUES ($target->{id}, 'admin', 'france', 'FR')", user => $_),
    qr/permission denied/, "$_ writes no right by itself") for qw(ror_auth ror_app);
like($pg->psql_error("SELECT auth.grant_give(1, NULL, 1, 0, 'clinician', 'france', 'FR', tstzrange(now(), NULL), now())", user => 'ror_app'),
    qr/permission denied/, 'nor does the application call what does');
like($pg->psql_error("SELECT auth.account_did(1, NULL, 1, 'disable', 'x', NULL, now())", user => 'ror_auth'), qr/permission denied/,
    'and nobody calls an act unchecked');
like($pg->psql_error('SELECT * FROM audit.event', user => 'ror_auth'), qr/permission denied/, 'the pool auth does not read the audit');

# --- a right: given, ended, refused ------------------------------------------------------
my $chef = somebody('admin:france:FR');
my $regional = somebody('admin:region:11');
my $steward = somebody('steward:region:11');
my $director = somebody('director:ej:910000009');
my $anna = somebody('clinician:eg:910000017');
sub give { my ($by, $to, %form) = @_; return $by->{web}->post("$comptes/$to->{id}/droit", { version => version($to), %form }) }
my $r = give($steward, $anna, role => 'editor', territoire => 'departement:91', du => '', au => '');
is($r->{headers}{location}, "$comptes/$anna->{id}?fait=droit", 'a steward gives a right');
like(rights($anna), qr/editor:departement:91/, 'which is there');
is(event($anna), "grant $steward->{id}", 'and in the audit, with who gave it');
is(give($steward, $anna, role => 'editor', territoire => 'departement:91')->{status}, 409, 'twice is once');
like($steward->{web}->get("$comptes/$anna->{id}")->{body_text}, qr/Référent.*Nom de $steward->{login}/s, 'the page says who gave it');
$r = give($director, $anna, role => 'bed_manager', etablissement => 'valmont');
is($r->{status}, 422, 'words that name two places are asked about');
like($r->{body_text}, qr/value="eg:910000017".*value="ej:910000009"|value="ej:910000009".*value="eg:910000017"/s, 'with both');
is(give($director, $anna, role => 'bed_manager', etablissement => 'valmont', trouve => 'valmont', lieu => 'eg:910000017')->{status}, 303, 'one is chosen');
is(give($chef, $anna, role => 'editor', etablissement => 'oeuvre elan')->{status}, 303, 'names are found without accents or ligatures');
like(rights($anna), qr/editor:eg:310000014/, 'the right one');
like(give($director, $anna, role => 'editor', etablissement => 'oeuvre elan')->{body_text}, qr/Aucun établissement de votre périmètre/, 'but in one’s own scope only');
is(give($director, $anna, role => 'bed_manager', etablissement => 'u1')->{status}, 303, 'a unit by its number');
is(give($director, $anna, role => 'bed_manager', etablissement => 'u30')->{status}, 422, 'not one of elsewhere');
is(give($chef, $anna, role => 'editor', etablissement => 'x', trouve => 'x', lieu => 'eg:310000030')->{status}, 422, 'a place that closed takes no right');
is(give($chef, $anna, role => 'editor', etablissement => 'x', trouve => 'x', lieu => $_)->{status}, 422, "nor « $_ »")
    for 'eg:', 'x', 'unit:1;2', 'unit:99999999999999999999', 'france:XX', "eg:' OR 1";
is(give($chef, $anna, role => 'editor', territoire => 'region:11', du => day(-2))->{status}, 422, 'nor a day gone by');
is(give($chef, $anna, role => 'editor', territoire => 'region:11', au => day(-1))->{status}, 422, 'nor an end before now');
is(give($chef, $anna, role => 'editor', territoire => 'region:11', du => day(5), au => day(4))->{status}, 422, 'nor an end before the start');
is(give($chef, $anna, role => '', territoire => 'region:11')->{status}, 422, 'nor no role');
is(give($chef, $anna, role => 'editor', territoire => '')->{status}, 422, 'nor no place');
is(give($chef, $anna, role => 'analyst', territoire => 'region:11', du => day(3), au => day(9))->{status}, 303, 'one to come');
unlike(rights($anna), qr/analyst/, 'waits');
like($chef->{web}->get("$comptes/$anna->{id}")->{body_text}, qr/ARS.*à venir/s, 'as the page says');
is(give($chef, $chef, role => 'steward', territoire => 'region:11')->{status}, 422, 'nobody gives himself a right');
is($sql->ask("SELECT auth.grant_give($_->{id}, NULL, $_->{id}, 0, 'clinician', 'region', '11', tstzrange(now(), NULL), now())"), 'self',
    'nor by the function') for $chef, $regional;

sub grant_id { my ($who, $role) = @_; return $sql->ask("SELECT max(id) FROM auth.grant WHERE account_id = $who->{id} AND role = '$role'") }
sub end_right { my ($by, $who, $role, %form) = @_; return act($by, $who, acte => 'fin', numero => grant_id($who, $role), %form) }
like($chef->{web}->get("$comptes/$anna->{id}/acte?acte=fin&version=1&numero=" . grant_id($anna, 'analyst'))->{body_text}, qr/Mettre fin à un droit.*Région/s, 'ending is asked first');
is(end_right($chef, $anna, 'analyst')->{status}, 303, 'one that never began is taken back');
is($sql->ask("SELECT count(*) FROM auth.grant WHERE account_id = $anna->{id} AND role = 'analyst'"), 0, 'and goes');
is(end_right($director, $anna, 'bed_manager', au => day(10))->{status}, 303, 'an end at a date');
is($sql->ask("SELECT (upper(valid) AT TIME ZONE 'Europe/Paris')::text || ' ' || ended_by FROM auth.grant WHERE id = " . grant_id($anna, 'bed_manager')),
    day(11) . " 00:00:00 $director->{id}", 'whose last day is whole');
is(end_right($director, $anna, 'bed_manager', au => day(-1))->{status}, 422, 'not in the past');
is(end_right($director, $anna, 'bed_manager', au => 'demain')->{status}, 422, 'nor at no date');
is(end_right($director, $anna, 'clinician')->{status}, 403, 'a director ends no right that he could not give');
is(end_right($steward, $anna, 'clinician')->{status}, 303, 'a steward does');
is(event($anna), "grant_end $steward->{id}", 'audited');
is(end_right($steward, $anna, 'clinician')->{status}, 409, 'what is over does not end again');
is(act($steward, $anna, acte => 'fin', numero => grant_id($chef, 'admin'))->{status}, 404, 'nor somebody else’s by this address');
is(end_right($chef, $chef, 'admin')->{status}, 422, 'nobody ends his own admin right');
is(end_right($chef, $regional, 'admin')->{status}, 303, 'that of another he does');
is($sql->ask("SELECT auth.grant_end($regional->{id}, NULL, $chef->{id}, 0, " . grant_id($chef, 'admin') . ', now(), now())'), 'unknown', 'who is no admin any more does nothing');

# --- the last admin of France ---------------------------------------------------------
$regional = somebody('admin:region:11');
my $second = somebody('admin:france:FR');
is(end_right($second, $chef, 'admin', au => day(3))->{status}, 303, 'one of two may be ended');
is(end_right($chef, $second, 'admin')->{status}, 422, 'not the other, once the first has an end');
is(act($chef, $second, acte => 'desactiver', raison => 'x')->{status}, 422, 'nor is the other disabled');
$sql->ask("UPDATE auth.grant SET valid = tstzrange(lower(valid), NULL) WHERE account_id = $chef->{id}");
sub disable { my ($by, $to) = @_; return $sql->ask("SELECT auth.account_do($by->{id}, NULL, $to->{id}, " . version($to) . ", 'disable', 'x', NULL, now())") }
is(disable($second, $chef), 'ok', 'of two that have no end, one is disabled');
is(disable($chef, $second), 'unknown', 'who is disabled disables nobody');
is($sql->ask("SELECT auth.grant_end($chef->{id}, NULL, $second->{id}, " . version($second) . ', ' . grant_id($second, 'admin') . ', now(), now())'),
    'unknown', 'nor ends a right');
is($sql->ask("SELECT auth.may_grant($chef->{id}, 'clinician', 'region', '11', now())"), 'f', 'nor gives one');
$sql->ask("UPDATE auth.account SET disabled_at = NULL, disabled_by = NULL, disabled_reason = NULL WHERE id = $chef->{id};
    INSERT INTO auth.session (token_sha256, account_id, csrf, method, must_change, created_at, last_seen_at)
    VALUES (sha256(decode('$chef->{token}', 'hex')), $chef->{id}, '$chef->{csrf}', 'ldap', false, now(), now());
    UPDATE auth.grant SET valid = tstzrange(lower(valid), now()) WHERE account_id = $second->{id}");
is(disable($second, $chef), 'unknown', 'who was an admin disables nobody');
is(end_right($chef, $chef, 'admin')->{status}, 422, 'the last one does not go by himself');
$sql->ask("UPDATE auth.grant SET valid = tstzrange(lower(valid), NULL) WHERE account_id = $second->{id}");
# Each takes the other away at the same moment: one of them stays.
for my $way ("auth.grant_end(%d, NULL, %d, %d, %d, now(), now())", "auth.account_do(%d, NULL, %d, %d, 'disable', 'x', %d, now())") {
	my @two = ([$chef, $second], [$second, $chef]);
	my @pids = map { my ($by, $to) = @$_;
		my $text = sprintf "BEGIN; SELECT pg_sleep(0.2); SELECT $way; SELECT pg_sleep(0.3); COMMIT", $by->{id}, $to->{id}, version($to), grant_id($to, 'admin');
		my $pid = fork // die;
		if (!$pid) { $pg->run('psql', '-Xqd', 'ror', '-c', $text); POSIX::_exit(0) }
		$pid } @two;
	waitpid $_, 0 for @pids;
	is($sql->ask("SELECT count(*) FROM auth.grant_now AS g JOIN auth.account AS a ON a.id = g.account_id
	    WHERE a.disabled_at IS NULL AND g.role = 'admin' AND g.scope = 'france'"), 1, 'two that end each other leave one: ' . substr $way, 0, 15);
	$sql->ask("UPDATE auth.grant SET valid = tstzrange(lower(valid), NULL) WHERE account_id IN ($chef->{id}, $second->{id});
	    UPDATE auth.account SET disabled_at = NULL, disabled_by = NULL, disabled_reason = NULL WHERE id IN ($chef->{id}, $second->{id})");
	for ($chef, $second) {	# its sessions ended with it
		$sql->ask("INSERT INTO auth.session (token_sha256, account_id, csrf, method, must_change, created_at, last_seen_at)
		    VALUES (sha256(decode('$_->{token}', 'hex')), $_->{id}, '$_->{csrf}', 'ldap', false, now(), now()) ON CONFLICT DO NOTHING");
	}
}

# --- who manages whom --------------------------------------------------------------------
my $inside = somebody('clinician:eg:910000017', 'bed_manager:departement:94');
my $across = somebody('clinician:eg:910000017', 'clinician:region:76');
my $peer = somebody('steward:departement:91');
my $higher = somebody('clinician:eg:910000017', 'admin:region:76');
my $elsewhere = somebody('clinician:region:76');
my %manages = ("$chef->{login}" => [1, 1, 1, 1, 1], "$regional->{login}" => [1, 1, 1, 0, undef],
    "$steward->{login}" => [1, 0, 0, 0, undef], "$director->{login}" => [0, 0, undef, 0, undef]);
for my $by ($chef, $regional, $steward, $director) {
	my @expected = @{ $manages{ $by->{login} } };
	my @who = ([$inside, 'all inside'], [$across, 'a right elsewhere'], [$peer, 'a steward'], [$higher, 'an admin of elsewhere'], [$elsewhere, 'all elsewhere']);
	for my $i (0 .. $#who) {
		my ($to, $words) = @{ $who[$i] };
		my $page = $by->{web}->get("$comptes/$to->{id}");
		my $may = $expected[$i];
		is($page->{status}, defined $may ? 200 : 404, "$by->{login}: $words is " . (defined $may ? 'seen' : 'not there'));
		is(($page->{body_text} =~ /Sessions ouvertes/ ? 1 : 0), $may // 0, "$by->{login}: $words, sessions are shown to who manages");
		my $done = act($by, $to, acte => 'exiger')->{status};
		is($done, !defined $may ? 404 : $may ? 303 : 403, "$by->{login}: $words, an act");
		$sql->ask("UPDATE auth.account SET second_required = false WHERE id = $to->{id}");
		is($by->{web}->get("/auth/provisoire/$to->{id}")->{status}, !defined $may ? $by == $director ? 403 : 404 : $may ? 200 : 403,
		    "$by->{login}: $words, a provisional password");
	}
}
like($steward->{web}->get("$comptes/$across->{id}")->{body_text}, qr/Et 1 droit hors de votre périmètre/, 'rights elsewhere are counted');
unlike($steward->{web}->get("$comptes/$across->{id}")->{body_text}, qr/Occitanie/, 'and not shown');

# --- the acts, and what the person notices -------------------------------------------------
is(opens($inside), 200, 'a session works');
is(act($steward, $inside, acte => 'desactiver', raison => ' ')->{status}, 422, 'disabling wants a reason');
is(act($steward, $inside, acte => 'desactiver', raison => 'x' x 501)->{status}, 422, 'a short one');
is(opens($inside), 200, 'nothing happened');
is(act($steward, $inside, acte => 'desactiver', raison => 'Parti <b>hier</b>')->{status}, 303, 'disabled');
is(opens($inside), 303, 'out at the next request');
is($inside->{web}->get('/mon-compte')->{status}, 303, 'in the other pool too');
like($chef->{web}->get("$comptes/$inside->{id}")->{body_text}, qr/désactivé.*Parti &lt;b&gt;hier/s, 'with the reason, as text');
is(act($steward, $inside, acte => 'lien')->{status}, 422, 'no mail to a disabled account');
is(give($steward, $inside, role => 'editor', territoire => 'region:11')->{status}, 422, 'nor a right');
is($auth->web->post('/auth/connexion', { identifiant => $inside->{login}, mot_de_passe => 'x' })->{status}, 401, 'it does not come back');
is(act($steward, $inside, acte => 'reactiver')->{status}, 303, 'enabled');
is(event($inside), "account_enabled $steward->{id}", 'audited');
is(act($steward, $steward, acte => 'desactiver', raison => 'x')->{status}, 422, 'nobody disables himself');

sub session_of { my ($who, $name) = @_; my $hex = unpack 'H*', pack 'A32', $name;
	$sql->ask("INSERT INTO auth.session (token_sha256, account_id, csrf, method, must_change, created_at, last_seen_at, address)
	    VALUES (sha256(decode('$hex', 'hex')), $who->{id}, repeat('y', 43), 'ldap', false, now(), now(), '203.0.113.9')");
	return ($hex, $sql->ask("SELECT id FROM auth.session WHERE token_sha256 = sha256(decode('$hex', 'hex'))")) }
my ($one, $one_id) = session_of($inside, 'one');
my ($two) = session_of($inside, 'two');
$r = $steward->{web}->get("$comptes/$inside->{id}");
like($r->{body_text}, qr/203\.0\.113\.9/, 'sessions show their address');
unlike($r->{body_text}, qr/$one/, 'and nothing that opens them');
is(act($steward, $inside, acte => 'session', numero => $one_id)->{status}, 303, 'one is ended');
is($app->web->as($one)->get('/accueil')->{status}, 303, 'at its next request');
is($app->web->as($two)->get('/accueil')->{status}, 200, 'the other is not');
is(act($steward, $inside, acte => 'session', numero => $one_id)->{status}, 409, 'once');
is(act($steward, $inside, acte => 'sessions')->{status}, 303, 'all are ended');
is($app->web->as($two)->get('/accueil')->{status}, 303, 'all of them');

$sql->ask("INSERT INTO auth.second_factor (account_id, secret, made_at, confirmed_at) VALUES ($inside->{id}, decode(repeat('00', 48), 'hex'), now(), now());
    INSERT INTO auth.recovery_code (account_id, code_sha256) VALUES ($inside->{id}, sha256('x'))");
like($steward->{web}->get("$comptes/$inside->{id}")->{body_text}, qr/Second facteur actif.*1 code de secours restant/s, 'the second factor is shown');
is(act($steward, $inside, acte => 'second')->{status}, 303, 'and taken away');
is($sql->ask("SELECT count(*) FROM auth.second_factor AS f, auth.recovery_code AS c WHERE $inside->{id} IN (f.account_id, c.account_id)"), 0, 'with its codes');
is(act($steward, $inside, acte => 'second')->{status}, 409, 'once');
is(act($steward, $inside, acte => $_)->{status}, 400, "no act « $_ »") for '', 'droit', 'purger', 'fin';
is(act($steward, $inside, acte => 'exiger', version => $_)->{status}, 400, "no version « $_ »") for 'x', '-1', '99999999999';
my $mails = $box->count($inside->{login});
is(act($steward, $inside, acte => 'lien')->{status}, 303, 'a link to a new password is mailed');
like($box->wait_for($inside->{login}, $mails)->{text}, qr{/auth/nouveau-mot-de-passe\?lien=[0-9a-f]{64}}, 'to the person');
like($steward->{web}->get("$comptes/$inside->{id}")->{body_text}, qr/Lien demandé le .*envoyé|en cours/s, 'and the page knows');
like($steward->{web}->get("$comptes/$inside->{id}")->{body_text}, qr/Derniers événements.*Second facteur retiré.*Compte désactivé/s, 'the last events are told');

# --- two at once ----------------------------------------------------------------------------
my $seen = version($inside);
is(act($steward, $inside, acte => 'exiger', version => $seen)->{status}, 303, 'the first of two');
$r = act($regional, $inside, acte => 'desactiver', raison => 'x', version => $seen);
is($r->{status}, 409, 'the second conflicts');
like($r->{body_text}, qr/Quelqu’un d’autre vient de modifier ce compte.*Exigé pour ce compte/s, 'and sees what the first did');
is(opens($inside) == 303 && $sql->ask("SELECT disabled_at IS NULL FROM auth.account WHERE id = $inside->{id}"), 't', 'nothing was written');
is(give($regional, $inside, role => 'editor', territoire => 'region:11', version => $seen)->{status}, 409, 'a right too');
is(act($regional, $inside, acte => 'fin', numero => grant_id($inside, 'clinician'), version => $seen)->{status}, 409, 'and its end');

# --- invitations and requests ----------------------------------------------------------------
sub invite { my ($by, %form) = @_; return $by->{web}->post("$comptes/invitation", { nom => 'Zoé INVITÉE', mail => 'zoe@ror.example',
    role => 'editor', territoire => 'departement:91', %form }) }
is(invite($steward, $_->[0] => $_->[1])->{status}, 422, "invited: $_->[0] « " . substr($_->[1], 0, 10) . ' »')
    for [nom => ''], [nom => 'x' x 201], [mail => ''], [mail => 'x'], [mail => 'a b@c'], [mail => "a\@b\nBcc: c\@d"], [role => 'admin'],
    [role => 'analyst'], [mail => $steward->{login}];
is(invite($steward, territoire => $_)->{status}, 403, "nobody is invited over $_") for 'region:76', 'france:FR';
is(invite($director)->{status}, 403, 'a director invites to no département');
is(invite($steward)->{headers}{location}, "$comptes/invitations?fait=invitation", 'a steward does');
like($box->wait_for('zoe@ror.example')->{text}, qr/Bonjour Zoé INVITÉE/, 'a mail says so');
is(invite($steward)->{status}, 409, 'twice is once');
like($steward->{web}->get("$comptes/invitations")->{body_text}, qr/zoe\@ror\.example.*Référent.*Essonne/s, 'it is listed');
like($steward->{web}->get("$comptes?etat=invited")->{body_text}, qr/zoe\@ror\.example.*invité/s, 'and found among the accounts');
unlike($director->{web}->get("$comptes/invitations")->{body_text}, qr/zoe\@/, 'not for who could not give it');
my $id = $sql->ask("SELECT id FROM auth.invitation WHERE mail = 'zoe\@ror.example'");
sub invitation { my ($by, %form) = @_; return $by->{web}->post("$comptes/invitations", \%form) }
is(invitation($steward, renvoyer => $id)->{status}, 422, 'its mail does not go again at once');
$sql->ask("UPDATE auth.mail_order SET ordered_at = ordered_at - interval '6 min'; UPDATE auth.invitation SET invited_at = invited_at - interval '20 days' WHERE id = $id");
is(invitation($steward, renvoyer => $id)->{status}, 303, 'later it does');
is($sql->ask("SELECT invited_at > now() - interval '1 min' FROM auth.invitation WHERE id = $id"), 't', 'and it is open for 30 days more');
is(invitation($director, retirer => $id)->{status}, 404, 'who could not give it does not withdraw it');
is(invitation($steward, retirer => $id)->{status}, 303, 'withdrawn');
is(invitation($steward, retirer => $id)->{status}, 409, 'once');
is(invitation($steward, %$_)->{status}, 400, 'or nothing') for {}, { retirer => 'x' }, { retirer => $id, renvoyer => $id };

my %ask = (nom => 'Yann <i>DEMANDE</i>', mail => 'yann@ror.example', etablissement => 'CH « <script> »', role => 'editor', motif => 'Parce que');
$auth->web->post('/auth/demande', { %ask, departement => $_->[0], mail => $_->[1] })
    for ['91', 'yann@ror.example'], ['31', 'loin@ror.example'], ['', 'nulle-part@ror.example'];
is($auth->web->post('/auth/demande', { %ask, departement => 'zz' })->{status}, 422, 'a département that is none');
my %sees = ("$chef->{login}" => 'loin nulle-part yann', "$regional->{login}" => 'yann', "$steward->{login}" => 'yann');
for my $by ($chef, $regional, $steward) {
	my %found = map { $_ => 1 } $by->{web}->get('/administration/demandes')->{body_text} =~ /(loin|nulle-part|yann)\@ror/g;
	is(join(' ', sort keys %found), $sees{ $by->{login} }, "$by->{login}: the requests of its départements; of nowhere, an admin of France");
}
unlike($steward->{web}->get('/administration/demandes')->{body_text}, qr/<script> »|<i>DEMANDE/, 'what was typed is text');
is($director->{web}->get('/administration/demandes')->{status}, 403, 'a director answers none');
my %request = map { my ($m, $i) = split /\|/; ($m =~ s/\@.*//r => $i) } split /\n/, $sql->ask('SELECT mail, id FROM auth.account_request');
is($steward->{web}->get("$comptes/invitation?demande=$request{loin}")->{status}, 404, 'nor a steward those of elsewhere');
like($steward->{web}->get("$comptes/invitation?demande=$request{yann}")->{body_text}, qr/value="yann\@ror\.example".*value="editor" selected/s, 'accepting is a form that is filled in');
is(invite($steward, mail => 'yann@ror.example', demande => $request{yann})->{headers}{location}, '/administration/demandes?fait=invitation', 'sent');
is($sql->ask("SELECT granted, answered_by FROM auth.account_request WHERE id = $request{yann}"), "t|$steward->{id}", 'the request has its answer');
is(invite($regional, mail => 'yann2@ror.example', demande => $request{yann})->{status}, 409, 'once');
is($sql->ask("SELECT count(*) FROM auth.invitation WHERE mail = 'yann2\@ror.example'"), 0, 'and nobody is invited by the second');
sub refuse { my ($by, %form) = @_; return $by->{web}->post('/administration/demandes/refus', \%form) }
is(refuse($steward, demande => $request{loin}, raison => 'Non')->{status}, 404, 'a request of elsewhere is not refused');
is(refuse($chef, demande => $request{loin}, raison => $_)->{status}, 422, 'a refusal wants a reason of some length') for '', 'x' x 501;
is(refuse($chef, demande => $request{loin}, raison => "Votre établissement n’est pas\nconnu & <ouvert>.")->{status}, 303, 'refused');
like($box->wait_for('loin@ror.example')->{text}, qr/n’a pas été acceptée.*Votre établissement n’est pas\nconnu & <ouvert>\./s, 'and told why');
is(refuse($chef, demande => $request{loin}, raison => 'Encore')->{status}, 409, 'once');
is($box->count('loin@ror.example'), 1, 'by one mail');
like($chef->{web}->get('/administration/demandes')->{body_text}, qr/refus.*Votre établissement/s, 'the answer is kept');

# --- roles that must have a second factor ------------------------------------------------------
sub rules { my ($by, %form) = @_; return $by->{web}->post("$comptes/regles", \%form) }
is(rules($regional, lu => '', admin => 1)->{status}, 403, 'an admin of a région changes no rule');
is(rules($chef, admin => 1)->{status}, 400, 'nor a form without what it was made from');
is(rules($chef, lu => '', admin => 1, analyst => 1)->{status}, 303, 'an admin of France does');
is($sql->ask("SELECT string_agg(role, ' ' ORDER BY role) FROM auth.second_role WHERE required_by = $chef->{id}"), 'admin analyst', 'the rule is there');
is($sql->ask("SELECT detail ->> 'before' || (detail ->> 'after') FROM audit.event WHERE event = 'second_roles'"), '[]["analyst", "admin"]', 'audited');
is(rules($second, lu => '', steward => 1)->{status}, 409, 'made from an older page, it conflicts');
is(rules($second, lu => 'admin analyst', analyst => 1)->{status}, 303, 'from this one it is saved');
is($sql->ask("SELECT string_agg(role, ' ') FROM auth.second_role"), 'analyst', 'whole');
like($chef->{web}->get("$comptes/regles")->{body_text}, qr/<th scope="row">Référent<.*?✓.*?✓.*?✓/s, 'the delegation is shown');

# --- searching -----------------------------------------------------------------------------------
$sql->ask("INSERT INTO auth.account (login, name, last_login_at) SELECT 'masse' || i || '\@hopital.example',
        CASE i WHEN 1 THEN 'Élodie <img src=x onerror=alert(1)>' WHEN 2 THEN '=cmd|x' WHEN 3 THEN 'N' || repeat('o', 199)
               ELSE 'Prénom' || i || ' DE-L’ŒUVRE' END, CASE WHEN i % 4 = 0 THEN now() - i * interval '1 day' END
      FROM generate_series(1, 1000) AS i");
$sql->ask("INSERT INTO auth.grant (account_id, role, scope, code) SELECT a.id, 'clinician', CASE WHEN a.id % 2 = 0 THEN 'eg' ELSE 'region' END,
        CASE WHEN a.id % 2 = 0 THEN '910000017' ELSE '76' END FROM auth.account AS a WHERE a.login LIKE 'masse%'");
sub found { my ($by, $query) = @_; my $r = $by->{web}->get("$comptes?$query"); return $r->{body_text} =~ /– (\d[\d\x{202f}]*) comptes?</ ? $1 =~ s/\x{202f}//r : $r->{status} }
my $all = $sql->ask('SELECT count(*) FROM auth.account');
my $half = $sql->ask("SELECT count(*) FROM auth.account WHERE login LIKE 'masse%' AND id % 2 = 0");
is(found($chef, ''), $all + $sql->ask('SELECT count(DISTINCT mail) FROM auth.invitation WHERE accepted_at IS NULL AND withdrawn_at IS NULL'), 'an admin of France finds everybody');
is(found($steward, 'q=masse'), $half, 'a steward those with a right in his scope');
is(found($director, 'q=masse'), $half, 'a director too');
is(found($chef, 'q=l%27%C5%93uvre+MASSE77'), $sql->ask("SELECT count(*) FROM auth.account WHERE login LIKE '%masse77%' AND name LIKE 'Prénom%'"), 'words of name and mail, folded');
is(found($chef, 'q=elodie'), 1, 'without accents');
is(found($chef, 'q=%25'), found($chef, ''), 'a sign is no wildcard');
is(found($chef, 'q=zzzz'), 0, 'nobody is nobody');
like($chef->{web}->get("$comptes?q=zzzz")->{body_text}, qr/Aucun compte ne correspond.*invitez-la/s, 'and the page says what to do');
is(found($chef, 'q=masse&territoire=region:11'), $half, 'by région');
is(found($chef, 'q=masse&finess=910000017'), $half, 'by establishment');
is(found($chef, 'q=masse&finess=910000009'), $half, 'by legal entity');
is(found($chef, 'q=masse&role=editor'), 0, 'by role');
is(found($chef, 'q=masse&etat=never'), 750, 'never signed in');
is(found($chef, 'q=masse&etat=active&inactif=365'), 159, 'not for a year');
is(found($chef, 'etat=disabled'), 0, 'disabled');
is(found($chef, $_), 400, "no filter « $_ »") for 'etat=x', 'inactif=5', 'tri=x', 'page=0', 'page=99999', 'territoire=x', 'finess=12', 'q=' . 'x' x 101;
$r = $chef->{web}->get("$comptes?q=masse&tri=oldest&page=20");
is(() = $r->{body_text} =~ /masse\d+\@hopital/g, 50, 'the last page is whole');
is(found($chef, 'q=masse&page=21'), 0, 'past it there is none');
unlike($chef->{web}->get("$comptes?q=elodie")->{body_text}, qr/<img src=x/, 'a name is text');
is(() = $chef->{web}->get("$comptes?q=masse")->{body_text} =~ /page=\d+/g, 5, 'pages are few');
$r = $chef->{web}->get("$comptes?q=masse&format=csv");
like($r->{headers}{'content-type'}, qr{^text/csv}, 'a file');
my @lines = split /\r\n/, $r->{body_text};
is(scalar @lines, 1001, 'of all of them');
like($r->{body_text}, qr/;"?'=cmd/, 'in which no name is a formula');
unlike($steward->{web}->get("$comptes?format=csv")->{body_text}, qr/Occitanie|\Q$elsewhere->{login}\E/, 'nobody of elsewhere');
my $who = $sql->ask("SELECT id FROM auth.account WHERE login = 'masse1\@hopital.example'");
unlike($chef->{web}->get("$comptes/$who")->{body_text}, qr/<img src=x/, 'nor on the account’s own page');
is($chef->{web}->get("$comptes/$_")->{status}, 404, "no account « $_ »") for 0, 'x', '99999999', '1e3';

is((grep { /queries=(\d+)/ && $1 > 8 && !/status=(?:4|303)/ } split /\n/, $auth->log), 0, 'no page takes more than eight statements');
my $log = $auth->log;
unlike($log, qr/event=worker_died|level=err/, 'no worker died, no error');
unlike($log, qr/\Q$inside->{login}\E|Parti|INVIT/, 'no name and no reason in the log');
done_testing;
