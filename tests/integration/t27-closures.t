# Total unavailability and planned closures: who may, what is refused, and what
# follows on the board, in the consultation and in the night's figures.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use POSIX qw(strftime);
use Test::More;
use Board;
use Cluster;
use Pool;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

my $pg = Cluster->new;
Board::build($pg);
my $pool = Pool->new($pg, workers => 2);
my $me = $pool->sign_in('martin@ror.example', 'bed_manager:eg:910000017');
my $director = $pool->sign_in('directrice@ror.example', 'director:ej:910000009');
my $steward = $pool->sign_in('gestion@ror.example', 'steward:region:11');
my $far = $pool->sign_in('loin@ror.example', 'bed_manager:eg:750000001');
my $other = $pool->sign_in('autre@ror.example', 'bed_manager:unit:9');
my $nurse = $pool->sign_in('infirmiere@ror.example', 'clinician:france:FR');

sub day { return strftime '%Y-%m-%d', localtime(time + 86400 * $_[0]) }
sub page { return "/capacitaire/indisponibilite/u$_[0]" }
sub declare { my ($who, $unit, %f) = @_;
	return $who->post(page($unit), { motif => 'panne', debut => 'maintenant', %f }) }
sub running { return $pg->psql("SELECT id FROM dir.unavailability WHERE unit_id = $_[0] AND during @> now()") }
sub lift { my ($who, $unit, $id) = @_;
	return $who->post(page($unit) . '/lever', { indisponibilite => $id // running($unit) }) }
sub locked { return $pg->psql("SELECT locked @> now() FROM dir.place_now WHERE place_id = $_[0]") }
sub rows { return $pg->psql('SELECT count(*) FROM dir.unavailability') }
sub detail { return $nurse->get('/disponibilites?region=11&categorie=chirurgie&departement=91')->{body_text} }
# What the detail says of one unit.
sub of_unit { return detail() =~ m{(<tr[ >](?:(?!</tr>).)*/fiche/u$_[0]".*?</tr>)}s ? $1 : '' }
my $r;

# Seven free beds, said three days ago and confirmed now.
my $account = $pg->psql("SELECT id FROM auth.account WHERE login = 'martin\@ror.example'");
sub save { my ($place, $effective) = @_;
	return $pg->psql("SELECT outcome FROM cap.save($account, 'simple', gen_random_uuid(), '01', $effective, "
	    . "ARRAY[$place]::bigint[], ARRAY[coalesce((SELECT version FROM cap.place_state WHERE place_id = $place), 0)], "
	    . "ARRAY[NULL]::text[], array_fill($place\::bigint, ARRAY[4]), '{1,2,4,9}', '{10,0,7,0}')") }
for my $place (1, 2, 3) {
	save($place, "now() - interval '3 days'");
	save($place, 'NULL');
}

subtest 'total unavailability: declaring' => sub {
	$r = $me->get(page(1));
	is($r->{status}, 200, 'the page of a unit');
	like($r->{body_text}, qr{Déclarer l’unité indisponible.*HC Cardiologie}s, 'offers it, names the places');
	like(of_unit(1), qr{>7</span>}, 'seven free beds before');
	$r = declare($me, 1, motif => 'Panne de <fluides>', fin_jour => day(2), fin_heure => '18:30');
	is($r->{status}, 303, 'declared');
	is($r->{headers}{location}, page(1) . '?fait=declaree', 'and back');
	like($me->get("$r->{headers}{location}")->{body_text},
	    qr{enregistrée.*Indisponible depuis le.*fin prévue le.*18:30.*Panne de &lt;fluides&gt;}s, 'it says so');
	is(locked(1), 't', 'the place is locked');
	is(locked(2), 'f', 'its neighbour is not');
	like($me->get('/capacitaire/lits')->{body_text}, qr{Indisponibilité totale jusqu’au.*Panne de &lt;fluides&gt;.*saisie bloquée}s,
	    'the board says why');
	$r = $me->post('/capacitaire/l1', { inst => 10, dispo_ind => 3, version => 1,
	    cle => '00000000-0000-4000-8000-000000000001' });
	is($r->{status}, 409, 'and refuses entry');
	like(of_unit(1), qr{>0</span>}, 'a known zero in the consultation');
	like(of_unit(1), qr{Panne de &lt;fluides&gt; – fin prévue le .* 18:30}, 'with its reason and planned end');
	is($pg->psql("SELECT event || ' ' || account_id || ' ' || (detail->>'unit') || ' ' || host(address)
	    FROM audit.event WHERE event LIKE 'unavailability%'"), "unavailability_set $account 1 127.0.0.1", 'audited');
};

subtest 'total unavailability: the matrix' => sub {
	my $cell = sub { $nurse->get('/disponibilites?region=11')->{body_text} =~
	    m{categorie=chirurgie&amp;departement=91[^>]*>(.*?)</td>}s ? $1 : '' };
	my $before = $cell->();
	lift($me, 1);
	my $after = $cell->();
	isnt($before, $after, 'the cell of the matrix moves with it');
	declare($me, 1);
	is($cell->(), $before, 'and back');
};

subtest 'total unavailability: refused' => sub {
	my $before = rows();
	for my $case (
		['no reason', 422, { motif => '  ' }, qr{Indiquez le motif}],
		['a novel', 422, { motif => 'é' x 201 }, qr{200 caractères}],
		['ends before it starts', 422, { debut => 'plus_tard', debut_jour => day(3), fin_jour => day(1) }, qr{après le début}],
		['ended', 422, { fin_jour => day(-2) }, qr{après maintenant}],
		['starts in the past', 422, { debut => 'plus_tard', debut_jour => day(-1) }, qr{déjà passé}],
		['no day', 422, { debut => 'plus_tard', debut_jour => '2026-02-30' }, qr{déjà passé}],
		['an hour that is none', 422, { fin_jour => day(1), fin_heure => '25:00' }, qr{fin prévue}],
		['digits of another script', 422, { fin_jour => "\x{662}\x{660}26-12-01" }, qr{fin prévue}],
		['an hour without its day', 422, { fin_heure => '12:00' }, qr{fin prévue}],
		['in the next century', 422, { fin_jour => '2126-01-01' }, qr{trois ans}],
	) {
		my ($name, $http, $field, $text) = @$case;
		$r = declare($me, 2, %$field);
		is($r->{status}, $http, $name);
		like($r->{body_text}, $text, "$name: says why");
	}
	$r = declare($me, 2, motif => 'mon motif', fin_jour => 'x');
	like($r->{body_text}, qr{value="mon motif"}, 'what was typed is still there');
	is(declare($me, 1)->{status}, 409, 'a replayed form: already declared');
	is(declare($far, 1)->{status}, 403, 'a unit of somebody else');
	is($far->get(page(1))->{status}, 403, 'not even shown');
	is(declare($nurse, 1)->{status}, 403, 'another role');
	is(declare($other, 3)->{status}, 403, 'a unit that only shares a place with mine');
	is(declare($me, 999)->{status}, 404, 'no such unit');
	is($me->get('/capacitaire/indisponibilite/l1')->{status}, 404, 'a place is no unit');
	is(lift($me, 2, 1)->{status}, 404, 'the period of another unit');
	is(lift($me, 2, 'x')->{status}, 400, 'no number');
	my $stranger = $pg->psql("SELECT id FROM auth.account WHERE login = 'loin\@ror.example'");
	is($pg->psql("SELECT dir.unavailability_set($stranger, NULL, 2, NULL, NULL, 'x', false)"), 'denied', 'nor by the function itself');
	is($pg->psql("SELECT dir.unavailability_lift($stranger, NULL, 1, " . running(1) . ')'), 'denied', 'nor lifted');
	is(rows(), $before, 'nothing was written');
};

subtest 'total unavailability: lifting, changing, planning' => sub {
	like($me->get(page(1) . '/lever')->{body_text}, qr{Lever l’indisponibilité maintenant}, 'asks first');
	$r = $director->post(page(1), { motif => 'plus long', remplace => 1, fin_jour => day(5) });
	is($r->{status}, 303, 'a director says the end anew');
	is($pg->psql("SELECT count(*) FROM dir.unavailability WHERE unit_id = 1 AND during @> now() AND reason = 'plus long'"), 1,
	    'one period runs');
	is($pg->psql("SELECT locked_reason FROM dir.place_now WHERE place_id = 1"), 'plus long', 'its reason is shown');
	my $id = running(1);
	is(lift($steward, 1)->{status}, 303, 'a steward lifts it');
	is(locked(1), 'f', 'the place is open');
	like(of_unit(1), qr{>7</span>}, 'and counts again');
	is(lift($me, 1, $id)->{status}, 409, 'twice: said');
	like($me->get(page(1))->{body_text}, qr{(?:levée|annulée) le .* par Nom de gestion}, 'the history says who');
	is(declare($me, 1, debut => 'plus_tard', debut_jour => day(2), debut_heure => '08:00')->{status}, 303, 'later');
	is(locked(1), 'f', 'not yet locked');
	is($me->get(page(1))->{body_text} =~ /À venir.*sans fin connue/s, 1, 'shown as to come');
	is(declare($me, 1)->{status}, 409, 'what runs into it is refused');
	is(declare($me, 1, fin_jour => day(1))->{status}, 303, 'what ends before is not');
	is(lift($me, 1, $pg->psql('SELECT id FROM dir.unavailability WHERE unit_id = 1 AND lower(during) > now()'))->{status},
	    303, 'called off');
	like($me->get(page(1))->{body_text}, qr{annulée le}, 'and kept');
	lift($me, 1);
};

subtest 'total unavailability: a shared place' => sub {
	is(declare($other, 9)->{status}, 303, 'one of two units');
	is(locked(3), 'f', 'the place stays open');
	is(declare($me, 3, fin_jour => day(1))->{status}, 303, 'the other too');
	is(locked(3), 't', 'locked');
	is(lift($other, 9)->{status}, 303, 'one is lifted');
	is(locked(3), 'f', 'open');
	lift($me, 3);
	is($pg->psql('SELECT dir.lock_refresh(NULL)'), 0, 'equal to what a whole refresh says');
};

subtest 'total unavailability: the end comes by itself' => sub {
	declare($me, 2, fin_jour => day(1));
	$pg->psql("UPDATE dir.unavailability SET during = tstzrange(now() - interval '2 days', now() - interval '1 hour'),
	    set_at = now() - interval '2 days' WHERE unit_id = 2; SELECT dir.refresh()");
	is(locked(2), 'f', 'open');
	like($me->get(page(2))->{body_text}, qr{Fin prévue dépassée le .*personne n’a levé}, 'and the page says so');
	declare($me, 2, motif => 'la suivante');
	is($pg->psql('SELECT locked_reason FROM dir.place_now WHERE place_id = 2'), 'la suivante', 'the reason is that of what runs');
	unlike($me->get(page(2))->{body_text}, qr{Fin prévue dépassée le}, 'until somebody acted');
	lift($me, 2);
};

subtest 'total unavailability: the night' => sub {
	my ($program) = grep { -x } 'build/check/ror-report', 'build/release/ror-report';
	plan skip_all => 'ror-report is not built' if !defined $program;
	$pg->psql('DELETE FROM dir.unavailability WHERE unit_id = 1; SELECT dir.refresh()');
	declare($me, 1);
	$pg->psql("UPDATE dir.unavailability SET during = tstzrange(
	    (((now() AT TIME ZONE 'Europe/Paris')::date - 1)::timestamp + interval '6 hours') AT TIME ZONE 'Europe/Paris',
	    NULL) WHERE id = " . running(1) . '; SELECT dir.refresh()');
	mkdir $pg->dir . '/made';
	my ($status, $text) = $pg->run($program, '-d', $pg->conninfo(user => 'ror_report'), '-o', $pg->dir . '/made', 'nightly');
	is($status, 0, 'ror-report nightly') or diag $text;
	my $fact = "FROM mart.fct_place_day WHERE place_id = 1 AND indicator_id = 20 AND known_to = 'infinity'
	    AND day = (now() AT TIME ZONE 'Europe/Paris')::date - 1";
	is($pg->psql("SELECT zero_s - (day_s - 21600) $fact"), 0, 'zero from six o’clock on, known');
	is($pg->psql("SELECT at_24 $fact"), 0, 'zero at midnight');
	lift($me, 1);
};

# --- planned closures -----------------------------------------------------------
my $keys = 0;
sub key { return sprintf '00000000-0000-4000-8000-%012d', ++$keys }
sub closing { return { site => '910000017', lieu => 'l1', du => day(1), au => day(10), lits => 4,
    reactivable => 0, motif => 'congés', cle => key(), @_ } }
sub schedule { my ($who, %f) = @_; return $who->post('/capacitaire/fermetures', closing(%f)) }
sub planned { return $pg->psql('SELECT count(*) FROM cap.closure') }
sub newest { return $pg->psql('SELECT max(id) FROM cap.closure_now') }

subtest 'planned closures: planning' => sub {
	$r = $me->get('/capacitaire/fermetures');
	is($r->{status}, 200, 'an empty calendar');
	like($r->{body_text}, qr{Aucune fermeture programmée}, 'says so');
	like($me->get('/capacitaire/fermetures/nouvelle')->{body_text}, qr{<option value="l1">HC Cardiologie – 10 lits</option>},
	    'one site: its places, with what is installed');
	like($director->get('/capacitaire/fermetures/nouvelle')->{body_text}, qr{Continuer}, 'several sites: which one');
	my $form = closing();
	$r = $me->post('/capacitaire/fermetures', $form);
	is($r->{headers}{location}, '/capacitaire/fermetures?fait=programmee', 'planned');
	is($me->post('/capacitaire/fermetures', $form)->{status}, 303, 'a replayed form');
	is(planned(), 1, 'is one closure');
	$r = $me->get('/capacitaire/fermetures');
	like($r->{body_text}, qr{HC Cardiologie.*4 lits.*non réactivables.*congés.*Nom de martin}s, 'the list says what and who');
	is($pg->psql("SELECT coalesce(max(value), 0) FROM cap.current WHERE place_id = 1 AND indicator_id = 2"), 0,
	    'and no capacity is written');
	my $month = strftime '%Y-%m', localtime(time + 86400);
	$r = $me->get("/capacitaire/fermetures?vue=mois&mois=$month");
	my @full = $r->{body_text} =~ /class="is-full"/g;
	my $days = grep { strftime('%Y-%m', localtime(time + 86400 * $_)) eq $month } 1 .. 10;
	is(scalar @full, $days, "the month shows its $days days");
	like($r->{body_text}, qr{<strong>4 lits</strong></p><ul><li><a href="/capacitaire/fermetures/c\d+/modifier"[^>]*>4 lits – HC Cardiologie},
	    'each with its sum and its closures');
	is($me->get('/capacitaire/fermetures?vue=mois&mois=2026-13')->{status}, 200, 'a month that is none is this one');
	unlike($me->get('/capacitaire/fermetures?vue=mois&mois=2031-01')->{body_text}, qr{is-full}, 'another month is empty');
	unlike($far->get('/capacitaire/fermetures')->{body_text}, qr{HC Cardiologie}, 'not for somebody else');
};

subtest 'planned closures: refused' => sub {
	my $before = planned();
	for my $case (
		['more than installed', { lits => 11 }, qr{plus de fermés \(11\) que d’installés \(10\)}],
		['none', { lits => 0 }, qr{au moins 1}], ['empty', { lits => '' }, qr{au moins 1}],
		['negative', { lits => '-3' }, qr{nombre entier}], ['a word', { lits => 'trois' }, qr{nombre entier}],
		['10^12', { lits => '1000000000000' }, qr{nombre entier}],
		['Arabic-Indic digits', { lits => "\x{663}" }, qr{nombre entier}],
		['ends before it starts', { du => day(5), au => day(4) }, qr{avant le premier}],
		['past', { du => day(-9), au => day(-3) }, qr{déjà passée}],
		['beyond three years', { au => day(1200) }, qr{trois ans}],
		['no day', { du => '' }, qr{premier jour}], ['not a day', { au => '31/12/2026' }, qr{pas une date}],
		['no reason', { motif => ' ' }, qr{Indiquez le motif}], ['a novel', { motif => 'x' x 201 }, qr{trop long}],
		['no place', { lieu => '' }, qr{Choisissez le lieu}], ['a place of another site', { lieu => 'l7' }, qr{périmètre}],
		['no such place', { lieu => 'l999' }, qr{n’existe pas}],
	) {
		my ($name, $field, $text) = @$case;
		$r = schedule($me, du => day(30), au => day(40), %$field);
		is($r->{status}, 422, $name);
		like($r->{body_text}, qr{class="ror-error"[^>]*>[^<]*$text}, "$name: said at its field");
	}
	is(schedule($me, cle => 'x')->{status}, 400, 'not a form');
	is(schedule($nurse)->{status}, 403, 'another role');
	is(planned(), $before, 'nothing was written');
};

subtest 'planned closures: overlap, change, cancel' => sub {
	my $before = planned();
	$r = schedule($me, du => day(8), au => day(20), lits => 7);
	is($r->{status}, 409, 'an overlap is asked about');
	like($r->{body_text}, qr{une autre fermeture.*en tout 11 lits.*plus que les 10 installés.*C’est voulu}s, 'with its sum');
	is(planned(), $before, 'not written yet');
	is(schedule($me, du => day(8), au => day(20), lits => 2, reactivable => 1, confirme => 1)->{status}, 303, 'confirmed');
	my $id = newest();
	like($me->get("/capacitaire/fermetures/c$id/modifier")->{body_text}, qr{Modifier une fermeture.*value="l1" selected.*value="2"}s,
	    'the form of a change holds what is planned');
	is($far->get("/capacitaire/fermetures/c$id/modifier")->{status}, 403, 'not for somebody else');
	is($far->post("/capacitaire/fermetures/c$id/annuler", {})->{status}, 403, 'nor to cancel');
	is($me->get('/capacitaire/fermetures/c99/modifier')->{status}, 404, 'no such closure');
	is(schedule($me, remplace => $id, du => day(12), au => day(20), lits => 3)->{headers}{location},
	    '/capacitaire/fermetures?fait=modifiee', 'changed');
	is($pg->psql("SELECT cancelled_at IS NOT NULL FROM cap.closure WHERE id = $id"), 't', 'the old row is cancelled, and kept');
	is($pg->psql("SELECT replaces FROM cap.closure WHERE id = " . newest()), $id, 'the new one says what it replaces');
	is(schedule($me, remplace => $id, du => day(12), au => day(21), confirme => 1)->{status}, 409, 'a change of what was changed');
	$id = newest();
	like($me->get("/capacitaire/fermetures/c$id/annuler")->{body_text}, qr{Annuler cette fermeture}, 'cancelling asks first');
	is($me->post("/capacitaire/fermetures/c$id/annuler", {})->{status}, 303, 'cancelled');
	is($me->post("/capacitaire/fermetures/c$id/annuler", {})->{status}, 409, 'twice: said');
	is(planned(), $before + 2, 'nothing was ever deleted');
};

# What the board may propose today.
sub proposal {
	my $sql = do { open my $in, '<', "$Bin/../../sql/queries/closure.sql" or die; local $/; <$in> };
	my ($one) = $sql =~ /^-- name: closure_proposal\n.*?\n(SELECT.*?;)/ms;
	return $pg->psql("PREPARE p (int8[], timestamptz) AS $one EXECUTE p ('{1,2,3,7}', now())");
}

subtest 'planned closures: the proposal of the day' => sub {
	is(proposal(), '', 'nothing runs today');
	schedule($me, lieu => 'l2', du => day(0), au => day(3), lits => 6, motif => 'travaux');
	like(proposal(), qr{^2\|6\|0\|travaux\|}, 'six closed for good');
	schedule($me, lieu => 'l2', du => day(0), au => day(1), lits => 7, reactivable => 1, motif => "vacances", confirme => 1);
	like(proposal(), qr{^2\|6\|4\|travaux, vacances\|}, 'with others that can reopen, never more than installed');
	$pg->psql("UPDATE cap.closure SET during = daterange(lower(during) - 5, upper(during)) WHERE place_id = 2 AND beds = 6");
	my $id = $pg->psql('SELECT id FROM cap.closure_now WHERE place_id = 2 AND beds = 6');
	$me->post("/capacitaire/fermetures/c$id/annuler", {});
	is($pg->psql("SELECT upper(during) - (now() AT TIME ZONE 'Europe/Paris')::date FROM cap.closure_now WHERE place_id = 2 AND beds = 6"),
	    0, 'one that runs keeps its days up to yesterday');
	like(proposal(), qr{^2\|0\|7\|vacances\|}, 'and is not proposed any more');
};

done_testing;
