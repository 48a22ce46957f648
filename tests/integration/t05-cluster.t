# The private PostgreSQL that other tests stand on: starts, answers as each
# role, restarts, leaves nothing behind.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;

my $pg = Cluster->new;
is($pg->psql('SELECT count(*) FROM ref.departement'), 102, 'initialised');
is($pg->psql('SELECT current_user', user => 'ror_app'), 'ror_app', 'answers a program');
like($pg->psql_error('DELETE FROM cap.observation', user => 'ror_app'),
    qr/permission denied/, 'a program may not change the ledger');
my ($status, $text) = $pg->ror_db('init');
is($status, 0, 'init twice is harmless') or diag $text;
($status, $text) = $pg->ror_db('verify');
is($status, 0, 'verify is content') or diag $text;
$pg->halt;
like($pg->psql_error('SELECT 1'), qr/failed/, 'halted: refuses');
$pg->start;
is($pg->psql('SELECT 1'), 1, 'started again: answers');
my $dir = $pg->dir;
$pg->stop;
ok(!-e $dir, 'stopped: its folder is gone');
done_testing;
