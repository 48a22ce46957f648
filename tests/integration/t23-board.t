# The board beyond its four columns: the full mode, assignments, what is asked
# before it is saved, a whole site, undoing, what régions enter, a session that ends.
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
my $steward = $pool->sign_in('regie@ror.example', 'steward:region:11');
my $far = $pool->sign_in('loin@ror.example', 'steward:region:76');

my @json = (headers => { Accept => 'application/json' });
my $keys = 0;
sub key { return sprintf '00000000-0000-4000-8000-%012d', ++$keys }
sub entries { return $pg->psql('SELECT count(*) FROM cap.entry') }
sub version { return $pg->psql("SELECT coalesce(max(version), 0) FROM cap.place_state WHERE place_id = $_[0]") }
sub held {
	my ($place, $assignment) = @_;
	return $pg->psql("SELECT string_agg(indicator_id || '=' || coalesce(value::text, '-'), ' ' ORDER BY indicator_id)"
	    . " FROM cap.current WHERE place_id = $place AND assignment_id = " . ($assignment // 0));
}
sub row_of { my ($html, $row) = @_;
	return $html =~ m{(<tr id="$row".*?</tr>(?:\s*<tr class="ror-errmsg">.*?</tr>)?)}s ? $1 : '' }
sub value_of { my ($html, $row, $field) = @_;
	return row_of($html, $row) =~ m{id="$field-$row".*? value="([^"]*)"}s ? $1 : undef }
sub full { return { mode => 'complet', inst => 20, ferm_nr => 1, ferm_r => 0, dispo_ind => 2, dispo_f => 1,
    dispo_h => 0, occ => 10, res => 1, suppl_mob => 0, suppl_srh => '', suppl_arh => '', prev_1h => '',
    prev_24h => 3, prev_48h => '', prev_7j => '', version => 0, cle => key(), @_ } }
# What a page of the board sends without script, changed by the caller.
sub form_of {
	my ($html) = @_;
	my %form;
	while ($html =~ m{<input\b([^>]*)>}g) {
		my $tag = $1;
		next if $tag =~ / disabled/ || $tag =~ /type="(?:radio|checkbox)"/;
		my ($name) = $tag =~ / name="([^"]+)"/ or next;
		next unless $name =~ /\./ || $name =~ /^(?:mode|cle|retour)$/;
		next if $name eq 'cle' && $form{cle};
		$form{$name} = $tag =~ / value="([^"]*)"/ ? $1 : '';
	}
	return \%form;
}
my $r;

subtest 'the full mode' => sub {
	$r = $me->post('/capacitaire/affichage', { mode => 'complet', offre_previsions => 1, offre_occupation => 1,
	    montre_occupation => 1, retour => '/capacitaire/lits' });
	is($r->{headers}{location}, '/capacitaire/lits?enregistre=affichage', 'is chosen');
	$r = $me->get('/capacitaire/lits');
	like(row_of($r->{body}, 'l1'), qr{name="occ\.l1"}, 'shows occupied');
	unlike(row_of($r->{body}, 'l1'), qr{prev_24h|suppl_srh_sse}, 'not what is hidden, nor the crisis');
	is(() = row_of($r->{body}, 'l1') =~ /<details class="ror-gd"/g, 4, 'in groups');
	unlike($other->get('/capacitaire/lits')->{body}, qr{name="occ\.}, 'for this account alone');
	is($me->post('/capacitaire/affichage', { mode => 'x' })->{status}, 400, 'no such mode');
	$r = $me->post('/capacitaire/l1', full(), @json);
	is($r->{status}, 200, 'saved') or diag $r->{body};
	is((decode_json $r->{body})->{values}{prev_24h}, 3, 'every indicator comes back');
	is(held(1), '1=20 2=1 3=0 4=2 5=1 6=0 7=10 8=1 9=0 10=- 11=- 12=- 13=3 14=- 15=- 20=3', 'stored, with the total');
	is($pg->psql('SELECT mode FROM cap.entry ORDER BY id DESC LIMIT 1'), 'full', 'as the full mode');
	is(value_of($other->get('/capacitaire/lits')->{body}, 'l1', 'dispo_ind'), '3', 'the simple mode shows the total');
	is(value_of($me->get('/capacitaire/lits')->{body}, 'l1', 'dispo_ind'), '2', 'the full one its own part');
	my $before = entries();
	for my $case ([ferm_r => 20, 'plus de fermés'], [suppl_mob => 5, 'mobilis', suppl_srh => 1, suppl_arh => 1],
	    [occ => '-1', 'négatif'], [prev_24h => '10^12', 'entier'], [dispo_f => "\x{661}", 'entier'],
	    [res => '1000000000000', 'trop grand'], [dispo_x => 3, 'indicateur « dispo_x »']) {
		my ($field, $value, $why, @more) = @$case;
		$why =~ s/« (\w+) »/«\x{202f}$1\x{202f}»/;
		$r = $me->post('/capacitaire/l1', full(version => version(1), $field => $value, @more), @json);
		is($r->{status}, 422, "$field: refused");
		my $j = decode_json $r->{body};
		like($j->{error}, qr/$why/, "$field: says why");
		like($j->{field} // 'none', $field eq 'ferm_r' ? qr/ferm_nr/ : $field eq 'dispo_x' ? qr/none/ : qr/$field/,
		    "$field: at its field");
	}
	is($me->post('/capacitaire/l1', { %{ full(version => version(1)) }, mode => 'simplifie' }, @json)->{status}, 422,
	    'the simple mode has no such fields');
	is(entries(), $before, 'nothing of it was saved');
};

subtest 'what is asked' => sub {
	my $before = entries();
	my $form = full(version => version(1), inst => 25, cle => key());
	$r = $me->post('/capacitaire/l1', $form, @json);
	my $j = decode_json $r->{body};
	is($r->{status}, 422, 'a change of the installed ones');
	is_deeply([map { $_->{place} } @{ $j->{ask} }], ['l1'], 'is asked about at its row');
	like($j->{ask}[0]{changes}, qr/installés 20 → 25/, 'with the difference');
	like($j->{ask}[0]{warnings}[0], qr/autorisation/, 'and why');
	is(entries(), $before, 'and not saved');
	$r = $me->post('/capacitaire/l1', { %$form, confirme => 1 }, @json);
	is($r->{status}, 200, 'confirmed, it is');
	is($me->post('/capacitaire/l1', { %$form, confirme => 1 }, @json)->{status}, 200, 'twice');
	is(entries(), $before + 1, 'is once');
	$j = decode_json $me->post('/capacitaire/l1', full(version => version(1), inst => 25, occ => 22), @json)->{body};
	like($j->{ask}[0]{warnings}[0], qr/font 26, pour 24 en service/, 'more than in service');
	is($me->post('/capacitaire/l1', full(version => version(1) - 1, inst => 30), @json)->{status}, 409,
	    'a conflict comes before a question');
	# A place that had 2 to 4 available for a month.
	$pg->psql("INSERT INTO cap.entry (id, account_id, mode, source, recorded_at, n_places)"
	    . " VALUES (-1, 1, 'simple', '01', now(), 1);"
	    . "INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)"
	    . " SELECT 2, k, v, now() - d * interval '1 day', now(), '01', -1"
	    . " FROM generate_series(1, 20) AS d, LATERAL (SELECT CASE WHEN k = 1 THEN 30 ELSE 2 + d % 3 END AS v, k"
	    . " FROM unnest('{1,4,20}'::smallint[]) AS k) AS x; SELECT cap.current_rebuild('{2}')");
	my %row = (mode => 'simplifie', inst => 30, ferm_nr => 0, suppl_mob => 0);
	$j = decode_json $me->post('/capacitaire/l2', { %row, dispo_ind => 20, version => version(2), cle => key() }, @json)->{body};
	like($j->{ask}[0]{warnings}[0], qr/Inhabituel.*disponibles 20, de 0 à 8/, 'a jump out of its own history');
	is($me->post('/capacitaire/l2', { %row, dispo_ind => 8, version => version(2), cle => key() }, @json)->{status}, 200,
	    'the bound is within');
};

subtest 'asked without script' => sub {
	$me->post('/capacitaire/affichage', { mode => 'simplifie' });
	my $before = entries();
	my $form = form_of($me->get('/capacitaire/lits')->{body});
	$r = $me->post('/capacitaire', $form);
	is($r->{headers}{location}, '/capacitaire/lits?enregistre=rien', 'a page without a change');
	is(entries(), $before, 'confirms nothing');
	$form->{'inst.l1'} = 26;
	$form->{'dispo_ind.l2'} = 7;
	$r = $me->post('/capacitaire', $form);
	is($r->{status}, 422, 'one row of two is asked about');
	like($r->{body_text}, qr{HC Cardiologie.*installés.*25.*26}s, 'with its difference');
	like($r->{body_text}, qr{HC Chirurgie.*disponibles.*8.*7}s, 'and what else would be saved');
	my %again = $r->{body} =~ /<input type="hidden" name="([^"]+)" value="([^"]*)">/g;
	delete $again{jeton};
	is($again{cle}, $form->{cle}, 'the same key');
	my $back = $me->post('/capacitaire', { %again, corriger => 1 });
	is(value_of($back->{body}, 'l1', 'inst'), '26', 'to correct: all that was typed is there');
	is(entries(), $before, 'nothing is saved yet');
	$r = $me->post('/capacitaire', { %again, confirme => 1 });
	is($r->{status}, 303, 'confirmed');
	is($pg->psql('SELECT n_places FROM cap.entry ORDER BY id DESC LIMIT 1'), 2, 'only what changed is saved');
	$form = form_of($me->get('/capacitaire/lits')->{body});
	$form->{'dispo_ind.l1'} = 1;
	$r = $me->post('/capacitaire', { %$form, ligne => 'l2' });
	is($r->{status}, 200, 'one row, while another was typed in');
	is(value_of($r->{body}, 'l1', 'dispo_ind'), '1', 'the other stays typed');
	like($r->{body_text}, qr{1 autre ligne modifiée ne l’est pas}, 'and the page says so');
	is($pg->psql('SELECT n_places FROM cap.entry ORDER BY id DESC LIMIT 1'), 1, 'one was saved');
};

subtest 'undo' => sub {
	my $key = key();
	my $was = held(1);
	is($me->post('/capacitaire/l1', { mode => 'simplifie', inst => 26, ferm_nr => 0, dispo_ind => 5, suppl_mob => 1,
	    version => version(1), cle => $key }, @json)->{status}, 200, 'a mistake');
	like($me->get('/capacitaire/lits')->{body}, qr{id="f-annuler"[^>]*data-at=.*?value="$key"}s, 'can be undone');
	unlike($other->get('/capacitaire/lits')->{body}, qr{id="f-annuler"[^>]*data-at=}, 'not by somebody else');
	is($other->post('/capacitaire/annuler', { cle => $key }, @json)->{status}, 409, 'who is told');
	my $now = entries();
	$r = $me->post('/capacitaire/annuler', { cle => $key, retour => '/capacitaire/lits' });
	is($r->{headers}{location}, '/capacitaire/lits?enregistre=annule', 'is undone');
	is(held(1) =~ s/ (?:5|6)=\S+//gr, $was =~ s/ (?:5|6)=\S+//gr, 'what held before holds');
	is(entries(), $now + 1, 'by a new entry');
	like($me->post('/capacitaire/annuler', { cle => $key }, @json)->{body_text}, qr/déjà annulé/, 'twice');
	$key = key();
	$me->post('/capacitaire/l1', { mode => 'simplifie', inst => 26, ferm_nr => 0, dispo_ind => 4, suppl_mob => 1,
	    version => version(1), cle => $key }, @json);
	$other->post('/capacitaire/l1', { mode => 'simplifie', inst => 26, ferm_nr => 0, dispo_ind => 3, suppl_mob => 1,
	    version => version(1), cle => key() }, @json);
	$r = $me->post('/capacitaire/annuler', { cle => $key }, @json);
	is($r->{status}, 409, 'somebody saved since');
	like($r->{body_text}, qr/ont changé depuis/, 'says so');
	like($me->post('/capacitaire/annuler', { cle => $key })->{headers}{location}, qr/enregistre=modifie/, 'without script');
	like($me->get('/capacitaire/lits?enregistre=tard')->{body_text}, qr/plus de dix minutes/, 'too late is explained');
	is($me->post('/capacitaire/annuler', { cle => 'x' })->{status}, 400, 'no key');
};

subtest 'a whole site' => sub {
	my $before = entries();
	my $html = $me->get('/capacitaire/lits')->{body};
	my $form = form_of($html);
	like($html, qr{name="confirmer" value="910000017"}, 'its head has the button');
	$r = $me->post('/capacitaire', { %$form, confirmer => '910000017' });
	is($r->{headers}{location}, '/capacitaire/lits?enregistre=910000017', 'confirmed');
	is($pg->psql('SELECT n_places FROM cap.entry ORDER BY id DESC LIMIT 1'), 2, 'those that had values');
	is(entries(), $before + 1, 'as one save');
	$r = $me->get('/capacitaire/lits?enregistre=910000017');
	like($r->{body_text}, qr{2 lieux\. À saisir\x{202f}: HC Médecine <polyvalente> \(jamais renseigné\)|2 lieux.*À saisir.*HC Médecine}s,
	    'and says which were left');
	unlike($r->{body_text}, qr{confirmées.*HC Travaux.*</p></div>}, 'the locked one is not asked for');
	$pg->psql("UPDATE cap.place_state SET touched_at = now() - interval '25 hours' WHERE place_id = 1");
	$r = $me->post('/capacitaire', { %{ form_of($me->get('/capacitaire/lits')->{body}) }, confirmer => '910000017' }, @json);
	like((decode_json $r->{body})->{message}, qr/HC Cardiologie \(trop ancien\)/, 'what expired is not confirmed');
	is($me->post('/capacitaire', { %{ form_of($me->get('/capacitaire/lits')->{body}) }, 'version.l2' => 0,
	    confirmer => '910000017' }, @json)->{status}, 409, 'nor what somebody changed');
	my $typed = form_of($me->get('/capacitaire/lits')->{body});
	$typed->{'dispo_ind.l2'} = 6;
	$r = $me->post('/capacitaire', { %$typed, confirmer => '910000017' });
	is(value_of($r->{body}, 'l2', 'dispo_ind'), '6', 'what was typed is neither confirmed nor lost');
};

subtest 'assignments' => sub {
	$r = $me->get('/capacitaire/l2/affectation');
	is($r->{status}, 200, 'a form');
	unlike($r->{body}, qr{value="01"}, 'without « aucune »');
	is($narrow->get('/capacitaire/l2/affectation')->{status}, 404, 'not for somebody else');
	my $v = version(2);
	for my $case ([{ motif => '' }, 422, 'motif'], [{ motif => '01' }, 422, 'liste'], [{ motif => 'zz' }, 422, 'liste'],
	    [{ motif => '02', fin => 'demain' }, 422, 'date'], [{ motif => '02', fin => '2020-01-01' }, 422, 'passée']) {
		$r = $me->post('/capacitaire/l2/affectation', $case->[0]);
		is($r->{status}, $case->[1], 'refused');
		like($r->{body_text}, qr/$case->[2]/, 'because of its ' . $case->[2]);
	}
	is($me->post('/capacitaire/l4/affectation', { motif => '02' })->{status}, 422, 'a locked place');
	is($narrow->post('/capacitaire/l2/affectation', { motif => '02' })->{status}, 403, 'of somebody else');
	$r = $me->post('/capacitaire/l2/affectation', { motif => '02', fin => '2099-12-31', retour => '/capacitaire/lits' });
	is($r->{headers}{location}, '/capacitaire/lits?enregistre=affectation#l2', 'added');
	is(version(2), $v + 1, 'who has the page open notices');
	$r = $me->post('/capacitaire/l2/affectation', { motif => '02' });
	like($r->{body_text}, qr/déjà une affectation en cours pour ce motif/, 'the same again is refused clearly');
	my $id = $pg->psql('SELECT id FROM cap.assignment');
	my $html = $me->get('/capacitaire/lits')->{body_text};
	like(row_of($html, "l2a$id"), qr{Covid\+.*Jusqu’au 31/12/2099 inclus.*dans aucun total}s, 'its own row');
	my $total = $pg->psql('SELECT dispo_ind FROM cap.place_board WHERE place_id = 2');
	my %row = (mode => 'simplifie', affectation => $id, inst => 4, ferm_nr => 0, dispo_ind => 2, suppl_mob => 0);
	$r = $me->post('/capacitaire/l2', { %row, version => version(2), cle => key() }, @json);
	is($r->{status}, 200, 'has its own figures') or diag $r->{body};
	is((decode_json $r->{body})->{place}, "l2a$id", 'by its own name');
	is(held(2, $id), '1=4 2=0 4=2 9=0', 'stored under it');
	is($pg->psql('SELECT dispo_ind FROM cap.place_board WHERE place_id = 2'), $total, 'in no total');
	$r = $me->post('/capacitaire/l2', { %row, inst => 40, version => version(2), cle => key() }, @json);
	like((decode_json $r->{body})->{ask}[0]{warnings}[0], qr/n’en a que 30/, 'more than its place is asked about');
	is($me->post('/capacitaire/l1', { %row, version => version(1), cle => key() }, @json)->{status}, 409,
	    'not for another place');
	my $form = form_of($me->get('/capacitaire/lits')->{body});
	@$form{'dispo_ind.l2', "dispo_ind.l2a$id"} = (5, 1);
	is($me->post('/capacitaire', $form)->{status}, 303, 'a place and its assignment in one save');
	is(held(2, $id), '1=4 2=0 4=1 9=0', 'both are stored');
	is($narrow->post('/capacitaire/l2/affectation/fin', { affectation => $id })->{status}, 403, 'ended by who may');
	is($me->post('/capacitaire/l1/affectation/fin', { affectation => $id })->{status}, 404, 'of its place');
	$r = $me->post('/capacitaire/l2/affectation/fin', { affectation => $id, retour => '/capacitaire/lits' });
	is($r->{status}, 303, 'ended');
	is(row_of($me->get('/capacitaire/lits')->{body}, "l2a$id"), '', 'its row is gone');
	is(held(2, $id), '1=4 2=0 4=1 9=0', 'its figures stay');
	is($me->post('/capacitaire/l2', { %row, version => version(2), cle => key() }, @json)->{status}, 409,
	    'and take no more');
	is($me->post('/capacitaire/l2/affectation', { motif => '02' })->{status}, 303, 'the motif is free again');
};

subtest 'places' => sub {
	my $html = $me->get('/capacitaire/places')->{body_text};
	like($html, qr{Places installées.*Fermées}s, 'feminine heads');
	like($html, qr{data-ttl="604800"}, 'their own limit');
	$me->post('/capacitaire/l5', { inst => 8, ferm_nr => 0, dispo_ind => 1, suppl_mob => 0, version => 0, cle => key() }, @json);
	for ([4, 0], [6, 3], [8, 5]) {
		my ($days, $level) = @$_;
		$pg->psql("UPDATE cap.place_state SET touched_at = now() - interval '$days days' WHERE place_id = 5");
		like(row_of($me->get('/capacitaire/places')->{body}, 'l5'), qr{ror-fr--$level"}, "$days days");
	}
};

subtest 'régions' => sub {
	is($me->get('/administration/saisie')->{status}, 403, 'not for a bed manager');
	$r = $steward->get('/administration/saisie');
	is_deeply([$r->{body} =~ /name="region" value="(\w+)"/g], ['11'], 'a steward has one région');
	my %form = (region => '11', version => 0, tableau_lits => 1, champ_01 => 1, groupe_previsions => 1,
	    ailleurs => 'Les places se saisissent dans <Orion>.', lien => 'https://synthese.ror.example/', aide => 'Avant 10 h.');
	is($far->post('/administration/saisie', \%form)->{status}, 403, 'of somebody else');
	is($steward->post('/administration/saisie', { %form, region => 'zz' })->{status}, 403, 'no such région');
	for ('javascript:alert(1)', 'http://x.example', 'https://x example') {
		is($steward->post('/administration/saisie', { %form, lien => $_ })->{status}, 422, "no link: $_");
	}
	is($steward->post('/administration/saisie', { %form, aide => 'é' x 501 })->{status}, 422, 'too long');
	is($pg->psql('SELECT count(*) FROM cap.board_setting'), 0, 'nothing was kept');
	is($steward->post('/administration/saisie', \%form)->{status}, 303, 'saved');
	is($steward->post('/administration/saisie', \%form)->{status}, 409, 'an old version is not');
	is($pg->psql("SELECT count(*) FROM audit.event WHERE event = 'board_setting'"), 1, 'audited');
	$r = $me->get('/capacitaire/places');
	is($r->{status}, 200, 'a hidden board has a page');
	like($r->{body_text}, qr{Île-de-France.*Les places se saisissent dans &lt;Orion&gt;}s, 'that says where');
	unlike($r->{body}, qr{<tr id="l5"}, 'and no row');
	$r = $me->get('/capacitaire/lits');
	like($r->{body}, qr{<tr id="l1"}, 'beds stay');
	like($r->{body}, qr{href="https://synthese\.ror\.example/"}, 'with the link');
	$me->post('/capacitaire/affichage', { mode => 'complet' });
	$r = $me->get('/capacitaire/lits');
	like(row_of($r->{body}, 'l1'), qr{prev_24h}, 'what the région enters');
	unlike(row_of($r->{body}, 'l1'), qr{name="occ}, 'is all that is shown');
	unlike($me->get('/accueil')->{body}, qr{/capacitaire/places}, 'and nobody is asked for it');
	$pg->psql('DELETE FROM cap.board_setting');
	$me->post('/capacitaire/affichage', { mode => 'simplifie' });
};

subtest 'shared places' => sub {
	like(row_of($me->get('/capacitaire/lits')->{body_text}, 'l3'), qr{\[Mut\].*par 2 unités\x{202f}: Unité 3, Unité 9}s,
	    'one row, its units named');
	$me->post('/capacitaire/l3', { inst => 9, ferm_nr => 0, dispo_ind => 4, suppl_mob => 0, version => 0, cle => key() }, @json);
	like(row_of($me->get('/capacitaire/lits')->{body_text}, 'l3'), qr{jusqu’à 4 disponibles, partagés par 2 unités}, 'up to n');
};

subtest 'a session that ends' => sub {
	my $gone = $pool->sign_in('parti@ror.example', 'bed_manager:eg:910000017');
	my $form = form_of($gone->get('/capacitaire/lits')->{body});
	$form->{'dispo_ind.l1'} = 3;
	$form->{'commentaire.l1'} = 'à <garder>';
	$pg->psql("UPDATE auth.session SET created_at = now() - interval '1 year' WHERE csrf = '$gone->{csrf}'");
	$r = $gone->post('/capacitaire', $form);
	is($r->{status}, 401, 'refused');
	unlike($r->{body}, qr{name="jeton" value="$gone->{csrf}"}, 'the old token is not sent along');
	like($r->{body_text}, qr{name="commentaire\.l1" value="à &lt;garder&gt;"}, 'the comment, escaped');
	my %kept = $r->{body} =~ /<input type="hidden" name="([^"]+)" value="([^"]*)">/g;
	is($kept{'dispo_ind.l1'}, '3', 'what was typed is in the page');
	$r = $gone->post('/capacitaire/reprise', \%kept);
	like($r->{body}, qr{action="/capacitaire/reprise"}, 'and stays in it until somebody signed in');
	my $before = entries();
	$r = $me->post('/capacitaire/reprise', \%kept);
	is($r->{status}, 200, 'signed in again');
	is(value_of($r->{body}, 'l1', 'dispo_ind'), '3', 'it is back');
	like(row_of($r->{body}, 'l1'), qr{class="ror-dirty"}, 'marked');
	is(entries(), $before, 'and not saved');
	is($narrow->post('/capacitaire/reprise', \%kept)->{body} =~ /<tr id="l1"/, '', 'nobody gets rows of others by it');
};

my ($status, $text) = $pg->ror_db('verify');
is($status, 0, 'the ledger and what is derived from it agree') or diag $text;
subtest 'what clinicians heard' => sub {
	$pg->psql("INSERT INTO cap.call (place_id, account_id, outcome, number, shown, shown_at, called_at) VALUES
	    (7, 1, 'different', 3, 5, now(), now() - interval '30 hours'), (7, 1, 'confirmed', NULL, 5, now(), now() - interval '3 hours'),
	    (7, 1, 'none', NULL, 5, now(), now() - interval '2 hours'), (7, 2, 'different', 3, 5, now(), now() - interval '1 hour');
	    UPDATE cap.place_state SET touched_at = now() - interval '2 days' WHERE place_id = 7");
	my $row = row_of($me->get('/capacitaire/lits')->{body_text}, 'l7');
	like($row, qr/2 appels\x{202f}: valeur différente \(3\)/, 'within a day, since the last news, that heard otherwise');
	is($me->post('/capacitaire/l7', full(version => version(7), confirme => 1))->{status}, 303, 'a save');
	unlike(row_of($me->get('/capacitaire/lits')->{body_text}, 'l7'), qr/appels?\x{202f}: valeur/, 'answers them');
};
done_testing;
