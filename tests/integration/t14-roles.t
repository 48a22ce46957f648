# Every role on every route: what happens is what the route table says.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Pool;

my @roles = qw(clinician bed_manager editor director steward analyst admin);
my $program = $ENV{ROR_FCGI} // Cluster::root() . '/build/release/ror-fcgi';

# One line a route: pool, method, path, scope rule, budget, roles.
my @routes = map {
	my ($pool, $method, $path, $scope, $budget, @may) = split;
	{ pool => $pool, method => $method, path => $path, scope => $scope,
	    public => "@may" eq 'public', feed => "@may" eq 'feed', may => { map { $_ => 1 } @may } }
} qx($program --routes);
cmp_ok(scalar @routes, '>=', 6, 'the table is read');
for my $route (@routes) {
	my @unknown = grep { my $r = $_; !grep { $r eq $_ } @roles, 'public', 'feed' } keys %{ $route->{may} };
	is("@unknown", '', "$route->{method} $route->{path} is for roles that exist");
}

# The pools auth and app differ in tables, not in checks; auth needs LDAP
# settings to start, though not a directory.
my $pg = Cluster->new;
my $dir = $pg->dir;
for my $file ('ca.pem', 'secret', 'key') {
	open my $out, '>', "$dir/$file" or die $!;
	print {$out} $file eq 'key' ? 'ab' x 32 : 'unused', "\n";
	close $out or die $!;
}
my %pool = map {
	$_ => Pool->new($pg, pool => $_, workers => 1, settings => {
	    # Switched on, with nobody at its address.
	    psc => 'yes', psc_discovery_url => 'https://127.0.0.1:9/.well-known/none',
	    psc_client_id => 'ror', psc_client_secret_file => "$dir/secret",
	    $_ eq 'auth' ? (ldap_ca => "$dir/ca.pem", ldap_password_file => "$dir/secret",
	        second_factor_key_file => "$dir/key") : () })
} qw(app auth api);

# A value for each {argument}: the département of the tests, or things that
# nobody has, which a page may only answer with 404.
my %value = (feed => 'r999999999', account => '999999999', code => '75', id => 'u999999999', place => 'l999999999',
    unit => 'u999999999', closure => 'c999999999',
    key => '00000000-0000-4000-8000-000000000000');

sub target {
	my ($route, %with) = @_;
	my $path = $route->{path};
	$path =~ s/\{(\w+)\}/$with{$1} \/\/ $value{$1} \/\/ die "no value for {$1}"/ge;
	return $path;
}

sub ask {
	my ($route, $who, $target) = @_;
	my $web = $pool{ $route->{pool} }->web;
	$web = $web->as($who->{token}, $who->{csrf}) if $who;
	return $route->{method} eq 'GET' ? $web->get($target) : $web->post($target, {});
}

# What a page may say once the route let somebody in: it is there, or the thing
# is not; it goes elsewhere; the form is empty.
my %inside = (GET => qr/^(?:200|303|404)$/, POST => qr/^(?:200|303|400|404|409|422)$/,
    PATCH => qr/^(?:200|303|400|404|409|412|422)$/);

# The account each role signs in with; over the territory in question.
my %person = map { $_ => $pool{app}->sign_in("$_\@ror.example", "$_:france:FR") } @roles;
# Sign-out ends the session it is asked with: another one for each.
my $n = 0;
sub spare {
	my ($role) = @_;
	return $pool{app}->sign_in('spare' . ++$n . '@ror.example', "$role:france:FR");
}

for my $route (grep { $_->{method} =~ /^(?:GET|POST)$/ } @routes) {
	my $target = target($route);
	my $name = "$route->{method} $route->{path}";
	my $r = ask($route, undef, $target);
	if ($route->{public}) {
		like($r->{status}, qr/^(?:200|303|400|401|410|422|503)$/, "$name: anybody");
	} elsif ($route->{method} eq 'GET' && $route->{pool} ne 'api') {
		is($r->{status}, 303, "$name: nobody is sent");
		like($r->{headers}{location}, qr{^/connexion\?retour=%2F}, "$name: to sign in, and back");
	} else {
		is($r->{status}, 401, "$name: nobody has to sign in");
	}
	next if $route->{public};
	if ($route->{feed}) {
		is(ask($route, $person{$_}, $target)->{status}, 401, "$name: a session of $_ is no token") for @roles;
		next;
	}
	for my $role (@roles) {
		my $who = $route->{path} eq '/auth/deconnexion' ? spare($role) : $person{$role};
		my $status = ask($route, $who, $target)->{status};
		if ($route->{may}{$role}) {
			like($status, $inside{ $route->{method} }, "$name: $role comes in");
		} else {
			is($status, 403, "$name: $role does not");
		}
		next if $route->{path} eq '/auth/deconnexion' || $route->{method} ne 'POST';
		# It shows what it was sent and saves nothing: its token is of a session that ended.
		next if $route->{path} eq '/capacitaire/reprise';
		$r = $pool{ $route->{pool} }->web->as($who->{token}, 'x' x 43)->post($target, {});
		is($r->{status}, 403, "$name: $role without its token does not");
	}
}

# --- scopes -----------------------------------------------------------------
# A grant over part of the country opens that part only, whoever holds it.
my @of_territory = (
	# grant, département, may; Paris is 75 in région 11, Toulouse 31 in 76
	['region:11', '75', 1], ['region:11', '31', 0],
	['region:76', '31', 1], ['region:76', '75', 0],
	['departement:75', '75', 1], ['departement:75', '92', 0],
	['departement:2A', '2A', 1], ['departement:2A', '2B', 0],
	['departement:971', '971', 1], ['departement:971', '972', 0],
	['france:FR', '975', 1], ['france:FR', '999', 0],
	['ej:750000001', '75', 0], ['eg:750000001', '75', 0],
);
for my $route (grep { $_->{scope} eq 'departement' } @routes) {
	my ($role) = sort keys %{ $route->{may} };
	for my $case (@of_territory) {
		my ($grant, $code, $may) = @$case;
		my $who = $pool{app}->sign_in('t' . ++$n . '@ror.example', "$role:$grant");
		my $status = ask($route, $who, target($route, code => $code))->{status};
		my $name = "$route->{path} of $code with $role:$grant";
		$may ? like($status, qr/^(?:200|404)$/, "$name: comes in") : is($status, 403, "$name: refused");
	}
}
my @of_region = (['region:11', '11', 1], ['region:11', '76', 0], ['france:FR', '76', 1],
	['departement:75', '11', 0], ['region:11', '999', 0]);
for my $route (grep { $_->{scope} eq 'region' } @routes) {
	my ($role) = sort keys %{ $route->{may} };
	for my $case (@of_region) {
		my ($grant, $code, $may) = @$case;
		my $who = $pool{app}->sign_in('t' . ++$n . '@ror.example', "$role:$grant");
		my $status = ask($route, $who, target($route) . "?region=$code")->{status};
		my $name = "$route->{path}?region=$code with $role:$grant";
		$may ? like($status, qr/^(?:200|404)$/, "$name: comes in") : is($status, 403, "$name: refused");
	}
}

# --- a provisional password ---------------------------------------------------
# Whoever it is and however much he may, the password page first.
my $provisional = $pool{app}->sign_in('provisional@ror.example', map { "$_:france:FR" } @roles);
$pg->psql("UPDATE auth.session SET must_change = true WHERE account_id = "
    . "(SELECT id FROM auth.account WHERE login = 'provisional\@ror.example')");
for my $route (grep { !$_->{public} && !$_->{feed} && $_->{method} =~ /^(?:GET|POST)$/
    && $_->{path} !~ m{^/auth/} } @routes) {
	my $r = ask($route, $provisional, target($route));
	like($r->{headers}{location}, qr{^/auth/mot-de-passe\?retour=}, "provisional: $route->{method} $route->{path} waits");
}

# --- grants that are over, or not yet, or none ---------------------------------
my $late = $pool{app}->sign_in('late@ror.example', 'analyst:france:FR');
sub with_grant {
	my ($valid) = @_;
	$pg->psql("UPDATE auth.grant SET valid = $valid WHERE account_id = "
	    . "(SELECT id FROM auth.account WHERE login = 'late\@ror.example')");
	return $pool{app}->web->as($late->{token}, $late->{csrf})->get('/accueil')->{status};
}
is(with_grant("tstzrange(now() - interval '2 h', now() + interval '1 h')"), 200, 'a grant in force opens');
is(with_grant("tstzrange(now() - interval '2 h', now() - interval '1 h')"), 403, 'one that is over does not');
is(with_grant("tstzrange(now() + interval '1 h', NULL)"), 403, 'nor one to come');
$pg->psql("DELETE FROM auth.grant WHERE account_id = (SELECT id FROM auth.account WHERE login = 'late\@ror.example')");
is($pool{app}->web->as($late->{token}, $late->{csrf})->get('/accueil')->{status}, 403, 'nor does none');

unlike($pool{$_}->log, qr/event=worker_died|level=err/, "pool $_: no worker died, no error")
    for qw(app auth api);
done_testing;
