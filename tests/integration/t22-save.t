# cap.save() alone: tests/sql/save.sql on a small hospital.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Board;
use Cluster;

my $pg = Cluster->new;
Board::build($pg);
my ($status, $text) = $pg->run('psql', '-X', '-q', '-At', '-d', $pg->conninfo,
    '-f', Cluster::root() . '/tests/sql/save.sql');
is($status, 0, 'the script runs to its end') or diag $text;
my $n = 0;
for my $line (split /\n/, $text) {
	diag $line if $line =~ /^#/;
	next if $line !~ /^(not )?ok - (.*)/;
	ok(!$1, $2);
	$n++;
}
is($n, 79, 'every check was made');
done_testing;
