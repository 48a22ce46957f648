# Every statement runs as every program it is for, on an empty database.
use strict;
use warnings;
use lib 'tests/integration/lib';
use Cluster;
use Test::More;

my $pg = Cluster->new;
my ($status, $text) = $pg->run('tests/sql/statements.sh');
my @lines = grep { /^(not )?ok/ } split /\n/, $text;
cmp_ok(scalar @lines, '>', 5, 'statements were found');
is(join("\n", grep { /^(not ok|#)/ } split /\n/, $text), '', 'all of them run');
is($status, 0, 'and the exit status says so');

# The check can fail: a statement that its role may not run.
($status, $text) = $pg->run('psql', '-Xqd', 'ror', '-c',
    'SET ROLE ror_app; DELETE FROM cap.observation');
like($text, qr/permission denied/, 'the ledger is closed to the application');
done_testing;
