# The purge: each rule takes what is older than its setting says and nothing
# else, counts first when asked, again changes nothing, and is in the audit.
use strict;
use warnings;
use utf8;
use Encode qw(encode_utf8);
use FindBin qw($Bin);
use lib "$Bin/lib";
use POSIX qw(strftime);
use Test::More;
use Cluster;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

my $root = Cluster::root();
my $program = "$ENV{BUILD}/ror-report" if $ENV{BUILD};
($program) = grep { -x } $program // (), "$root/build/check/ror-report", "$root/build/release/ror-report";
plan skip_all => 'ror-report is not built' if !defined $program;

my $pg = Cluster->new;
my $out = $pg->dir . '/made';
mkdir $out or die $!;
my $conf = $pg->dir . '/site.conf';
sub settings {
	my %setting = (log_file => "$out/log", @_);
	open my $f, '>', $conf or die $!;
	print {$f} "$_ = $setting{$_}\n" for sort keys %setting;
	close $f or die $!;
	return;
}
settings();
# The purge on some instant; what it printed.
my $now = $pg->psql('SELECT extract(epoch FROM now())::bigint');
sub purge {
	my ($at, @option) = @_;
	my ($status, $text) = $pg->run($program, '-c', $conf, '-d', $pg->conninfo(user => 'ror_report'),
	    '-o', $out, 'purge', '--now', strftime('%Y-%m-%d %H:%M:%S+00', gmtime $at), @option);
	die "purge: $text" if $status;
	return $text;
}
sub metric { open my $in, '<', "$out/metrics-purge.prom" or die $!; local $/; return <$in> =~ /^$_[0] (\d+)$/m ? $1 : -1 }
sub count { return $pg->psql("SELECT count(*) FROM $_[0]") }
sub last_counts { return $pg->psql(q{SELECT detail FROM audit.event WHERE event = 'purge' ORDER BY id DESC LIMIT 1}) }

# --- what is there: of each kind one that is due and one that is not ----------------
# Young enough to stay or old enough to go, by a minute.
sub ago { my ($what) = @_; return "to_timestamp($now) - interval '$what'" }
my @account = map {
	my ($login, $last) = @$_;
	$pg->psql("INSERT INTO auth.account (login, name, created_at, last_login_at) VALUES "
	    . "('$login\@ror.example', 'Nom de $login', to_timestamp($now) - interval '10 years', $last) RETURNING id")
} ['chef', ago('1 day')], ['ancien', ago('12 months 1 minute')], ['recent', ago('12 months -1 minute')],
  ['attendu', ago('14 months')], ['jamais', 'NULL'], ['parti', ago('60 months')];
my ($chef, $ancien, $recent, $attendu, $jamais, $parti) = @account;
$pg->psql("INSERT INTO auth.grant (account_id, role, scope, code, valid) VALUES ($chef, 'admin', 'france', 'FR', "
    . "tstzrange('2020-01-01', NULL)), ($parti, 'clinician', 'france', 'FR', tstzrange('2020-01-01', NULL)), "
    . "($ancien, 'admin', 'france', 'FR', tstzrange('2020-01-01', NULL))");
# Somebody gave this one a right last month.
$pg->psql("INSERT INTO audit.event (at, event, account_id) VALUES (${\ ago('1 month')}, 'grant', $attendu)");
# Disabled long ago, with everything that an account can leave.
$pg->psql(<<"SQL");
UPDATE auth.account SET disabled_at = ${\ ago('24 months 1 minute')}, directory = 'principal' WHERE id = $parti;
UPDATE auth.account SET disabled_at = ${\ ago('23 months')} WHERE id = $jamais;
INSERT INTO auth.favourite (account_id, thing) VALUES ($parti, 'l1');
INSERT INTO auth.conditions (account_id, version, accepted_at) VALUES ($parti, '1', now());
INSERT INTO auth.second_factor (account_id, secret, made_at) VALUES ($parti, decode(repeat('00', 48), 'hex'), now());
INSERT INTO auth.recovery_code (account_id, code_sha256) VALUES ($parti, decode(repeat('01', 32), 'hex'));
INSERT INTO auth.psc_link (iss, sub, account_id, given_name, family_name, linked_at)
VALUES ('https://psc', '899700000001', $parti, 'Camille', 'PARTI', now());
INSERT INTO auth.invitation (mail, name, role, scope, code, valid, invited_at, accepted_at, account_id)
VALUES ('parti\@ror.example', 'Camille PARTI', 'clinician', 'france', 'FR', '[2020-01-01,)', ${\ ago('1 day')}, ${\ ago('1 day')}, $parti);
INSERT INTO auth.invitation (mail, name, role, scope, code, valid, invited_at)
VALUES ('vieille\@ror.example', 'V', 'clinician', 'france', 'FR', '[2020-01-01,)', ${\ ago('12 months 30 days 1 minute')}),
       ('autre\@ror.example', 'A', 'clinician', 'france', 'FR', '[2020-01-01,)', ${\ ago('12 months 29 days')});
INSERT INTO auth.account_request (name, mail, establishment, role, reason, asked_at, answered_at, granted)
VALUES ('Vieille', 'v\@ror.example', 'CH', 'clinician', '', ${\ ago('2 years')}, ${\ ago('12 months 1 minute')}, true),
       ('Neuve', 'n\@ror.example', 'CH', 'clinician', '', ${\ ago('2 years')}, ${\ ago('11 months')}, false),
       ('Sans réponse', 's\@ror.example', 'CH', 'clinician', '', ${\ ago('13 months')}, NULL, NULL),
       ('Camille PARTI', 'parti\@ror.example', 'CH', 'clinician', '', ${\ ago('1 month')}, NULL, NULL);
INSERT INTO auth.mail_order (kind, login, ordered_at, due_at, ended_at, outcome)
VALUES ('reset', 'v\@ror.example', now(), now(), ${\ ago('1 day 1 minute')}, 'sent'),
       ('reset', 'n\@ror.example', now(), now(), ${\ ago('23 hours')}, 'sent'),
       ('reset', 'w\@ror.example', ${\ ago('3 days')}, now(), NULL, NULL);
INSERT INTO auth.reset_token (login, token_sha256, made_at)
VALUES ('v\@ror.example', decode(repeat('02', 32), 'hex'), ${\ ago('61 minutes')}),
       ('n\@ror.example', decode(repeat('03', 32), 'hex'), ${\ ago('59 minutes')});
INSERT INTO auth.psc_state (state_sha256, cookie_sha256, return_to, created_at)
VALUES (decode(repeat('04', 32), 'hex'), decode(repeat('04', 32), 'hex'), '/', ${\ ago('61 minutes')}),
       (decode(repeat('05', 32), 'hex'), decode(repeat('05', 32), 'hex'), '/', ${\ ago('59 minutes')});
INSERT INTO auth.psc_pending (cookie_sha256, iss, sub, id_token, return_to, created_at)
VALUES (decode(repeat('06', 32), 'hex'), 'i', 's', 't', '/', ${\ ago('61 minutes')}),
       (decode(repeat('07', 32), 'hex'), 'i', 's', 't', '/', ${\ ago('59 minutes')});
INSERT INTO auth.session (token_sha256, account_id, csrf, method, must_change, created_at, last_seen_at)
VALUES (decode(repeat('08', 32), 'hex'), $chef, repeat('x', 43), 'ldap', false, ${\ ago('2 hours')}, ${\ ago('31 minutes')}),
       (decode(repeat('09', 32), 'hex'), $chef, repeat('x', 43), 'ldap', false, ${\ ago('2 hours')}, ${\ ago('29 minutes')}),
       (decode(repeat('0a', 32), 'hex'), $ancien, repeat('x', 43), 'ldap', false, ${\ ago('2 hours')}, ${\ ago('1 minute')});
INSERT INTO auth.psc_session (token_sha256, iss, sub, id_token) VALUES (decode(repeat('08', 32), 'hex'), 'i', 's', 't');
INSERT INTO cap.upload (key, account_id, kind, file_name, header, created_at, expires_at)
VALUES (gen_random_uuid(), $chef, 'capacity', 'v.csv', '{}', ${\ ago('2 days')}, ${\ ago('25 hours')}),
       (gen_random_uuid(), $chef, 'capacity', 'n.csv', '{}', ${\ ago('2 days')}, ${\ ago('23 hours')});
INSERT INTO audit.event (at, event, account_id, address)
SELECT ${\ ago('12 months 1 minute')}, 'sign_in', $parti, '192.0.2.1' FROM generate_series(1, 2500);
INSERT INTO audit.event (at, event, account_id, address) VALUES (${\ ago('11 months')}, 'sign_in', $chef, '192.0.2.2');
SQL
my $events = count('audit.event');
sub state {
	return join ' ', map { "$_=" . $pg->psql("SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM $_ AS t") }
	    qw(auth.session auth.psc_state auth.psc_pending auth.reset_token auth.mail_order auth.account_request
	    auth.invitation cap.upload audit.event auth.account auth.grant auth.favourite auth.psc_link);
}

my %due = (session => 1, psc_state => 1, psc_pending => 1, reset_token => 1, mail_order => 1, upload => 1,
    account_request => 2, invitation => 1, audit_address => 2500, account_close => 1, account_forget => 1);
my $want = join '', map { sprintf "%-16s %d\n", $_, $due{$_} } qw(session psc_state psc_pending reset_token mail_order
    upload account_request invitation audit_address account_close account_forget);

# --- first only counted ----------------------------------------------------------------
my $before = state();
is(purge($now, '--dry-run'), $want, 'a dry run counts what is due');
is(state(), $before, 'and changes nothing, the audit included');

# --- done --------------------------------------------------------------------------------
is(purge($now), '', 'a run says nothing');
is($pg->psql(q{SELECT string_agg(key || '=' || value, ' ' ORDER BY key) FROM jsonb_each_text((SELECT detail FROM audit.event WHERE event = 'purge'))}),
    join(' ', map { "$_=$due{$_}" } sort keys %due), 'one event has its counts, the same as those of the dry run');
is(metric('ror_report_rows_purged'), 9, 'its metrics: rows');
is(metric('ror_report_addresses_forgotten'), 2500, 'addresses');
is(metric('ror_report_accounts_disabled') . metric('ror_report_accounts_anonymised'), '11', 'accounts');
is($pg->psql("SELECT encode(token_sha256, 'hex') FROM auth.session") =~ /^(?:09){32}$/, 1,
    'a session in use stays; one unused goes with its provider session, those of a disabled account too');
is(count('auth.psc_session'), 0, 'what hangs on it too');
is($pg->psql("SELECT string_agg(login, ' ') FROM auth.reset_token"), 'n@ror.example', 'links');
is($pg->psql("SELECT string_agg(login, ' ' ORDER BY login) FROM auth.mail_order"), 'n@ror.example w@ror.example',
    'mails that ended; one still to be sent stays, however old');
is($pg->psql("SELECT string_agg(mail, ' ' ORDER BY mail) FROM auth.account_request"), 'n@ror.example', 'requests, answered or not');
is($pg->psql("SELECT string_agg(mail, ' ') FROM auth.invitation"), 'autre@ror.example', 'invitations');
is($pg->psql("SELECT string_agg(file_name, ' ') FROM cap.upload"), 'n.csv', 'files');
is(count('auth.psc_state') . count('auth.psc_pending'), '11', 'sign-ins by card that were never finished');

# --- the audit ------------------------------------------------------------------------------
is(count('audit.event') - $events, 3, 'no event went: three came');
is(count(q{audit.event WHERE address = '192.0.2.1'}), 0, 'old events forget their address, in several batches');
is(count(q{audit.event WHERE event = 'sign_in' AND account_id IS NOT NULL}), 2501, 'and nothing else');
is(count(q{audit.event WHERE address = '192.0.2.2'}), 1, 'young ones keep it');

# --- accounts ---------------------------------------------------------------------------------
is($pg->psql('SELECT string_agg(id::text, $$ $$ ORDER BY id) FROM auth.account WHERE disabled_at IS NULL'), "$chef $recent $attendu",
    'who did not sign in for a year is disabled, whoever it is; not who was given a right since');
is($pg->psql("SELECT detail ->> 'reason' FROM audit.event WHERE event = 'account_disabled' AND account_id = $ancien"), 'inactive', 'audited');
is($pg->psql("SELECT login || ' / ' || name || ' / ' || coalesce(directory, '-') FROM auth.account WHERE id = $parti"),
    "anonyme-$parti\@anonyme.invalid / ${\ encode_utf8('Compte anonymisé')} / -", 'two years after, the account is nobody\'s');
is($pg->psql("SELECT login FROM auth.account WHERE id = $jamais"), 'jamais@ror.example', 'not a month before');
# Wherever a text column of any table could hold it.
my $left = $pg->psql(<<'SQL');
SELECT coalesce(string_agg(c.table_schema || '.' || c.table_name || '.' || c.column_name, ' '), '')
  FROM information_schema.columns AS c
  JOIN information_schema.tables AS t USING (table_schema, table_name)
 WHERE c.table_schema IN ('auth', 'audit', 'cap', 'dir') AND t.table_type = 'BASE TABLE'
   AND c.data_type IN ('text', 'jsonb', 'ARRAY')
   AND (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I WHERE %I::text ILIKE ANY (ARRAY[''%%parti%%'', ''%%899700000001%%''])',
       c.table_schema, c.table_name, c.column_name), false, true, '')))[1]::text <> '0'
SQL
is($left, '', 'no table has the name, the address or the card any more');
is($pg->psql("SELECT upper(valid) IS NOT NULL FROM auth.grant WHERE account_id = $parti"), 't', 'its rights are over, and stay known');
like($pg->psql_error("UPDATE auth.account SET disabled_at = NULL WHERE id = $parti"), qr/check/, 'it can\'t be let in again');

# --- again, and the settings ----------------------------------------------------------------------
$before = state() =~ s/audit\.event=\S+ //r;
is(purge($now), '', 'again');
is(state() =~ s/audit\.event=\S+ //r, $before, 'changes nothing');
is($pg->psql(q{SELECT sum(value::int) FROM jsonb_each_text((SELECT detail FROM audit.event WHERE event = 'purge' ORDER BY id DESC LIMIT 1))}), 0,
    'and its event says so');
settings(close_months => 0, forget_months => 0, keep_addresses_months => 60);
purge($now + 40 * 30 * 86400);
is(count("auth.account WHERE disabled_at IS NULL"), 3, 'a rule that is switched off does nothing');
is(count(q{audit.event WHERE address = '192.0.2.2'}), 1, 'a longer period is longer');
settings(forget_months => 0);
purge($now + 24 * 30 * 86400);
is($pg->psql('SELECT string_agg(id::text, $$ $$ ORDER BY id) FROM auth.account WHERE disabled_at IS NULL'), $chef,
    'the last administrator who comes is never disabled');

# --- who may -----------------------------------------------------------------------------------------
my ($status) = $pg->run($program, '-c', $conf, '-d', $pg->conninfo(user => 'ror_report'), '-o', $out, 'survie', '--dry-run');
is($status, 2, 'other jobs take no --dry-run');
like($pg->psql_error('SELECT auth.purge($$session$$, now(), now(), 1, false)', user => $_), qr/permission denied/, "$_ can't purge")
    for qw(ror_app ror_auth ror_api ror_import ror_read);
like($pg->psql_error('SELECT auth.account_forget(1, now(), $$x$$)', user => $_), qr/permission denied/, "$_ can't forget somebody")
    for qw(ror_app ror_auth ror_api ror_report ror_import ror_read);
like($pg->psql_error('SELECT auth.purge($$autre$$, now(), now(), 1, true)', user => 'ror_report'), qr/case not found/, 'an unknown rule is an error');
like($pg->psql_error("DELETE FROM $_", user => 'ror_auth'), qr/permission denied/, "the pool auth deletes nothing of $_")
    for qw(auth.mail_order auth.account_request);

# Two at once: the second one goes.
my $pid = open my $held, '-|', 'psql', '-XqAt', '-d', $pg->conninfo, '-c',
    'SELECT pg_advisory_lock(7267005)', '-c', 'SELECT $$held$$', '-c', 'SELECT pg_sleep(20)' or die $!;
while (my $line = <$held>) { last if $line =~ /held/ }
($status) = $pg->run($program, '-c', $conf, '-d', $pg->conninfo(user => 'ror_report'), '-o', $out, 'purge');
is($status, 4, 'two runs at once: the second one says so');
kill TERM => $pid;
close $held;
done_testing;
