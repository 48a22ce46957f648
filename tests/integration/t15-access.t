# The matrix: every role over every scope on every route, asked over HTTP.  What
# is expected is Access.pm's; what is printed of it is docs/access.md.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Encode qw(decode_utf8 encode_utf8);
use Test::More;
use Access;
use Board;
use Cluster;
use Pool;
use Psql;
use Slapd;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

my $program = $ENV{ROR_FCGI} // Cluster::root() . '/build/release/ror-fcgi';
my $page = Cluster::root() . '/docs/access.md';
my @routes = Access::routes(qx($program --routes));
my @people = grep { $_->{kind} eq 'people' } @routes;
cmp_ok(scalar @routes, '>=', 100, 'the route table is read');

# --- the table is whole ---------------------------------------------------------
for my $route (@people) {
	ok(scalar Access::rows($route), "$route->{key} has its row") or diag "Write in %row of tests/integration/lib/Access.pm:\n"
	    . "\t'$route->{key}' => { rule => '…', form => …, to => … },\nwith a rule among: " . join(', ', sort keys %Access::rule)
	    . "; the head of that file says the rest.  Then ACCESS_WRITE=1 prove $0 writes docs/access.md.";
	for my $row (Access::rows($route)) {
		my @unknown = grep { !$Access::rule{$_} } ref $row->{rule} ? values %{ $row->{rule} } : $row->{rule};
		is("@unknown", '', "$route->{key}: its rules exist");
	}
}
my %is_route = map { $_->{key} => 1 } @routes;
is(join(', ', grep { !$is_route{$_} } sort keys %Access::row), '', 'no row is of a route that is gone');

my $text = Access::markdown(@routes);
if ($ENV{ACCESS_WRITE}) {
	open my $out, '>', $page or die "$page: $!";
	print {$out} encode_utf8($text);
	close $out or die $!;
}
open my $in, '<', $page or die "$page: $!";
my $written = decode_utf8(do { local $/; <$in> });
ok($written eq $text, 'docs/access.md is this table') or diag 'ACCESS_WRITE=1 prove ' . $0 . ' writes it again';

# --- the product ----------------------------------------------------------------
my $pg = Cluster->new;
Board::build($pg);
$pg->psql($Access::fixture);
my $dir = $pg->dir;
for my $file ('secret', 'key') {
	open my $out, '>', "$dir/$file" or die $!;
	print {$out} $file eq 'key' ? 'ab' x 32 : 'unused', "\n";
	close $out or die $!;
}
my $ldap = Slapd->new("$dir/ldap", "cible\@ror.example;Cible;Juste-Mot-2026;clinician;france;FR;0;\n");
my %pool = map {
	$_ => Pool->new($pg, pool => $_, workers => 1, settings => {
	    # Switched on, with nobody at its address.
	    psc => 'yes', psc_discovery_url => 'https://127.0.0.1:9/.well-known/none', psc_client_id => 'ror',
	    psc_client_secret_file => "$dir/secret", $_ eq 'auth' ? ($ldap->settings, second_factor_key_file => "$dir/key") : () })
} qw(app auth);
my $sql = Psql->new($pg);

# One digest of all that a page may change.  What a session and a feed were last
# seen at, and who is refused what, change with every request; orders of mails
# when the mailer sends them.
my @tables = split /\n/, $sql->ask(q{SELECT format('%I.%I', t.schemaname, t.tablename) FROM pg_tables AS t
    WHERE t.schemaname IN ('cap', 'auth', 'dir', 'ref') AND (t.schemaname || '.' || t.tablename) NOT IN ('auth.session', 'auth.mail_order')
    ORDER BY 1});
my $digest_sql = join "\nUNION ALL ", "SELECT 'auth.session ' || count(*) || ' ' || coalesce(sum(hashtextextended(concat(s.token_sha256, s.csrf,
    s.must_change, s.second_due), 0)), 0) FROM auth.session AS s",
    map { "SELECT '$_ ' || count(*) || ' ' || coalesce(sum(x.xmin::text::numeric), 0) FROM $_ AS x" } @tables;
sub digest { return $sql->ask($digest_sql) }
sub moved {
	my ($before, $after) = @_;
	my %was = map { /^(\S+) (.*)/ } split /\n/, $before;
	my %is = map { /^(\S+) (.*)/ } split /\n/, $after;
	return join ' ', grep { $was{$_} ne $is{$_} } sort keys %is;
}

# Somebody for each role and scope; the session is made again when it ended.
my (%person, $people);
sub person {
	my ($pool, $role, $scope) = @_;
	my ($key, undef, @grants) = @$scope;
	(my $login = lc "$role.$key\@ror.example") =~ tr/+-/ab/;
	my $p = $person{$login} //= do {
		my $web = $pool{app}->sign_in($login, map { "$role:$_" } @grants);
		{ login => $login, token => $web->{token}, csrf => $web->{csrf} };
	};
	return { %$p, web => $pool{$pool}->web->as($p->{token}, $p->{csrf}) };
}
sub again {
	my ($who) = @_;
	$sql->ask("INSERT INTO auth.session (token_sha256, account_id, csrf, method, must_change, created_at, last_seen_at)
	    SELECT sha256(decode('$who->{token}', 'hex')), a.id, '$who->{csrf}', 'ldap', false, now(), now()
	      FROM auth.account AS a WHERE a.login = '$who->{login}' ON CONFLICT DO NOTHING");
	return;
}

sub upload {
	my ($web, $to, $content) = @_;
	my $b = 'limite-7d29';
	my $body = join '', map { "--$b\r\nContent-Disposition: form-data; $_\r\n" } qq{name="jeton"\r\n\r\n$web->{csrf}},
	    qq{name="fichier"; filename="f.csv"\r\nContent-Type: text/csv\r\n\r\n$content};
	return $web->ask('POST', $to, "$body--$b--\r\n", params => { CONTENT_TYPE => "multipart/form-data; boundary=$b" });
}

sub value { my ($v, $cell) = @_; return ref $v eq 'CODE' ? $v->($cell) : $v }

sub ask {
	my ($route, $row, $cell) = @_;
	my $to = value($row->{to}, $cell) // $route->{path} =~ s/\{(\w+)\}/$Access::value{$1} \/\/ die "no value for {$1}"/ger;
	return $cell->{web}->get($to) if $route->{method} eq 'GET';
	return upload($cell->{web}, $to, value($row->{file}, $cell)) if $row->{file};
	return $cell->{web}->post($to, value($row->{form}, $cell) // {});
}

# ACCESS_ONLY='POST /favoris' asks for the routes that fit.
my $only = $ENV{ACCESS_ONLY} // '';
my $cells = 0;
my $n = 0;
for my $route (grep { $_->{key} =~ /$only/ } @people) {
	my %may = map { $_ => 1 } @{ $route->{may} };
	for my $row (Access::rows($route)) {
		my @wrong;
		my $name = $route->{key} . ($row->{note} ? " $row->{note}" : '');
		for my $role (@Access::roles) {
			for my $scope (@Access::scopes) {
				my $who = person($route->{pool}, $role, $scope);
				my $cell = { sql => $sql, n => ++$n, login => $who->{login}, web => $who->{web} };
				my $in = $may{$role} && Access::expected($row, $role, $scope->[0]);
				my $list = $may{$role} && $row->{shows};
				$row->{before}->($cell) if $row->{before};
				my $before = $route->{method} eq 'POST' ? digest() : '';
				my $r = ask($route, $row, $cell);
				my $after = $route->{method} eq 'POST' ? digest() : '';
				my $changed = moved($before, $after);
				my $where = "$role over $scope->[0]";
				my $good = $in || $list ? $row->{in} // ($route->{method} eq 'GET' ? qr/^200$/ : qr/^(?:200|303)$/) :
				    $may{$role} ? $row->{refused} // qr/^40[34]$/ : qr/^403$/;
				push @wrong, "$where: $r->{status}, wanted $good" if $r->{status} !~ $good;
				push @wrong, "$where: refused, and yet changed $changed" if !$in && $changed;
				push @wrong, "$where: nothing changed" if $in && $route->{method} eq 'POST' && !$row->{quiet} && !$changed;
				push @wrong, "$where: " . ($in ? 'does not see it' : 'sees what is not covered')
				    if $list && ($in xor $r->{body_text} =~ $row->{shows});
				again($who) if $row->{ends};
				$cells++;
			}
		}
		is(scalar @wrong, 0, "$name: every cell") or diag join "\n", @wrong[0 .. ($#wrong > 14 ? 14 : $#wrong)];
	}
}
note "$cells cells";
unlike($pool{$_}->log, qr/event=worker_died|level=err/, "pool $_: no worker died, no error") for qw(app auth);
done_testing;
