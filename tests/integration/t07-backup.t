# A backup restored into a new database is the same registry.
use strict;
use warnings;
use lib 'tests/integration/lib';
use Cluster;
use File::Temp qw(tempdir);
use Test::More;

my $pg = Cluster->new;
$pg->psql(<<'SQL');
INSERT INTO dir.structure (id, kind, finess) VALUES (1, 'EG', '0Z9100001');
INSERT INTO dir.structure_version (structure_id, valid, name, departement_code) VALUES (1, '[2020-01-01,)', 'CH', '91');
INSERT INTO dir.unit (id) VALUES (1);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field) VALUES (1, '[2020-01-01,)', 1, 1, 'U', '149', '01');
INSERT INTO dir.place (id) VALUES (1);
INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed) VALUES (1, '[2020-01-01,)', 1, 'L', '01', true);
INSERT INTO dir.unit_place (unit_id, place_id, valid) VALUES (1, 1, '[2020-01-01,)');
INSERT INTO auth.account (id, login, name) VALUES (1, 'a@x.example', 'A');
INSERT INTO auth.grant (account_id, role, scope, code, valid) VALUES (1, 'bed_manager', 'france', 'FR', '[2020-01-01,)');
SELECT dir.refresh();
SELECT cap.save(1, 'simple', gen_random_uuid(), '01', NULL, '{1}', '{0}', '{ok}', '{1,1}', '{1,4}', '{10,3}');
SQL

my $dir = tempdir(CLEANUP => 1);
my ($status, $text) = $pg->ror_db('backup', "$dir/ror.dump");
is($status, 0, 'a backup') or diag $text;
ok(-s "$dir/ror.dump" && !-e "$dir/ror.dump.tmp", 'whole, under its name');

($status, $text) = $pg->ror_db('restore', "$dir/ror.dump");
isnt($status, 0, 'never over a database that is there');
like($text, qr/restore into a new one/, 'and it says what to do');
($status, $text) = $pg->ror_db('restore', "$dir/absent.dump");
like($text, qr/no such file/, 'a file that is not there');

($status, $text) = $pg->run('env', 'ROR_DATABASE=ror2', 'sql/ror-db', 'restore', "$dir/ror.dump");
is($status, 0, 'into a new database') or diag $text;
($status, $text) = $pg->run('env', 'ROR_DATABASE=ror2', 'sql/ror-db', 'verify');
is($status, 0, 'which verifies') or diag $text;
my $q = 'SELECT string_agg(c::text, \',\' ORDER BY c.indicator_id) FROM cap.current AS c';
is($pg->psql($q, db => 'ror2'), $pg->psql($q), 'with the same values');
($status, $text) = $pg->run('psql', '-Xqd', 'ror2', '-c', 'SET ROLE ror_app; DELETE FROM cap.observation');
like($text, qr/permission denied/, 'and the same privileges');
($status, $text) = $pg->run('env', 'ROR_DATABASE=ror2', 'sql/ror-db', 'migrate');
is($status, 0, 'nothing is left to migrate') or diag $text;
done_testing;
