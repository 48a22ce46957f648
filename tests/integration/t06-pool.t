# A pool on a private PostgreSQL, asked over its socket: the clients that other
# tests stand on.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Pool;

my $pg = Cluster->new;
my $pool = Pool->new($pg, workers => 1);
my $r = $pool->web->get('/healthz');
is($r->{status}, 200, 'a pool answers');
is($r->{headers}{'content-type'}, 'application/json', 'with its headers');
is($pool->web->get('/accueil')->{status}, 303, 'nobody is sent to sign in');
my $me = $pool->sign_in('a@ror.example', 'clinician:france:FR');
$r = $me->get('/accueil');
is($r->{status}, 200, 'a session made in the database opens pages');
like($r->{body_text}, qr/Nom de a/, 'of its account');
is($me->post('/theme', { theme => 'dark' })->{status}, 303, 'a form is accepted');
is($me->post('/theme', { theme => 'dark', jeton => 'x' x 43 })->{status}, 403,
    'not with another token');
is($me->post('/theme', { theme => 'dark' }, headers => { 'Sec-Fetch-Site' => 'cross-site' })->{status},
    403, 'nor from another site');
is($pool->web->get('/accueil', params => { QUERY_STRING => 'a=%00' })->{status}, 400,
    'raw parameters go through');
unlike($pool->log, qr/Nom de|[0-9a-f]{64}/, 'the log has neither names nor tokens');
my $pid = $pool->pid;
$pool->stop;
ok(!kill(0, $pid), 'stopped');
done_testing;
