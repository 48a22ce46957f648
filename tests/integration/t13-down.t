# The database goes and comes back: pages say so, then work again, and nothing
# is sent twice that must be done once.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Pool;

my $pg = Cluster->new(settings => { log_statement => 'all' });
my $pool = Pool->new($pg, workers => 1);
my $dir = $pg->dir;
for my $file ('ca.pem', 'secret') {
	open my $out, '>', "$dir/$file" or die $!;
	print {$out} "unused\n";
	close $out or die $!;
}
my $auth = Pool->new($pg, pool => 'auth', workers => 1,
    settings => { ldap_ca => "$dir/ca.pem", ldap_password_file => "$dir/secret" });
my $me = $pool->sign_in('a@ror.example', 'clinician:france:FR');
my $me_auth = $auth->web->as($me->{token}, $me->{csrf});
is($me->get('/accueil')->{status}, 200, 'at first all is well');
is($me_auth->get('/auth/mot-de-passe')->{status}, 200, 'in both pools');

sub backends {
	return $pg->psql("SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE application_name LIKE 'ror-fcgi-%'");
}

# Each connection is cut, as a restart or a failover would, and nobody told.
sub cut {
	$pg->psql("SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity "
	    . "WHERE application_name LIKE 'ror-fcgi-%'");
	for (1 .. 200) {
		return if backends() == 0;
		select undef, undef, undef, 0.05;
	}
	die 'connections stay';
}

# --- cut connections ----------------------------------------------------------
for my $page ('/accueil', '/healthz') {
	cut();
	is($me->get($page)->{status}, 200, "$page: a read is asked once more, nobody notices");
}
cut();
is($me->ask('HEAD', '/accueil', '')->{status}, 200, 'and so is a HEAD');

# The session is read (again) before a POST writes: the write itself never left.
cut();
is($me->post('/theme', { theme => 'dark' })->{status}, 303, 'a POST that only reads works');

# --- a write that was cut in the middle is not sent again --------------------------
# The trigger ends the connection of whoever deletes a session: the statement
# left, its fate is unknown, so the answer must be an error and no second try.
$pg->psql('CREATE TABLE public.tries (n serial)');
$pg->psql('GRANT ALL ON public.tries TO PUBLIC; GRANT ALL ON SEQUENCE public.tries_n_seq TO PUBLIC; '
    . 'GRANT USAGE ON SCHEMA public TO PUBLIC');
$pg->psql(q{CREATE FUNCTION public.hang_up() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
    'BEGIN PERFORM nextval(''public.tries_n_seq''); PERFORM pg_terminate_backend(pg_backend_pid()); RETURN OLD; END'});
$pg->psql('CREATE TRIGGER hang_up BEFORE DELETE ON auth.session FOR EACH ROW EXECUTE FUNCTION public.hang_up()');
is($me_auth->post('/auth/deconnexion', {})->{status}, 503, 'a write that was cut says so');
is($pg->psql('SELECT last_value FROM public.tries_n_seq'), 1, 'and was sent once');
is($me->get('/accueil')->{status}, 200, 'nothing of it was done');
$pg->psql('DROP TRIGGER hang_up ON auth.session');
is($me_auth->get('/auth/mot-de-passe')->{status}, 200, 'the next page works at once');

# --- the database is down ----------------------------------------------------------
for my $mode ('fast', 'immediate') {
	$pg->halt($mode);
	for my $case ([$me, 'GET', '/accueil'], [$me, 'GET', '/healthz'], [$me, 'POST', '/theme'],
	    [$me_auth, 'GET', '/auth/mot-de-passe'], [$me_auth, 'POST', '/auth/deconnexion'],
	    [$auth->web, 'POST', '/auth/connexion']) {
		my ($web, $method, $path) = @$case;
		my $name = "$mode: $method $path";
		my $r;
		{
			local $SIG{ALRM} = sub { die "no page in 10 s\n" };
			alarm 10;
			$r = $method eq 'GET' ? $web->get($path) : $web->post($path,
			    { identifiant => 'a@ror.example', mot_de_passe => 'Mot-Perdu-2026' });
			alarm 0;
		}
		is($r->{status}, 503, "$name: 503");
		is($r->{headers}{'retry-after'}, 5, "$name: try again in 5 s");
		like($r->{body_text}, qr/ne peut pas répondre|pas enregistrée/, "$name: the page says so");
		unlike($r->{body_text}, qr/Mot-Perdu|conninfo|socket|$dir/, "$name: and nothing it should not");
		is(@{ $r->{cookies} }, 0, "$name: no cookie is touched");
	}
	my $r = $me->get('/accueil', headers => { Accept => 'application/json' });
	like($r->{body}, qr/^\{"error":/, "$mode: who asks for JSON is told in JSON");
	is($auth->web->get('/connexion')->{status}, 200, "$mode: the form to sign in needs no database");
	$pg->start;
	is($me->get('/accueil')->{status}, 200, "$mode: back, the next page works at once");
	is($me_auth->get('/auth/mot-de-passe')->{status}, 200, "$mode: in both pools");
}

# --- a schema that does not fit ------------------------------------------------------
# After a reconnect statements are compared again: a worker must not go on with
# half of them.
$pg->psql('ALTER TABLE auth.account RENAME COLUMN name TO called');
cut();
is($me->get('/accueil')->{status}, 503, 'a column renamed under our feet: 503');
for (1 .. 40) {
	last if $pool->log =~ /session_get/;
	select undef, undef, undef, 0.05;
}
like($pool->log, qr/session_get/, 'the log names the statement');
$pg->psql('ALTER TABLE auth.account RENAME COLUMN called TO name');
is($me->get('/accueil')->{status}, 200, 'mended: works again');

# --- workers that start while it is down ---------------------------------------------
unlike($pool->log . $auth->log, qr/event=worker_died/, 'no worker died of all that');
$pg->halt;
open my $children, '<', "/proc/@{[$pool->pid]}/task/@{[$pool->pid]}/children" or die $!;
kill KILL => split ' ', <$children>;
for (1 .. 200) {
	last if $pool->log =~ /event=worker_start_failed/;
	select undef, undef, undef, 0.05;
}
like($pool->log, qr/event=worker_start_failed part=database/, 'a new worker needs the database, and says so');
$pg->start;
my $back;
for (1 .. 400) {
	last if $back = eval { $me->get('/accueil')->{status} == 200 };
	select undef, undef, undef, 0.05;
}
ok($back, 'it comes by itself when the database is back');
unlike($pool->log . $auth->log, qr/Mot-Perdu|a\@ror\.example|$me->{token}/, 'the log has no secret');
done_testing;
