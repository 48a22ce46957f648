# The second factor: made, asked for, refused, replaced.
use strict;
use warnings;
use utf8;
use Digest::SHA qw(hmac_sha1);
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Pool;
use Slapd;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

use constant PASSWORD => 'Juste-Mot-2026';

my ($alice, $chef) = map { "$_\@ror.example" } qw(alice chef);
my $pg = Cluster->new;
my $ldap = Slapd->new($pg->dir . '/ldap', join '', map {
	"$_;Nom DE $_;@{[PASSWORD]};clinician;france;FR;0;\n" } $alice, $chef);
for my $login ($alice, $chef) {
	my $role = $login eq $chef ? 'admin' : 'clinician';
	$pg->psql("INSERT INTO auth.account (login, name) VALUES ('$login', 'Nom de $login')");
	$pg->psql("INSERT INTO auth.grant (account_id, role, scope, code, valid) SELECT id, '$role', "
	    . "'france', 'FR', tstzrange(now() - interval '1 day', NULL) FROM auth.account WHERE login = '$login'");
}
my $key = $pg->dir . '/key';
open my $out, '>', $key or die $!;
print {$out} '0123456789abcdef' x 4, "\n";
close $out or die $!;
my $auth = Pool->new($pg, pool => 'auth', workers => 1, settings => { $ldap->settings,
    second_factor_key_file => $key, survival_secret_file => $key });
sub again {
	my (%arg) = @_;
	$auth->stop;
	system 'rm', '-rf', $pg->dir . '/run-auth';
	$auth = Pool->new($pg, pool => 'auth', workers => 4, settings => { $ldap->settings, %arg });
	return;
}
$pg->psql("INSERT INTO auth.second_role (role, required_at) VALUES ('steward', now()), ('admin', now())");
my $app = Pool->new($pg, pool => 'app', workers => 1);

sub try_in { return $auth->web->post('/auth/connexion', { identifiant => $_[0], mot_de_passe => $_[1] // PASSWORD }) }
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
	return $pg->psql("SELECT event, coalesce(detail ->> 'reason', '') FROM audit.event ORDER BY id DESC LIMIT 1");
}
# A code of our own making, so that no library is compared with itself.
sub base32 {
	my ($text) = @_;
	my $bits = join '', map { sprintf '%05b', index 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', $_ } grep { /[A-Z2-7]/ } split //, $text;
	return pack 'B*', substr $bits, 0, 8 * int(length($bits) / 8);
}
sub code_at {
	my ($secret, $step) = @_;
	my $h = hmac_sha1(pack('Q>', $step), base32($secret));
	my $o = ord(substr $h, -1) & 15;
	return sprintf '%06d', (unpack('N', substr $h, $o, 4) & 0x7fffffff) % 1_000_000;
}
sub step { return int(time / 30) }
# Far enough from the end of a step that the server is in the same one.
sub calm { select undef, undef, undef, 0.2 while time % 30 > 25; return }

# --- switching it on --------------------------------------------------------------
my $in = token_of(try_in($alice));
my $me = browser($in);
like($me->get('/mon-compte')->{body_text}, qr/Second facteur inactif/, 'off at first');
my $r = $me->get('/mon-compte/second-facteur');
my ($secret) = $r->{body_text} =~ m{<code class="ror-key">([A-Z2-7 ]{39})</code>};
ok($secret, 'the secret is shown as text');
like($r->{body_text}, qr{href="otpauth://totp/ROR:alice%40ror\.example\?secret=[A-Z2-7]{32}&amp;issuer=ROR}, 'as a link');
like($r->{body_text}, qr{<svg class="ror-qr" viewBox="0 0 \d+ \d+".*<path d="M\d}s, 'and as squares');
is(($me->get('/mon-compte/second-facteur')->{body_text} =~ m{ror-key">([^<]+)<})[0], $secret, 'the same at the next look');
# Seen and not used, it could be known to somebody else.
$pg->psql("UPDATE auth.second_factor SET made_at = made_at - interval '31 min'");
my ($later) = $me->get('/mon-compte/second-facteur')->{body_text} =~ m{ror-key">([^<]+)<};
isnt($later, $secret, 'half an hour later it is another');
is(($me->get('/mon-compte/second-facteur')->{body_text} =~ m{ror-key">([^<]+)<})[0], $later, 'which stays in turn');
$secret = $later;
unlike($pg->psql('SELECT encode(secret, $$hex$$) FROM auth.second_factor'), qr/@{[unpack 'H*', base32($secret)]}/, 'sealed in the database');
is(browser(token_of(try_in($alice)), $app)->get('/accueil')->{status}, 200, 'not proved yet, it asks nobody');
calm();
is($me->post('/mon-compte/second-facteur', { code => '000000' })->{status}, 422, 'a wrong code does not switch it on');
is(last_event(), 'second_factor_refused|bad_code', 'audited');
my $used = step();
$r = $me->post('/mon-compte/second-facteur', { code => code_at($secret, $used) });
is($r->{status}, 200, 'the right one does');
my @codes = $r->{body_text} =~ m{<li><code>([0-9a-f]{4}(?:-[0-9a-f]{4}){3})</code>}g;
is(scalar @codes, 10, 'ten recovery codes are shown');
like($pg->psql("SELECT string_agg(event, ' ' ORDER BY id) FROM audit.event"), qr/second_factor second_factor_on recovery_codes_made$/, 'audited');
unlike($pg->psql('SELECT code_sha256 FROM auth.recovery_code'), qr/$codes[0]/, 'of which hashes are kept');
unlike($me->get('/mon-compte/second-facteur')->{body_text}, qr/\Q$secret\E|$codes[0]/, 'neither is shown again');

# --- signing in with it --------------------------------------------------------------
$r = try_in($alice);
unlike("@{$r->{cookies}}", qr/ror_secours/, 'a password alone does not open the survival pages');
$in = token_of($r);
$me = browser($in);
is(browser($in, $app)->get('/accueil')->{headers}{location}, '/auth/code?retour=%2Faccueil', 'a password alone leads to the code');
like($me->get($_)->{headers}{location}, qr{^/auth/code\?retour=}, "and so does $_") for '/mon-compte', '/auth/mot-de-passe', '/auth/conditions', '/mon-compte/second-facteur';
is($me->post('/auth/mot-de-passe', { ancien => PASSWORD, nouveau => 'Un-Autre-Mot-2026', encore => 'Un-Autre-Mot-2026' })->{headers}{location},
    '/auth/code?retour=%2F', 'nothing is changed by it');
like($me->get('/auth/code')->{body_text}, qr/six chiffres/, 'the page asks for it');
like($me->get("/auth/code?retour=/repertoire%3Fq%3Dx")->{body_text}, qr{name="retour" value="/repertoire\?q=x"}, "and keeps where one was going");
like($me->get("/auth/code?retour=//ailleurs.example")->{body_text}, qr{name="retour" value="/"}, "here alone");
unlike($me->get('/auth/code')->{body_text}, qr/otpauth|ror-key/, 'and shows no secret');
unlike($me->get('/auth/code')->{body_text}, qr{/repertoire|/accueil}, 'nor ways to pages that lead back to it');
like($me->get('/auth/code')->{body_text}, qr{action="/auth/deconnexion"}, 'but the way out');
calm();
$r = $me->post('/auth/code', { code => code_at($secret, $used) });
is($r->{status}, 422, 'the code that switched it on is not taken again');
like($r->{body_text}, qr/a déjà servi/, 'and the page says so');
is(last_event(), 'second_factor_refused|replayed', 'and the audit');
is($me->post('/auth/code', { code => code_at($secret, step() + 3) })->{status}, 422, 'nor is one from later');
# One step ahead is a telephone's clock.
$r = $me->post('/auth/code', { code => ' ' . code_at($secret, $used + 1) =~ s/(...)/$1 /r, retour => '/fiche/u1?vue=lits' });
is($r->{status}, 303, 'the next one is, with a space in it');
is($r->{headers}{location}, '/fiche/u1?vue=lits', 'and leads where one was going');
like("@{$r->{cookies}}", qr/ror_secours/, 'and opens the survival pages');
my $whole = token_of($r);
ok($whole && $whole ne $in, 'with a new token');
is(browser($whole, $app)->get('/accueil')->{status}, 200, 'that opens the pages');
is($app->web->as($in)->get('/accueil')->{status}, 303, 'the one before opens nothing');

# Ten minutes for the code.
$in = token_of(try_in($alice));
$pg->psql("UPDATE auth.session SET created_at = now() - interval '601 s' WHERE token_sha256 = sha256(decode('$in', 'hex'))");
like($app->web->as($in)->get('/accueil')->{headers}{location}, qr{^/connexion}, 'who waits too long begins again');

# --- recovery ------------------------------------------------------------------------
sub with_code {
	my ($code) = @_;
	return browser(token_of(try_in($alice)))->post('/auth/code', { code => $code });
}
is(with_code($codes[0])->{status}, 303, 'a recovery code opens');
is(last_event(), 'second_factor|recovery_code', 'audited');
is(with_code($codes[0])->{status}, 422, 'once');
is(with_code(uc $codes[1] =~ s/-//gr)->{status}, 303, 'in capitals, without signs too');
is(with_code('0000-0000-0000-0000')->{status}, 422, 'another one does not');

# --- too many ---------------------------------------------------------------------------
$pg->psql('UPDATE auth.second_factor SET tries = 0');
is(with_code('000000')->{status}, 422, "wrong, $_") for 1 .. 5;
$r = with_code($codes[2]);
is($r->{status}, 422, 'the sixth is not looked at, even right');
like($r->{body_text}, qr/Trop d’essais/, 'and the page says so');
is(last_event(), 'second_factor_refused|too_many', 'and the audit');
is($pg->psql('SELECT count(*) FROM auth.recovery_code WHERE used_at IS NOT NULL'), 2, 'nor is it used up');
$pg->psql("UPDATE auth.second_factor SET tried_at = tried_at - interval '16 min'");
is(with_code($codes[2])->{status}, 303, 'a quarter of an hour later it is');

# --- codes again, off -------------------------------------------------------------------
$me = browser(token_of(with_code($codes[3])));
like($me->get('/mon-compte')->{body_text}, qr/Second facteur actif.*6 codes de secours/s, 'the account says how many are left');
is($me->post('/mon-compte/second-facteur', { action => 'desactiver', code => '000000' })->{status}, 422, 'a wrong code switches nothing off');
$r = $me->post('/mon-compte/second-facteur', { action => 'codes', code => $codes[4] });
my @fresh = $r->{body_text} =~ m{<li><code>([0-9a-f-]{19})</code>}g;
is(scalar @fresh, 10, 'ten new codes');
is(with_code($codes[5])->{status}, 422, 'those before are over');
$r = $me->post('/mon-compte/second-facteur', { action => 'desactiver', code => $fresh[0] });
is($r->{status}, 303, 'off, with a code');
is($pg->psql("SELECT (SELECT count(*) FROM auth.second_factor) + (SELECT count(*) FROM auth.recovery_code)"), 0, 'nothing is left of it');
is(browser(token_of(try_in($alice)), $app)->get('/accueil')->{status}, 200, 'a password is enough again');

# --- required -------------------------------------------------------------------------------
$in = token_of(try_in($chef));
$me = browser($in);
is(browser($in, $app)->get('/accueil')->{headers}{location}, '/auth/code?retour=%2Faccueil', 'a role that must have one makes one first');
$r = $me->get('/auth/code');
like($r->{body_text}, qr/Votre rôle demande un second facteur/, 'the page says why');
($secret) = $r->{body_text} =~ m{ror-key">([A-Z2-7 ]{39})<};
calm();
$used = step();
$r = $me->post('/auth/code', { code => code_at($secret, $used) });
is(scalar(() = $r->{body_text} =~ m{<li><code>}g), 10, 'its codes are shown');
my ($code) = $r->{body_text} =~ m{<li><code>([0-9a-f-]{19})</code>};
is(browser(token_of($r), $app)->get('/accueil')->{status}, 200, 'and the session is whole');
$me = browser(token_of($r));
$r = $me->post('/mon-compte/second-facteur', { action => 'desactiver', code => $code });
is($r->{status}, 422, 'it can’t be switched off');
unlike($me->get('/mon-compte/second-facteur')->{body_text}, qr/desactiver/, 'nor is that offered');
$pg->psql("UPDATE auth.account SET second_required = true WHERE login = '$alice'");
is(browser(token_of(try_in($alice)), $app)->get('/accueil')->{headers}{location}, '/auth/code?retour=%2Faccueil', 'an account that an admin marked, too');

# Sealed for its account: another row's secret opens nothing.
$pg->psql('INSERT INTO auth.second_factor (account_id, secret, made_at, confirmed_at) SELECT ' . account_id($alice)
    . ', f.secret, now(), now() FROM auth.second_factor AS f WHERE f.account_id = ' . account_id($chef)
    . ' ON CONFLICT (account_id) DO UPDATE SET secret = EXCLUDED.secret, confirmed_at = now()');
is(browser(token_of(try_in($alice)))->post('/auth/code', { code => code_at($secret, $used + 1) })->{status}, 503,
    'a secret copied to another account is refused');

my $log = $auth->log . $app->log;
# --- one code in several hands -------------------------------------------------------------
again(second_factor_key_file => $key);
my @hands = map { browser(token_of(try_in($chef))) } 1 .. 4;
calm();
my $shared = code_at($secret, step() > $used ? step() : $used + 1);
my @pipes;
for my $hand (@hands) {
	my $pid = open my $pipe, '-|';
	defined $pid or die "fork: $!";
	if (!$pid) {
		print $hand->post('/auth/code', { code => $shared })->{status}, "\n";
		STDOUT->flush;
		require POSIX;
		POSIX::_exit(0);
	}
	push @pipes, $pipe;
}
is(join(' ', sort map { my $line = <$_> // 'none'; chomp $line; $line } @pipes), '303 422 422 422', 'of four uses at once one is taken');
$log .= $auth->log;

# --- a key that is lost ----------------------------------------------------------------------
# Without it a password alone would open every account: nobody comes in.
ok(!eval { again(); 1 }, 'without its key the pool does not start');
like($@, qr/second_factor_key_file is empty/, 'and says why');
$pg->psql('DELETE FROM auth.second_factor');
ok(eval { again(); 1 }, 'where nobody has a second factor it does') or diag $@;

my $audit = $pg->psql('SELECT event, detail FROM audit.event');
unlike($log . $audit, qr/\Q$_\E/, 'nowhere: « ' . substr($_, 0, 4) . '… »') for $secret, $secret =~ s/ //gr, @codes, @fresh, $whole, PASSWORD;
unlike($auth->log, qr/event=worker_died/, 'no worker died');
done_testing;
