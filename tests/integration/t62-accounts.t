# Accounts: invited, uninvited, asked for, taken over; conditions; one's own page.
use strict;
use warnings;
use utf8;
use Encode qw(encode_utf8);
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Mailbox;
use Pool;
use Slapd;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

use constant PASSWORD => 'Juste-Mot-2026';

my @people = map { "$_\@ror.example" } qw(alice bruno carole denis emma);
my ($alice, $bruno, $carole, $denis, $emma) = @people;
my $pg = Cluster->new;
my $ldap = Slapd->new($pg->dir . '/ldap', join '', map {
	"$_;Nom DE $_;@{[PASSWORD]};clinician;france;FR;0;\n" } @people);
my $box = Mailbox->new($pg->dir);
my %base = ($ldap->settings, $box->settings, conditions_version => '2026-11',
    login_title => 'Titre de tous', login_documents => 'Guide | /documents/guide.pdf ; Piège | javascript:alert(1) ; Site | https://www.example/',
    'public.handicap.login_title' => 'Titre du handicap', 'public.handicap.login_text' => encode_utf8('Un texte <à lui>'),
    'public.handicap.login_documents' => 'Le sien | /documents/sien.pdf');
my $auth = Pool->new($pg, pool => 'auth', workers => 1, settings => \%base);
my $app = Pool->new($pg, pool => 'app', workers => 1);

sub try_in {
	my ($login, $password, %fields) = @_;
	return $auth->web->post('/auth/connexion', {
	    identifiant => $login, mot_de_passe => $password // PASSWORD, %fields });
}
sub token_of {
	my ($r) = @_;
	my ($cookie) = grep { /^__Host-ror=/ } @{ $r->{cookies} };
	return ($cookie // '') =~ /^__Host-ror=([0-9a-f]{64});/ ? $1 : undef;
}
sub browser {
	my ($token, $pool) = @_;
	my $csrf = $pg->psql("SELECT csrf FROM auth.session WHERE token_sha256 = sha256(decode('$token', 'hex'))");
	return ($pool // $auth)->web->as($token, $csrf);
}
sub account_id { return $pg->psql("SELECT id FROM auth.account WHERE login = '$_[0]'") }
sub events {
	my ($login) = @_;
	return $pg->psql("SELECT string_agg(e.event || coalesce(':' || (e.detail ->> 'reason'), ''), ' ' ORDER BY e.id) "
	    . "FROM audit.event AS e JOIN auth.account AS a ON a.id = e.account_id WHERE a.login = '$login'");
}
sub invite {
	my ($mail, $role, %arg) = @_;
	my $by = $arg{by} // 'NULL';
	my $valid = $arg{valid} // "tstzrange(now() - interval '1 minute', NULL)";
	return $pg->psql("SELECT auth.invite($by, '$mail', 'Invité DE TEST', '$role', '"
	    . ($arg{scope} // 'france') . "', '" . ($arg{code} // 'FR') . "', $valid, now() - interval '1 minute', NULL)");
}

# --- the sign-in page ------------------------------------------------------------
my $r = $auth->web->get('/connexion');
like($r->{body_text}, qr/<h1[^>]*>Titre de tous</, 'the sign-in page has its title');
like($r->{body_text}, qr/01 99 00 00 00.*du lundi au vendredi.*support\@ror\.example/s, 'the support: phone, hours, mail');
like($r->{body_text}, qr{href="/documents/guide\.pdf">Guide<.*href="https://www\.example/">Site<}s, 'documents');
unlike($r->{body_text}, qr/javascript:|Piège/, 'of which none is a script');
like($r->{body_text}, qr/Version \d+\.\d+/, 'the version');
$r = $auth->web->get('/connexion?public=handicap');
like($r->{body_text}, qr/Titre du handicap.*Un texte &lt;à lui&gt;.*sien\.pdf/s, 'a public has its own');
unlike($r->{body_text}, qr/guide\.pdf/, 'and not those of all');
like(try_in($alice, 'faux', public => 'handicap')->{body_text}, qr/Titre du handicap/, 'also after a refusal');
like($auth->web->get('/connexion?public=inconnu')->{body_text}, qr/Titre de tous/, 'an unknown one is everybody');

# --- uninvited, invited ---------------------------------------------------------
$r = try_in($alice);
is($r->{status}, 403, 'known to the directory, invited by nobody');
like($r->{body_text}, qr{aucun compte du répertoire.*href="/auth/demande"}s, 'reads why, and how to ask');
is(account_id($alice), '', 'no account is made');
cmp_ok(invite($alice, 'clinician'), '>', 0, 'invited');
invite($alice, 'editor', scope => 'region', code => '11');
my $mail = $box->wait_for($alice);
like($mail->{text}, qr{Bonjour Invité DE TEST.*/connexion.*/auth/oubli}s, 'a mail says so, and how to begin');
is(try_in($alice, 'pas le bon mot')->{status}, 401, 'a wrong password takes nothing');
is(account_id($alice), '', 'nor makes an account');
$r = try_in($alice);
is($r->{status}, 303, 'the right one comes in');
is($pg->psql("SELECT name FROM auth.account WHERE login = '$alice'"), "Nom DE $alice", 'with the directory’s name');
is($pg->psql("SELECT string_agg(g.role || ':' || g.scope || ':' || g.code, ' ' ORDER BY g.role) FROM auth.grant_now AS g "
    . 'WHERE g.account_id = ' . account_id($alice)), 'clinician:france:FR editor:region:11', 'and every right it was invited to');
is($pg->psql("SELECT count(*) FROM auth.invitation WHERE accepted_at IS NULL"), 0, 'the invitations are taken');
like(events($alice), qr/^account_created grant:invitation grant:invitation sign_in$/, 'all of it audited');
my $first = token_of($r);

invite($alice, 'analyst', scope => 'region', code => '76');
token_of(try_in($alice));
like($pg->psql('SELECT string_agg(g.role, $$ $$) FROM auth.grant_now AS g WHERE g.account_id = ' . account_id($alice)),
    qr/analyst/, 'a later invitation is taken at the next sign-in');
for my $case (['too old', "UPDATE auth.invitation SET invited_at = now() - interval '31 days' WHERE accepted_at IS NULL"],
    ['withdrawn', 'UPDATE auth.invitation SET withdrawn_at = now() WHERE accepted_at IS NULL'],
    ['for a time that is over', "UPDATE auth.invitation SET valid = tstzrange(now() - interval '2 days', now() - interval '1 day') WHERE accepted_at IS NULL"]) {
	my ($name, $sql) = @$case;
	$pg->psql('DELETE FROM auth.invitation WHERE accepted_at IS NULL');
	invite($bruno, 'clinician');
	$pg->psql($sql);
	is(try_in($bruno)->{status}, 403, "an invitation $name opens nothing");
}
is(invite($carole, 'clinician', by => account_id($alice)), '', 'who is no admin invites nobody');
is($pg->psql("SELECT count(*) FROM auth.invitation WHERE mail = '$carole'"), 0, 'nothing is kept of it');
$pg->psql("INSERT INTO auth.grant (account_id, role, scope, code, valid) VALUES (" . account_id($alice)
    . ", 'admin', 'france', 'FR', tstzrange(now() - interval '1 day', NULL))");
cmp_ok(invite($carole, 'clinician', by => account_id($alice)), '>', 0, 'an admin does');
for my $bad ("x\ny\@ror.example", 'x y@ror.example', 'x', 'x@y@z') {
	my $sql = $bad =~ s/\n/' || chr(10) || '/r;
	my (undef, $out) = $pg->run('psql', '-XqAtd', 'ror', '-c', "SELECT auth.invite(NULL, '$sql', 'N', 'clinician', 'france', 'FR', tstzrange(now(), NULL), now(), NULL)");
	like($out, qr/violates check/, 'no invitation to « ' . ($bad =~ s/\n/?/r) . ' »');
}

# --- the conditions of use -----------------------------------------------------------
$first = token_of(try_in($alice));
my $me = browser($first);
is(browser($first, $app)->get('/accueil')->{headers}{location}, '/auth/conditions?retour=%2Faccueil', 'the conditions first');
is($me->get('/mon-compte')->{headers}{location}, '/auth/conditions?retour=%2Fmon-compte', 'for every page');
like($me->get('/auth/conditions')->{body_text}, qr/version 2026-11/, 'with their version');
is($me->post('/auth/conditions', {})->{status}, 422, 'not accepted is not accepted');
is($me->post('/auth/conditions', { accepte => 1 })->{status}, 303, 'accepted');
is(browser($first, $app)->get('/accueil')->{status}, 200, 'the pages open');
is($pg->psql('SELECT count(*) FROM auth.conditions WHERE accepted_at > now() - interval $$1 min$$ AND version = $$2026-11$$'), 1, 'it is kept: who, which, when');
like(events($alice), qr/conditions_accepted:2026-11$/, 'and audited');
is(browser(token_of(try_in($alice)), $app)->get('/accueil')->{status}, 200, 'nobody is asked twice');

# --- one's own page --------------------------------------------------------------------
my ($here, $there, $third) = map { token_of(try_in($alice)) } 1 .. 3;
$me = browser($here);
$r = $me->get('/mon-compte');
is($r->{status}, 200, 'the page is there');
like($r->{body_text}, qr/\Q$alice\E/, 'with the login');
like($r->{body_text}, qr/Région Île-de-France \(11\)/, 'the rights, with the name of the place');
like($r->{body_text}, qr/Version 2026-11, acceptée le/, 'the conditions');
unlike($r->{body_text}, qr/Second facteur/, 'no second factor where none is set up');
unlike($r->{body_text}, qr/auth\/psc|Pro Santé/, 'no trace of a card where none is set up');
my @ids = $r->{body_text} =~ /name="session" value="(\d+)"/g;
cmp_ok(scalar @ids, '>=', 2, 'other sessions are listed');
like($r->{body_text}, qr/Celle-ci/, 'and mine is told apart');
unlike($r->{body_text}, qr/$here|$there/, 'by numbers that open nothing');
my $n = $pg->psql('SELECT id FROM auth.session WHERE token_sha256 = sha256(decode($$' . $there . '$$, $$hex$$))');
is($me->post('/mon-compte/sessions', { session => $n })->{headers}{location}, '/mon-compte?fait=session', 'ending one');
is($app->web->as($there)->get('/accueil')->{status}, 303, 'ends it');
is($app->web->as($third)->get('/accueil')->{status}, 200, 'and that one only');
is(browser($third)->post('/mon-compte/sessions', { session => $_ })->{status}, 400, "no session « $_ »") for '', 'x', '-1', '1;2';
is($me->post('/mon-compte/sessions', { session => 'autres' })->{status}, 303, 'ending the others');
is($app->web->as($third)->get('/accueil')->{status}, 303, 'ends them');
is($app->web->as($here)->get('/accueil')->{status}, 200, 'but mine');
like(events($alice), qr/session_end:one session_end:others$/, 'audited');
# Somebody else's session is not mine to end.
my $other = $auth->sign_in('voisin@ror.example', 'clinician:france:FR');
$n = $pg->psql("SELECT s.id FROM auth.session AS s JOIN auth.account AS a ON a.id = s.account_id WHERE a.login = 'voisin\@ror.example'");
$me->post('/mon-compte/sessions', { session => $n });
is($other->get('/mon-compte')->{status}, 200, 'another account’s session stays');
is($me->get('/auth/reste')->{status}, 200, 'a session can be kept');
$pg->psql("UPDATE auth.session SET last_seen_at = now() - interval '100 s' WHERE account_id = " . account_id($alice));
$me->get('/auth/reste');
# The line is written after the answer.
for (1 .. 50) {
	last if $pg->psql('SELECT bool_or(last_seen_at > now() - interval $$60 s$$) FROM auth.session WHERE account_id = ' . account_id($alice)) eq 't';
	select undef, undef, undef, 0.1;
}
cmp_ok($pg->psql('SELECT max(extract(epoch FROM now() - last_seen_at))::int FROM auth.session WHERE account_id = ' . account_id($alice)),
    '<', 60, 'which renews it');
$pg->psql("UPDATE auth.account SET disabled_at = now() WHERE login = '$alice'");
is($me->get($_)->{status}, 303, "a disabled account is out at its next request: $_") for '/mon-compte', '/auth/mot-de-passe';
is($app->web->as($here)->get('/accueil')->{status}, 303, 'in the other pool too');
is(try_in($alice)->{status}, 401, 'and does not come back');

# --- nobody without a right is locked in -------------------------------------------------
$other = $auth->sign_in('sansdroit@ror.example');
my $elsewhere = $app->web->as($other->{token}, $other->{csrf});
$r = $elsewhere->get('/accueil');
is($r->{status}, 403, 'an account whose rights are over sees nothing');
like($r->{body_text}, qr/aucun droit en ce moment/, 'and reads why');
like($r->{body_text}, qr{action="/auth/deconnexion"}, 'with the way out');
is($other->get($_)->{status}, 200, "its own page answers: $_") for '/mon-compte', '/auth/mot-de-passe';
like($other->get('/mon-compte')->{body_text}, qr/Aucun droit n’est en cours/, 'which says that there is none');
is($other->post('/auth/deconnexion', {})->{status}, 303, 'and it can leave');
is($elsewhere->get('/accueil')->{status}, 303, 'for good');
$other = $auth->sign_in('autre@ror.example', 'clinician:france:FR');

# --- asking for an account ---------------------------------------------------------------
my %ask = (nom => 'Zoé PETIT', mail => 'zoe@ror.example', etablissement => 'CH de Test', role => 'clinician', motif => "Ligne 1\nLigne 2");
is($auth->web->get('/auth/demande')->{status}, 200, 'the form is there');
for my $case ([nom => ''], [mail => 'x'], [mail => ''], [etablissement => ''], [role => ''], [role => 'admin'], [role => 'steward'],
    [motif => 'x' x 1001], [nom => "a\nb"]) {
	$r = $auth->web->post('/auth/demande', { %ask, @$case });
	is($r->{status}, 422, "$case->[0] « " . (substr($case->[1], 0, 8) =~ s/\n/?/r) . ' » is refused');
}
like($auth->web->post('/auth/demande', { %ask, role => '' })->{body_text}, qr/value="CH de Test"/, 'what was typed stays');
sub page_of { my $t = $_[0]{body_text}; $t =~ s/data-now="[^"]*"//; return $t }
my $said = page_of($auth->web->post('/auth/demande', \%ask));
like($said, qr/Votre demande est enregistrée/, 'a whole one is kept');
is($pg->psql("SELECT count(*) FROM auth.account_request AS r WHERE (r.mail, r.role) = ('zoe\@ror.example', 'clinician')"
    . " AND (r.name, r.reason) = ('Zo' || U&'\\00e9' || ' PETIT', 'Ligne 1' || chr(10) || 'Ligne 2')"), 1, 'as it was typed');
is(page_of($auth->web->post('/auth/demande', { %ask, mail => $carole })), $said, 'the answer is the same for a mail that is known');
is(page_of($auth->web->post('/auth/demande', \%ask)), $said, 'and every time') for 1 .. 2;
$r = $auth->web->post('/auth/demande', \%ask);
is($r->{status}, 429, 'a fourth in a day is not kept');
like($r->{body_text}, qr/n’est pas enregistrée/, 'and the page says so');
like($r->{body_text}, qr/value="CH de Test"/, 'with what was typed');
is($pg->psql("SELECT count(*) FROM auth.account_request WHERE mail = 'zoe\@ror.example'"), 3, 'three a day are kept');
is($pg->psql("SELECT detail ->> 'reason' FROM audit.event WHERE event = 'account_asked' ORDER BY id DESC LIMIT 1"), 'too_many', 'as the audit says');

# --- taken over ---------------------------------------------------------------------------
sub import_of {
	my ($text, $how) = @_;
	my $file = $pg->dir . '/people.csv';
	open my $out, '>:raw', $file or die $!;
	print {$out} encode_utf8($text);
	close $out or die $!;
	return $pg->run(Cluster::root() . '/sql/ror-db', 'account', $how // 'import', $file);
}
my ($status, $out) = import_of("\x{feff}mail;name;role;scope;code\r\n"
    . "$denis;Denis REPRIS;clinician;france;FR\r\nDenis\@ROR.example;Denis REPRIS;analyst;region;11\r\n"
    . "repris\@ror.example;\"Léa; REPRISE\";bed_manager;departement;2A\r\n");
is($status, 0, 'a file of people is imported');
like($out, qr/2 accounts, 3 rights; 3 lines/, 'and says what it made');
is($pg->psql("SELECT name FROM auth.account WHERE login = 'repris\@ror.example'"), $pg->psql("SELECT 'Léa; REPRISE'"), 'names as they are');
($status, $out) = import_of("mail;name;role;scope;code\n$denis;Autre NOM;clinician;france;FR\n");
like($out, qr/0 accounts, 0 rights; 1 lines/, 'again, it changes nothing');
for my $case (['an address that is none', "x;N;clinician;france;FR", qr/line 2: not an address/],
    ['a newline for a header', "\"a\nb\@c\";N;clinician;france;FR", qr/line 2: not an address/],
    ['no name', "a\@b;;clinician;france;FR", qr/line 2: a name is wanted/],
    ['an unknown role', "a\@b;N;chef;france;FR", qr/line 2: unknown role/],
    ['an unknown place', "a\@b;N;editor;ej;999999999", qr/line 2: unknown scope or code/],
    ['too few columns', "a\@b;N;editor", qr/missing data|nothing of/]) {
	my ($name, $line, $why) = @$case;
	($status, $out) = import_of("mail;name;role;scope;code\n$line\nbon\@ror.example;Bon;clinician;france;FR\n");
	isnt($status, 0, "$name refuses the file");
	like($out, $why, "$name: the line and why");
	is(account_id('bon@ror.example'), '', "$name: nothing is kept");
}
isnt((import_of("login;name\n"))[0], 0, 'another header is another file');
is((import_of("mail;name;role;scope;code\n$emma;Emma INVITÉE;clinician;france;FR\n", 'invite'))[0], 0, 'invitations by file');
like($box->wait_for($emma)->{text}, qr/Emma INVITÉE/, 'are mailed');
is(account_id($emma), '', 'and no accounts yet');

# The first sign-in of who was taken over goes through « mot de passe oublié ».
sub link_of {
	my ($login) = @_;
	my $k = $box->count($login);
	$auth->web->post('/auth/oubli', { identifiant => $login });
	return $box->wait_for($login, $k)->{text} =~ /lien=([0-9a-f]{64})/ ? $1 : '';
}
for my $login ('repris@ror.example', $emma) {
	is(try_in($login, 'rien')->{status}, 401, "$login has no password yet") if $login ne $emma;
	my $link = link_of($login);
	is($auth->web->post('/auth/nouveau-mot-de-passe', { lien => $link, nouveau => 'Premier-Mot-2026',
	    encore => 'Premier-Mot-2026' })->{status}, 303, "$login chooses one by mail");
	$r = try_in($login, 'Premier-Mot-2026');
	is($r->{status}, 303, "$login comes in");
	is(browser(token_of($r), $app)->get('/accueil')->{headers}{location}, '/auth/conditions?retour=%2Faccueil', "$login: to the conditions");
}
like(events($emma), qr/account_created grant:invitation password_reset:by_mail sign_in/, 'an invited one is made by the link');

# --- an administrator gives a password --------------------------------------------------------
my $admin = $auth->sign_in('admin@ror.example', 'admin:france:FR');
my $in = token_of(try_in($denis));
my $id = account_id($denis);
is($other->get("/auth/provisoire/$id")->{status}, 403, 'nobody else does');
is($admin->get('/auth/provisoire/999999')->{status}, 404, 'to an account that is there');
is($admin->get("/auth/provisoire/$id")->{status}, 200, 'who asks is asked first');
is(browser($in)->get('/auth/conditions')->{status}, 200, 'nothing happens yet');
my $before = link_of($denis);
$r = $admin->post("/auth/provisoire/$id", {});
is($auth->web->get("/auth/nouveau-mot-de-passe?lien=$before")->{status}, 410, 'a link asked for before is over');
my ($given) = $r->{body_text} =~ m{<code class="ror-key">([\w-]{20})</code>};
ok($given, 'the page shows it');
is($app->web->as($in)->get('/accueil')->{status}, 303, 'the sessions are over');
is(try_in($denis)->{status}, 401, 'the password before is gone');
$r = try_in($denis, $given);
is(browser(token_of($r), $app)->get('/accueil')->{headers}{location}, '/auth/mot-de-passe?retour=%2Faccueil', 'the new one must be changed');
$r = browser(token_of($r))->post('/auth/mot-de-passe', { ancien => $given, nouveau => 'Denis-A-Le-Sien', encore => 'Denis-A-Le-Sien' });
is($r->{status}, 303, 'and is');
is(browser(token_of(try_in($denis, 'Denis-A-Le-Sien')), $app)->get('/accueil')->{headers}{location}, '/auth/conditions?retour=%2Faccueil', 'then it is whole');
is($pg->psql("SELECT detail ->> 'by' FROM audit.event WHERE event = 'password_reset' AND detail ->> 'reason' = 'by_admin'"),
    account_id('admin@ror.example'), 'the audit knows who gave it');

my $log = $auth->log . $app->log;
my $audit = $pg->psql('SELECT event, detail FROM audit.event');
unlike($log . $audit, qr/\Q$_\E/i, 'nowhere: « ' . substr($_, 0, 10) . ' »')
    for PASSWORD, 'Premier-Mot', $given, 'Denis-A-Le-Sien', $here, $first, 'Ligne 1', 'zoe@';
done_testing;
