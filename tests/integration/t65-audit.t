# The audit: nobody changes it, every event has words, an administrator reads
# it by page, filter and file, nobody else does, and no secret is ever in it.
use strict;
use warnings;
use utf8;
use Digest::SHA qw(hmac_sha1);
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Mailbox;
use Pool;
use Slapd;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

my $root = Cluster::root();
sub slurp { open my $in, '<:encoding(UTF-8)', $_[0] or die "$_[0]: $!"; local $/; return scalar <$in> }

# --- words for every event that the sources write -------------------------------------
# Names that a statement makes: what each can become.
my %made = (
	q{'feed_' || p_verb} => [map { "feed_$_" } qw(add rotate suspend resume sites rights)],
	q{'channel_' || p_mode} => [qw(channel_manual channel_feed)],
	'p_event' => [], '$1' => [],		# said by who calls: found there
);
my %written;
for my $file (glob("$root/sql/migrations/*.sql"), glob("$root/sql/queries/*.sql"), glob("$root/sql/import/*.sql"), glob("$root/sql/*.sql")) {
	my $text = slurp($file) =~ s/--[^\n]*//gr;
	my @name;
	push @name, $1 while $text =~ /INSERT INTO audit\.event \(event\b[^)]*\)\s*(?:VALUES\s*\(|SELECT\s+)\s*([^,)]+?)\s*[,)]/g;
	push @name, "'$1'" while $text =~ /UNION ALL\s+SELECT '([a-z_]+)', g\.account_id/g;
	push @name, $1 while $text =~ /(?:PERFORM|SELECT) (?:auth\.feed_note|dir\.unavailability_changed|auth\.note)\(\s*([^,]+),/g;
	for my $name (@name) {
		if ($name =~ /^'([a-z_]+)'$/) { $written{$1} = $file }
		elsif ($made{$name}) { $written{$_} = $file for @{ $made{$name} } }
		elsif ($name =~ /^CASE/) {
			$written{$_} = $file for $name =~ /(?:THEN|ELSE)\s+'([a-z_]+)'/g;
		}
		else { fail("$file: what event is $name?") }
	}
}
for my $file (glob "$root/fcgi/auth/*.c $root/fcgi/pages/*.c") {
	my $text = slurp($file);
	$written{$_} = $file for $text =~ /Q_(?:psc_audit|audit_\w+),\s*DB_ARGS\(\s*"([a-z_]+)"/g;
	$written{$_} = $file for $text =~ /\[VERDICT_\w+\]\s*=\s*\{ "([a-z_]+)"/g;
	$written{$_} = $file for $text =~ /\.audited = \{ "([a-z_]+)"/g;
}
my $words = slurp("$root/fcgi/journal_words.c");
my ($table) = $words =~ /struct event_word events\[\] = \{(.*?)\n\};/s;
my %label = $table =~ /\{ "([a-z_]+)", EVENT_\w+, (?:true|false),\s*"([^"]+)"/g;
cmp_ok(scalar keys %written, '>=', 45, scalar(keys %written) . ' events are written');
is(join(' ', grep { !$label{$_} } sort keys %written), '', 'each has its words');
is(join(' ', grep { !$written{$_} } sort keys %label), '', 'and no words wait for an event that nothing writes');
my %group_done;
my $last = '';
for my $group ($table =~ /EVENT_([A-Z_]+),/g) {
	fail("the group $group comes twice in the table") if $group ne $last && $group_done{$group}++;
	$last = $group;
}

# --- append-only ----------------------------------------------------------------------------
my $pg = Cluster->new;
my ($admin, $steward, $alice) = map { "$_\@ror.example" } qw(chef gestion alice);
use constant PASSWORD => 'Juste-Mot-2026';
my $ldap = Slapd->new($pg->dir . '/ldap', "$alice;Alice DE TEST;@{[PASSWORD]};clinician;france;FR;0;\n");
my $box = Mailbox->new($pg->dir);
my $key = $pg->dir . '/key';
open my $out, '>', $key or die $!;
print {$out} '0123456789abcdef' x 4, "\n";
close $out or die $!;
my $auth = Pool->new($pg, pool => 'auth', workers => 1, settings => { $ldap->settings, $box->settings,
    second_factor_key_file => $key });
my $app = Pool->new($pg, pool => 'app', workers => 1);

is($pg->psql(<<'SQL'), '', 'no role but the owner may update, delete or truncate');
SELECT coalesce(string_agg(r.rolname || ' ' || p.privilege, ', '), '')
  FROM pg_roles AS r, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS p (privilege)
 WHERE NOT r.rolsuper AND r.rolname NOT LIKE 'pg\_%' AND r.rolname <> 'ror_owner'
   AND has_table_privilege(r.oid, 'audit.event', p.privilege)
    OR r.rolname LIKE 'ror\_%' AND r.rolname <> 'ror_owner' AND has_any_column_privilege(r.oid, 'audit.event', 'UPDATE')
SQL
is($pg->psql(<<'SQL'), '', 'no program reads it past the function');
SELECT coalesce(string_agg(r.rolname, ', '), '') FROM pg_roles AS r
 WHERE r.rolname LIKE 'ror\_%' AND r.rolname NOT IN ('ror_owner') AND has_any_column_privilege(r.oid, 'audit.event', 'SELECT')
SQL
$pg->psql(q{INSERT INTO audit.event (event, address) VALUES ('sign_out', '192.0.2.9')});
for my $sql (q{UPDATE audit.event SET event = 'x'}, q{UPDATE audit.event SET address = '192.0.2.10'}, q{UPDATE audit.event SET at = now(), address = NULL},
    'DELETE FROM audit.event', 'TRUNCATE audit.event') {
	like($pg->psql_error("SET ROLE $_; $sql"), qr/append-only|permission denied/, "$_: $sql") for qw(ror_owner ror_app ror_auth ror_report);
	like($pg->psql_error($sql), qr/append-only/, "a superuser by accident: $sql");
}
is($pg->psql_error('UPDATE audit.event SET address = NULL'), '', 'an address may be forgotten');

# --- a whole run, and what it leaves ------------------------------------------------------------
my %secret = (password => PASSWORD);
$pg->psql("INSERT INTO auth.account (login, name) VALUES ('$alice', 'Alice <DE> \"TEST\"')");
$pg->psql("INSERT INTO auth.grant (account_id, role, scope, code, valid) SELECT id, 'clinician', 'france', 'FR', "
    . "tstzrange(now() - interval '1 day', NULL) FROM auth.account WHERE login = '$alice'");
sub try_in { return $auth->web->post('/auth/connexion', { identifiant => $_[0], mot_de_passe => $_[1] }) }
sub browser {
	my ($r) = @_;
	my ($token) = map { /^__Host-ror=([0-9a-f]{64});/ ? $1 : () } @{ $r->{cookies} };
	$secret{"token $token"} = $token;
	my $csrf = $pg->psql("SELECT csrf FROM auth.session WHERE token_sha256 = sha256(decode('$token', 'hex'))");
	$secret{"form token $csrf"} = $csrf;
	return $auth->web->as($token, $csrf);
}
$secret{wrong} = 'Faux-Mot-Très-Secret-2026';
is(try_in($alice, $secret{wrong})->{status}, 401, 'a wrong password');
is(try_in($secret{typed} = 'mot-de-passe-tape-ici@ror.example', 'x')->{status}, 401, 'an unknown address');
my $me = browser(try_in($alice, PASSWORD));
$auth->web->post('/auth/oubli', { identifiant => $alice });
my ($link) = $box->wait_for($alice)->{text} =~ /lien=([0-9a-f]+)/;
$secret{link} = $link;
$secret{fresh} = 'Un-Autre-Mot-2026';
is($auth->web->post('/auth/nouveau-mot-de-passe', { lien => $link, nouveau => $secret{fresh}, encore => $secret{fresh} })->{status}, 303, 'a reset');
$me = browser(try_in($alice, $secret{fresh}));
my ($shown) = $me->get('/mon-compte/second-facteur')->{body_text} =~ m{<code class="ror-key">([A-Z2-7 ]{39})</code>};
$secret{totp} = $shown;
$secret{'totp without spaces'} = $shown =~ s/ //gr;
sub code {
	my $bits = join '', map { sprintf '%05b', index 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', $_ } grep { /[A-Z2-7]/ } split //, $shown;
	my $h = hmac_sha1(pack('Q>', int(time / 30)), pack 'B*', substr $bits, 0, 8 * int(length($bits) / 8));
	return sprintf '%06d', (unpack('N', substr $h, ord(substr $h, -1) & 15, 4) & 0x7fffffff) % 1_000_000;
}
$secret{'wrong code'} = '918273';
$me->post('/mon-compte/second-facteur', { code => $secret{'wrong code'} });
select undef, undef, undef, 0.2 while time % 30 > 25;
$secret{code} = code();
my $r = $me->post('/mon-compte/second-facteur', { code => $secret{code} });
my @codes = $r->{body_text} =~ m{<li><code>([0-9a-f]{4}(?:-[0-9a-f]{4}){3})</code>}g;
is(scalar @codes, 10, 'recovery codes');
$secret{"recovery $_"} = $codes[$_] for 0 .. 9;
$me->post('/auth/deconnexion', {});
like($pg->psql("SELECT string_agg(DISTINCT event, ' ' ORDER BY event) FROM audit.event"),
    qr/password_reset .*recovery_codes_made .*reset_asked .*second_factor .*second_factor_on .*second_factor_refused .*sign_in sign_in_refused sign_out/,
    'all of it is in the audit');

# --- who reads ---------------------------------------------------------------------------------------
my $chef = $app->sign_in($admin, 'admin:france:FR');
my $other = $app->sign_in($steward, 'steward:france:FR');
my $local = $app->sign_in('local@ror.example', 'admin:region:11');
my $path = '/administration/journal';
is($other->get($path)->{status}, 403, 'a steward does not');
is($local->get($path)->{status}, 403, 'nor an administrator of a part of France');
for my $login ($steward, 'local@ror.example') {
	is($pg->psql("SELECT count(*) FROM audit.journal((SELECT id FROM auth.account WHERE login = '$login'), '-infinity', 'infinity', "
	    . 'NULL, NULL, NULL, NULL, NULL, 100)', user => 'ror_app'), 0, "$login: the function gives nothing");
}
$r = $chef->get($path);
is($r->{status}, 200, 'an administrator of France does');
my $csv = $chef->get("$path?format=csv");
my $audit = $pg->psql('SELECT string_agg(e::text, chr(10)) FROM audit.event AS e');
for my $name (sort keys %secret) {
	unlike($_, qr/\Q$secret{$name}\E/i, "nowhere: $name") for $audit, $r->{body_text}, $csv->{body_text};
}

# --- words ------------------------------------------------------------------------------------------------
like($r->{body_text}, qr{<strong class="ror-refused">Connexion refusée</strong>}, 'a refusal in words');
like($r->{body_text}, qr{Motif\x{202f}: mot de passe incorrect}, 'its reason');
like($r->{body_text}, qr{Moyen\x{202f}: mot de passe}, 'its means');
like($r->{body_text}, qr{Alice &lt;DE&gt; &quot;TEST&quot;}, 'names are escaped');
like($r->{body_text}, qr{href="/repertoire"}, 'where the rest is read');
$pg->psql(q{INSERT INTO audit.event (event, address, detail) VALUES
    ('nouveau_genre', '2001:db8::1', '{"inconnu": "tel quel", "role": "steward", "scope": "region", "code": "11", "sites": null}'),
    ('board_setting', NULL, jsonb_build_object('before', repeat('x', 2000)))});
$r = $chef->get($path);
like($r->{body_text}, qr{<td>nouveau_genre</td>.*inconnu\x{202f}: tel quel}s, 'what nobody named is shown as it is');
like($r->{body_text}, qr{Rôle\x{202f}: Gestionnaire.*Étendue\x{202f}: région}s, 'codes have words');
unlike($r->{body_text}, qr{Établissements\x{202f}:}, 'what has no value is not there');
like($r->{body_text}, qr{<details><summary>Avant</summary><code class="ror-code">x{400}</code>}, 'long values are folded and cut');

# --- filters -----------------------------------------------------------------------------------------------
$pg->psql(<<"SQL");
INSERT INTO audit.event (at, event, account_id, address, detail)
SELECT now() - interval '100 days' - i * interval '1 minute', CASE i % 3 WHEN 0 THEN 'sign_in_refused' ELSE 'sign_in' END,
       CASE i % 2 WHEN 0 THEN (SELECT id FROM auth.account WHERE login = '$alice') END, ('198.51.100.' || i % 5)::inet,
       CASE i % 3 WHEN 0 THEN '{"method": "ldap", "reason": "locked"}'::jsonb ELSE '{"method": "psc"}' END
  FROM generate_series(1, 300) AS i;
INSERT INTO audit.event (at, event, account_id, detail)
SELECT now() - interval '99 days', 'unlink', 0, jsonb_build_object('by', id) FROM auth.account WHERE login = '$admin';
SQL
my ($from, $to) = split /\|/, $pg->psql("SELECT (now() - interval '102 days')::date, (now() - interval '98 days')::date");
my $old = "$path?du=$from&au=$to";
sub rows { my @t = $_[0]{body_text} =~ /<time class="ror-nowrap" datetime="([^"]+)"/g; return @t }
sub lines { my @l = split /\r\n/, $_[0]{body_text}; return @l - 1 }
is(rows($chef->get($old)), 50, 'fifty a page');
is(lines($chef->get("$old&format=csv")), 301, 'the file has all');
is(lines($chef->get("$old&format=csv&evenement=sign_in_refused")), 100, 'an event');
is(lines($chef->get("$old&format=csv&resultat=refuses")), 100, 'refused ones');
is(lines($chef->get("$old&format=csv&resultat=acceptes")), 201, 'the others');
is(lines($chef->get("$old&format=csv&resultat=acceptes&evenement=sign_in_refused")), 0, 'both at once: none');
is(lines($chef->get("$old&format=csv&compte=alice%40ror.example")), 150, 'a mail');
is(lines($chef->get("$old&format=csv&compte=ALICE")), 150, 'a part of it, or of the name');
is(lines($chef->get("$old&format=csv&compte=chef%40ror.example")), 1, 'what somebody did to others');
is(lines($chef->get("$old&format=csv&adresse=198.51.100.3")), 60, 'an address');
is(lines($chef->get("$old&format=csv&motif=locked&adresse=198.51.100.3")), 20, 'a reason, from there');
is(lines($chef->get("$old&format=csv&motif=locked&compte=alice&evenement=sign_in_refused&adresse=198.51.100.2")), 10, 'all of it');
$r = $chef->get("$old&compte=personne-de-ce-nom");
is(rows($r), 0, 'nobody of that name: nothing');
like($r->{body_text}, qr/Aucun compte n’a ce nom/, 'and the page says so');
is($chef->get("$path?$_")->{status}, 400, "refused: $_") for 'du=2026-02-30', 'du=2026-02-02&au=2026-01-01', 'du=2020-01-01&au=2026-01-01',
    'evenement=x', 'resultat=x', 'adresse=1.2.3', 'adresse=10.0.0.0/8', 'avant=x', 'avant=99999999999999999999';
is($chef->get("$path?avant=999999999")->{status}, 200, 'an event that is not there: an empty page');

# --- pages, while others arrive ---------------------------------------------------------------------------------
my (@seen, $next);
$r = $chef->get($old);
for (1 .. 20) {
	push @seen, rows($r);
	($next) = $r->{body_text} =~ m{rel="next" href="([^"]+)"};
	last if !defined $next;
	$pg->psql("INSERT INTO audit.event (at, event) SELECT now() - interval '98 days 1 hour', 'sign_in' FROM generate_series(1, 7)");
	$r = $chef->get($next =~ s/&amp;/&/gr);
}
is(scalar @seen, 301, 'every event of before once, none of those that came');
is(join(' ', @seen), join(' ', reverse sort @seen), 'the newest first');
like($r->{body_text}, qr{Revenir aux plus récents}, 'and back');

# --- the file -------------------------------------------------------------------------------------------------------
$pg->psql(q{UPDATE auth.account SET name = '=HYPERLINK("http://x")' WHERE login = 'gestion@ror.example';
    INSERT INTO audit.event (at, event, account_id, detail) SELECT now() - interval '200 days', '@SUM(1)', id, '{"reason": "-1+1"}'
      FROM auth.account WHERE login = 'gestion@ror.example'});
my ($day) = $pg->psql("SELECT (now() - interval '200 days')::date");
$r = $chef->get("$path?du=$day&au=$day&format=csv");
like($r->{headers}{'content-disposition'}, qr/filename="journal\.csv"/, 'a file');
my ($line) = $r->{body_text} =~ /\r\n([^\r]+)/;
unlike($line, qr/(?:^|;)"?[=@]/, 'no cell is a formula') or diag $line;
like($line, qr/'=HYPERLINK/, 'the name is there all the same');
is($pg->psql("SELECT detail ->> 'lines' FROM audit.event WHERE event = 'journal_export' ORDER BY id DESC LIMIT 1"), 1, 'taking it away is an event');
my $n = $pg->psql("SELECT count(*) FROM audit.event WHERE event = 'journal_export'");
$chef->get($path);
is($pg->psql("SELECT count(*) FROM audit.event WHERE event = 'journal_export'"), $n, 'reading a page is not');
$pg->psql("INSERT INTO audit.event (at, event) SELECT now() - interval '300 days' - i * interval '1 s', 'sign_out' FROM generate_series(1, 20100) AS i");
($from, $to) = split /\|/, $pg->psql("SELECT (now() - interval '301 days')::date, (now() - interval '299 days')::date");
is(lines($chef->get("$path?du=$from&au=$to&format=csv")), 20000, 'a file has 20,000 lines at most');
unlike($app->log . $auth->log, qr/level=err|event=worker_died/, 'no error in the logs');
done_testing;
