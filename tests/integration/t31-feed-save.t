# cap.feed_save() alone: tests/sql/feed.sql on a small hospital.
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
    '-f', Cluster::root() . '/tests/sql/feed.sql');
is($status, 0, 'the script runs to its end') or diag $text;
my $n = 0;
for my $line (split /\n/, $text) {
	diag $line if $line =~ /^#/;
	next if $line !~ /^(not )?ok - (.*)/;
	ok(!$1, $2);
	$n++;
}
is($n, 94, 'every check was made');

# Two senders of one place at once: neither is lost, the newest holds.
$pg->psql(q{INSERT INTO auth.feed (name, label, source) VALUES ('lits', 'Lits', '02');
    INSERT INTO auth.feed_site (feed_id, site, valid) SELECT id, '910000017', '[2020-01-01,)' FROM auth.feed;
    INSERT INTO auth.feed_token SELECT sha256('\x01'), id, now(), now() + interval '1 hour' FROM auth.feed;
    INSERT INTO dir.place_code VALUES (2, 'CARDIO', 1)});
my @sender;
for my $who (0, 1) {
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDOUT, '>', '/dev/null';
		my $sql = join '', map {
			my $ago = 2 * $_ + $who;
			"SELECT outcome FROM cap.feed_save('01', '{}', '{NULL}', '{CARDIO}', '{NULL}', '{1}', '{add}', "
			    . "'{02/01/04/-/-/-}', '{01}', '{$ago}', ARRAY[now() - interval '$ago minutes'], '{NULL}', '{NULL}');\n"
		} reverse 1 .. 100;
		# From a file: each statement is a transaction of its own.
		my $file = $pg->dir . "/sender$who.sql";
		open my $out, '>', $file or die $!;
		print {$out} $sql;
		close $out or die $!;
		exec 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $pg->conninfo, '-f', $file;
	}
	push @sender, $pid;
}
for my $pid (@sender) {
	waitpid $pid, 0;
	is($?, 0, 'a sender ends well');
}
is($pg->psql('SELECT count(*) FROM cap.observation WHERE indicator_id = 4'), 200, 'each value of both is in the ledger');
is($pg->psql('SELECT value FROM cap.current WHERE indicator_id = 4'), 2, 'the newest holds');
($status, $text) = $pg->ror_db('verify');
is($status, 0, 'ror-db verify agrees') or diag $text;
done_testing;
