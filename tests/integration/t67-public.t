# The pages for everybody: there without sign-in and while a session waits for
# something, linked from every page, true to the settings and to the cookies.
use strict;
use warnings;
use utf8;
use Encode qw(decode encode_utf8);
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;
use Pool;
use Stand;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);

my @public = qw(/assistance /accessibilite /mentions-legales /donnees-personnelles /cookies /conditions /plan-du-site);
my ($alice, $chef) = map { "$_\@demo.ror.example" } qw(claire.fontaine alex.roussel);
my $stand = Stand->new(data => 'none', sql => join ';', map {
	my ($login, $role) = @$_;
	"INSERT INTO auth.account (login, name) VALUES ('$login', 'Nom de $login')",
	# Since yesterday: a request's own time is in whole seconds.
	"INSERT INTO auth.grant (account_id, role, scope, code, valid) SELECT id, '$role', 'france', 'FR', "
	    . "tstzrange(now() - interval '1 day', NULL) FROM auth.account WHERE login = '$login'"
} [$alice, 'clinician'], [$chef, 'admin']);
sub slurp { open my $in, '<:encoding(UTF-8)', $_[0] or die "$_[0]: $!"; local $/; return scalar <$in> }
sub text { return decode('UTF-8', $_[0]{content}) }
sub links { return $_[0] =~ /<a [^>]*href="(\/[^"#?]*)/g }
my $root = "$Bin/../..";

# Every cookie that anything set: name => life in seconds, undef: the session's.
my %cookie;
sub note_cookies {
	my ($r) = @_;
	for my $set (Stand::as_list($r->{headers}{'set-cookie'})) {
		my ($name) = $set =~ /^([^=]+)=/;
		my ($age) = $set =~ /Max-Age=(\d+)/;
		$cookie{$name} = $age if !defined $age || $age > 0;
	}
	return $r;
}

# --- there, for anybody ---------------------------------------------------------------
my %page;
for my $path (@public) {
	my $r = note_cookies($stand->get($path));
	is($r->{status}, 200, "$path: there, without sign-in");
	$page{$path} = text($r);
	like($page{$path}, qr/<h1[^>]*>[^<]+<.*<footer/s, "$path: a whole page");
	my %link = map { $_ => 1 } $page{$path} =~ /<footer.*<\/footer>/s ? links($&) : ();
	is(join(' ', grep { !$link{$_} } @public), '', "$path: its foot leads to all of them");
	unlike($page{$path}, qr/\{\{|\(null\)/, "$path: nothing unfilled");
	my @bad = $page{$path} =~ /(\S* [:;!?] \S*|« |[^\x{202f}]»)/g;
	is("@bad", '', "$path: French spaces");
}
my $first = text(note_cookies($stand->get('/connexion')));
my %link = map { $_ => 1 } links($first);
is(join(' ', grep { !$link{$_} } @public), '', 'so does the sign-in page');
# Where nothing else answers, and where a page is refused.
for my $path (qw(/page-qui-n-existe-pas /disponibilites/x)) {
	my $r = $stand->get($path);
	%link = map { $_ => 1 } links(text($r));
	is(join(' ', grep { !$link{$_} } @public), '', "so does $path ($r->{status})");
}
for my $file (glob "$root/nginx/errors/*.html") {
	my ($status) = $file =~ /(\w+)\.html$/;
	open my $in, '<:encoding(UTF-8)', $file or die $!;
	my $html = do { local $/; <$in> };
	my ($foot) = $html =~ /(<footer.*<\/footer>)/s;
	# A page for when the pools are down must not lead to them.
	my @to = grep { $_ ne '/' } links($foot // '');
	if ($status =~ /^50/) { is("@to", '', "errors/$status: leads nowhere that is down") }
	else { is("@to", "@public", "errors/$status: leads to all of them") }
}

# --- while a session waits --------------------------------------------------------------
my $wait = $stand->session($alice);
$stand->psql(q{UPDATE auth.session SET must_change = true});
is($stand->get('/disponibilites', as => $wait)->{status}, 303, 'a provisional password waits elsewhere');
is($stand->get($_, as => $wait)->{status}, 200, "$_ does not") for @public;
$stand->psql('UPDATE auth.session SET must_change = false');

# --- the site map ---------------------------------------------------------------------------
sub main_links { my ($main) = $_[0] =~ /<main.*<\/main>/s ? $& : ''; return links($main) }
for my $case (['nobody', undef], ['a clinician', $stand->session($alice)], ['an administrator', $stand->session($chef)]) {
	my ($who, $as) = @$case;
	my @to = main_links(text($stand->get('/plan-du-site', as => $as)));
	cmp_ok(scalar @to, '>=', $as ? 14 : 10, "$who: " . @to . ' pages');
	my %seen;
	is(join(' ', grep { $seen{$_}++ } @to), '', "$who: none twice");
	my %status = map { $_ => $stand->get($_, as => $as)->{status} } @to;
	is(join(' ', grep { $status{$_} !~ /^(?:200|303)$/ } @to), '', "$who: each of them opens");
	is(join(' ', grep { !$seen{$_} } @public), '', "$who: these pages are among them");
	is(exists $seen{'/administration/journal'} ? 1 : 0, $who eq 'an administrator' ? 1 : 0, "$who: the journal");
}
# Every page without argument that a browser goes to is in the table.
my %skip = map { $_ => 1 } qw(/ /healthz /administration /auth/code /auth/conditions /auth/reste /auth/nouveau-mot-de-passe
    /auth/psc /auth/psc/retour /auth/psc/lier /capacitaire /capacitaire/fermetures/nouvelle /capacitaire/fermetures/import
    /disponibilites/preuve /administration/comptes/invitation /administration/demandes/refus);
my $program = $ENV{ROR_FCGI} // "$root/build/release/ror-fcgi";
open my $in, '<:encoding(UTF-8)', "$root/fcgi/menu.c" or die $!;
my $menu = do { local $/; <$in> };
my @missing = grep { !/\{|\.|^\/fhir/ && !$skip{$_} && $menu !~ /"\Q$_\E"/ }
    map { (split)[1] eq 'GET' ? (split)[2] : () } split /\n/, qx($program --routes);
is("@missing", '', 'every page has its place in the map');

# --- particulars and periods --------------------------------------------------------------------
like($page{'/mentions-legales'}, qr/Agence régionale de démonstration.*Hébergeur de démonstration/s, 'publisher and host');
like($page{'/donnees-personnelles'}, qr/donnees\@ror\.example.*cnil\.fr/s, 'the officer and the authority');
like($page{'/conditions'}, qr/Votre compte est personnel/, 'the same conditions as are accepted');
like($page{'/assistance'}, qr/01 99 00 00 00.*numéro de demande.*<code>[0-9a-f]{16}<\/code>/s, 'who helps, and what to say');
like($page{'/accessibilite'}, qr/<strong>non conforme<\/strong>/, 'an honest state');
my $other = Pool->new(Cluster->new, workers => 1, settings => { keep_addresses_months => 7, forget_months => 31, close_months => 0,
    operator => encode_utf8('L’Agence <b>&</b> fils') });
$page{'/donnees-personnelles'} = $other->web->get('/donnees-personnelles')->{body_text};
like($page{'/donnees-personnelles'}, qr/effacent après 7 mois/, 'a period is the setting of the purge');
like($page{'/donnees-personnelles'}, qr/anonymisé après 31 mois/, 'another one');
unlike($page{'/donnees-personnelles'}, qr/Il est désactivé après/, 'a rule that is off is not promised');
like($page{'/donnees-personnelles'}, qr/L’Agence &lt;b&gt;&amp;&lt;\/b&gt; fils/, 'names are escaped');

# --- cookies -----------------------------------------------------------------------------------------
note_cookies($stand->post('/auth/connexion', { identifiant => $alice, mot_de_passe => 'Demo-Soignant-2026' }));
my $me = $stand->session($alice);
note_cookies($stand->get($_, as => $me)) for qw(/accueil /disponibilites /disponibilites?region=11&departement=75 /repertoire /mon-compte);
note_cookies($stand->post('/theme', { theme => 'dark', retour => '/accueil' }, as => $me));
cmp_ok(scalar keys %cookie, '>=', 4, scalar(keys %cookie) . ' cookies were seen: ' . join ' ', sort keys %cookie);
my %life = ('' => qr/jusqu’à la déconnexion/, 86400 => qr/24 heures/, 31536000 => qr/un an/, 600 => qr/10 minutes/);
my $listed = $page{'/cookies'};
for my $name (sort keys %cookie) {
	my ($row) = $listed =~ m{<tr><th scope="row"><code>\Q$name\E</code>(.*?)</tr>}s;
	ok($row, "$name is listed");
	like($row // '', $life{ $cookie{$name} // '' } // qr/(?!)/, "$name: with its life");
}
# And what the sources set, met by this run or not.
my %constant = (SESSION_COOKIE => '__Host-ror', PSC_COOKIE => '__Host-ror-psc', AVAIL_COOKIE => 'departement');
my $table = slurp("$root/fcgi/pages/public_data.c");
my $n = 0;
for my $file (glob "$root/fcgi/*.c $root/fcgi/*/*.c") {
	my $text = slurp($file);
	my %set = map { $_ => 1 } (map { $constant{$_} // $_ } $text =~ /\b([A-Z]+_COOKIE) "=/g), $text =~ /"([a-z_]+)=%s[,;][^"]*Path=/g;
	for my $name (sort keys %set) {
		$n++;
		ok($table =~ /\{ "\Q$name\E",/ || $name eq '__Host-ror', $file =~ s/.*fcgi/fcgi/r . " sets $name: the page has it");
	}
}
cmp_ok($n, '>=', 5, "$n places set cookies");
unlike($listed, qr/__Host-ror-psc/, 'switched off, Pro Santé Connect is not spoken of');
done_testing;
