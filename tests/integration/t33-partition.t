# The demonstration and its night: the sum over any partition is the total,
# shared beds once (tests/sql/partition.sql); and the script sees a wrong one.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;

my $pg = Cluster->new;
my ($status, $text) = $pg->ror_db('demo', '--days', '12');
is($status, 0, 'a demonstration of twelve days') or BAIL_OUT($text);
my $out = $pg->dir . '/made';
mkdir $out or die $!;
my $program = ($ENV{BUILD} // Cluster::root() . '/build/release') . '/ror-report';
($status, $text) = $pg->run($program, '-d', $pg->conninfo(user => 'ror_report'), '-o', $out, 'nightly');
is($status, 0, 'and its night') or BAIL_OUT($text);

sub checks {
	my ($s, $said) = $pg->run('psql', '-XqAt', '-d', $pg->conninfo, '-f', Cluster::root() . '/tests/sql/partition.sql');
	is($s, 0, 'the script runs') or diag $said;
	return split /\n/, $said;
}
my @line = checks();
is(scalar @line, 4, 'four checks');
ok(/^ok/, s/^(?:not )?ok - //r) for @line;

$pg->psql(q{UPDATE mart.fct_place_day SET value_s = value_s + 1
    WHERE (place_id, day) = (SELECT f.place_id, f.day FROM mart.fct_place_day AS f JOIN dir.place_now AS n ON n.place_id = f.place_id
        WHERE f.indicator_id = 20 AND cardinality(n.unit_ids) > 1 ORDER BY f.day DESC, f.place_id LIMIT 1) AND indicator_id = 20});
@line = checks();
is(scalar(grep { /^not ok/ } @line), 2, 'one bed-second too many in a shared place is seen, in its cell and in the sums');
done_testing;
