# Pro Santé Connect, with a provider that lies: every lie is refused with its
# own word in the audit, a page that helps, and nobody comes in.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP;
use MIME::Base64 qw(decode_base64 encode_base64url);
use Digest::SHA qw(sha256);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Pool;
binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output);

my $pg = Cluster->new;
my $dir = $pg->dir;
sub put { my ($name, $text) = @_; open my $out, '>', "$dir/$name" or die $!; print {$out} $text; close $out or die $!; return }
put('ldap.pem', "unused\n");
put('secret', "secret de test\n");
put('ext', "subjectAltName=DNS:localhost\n");
sub certificates {
	my ($name) = @_;
	my $sh = join ' && ', map { "openssl $_ 2>/dev/null" }
	    "req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=authority' -keyout $name-ca.key -out $name-ca.pem",
	    "req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout $name.key -out $name.csr",
	    "x509 -req -in $name.csr -CA $name-ca.pem -CAkey $name-ca.key -CAcreateserial -days 2 -extfile ext -out $name.pem",
	    "req -newkey rsa:2048 -nodes -subj '/CN=ror-client' -keyout $name-client.key -out $name-client.csr",
	    "x509 -req -in $name-client.csr -CA $name-ca.pem -CAkey $name-ca.key -CAcreateserial -days 2 -out $name-client.pem";
	system('sh', '-c', "cd $dir && $sh") == 0 or die 'openssl';
	return;
}
certificates($_) for qw(op other);

my $free = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die $!;
my $port = $free->sockport;
close $free;
my $op = "https://localhost:$port";
my $pid = fork // die "fork: $!";
if (!$pid) {
	open STDOUT, '>', "$dir/op.log" or die $!;
	open STDERR, '>&', \*STDOUT or die $!;
	exec 'node', "$Bin/lib/hostile.mjs", $port, "$dir/op.pem", "$dir/op.key", "$dir/op-ca.pem";
	die "node: $!";
}
my $owner = $$;
END {
	if ($pid && $owner == $$) {
		my $status = $?;
		kill TERM => $pid;
		waitpid $pid, 0;
		$? = $status;
	}
}
my $http = HTTP::Tiny->new(SSL_options => { SSL_ca_file => "$dir/op-ca.pem" }, verify_SSL => 1);
for (1 .. 100) {
	last if $http->get("$op/seen")->{success};
	select undef, undef, undef, 0.1;
}
sub seen { return decode_json($http->get("$op/seen")->{content}) }

my %common = (ldap_ca => "$dir/ldap.pem", ldap_password_file => "$dir/secret");
my %psc = (%common, psc => 'yes', psc_discovery_url => "$op/.well-known/openid-configuration",
    psc_client_id => 'ror', psc_client_secret_file => "$dir/secret", psc_ca => "$dir/op-ca.pem");
my $auth;
# One worker, so that one cache and one breaker are looked at.
sub pool {
	my (%setting) = @_;
	$auth->stop if $auth;
	system 'rm', '-rf', "$dir/run-auth";
	$auth = Pool->new($pg, pool => 'auth', workers => 1, settings => \%setting);
	return;
}
pool(%psc);

sub start {
	my $r = $auth->web->get('/auth/psc?retour=%2Faccueil');
	my %at = map { $_ => ($r->{headers}{location} // '') =~ /[?&]$_=([^&]*)/ ? $1 : '' }
	    qw(state nonce code_challenge redirect_uri);
	my ($cookie) = map { /^(__Host-ror-psc=[0-9a-f]{64});/ ? $1 : () } @{ $r->{cookies} };
	return { %at, status => $r->{status}, cookie => $cookie, page => $r };
}
sub back {
	my ($case, $s) = @_;
	$s //= start();
	return $auth->web->get("/auth/psc/retour?code=$case~$s->{nonce}&state=$s->{state}",
	    params => { HTTP_COOKIE => $s->{cookie} });
}
sub reason { return $pg->psql("SELECT event || ' ' || coalesce(detail ->> 'reason', '') FROM audit.event ORDER BY id DESC LIMIT 1") }
sub count { return $pg->psql('SELECT count(*) FROM auth.session') + $pg->psql('SELECT count(*) FROM auth.psc_pending') }

# --- the good ones, so that the others are refused for what they are ---------------
for my $case (qw(good aud_list acr_twice at_hash_good)) {
	my $r = back($case);
	is($r->{headers}{location}, '/auth/psc/lier', "$case: the identity is taken");
}
is($pg->psql("SELECT DISTINCT sub || ' ' || subject_name_id || ' ' || given_name FROM auth.psc_pending"),
    'personne-1 899700000009 Anne', 'with what userinfo says');
my $s = start();
back('good', $s);
my $sent = seen()->{token};
is(decode_base64(($sent->{authorization} // '') =~ /^Basic (\S+)$/ ? $1 : ''), 'ror:secret%20de%20test',
    'the secret went as client_secret_basic');
ok(!exists $sent->{form}{client_secret} && !exists $sent->{form}{client_id}, 'and only there');
is(encode_base64url(sha256($sent->{form}{code_verifier})), $s->{code_challenge}, 'PKCE: the verifier fits the challenge');
is($sent->{form}{redirect_uri}, 'https://localhost:8443/auth/psc/retour', 'with the address it came back to');
isnt(start()->{$_}, $s->{$_}, "each start has its own $_") for qw(state nonce code_challenge cookie);
like($s->{page}{headers}{location}, qr{^\Q$op\E/auth\?x=1&response_type=code&client_id=ror&}, 'the address has one question mark');
$pg->psql('DELETE FROM auth.psc_pending');

# --- tokens that lie -----------------------------------------------------------------
my @lies = ([none => 'alg'], [None => 'alg'], [hs_public => 'alg'], [hs_secret => 'alg'],
    [nonce_other => 'nonce'], [nonce_none => 'nonce'], [aud => 'aud'], [azp => 'azp'], [iss => 'iss'],
    [exp => 'expired'], [exp_none => 'expired'], [iat_old => 'iat'], [iat_late => 'iat'],
    [sub => 'sub_missing'], [acr => 'acr'], [at_hash => 'at_hash'], [at_hash_list => 'at_hash'], [kid => 'kid_unknown'], [kid_none => 'kid_missing'],
    [kid_enc => 'kid_unknown'], [crit => 'crit'], [jwk => 'embedded_key'], [same_kid => 'signature'],
    [bent => 'signature'], [tampered => 'signature'], [garbage => 'token_shape'],
    [token_html => 'token_answer'], [token_refused => 'token_refused'], [token_redirect => 'token_refused'],
    [token_huge => 'answer_too_large'], [token_none => 'token_answer'], [token_type => 'token_answer'],
    [userinfo_sub => 'userinfo_sub'], [userinfo_none => 'userinfo_sub'], [userinfo_list => 'userinfo_answer'],
    [userinfo_denied => 'userinfo_answer']);
cmp_ok(scalar @lies, '>=', 20, 'lies enough');
sub refused {
	my ($name, $why, $r) = @_;
	is(reason(), "sign_in_refused $why", "$name: audited as $why");
	cmp_ok($r->{status}, '>=', 400, "$name: refused");
	my ($text) = $r->{body_text} =~ m{<main.*?>(.*)</main>}s;
	like($text // '', qr{<h1.*href="/(?:auth/psc|connexion)"}s, "$name: the page says what to do");
	unlike($text // '', qr/\b\Q$why\E\b/, "$name: and not why");
	is(count(), 0, "$name: nobody came in, nobody waits");
	ok(!grep({ /^__Host-ror=/ } @{ $r->{cookies} }), "$name: no session");
	return;
}
refused($_->[0], $_->[1], back($_->[0])) for @lies;
unlike(seen()->{token}{url}, qr/suivi/, 'redirects are not followed');
is(back('good')->{headers}{location}, '/auth/psc/lier', 'after all that the good one is still taken');
$pg->psql('DELETE FROM auth.psc_pending');

# --- answers without a way ---------------------------------------------------------------
for my $case (['no state', "code=good~n"], ['an unknown state', 'code=good~n&state=abc'],
    ['an empty answer', ''], ['nothing but an error', 'error=access_denied']) {
	my ($name, $query) = @$case;
	refused($name, 'state', $auth->web->get("/auth/psc/retour?$query", params => { HTTP_COOKIE => start()->{cookie} }));
}
$s = start();
refused('no cookie', 'state', $auth->web->get("/auth/psc/retour?code=good~$s->{nonce}&state=$s->{state}"));
refused('a cookie of another form', 'state', $auth->web->get("/auth/psc/retour?code=good~$s->{nonce}&state=$s->{state}",
    params => { HTTP_COOKIE => '__Host-ror-psc=ABC' }));
is($auth->web->get("/auth/psc/retour?code=a&code=b&state=$s->{state}")->{status}, 400, 'a code twice is no request');
for my $case (['access_denied' => 'access_denied'], ['server_error' => 'provider_error'], ["%3Cscript%3E" => 'provider_error']) {
	$s = start();
	my $r = $auth->web->get("/auth/psc/retour?error=$case->[0]&error_description=%3Cscript%3E&state=$s->{state}",
	    params => { HTTP_COOKIE => $s->{cookie} });
	refused("error $case->[0]", $case->[1], $r);
	unlike($r->{body_text}, qr/<script>/, 'which shows nothing of it');
}
$s = start();
refused('no code', 'code_missing', $auth->web->get("/auth/psc/retour?state=$s->{state}", params => { HTTP_COOKIE => $s->{cookie} }));
$s = start();
refused('another issuer', 'response_iss', $auth->web->get("/auth/psc/retour?code=good~$s->{nonce}&state=$s->{state}&iss=https%3A%2F%2Fother.example",
    params => { HTTP_COOKIE => $s->{cookie} }));

# --- logout messages ---------------------------------------------------------------------
sub told {
	my ($name) = @_;
	return $auth->web->post('/auth/psc/deconnexion', { logout_token => $http->get("$op/logout/$name")->{content} },
	    params => { HTTP_ORIGIN => undef, HTTP_SEC_FETCH_SITE => undef });
}
$pg->psql("INSERT INTO auth.account (login, name) VALUES ('anne\@ror.example', 'Anne ESSAI')");
sub session_of {
	my ($sid) = @_;
	$pg->psql("WITH s AS (INSERT INTO auth.session (token_sha256, account_id, csrf, method, must_change, created_at, last_seen_at) "
	    . "SELECT sha256('$sid'), id, repeat('x', 43), 'psc', false, now(), now() FROM auth.account RETURNING token_sha256) SELECT 1 FROM s");
	$pg->psql("INSERT INTO auth.psc_session (token_sha256, iss, sub, sid_sha256, id_token) VALUES "
	    . "(sha256('$sid'), '$op', 'personne-1', sha256('$sid'), 'x')");
	return;
}
session_of($_) for 'sid-1', 'sid-2';
for my $case ([nonce => 'nonce_present'], [events => 'events'], [jti => 'jti_missing'], [sid => 'sid_missing'],
    [aud => 'aud'], [iss => 'iss'], [iat => 'iat'], [none => 'alg']) {
	is(told($case->[0])->{status}, 400, "logout message, $case->[0]: 400");
	is(reason(), "logout_refused $case->[1]", "logout message, $case->[0]: audited as $case->[1]");
}
is($pg->psql('SELECT count(*) FROM auth.session'), 2, 'nothing ended');
is(told('good')->{status}, 200, 'a good one');
is($pg->psql('SELECT count(*) FROM auth.session'), 1, 'ends its session alone');
is(reason(), 'session_end backchannel', 'audited');
session_of('sid-1');
is(told('good')->{status}, 400, 'again: refused');
is(reason(), 'logout_refused jti_used', 'as one that came before');
is($pg->psql('SELECT count(*) FROM auth.session'), 2, 'and a later session of the same name goes on');
is($pg->psql('SELECT count(*) FROM auth.psc_logout_token'), 1, 'one is remembered');
is(told('person')->{status}, 200, 'one for the person');
is($pg->psql('SELECT count(*) FROM auth.session'), 0, 'ends all of hers');
is(told('long')->{status}, 400, 'a name longer than any is no name');
is(reason(), 'logout_refused jti_missing', 'and said so');
$pg->psql("UPDATE auth.psc_logout_token SET seen_at = now() - interval '16 minutes'");
start();
is($pg->psql('SELECT count(*) FROM auth.psc_logout_token'), 0, 'what is too old to come again is forgotten');

# --- keys are asked for once a minute, by each side for itself -----------------------------
my $keys = seen()->{keys};
back('kid') for 1 .. 5;
is(seen()->{keys}, $keys, 'a flood of unknown keys asks for nothing more');
told('kid') for 1 .. 5;
is(seen()->{keys}, $keys + 1, 'logout messages have one question of their own');
is(reason(), 'logout_refused kid_unknown', 'and are refused');

# --- failing, cut, hanging: then refused at once --------------------------------------------
for my $case ([token_failing => 'provider_down'], [token_cut => 'provider_down'], [token_hanging => 'provider_slow']) {
	local $SIG{ALRM} = sub { die "no page in 10 s\n" };
	alarm 10;
	my $waiting = start();
	refused($case->[0], $case->[1], my $r = back($case->[0]));
	is($r->{status}, 503, "$case->[0]: 503");
	refused("$case->[0], the next", 'provider_down', back('good', $waiting));
	alarm 0;
	like($auth->log, qr/the provider failed a moment ago/, "$case->[0]: the next does not wait");
	select undef, undef, undef, 6.1;
}
is(back('good')->{headers}{location}, '/auth/psc/lier', 'and after 5 s it is asked again');
$pg->psql('DELETE FROM auth.psc_pending');

# --- mutual TLS ---------------------------------------------------------------------------------
my %mtls = (%psc, psc_client_secret_file => '', psc_client_cert => "$dir/op-client.pem", psc_client_key => "$dir/op-client.key");
system 'chmod', 'a+r', glob "$dir/*.key";
pool(%mtls);
back('good');
$sent = seen()->{token};
is($sent->{peer}, 'ror-client', 'the certificate identifies the client');
is($sent->{form}{client_id}, 'ror', 'with its name in the form');
ok(!defined $sent->{authorization}, 'and no secret');
pool(%mtls, psc_client_secret_file => "$dir/secret");
back('good');
$sent = seen()->{token};
is($sent->{peer}, 'ror-client', 'with both: the certificate');
like($sent->{authorization} // '', qr/^Basic /, 'and the secret');
$pg->psql('DELETE FROM auth.psc_pending');

# --- who it is not ---------------------------------------------------------------------------------
sub no_start {
	my ($name, $why, %setting) = @_;
	pool(%psc, %setting);
	my $way = start();
	refused($name, $why, $way->{page});
	ok(!$way->{state}, "$name: nobody is sent anywhere");
	is($auth->web->get('/connexion')->{status}, 200, "$name: one can sign in by password");
	return;
}
no_start('a document for another issuer', 'discovery', psc_discovery_url => "$op/elsewhere/.well-known/openid-configuration");
no_start('an issuer that the setting does not name', 'discovery', psc_issuer => 'https://other.example');
no_start('an address in clear', 'discovery', psc_discovery_url => "$op/clear/.well-known/openid-configuration");
no_start('an address missing', 'discovery', psc_discovery_url => "$op/short/.well-known/openid-configuration");
no_start('an address with a line end', 'discovery', psc_discovery_url => "$op/split/.well-known/openid-configuration");
no_start('another authority', 'provider_down', psc_ca => "$dir/other-ca.pem");
no_start('another name', 'provider_down', psc_discovery_url => "https://127.0.0.1:$port/.well-known/openid-configuration");
no_start('nobody there', 'provider_down', psc_discovery_url => 'https://localhost:9/.well-known/openid-configuration');
pool(%psc, psc_token_url => "$op/other/token", psc_authorization_url => "$op/ici");
like(start()->{page}{headers}{location}, qr{^\Q$op\E/ici\?response_type}, 'a setting replaces what was discovered');

# --- settings that make no sense stop the pool ---------------------------------------------------------
my $program = $ENV{ROR_FCGI} // Cluster::root() . '/build/release/ror-fcgi';
sub slurp { open my $in, '<', $_[0] or return ''; local $/; return scalar <$in> // '' }
# What a pool says that can't start.
sub complaint {
	my (%setting) = (%psc, run_dir => "$dir/bad", log_file => "$dir/bad.log", auth_workers => 1,
	    templates => Cluster::root() . '/build/templates', @_);
	mkdir "$dir/bad";
	unlink "$dir/bad.log";
	put('bad.conf', join '', map { "$_ = $setting{$_}\n" } sort keys %setting);
	my $parent = fork // die "fork: $!";
	if (!$parent) {
		open STDERR, '>>', "$dir/bad.log";
		exec $program, '-c', "$dir/bad.conf", '-p', 'auth';
		die "$program: $!";
	}
	for (1 .. 100) {
		last if slurp("$dir/bad.log") =~ /worker_start_failed/;
		select undef, undef, undef, 0.1;
	}
	kill TERM => $parent;
	waitpid $parent, 0;
	return slurp("$dir/bad.log");
}
for my $case (['psc_discovery_url' => 'http://localhost/'], ['psc_discovery_url' => ''], ['psc_client_id' => ''],
    ['psc_client_secret_file' => ''], ['psc_client_cert' => '/x.pem'], ['psc_acr_accepted' => '']) {
	my ($name, $value) = @$case;
	like(complaint($name => $value), qr/worker_start_failed part=directory why=".*$name/,
	    "$name = « $value » is said at start");
}

# --- switched off: no trace ----------------------------------------------------------------------------
pool(%common);
unlike($auth->web->get('/connexion')->{body_text}, qr/psc|Pro Sant/i, 'off: the sign-in page knows nothing of it');
my @routes = map { /^auth (\S+) (\S*psc\S*)/ ? [$1, $2] : () } qx($program --routes);
cmp_ok(scalar @routes, '>=', 7, 'its routes');
for my $route (@routes) {
	my ($method, $path) = @$route;
	$path =~ s/\{account\}/1/;
	is($auth->web->ask($method, $path, '')->{status}, 404, "off: $method $path is nowhere");
}
my $app = Pool->new($pg, pool => 'app', workers => 1);
unlike($app->sign_in('off@ror.example', 'clinician:france:FR')->get('/accueil')->{body_text}, qr/psc|Ma carte/, 'off: nor does the menu');
done_testing;
