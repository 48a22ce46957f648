# The entry board: what it shows to whom, what a save refuses and what becomes
# of what was typed; with script (JSON) and without.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use JSON::PP qw(decode_json);
use Test::More;
use Board;
use Cluster;
use Pool;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $pg = Cluster->new;
Board::build($pg);
my $pool = Pool->new($pg, workers => 2);
my $me = $pool->sign_in('martin@ror.example', 'bed_manager:eg:910000017', 'bed_manager:eg:940000018');
my $other = $pool->sign_in('durand@ror.example', 'bed_manager:ej:910000009');
my $narrow = $pool->sign_in('petit@ror.example', 'bed_manager:unit:7');
my $nurse = $pool->sign_in('infirmiere@ror.example', 'clinician:france:FR');
my $lost = $pool->sign_in('perdu@ror.example', 'bed_manager:eg:750000001');

my @json = (headers => { Accept => 'application/json' });
my $keys = 0;
sub key { return sprintf '00000000-0000-4000-8000-%012d', ++$keys }
sub row { return { inst => 10, ferm_nr => 1, dispo_ind => 3, suppl_mob => 0,
    commentaire => '', version => 0, cle => key(), @_ } }
sub stored { return $pg->psql("SELECT concat_ws(' ', inst, ferm_nr, dispo_ind, suppl_mob, 'v' || version)"
    . " FROM cap.place_board WHERE place_id = $_[0]") }
sub entries { return $pg->psql('SELECT count(*) FROM cap.entry') }
sub version { return $pg->psql("SELECT version FROM cap.place_board WHERE place_id = $_[0]") }
# The part of a page that shows one row.
sub row_of { my ($html, $place) = @_;
	return $html =~ m{(<tr id="l$place".*?</tr>(?:\s*<tr class="ror-errmsg">.*?</tr>)?)}s ? $1 : '' }
sub value_of { my ($html, $place, $field) = @_;
	return row_of($html, $place) =~ m{id="$field-l$place".*? value="([^"]*)"}s ? $1 : undef }
my $r;

subtest 'boards' => sub {
	$r = $me->get('/capacitaire/lits');
	is($r->{status}, 200, 'beds');
	is_deeply([$r->{body} =~ /<tr id="(l\d+)"/g], [qw(l1 l2 l3 l4 l6 l7)],
	    'beds and rooms of the granted sites, by site and name');
	like($r->{body_text}, qr{CH de Valmont \(91\) <span[^>]*>– 5 lieux}, 'grouped by site, counted');
	like(row_of($r->{body_text}, 3), qr{\[Mut\].*&lt;polyvalente&gt;.*2 unités}s, 'a shared place, escaped');
	like(row_of($r->{body_text}, 1), qr{href="/fiche/u1"}, 'a unit opens its sheet');
	like(row_of($r->{body_text}, 4), qr{Indisponibilité totale jusqu’au .*travaux}, 'a locked place says why');
	unlike(row_of($r->{body_text}, 4), qr{name="version\.l4}, 'and can not be sent');
	like(row_of($r->{body_text}, 1), qr{jamais}, 'never reported');
	is_deeply([$me->get('/capacitaire/places')->{body} =~ /<tr id="(l\d+)"/g], ['l5'], 'places');
	is_deeply([$me->get('/capacitaire/places-medico-sociales')->{body} =~ /<tr id="(l\d+)"/g], ['l8'],
	    'places of medico-social fields');
	is_deeply([$me->get('/capacitaire/lits?site=940000018')->{body} =~ /<tr id="(l\d+)"/g], ['l7'], 'one site');
	is_deeply([$narrow->get('/capacitaire/lits')->{body} =~ /<tr id="(l\d+)"/g], ['l7'], 'one unit');
	like($narrow->get('/capacitaire/places')->{body_text}, qr{Aucun lieu à mettre à jour ici}, 'nothing here');
	like($lost->get('/capacitaire/lits')->{body_text}, qr{Aucun lieu à mettre à jour ici}, 'nothing at all');
	like($me->get('/capacitaire/lits?site=750000001')->{body_text}, qr{Aucun lieu pour ce filtre},
	    'a filter without result');
	is($me->get("/capacitaire/lits?site=1'--")->{status}, 400, 'no site number');
	is($nurse->get('/capacitaire/lits')->{status}, 403, 'another role');
	is($pool->web->get('/capacitaire/lits')->{status}, 303, 'nobody');
	is($me->get('/capacitaire')->{headers}{location}, '/capacitaire/lits', 'the first board');
	is($me->get('/capacitaire/l1')->{status}, 405, 'a save is not read');
};

subtest 'one row, without script' => sub {
	my $back = '/capacitaire/lits?site=910000017';
	$r = $me->post('/capacitaire/l1', row(retour => $back));
	is($r->{status}, 303, 'saved');
	is($r->{headers}{location}, "$back&enregistre=l1#l1", 'back to the row, filters kept');
	is(stored(1), '10 1 3 0 v1', 'stored');
	$r = $me->get("$back&enregistre=l1");
	like($r->{body_text}, qr{HC Cardiologie\x{202f}: enregistré}, 'and says so');
	like(row_of($r->{body}, 1), qr{class="ror-saved"}, 'on its row');
	like(row_of($r->{body_text}, 1), qr{à l’instant.*Manuelle}s, 'its age and source');
	unlike($me->get('/capacitaire/lits?enregistre=l2')->{body_text}, qr{enregistré\.},
	    'nothing is said of what was not saved');
	is($me->post('/capacitaire/l1', row(version => 1, retour => 'https://evil.example/'))->{headers}{location},
	    '/capacitaire/lits?enregistre=l1#l1', 'never back to somebody else');
	is(version(1), 1, 'a confirmation moves no version');
	is($pg->psql('SELECT count(*) FROM cap.observation WHERE place_id = 1 AND indicator_id = 4'), 2,
	    'but is recorded');
};

subtest 'one row, with script' => sub {
	$r = $me->post('/capacitaire/l2', row(dispo_ind => 4, commentaire => 'é <b>'), @json);
	is($r->{status}, 200, 'saved');
	my $j = decode_json $r->{body};
	is_deeply([@$j{qw(place version comment by level)}], ['l2', '1', 'é <b>', 'Manuelle', 0], 'the new state');
	is_deeply($j->{values}, { inst => 10, ferm_nr => 1, dispo_ind => 4, suppl_mob => 0 }, 'its values');
	like($j->{at}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/, 'its instant');
	like($j->{at_title}, qr/heure de Paris/, 'and title');
	$r = $me->post('/capacitaire/l2', row(dispo_ind => '', version => 1), @json);
	is((decode_json $r->{body})->{values}{dispo_ind}, undef, 'an empty value is retracted');
	is($pg->psql("SELECT value IS NULL FROM cap.current WHERE place_id = 2 AND indicator_id = 20"), 't',
	    'and the total with it');
	$r = $me->post('/capacitaire/l2', { dispo_ind => 5, version => 2, cle => key() }, @json);
	is($r->{status}, 200, 'fields that the form does not have');
	is(stored(2), '10 1 5 0 v3', 'stay');
};

subtest 'bad input' => sub {
	my $before = entries();
	my $v = version(1);
	my @bad = (
		[inst => '', 'installé'], [inst => '-1', 'négatif'], [dispo_ind => '-3', 'négatif'],
		[dispo_ind => 'trois', 'entier'], [dispo_ind => '3,5', 'entier'], [dispo_ind => '1e3', 'entier'],
		[dispo_ind => '+3', 'entier'], [suppl_mob => '0x10', 'entier'],
		[dispo_ind => '1000000000000', 'trop grand'], [dispo_ind => '99999999999999999999999', 'trop grand'],
		[dispo_ind => '10000', 'trop grand'], [ferm_nr => "\x{664}\x{662}", 'entier'],
		[ferm_nr => '11', 'plus de fermés'], [commentaire => 'é' x 201, 'trop long'],
	);
	for my $case (@bad) {
		my ($field, $value, $why) = @$case;
		my $name = "$field = " . substr $value, 0, 24;
		$r = $me->post('/capacitaire/l1', row(version => $v, dispo_ind => 7, $field => $value), @json);
		my $j = decode_json $r->{body};
		is($r->{status}, 422, "$name: refused");
		is($j->{field}, $field, "$name: at its field");
		like($j->{error}, qr/$why/, "$name: says why");
		$r = $me->post('/capacitaire/l1', row(version => $v, dispo_ind => 7, $field => $value));
		is($r->{status}, 422, "$name: refused without script");
		like(row_of($r->{body_text}, 1), qr{name="$field\.l1"[^>]*aria-invalid="true" aria-describedby="note-l1" autofocus},
		    "$name: focus on the field");
		like(row_of($r->{body_text}, 1), qr{id="note-l1">✕ [^<]*$why}, "$name: described");
		is($field eq 'commentaire' ? $r->{body_text} =~ /value="\Q$value\E"/ : value_of($r->{body_text}, 1, $field) eq $value,
		    1, "$name: kept");
		is(value_of($r->{body_text}, 1, 'dispo_ind'), '7', "$name: and the others with it") if $field ne 'dispo_ind';
	}
	for my $case ([version => 'x'], [version => '-1'], [version => undef], [cle => 'x'], [cle => undef]) {
		my ($field, $value) = @$case;
		is($me->post('/capacitaire/l1', row(version => $v, $field => $value), @json)->{status}, 400,
		    "$field = " . ($value // 'nothing') . ': no form of ours');
	}
	is($me->post('/capacitaire/l1', [jeton => $me->{csrf}, inst => 1, inst => 2], @json)->{status}, 400,
	    'a field twice');
	is($me->post('/capacitaire/l1', row(version => $v, jeton => 'x' x 43), @json)->{status}, 403, 'forged');
	is($me->post('/capacitaire/78', row(), @json)->{status}, 404, 'no place');
	is($me->post('/capacitaire/l0', row(), @json)->{status}, 404, 'no number');
	is($me->post('/capacitaire/l999999999', row(), @json)->{status}, 404, 'unknown place');
	is($narrow->post('/capacitaire/l1', row(version => $v), @json)->{status}, 403, "somebody else's place");
	is($nurse->post('/capacitaire/l1', row(version => $v), @json)->{status}, 403, 'another role');
	$r = $me->post('/capacitaire/l4', row(), @json);
	is($r->{status}, 409, 'a locked place');
	like((decode_json $r->{body})->{error}, qr/indisponibilité totale/, 'says why');
	$r = $me->post('/capacitaire/l4', row(dispo_ind => 5, retour => '/capacitaire/lits'));
	like(row_of($r->{body_text}, 4), qr{indisponibilité totale.*disponibles 5}s, 'without script too, with what was typed');
	is(entries(), $before, 'nothing of all this was saved');
};

subtest 'closed and reactivable' => sub {
	$pg->psql("INSERT INTO cap.current (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)"
	    . " VALUES (1, 3, 5, now(), now(), '02', 0)");
	$r = $me->post('/capacitaire/l1', row(version => version(1), ferm_nr => 6), @json);
	is($r->{status}, 422, 'closed ones that the form does not show count');
	is((decode_json $r->{body})->{field}, 'ferm_nr', 'at the field');
	$pg->psql('DELETE FROM cap.current WHERE place_id = 1 AND indicator_id = 3');
};

subtest 'sent twice' => sub {
	my $before = entries();
	my $form = row(dispo_ind => 6, version => version(1));
	is($me->post('/capacitaire/l1', $form, @json)->{status}, 200, 'once');
	my $j = decode_json $me->post('/capacitaire/l1', $form, @json)->{body};
	is($j->{values}{dispo_ind}, 6, 'twice: the same answer');
	is($me->post('/capacitaire/l1', $form)->{status}, 303, 'without script: success');
	is(entries(), $before + 1, 'one save');
	$r = $me->post('/capacitaire/l1', { %$form, dispo_ind => 1 }, @json);
	is($r->{status}, 409, 'a used key with other values is not called saved');
	is(stored(1) =~ /^10 1 6 0/, 1, 'and changes nothing');
};

subtest 'two people' => sub {
	my $v = version(1);
	is($other->post('/capacitaire/l1', row(dispo_ind => 9, version => $v), @json)->{status}, 200, 'the other first');
	$r = $me->post('/capacitaire/l1', row(dispo_ind => 2, version => $v, commentaire => 'à moi'), @json);
	is($r->{status}, 409, 'conflict');
	my $j = decode_json $r->{body};
	is($j->{values}{dispo_ind}, 9, 'their value');
	is($j->{yours}{dispo_ind}, 2, 'mine');
	is($j->{version}, $v + 1, 'the version to save over');
	is($j->{who}, 'Nom de durand@ror.example', 'who it was');
	$r = $me->post('/capacitaire/l1', row(dispo_ind => 2, version => $v, commentaire => 'à moi'));
	is($r->{status}, 409, 'without script: conflict');
	my $html = row_of($r->{body_text}, 1);
	like($html, qr{Enregistré[^<]*disponibles 9.*Votre saisie\x{202f}: disponibles 2, commentaire «\x{202f}à moi}s, 'both are shown');
	is(value_of($r->{body_text}, 1, 'dispo_ind'), '2', 'what was typed is still in the field');
	my ($version) = $html =~ /name="version\.l1" form="f-tout" value="(\d+)"/;
	my ($key) = $r->{body} =~ /name="cle" value="([^"]+)"/;
	is($version, $v + 1, 'the form has the new version');
	is($me->post('/capacitaire/l1', row(dispo_ind => 2, version => $version, cle => $key))->{status}, 303,
	    'and saves, knowingly');
	is(stored(1), '10 1 2 0 v' . ($v + 2), 'stored');
	$r = $me->post('/capacitaire/l1', row(inst => 'x', version => 1));
	like(row_of($r->{body_text}, 1), qr{name="version\.l1" form="f-tout" value="1"}, 'a refused form keeps its version');
};

subtest 'the whole page' => sub {
	my $before = entries();
	my ($one, $two) = map { version($_) } 1, 2;
	my %two = ('inst.l1' => 20, 'ferm_nr.l1' => 0, 'dispo_ind.l1' => 5, 'suppl_mob.l1' => 0, 'version.l1' => $one,
	    'inst.l2' => 21, 'ferm_nr.l2' => 0, 'dispo_ind.l2' => 6, 'suppl_mob.l2' => 0, 'version.l2' => $two,
	    'commentaire.l2' => 'ok');
	$r = $me->post('/capacitaire', { %two, cle => key(), 'ferm_nr.l2' => 22 }, @json);
	is($r->{status}, 422, 'one bad row');
	is_deeply([@{ decode_json $r->{body} }{qw(place field)}], ['l2', 'ferm_nr'], 'is named');
	is(entries(), $before, 'and none is saved');
	$r = $me->post('/capacitaire', { %two, cle => key(), 'version.l2' => $two - 1 }, @json);
	is($r->{status}, 409, 'one conflict');
	is_deeply([map { $_->{place} } @{ (decode_json $r->{body})->{rows} }], ['l2'], 'is named');
	is(entries(), $before, 'and none is saved');
	$r = $me->post('/capacitaire', { %two, cle => key(), 'ferm_nr.l2' => 22 });
	is($r->{status}, 422, 'without script');
	is(value_of($r->{body_text}, 1, 'inst'), '20', 'the good row keeps what was typed');
	is(value_of($r->{body_text}, 2, 'ferm_nr'), '22', 'and the bad one');
	is(() = $r->{body} =~ /autofocus/g, 1, 'one focus');
	is($me->post('/capacitaire', { %two, cle => key(), 'version.l4' => 0, 'inst.l4' => 1 }, @json)->{status}, 409,
	    'one locked');
	is($narrow->post('/capacitaire', { %two, cle => key(), 'version.l7' => 0, 'inst.l7' => 1 }, @json)->{status}, 403,
	    "one of somebody else's");
	is($me->post('/capacitaire', { %two, cle => key(), 'version.l99' => 0, 'inst.l99' => 1 }, @json)->{status}, 404,
	    'one unknown');
	is($me->post('/capacitaire', { cle => key() }, @json)->{status}, 400, 'none');
	is($me->post('/capacitaire', { cle => key(), 'version.x' => 1 }, @json)->{status}, 400, 'no place');
	is($me->post('/capacitaire', { cle => key(), map { ("version.l$_" => 0, "inst.l$_" => 1) } 1 .. 501 }, @json)->{status},
	    413, 'too many');
	is(entries(), $before, 'nothing is saved');
	$two{confirme} = 1;
	my $key = key();
	$r = $me->post('/capacitaire', { %two, cle => $key }, @json);
	is($r->{status}, 200, 'all good');
	is_deeply([map { $_->{values}{dispo_ind} } sort { $a->{place} cmp $b->{place} } @{ (decode_json $r->{body})->{rows} }],
	    [5, 6], 'are saved');
	is($me->post('/capacitaire', { %two, cle => $key }, @json)->{status}, 200, 'again: the same');
	is(entries(), $before + 1, 'one save');
	is($me->post('/capacitaire', { %two, cle => key(), 'version.l1' => $one + 1, 'version.l2' => $two + 1,
	    retour => '/capacitaire/lits' })->{headers}{location}, '/capacitaire/lits?enregistre=tout', 'without script');
};

subtest 'refresh' => sub {
	$r = $me->get('/capacitaire/lits?format=json', @json);
	is($r->{status}, 200, 'all rows');
	my $j = decode_json $r->{body};
	is(scalar @{ $j->{rows} }, 6, 'of the page');
	ok($j->{now}, 'and the server\'s clock');
	my $tag = $r->{headers}{etag};
	my @again = (headers => { Accept => 'application/json', 'If-None-Match' => $tag, 'X-Veille' => 1 });
	is($me->get('/capacitaire/lits?format=json', @again)->{status}, 304, 'nothing new');
	$other->post('/capacitaire/l7', row(), @json);
	is($me->get('/capacitaire/lits?format=json', @again)->{status}, 200, 'somebody saved');
};

subtest 'a file' => sub {
	$r = $me->get('/capacitaire/lits?format=csv');
	is($r->{headers}{'content-type'}, 'text/csv; charset=utf-8', 'CSV');
	like($r->{headers}{'content-disposition'}, qr/capacitaire-lits\.csv/, 'named');
	my @line = split /\r\n/, $r->{body_text};
	is(scalar @line, 7, 'a line a place');
	like($line[1], qr/^"910000017";"?CH de Valmont"?;"?91"?;"?l1"?;/, 'of its site');
};

subtest 'a session that is over' => sub {
	my $gone = $pool->sign_in('parti@ror.example', 'bed_manager:eg:910000017');
	$pg->psql("UPDATE auth.session SET created_at = now() - interval '1 year' WHERE csrf = '$gone->{csrf}'");
	$r = $gone->post('/capacitaire/l1', row(retour => '/capacitaire/lits?site=910000017'), @json);
	is($r->{status}, 401, 'with script');
	is((decode_json $r->{body})->{signin}, '/connexion?retour=%2Fcapacitaire%2Flits%3Fsite%3D910000017', 'and the way back');
	$r = $gone->post('/capacitaire/l1', row(retour => '/capacitaire/lits'));
	is($r->{status}, 401, 'without script');
	like($r->{body}, qr{href="/connexion\?retour=%2Fcapacitaire%2Flits"}, 'and the way back');
};

subtest 'favourites' => sub {
	$r = $me->post('/favoris', { chose => 'l2', favori => 1, retour => '/capacitaire/lits?favoris=1' });
	is($r->{headers}{location}, '/capacitaire/lits?favoris=1', 'back');
	is_deeply([$me->get('/capacitaire/lits?favoris=1')->{body} =~ /<tr id="(l\d+)"/g], ['l2'], 'only favourites');
	like(row_of($me->get('/capacitaire/lits')->{body}, 2), qr{aria-pressed="true"}, 'the star is on');
	is($other->get('/capacitaire/lits?favoris=1')->{body} =~ /<tr id="l/, '', 'of this account alone');
	$me->post('/favoris', { chose => 'u1', favori => 1 }, @json);
	is_deeply([$me->get('/capacitaire/lits?favoris=1')->{body} =~ /<tr id="(l\d+)"/g], [qw(l1 l2)], 'a unit brings its place');
	is($me->post('/favoris', { chose => $_, favori => 1 }, @json)->{status}, 400, "not $_")
	    for '', 'l0', 'x1', 'l1;', '91000001', "l1'";
	is($me->post('/favoris', { chose => 'l2', favori => 0 }, @json)->{status}, 200, 'taken away');
	is($pg->psql('SELECT count(*) FROM auth.favourite'), 1, 'stored');
};

subtest 'home' => sub {
	$pg->psql("UPDATE cap.place_state SET touched_at = now() - interval '30 hours' WHERE place_id = 1");
	$r = $me->get('/accueil');
	my ($list) = $r->{body_text} =~ m{id="t-maj"(.*?)</section>}s;
	my @name = $list =~ m{#l(\d+)"}g;
	is($name[-1], 1, 'the silent places, those never heard of first');
	ok(!(grep { $_ == 4 || $_ == 2 } @name), 'neither locked nor fresh ones');
	like($list, qr{lieux? de lits sans nouvelles depuis plus de 24\x{202f}h}, 'counted');
	like($list, qr{/capacitaire/lits\?site=910000017#l1}, 'with the way to the row');
	unlike($nurse->get('/accueil')->{body}, qr{t-maj}, 'not for who enters nothing');
};

subtest 'pages of sites' => sub {
	$pg->psql(<<'SQL');
INSERT INTO dir.structure (id, kind, finess) SELECT 100 + i, 'EG', '93' || lpad(i::text, 7, '0') FROM generate_series(1, 8) AS i;
INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, departement_code)
SELECT 100 + i, '[2020-01-01,)', 1, 'Site ' || i, '93' FROM generate_series(1, 8) AS i;
INSERT INTO dir.place (id) SELECT 1000 + i FROM generate_series(1, 200) AS i;
INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed)
SELECT 1000 + i, '[2020-01-01,)', 100 + 1 + (i - 1) / 25, 'Lieu ' || i, '01', true FROM generate_series(1, 200) AS i;
SELECT dir.refresh();
SQL
	my $region = $pool->sign_in('region@ror.example', 'bed_manager:departement:93');
	my (%seen, $next);
	my $page = '/capacitaire/lits';
	for (1 .. 9) {
		$r = $region->get($page);
		$seen{$_}++ for $r->{body} =~ /<tr id="(l\d+)"/g;
		($page) = $r->{body} =~ /rel="next" href="([^"]+)"/ or last;
		$page =~ s/&amp;/&/g;
	}
	is(scalar keys %seen, 200, 'all places');
	is((grep { $_ != 1 } values %seen), 0, 'once each');
	is($page, undef, 'and an end');
	like($region->get('/capacitaire/lits?page=999')->{body}, qr/aria-current="page"><span class="ui-sr-only">Page/,
	    'past the last: the last');
	is(() = $region->get('/capacitaire/lits?format=csv')->{body} =~ /\r\n/g, 201, 'a file has all');
};

# The dearest of each: two workers write the log in no order.
my %budget;
for ($pool->log =~ /route=.*/g) {
	my ($route, $n) = /route=(\S+ status=\d+).* queries=(\d+)/ or next;
	$budget{$route} = $n if $n > ($budget{$route} // 0);
}
is($budget{'/capacitaire/{place} status=200'}, 3, 'a save is 3 statements');
is($budget{'/capacitaire/lits status=200'}, 8, 'a board is 8 statements');
unlike($pool->log, qr/Nom de|martin\@|à moi/, 'the log has no names and no comments');
my ($status, $text) = $pg->ror_db('verify');
is($status, 0, 'the ledger and what is derived from it agree') or diag $text;
done_testing;
