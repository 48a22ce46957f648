# Signing in: who comes in, who does not, and what is left of each try.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use IO::Socket::INET;
use POSIX ();
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Pool;
use Slapd;

use constant PASSWORD => 'Juste-Mot-2026';

my @people = map { "$_\@ror.example" }
    qw(alice bruno carole denis emma fanny gilles);
my ($alice, $bruno, $carole, $denis, $emma, $fanny, $gilles) = @people;

my $pg = Cluster->new;
my $ldap = Slapd->new($pg->dir . '/ldap', join '', map {
	"$_;Nom DE $_;@{[PASSWORD]};clinician;france;FR;@{[$_ eq $bruno ? 1 : 0]};\n" } @people);
my $secret = $pg->dir . '/secours';
open my $out, '>', $secret or die $!;
print {$out} "secret de test\n";
close $out or die $!;
# gilles is known to the directory alone.
for my $login (@people[0 .. 5]) {
	$pg->psql("INSERT INTO auth.account (login, name) VALUES ('$login', 'Nom de $login')");
	$pg->psql("INSERT INTO auth.grant (account_id, role, scope, code, valid) SELECT id, 'clinician', "
	    . "'france', 'FR', tstzrange(now() - interval '1 day', NULL) FROM auth.account WHERE login = '$login'");
}
$pg->psql("UPDATE auth.account SET disabled_at = now() WHERE login = '$denis'");

# One worker: what one question leaves, the next one meets.
my $auth = Pool->new($pg, pool => 'auth', workers => 1,
    settings => { $ldap->settings, survival_secret_file => $secret });
my $app = Pool->new($pg, pool => 'app', workers => 1);

sub try_in {
	my ($login, $password, %arg) = @_;
	return $auth->web->post('/auth/connexion', {
	    identifiant => $login, mot_de_passe => $password,
	    %{ $arg{fields} // {} } }, %arg);
}

sub token_of {
	my ($r) = @_;
	my ($cookie) = grep { /^__Host-ror=/ } @{ $r->{cookies} };
	return ($cookie // '') =~ /^__Host-ror=([0-9a-f]{64});/ ? $1 : undef;
}

sub browser {
	my ($token) = @_;
	my $csrf = $pg->psql("SELECT csrf FROM auth.session WHERE token_sha256 = sha256(decode('$token', 'hex'))");
	return map { $_->web->as($token, $csrf) } $app, $auth;
}

sub last_event {
	return $pg->psql("SELECT event, coalesce(account_id::text, '-'), detail ->> 'reason' "
	    . 'FROM audit.event ORDER BY id DESC LIMIT 1');
}

sub account_id {
	return $pg->psql("SELECT id FROM auth.account WHERE login = '$_[0]'");
}

sub slurp { open my $in, '<', $_[0] or return ''; local $/; return scalar <$in> // '' }

# --- who comes in -----------------------------------------------------------
my $r = try_in($alice, PASSWORD, fields => { retour => '/fiche/u12?x=1' });
is($r->{status}, 303, 'the right password comes in');
is($r->{headers}{location}, '/fiche/u12?x=1', 'and goes where it wanted');
is($r->{headers}{'cache-control'}, 'no-store', 'nobody keeps the answer');
my ($cookie) = grep { /^__Host-ror=/ } @{ $r->{cookies} };
like($cookie, qr/^__Host-ror=[0-9a-f]{64}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    'the cookie is for this host, not for scripts');
my $first = token_of($r);
is(last_event(), 'sign_in|' . account_id($alice) . '|', 'the audit knows who');
isnt($pg->psql("SELECT last_login_at FROM auth.account WHERE login = '$alice'"), '',
    'and the account when');
my ($me, $me_auth) = browser($first);
is($me->get('/accueil')->{status}, 200, 'the other pool knows the session');
like($me->{csrf}, qr/^[\w-]{43}$/, 'with a token of its own for forms');
is(try_in(uc $alice, PASSWORD)->{status}, 303, 'the case of a login is no matter');
is(try_in("  $alice ", PASSWORD)->{status}, 303, 'nor are spaces around it');

for my $case (['//pirate.example/', '/'], ['https://pirate.example/', '/'],
    ["/\\pirate.example", '/'], ["/a\r\nSet-Cookie: x=1", '/'], ['', '/']) {
	my ($back, $want) = @$case;
	(my $name = $back) =~ s/[^ -~]/?/g;
	is(try_in($alice, PASSWORD, fields => { retour => $back })->{headers}{location},
	    $want, "back to « $name » goes to $want");
}

# --- who does not -------------------------------------------------------------
my $wrong = try_in($alice, 'pas le bon mot', fields => { retour => '/fiche/u12' });
is($wrong->{status}, 401, 'a wrong password does not');
is(last_event(), 'sign_in_refused|' . account_id($alice) . '|bad_password', 'audited');
like($wrong->{body_text}, qr/value="\Q$alice\E"/, 'the login stays in the form');
like($wrong->{body_text}, qr{name="retour" value="/fiche/u12"}, 'and so does the way back');
unlike($wrong->{body_text}, qr/pas le bon/, 'the password does not');
ok(!token_of($wrong), 'no session');
my ($message) = $wrong->{body_text} =~ m{role="alert"><p>(.*?)</p>};
ok(length($message // ''), 'the page says why');

sub refused {
	my ($name, $reason, $answer, $account) = @_;
	my ($said) = $answer->{body_text} =~ m{role="alert"><p>(.*?)</p>};
	is($answer->{status}, 401, "$name: refused");
	is($said // '', $message, "$name: with the same words");
	is(last_event(), join('|', 'sign_in_refused', $account // '-', $reason),
	    "$name: the audit knows that it is $reason");
	return;
}
refused('an unknown login', 'unknown_login', try_in('personne@ror.example', PASSWORD));
refused('an empty password', 'bad_password', try_in($alice, ''), account_id($alice));
refused('no password at all', 'bad_password', $auth->web->post('/auth/connexion',
    { identifiant => $alice }), account_id($alice));
refused('an empty login', 'bad_password', try_in('', PASSWORD));
refused('a disabled account', 'disabled', try_in($denis, PASSWORD), account_id($denis));
refused('a very long password', 'bad_password', try_in($alice, 'x' x 300), account_id($alice));
refused("a look-alike, $_", 'unknown_login', try_in($_, PASSWORD))
    for '*', 'alice*', 'alice@ror.example)(uid=*', '*)(objectClass=*',
    'alice@ror.example)(|(mail=*)', "alice\@ror.example\\2a", 'uid=alice,ou=comptes,dc=ror,dc=example',
    'Älice@ror.example', "cn=leurre,ou=services,dc=ror,dc=example";
is(try_in("alice\0\@ror.example", PASSWORD)->{status}, 400, 'a NUL is no text');
is(try_in($alice, PASSWORD)->{status}, 303, 'none of these disturbed the account');

# Known to the directory, with the right password, and invited by nobody.
$r = try_in($gilles, PASSWORD);
is($r->{status}, 403, 'a login without account does not come in');
like($r->{body_text}, qr/aucun compte du répertoire n’est ouvert.*href="\/auth\/demande"/s, 'it reads why, and how to ask');
is(last_event(), 'sign_in_refused|-|no_account', 'audited');
refused('a login without account, wrong password', 'bad_password', try_in($gilles, 'pas le bon mot'));

# --- locked after five -------------------------------------------------------
for my $n (1 .. 5) {
	refused("wrong, $n", 'bad_password', try_in($emma, "faux $n"), account_id($emma));
}
refused('the sixth, with the right one', 'locked', try_in($emma, PASSWORD), account_id($emma));
is(try_in($alice, PASSWORD)->{status}, 303, 'others are not locked');
for my $n (1 .. 8) { try_in("inconnu$n\@ror.example", "faux $n") }
refused('many unknown logins later', 'unknown_login', try_in('personne@ror.example', PASSWORD));

# --- a provisional password ------------------------------------------------
$r = try_in($bruno, PASSWORD);
is($r->{status}, 303, 'a provisional password comes in');
my ($new, $new_auth) = browser(token_of($r));
for my $page ('/accueil', '/accueil?x=1') {
	like($new->get($page)->{headers}{location}, qr{^/auth/mot-de-passe\?retour=%2Faccueil}, "but $page leads to its change");
}
is($new_auth->get('/auth/mot-de-passe')->{status}, 200, 'which answers');
is($new_auth->post('/auth/deconnexion', {})->{status}, 303, 'and so does leaving');
is($new_auth->get('/auth/mot-de-passe')->{status}, 303, 'which ends the session');

# --- sessions -----------------------------------------------------------------
$r = $me_auth->post('/auth/connexion', { identifiant => $fanny, mot_de_passe => PASSWORD });
is($r->{status}, 303, 'a signed-in browser signs in as somebody else');
isnt(token_of($r), $first, 'with another token');
is($me->get('/accueil')->{status}, 303, 'the one it came with is over');
my $planted = 'ab' x 32;
$r = $auth->web->as($planted)->post('/auth/connexion',
    { identifiant => $alice, mot_de_passe => PASSWORD });
isnt(token_of($r), $planted, 'a token brought along is not taken over');
is($app->web->as($planted)->get('/accueil')->{status}, 303, 'and opens nothing');
is($auth->web->as(token_of($r))->get('/connexion')->{headers}{location}, '/',
    'who is signed in needs no form');

my ($idle, $old, $fresh) = map { token_of(try_in($alice, PASSWORD)) } 1 .. 3;
sub age {
	my ($token, $column, $s) = @_;
	$pg->psql("UPDATE auth.session SET $column = now() - interval '$s s' "
	    . "WHERE token_sha256 = sha256(decode('$token', 'hex'))");
	return $app->web->as($token)->get('/accueil')->{status};
}
is(age($idle, 'last_seen_at', 1790), 200, 'a session lives 30 minutes unused');
is(age($idle, 'last_seen_at', 1810), 303, 'and no longer');
is(age($old, 'created_at', 14390), 200, 'four hours in all');
is(age($old, 'created_at', 14410), 303, 'and no longer');
is($app->web->as($fresh)->get('/accueil')->{status}, 200, 'others live on');
$pg->psql("UPDATE auth.account SET disabled_at = now() WHERE login = '$alice'");
is($app->web->as($fresh)->get('/accueil')->{status}, 303, 'disabling an account ends its sessions');
$pg->psql("UPDATE auth.account SET disabled_at = NULL WHERE login = '$alice'");

# --- forms of others --------------------------------------------------------
($me, $me_auth) = browser($fresh);
for my $case (
    ['same-origin', undef, 303], ['same-site', undef, 403], ['cross-site', undef, 403],
    ['none', undef, 403], ['same-origin', 'https://pirate.example', 303],
    [undef, 'https://localhost:8443', 303], [undef, 'https://localhost:8443.pirate.example', 403],
    [undef, 'http://localhost:8443', 403], [undef, 'null', 403], [undef, undef, 403]) {
	my ($site, $origin, $want) = @$case;
	my %from = (params => { HTTP_SEC_FETCH_SITE => $site, HTTP_ORIGIN => $origin });
	my $name = sprintf 'from site %s, origin %s', map { $_ // 'unsaid' } $site, $origin;
	is(try_in($alice, PASSWORD, %from)->{status}, $want, "$name: $want to sign in");
	is($me->post('/theme', { theme => 'dark' }, %from)->{status}, $want, "$name: $want for a form");
}
is($me->post('/theme', { jeton => $_->[1] })->{status}, $_->[2], "jeton $_->[0]: $_->[2]")
    for ['right', $me->{csrf}, 303], ['of another', 'x' x 43, 403], ['cut', substr($me->{csrf}, 1), 403],
    ['empty', '', 403], ['absent', undef, 403];
is($auth->web->as($fresh)->post('/auth/deconnexion', {})->{status}, 403, 'nobody else signs me out');
is($auth->web->post('/auth/deconnexion', {})->{status}, 401, 'nobody signs nobody out');
$r = $me_auth->post('/auth/deconnexion', {});
is($r->{headers}{location}, '/connexion', 'I do');
like($r->{cookies}[0], qr/^__Host-ror=; .*Max-Age=0/, 'and the browser forgets');
is($me->get('/accueil')->{status}, 303, 'the session is over');
is(last_event(), 'sign_out|' . account_id($alice) . '|', 'the audit knows');

# --- the directory is down, frozen, back, not itself ------------------------------
sub down {
	my ($name, $why) = @_;
	my $answer = try_in($alice, PASSWORD);
	is($answer->{status}, 503, "$name: 503");
	like($answer->{body_text}, qr/annuaire des comptes ne répond pas/, "$name: the page says so");
	like($answer->{body_text}, qr{href="tel:.*href="/survie/|href="/survie/.*href="tel:}s,
	    "$name: and where to turn to");
	ok(!token_of($answer), "$name: nobody comes in");
	# The line comes after the answer.
	for (1 .. 50) {
		last if $auth->log =~ $why;
		select undef, undef, undef, 0.05;
	}
	like($auth->log, $why, "$name: the log knows why");
	return;
}
# The breaker's 2 seconds.
sub pause { select undef, undef, undef, 2.2; return }

my $carole_in = token_of(try_in($carole, PASSWORD));
$ldap->stop('KILL');
down('killed', qr/directory: connect: Can't contact LDAP server/);
down('asked again at once', qr/directory: failed a moment ago/);
is($app->web->as($carole_in)->get('/accueil')->{status}, 200, 'who is in stays in');
is($auth->web->get('/connexion')->{status}, 200, 'the form is still shown');
refused('an empty password', 'bad_password', try_in($alice, ''), account_id($alice));
$ldap->start;
pause();
is(try_in($alice, PASSWORD)->{status}, 303, 'back: signing in works again');
$ldap->freeze;
{
	local $SIG{ALRM} = sub { fail('no page in 10 s'); exit 1 };
	alarm 10;
	down('frozen', qr/directory: StartTLS: Timed out/);
	down('frozen, asked again', qr/directory: failed a moment ago/);
	alarm 0;
}
$ldap->thaw;
pause();
is(try_in($alice, PASSWORD)->{status}, 303, 'thawed: signing in works again');
my @same = map { try_in($fanny, PASSWORD)->{status} } 1 .. 8;
is("@same", join(' ', (303) x 8), 'many in a row');

# --- an impostor, a clear-text directory ------------------------------------------
my $other = Slapd->new($pg->dir . '/other', "$alice;X;@{[PASSWORD]};clinician;france;FR;0;\n");
# Refuses StartTLS and keeps what it is sent.
sub plain_server {
	my $file = $pg->dir . '/seen';
	my $listen = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
	    or die $!;
	my $pid = fork // die "fork: $!";
	return ($pid, $listen->sockport, $file) if $pid;
	$SIG{TERM} = sub { POSIX::_exit(0) };
	open my $keep, '>', $file or POSIX::_exit(1);
	$keep->autoflush(1);
	while (my $client = $listen->accept) {
		while (sysread $client, my $got, 4096) {
			print {$keep} $got;
			# ExtendedResponse to message 1: protocolError
			syswrite $client, pack 'H*', '300c02010178070a010204000400';
		}
	}
	POSIX::_exit(0);
}

sub pool_with {
	my (%setting) = @_;
	$auth->stop;
	system 'rm', '-rf', $pg->dir . '/run-auth';
	$auth = Pool->new($pg, pool => 'auth', workers => 1,
	    settings => { $ldap->settings, %setting });
	return;
}
pool_with(ldap_uri => 'ldap://127.0.0.1:' . $other->port);
down('signed by another authority', qr/directory: StartTLS: /);
pool_with(ldap_uri => 'ldap://127.0.0.2:' . $ldap->port);
down('at another address', qr/directory: connect: /);
my ($plain, $port, $seen) = plain_server();
pool_with(ldap_uri => "ldap://127.0.0.1:$port");
down('a directory without TLS', qr/directory: StartTLS: /);
kill TERM => $plain;
waitpid $plain, 0;
open my $in, '<:raw', $seen or die $!;
my $told = do { local $/; <$in> };
like($told, qr/\Q1.3.6.1.4.1.1466.20037\E/, 'which was asked for StartTLS');
unlike($told, qr/cn=|uid=|ror|@{[PASSWORD]}/i, 'and told nothing else');

# --- nothing is left on a disk by a crash ------------------------------------------
for my $pool ($auth, $app) {
	my $parent = $pool->pid;
	for my $pid ($parent, split ' ', slurp("/proc/$parent/task/$parent/children")) {
		like(slurp("/proc/$pid/limits"), qr/^Max core file size\s+0\s+0\s/m, 'a process leaves no core');
	}
}

# --- what is written down --------------------------------------------------------
my $log = $auth->log . $app->log;
my @secret = (PASSWORD, 'pas le bon mot', 'faux 1', $first, $planted, 'ou=comptes', 'secret de test',
    map { /^(\w+)/ } @people);
unlike($log, qr/\Q$_\E/i, "the log has no « $_ »") for @secret;
my $audit = $pg->psql('SELECT event, detail FROM audit.event');
unlike($audit, qr/\Q$_\E/i, "nor has the audit « $_ »") for @secret;
unlike($pg->psql('SELECT s.* FROM auth.session AS s'), qr/$first|$carole_in/, 'nor the sessions a token');
done_testing;
