# Administration of feeds: who sees what, each act and refusal, secrets once.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Board;
use Cluster;
use Pool;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $pg = Cluster->new;
Board::build($pg);
my $pool = Pool->new($pg, workers => 2);
my $admin = $pool->sign_in('admin@ror.example', 'admin:france:FR');
my $steward = $pool->sign_in('gestion@ror.example', 'steward:region:11');
my $far = $pool->sign_in('loin@ror.example', 'steward:region:76');
my $path = '/administration/remontees';
sub feeds { return $pg->psql('SELECT count(*) FROM auth.feed') }
sub feed { return $pg->psql("SELECT $_[0] FROM auth.feed WHERE name = 'lits-valmont'") }
sub add { my (%f) = @_;
	return $admin->post($path, { nom => 'Lits, Valmont', identifiant => 'lits-valmont', source => '03', envoie => 1,
	    etablissements => "910000017\r\n", contact => 'lits@valmont.example', %f }) }
sub secret { return $_[0]{body} =~ m{<code class="ror-code">([0-9a-f]{64})</code>} ? $1 : undef }
my $r;

# --- nothing yet -------------------------------------------------------------
$r = $admin->get($path);
is($r->{status}, 200, 'the list');
like($r->{body_text}, qr/Aucun logiciel\./, 'says that it is empty');
like($r->{body_text}, qr/Déclarer un logiciel/, 'and how it fills');
unlike($steward->get($path)->{body_text}, qr/Déclarer un logiciel/, 'a steward reads');
is($steward->post($path, {})->{status}, 403, 'and declares none');
like($admin->get('/administration')->{body}, qr/href="$path"/, 'the tools lead here');

# --- add ----------------------------------------------------------------------
sub refused { my ($name, $http, $like, %f) = @_;
	my $x = add(%f);
	is($x->{status}, $http, $name);
	like($x->{body_text}, $like, "$name: says why, at its field");
	is(feeds(), 0, "$name: nothing is kept");
	return $x }
$r = refused('an unknown site', 422, qr/FINESS d’établissement inconnu.*000000000/, etablissements => '910000017 000000000');
like($r->{body_text}, qr/value="Lits, Valmont"/, 'what was typed is still there');
refused('an EJ', 422, qr/inconnu.*910000009/, etablissements => '910000009');
refused('no site', 422, qr/au moins un établissement/, etablissements => " ,;\n");
refused('a name with a space', 422, qr/lettres minuscules/, identifiant => 'Lits Valmont');
refused('no name', 422, qr/lettres minuscules/, identifiant => '');
refused('no label', 422, qr/Donnez un nom/, nom => ' ');
refused('a long label', 422, qr/Donnez un nom/, nom => 'é' x 201);
refused('no right', 422, qr/au moins un droit/, envoie => '');
refused('no such profile', 422, qr/profil de la liste/, profil => 'P7');
refused('a région that is none', 422, qr/Ce territoire n’existe pas/, profil => 'P1', perimetre => 'region', territoire => '99');
refused('a reader of sites, without any', 422, qr/au moins un établissement/, envoie => '', profil => 'P1', etablissements => '');
refused('typed by people', 422, qr/source de la liste/, source => '01');
refused('a long certificate', 422, qr/trop long/, certificat => 'x' x 401);
$r = add(nom => '<b>Lits</b> & co');
is($r->{status}, 200, 'a feed');
my $secret = secret($r);
ok($secret, 'and its secret, shown');
like($r->{headers}{'cache-control'}, qr/no-store/, 'on a page that nobody keeps');
is(feed("secret_sha256 = sha256('$secret')"), 't', 'the database has its hash');
is(feed('created_by'), $pg->psql("SELECT id FROM auth.account WHERE login = 'admin\@ror.example'"), 'and who declared it');
is(feed('source'), '03', 'and its source');
unlike($admin->get($path)->{body}, qr/$secret/, 'the secret is not shown again');
like($admin->get($path)->{body}, qr/&lt;b&gt;Lits/, 'its name is text');
is(add()->{status}, 409, 'a name that is taken');

# --- who sees it ----------------------------------------------------------------
my $one = "$path/r" . feed('id');
is($_->[0]->get($one)->{status}, $_->[1], $_->[2]) for
    [$admin, 200, 'an administrator sees it'], [$steward, 200, 'a steward of its region too'], [$far, 404, 'one of another does not'];
unlike($far->get($path)->{body}, qr/lits-valmont/, 'nor in the list');
like($far->get($path)->{body_text}, qr/Aucun logiciel dans votre territoire/, 'which says so');
unlike($steward->get($one)->{body}, qr/<form[^>]*$one/, 'a steward has no form');
is($steward->post($one, { acte => 'suspendre', raison => 'x' })->{status}, 403, 'and no act');
is($admin->get("$path/r999")->{status}, 404, 'no such feed');
is($admin->get("$path/$_")->{status}, 404, "no address: $_") for 'r0', 'x1', 'r-1';
like($admin->get($one)->{body_text}, qr/CH de Valmont.*910000017/s, 'its site');

# --- acts ---------------------------------------------------------------------------
sub act { return $admin->post($one, { @_ }) }
$r = act(acte => 'secret', delai => 3600);
my $second = secret($r);
ok($second && $second ne $secret, 'another secret');
like($r->{body_text}, qr/L’ancien secret reste accepté jusqu’au/, 'and until when the old one is good');
is(feed("previous_secret_sha256 = sha256('$secret') AND previous_until > now() + interval '59 min'"), 't', 'it is');
act(acte => 'secret', delai => 0);
is(feed('previous_until IS NULL'), 't', 'or no longer');
is(act(acte => 'secret', delai => 12)->{status}, 400, 'another delay is none of ours');
is(act(acte => 'suspendre', raison => ' ')->{status}, 422, 'suspended without a reason');
is(act(acte => 'suspendre', raison => 'y' x 201)->{status}, 422, 'with a long one');
is(feed('suspended_at IS NULL'), 't', 'is not suspended');
$r = act(acte => 'suspendre', raison => 'valeurs fausses');
is("$r->{status} $r->{headers}{location}", "303 $one?fait=1", 'suspended');
like($admin->get("$one?fait=1")->{body_text}, qr/C’est enregistré.*Suspendu depuis.*valeurs fausses/s, 'the page says so');
like($admin->get($path)->{body_text}, qr/✕ suspendu/, 'and the list');
is(act(acte => 'suspendre', raison => 'encore')->{status}, 409, 'suspended twice');
is(act(acte => 'reprendre')->{status}, 303, 'and back');
is(act(acte => 'reprendre')->{status}, 409, 'twice');
is(act(acte => 'etablissements', etablissements => '940000018')->{status}, 303, 'other sites');
is($pg->psql("SELECT string_agg(site, ' ') FROM auth.feed_site WHERE valid \@> now()"), '940000018', 'are all it has');
is($pg->psql('SELECT count(*) FROM auth.feed_site'), 2, 'what it had is known');
is(act(acte => 'etablissements', etablissements => '')->{status}, 422, 'none is refused');
is(act(acte => 'etablissements', etablissements => '940000018 12')->{status}, 422, 'an unknown one too');
is(act(acte => 'autre')->{status}, 400, 'an act that is none');
is(act(acte => 'droits', envoie => '', profil => '')->{status}, 422, 'no right at all');
is(act(acte => 'droits', envoie => 1, profil => 'P2', perimetre => 'region', territoire => '76')->{status}, 303, 'rights');
is(feed("concat_ws(' ', may_send, profile, read_scope, read_code)"), 't P2 region 76', 'are these');
like($admin->get($one)->{body_text}, qr/P2\x{202f}: toutes, sauf les supplémentaires, d’une région\x{202f}: Occitanie.*value="P2" selected/s, 'the page says so');
is($far->get($one)->{status}, 200, 'whose région it reads sees it');
is($admin->as($admin->{token}, 'x' x 43)->post($one, { acte => 'secret', delai => 0 })->{status}, 403, 'a forged form');

# --- what is left of it -----------------------------------------------------------------
my $audit = $pg->psql("SELECT string_agg(event || ' ' || detail::text, chr(10) ORDER BY id) FROM audit.event");
is(scalar(() = $audit =~ /^feed_(?:add|rotate|suspend|resume|sites|rights) .*lits-valmont/gm), 7, 'each act is audited');
is($pg->psql("SELECT count(*) FROM audit.event WHERE event LIKE 'feed%' AND (account_id IS NULL OR address IS NULL)"), 0, 'with who and from where');
unlike($audit, qr/$secret|$second/, 'without a secret');
unlike($pool->log, qr/$secret|$second/, 'nor is one in the log');
unlike($pool->log, qr/level=err|worker_died/, 'no error');
my ($status, $text) = $pg->run('psql', '-XqAt', '-d', $pg->conninfo(user => 'ror_app'), '-c',
    "SELECT outcome FROM auth.feed_do(NULL, NULL, 'rotate', 'lits-valmont', NULL, NULL, NULL, NULL, NULL, NULL, 0)");
is($text, "denied\n", 'the application can\'t act for nobody');
($status, $text) = $pg->run('psql', '-XqAt', '-d', $pg->conninfo(user => 'ror_app'), '-c', 'SELECT secret_sha256 FROM auth.feed');
isnt($status, 0, 'nor read a secret\'s hash');

# --- codes of places, from a file -----------------------------------------------------------
sub codes {
	my (@line) = @_;
	my $file = $pg->dir . '/codes.csv';
	open my $out, '>', $file or die $!;
	print {$out} "\xef\xbb\xbf", join "\n", 'finess;code;place', @line, @line % 2 ? () : '';
	close $out;
	chmod 0644, $file;
	return $pg->ror_db('machine', 'codes', $file);
}
sub held { return $pg->psql("SELECT string_agg(s.finess || ' ' || c.code || ' ' || c.place_id, ', ' ORDER BY s.finess, c.code)
    FROM dir.place_code AS c JOIN dir.structure AS s ON s.id = c.site_id") }
($status, $text) = codes('910000017;CARDIO;l1', '910000017;CHIR;2', '940000018;CARDIO;l7');
is($status, 0, 'ror-db machine codes') or diag $text;
like($text, qr/3 codes/, 'says how many');
is(held(), '910000017 CARDIO 1, 910000017 CHIR 2, 940000018 CARDIO 7', 'each at its site');
is((codes("910000017;CHIR;l3\r", '', '910000017;MED;l2'))[0], 0, 'again, with other ends of lines');
is(held(), '910000017 CARDIO 1, 910000017 CHIR 3, 910000017 MED 2, 940000018 CARDIO 7', 'replaces and adds, removes nothing');
my $codes = held();
for my $bad (['999999999;X;l1', 'a site that does not exist'], ['910000017;X;l999', 'a place that does not'],
    ['910000017;a/b;l1', 'a code that no address can carry'], ['910000017;X;lit 4', 'no number of a place'], ['910000017;X', 'a field missing'],
    ['\\.', 'an end of the data before its end']) {
	($status, $text) = codes('910000017;BON;l1', $bad->[0]);
	isnt($status, 0, "refused: $bad->[1]");
	like($text, qr/none was kept/, 'and says so');
	is(held(), $codes, 'nothing is kept, the good line neither');
}
isnt(($pg->ror_db('machine', 'codes', $pg->dir . '/nowhere'))[0], 0, 'no such file');
done_testing;
