# Requests that nobody's browser sends: each gets its page, none hurts the next.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Pool;

my $pg = Cluster->new;
my $pool = Pool->new($pg, workers => 1, settings => { body_kb => 64 });
my $web = $pool->web;
my $me = $pool->sign_in('a@ror.example', 'clinician:france:FR');
my $in = "__Host-ror=$me->{token}";

sub query { return $web->get('/healthz', params => { QUERY_STRING => $_[0] })->{status} }

sub path { return $web->get('/', params => { DOCUMENT_URI => $_[0] })->{status} }

sub cookie {
	return $web->get('/accueil', params => { HTTP_COOKIE => $_[0] })->{status};
}

sub body {
	my ($bytes, %param) = @_;
	return $me->ask('POST', '/theme', $bytes, params => \%param)->{status};
}
my $jeton = "jeton=$me->{csrf}";

# A form of n bytes, each field within its limit.
sub sized {
	my ($n) = @_;
	my $form = join '&', $jeton, map { "f$_=" . 'v' x 4090 } 1 .. 15;
	return "$form&last=" . 'v' x ($n - 6 - length $form);
}

# --- the query ------------------------------------------------------------
is(query($_->[1]), $_->[2], "query, $_->[0]: $_->[2]") for
    ['empty', '', 200],
    ['plain', 'a=1&b=2', 200],
    ['empty parts', '&&a=1&&', 200],
    ['no value', 'a', 200],
    ['a plus and an escape', 'a=x+y%C3%A9', 200],
    ['%00', 'a=%00', 400],
    ['%00 in a name', 'a%00b=1', 400],
    ['a field twice', 'a=1&a=2', 400],
    ['a field twice, once escaped', 'a=1&%61=2', 400],
    ['no name', '=1', 400],
    ['half an escape', 'a=%4', 400],
    ['no escape', 'a=%zz', 400],
    ['Latin-1', 'a=%E9', 400],
    ['raw Latin-1', "a=\xE9", 400],
    ['an overlong slash', 'a=%C0%AF', 400],
    ['a surrogate', 'a=%ED%A0%80', 400],
    ['past U+10FFFF', 'a=%F4%90%80%80', 400],
    ['64 fields', join('&', map { "f$_=1" } 1 .. 64), 200],
    ['65 fields', join('&', map { "f$_=1" } 1 .. 65), 413],
    ['a name of 64', 'n' x 64 . '=1', 200],
    ['a name of 65', 'n' x 65 . '=1', 413],
    ['a value of 4,096', 'a=' . 'v' x 4096, 200],
    ['a value of 4,097', 'a=' . 'v' x 4097, 413],
    ['4,096 escaped', 'a=' . '%76' x 4096, 200],
    ['100 kB', 'a=' . 'v' x 100_000, 413];

# --- the path -----------------------------------------------------------------
is(path($_->[1]), $_->[2], "path, $_->[0]: $_->[2]") for
    ['unknown', '/inconnu', 404],
    ['unknown, accented', '/inconnu/é', 404],
    ['empty', '', 404],
    ['no slash', 'accueil', 404],
    ['a longer one', '/accueil/', 404],
    ['another case', '/Accueil', 404],
    ['dots', '/../etc/passwd', 404],
    ['512 bytes', '/' . 'a' x 511, 404],
    ['513 bytes', '/' . 'a' x 512, 400],
    ['Latin-1', "/\xE9", 400],
    ['markup', '/<script>alert(1)</script>', 404];
my $r = $web->get('/x', params => { DOCUMENT_URI => '/"><script>alert(1)</script>' });
unlike($r->{body}, qr/<script>alert/, 'what a path says is never markup');

# --- the method --------------------------------------------------------------
is($web->ask($_->[0], $_->[1], '')->{status}, $_->[2], "$_->[0] $_->[1]: $_->[2]") for
    ['PUT', '/accueil', 405], ['DELETE', '/accueil', 405], ['OPTIONS', '/accueil', 405],
    ['TRACE', '/healthz', 405], ['get', '/healthz', 405], ['', '/healthz', 405],
    ['POST', '/accueil', 405], ['GET', '/theme', 405], ['PATCH', '/theme', 405],
    ['PUT', '/inconnu', 404];
for my $target ('/healthz', '/accueil', '/inconnu') {
	my $get = $me->get($target);
	my $head = $me->ask('HEAD', $target, '');
	is($head->{status}, $get->{status}, "HEAD $target: the status of GET");
	is($head->{headers}{'content-length'}, $get->{headers}{'content-length'}, 'the length of GET');
	is($head->{body}, '', 'and nothing else');
}

# --- cookies ------------------------------------------------------------------
is(cookie($_->[1]), $_->[2], "cookies, $_->[0]: $_->[2]") for
    ['ours', $in, 200],
    ['ours among others', "a=1; $in; b=2", 200],
    ['ours without space', "a=1;$in;b=2", 200],
    ['others twice', "a=1; a=2; $in", 200],
    ['ours twice', "$in; $in", 400],
    ['ours twice, once empty', "$in; __Host-ror=", 400],
    ['cut', substr($in, 0, -1), 303],
    ['too long', "${in}0", 303],
    ['not hexadecimal', '__Host-ror=' . 'g' x 64, 303],
    ['upper case', '__Host-ror=' . uc $me->{token}, 303],
    ['unknown', '__Host-ror=' . '0' x 64, 303],
    ['an injection', "__Host-ror=' OR 1=1 --", 303],
    ['only separators', ';;; ;', 303],
    ['no value', '__Host-ror', 303],
    ['Latin-1', "a=\xE9; $in", 200],
    ['200 others first', join('; ', map { "c$_=1" } 1 .. 200) . "; $in", 303];

# --- the body -------------------------------------------------------------------
is(body($_->[1], %{ $_->[3] // {} }), $_->[2], "body, $_->[0]: $_->[2]") for
    ['a form', $jeton, 303],
    ['with a charset', $jeton, 303,
	{ CONTENT_TYPE => 'application/x-www-form-urlencoded; charset=UTF-8' }],
    ['empty: no token', '', 403],
    ['a field twice', "$jeton&a=1&a=2", 400],
    ['the token twice', "$jeton&$jeton", 400],
    ['%00', "$jeton&a=%00", 400],
    ['a raw NUL', "$jeton&a=\0", 400],
    ['Latin-1', "$jeton&a=%E9", 400],
    ['4,096 fields', join('&', $jeton, map { "f$_=1" } 2 .. 4096), 303],
    ['4,097 fields', join('&', $jeton, map { "f$_=1" } 2 .. 4097), 413],
    ['a value too long', "$jeton&a=" . 'v' x 4097, 413],
    ['of 64 kB', sized(65536), 303],
    ['of a byte more', sized(65537), 413],
    ['shorter than it says', $jeton, 400, { CONTENT_LENGTH => 100 }],
    ['a length that is none', $jeton, 413, { CONTENT_LENGTH => '12x' }],
    ['a negative length', $jeton, 413, { CONTENT_LENGTH => '-1' }],
    ['a huge length', $jeton, 413, { CONTENT_LENGTH => '99999999999999999999' }],
    ['JSON', "{\"$jeton\"}", 403, { CONTENT_TYPE => 'application/json' }],
    ['no type', $jeton, 403, { CONTENT_TYPE => '' }],
    ['several parts', $jeton, 400, { CONTENT_TYPE => 'multipart/form-data; boundary=x' }];

# --- headers back, missing parameters --------------------------------------------
$r = $me->post('/theme', { theme => 'dark', retour => "/a\r\nSet-Cookie: x=1" });
is($r->{headers}{location}, '/accueil', 'a line break is no way back');
is(@{ $r->{cookies} }, 1, 'and makes no header');
$r = $web->get('/accueil', params => { QUERY_STRING => "a=\r\nSet-Cookie: x=1" });
is(@{ $r->{cookies} }, 0, 'nor does one in the query of who must sign in');
$r = $web->get('/accueil?a=1&b=%C3%A9');
is($r->{headers}{location}, '/connexion?retour=%2Faccueil%3Fa%3D1%26b%3D%25C3%25A9',
    'nobody is sent to sign in, and back');
is($web->get('/', params => { map { $_ => undef } qw(REQUEST_METHOD DOCUMENT_URI QUERY_STRING
    REMOTE_ADDR HTTP_ORIGIN HTTP_SEC_FETCH_SITE) })->{status}, 404, 'no parameter at all: 404');
$r = $me->get('/inconnu', headers => { Accept => 'application/json' });
is($r->{headers}{'content-type'}, 'application/json', 'who asks for JSON gets its errors in JSON');
like($r->{body_text}, qr/^\{"error":"[^"]+","id":"[0-9a-f]{16}"\}\n$/, 'whole');
$r = $me->get('/inconnu');
is($r->{headers}{'cache-control'}, 'no-store', 'errors are not kept');
like($r->{body_text}, qr/\Q$r->{headers}{'x-request-id'}\E/, 'the page has the number to tell the support');
is($web->ask('GET', '/healthz', '')->{status}, 200, 'the worker is still there');
unlike($pool->log, qr/event=worker_died/, 'and never went');
unlike($pool->log, qr/\Q$me->{token}\E|\Q$me->{csrf}\E|script/, 'the log has neither tokens nor paths');
done_testing;
