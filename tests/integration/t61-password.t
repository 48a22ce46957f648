# Passwords: changing one, forgetting one, several directories.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Mailbox;
use Pool;
use Slapd;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

use constant PASSWORD => 'Juste-Mot-2026';

my @people = map { "$_\@ror.example" } qw(alice bruno carole denis emma fanny);
my ($alice, $bruno, $carole, $denis, $emma, $fanny) = @people;

my $pg = Cluster->new;
my $ldap = Slapd->new($pg->dir . '/ldap', join '', map {
	"$_;Nom DE $_;@{[PASSWORD]};clinician;france;FR;@{[$_ eq $bruno ? 1 : 0]};\n" } @people[0 .. 4]);
my $second = Slapd->new($pg->dir . '/ldap2',
    "$fanny;Nom DE $fanny;@{[PASSWORD]};clinician;france;FR;0;\n");
my $box = Mailbox->new($pg->dir);
for my $login (@people, 'nouvelle@ror.example') {
	$pg->psql("INSERT INTO auth.account (login, name) VALUES ('$login', 'Éloïse D’$login')");
	$pg->psql("INSERT INTO auth.grant (account_id, role, scope, code, valid) SELECT id, 'clinician', "
	    . "'france', 'FR', tstzrange(now() - interval '1 day', NULL) FROM auth.account WHERE login = '$login'");
}
# The directory of an establishment, after the regional one.
my %second = $second->settings;
my %several = map { ("directory.2.$_" => $second{$_}) } keys %second;
my %base = ($ldap->settings, $box->settings);
my $auth;
sub start {
	my (%more) = @_;
	if ($auth) {
		$auth->stop;
		system 'rm', '-rf', $pg->dir . '/run-auth';
	}
	$auth = Pool->new($pg, pool => 'auth', workers => 1, settings => { %base, %more });
	return;
}
start();
my $app = Pool->new($pg, pool => 'app', workers => 1);

sub try_in {
	my ($login, $password, %arg) = @_;
	return $auth->web->post('/auth/connexion', {
	    identifiant => $login, mot_de_passe => $password, %{ $arg{fields} // {} } });
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
sub last_event {
	my ($event) = @_;
	return $pg->psql("SELECT event, coalesce(account_id::text, '-'), coalesce(detail ->> 'reason', '') "
	    . "FROM audit.event WHERE event LIKE '" . ($event // '%') . "' ORDER BY id DESC LIMIT 1");
}
sub change {
	my ($me, $old, $new, $again) = @_;
	return $me->post('/auth/mot-de-passe', { ancien => $old, nouveau => $new, encore => $again // $new });
}

# --- changing it --------------------------------------------------------------
my ($here, $there) = map { token_of(try_in($alice, PASSWORD)) } 1, 2;
my $me = browser($here);
my $r = $me->get('/auth/mot-de-passe');
is($r->{status}, 200, 'the form is there');
my @refused = (
	['a wrong old one', 'pas le bon mot', 'Une-Phrase-Assez-Longue', undef, qr/ancien mot de passe est incorrect/, 'bad_password'],
	['no old one', '', 'Une-Phrase-Assez-Longue', undef, qr/ancien mot de passe est incorrect/, 'bad_password'],
	['a short one', PASSWORD, 'court', undef, qr/au moins 12 caractères/, 'short'],
	['two that differ', PASSWORD, 'Une-Phrase-Assez-Longue', 'Une-Phrase-Assez-Longu', qr/deux saisies/, undef],
	['an empty one', PASSWORD, '', undef, qr/Indiquez le nouveau/, undef],
	['the same one', PASSWORD, PASSWORD, undef, qr/déjà utilisé/, undef],
	['a very long one', PASSWORD, 'x' x 300, undef, qr/trop long/, undef],
);
for my $case (@refused) {
	my ($name, $old, $new, $again, $words, $reason) = @$case;
	my $before = $pg->psql('SELECT count(*) FROM audit.event');
	$r = change($me, $old, $new, $again);
	is($r->{status}, 422, "$name is refused");
	like($r->{body_text}, $words, "$name: the page says what to do");
	unlike($r->{body}, qr/value="[^"]*(?:Phrase|pas le bon)/, "$name: nothing typed comes back");
	is($reason ? last_event() : $pg->psql('SELECT count(*) FROM audit.event'),
	    $reason ? 'password_refused|' . account_id($alice) . "|$reason" : $before, "$name: the audit");
}
is(try_in($alice, PASSWORD)->{status}, 303, 'and the old one still opens');
$r = change($me, PASSWORD, 'Une-Phrase-Assez-Longue');
is($r->{status}, 303, 'a good one is taken');
my $renewed = token_of($r);
ok($renewed && $renewed ne $here, 'with a new token for this browser');
is($app->web->as($here)->get('/accueil')->{status}, 303, 'the token before is worth nothing');
is($app->web->as($there)->get('/accueil')->{status}, 303, 'nor is another browser’s');
is(browser($renewed, $app)->get('/accueil')->{status}, 200, 'this browser goes on');
is(last_event(), 'password_changed|' . account_id($alice) . '|', 'the audit knows');
is(try_in($alice, PASSWORD)->{status}, 401, 'the old password opens nothing');
is(try_in($alice, 'Une-Phrase-Assez-Longue')->{status}, 303, 'the new one does');
my $mail = $box->wait_for($alice);
like($mail->{text}, qr/vient de changer/, 'a mail says that it changed');

# Five passwords are remembered.
$me = browser(token_of(try_in($alice, 'Une-Phrase-Assez-Longue')));
$r = change($me, 'Une-Phrase-Assez-Longue', PASSWORD);
is($r->{status}, 422, 'the one before is refused');
like($r->{body_text}, qr/déjà utilisé ce mot de passe/, 'and the page says why');
is(last_event(), 'password_refused|' . account_id($alice) . '|history', 'so does the audit');

# --- a provisional one ----------------------------------------------------------
my $provisional = token_of(try_in($bruno, PASSWORD));
is(browser($provisional, $app)->get('/accueil')->{headers}{location}, '/auth/mot-de-passe?retour=%2Faccueil',
    'a provisional password leads to its form');
$me = browser($provisional);
for my $page ('/mon-compte', '/auth/conditions', '/auth/code') {
	like($me->get($page)->{headers}{location}, qr{^/auth/mot-de-passe\?}, "from $page too");
}
like($me->get('/auth/mot-de-passe')->{body_text}, qr/Votre mot de passe est provisoire/, 'which says so');
is(change($me, PASSWORD, 'court')->{status}, 422, 'a short one does not end it');
$r = change($me, PASSWORD, 'Nouveau-Mot-De-Bruno');
is($r->{status}, 303, 'a good one does');
is(browser(token_of($r), $app)->get('/accueil')->{status}, 200, 'and the session is whole');
$r = try_in($bruno, 'Nouveau-Mot-De-Bruno');
is(browser(token_of($r), $app)->get('/accueil')->{status}, 200, 'the next one too');

# --- forgetting it ----------------------------------------------------------------
sub forget { return $auth->web->post('/auth/oubli', { identifiant => $_[0] }) }
sub page_of { my $t = $_[0]{body_text}; $t =~ s/data-now="[^"]*"//; return $t }
is($auth->web->get('/auth/oubli')->{status}, 200, 'the form is there');
my $known = forget($carole);
is($known->{status}, 200, 'a mail that is known');
my $same = page_of($known);
for my $other ('personne@ror.example', $emma, 'pas une adresse', "x\@ror.example\r\nBcc: tous\@ror.example",
    '<script>', '*', "$carole)(mail=*") {
	my $answer = forget($other);
	(my $name = $other) =~ s/[^ -~]/?/g;
	is($answer->{status}, 200, "« $name »: the same status");
	is(page_of($answer), $same, "« $name »: the same page");
}
is(forget('')->{status}, 422, 'nothing typed is said');
is(forget('x' x 300)->{status}, 422, 'nor is an endless address taken');
$mail = $box->wait_for($carole);
like($mail->{raw}, qr/^From: ROR <ne-pas-repondre\@ror\.example>$/m, 'the mail: From');
like($mail->{raw}, qr/^To: (?:=\?UTF-8\?Q\?\S+\?=\n )+<\Q$carole\E>$/m, 'the mail: To, the name encoded');
like($mail->{raw}, qr/^Date: \w{3}, \d+ \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/m, 'the mail: Date');
like($mail->{raw}, qr/^Message-ID: <[0-9a-f]+\@ror\.example>$/m, 'the mail: Message-ID');
is((() = $mail->{raw} =~ /^(?:From|To|Subject|Cc|Bcc):/mgi), 3, 'the mail: each header once');
is((grep { length > 76 } split /\n/, $mail->{raw}), 0, 'the mail: no line over 76');
unlike($mail->{raw}, qr/[^\x00-\x7f]/, 'the mail: ASCII alone on the way');
like($mail->{text}, qr/^Bonjour Éloïse D’carole/, 'the mail: its text, not escaped as a page is');
my ($link) = $mail->{text} =~ m{https://localhost:8443(/auth/nouveau-mot-de-passe\?lien=[0-9a-f]{64})};
ok($link, 'a link of 256 bits');
my ($token) = ($link // '') =~ /lien=(\w+)/;
is($pg->psql("SELECT count(*) FROM auth.reset_token WHERE token_sha256 = sha256(decode('$token', 'hex'))"), 1,
    'of which only the hash is kept');
is($box->count('tous@ror.example'), 0, 'nobody else was written to');

my $before = token_of(try_in($carole, PASSWORD));
sub reset_to {
	my ($t, $new, $again) = @_;
	return $auth->web->post('/auth/nouveau-mot-de-passe', { lien => $t, nouveau => $new, encore => $again // $new });
}
is($auth->web->get($link)->{status}, 200, 'the link opens a form') for 1, 2;
is(try_in($carole, PASSWORD)->{status}, 303, 'opening it changes nothing');
$r = reset_to($token, 'court');
is($r->{status}, 422, 'a short password');
like($r->{body_text}, qr/au moins 12 caractères/, 'is refused with words');
$r = reset_to($token, PASSWORD);
like($r->{body_text}, qr/déjà utilisé/, 'and so is the one in use');
is(last_event(), 'reset_refused|' . account_id($carole) . '|history', 'the audit knows');
is(reset_to($token, 'Un-Autre-Mot-2026', 'x')->{status}, 422, 'two that differ');
is($auth->web->get($link)->{status}, 200, 'none of these uses the link up');
is($auth->web->post('/auth/nouveau-mot-de-passe', { lien => $token, nouveau => 'Un-Autre-Mot-2026',
    encore => 'Un-Autre-Mot-2026' }, params => { HTTP_SEC_FETCH_SITE => 'cross-site' })->{status}, 403,
    'nor does another site');
$r = reset_to($token, 'Un-Autre-Mot-2026');
is($r->{headers}{location}, '/connexion?fait=mot-de-passe', 'a good one is taken');
is(last_event(), 'password_reset|' . account_id($carole) . '|by_mail', 'audited');
is($app->web->as($before)->get('/accueil')->{status}, 303, 'every session of the account is over');
is(try_in($carole, PASSWORD)->{status}, 401, 'the old one is gone');
$r = try_in($carole, 'Un-Autre-Mot-2026');
is(browser(token_of($r), $app)->get('/accueil')->{status}, 200, 'the new one opens, and is not provisional');
is(reset_to($token, 'Encore-Un-Mot-2026')->{status}, 410, 'a link serves once');
is($auth->web->get($link)->{status}, 410, 'then it opens nothing');
like($auth->web->get($link)->{body_text}, qr/Demander un nouveau lien/, 'and says what to do');
is(reset_to($_, 'Encore-Un-Mot-2026')->{status}, 410, 'a link of nobody: « ' . substr($_, 0, 8) . ' »')
    for 'ab' x 32, '', 'x', "$token' OR true --";

# Too old, replaced by a newer one.
sub link_of {
	my ($login) = @_;
	my $n = $box->count($login);
	forget($login);
	return $box->wait_for($login, $n)->{text} =~ /lien=([0-9a-f]{64})/ ? $1 : undef;
}
my $old = link_of($denis);
$pg->psql("UPDATE auth.reset_token SET made_at = made_at - interval '29 min' WHERE login = '$denis'");
is($auth->web->get("/auth/nouveau-mot-de-passe?lien=$old")->{status}, 200, 'a link lives half an hour');
$pg->psql("UPDATE auth.reset_token SET made_at = made_at - interval '2 min' WHERE login = '$denis'");
is(reset_to($old, 'Encore-Un-Mot-2026')->{status}, 410, 'and no longer');
my $newer = link_of($denis);
my $newest = link_of($denis);
is(reset_to($newer, 'Encore-Un-Mot-2026')->{status}, 410, 'a newer link replaces the one before');
my $sent = $box->count($denis);
forget($denis);
ok($box->settled($pg), 'a fourth in the hour is looked at');
is($box->count($denis), $sent, 'and not sent');
is(last_event('reset_asked'), 'reset_asked|' . account_id($denis) . '|too_many', 'as the audit says');
forget($_) for uc $denis, ucfirst $denis;
ok($box->settled($pg), 'and others, written otherwise');
is($box->count($denis), $sent, 'are the same address');
# Twice, as a double click sends it: one of them.
my @answers = sort map { reset_to($newest, "Mot-Du-Navigateur-$_")->{status} } 1, 2;
is("@answers", '303 410', 'of two uses one is taken');
# A change of the password ends the link that was asked for before it.
my $old_link = link_of($bruno);
is($auth->web->get("/auth/nouveau-mot-de-passe?lien=$old_link")->{status}, 200, 'a link is open');
is(change(browser(token_of(try_in($bruno, 'Nouveau-Mot-De-Bruno'))), 'Nouveau-Mot-De-Bruno', 'Bruno-Reprend-La-Main')->{status}, 303,
    'the password changes');
is(reset_to($old_link, 'Le-Mot-Du-Voleur-2026')->{status}, 410, 'the link is over');
# A locked account: its reset opens it again.
try_in($emma, "faux $_") for 1 .. 5;
is(try_in($emma, PASSWORD)->{status}, 401, 'locked');
is(reset_to(link_of($emma), 'Emma-Revient-2026')->{status}, 303, 'a reset');
is(try_in($emma, 'Emma-Revient-2026')->{status}, 303, 'opens it');
# Disabled: nothing is sent.
$pg->psql("UPDATE auth.account SET disabled_at = now() WHERE login = '$emma'");
my $n = $box->count($emma);
forget($emma);
$box->settled($pg);
is($box->count($emma), $n, 'a disabled account gets no link');
is(last_event('reset_asked'), 'reset_asked|' . account_id($emma) . '|disabled', 'as the audit says');
forget('personne@ror.example');
$box->settled($pg);
is(last_event('reset_asked'), 'reset_asked|-|unknown_login', 'an unknown login is audited without its name');
# An account without entry in any directory gets one, where the directory lets us.
is(reset_to(link_of('nouvelle@ror.example'), 'Premiere-Fois-2026')->{status}, 303, 'an account without entry');
$r = try_in('nouvelle@ror.example', 'Premiere-Fois-2026');
is($r->{status}, 303, 'has one now');
is($pg->psql("SELECT directory FROM auth.account WHERE login = 'nouvelle\@ror.example'"), 'principal', 'and the account knows where');

# The program that sends fails: the order waits, and is tried again.
$box->break_it;
forget($fanny);
for (1 .. 100) { last if $auth->log =~ /event=mail_failed/; select undef, undef, undef, 0.1 }
like($auth->log, qr/event=mail_failed why="mail: the program ended with status 1"/, 'a program that fails is in the log');
is($box->count($fanny), 0, 'nothing left');
$box->mend;
$pg->psql("UPDATE auth.mail_order SET due_at = now() WHERE ended_at IS NULL");
like($box->wait_for($fanny)->{text}, qr/lien=/, 'and tried again it leaves');

# --- the directory is away -----------------------------------------------------------
$ldap->stop('KILL');
my $in = token_of(try_in($alice, PASSWORD));
is($in, undef, 'killed: nobody comes in');
select undef, undef, undef, 2.2;
is(reset_to($newest, 'x' x 20)->{status}, 410, 'a used link is refused without it');
$ldap->start;
select undef, undef, undef, 2.2;
$me = browser(token_of(try_in($alice, 'Une-Phrase-Assez-Longue')));
my $kept = link_of($alice);
$ldap->freeze;
is(change($me, 'Une-Phrase-Assez-Longue', 'Pendant-La-Panne-2026')->{status}, 503, 'frozen: no change, and a page that says so');
select undef, undef, undef, 2.2;
is(reset_to($kept, 'Pendant-La-Panne-2026')->{status}, 503, 'nor a reset');
$ldap->thaw;
select undef, undef, undef, 2.2;
is(reset_to($kept, 'Apres-La-Panne-2026')->{status}, 303, 'whose link was not used up');

# --- a link in several hands -----------------------------------------------------------
start(auth_workers => 4);
my $wanted = link_of($bruno);
my @pipes;
for my $hand (1 .. 4) {
	my $pid = open my $out, '-|';
	defined $pid or die "fork: $!";
	if (!$pid) {
		print reset_to($wanted, "Mot-De-La-Main-$hand-2026")->{status}, "\n";
		STDOUT->flush;
		require POSIX;
		POSIX::_exit(0);
	}
	push @pipes, $out;
}
is(join(' ', sort map { my $line = <$_> // 'none'; chomp $line; $line } @pipes), '303 410 410 410', 'of four uses at once one is taken');
is(scalar(grep { try_in($bruno, "Mot-De-La-Main-$_-2026")->{status} == 303 } 1 .. 4), 1, 'and opens');

# --- what a directory says of one person ------------------------------------------------------
# 53 (unwilling: how some directories refuse a closed entry), then 80 (anything else).
sub slapmodify {
	my ($n, $text) = @_;
	my $file = $pg->dir . '/modify.ldif';
	open my $out, '>', $file or die $!;
	print {$out} $text;
	close $out or die $!;
	chmod 0644, $file;
	my ($status, $said) = $pg->run('bash', '-c', '. "$0" && slapd_as "$1" /usr/sbin/slapmodify -F "$2/slapd.d" -n "$3" -l "$4"',
	    Cluster::root() . '/tests/stand/slapd.sh', ($> == 0 ? Cluster::server_user() : scalar getpwuid $>),
	    $ldap->dir, $n, $file);
	die "slapmodify: $said" if $status;
	return;
}
$ldap->stop;
slapmodify(0, "dn: cn=module{0},cn=config\nchangetype: modify\nadd: olcModuleLoad\nolcModuleLoad: retcode\n");
slapmodify(0, "dn: olcOverlay=retcode,olcDatabase={1}mdb,cn=config\nchangetype: add\nobjectClass: olcOverlayConfig\n"
    . "objectClass: olcRetcodeConfig\nolcOverlay: retcode\nolcRetcodeParent: ou=fermes,ou=comptes,dc=ror,dc=example\n"
    . "olcRetcodeItem: uid=e53 53 op=bind\nolcRetcodeItem: uid=e80 80 op=bind\n");
slapmodify(1, "dn: ou=fermes,ou=comptes,dc=ror,dc=example\nchangetype: add\nobjectClass: organizationalUnit\nou: fermes\n");
slapmodify(1, "dn: uid=e$_,ou=fermes,ou=comptes,dc=ror,dc=example\nchangetype: add\nobjectClass: inetOrgPerson\nuid: e$_\n"
    . "mail: e$_\@ror.example\ncn: E$_\nsn: E$_\n") for 53, 80;
$ldap->start;
select undef, undef, undef, 2.2;
for my $case ([53, 401, qr/^sign_in_refused\|-\|locked$/], [80, 503, qr/^sign_in\|/]) {
	my ($code, $want, $event) = @$case;
	is(try_in("e$code\@ror.example", PASSWORD)->{status}, $want, "a person refused with $code");
	like(last_event(), $event, "$code: the audit");
	is(try_in($alice, 'Apres-La-Panne-2026')->{status}, 303, "$code: nobody else is refused");
}

# --- several directories ----------------------------------------------------------------
start(%several, 'directory.2.ldap_name' => 'etablissement');
is(try_in($fanny, PASSWORD)->{status}, 303, 'somebody of the second directory comes in');
is($pg->psql("SELECT directory FROM auth.account WHERE login = '$fanny'"), 'etablissement', 'and the account remembers it');
is(try_in($alice, 'Apres-La-Panne-2026')->{status}, 303, 'somebody of the first one too');
is(try_in('personne@ror.example', PASSWORD)->{status}, 401, 'somebody of none does not');
is($pg->psql("SELECT directory FROM auth.account WHERE login = '$alice'"), 'principal', 'that one is remembered as well');
$pg->psql("UPDATE auth.account SET directory = 'principal' WHERE login = '$fanny'");
is(try_in($fanny, PASSWORD)->{status}, 401, 'another directory than the remembered one proves nobody');
is(last_event(), 'sign_in_refused|' . account_id($fanny) . '|unknown_login', 'as the audit says');
$pg->psql("UPDATE auth.account SET directory = 'etablissement' WHERE login = '$fanny'");
{
	local $SIG{ALRM} = sub { fail('no page in 15 s'); exit 1 };
	alarm 15;
	$ldap->freeze;
	is(try_in($fanny, PASSWORD)->{status}, 303, 'the first one frozen: the second still proves');
	is(try_in($fanny, PASSWORD)->{status}, 303, 'and again');
	is(try_in($alice, 'Apres-La-Panne-2026')->{status}, 503, 'whose directory is frozen has to wait');
	like($auth->log, qr/why="directory principal: /, 'the log says which one');
	$ldap->thaw;
	alarm 0;
}
$me = browser(token_of(try_in($fanny, PASSWORD)));
is(change($me, PASSWORD, 'Fanny-Change-2026')->{status}, 303, 'a password of the second one changes there');
start(%several, 'directory.2.ldap_name' => 'etablissement', 'directory.2.ldap_write' => 'no');
$me = browser(token_of(try_in($fanny, 'Fanny-Change-2026')));
$r = change($me, 'Fanny-Change-2026', 'Fanny-Encore-2026');
like($r->{body_text}, qr/ne se change pas ici/, 'unless it is read-only here');
$pg->psql('DELETE FROM auth.mail_order');
like(do { my $k = $box->count($fanny); forget($fanny); $box->wait_for($fanny, $k)->{text} },
    qr/celui de votre établissement/, 'and the mail says whom to ask');

# --- a password that ends -----------------------------------------------------------------
# What the directory warns of, the sign-in tells first and leads on.
start();
my $carole_now = 'Un-Autre-Mot-2026';
sub policy {
	my (%line) = @_;
	$ldap->stop;
	slapmodify(1, join "\n", 'dn: cn=comptes,ou=politiques,dc=ror,dc=example', 'changetype: modify',
	    (map { ("replace: $_", "$_: $line{$_}", '-') } sort keys %line), '');
	$ldap->start;
	select undef, undef, undef, 2.2;
	return;
}
policy(pwdMaxAge => 10 * 86400, pwdExpireWarning => 12 * 86400);
$r = try_in($carole, $carole_now, fields => { retour => '/fiche/u12' });
like($r->{headers}{location}, qr{^/auth/mot-de-passe\?expire=9&retour=%2Ffiche%2Fu12$}, 'a password that expires soon: its page first');
$me = browser(token_of($r));
$r = $me->get($r->{headers}{location});
like($r->{body_text}, qr{expire dans 9\x{202f}?\s?jours.*href="/fiche/u12"}s, 'which says when, and leads on');
policy(pwdMaxAge => 1, pwdExpireWarning => 0, pwdGraceAuthnLimit => 2);
$r = try_in($carole, $carole_now);
like($r->{headers}{location}, qr{^/auth/mot-de-passe\?reste=1&}, 'expired, with sign-ins left');
$me = browser(token_of($r));
like($me->get($r->{headers}{location})->{body_text}, qr/a expiré.*permet encore/s, 'the page says how many');
try_in($carole, $carole_now);
is(try_in($carole, $carole_now)->{status}, 401, 'none left: refused');
is(last_event(), 'sign_in_refused|' . account_id($carole) . '|expired', 'as the audit says');
is(reset_to(link_of($carole), 'Carole-Revient-2026')->{status}, 303, 'a reset');
is(try_in($carole, 'Carole-Revient-2026')->{status}, 303, 'opens it again');

# --- what is written down ------------------------------------------------------------------
my $log = $auth->log . $app->log;
my $audit = $pg->psql('SELECT event, detail FROM audit.event');
my $orders = $pg->psql('SELECT m.* FROM auth.mail_order AS m') . $pg->psql('SELECT t.* FROM auth.reset_token AS t');
for my $secret (PASSWORD, 'Phrase', 'Un-Autre-Mot', 'Emma-Revient', 'Pendant-La', $token, $newest, $kept, $renewed, 'ou=comptes') {
	unlike($log, qr/\Q$secret\E/i, 'the log has no « ' . substr($secret, 0, 14) . ' »');
	unlike($audit . $orders, qr/\Q$secret\E/i, 'nor have the tables');
}
unlike($log, qr/event=worker_died|level=err(?!.*directory)/, 'no worker died');
done_testing;
