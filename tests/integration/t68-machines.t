# Machines that read: rights, profiles, territories, token scopes, certificates,
# and what an answer holds.  Feeds have t32.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use HTTP::Tiny;
use JSON::PP;
use Test::More;
use Board;
use Feed;
use Stand;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $stand = Stand->new(data => 'none');
Board::build($stand);
$stand->psql(q{
INSERT INTO auth.account (id, login, name) OVERRIDING SYSTEM VALUE VALUES (1, 'martin@ror.example', 'Camille MARTIN');
INSERT INTO auth.grant VALUES (1, 'bed_manager', 'france', 'FR', '[2020-01-01,)');
UPDATE dir.unit_version SET sensitive = true WHERE unit_id = 2;
SELECT dir.refresh();
INSERT INTO dir.place_code VALUES (2, 'CARDIO', 1), (2, 'CHIR', 2), (2, 'TRAVAUX', 4), (3, 'JOUR', 8), (3, 'CARDIO', 7);
SELECT cap.save(1, 'full', gen_random_uuid(), '01', now() - interval '2 hours', ARRAY[p]::bigint[], '{0}', '{NULL}',
    array_fill(p::bigint, '{5}'), '{1,2,5,6,9}', '{20,1,3,4,2}') FROM unnest('{1,2,8}'::int[]) AS p;
INSERT INTO cap.place_state (place_id, version, touched_at, source) VALUES (4, 1, now(), '02') ON CONFLICT DO NOTHING});
# Something was said of the place that is locked, before it was.
$stand->psql(q{UPDATE dir.place_now SET locked = '{}' WHERE place_id = 4;
SELECT cap.save(1, 'full', gen_random_uuid(), '01', now() - interval '3 days', '{4}', '{1}', '{NULL}', '{4,4}', '{1,5}', '{9,6}');
SELECT dir.refresh()});

my ($run) = $stand->{ready}{postgres} =~ /host=(\S+)/;
sub machine {
	my ($verb, @arg) = @_;
	open my $out, '-|', 'env', "PGHOST=$run", 'PGUSER=postgres', $stand->var . '/share/sql/ror-db', 'machine', $verb, @arg or die $!;
	local $/;
	my $text = <$out> // '';
	close $out;
	return ($? >> 8, $text);
}
sub add {
	my ($name, @arg) = @_;
	my ($status, $text) = machine('add', $name, '--label', "Logiciel $name", @arg);
	my ($secret) = $text =~ /^([0-9a-f]{64})$/m;
	return $status ? undef : Feed->new($stand, $name, secret => $secret);
}
sub token { my ($m, $scope) = @_;
	return $m->sign_in(content => "grant_type=client_credentials&client_id=$m->{name}&client_secret=$m->{secret}"
	    . (defined $scope ? "&scope=$scope" : '')) }
sub get { my ($m, $path, %headers) = @_;
	my $r = $stand->get("/fhir/$path", headers => { $m && $m->{token} ? (authorization => "Bearer $m->{token}") : (), %headers });
	$r->{json} = eval { decode_json($r->{content}) };
	$r->{says} = join ' ', $r->{status}, $r->{json}{issue}[0]{code} // '';
	return $r }
# « 01=20 05/02=1 »: what a Location says, by status and closing or gender.
sub figures {
	my ($location) = @_;
	return join ' ', sort map {
		my %of = map { $_->{url} => $_->{valueInteger} // $_->{valueDateTime} // $_->{valueCodeableConcept}{coding}[0]{code} }
		    @{ $_->{extension} };
		join('/', grep { defined } @of{qw(capacityStatus genderCapacityAvailable capacityClosingType additionalBedType)}) . "=$of{nbCapacity}";
	} @{ $location->{extension} // [] };
}
sub error { return $_[0]{json}{error} // '' }

# --- declaring ------------------------------------------------------------------
my $reader = add('lecteur', '--sends', 'no', '--reads', 'P1', '--over', 'region:11');
ok($reader, 'a machine that reads a région');
my $feed = add('lits', '--sites', '910000017');
ok($feed, 'one that sends, as before');
like((machine('list'))[1], qr/^lecteur\s.*\bno\s+P1 region:11/m, 'the list says what each may');
for my $case (['neither sends nor reads', '--sends', 'no'], ['no such profile', '--reads', 'P6'], ['no such région', '--reads', 'P1', '--over', 'region:zz'],
	['France has no code', '--reads', 'P1', '--over', 'france:FR'], ['sends without a site', '--sends', 'yes'],
	['reads its sites, of which there are none', '--sends', 'no', '--reads', 'P1']) {
	my ($name, @arg) = @$case;
	ok(!add('autre', @arg), "refused: $name");
}
is($stand->psql('SELECT count(*) FROM auth.feed'), 2, 'and nothing stays of them');

# --- token scopes ------------------------------------------------------------------
my $r = token($reader);
is($r->{json}{scope}, 'consultation', 'all that it has');
is(error(token($reader, 'remontee')), 'invalid_scope', 'a right that it has not');
is(error(token($reader, '910000017')), 'invalid_scope', 'a site that is not declared');
is(token($feed)->{json}{scope}, 'remontee 910000017', 'of a feed: its right and its sites');
is(error(token($feed, 'consultation')), 'invalid_scope', 'which does not read');
is((machine('rights', 'lits', '--reads', 'P5'))[0], 0, 'rights are given');
is(get($feed, 'Location/l1')->{says}, '403 forbidden', 'a token of before has not got it');
is(token($feed, 'consultation')->{json}{scope}, 'consultation 910000017', 'a token for reading alone');
is(get($feed, 'Location/l1')->{status}, 200, 'reads');
$r = $feed->patch('910000017/CARDIO', op(replace => DISPO_F => 9));
is($r->{says}, '403 forbidden', 'and does not send');
like($r->{issue}{diagnostics}, qr/scope remontee/, 'says which scope it wants');
is($feed->batch({ request => { method => 'PATCH', url => 'Location?identifier=CARDIO' }, resource => parameters(op(add => DISPO => 1)) })->{says},
    '403 forbidden', 'nor a batch');
is(token($feed, 'remontee')->{json}{scope}, 'remontee 910000017', 'a token for sending alone');
is(get($feed, 'Location/l1')->{says}, '403 forbidden', 'does not read');
$stand->psql("INSERT INTO auth.feed_site (feed_id, site) SELECT id, '940000018' FROM auth.feed WHERE name = 'lits'");
token($feed, 'remontee%20940000018');
is($feed->patch('910000017/CARDIO', op(replace => DISPO_F => 9))->{says}, '403 forbidden', 'a token for one site does not write another');
is($feed->patch('940000018/CARDIO', op(add => DISPO_F => 9))->{status}, 200, 'but its own');
token($feed, 'consultation%20940000018');
is(get($feed, 'Location/l1')->{says}, '404 not-found', 'nor reads another');
is(get($feed, 'Location/l7')->{status}, 200, 'but its own');
$stand->psql("DELETE FROM auth.feed_site WHERE site = '940000018'");

# --- what an answer holds -------------------------------------------------------------
token($reader);
$r = get($reader, 'Location/l1');
is($r->{status}, 200, 'a place by its number');
is($r->{headers}{'content-type'}, 'application/fhir+json', 'in FHIR');
my $l = $r->{json};
is("$l->{resourceType} $l->{id} $l->{name} $l->{meta}{versionId}", 'Location l1 HC Cardiologie 1', 'its name and version');
is($l->{identifier}[0]{value}, '910000017/CARDIO', 'the identifier that a PATCH takes');
is($l->{managingOrganization}{identifier}{value}, '910000017', 'its site');
is(figures($l), '01=20 02/01=3 02/02=4 05/02=1 06/01=2', 'every figure, once, and no total');
my ($inst) = grep { grep { ($_->{url} eq 'capacityStatus') && $_->{valueCodeableConcept}{coding}[0]{code} eq '01' } @{ $_->{extension} } } @{ $l->{extension} };
like($inst->{url}, qr{/ror-location-supported-capacity$}, 'as the extension that feeds send');
my %part = map { $_->{url} => $_ } @{ $inst->{extension} };
is($part{capacityStatus}{valueCodeableConcept}{coding}[0]{system}, 'https://mos.esante.gouv.fr/NOS/TRE_R330-TypeStatutCapacite/FHIR/TRE-R330-TypeStatutCapacite', 'codes with their lists');
like($part{capacityUpdateDate}{valueDateTime}, qr/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/, 'since when, with its zone');
is($part{temporaryAssignement}{valueCodeableConcept}{coding}[0]{code}, '01', 'of the place itself');
my $etag = $r->{headers}{etag};
like($etag, qr{^W/"1\.[0-9a-f]{8}"$}, 'an ETag with the version before the dot');
like($r->{headers}{'last-modified'}, qr/^\w{3}, \d\d \w{3} \d{4} .* GMT$/, 'and when something was last said');
$r = get($reader, 'Location/l1', 'if-none-match' => $etag);
is($r->{status} . length($r->{content} // ''), '3040', 'not modified');
token($feed, 'remontee');
is($feed->patch('910000017/CARDIO', op(replace => DISPO_F => 3), headers => { 'if-match' => $etag })->{status}, 200, 'If-Match takes it');
is(get($reader, 'Location/l1', 'if-none-match' => $etag)->{status}, 200, 'a confirmation is news: the date has moved');
is($feed->send('PATCH', '/fhir/Location/l1', parameters(op(replace => DISPO_F => 8)))->{headers}{etag}, 'W/"2"', 'PATCH by number');
like(figures(get($reader, 'Location/l1')->{json}), qr{02/01=8}, 'is read back');
is($feed->send('PATCH', '/fhir/Location/l7', parameters(op(add => DISPO_F => 8)))->{says}, '404 not-found', 'not of a site of somebody else');
is($feed->patch('/l1', op(replace => DISPO_F => 2))->{says}, '404 not-found', 'no number by the identifier');
$r = get($reader, 'Location?identifier=910000017/CARDIO');
is("$r->{status} $r->{json}{resourceType} $r->{json}{type} $r->{json}{total}", '200 Bundle searchset 1', 'a search has a Bundle');
is($r->{json}{entry}[0]{resource}{id}, 'l1', 'with the place');
like($r->{json}{entry}[0]{fullUrl}, qr{/fhir/Location/l1$}, 'and its address');
is(get($reader, 'Location?identifier=910000017/CARDIO', 'if-none-match' => $r->{headers}{etag})->{status}, 304, 'not modified either');
$r = get($reader, 'Location?identifier=CARDIO');
is($r->{json}{total}, 2, 'a code alone, of two sites');
is(figures($r->{json}{entry}[1]{resource}), '02/01=9', 'each with its own figures');
$r = get($reader, 'Location?identifier=910000017/RIEN');
is("$r->{json}{total} " . (exists $r->{json}{entry} ? 'entry' : 'none'), '0 none', 'none found is an empty search');
is(get($reader, 'Location')->{says}, '400 required', 'a search for nothing');
is(get($reader, "Location/$_")->{says}, '404 not-found', "no such place: $_") for 'l999999', 'u1', 'CARDIO';
$r = get($reader, 'Location/l4');
is(figures($r->{json}), '01=9 02/01=0', 'total unavailability is a known zero');
is(figures(get($reader, 'Location/l5')->{json}), '', 'a place of which nothing was said has no figure');

# --- profiles ------------------------------------------------------------------------
my %sees = (P0 => ['', undef, ''], P1 => ['01=20 02/01=8 02/02=4 05/02=1 06/01=2', 200, '01=20 02/01=3 02/02=4 05/02=1 06/01=2'],
    P2 => ['01=20 02/01=8 02/02=4 05/02=1', undef, '01=20 02/01=3 02/02=4 05/02=1'], P3 => ['', undef, '01=20 02/01=3 02/02=4 05/02=1'],
    P5 => ['01=20', undef, '01=20']);
$sees{P4} = $sees{P1};
for my $profile (sort keys %sees) {
	my ($beds, $sensitive, $social) = @{ $sees{$profile} };
	is((machine('rights', 'lecteur', '--sends', 'no', '--reads', $profile, '--over', 'france'))[0], 0, "profile $profile");
	is(figures(get($reader, 'Location/l1')->{json}), $beds, "$profile: beds");
	is(figures(get($reader, 'Location/l8')->{json}), $social, "$profile: médico-social");
	is(get($reader, 'Location/l2')->{status}, $sensitive // 404, "$profile: a sensitive unit");
}
machine('rights', 'lecteur', '--sends', 'no', '--reads', 'P2', '--over', 'france');
is(get($reader, 'Location?identifier=910000017/CHIR')->{json}{total}, 0, 'nor is a sensitive unit found');

# --- territories ----------------------------------------------------------------------
for my $case (['departement:91', 200, 404], ['departement:94', 404, 200], ['region:11', 200, 200], ['region:76', 404, 404], ['france', 200, 200]) {
	my ($over, $here, $there) = @$case;
	machine('rights', 'lecteur', '--sends', 'no', '--reads', 'P1', '--over', $over);
	is(get($reader, 'Location/l1')->{status} . get($reader, 'Location/l7')->{status}, "$here$there", $over);
}

# --- tokens and certificates ------------------------------------------------------------
is(get(undef, 'Location/l1')->{says}, '401 login', 'nobody');
is(get({ token => 'ab' x 32 }, 'Location/l1')->{says}, '401 login', 'a token that is none');
like(get({ token => 'ab' x 32 }, 'Location/l1')->{headers}{'www-authenticate'}, qr/invalid_token/, 'and why');
my $me = $stand->session('martin@ror.example');
is($stand->get('/fhir/Location/l1', as => $me)->{status}, 401, 'a session is no token');
is((machine('suspend', 'lecteur', 'contrat terminé'))[0], 0, 'suspended');
$r = get($reader, 'Location/l1');
is($r->{says}, '403 suppressed', 'with the token it had');
like($r->{json}{issue}[0]{diagnostics}, qr/contrat terminé/, 'says the reason');
machine('resume', 'lecteur');
is(get($reader, 'Location/l1')->{status}, 200, 'and back');
my ($tls, $own) = ($stand->var . '/tls', $stand->{dir});
my $plain = $stand->{http};
sub certificate {
	my ($name) = @_;
	system("openssl req -newkey rsa:2048 -nodes -subj /O=Editeur/CN=$name -keyout $own/$name.key -out $own/$name.csr 2>/dev/null && "
	    . "openssl x509 -req -in $own/$name.csr -CA $tls/feeds-ca.crt -CAkey $tls/feeds-ca.key -CAcreateserial -days 2 -out $own/$name.crt 2>/dev/null") == 0
	    or die 'openssl';
	return HTTP::Tiny->new(verify_SSL => 0, timeout => 15,
	    SSL_options => { SSL_cert_file => "$own/$name.crt", SSL_key_file => "$own/$name.key" });
}
my ($one, $two) = map { certificate($_) } qw(un deux);
$stand->{http} = $one;
is(token($reader)->{status}, 200, 'a token asked for over a certificate that nobody declared');
is(get($reader, 'Location/l1')->{status}, 200, 'works there');
is(token($feed)->{status}, 200, 'a feed likewise');
$stand->{http} = $two;
is(get($reader, 'Location/l1')->{says}, '401 login', 'not over another certificate');
is($feed->patch('910000017/CARDIO', op(replace => DISPO_F => 2))->{says}, '401 login', 'to send neither');
$stand->{http} = $plain;
is(get($reader, 'Location/l1')->{says}, '401 login', 'nor without one');
is($feed->patch('910000017/CARDIO', op(replace => DISPO_F => 2))->{says}, '401 login', 'to send neither');
$stand->psql("UPDATE auth.feed SET certificate = 'CN=un,O=Editeur' WHERE name = 'lecteur'");
is(error(token($reader)), 'invalid_client', 'a declared certificate: no token without');
$stand->{http} = $one;
is($reader->sign_in(content => 'grant_type=client_credentials&client_id=lecteur')->{status}, 200, 'the certificate alone is enough');
is(get($reader, 'Location/l1')->{status}, 200, 'and reads');
$stand->{http} = $plain;

# --- other methods ------------------------------------------------------------------------
sub allow { my ($method, $path) = @_; my $x = $stand->request($method, $path, content => '');
	return "$x->{status} " . ($x->{headers}{allow} // '-') }
is(allow('PUT', '/fhir/Location'), '405 GET, HEAD, PATCH', 'what an address answers to');
is(allow('DELETE', '/fhir/Location/l1'), '405 GET, HEAD, PATCH', 'of the interface');
is(allow('PUT', '/fhir'), '405 POST', 'of a batch');
is(allow('POST', '/disponibilites'), '405 GET, HEAD', 'of a page');
is(allow('PATCH', '/capacitaire'), '405 GET, HEAD, POST', 'of a form');
is(allow('DELETE', '/auth/token'), '405 POST', 'of tokens');
is(allow('DELETE', '/auth/psc'), '404 -', 'what is switched off answers to nothing');

my $log = $stand->log_text('fcgi');
unlike($log, qr/level=err|worker_died/, 'no error, no worker died');
unlike($log, qr/$_->{token}|$_->{secret}/, 'no token or secret in the log') for $reader, $feed;
like($log, qr{method=GET route=/fhir/Location/\{place\} status=403 .*why="machine lecteur: suppressed}, 'the log says which machine and why');
is($stand->psql("SELECT count(*) FROM audit.event WHERE event = 'feed_rights' AND detail ? 'profile'") > 8, 1, 'rights that changed are audited');
done_testing;
