# Feeds, from the token to the ledger, through nginx as an editor meets it.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Encode qw(encode);
use Test::More;
use Board;
use Feed;
use HTTP::Tiny;
use Stand;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $stand = Stand->new(data => 'none');
# An editor keeps its connection.
$stand->{http} = HTTP::Tiny->new(verify_SSL => 0, max_redirect => 0, timeout => 15, keep_alive => 1);
Board::build($stand);
my $ror_db = do { my ($run) = $stand->{ready}{postgres} =~ /host=(\S+)/; [ "PGHOST=$run", 'PGUSER=postgres', $stand->var . '/share/sql/ror-db' ] };

# ror-db machine …: (status, output)
sub ror_db {
	my (@arg) = @_;
	open my $out, '-|', 'env', @$ror_db, @arg or die $!;
	local $/;
	my $text = <$out> // '';
	close $out;
	return ($? >> 8, $text);
}
$stand->psql(q{INSERT INTO auth.account (id, login, name) OVERRIDING SYSTEM VALUE
    VALUES (1, 'martin@ror.example', 'Camille MARTIN');
    INSERT INTO auth.grant VALUES (1, 'bed_manager', 'eg', '910000017', '[2020-01-01,)');
    INSERT INTO dir.place_code VALUES (2, 'CARDIO', 1), (2, 'CHIR', 2), (2, 'TRAVAUX', 4), (2, 'HDJ', 5),
        (3, 'CARDIO', 7), (3, 'GERIATRIE', 7)});
sub rows { return $stand->psql("SELECT count(*) FROM cap.observation WHERE place_id = $_[0]") }
sub held { return $stand->psql("SELECT value FROM cap.current WHERE place_id = $_[0] AND indicator_id = $_[1]") }
sub audit { return $stand->psql("SELECT count(*) FROM audit.event WHERE event = '$_[0]'") }

# --- administration at the command line --------------------------------------
my ($status, $text) = ror_db('machine', 'add', 'lits', '--label', 'Gestion des lits', '--sites', '910000017');
is($status, 0, 'ror-db machine add');
my ($secret) = $text =~ /^([0-9a-f]{64})$/m;
ok($secret, 'prints the secret');
is($stand->psql("SELECT count(*) FROM auth.feed WHERE secret_sha256 = sha256('$secret')"), 1, 'that the database knows by its hash');
like((ror_db('machine', 'list'))[1], qr/^lits\s.*910000017/m, 'list shows it');
isnt((ror_db('machine', 'add', 'lits', '--label', 'x', '--sites', '910000017'))[0], 0, 'a name that is taken is refused');
isnt((ror_db('machine', 'add', 'autre', '--label', 'x', '--sites', '000000000'))[0], 0, 'a site that does not exist too');
is($stand->psql('SELECT count(*) FROM auth.feed'), 1, 'and nothing stays of it');
my $lits = Feed->new($stand, 'lits', secret => $secret);

# --- tokens ---------------------------------------------------------------------
my $r = $lits->sign_in;
is($r->{status}, 200, 'a token, by Basic');
is($r->{json}{expires_in}, 300, 'for five minutes');
is($r->{json}{scope}, 'remontee 910000017', 'to send, for the declared sites');
like($r->{headers}{'cache-control'}, qr/no-store/, 'that nobody keeps');
my $form = "grant_type=client_credentials&client_id=lits&client_secret=$secret";
is($lits->sign_in(content => $form)->{status}, 200, 'by fields of the body');
is($lits->sign_in(content => "$form&scope=910000017")->{status}, 200, 'for a site of its own');
sub refused {
	my ($name, $content, $http, $error, %arg) = @_;
	my $x = Feed->new($stand, 'lits', secret => $secret)->sign_in(content => $content, %arg);
	is("$x->{status} " . ($x->{json}{error} // ''), "$http $error", $name);
	return $x;
}
my $before = audit('feed_refused');
refused('a scope of somebody else', "$form&scope=940000018", 400, 'invalid_scope');
my $bad = refused('a wrong secret', 'grant_type=client_credentials&client_id=lits&client_secret=x', 401, 'invalid_client');
my $nobody = refused('nobody', 'grant_type=client_credentials&client_id=x&client_secret=x', 401, 'invalid_client');
is($nobody->{content}, $bad->{content}, 'who does not exist is told the same');
like($bad->{headers}{'www-authenticate'}, qr/^Basic/, 'and how to say who one is');
refused('no secret', 'grant_type=client_credentials&client_id=lits', 401, 'invalid_client');
is(audit('feed_refused') - $before, 4, 'each of them is audited');
unlike($stand->psql('SELECT string_agg(detail::text, chr(10)) FROM audit.event'), qr/$secret/, 'without a secret');
refused('another grant', 'grant_type=password&username=a&password=b', 400, 'unsupported_grant_type');
refused('no grant', 'x=1', 400, 'invalid_request');
refused('two secrets', $form, 401, 'invalid_client', headers => { authorization => $lits->basic });
refused('a header that is none', $form, 401, 'invalid_client', headers => { authorization => 'Basic =' });
is($stand->get('/auth/token')->{status}, 405, 'tokens are not got');

# --- values -----------------------------------------------------------------------
$r = $lits->patch('910000017/CARDIO', op(replace => DISPO => 12));
is($r->{says}, '404 not-found', 'replace what was never given');
like($r->{issue}{diagnostics}, qr/Aucun indicateur présent en base ne correspond/, 'as the published example says it');
is(rows(1), 0, 'nothing is written');
$r = $lits->patch('910000017/CARDIO', op(add => DISPO => 12, at => when_(30)));
is($r->{says}, '200 informational', 'add it');
is($r->{headers}{etag}, 'W/"1"', 'its version');
like($r->{headers}{'last-modified'}, qr/^\w{3}, \d\d \w{3} \d{4} .* GMT$/, 'and when');
is($r->{headers}{'content-type'}, 'application/fhir+json', 'in FHIR');
is(held(1, 20), 12, 'the total follows; gender 03 is 04');
my $again = op(replace => DISPO => 12, at => when_(20));
is($lits->patch('910000017/CARDIO', $again)->{headers}{etag}, 'W/"1"', 'an equal value');
$lits->patch('910000017/CARDIO', $again) for 1 .. 5;
is(rows(1), 2, 'does not swell the ledger');
my $other = op(replace => DISPO => 9, at => when_(10));
is($lits->patch('1910000017/CARDIO', $other, headers => { 'if-match' => 'W/"1"' })->{headers}{etag}, 'W/"2"',
    'another value, on the version it knows, by the national identifier');
is($lits->patch('910000017/CARDIO', $other, headers => { 'if-match' => 'W/"1"' })->{headers}{etag}, 'W/"2"',
    'sent again: the same answer');
is(rows(1), 4, 'one observation');
is($lits->patch('910000017/CARDIO', op(replace => DISPO => 8), headers => { 'if-match' => 'W/"1"' })->{says},
    '412 conflict', 'a version of yesterday');
is($lits->patch('910000017/CARDIO', op(replace => DISPO => 8), headers => { 'if-match' => '"x"' })->{says},
    '412 conflict', 'a version that is none');
is($lits->patch('CARDIO', op(replace => DISPO => 9), headers => { 'if-match' => '*' })->{status}, 200, 'the code alone, any version');
is($lits->patch('910000017/CARDIO', parameters(op(add => INST => 20), op(add => FERM_NR => 3)))->{status}, 200, 'two figures at once');
is($lits->patch('910000017/CARDIO', parameters(op(add => INST => 30), op(add => FERM_NR => 31)))->{says}, '400 business-rule', 'together they are wrong');
is(held(1, 1), 20, 'neither is written');
is($lits->patch('910000017/CARDIO', op(add => PREV_24H => 4, genderCapacityAvailable => '04'))->{status}, 200, 'a forecast');
is($lits->patch('910000017/CARDIO', op(add => MOB_SSE => 2))->{status}, 200, 'a crisis');
is(held(1, 23), 2, 'has an indicator of its own');
is($lits->patch('910000017/CARDIO', op(delete => PREV_24H => undef))->{status}, 200, 'delete');
is($lits->patch('910000017/CARDIO', op(delete => PREV_24H => undef))->{says}, '404 not-found', 'what is no more');

# The strict shape: one value under its path; an extension as parts.
my $base = 'https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-location-supported-capacity';
my $of = "Location.extension.where(url='$base').where(extension.where(url='capacityStatus' and value.coding.code='01').exists())";
$r = $lits->patch('910000017/CARDIO', { resourceType => 'Parameters', parameter => [
    { name => 'operation', part => [ { name => 'type', valueCode => 'replace' },
        { name => 'path', valueString => "$of.extension.where(url='nbCapacity').value" }, { name => 'value', valueInteger => 21 } ] },
    { name => 'operation', part => [ { name => 'type', valueCode => 'replace' },
        { name => 'path', valueString => "$of.extension.where(url='capacityUpdateDate').value" }, { name => 'value', valueDateTime => when_(0) } ] } ] });
is($r->{status}, 200, 'a figure under its path');
is(held(1, 1), 21, 'is that figure');
$r = $lits->patch('910000017/CARDIO', { resourceType => 'Parameters', parameter => [ { name => 'operation', part => [
    { name => 'type', valueCode => 'add' }, { name => 'path', valueString => 'Location' }, { name => 'name', valueString => 'extension' },
    { name => 'value', part => [ { name => 'url', valueUri => $base },
        { name => 'extension', part => [ { name => 'url', valueUri => 'nbCapacity' }, { name => 'value', valueInteger => 7 } ] },
        { name => 'extension', part => [ { name => 'url', valueUri => 'capacityStatus' }, { name => 'value', valueCodeableConcept => { coding => [ { code => '03' } ] } } ] },
    ] } ] } ] });
is($r->{status}, 200, 'an extension as parts');
is(held(1, 7), 7, 'occupied');

# --- order of time -----------------------------------------------------------------
my $me = $stand->session('martin@ror.example');
my $version = $stand->psql('SELECT version FROM cap.place_state WHERE place_id = 1');
is($stand->post('/capacitaire/l1', { inst => 21, ferm_nr => 3, dispo_ind => 5, suppl_mob => 0, version => $version,
    cle => '00000000-0000-4000-8000-000000000001' }, as => $me, headers => { accept => 'application/json' })->{status}, 200, 'a person says five');
is($lits->patch('910000017/CARDIO', op(replace => DISPO => 17, at => when_(3)))->{status}, 200, 'the feed says seventeen, of three minutes ago');
is(held(1, 20), 5, 'five holds');
is($stand->psql('SELECT count(*) FROM cap.observation WHERE place_id = 1 AND indicator_id = 4 AND value = 17'), 1, 'both are in the ledger');
$stand->psql("INSERT INTO cap.channel (place_id, mode, since, account_id) VALUES (1, 'manual', now(), 1)");
$r = $lits->patch('910000017/CARDIO', op(replace => DISPO => 16));
is($r->{says}, '400 business-rule', 'a place that people type');
like($r->{issue}{diagnostics}, qr/saisie manuelle depuis le 20/, 'says so');
$stand->psql("UPDATE cap.channel SET mode = 'feed', since = now() - interval '1 minute'");
is($lits->patch('910000017/CARDIO', op(replace => DISPO => 15, at => when_(2)))->{says}, '400 business-rule', 'and back: what it kept meanwhile');
is($lits->patch('910000017/CARDIO', op(replace => DISPO => 16))->{status}, 200, 'and what is true now');

# --- what is refused ------------------------------------------------------------------
sub wrong { my ($name, $where, $body, $says, $like, %arg) = @_;
	my $x = $lits->patch($where, $body, %arg);
	is($x->{says}, $says, $name);
	like($x->{issue}{diagnostics}, $like, "$name: says why") if $like;
	is($x->{json}{resourceType}, 'OperationOutcome', "$name: in FHIR");
	return $x;
}
my $ledger = $stand->psql('SELECT count(*) FROM cap.observation');
wrong('another site', '940000018/GERIATRIE', op(add => DISPO => 1), '403 forbidden', qr/pas déclaré/);
wrong('a place of another site', '910000017/GERIATRIE', op(add => DISPO => 1), '404 not-found', qr/Aucun lieu/);
wrong('no place', '910000017/', op(add => DISPO => 1), '404 not-found');
wrong('no identifier', '', op(add => DISPO => 1), '400 required', qr/identifier/);
wrong('Arabic-Indic digits in it', '%D9%A1%D9%A2/CARDIO', op(add => DISPO => 1), '404 not-found');
wrong('a locked unit', '910000017/TRAVAUX', op(add => DISPO => 1), '400 business-rule', qr/indisponibilité totale : travaux/);
wrong('places where there are beds', '910000017/CARDIO', op(add => DISPO => 1, capacityType => '02'), '400 business-rule', qr/DISPO_IND.*natureCapacite/);
wrong('no such indicator', '910000017/CARDIO', op(add => { capacityStatus => '09', temporalityCapacity => '01' }, 1), '400 business-rule',
    qr/indicateur valide : capacityStatus: 09 .* crisisType: null/);
wrong('an indicator of the path alone', '910000017/CARDIO', op(replace => DISPO => 1, path =>
    "Location.extension.where(url='$base').where(extension.where(url='capacityStatus' and value.coding.code='01'))"), '400 business-rule', qr/critères/);
wrong('an assignment that is not running', '910000017/CARDIO', op(add => DISPO => 1, temporaryAssignement => '02'), '404 not-found', qr/affectation/i);
wrong('the future', '910000017/CARDIO', op(add => DISPO => 1, at => when_(-10)), '400 business-rule', qr/futur/);
wrong('a source that is a person', '910000017/CARDIO', op(add => DISPO => 1, capacitySourceType => '01'), '400 business-rule', qr/02, 03 ou 04/);
wrong('a date without hour', '910000017/CARDIO', op(add => DISPO => 1, at => '2026-11-20'), '400 value', qr/fuseau/);
wrong('negative', '910000017/CARDIO', op(add => DISPO => -1), '400 business-rule', qr/entre 0 et 9999/);
wrong('10^12', '910000017/CARDIO', op(add => DISPO => 1_000_000_000_000), '400 business-rule', qr/entre 0 et 9999/);
wrong('a half', '910000017/CARDIO', op(add => DISPO => 1.5), '400 value', qr/entier/);
wrong('a text', '910000017/CARDIO', op(add => DISPO => '3'), '400 value', qr/entier/);
wrong('Arabic-Indic digits', '910000017/CARDIO', op(add => DISPO => '٣'), '400 value', qr/entier/);
wrong('Arabic-Indic digits as a number', '910000017/CARDIO', encode('UTF-8', '{"parameter":[{"name":"operation","part":[{"valueInteger":٣}]}]}'), '400 structure', qr/JSON/);
wrong('null', '910000017/CARDIO', op(add => DISPO => undef), '400 value', qr/entier/);
wrong('more closed than installed', '910000017/CARDIO', op(add => FERM_NR => 22), '400 business-rule', qr/fermés/);
wrong('nested 10,000 deep', '910000017/CARDIO', '[' x 10000 . ']' x 10000, '400 structure', qr/nested/);
wrong('objects 10,000 deep', '910000017/CARDIO', '{"a":' x 10000 . '1' . '}' x 10000, '400 structure', qr/nested/);
wrong('half a JSON', '910000017/CARDIO', '{"parameter":[', '400 structure', qr/JSON/);
wrong('Latin-1', '910000017/CARDIO', "{\"parameter\":[\"\xe9\"]}", '400 structure', qr/JSON/);
wrong('nothing', '910000017/CARDIO', '', '400 structure');
wrong('a list', '910000017/CARDIO', '[]', '400 structure', qr/Parameters/);
wrong('another resource', '910000017/CARDIO', { resourceType => 'Location', parameter => [ op(add => DISPO => 1) ] }, '400 structure', qr/Parameters/);
wrong('33 operations', '910000017/CARDIO', parameters(map { op(add => DISPO => 1) } 1 .. 33), '413 too-costly');
wrong('the same twice', '910000017/CARDIO', parameters(map { op(add => DISPO => $_) } 1 .. 2), '400 business-rule', qr/plusieurs fois/);
wrong('move', '910000017/CARDIO', op(move => DISPO => 1), '422 not-supported');
wrong('the name of a place', '910000017/CARDIO', op(replace => DISPO => 1, path => 'Location.name'), '422 not-supported');
wrong('a path that is none', '910000017/CARDIO', op(replace => DISPO => 1, path => 'Location.extension.where('), '400 invalid', qr/FhirPath/);
wrong('XML', '910000017/CARDIO', '<Parameters/>', '415 not-supported', qr{application/fhir\+json}, headers => { 'content-type' => 'application/fhir+xml' });
wrong('JSON by its common name', '910000017/CARDIO', op(add => DISPO => -1), '400 business-rule', undef, headers => { 'content-type' => 'application/json; charset=utf-8' });
wrong('3 MB', '910000017/CARDIO', ' ' x 3_000_000, '413 too-long');
is($lits->send('PUT', '/fhir/Location', '{}')->{says}, '405 not-supported', 'PUT');
is($lits->send('PATCH', '/fhir/Organization', '{}')->{says}, '404 not-found', 'another type');
is($stand->psql('SELECT count(*) FROM cap.observation'), $ledger, 'and of all this nothing was written');

# --- who -----------------------------------------------------------------------------
my $stranger = Feed->new($stand, 'lits');
is($stranger->patch('910000017/CARDIO', op(add => DISPO => 1))->{says}, '401 login', 'no token');
$stranger->{token} = 'f' x 64;
$r = $stranger->patch('910000017/CARDIO', op(add => DISPO => 1));
is($r->{says}, '401 login', 'nobody\'s token');
like($r->{headers}{'www-authenticate'}, qr/^Bearer .*invalid_token/, 'and why');
is($stand->request('PATCH', '/fhir/Location?identifier=CARDIO', as => $me, content => '{}', headers => { 'content-type' => 'application/json' })->{status},
    401, 'a person\'s session is no token');
is($stand->get('/accueil', headers => { authorization => "Bearer $lits->{token}" })->{status}, 303, 'a token is no session');
($status, $text) = ror_db('machine', 'add', 'deux', '--label', 'Deux sites', '--sites', '910000017,940000018');
my $deux = Feed->new($stand, 'deux', secret => $text =~ /^([0-9a-f]{64})$/m);
$deux->sign_in;
is($deux->patch('CARDIO', op(add => DISPO => 1))->{says}, '412 multiple-matches', 'a code of two sites');
is($deux->patch('940000018/CARDIO', op(add => DISPO => 1))->{status}, 200, 'with its site');
is((ror_db('machine', 'sites', 'deux', '940000018'))[0], 0, 'ror-db machine sites');
is($deux->patch('910000017/CARDIO', op(add => DISPO => 1))->{says}, '403 forbidden', 'takes one away, at once');
is($deux->patch('CARDIO', op(add => DISPO => 2))->{status}, 200, 'the code is clear now');
is((ror_db('machine', 'suspend', 'deux', 'essai en cours'))[0], 0, 'ror-db machine suspend');
$r = $deux->patch('CARDIO', op(add => DISPO => 1));
is($r->{says}, '403 suppressed', 'suspended, with the token it had');
like($r->{issue}{diagnostics}, qr/essai en cours/, 'says the reason');
is($deux->sign_in->{status}, 401, 'no new token');
is((ror_db('machine', 'resume', 'deux'))[0], 0, 'ror-db machine resume');
is($deux->sign_in->{status}, 200, 'a token again');
my $old = $lits->{secret};
($status, $text) = ror_db('machine', 'rotate', 'lits', '--overlap', '3600');
($lits->{secret}) = $text =~ /^([0-9a-f]{64})$/m;
isnt($lits->{secret}, $old, 'ror-db machine rotate');
is($lits->sign_in->{status}, 200, 'the new secret');
is(Feed->new($stand, 'lits', secret => $old)->sign_in->{status}, 200, 'and the old one, for an hour');
$stand->psql("UPDATE auth.feed SET previous_until = now() - interval '1 second' WHERE name = 'lits'");
is(Feed->new($stand, 'lits', secret => $old)->sign_in->{status}, 401, 'not after');
is($lits->patch('910000017/CARDIO', op(add => DISPO => 3))->{status}, 200, 'a token in force');
$stand->psql('UPDATE auth.feed_token SET issued_at = now() - interval \'6 min\', expires_at = now() - interval \'1 second\'');
is($lits->patch('910000017/CARDIO', op(add => DISPO => 4))->{says}, '401 login', 'a token of yesterday');
$lits->sign_in;

# --- certificates ----------------------------------------------------------------------
my $tls = $stand->var . '/tls';
my $own = $stand->{dir};
sub certificate {
	my ($name) = @_;
	system("openssl req -newkey rsa:2048 -nodes -subj /O=Editeur/CN=$name -keyout $own/$name.key -out $own/$name.csr 2>/dev/null && "
	    . "openssl x509 -req -in $own/$name.csr -CA $tls/feeds-ca.crt -CAkey $tls/feeds-ca.key -CAcreateserial -days 2 -out $own/$name.crt 2>/dev/null") == 0
	    or die "openssl";
	return HTTP::Tiny->new(verify_SSL => 0, timeout => 15,
	    SSL_options => { SSL_cert_file => "$own/$name.crt", SSL_key_file => "$own/$name.key" });
}
my $with = certificate('editeur');
my $fingerprint = lc `openssl x509 -in $own/editeur.crt -noout -fingerprint -sha256`;
$fingerprint =~ s/.*=|:|\n//g;
my $plain = $stand->{http};
for my $declared ($fingerprint, 'CN=editeur,O=Editeur') {
	$stand->psql("UPDATE auth.feed SET certificate = '$declared' WHERE name = 'lits'");
	$stand->{http} = $plain;
	is($lits->sign_in->{json}{error}, 'invalid_client', "a certificate is declared: the secret is not enough ($declared)");
	is($lits->patch('910000017/CARDIO', op(add => DISPO => 4))->{says}, '401 login', 'nor is a token');
	$stand->{http} = $with;
	is($lits->sign_in->{status}, 200, 'with both');
	is($lits->sign_in(content => 'grant_type=client_credentials&client_id=lits')->{status}, 200, 'with the certificate alone');
	is($lits->patch('910000017/CARDIO', op(add => DISPO => 4))->{status}, 200, 'a value');
}
$stand->{http} = certificate('autre');
is($lits->sign_in->{json}{error}, 'invalid_client', 'another certificate of the same authority');
is($lits->patch('910000017/CARDIO', op(add => DISPO => 4))->{says}, '401 login', 'is not that one');
$stand->{http} = $plain;
is($lits->sign_in(headers => { 'ror-client-verify' => 'SUCCESS', 'ror-client-subject' => 'CN=editeur,O=Editeur', 'ror-client-cert' => 'x' })->{json}{error},
    'invalid_client', 'headers are no certificate');
$stand->psql("UPDATE auth.feed SET certificate = NULL WHERE name = 'lits'");
$lits->sign_in;

# --- a batch ---------------------------------------------------------------------------
sub entry { my ($where, $body, %q) = @_;
	return { resource => parameters($body), request => { method => 'PATCH', url => "Location?identifier=$where", %q } } }
$r = $lits->batch(entry('910000017/CHIR', op(add => DISPO => 6)), entry('910000017/RIEN', op(add => DISPO => 1)),
    entry('910000017/HDJ', op(add => DISPO => 2)), entry('910000017/CHIR', op(add => INST => -4)),
    entry('910000017/CHIR', op(replace => DISPO => 7), ifMatch => 'W/"9"'), entry('940000018/CARDIO', op(add => DISPO => 1)),
    { request => { method => 'DELETE', url => 'Location/1' } }, entry('910000017/TRAVAUX', op(add => DISPO => 1)));
is($r->{status}, 200, 'a batch');
is($r->{json}{type}, 'batch-response', 'is answered');
is(join(', ', map { $_->{response}{status} =~ /^(\d+)/ } @{ $r->{json}{entry} }), '200, 404, 200, 400, 412, 403, 405, 400', 'each entry for itself');
is($r->{json}{entry}[0]{response}{etag}, 'W/"1"', 'with its version');
is($r->{json}{entry}[1]{response}{outcome}{issue}[0]{code}, 'not-found', 'or why not');
is(held(2, 20) . held(5, 20), '62', 'what could be written was');
is($lits->send('POST', '/fhir', { resourceType => 'Bundle', type => 'transaction', entry => [ entry('x', op(add => DISPO => 1)) ] })->{says}, '422 not-supported', 'a transaction');
is($lits->send('POST', '/fhir/', { resourceType => 'Bundle', type => 'batch', entry => [] })->{says}, '400 structure', 'an empty one');
is($lits->batch(map { entry('910000017/CHIR', op(add => DISPO => 1)) } 1 .. 501)->{says}, '413 too-costly', '501 entries');
is($stranger->batch(entry('910000017/CHIR', op(add => DISPO => 1)))->{says}, '401 login', 'of nobody');
$r = $lits->batch(map { entry($_ % 2 ? '910000017/CHIR' : '910000017/CARDIO', op(add => INST => 40 + $_)) } 1 .. 300);
is(scalar(grep { $_->{response}{status} =~ /^200/ } @{ $r->{json}{entry} }), 300, '300 entries of two places');

# --- limits, and what is left ---------------------------------------------------------
my %seen;
$seen{ $lits->patch('910000017/CARDIO', '')->{status} }++ for 1 .. 800;
ok($seen{400}, 'requests are served');
SKIP: {
	skip 'this machine is too slow to be too fast', 1 if !$seen{429};
	is(join(' ', sort keys %seen), '400 429', 'too many are told to wait');
}
is($stand->psql('SELECT count(*) FROM (SELECT c.* FROM cap.current AS c FULL JOIN cap.current_derived AS d
    USING (place_id, assignment_id, indicator_id) WHERE (c.value, c.effective_at, c.entry_id)
    IS DISTINCT FROM (d.value, d.effective_at, d.entry_id)) AS x'), 0, 'current values are the ledger\'s');
my $log = $stand->log_text('fcgi');
unlike($log, qr/level=err|worker_died/, 'no error, no worker died');
unlike($log, qr/$_->{token}/, "no token in the log") for $lits, $deux;
unlike($log, qr/$old|$lits->{secret}/, 'no secret in the log');
like($log, qr/method=PATCH route=\/fhir\/Location status=403 .*why="feed deux: suppressed/, 'the log says which feed and why');
done_testing;
