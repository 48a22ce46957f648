# Pro Santé Connect with a real OpenID provider: in, out, linked, unlinked,
# twice, at once, frozen; and what is written down of it.
use strict;
use warnings;
use utf8;
use Encode qw(decode);
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Browser;
use Cluster;
use Pool;
use Stand;

my $root = "$Bin/../..";
plan skip_all => 'the provider is not installed: make provider'
    if !-d "$root/tests/stand/provider/node_modules";
binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output);

my ($claire, $camille, $ines, $alex) =
    map { "$_\@demo.ror.example" } qw(claire.fontaine camille.martin ines.morel alex.roussel);
my %password = ($claire => 'Demo-Soignant-2026', $camille => 'Demo-Lits-2026!',
    $ines => 'Demo-Referent-2026', $alex => 'Demo-Admin-2026!');
my $stand = Stand->new(data => 'none', psc => 1, sql => join ';', map {
	my ($login, $role) = @$_;
	"INSERT INTO auth.account (login, name) VALUES ('$login', 'Nom de $login')",
	"INSERT INTO auth.grant (account_id, role, scope, code) SELECT id, '$role', 'france', 'FR' "
	    . "FROM auth.account WHERE login = '$login'"
} [$claire, 'clinician'], [$camille, 'clinician'], [$ines, 'clinician'], [$alex, 'admin']);
my $url = $stand->url;
my $ca = $stand->var . '/tls/ca.crt';
my $provider_pid = $stand->pids->{provider};
my %seen;			# what no log may show

sub slurp { open my $in, '<:raw', $_[0] or return ''; local $/; return scalar <$in> // '' }
my ($op) = slurp($stand->var . '/site.conf') =~ m{psc_discovery_url = (https://[^/]+)};
my $warm = Browser->new($ca);
for (1 .. 200) {
	last if $warm->get("$op/.well-known/wallet-openid-configuration")->{status} == 200;
	select undef, undef, undef, 0.1;
}

sub account { return $stand->psql("SELECT id FROM auth.account WHERE login = '$_[0]'") }
sub event {
	return $stand->psql("SELECT event, coalesce(account_id::text, '-'), coalesce(detail ->> 'reason', '') "
	    . "FROM audit.event WHERE detail ->> 'method' = 'psc' ORDER BY id DESC LIMIT 1");
}
sub sessions {
	my ($login, $method) = @_;
	return $stand->psql("SELECT count(*) FROM auth.session WHERE account_id = " . account($login)
	    . " AND method = '$method'");
}
sub token { return $_[0]->cookie($url, '__Host-ror') }
sub csrf {
	my ($b) = @_;
	return $stand->psql("SELECT csrf FROM auth.session WHERE token_sha256 = sha256(decode('@{[token($b)]}', 'hex'))");
}
sub by_mail {
	my ($b, $login, $password) = @_;
	return $b->post("$url/auth/connexion", { identifiant => $login,
	    mot_de_passe => $password // $password{$login}, retour => '/accueil' });
}
sub browser { return Browser->new($ca) }

# To the provider, an identity chosen there, and back up to the callback.
sub to_callback {
	my ($b, $identity, $start) = @_;
	my $r = $b->get($url . ($start // '/auth/psc?retour=%2Faccueil'));
	is($r->{status}, 303, 'a browser is sent to the provider') or diag $r->{content};
	$seen{"state $1"} = $1 if $r->{location} =~ /[?&]state=([\w-]+)/;
	$seen{"nonce $1"} = $1 if $r->{location} =~ /[?&]nonce=([\w-]+)/;
	$seen{'cookie ' . $b->cookie($url, '__Host-ror-psc')} = $b->cookie($url, '__Host-ror-psc');
	$r = $b->follow($r, qr{/auth/psc/retour});
	if ($r->{location} eq '') {
		like($r->{text}, qr/Simulateur – pas Pro Santé Connect/, 'its pages say what they are');
		$r = $b->follow($b->submit($r, { identite => $identity }), qr{/auth/psc/retour});
	}
	$seen{"code $1"} = $1 if $r->{location} =~ /[?&]code=([\w.~-]+)/;
	return $r->{location};
}
sub in_by_card {
	my ($b, $identity, $start) = @_;
	return $b->get(to_callback($b, $identity, $start));
}
sub page_is {
	my ($r, $status, $title, $name) = @_;
	is($r->{status}, $status, "$name: $status");
	my ($h1) = $r->{text} =~ m{<h1[^>]*>(.*?)</h1>}s;
	is($h1 // '', $title, "$name: the page says so");
	return;
}
my ($one, $two, $nameless) = map { "89970000000$_" } 1 .. 3;

# --- the way in ----------------------------------------------------------------
my $b = browser();
my $r = $b->get("$url/connexion?retour=%2Ffiche%2Fu1");
like($r->{content}, qr{href="/auth/psc\?retour=%2Ffiche%2Fu1"}, 'the sign-in page has the button');
like($r->{headers}{'content-security-policy'}, qr/form-action 'self' ;/, 'whose forms stay here');
ok(!defined $r->{headers}{'x-form-action'}, 'and nothing of that is said aloud');

# --- nobody's card: what to do -------------------------------------------------
$r = in_by_card($b, $one);
is($r->{location}, "$url/auth/psc/lier", 'a card of no account leads to its link');
$r = $b->get($r->{location});
page_is($r, 200, 'Lier votre carte à votre compte', 'the link page');
like($r->{text}, qr/Claire FONTAINE/, 'it knows the name');
unlike($r->{text}, qr/name="prenom"/, 'and does not ask for it');
ok(!token($b), 'nobody is signed in');
is(browser()->get("$url/auth/psc/lier")->{status}, 400, 'another browser has nothing to link');

my $bad = $b->submit($r, { courriel => $claire, mot_de_passe => 'pas le bon' }, '/auth/psc/lier');
is($bad->{status}, 401, 'a wrong password links nothing');
is(event(), 'link_refused|' . account($claire) . '|bad_password', 'audited');
my ($words) = $bad->{text} =~ m{role="alert"><p>(.*?)</p>};
$bad = $b->submit($r, { courriel => 'personne@demo.ror.example', mot_de_passe => 'x' }, '/auth/psc/lier');
is(($bad->{text} =~ m{role="alert"><p>(.*?)</p>})[0], $words, 'an unknown address reads the same');
is(event(), 'link_refused|-|unknown_login', 'audited otherwise');
$bad = $b->submit($r, { courriel => $claire, mot_de_passe => $password{$claire} }, '/auth/psc/lier');
is($bad->{status}, 401, 'an account that never signed in by e-mail is not linked');
like($bad->{text}, qr/jamais connecté avec son adresse/, 'the page says what to do');
is(event(), 'link_refused|' . account($claire) . '|never_signed_in', 'audited');
is($b->post("$url/auth/psc/lier", { courriel => $claire, mot_de_passe => $password{$claire} },
    headers => { origin => 'https://pirate.example' })->{status}, 403, 'nor by a form of others');

is(by_mail(browser(), $claire)->{status}, 303, 'Claire signs in by e-mail once');
$r = $b->submit($r, { courriel => $claire, mot_de_passe => $password{$claire} }, '/auth/psc/lier');
is($r->{location}, "$url/auth/psc/carte?fait=1", 'then her card is linked');
$r = $b->get($r->{location});
like($r->{text}, qr/Votre carte est liée/, 'the page says so');
like($r->{text}, qr/La carte de <strong>Claire FONTAINE/, 'and whose it is');
is(sessions($claire, 'psc'), 1, 'the session counts as strong');
is($stand->psql('SELECT count(*) FROM auth.psc_pending'), 0, 'nothing waits any more');
is($stand->psql("SELECT string_agg(event, ' ' ORDER BY id) FROM (SELECT id, event FROM audit.event ORDER BY id DESC LIMIT 2) AS e"),
    'link sign_in', 'audited twice');
is($stand->psql('SELECT subject_name_id FROM auth.psc_link'), $one, 'the national number is kept beside');
ok(!$b->cookie($url, '__Host-ror-psc'), 'the cookie of the way is gone');

# --- by card alone ------------------------------------------------------------
$b = browser();
my $callback = to_callback($b, $one);
$r = $b->get($callback);
is($r->{location}, "$url/accueil", 'the card alone comes in, where it wanted');
is(event(), 'sign_in|' . account($claire) . '|', 'audited');
is($b->get("$url/accueil")->{status}, 200, 'and stays in');
my $again = $b->get($callback);
page_is($again, 400, 'Connexion à recommencer', 'the same callback again');
is(event(), 'sign_in_refused|-|state', 'audited');
is($b->get("$url/accueil")->{status}, 200, 'which ends nothing');
is($b->get("$url/auth/psc?retour=%2Fx")->{location}, "$url/x", 'who is in is not sent away');
$r = in_by_card(browser(), $one, '/auth/psc?retour=%2F%2Fpirate.example%2F');
is($r->{location}, "$url/", 'nobody is sent to others');

# --- another browser, several at once, abandoned -------------------------------
($b, my $thief) = (browser(), browser());
$callback = to_callback($b, $one);
to_callback($thief, $two);
page_is($thief->get($callback), 400, 'Connexion à recommencer', 'in another browser');
is($b->get($callback)->{status}, 303, 'which spoils nothing for the right one');

$b = browser();
$callback = to_callback($b, $one);
my @pipes;
for (1 .. 6) {
	my $pid = open my $out, '-|';
	defined $pid or die "fork: $!";
	if (!$pid) {
		print $b->get($callback)->{status}, "\n";
		require POSIX;
		STDOUT->flush;
		POSIX::_exit(0);
	}
	push @pipes, $out;
}
my @got = sort map { my $line = <$_> // 'none'; chomp $line; $line } @pipes;
is("@got", '303 400 400 400 400 400', 'of six callbacks at once one comes in');

$b = browser();
$r = $b->follow($b->get("$url/auth/psc"), undef);
$r = $b->follow($b->submit($r, { identite => 'non' }), undef);
page_is($r, 403, 'Connexion abandonnée', 'abandoned at the provider');
is(event(), 'sign_in_refused|-|access_denied', 'audited');

$b = browser();
$callback = to_callback($b, $one);
(my $mixed = $callback) =~ s/([?&]iss=)[^&]*/$1https%3A%2F%2Fother.example/;
isnt($mixed, $callback, 'the provider says its name in the answer');
page_is($b->get($mixed), 400, 'Réponse non vérifiée', 'an answer of another issuer');
is(event(), 'sign_in_refused|-|response_iss', 'audited');
$b = browser();
($mixed = to_callback($b, $one)) =~ s/&?iss=[^&]*//;
is($b->get($mixed)->{status}, 400, 'an answer without issuer');
is(event(), 'sign_in_refused|-|response_iss', 'audited too');
$b = browser();
($mixed = to_callback($b, $one)) =~ s/([?&]code=)[^&]*/$1autre/;
page_is($b->get($mixed), 503, 'Pro Santé Connect indisponible ici', 'a code of nobody');
is(event(), 'sign_in_refused|-|token_refused', 'audited');

# --- from the account ------------------------------------------------------------
$b = browser();
by_mail($b, $camille);
my $before = token($b);
like($b->get("$url/accueil")->{text}, qr{href="/auth/psc/carte"}, 'the menu leads to the card');
like($b->get("$url/auth/psc/carte")->{text}, qr/Aucune carte n’est liée/, 'there is none');
$r = in_by_card($b, $two, '/auth/psc?lier=1');
is($r->{location}, "$url/auth/psc/carte", 'it comes back to be confirmed');
$r = $b->get($r->{location});
like($r->{text}, qr/reconnu <strong>Camille MARTIN/, 'with its name');
is($stand->psql('SELECT count(*) FROM auth.psc_link'), 1, 'nothing is linked before');
is($b->post("$url/auth/psc/carte", { jeton => 'x' x 43 })->{status}, 403, 'nor by a form of others');
page_is($b->get("$url/auth/psc/lier"), 400, 'Délai dépassé', 'the page of a proof is not its page');
$r = $b->submit($r, {}, '/auth/psc/carte');
is($r->{location}, "$url/auth/psc/carte?fait=1", 'confirmed');
isnt(token($b), $before, 'with a new token');
is($stand->psql("SELECT count(*) FROM auth.session WHERE token_sha256 = sha256(decode('$before', 'hex'))"),
    0, 'the old one is over');
$r = in_by_card(browser(), $two);
is($r->{location}, "$url/accueil", 'Camille comes in by card');

my $c = browser();
by_mail($c, $ines);
page_is(in_by_card($c, $two, '/auth/psc?lier=1'), 409, 'Carte ou compte déjà lié',
    'a card of another account');
is(event(), 'sign_in_refused|' . account($ines) . '|link_exists', 'audited');
$c = browser();
by_mail($c, $claire);
$r = $c->get(in_by_card($c, $nameless, '/auth/psc?lier=1')->{location});
is($c->post("$url/auth/psc/carte", { jeton => csrf($c), prenom => 'A', nom => 'B' })->{status}, 409,
    'a second card for one account');
$c = browser();
by_mail($c, $ines);
$callback = to_callback($c, $nameless, '/auth/psc?lier=1');
$c->post("$url/auth/deconnexion", { jeton => csrf($c) });
by_mail($c, $alex);
page_is($c->get($callback), 403, 'Session changée', 'asked by one, back with another');
is(browser()->get("$url/auth/psc?lier=1")->{location} =~ m{/connexion\?retour=}, 1,
    'nobody signed in links nothing');

# --- an identity without a name -----------------------------------------------------
by_mail(browser(), $ines);
$c = browser();
$r = $c->get(in_by_card($c, $nameless)->{location});
like($r->{text}, qr/name="prenom".*name="nom"/s, 'names are asked for where none is said');
my $less = $c->submit($r, { courriel => $ines, mot_de_passe => $password{$ines} }, '/auth/psc/lier');
is($less->{status}, 422, 'and are needed');
$r = $c->submit($r, { courriel => $ines, mot_de_passe => $password{$ines}, prenom => ' Inès ', nom => 'MOREL' },
    '/auth/psc/lier');
is($r->{status}, 303, 'given, the card is linked');
is(decode('UTF-8', $stand->psql('SELECT given_name, family_name FROM auth.psc_link WHERE account_id = '
    . account($ines))), 'Inès|MOREL', 'with them');

# --- unlinked -------------------------------------------------------------------
my $card = browser();
in_by_card($card, $one);
is($card->get("$url/accueil")->{status}, 200, 'Claire is in by card');
my $admin = browser();
by_mail($admin, $alex);
my $unlink = "$url/administration/comptes/" . account($claire);
my %unlink = (acte => 'carte', version => 0);
is($card->post($unlink, { jeton => csrf($card), %unlink })->{status}, 403, 'she unlinks nobody');
is($admin->post($unlink, \%unlink)->{status}, 403, 'nor does the administrator without token');
like($admin->get("$unlink/acte?acte=carte&version=0")->{text}, qr/Délier la carte/, 'the administrator is asked first');
is($admin->post($unlink, { jeton => csrf($admin), %unlink })->{location}, "$url/administration/comptes/" . account($claire)
    . '?fait=carte', 'and does');
is(event(), 'unlink|' . account($claire) . '|', 'audited');
is($stand->psql("SELECT detail ->> 'by' FROM audit.event ORDER BY id DESC LIMIT 1"), account($alex), 'with who did');
is($card->get("$url/accueil")->{status}, 303, 'what the card had opened is over');
is(sessions($claire, 'psc'), 0, 'everywhere');
cmp_ok(sessions($claire, 'ldap'), '>', 0, 'what the password opened is not');
$r = $admin->post($unlink, { jeton => csrf($admin), %unlink, version => 1 });
is($r->{status}, 409, 'again is a conflict');
like($r->{text}, qr/plus rien à retirer/, 'and the page says so');
is(in_by_card(browser(), $one)->{location}, "$url/auth/psc/lier", 'the card opens nothing now');
is($stand->psql('SELECT count(*) FROM auth.psc_link WHERE unlinked_at IS NOT NULL AND unlinked_by = '
    . account($alex)), 1, 'the past of the link is kept');
is($stand->psql('SELECT auth.account_do(' . account($camille) . ", NULL, " . account($claire)
    . ", 2, 'card', NULL, NULL, now())", user => 'ror_auth'), 'unknown', 'the function asks for the right itself');

# --- leaving -----------------------------------------------------------------------
$b = browser();
in_by_card($b, $two);
my $token = token($b);
$r = $b->post("$url/auth/deconnexion", { jeton => csrf($b) });
page_is($r, 200, 'Vous êtes déconnecté du ROR', 'leaving');
is($b->get("$url/accueil")->{status}, 303, 'our session is over');
like($r->{headers}{'content-security-policy'}, qr/form-action 'self' \Q$op\E;/, 'this form may lead to the provider');
my ($hint) = $r->{content} =~ /name="id_token_hint" value="([^"]+)"/;
ok($hint, 'with a hint');
$seen{'id_token'} = $hint // 'none';
$r = $b->submit($r, {}, $op);
like($r->{text}, qr/Simulateur/, 'the provider asks');
$r = $b->submit($r, { logout => 'yes' });
like($b->follow($r, qr{/connexion})->{location}, qr{^\Q$url\E/connexion}, 'and sends back here');
$r = $b->follow($b->get("$url/auth/psc"), undef);
like($r->{text}, qr/Choisir une identité/, 'its session is over too');
$b = browser();
by_mail($b, $ines);
is($b->post("$url/auth/deconnexion", { jeton => csrf($b) })->{location}, "$url/connexion",
    'who came by password has nothing else to leave');

# The provider ends its session: ours end.
sub ended {
	my ($x) = @_;
	for (1 .. 100) {
		return 1 if $x->get("$url/accueil")->{status} == 303;
		select undef, undef, undef, 0.1;
	}
	return 0;
}
$b = browser();
in_by_card($b, $two);
my $other = browser();
in_by_card($other, $two);
is($b->get("$url/accueil")->{status}, 200, 'in');
$r = $b->get("$op/session/end");
$b->follow($b->submit($r, { logout => 'yes' }), undef);
ok(ended($b), 'the provider ends its session: ours is over');
is(event(), 'session_end|' . account($camille) . '|backchannel', 'audited');
is($other->get("$url/accueil")->{status}, 200, 'that of another browser is not');

sub told { my ($form, %h) = @_; return browser()->post("$url/auth/psc/deconnexion", $form, %h) }
for my $case (['nothing', {}, 400, 'token_missing'], ['garbage', { logout_token => 'x' }, 400, 'token_shape'],
    ['an id_token', { logout_token => $hint }, 400, 'events'],
    ['a bent one', { logout_token => substr($hint, 0, -9) . 'AAAAAAAAA' }, 400, 'signature']) {
	my ($name, $form, $status, $reason) = @$case;
	$r = told($form, headers => { origin => 'https://pirate.example', 'sec-fetch-site' => 'cross-site' });
	is($r->{status}, $status, "a logout message with $name: $status");
	is($r->{content}, qq({"error":"invalid_request"}\n), "$name: in the words of the standard");
	is(event(), "logout_refused|-|$reason", "$name: audited as $reason");
}
is(told({ logout_token => 'x' x 17_000 })->{status}, 413, 'a large one is not read');
is(browser()->get("$url/auth/psc/deconnexion")->{status}, 405, 'nor is a GET');
is($other->get("$url/accueil")->{status}, 200, 'none of these ended anything');

# --- a disabled account -------------------------------------------------------------
$stand->psql("UPDATE auth.account SET disabled_at = now() WHERE login = '$camille'");
page_is(in_by_card(browser(), $two), 403, 'Compte désactivé', 'a disabled account');
is(event(), 'sign_in_refused|' . account($camille) . '|disabled', 'audited');
$stand->psql("UPDATE auth.account SET disabled_at = NULL WHERE login = '$camille'");

# --- ten minutes ----------------------------------------------------------------------
$b = browser();
$callback = to_callback($b, $two);
$stand->psql("UPDATE auth.psc_state SET created_at = now() - interval '601 s'");
page_is($b->get($callback), 400, 'Connexion à recommencer', 'after ten minutes');
$b = browser();
in_by_card($b, $one);
$r = $b->get("$url/auth/psc/lier");
is($r->{status}, 200, 'a link can wait');
$stand->psql("UPDATE auth.psc_pending SET created_at = now() - interval '601 s'");
page_is($b->submit($r, { courriel => $claire, mot_de_passe => $password{$claire} }, '/auth/psc/lier'), 400,
    'Délai dépassé', 'not longer');
browser()->get("$url/auth/psc");
is($stand->psql("SELECT (SELECT count(*) FROM auth.psc_pending) || ' ' || (SELECT count(*) FROM auth.psc_state "
    . "WHERE created_at < now() - interval '10 min')"), '0 0', 'what is late is swept');

# --- new keys ---------------------------------------------------------------------------
kill HUP => $provider_pid;
select undef, undef, undef, 0.5;
$r = in_by_card(browser(), $two);
is($r->{location}, "$url/accueil", 'the provider changed its keys: the card still comes in');

# --- mutual TLS ---------------------------------------------------------------------
# A pool of its own, on the same tables, whose client has a certificate and no
# secret; its browser goes to the provider for real and comes back to that pool.
{
	my $own = "$stand->{dir}/mtls";
	mkdir $own or die "$own: $!";
	my $tls = $stand->var . '/tls';
	sub client_certificate {
		my ($name, $cn) = @_;
		system('sh', '-c', "cd $own && openssl req -newkey rsa:2048 -nodes -subj /CN=$cn -keyout $name.key -out $name.csr 2>/dev/null && "
		    . "openssl x509 -req -in $name.csr -CA $tls/ca.crt -CAkey $tls/ca.key -CAcreateserial -days 2 -out $name.pem 2>/dev/null && "
		    . "chmod a+r $name.key") == 0 or die 'openssl';
		return (psc_client_cert => "$own/$name.pem", psc_client_key => "$own/$name.key");
	}
	my %site = slurp($stand->var . '/site.conf') =~ /^(\S+) = (.*)$/mg;
	my $n = 0;
	my $by_certificate = sub {
		my (%setting) = @_;
		mkdir "$own/" . ++$n or die $!;
		my $pool = Pool->new(Place->new("$own/$n"), pool => 'auth', workers => 1, settings => { %site, auth_workers => 1,
		    psc_client_id => "$site{psc_client_id}-mtls", psc_client_secret_file => '', %setting,
		    run_dir => "$own/$n/run-auth", log_file => "$own/$n/run-auth/log" });
		my $at = $pool->web->get('/auth/psc?retour=%2Faccueil');
		my ($cookie) = map { /^(__Host-ror-psc=[0-9a-f]{64});/ ? $1 : () } @{ $at->{cookies} };
		my $there = browser();
		my $page = $there->follow($there->get($at->{headers}{location}), qr{/auth/psc/retour});
		my $to = $there->follow($there->submit($page, { identite => $two }), qr{/auth/psc/retour})->{location};
		$seen{"code $1"} = $1 if $to =~ /[?&]code=([\w.~-]+)/;
		my $back = $pool->web->get($to =~ s{^\Q$url\E}{}r, params => { HTTP_COOKIE => $cookie });
		return ($back, $pool);
	};
	my ($in, $pool) = $by_certificate->(client_certificate('ror', 'ror'));
	is($in->{headers}{location}, '/accueil', 'mutual TLS: the certificate is the client, no secret') or diag $pool->log;
	ok(scalar(grep { /^__Host-ror=[0-9a-f]{64};/ } @{ $in->{cookies} }), 'mutual TLS: with a session');
	($in, $pool) = $by_certificate->(client_certificate('autre', 'autre'));
	is($in->{status}, 503, 'mutual TLS: the certificate of somebody else of the same authority');
	is(event(), 'sign_in_refused|-|token_refused', 'mutual TLS: audited');
	like($pool->log, qr/psc: token: status 401, invalid_client/, 'mutual TLS: the provider says it');
	($in, $pool) = $by_certificate->(psc_client_secret_file => $site{psc_client_secret_file});
	is(event(), 'sign_in_refused|-|token_refused', 'mutual TLS: a secret instead of the certificate likewise');
}

# --- the provider hangs, then is gone -------------------------------------------------------
$b = browser();
$c = browser();
$callback = to_callback($b, $two);
my $second = to_callback($c, $two);
kill STOP => $provider_pid;
{
	local $SIG{ALRM} = sub { kill CONT => $provider_pid; fail('no page in 10 s'); exit 1 };
	alarm 10;
	my $pid = fork // die "fork: $!";
	if (!$pid) { $b->get($callback); require POSIX; POSIX::_exit(0) }
	is(browser()->get("$url/healthz")->{status}, 200, 'frozen: the other pool answers');
	is(by_mail(browser(), $alex)->{status}, 303, 'frozen: one comes in by password');
	$r = $c->get($second);
	page_is($r, 503, 'Pro Santé Connect ne répond pas', 'frozen');
	like(event(), qr/^sign_in_refused\|-\|provider_(?:slow|down)$/, 'frozen: audited');
	like($r->{text}, qr{href="/connexion"}, 'frozen: with the other way in');
	waitpid $pid, 0;
	alarm 0;
}
kill CONT => $provider_pid;
select undef, undef, undef, 5.5;
is(in_by_card(browser(), $two)->{location}, "$url/accueil", 'thawed: the card comes in');
$b = browser();
$callback = to_callback($b, $two);
kill KILL => $provider_pid;
select undef, undef, undef, 0.3;
page_is($b->get($callback), 503, 'Pro Santé Connect ne répond pas', 'gone');
is(event(), 'sign_in_refused|-|provider_down', 'gone: audited');

# --- what is written down -----------------------------------------------------------------
# nginx would write a failing request's whole line: the pool's socket is away.
my ($run) = $stand->{ready}{postgres} =~ /host=(\S+)/;
rename "$run/auth.sock", "$run/auth.gone" or die $!;
$seen{'code of a failure'} = 'codeofafailure123';
browser()->get("$url/auth/psc/retour?code=codeofafailure123&state=x");
$seen{'link of a failure'} = 'f0a1' x 16;
browser()->get("$url/auth/nouveau-mot-de-passe?lien=" . 'f0a1' x 16);
browser()->get("$url/auth/psc?retour=%2Fwitness");
rename "$run/auth.gone", "$run/auth.sock" or die $!;
select undef, undef, undef, 2.5;		# the access log's buffer
$seen{'client secret'} = slurp($stand->var . '/secret/psc');
$seen{'client secret'} =~ s/\s+\z//;
my %log = map { $_ => slurp($stand->var . "/log/$_") } qw(fcgi.log nginx.log access.log postgres.log);
like($log{'access.log'}, qr{GET /auth/psc/retour" }, 'the access log has the callback');
like($log{'nginx.log'}, qr/witness/, 'the error log would have shown it');
like($log{'fcgi.log'}, qr{route=/auth/psc/retour status=503 .*why="psc: token: }, 'our log knows why');
cmp_ok(scalar(keys %seen), '>', 60, 'secrets of the whole test are looked for');
for my $file (sort keys %log) {
	my @shown = grep { index($log{$file}, $seen{$_}) >= 0 } sort keys %seen;
	is("@shown", '', "$file shows none of them");
}
my $audit = $stand->psql('SELECT e.* FROM audit.event AS e');
is(join(' ', grep { index($audit, $seen{$_}) >= 0 } sort keys %seen), '', 'nor does the audit');
my $kept = $stand->psql('SELECT s.* FROM auth.psc_state AS s') . $stand->psql('SELECT p.* FROM auth.psc_pending AS p');
is(join(' ', grep { index($kept, $seen{$_}) >= 0 } grep { !/^id_token/ } sort keys %seen), '',
    'nor do the tables of what is under way');
my $command = join '', map { slurp("/proc/$_/cmdline") } grep { /^\d+$/ } map { m{/(\d+)$} } glob '/proc/[0-9]*';
is(index($command, $seen{'client secret'}), -1, 'nor does the list of processes');
unlike($log{'fcgi.log'}, qr/event=worker_died/, 'no worker died');
done_testing;

# Where a pool of this test's own keeps its things.
package Place;
sub new { my ($class, $dir) = @_; return bless { dir => $dir }, $class }
sub dir { return $_[0]{dir} }
sub port { return 5432 }
