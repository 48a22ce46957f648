# ror-db verify: each check is green on a ledger in use, and red on what it is
# there to see.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Board;
use Cluster;

my $pg = Cluster->new;
Board::build($pg);
$pg->psql(q{INSERT INTO auth.account (id, login, name) VALUES (1, 'a@ror.example', 'A');
    INSERT INTO auth.grant VALUES (1, 'bed_manager', 'ej', '910000009', '[2020-01-01,)');
    INSERT INTO auth.feed (id, name, label, source) VALUES (1, 'lits', 'Lits', '02');
    INSERT INTO auth.feed_site (feed_id, site, valid) VALUES (1, '910000017', '[2020-01-01,)');
    INSERT INTO cap.channel (place_id, mode, feed_id, since) VALUES (1, 'feed', 1, now());
    INSERT INTO cap.assignment (place_id, reason, during, account_id) VALUES (1, '02', tstzrange(now() - interval '1 day', NULL), 1)});
sub save {
	my ($place, $version, $assignment, $indicators, $values) = @_;
	my $n = () = $indicators =~ /\d+/g;
	return $pg->psql("SELECT outcome FROM cap.save(1, 'full', gen_random_uuid(), '01', NULL, '{$place}', '{$version}', '{NULL}',"
	    . " array_fill(${place}::bigint, ARRAY[$n]), '$indicators', '$values', $assignment)");
}
is(save(1, 0, 'NULL', '{1,2,4,5,6}', '{20,1,2,3,1}'), 'ok', 'a save of all three');
is(save(1, 1, "'{1}'", '{4}', '{2}'), 'ok', 'a figure of an assignment');
is(save(2, 0, 'NULL', '{1,4}', '{9,NULL}'), 'ok', 'nothing known');
my ($status, $text) = $pg->ror_db('verify');
is($status, 0, 'all is well') or diag $text;
is(scalar(() = $text =~ /^ok /mg), 10, 'ten checks');

# In a copy of each truth: what is written, and which line must say so.
my @broken = (
	[q{UPDATE cap.current SET value = 7 WHERE place_id = 1 AND indicator_id = 2}, qr/^not ok current values/m, 'a current value'],
	[q{GRANT UPDATE ON cap.observation TO ror_app}, qr/^not ok no program may change the ledger/m, 'a privilege'],
	[q{GRANT DELETE ON audit.event TO ror_auth}, qr/^not ok no program may change the audit/m, 'a privilege on the journal'],
	[q{DELETE FROM dir.place_category WHERE place_id = 2}, qr/^not ok every place of today/m, 'a category'],
	[q{UPDATE cap.current SET value = 5 WHERE place_id = 1 AND indicator_id = 20 AND assignment_id = 0}, qr/^not ok the total .* 1 are not/m, 'a total'],
	[q{DELETE FROM cap.current WHERE place_id = 1 AND indicator_id = 20}, qr/^not ok the total/m, 'no total'],
	[q{UPDATE cap.current SET value = 0 WHERE place_id = 2 AND indicator_id = 20}, qr/^not ok the total/m, 'nothing known is no zero'],
	[q{UPDATE cap.assignment SET place_id = 2}, qr/^not ok figures of an assignment/m, 'an assignment elsewhere'],
	[q{UPDATE auth.feed_site SET valid = '[2020-01-01,2021-01-01)'}, qr/^not ok a place that listens/m, 'a feed without the site'],
	[q{UPDATE cap.channel SET mode = 'manual', since = now() - interval '1 hour';
	   UPDATE cap.entry SET feed = 'lits', account_id = NULL, mode = 'feed'}, qr/^not ok a place in manual entry/m, 'a feed that goes on'],
	[q{UPDATE dir.place_now SET subset_of = 7 WHERE place_id = 2}, qr/^not ok a place inside another/m, 'inside another site'],
);
for my $case (@broken) {
	my ($sql, $line, $name) = @$case;
	$pg->run('createdb', '-T', 'ror', 'broken') and die;
	$pg->psql($sql, db => 'broken');
	my ($bad, $said) = $pg->run('env', 'ROR_DATABASE=broken', Cluster::root() . '/sql/ror-db', 'verify');
	isnt($bad, 0, "$name: refused");
	like($said, $line, 'by its own line');
	$pg->run('dropdb', 'broken');
}
done_testing;
