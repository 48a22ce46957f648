# Files of many lines: the model, what is refused and where it is said, what
# waits, and that a file is saved whole or not at all; ror-db import likewise.
use strict;
use warnings;
use utf8;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Encode qw(encode);
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
my $colleague = $pool->sign_in('durand@ror.example', 'bed_manager:eg:910000017');
my $big = $pool->sign_in('grand@ror.example', 'bed_manager:eg:940000018');
my $nurse = $pool->sign_in('infirmiere@ror.example', 'clinician:france:FR');
my $r;

# A form with a file, as browsers send it.
sub send_file {
	my ($who, $content, %arg) = @_;
	$content = encode('UTF-8', $content) if $content =~ /[^\x00-\xff]/;
	my $b = 'limite-7d29';
	my $body = join '', map { "--$b\r\nContent-Disposition: form-data; $_\r\n" }
	    qq{name="jeton"\r\n\r\n$who->{csrf}},
	    qq{name="fichier"; filename="lits.csv"\r\nContent-Type: text/csv\r\n\r\n$content};
	$body = $arg{body} if defined $arg{body};
	return $who->ask('POST', $arg{to} // '/capacitaire/import',
	    $arg{body} // "$body--$b--\r\n",
	    params => { CONTENT_TYPE => $arg{type} // "multipart/form-data; boundary=$b" });
}
sub look { my ($who, $content, %arg) = @_;
	my $sent = send_file($who, $content, %arg);
	return $sent if $sent->{status} != 303;
	my $page = $who->get($sent->{headers}{location});
	$page->{at} = $sent->{headers}{location};
	return $page }
sub confirm { my ($who, $page, %f) = @_; return $who->post($page->{at}, \%f) }
sub lines { return join '', map { "$_\r\n" } @_ }
sub version { return $pg->psql("SELECT coalesce(max(version), 0) FROM cap.place_state WHERE place_id = $_[0]") }
sub holds { return $pg->psql("SELECT string_agg(indicator_id || '=' || coalesce(value::text, '-'), ' ' ORDER BY indicator_id)
    FROM cap.current WHERE place_id = $_[0]") }
sub entries { return $pg->psql('SELECT count(*) FROM cap.entry') }
sub count_of { my ($page, $name) = @_; return $page->{body_text} =~ m{<dt>$name</dt><dd>([^<]*)</dd>} ? $1 : '' }

subtest 'the model' => sub {
	$r = $me->get('/capacitaire/import/modele.csv');
	is($r->{status}, 200, 'is there');
	like($r->{headers}{'content-disposition'}, qr{capacitaire-modele\.csv}, 'as a file');
	my @line = split /\r\n/, $r->{body};
	like($line[0], qr{^\xef\xbb\xbf"site";"lieu";"nom";"version";"INST";"FERM_NR".*"PREV_7J".*"commentaire"$}, 'BOM, columns');
	is(scalar @line, 7, 'a line for each of my six places');
	like($line[1], qr{^"910000017";"l1";"HC Cardiologie";0;""}, 'with its number and version');
	$r = look($me, $r->{body});
	is($r->{status}, 200, 'sent back as it is');
	is(count_of($r, 'Refusées'), 0, 'nothing is refused, not even the locked place');
	is(count_of($r, 'À modifier'), 0, 'nothing changes');
};

subtest 'look, then save' => sub {
	$r = look($me, lines('lieu;version;INST;FERM_NR;DISPO_F;DISPO_H;OCC;PREV_24H;commentaire',
	    'l1;0;10;1;2;1;5;4;déjà <vu>', 'l2;0;;;;;;;', 'l3;0;12;;;;;;'));
	is($r->{status}, 200, 'what it would do') or diag $r->{body_text};
	is(count_of($r, 'À modifier'), 2, 'two lines');
	like($r->{body_text}, qr{INST – → 10, FERM_NR – → 1, DISPO_F – → 2}, 'with their differences');
	is(entries(), 0, 'nothing is saved');
	is($colleague->get($r->{at})->{status}, 404, 'nobody else sees it');
	is($colleague->post($r->{at}, {})->{status}, 404, 'nor saves it');
	is(confirm($me, $r)->{status}, 303, 'saved');
	is(holds(1), '1=10 2=1 5=2 6=1 7=5 13=4 20=3', 'each value, and the total');
	is(holds(3), '1=12', 'the other line too');
	is(holds(2) // '', '', 'an empty line changes nothing');
	is($pg->psql('SELECT comment FROM cap.place_state WHERE place_id = 1'), encode('UTF-8', 'déjà <vu>'), 'and the comment');
	like($me->get($r->{at})->{body_text}, qr{2 lignes enregistrées}, 'it says so');
	my $before = entries();
	is(confirm($me, $r)->{status}, 303, 'a replayed form');
	is(entries(), $before, 'is one save');
	$r = look($me, lines('lieu;version;DISPO_F;OCC;commentaire', 'l1;' . version(1) . ';-;–;-'));
	like($r->{body_text}, qr{DISPO_F 2 → –, OCC 5 → –, commentaire}, 'a dash retracts');
	is(confirm($me, $r)->{status}, 303, 'saved');
	is(holds(1), '1=10 2=1 5=- 6=1 7=- 13=4 20=1', 'the total follows');
};

subtest 'separators and encodings' => sub {
	my $n = 3;
	for my $case (
		['semicolons, BOM, CRLF', "\xef\xbb\xbflieu;version;DISPO_IND;commentaire\r\nl3;V;N;\xc3\xa9t\xc3\xa9\r\n"],
		['commas, LF', "lieu,version,DISPO_IND,commentaire\nl3,V,N,\"\xc3\xa9t\xc3\xa9\"\n"],
		['tabs', "lieu\tversion\tDISPO_IND\tcommentaire\nl3\tV\tN\t\xc3\xa9t\xc3\xa9"],
		['Latin-1', "lieu;version;DISPO_IND;commentaire\nl3;V;N;\xe9t\xe9\n"],
		['quotes', "\"lieu\";\"version\";\"DISPO_IND\";\"commentaire\"\r\n\"l3\";\"V\";\"N\";\"\xc3\xa9t\xc3\xa9\"\r\n"],
	) {
		my ($name, $text) = @$case;
		my $v = version(3);
		$n++;
		$text =~ s/V(?=["\t;,])(?!ersion)/$v/;
		$text =~ s/N(?=["\t;,])(?<!PO_IN)(?<!I)/$n/;
		$text =~ s/DISPO_I\d+D/DISPO_IND/;
		$r = look($me, $text);
		is($r->{status}, 200, $name) or next;
		is(confirm($me, $r, avertissements => 1)->{status}, 303, "$name: saved");
		is($pg->psql('SELECT value FROM cap.current WHERE place_id = 3 AND indicator_id = 20'), $n, "$name: its value");
		is($pg->psql('SELECT comment FROM cap.place_state WHERE place_id = 3'), "\xc3\xa9t\xc3\xa9", "$name: its letters");
	}
};

subtest 'lines that are refused' => sub {
	my $before = entries();
	my $v = version(1);
	for my $case (
		['negative', "l1;$v;;-4;", 'négatif'], ['a word', "l1;$v;;trois;", 'nombre entier'],
		['10^12', "l1;$v;;1000000000000;", 'trop grand'], ['a fraction', "l1;$v;;3,5;", 'nombre entier'],
		['Arabic-Indic digits', "l1;$v;;\x{663};", 'nombre entier'],
		['closed > installed', "l1;$v;3;;4", 'plus de fermés (4) que d’installés (3)'],
		['INST erased', "l1;$v;-;;", 'ne peut pas être effacé'],
		['a place of another site', 'l7;0;;3;', 'périmètre'], ['no such place', 'l999;0;;3;', 'n’existe pas'],
		['a place that is none', 'u1;0;;3;', 'numéro de lieu'], ['a locked unit', 'l4;0;;3;', 'Indisponibilité totale'],
		['a version from yesterday', 'l1;0;;3;', 'Modifié depuis le modèle'], ['no version', 'l1;;;3;', 'version'],
		['a field too many', "l1;$v;;3;;9", '6 champs pour 5'],
		['twice', "l2;0;;3;\r\nl2;0;;4;", 'déjà à la ligne 2'],
	) {
		my ($name, $line, $text) = @$case;
		$r = look($me, encode('UTF-8', lines('lieu;version;INST;DISPO_IND;FERM_NR', $line, 'l3;' . version(3) . ';;1;')));
		is($r->{status}, 200, $name);
		is(count_of($r, 'Refusées'), 1, "$name: one line");
		like($r->{body_text}, qr{<span class="ror-error">✕ [^<]*\Q$text\E}, "$name: says why");
		is(confirm($me, $r, avertissements => 1)->{status}, 422, "$name: can't be saved");
	}
	my $csv = $me->get("$r->{at}/refus.csv")->{body_text};
	like($csv, qr{"lieu";"version";"INST";"DISPO_IND";"FERM_NR";"ligne";"motif"\r\n"l2";"0";"";"4";"";3;"Ce lieu est déjà à la ligne 2\."},
	    'the refused lines, with their reason');
	is(entries(), $before, 'nothing was saved, not even the good lines');
};

subtest 'files that are refused' => sub {
	for my $case (
		['nothing', '', 'Le fichier est vide'], ['blank lines', "\n\n \n", 'vide'],
		['an unknown column', "lieu;version;LITS\nl1;0;3\n", 'Colonne inconnue : « lits »'],
		['an indicator that does not exist', "lieu;version;DISPO\nl1;0;3\n", 'Colonne inconnue : « dispo »'],
		['a column twice', "lieu;version;INST;inst\nl1;0;3;4\n", 'deux fois'],
		['no version', "lieu;INST\nl1;3\n", 'Il manque la colonne « version »'],
		['titles alone', "lieu;version;INST\n", 'aucune ligne'],
		['an open quote', "lieu;version;INST\nl1;0;\"3\n", 'Ligne 2 : guillemet non fermé'],
		['a spreadsheet', "PK\x03\x04\x00\x00", 'pas un fichier CSV'],
		['too many lines', "lieu;version;INST\n" . "l1;0;3\n" x 20001, 'plus de 20 000 lignes'],
		['quotes beyond reason', "lieu;version;commentaire\n" . ('l1;0;"' . '""' x 30000 . "\"\n") x 130, 'trop de texte'],
	) {
		my ($name, $content, $text) = @$case;
		$r = send_file($me, $content);
		is($r->{status}, 422, $name);
		like($r->{body_text}, qr{\Q$text\E}, "$name: says why");
	}
	is(send_file($me, 'x' x (9 << 20))->{status}, 413, 'beyond upload_kb');
	is(send_file($me, 'x', to => '/theme')->{status}, 400, 'a file where none is taken');
	is(send_file($me, '', body => "--limite-7d29\r\n\r\nx")->{status}, 400, 'a form that ends before its end');
	is(send_file($me, '', body => 'x', type => 'multipart/form-data')->{status}, 400, 'no boundary');
	is(send_file($nurse, 'x')->{status}, 403, 'another role');
	is($me->ask('POST', '/capacitaire/import', "--b\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"a\"\r\n\r\nx\r\n--b--",
	    params => { CONTENT_TYPE => 'multipart/form-data; boundary=b' })->{status}, 403, 'without its token');
	is($pg->psql("SELECT count(*) FROM cap.upload WHERE header = '{}'"), 0, 'nothing of them is kept');
};

subtest 'warnings want a word' => sub {
	my $v = version(3);
	$r = look($me, lines('lieu;version;INST;DISPO_IND', "l3;$v;14;13"));
	is(count_of($r, 'Avec avertissement'), 1, 'one line');
	like($r->{body_text}, qr{Installés : 14 au lieu de 12}, 'installed ones change');
	my $before = entries();
	is(confirm($me, $r)->{status}, 422, 'not without having read it');
	is(entries(), $before, 'nothing is saved');
	is(confirm($me, $r, avertissements => 1)->{status}, 303, 'then it is');
	$r = look($me, lines('lieu;version;DISPO_IND;OCC', 'l3;' . version(3) . ';10;9'));
	like($r->{body_text}, qr{\(19\) dépassent les lits en service \(14\)}, 'more than in service');
	$pg->psql(q{INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places)
	        SELECT -n, 'x', 'feed', '02', now(), 1 FROM generate_series(1, 15) AS g (n);
	    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
	        SELECT 3, 12, 2, now() - n * interval '3 hours', now(), '02', -n FROM generate_series(1, 15) AS g (n);
	    SELECT cap.current_rebuild('{3}')});
	$r = look($me, lines('lieu;version;PREV_1H', 'l3;' . version(3) . ';30'));
	like($r->{body_text}, qr{PREV_1H 30 : de 0 à 7 d’ordinaire}, 'out of its own history, as the board would say');
};

subtest 'somebody was faster' => sub {
	$r = look($me, lines('lieu;version;DISPO_IND', 'l1;' . version(1) . ';2', 'l3;' . version(3) . ';2'));
	$colleague->post('/capacitaire/l3', { dispo_ind => 9, version => version(3), cle => '00000000-0000-4000-8000-000000000077' });
	my $before = entries();
	my $page = confirm($me, $r, avertissements => 1);
	is($page->{status}, 409, 'said');
	like($page->{body_text}, qr{quelqu’un a.*Modifié depuis le modèle}s, 'with the line');
	is(entries(), $before, 'and nothing is saved');
};

subtest 'what says nothing new' => sub {
	my $v = version(1);
	my $before = entries();
	$r = look($me, lines('lieu;version;INST', "l1;$v;10"));
	like($r->{body_text}, qr{Confirmer aussi 1 ligne identique}, 'is not confirmed by itself');
	is(confirm($me, $r, identiques => 1)->{status}, 303, 'only when asked for');
	is(entries(), $before + 1, 'then it is data');
	is(version(1), $v, 'without a new version');
};

subtest 'closures' => sub {
	my $to = '/capacitaire/fermetures/import';
	my $d = sub { strftime($_[1] // '%d/%m/%Y', localtime(time + 86400 * $_[0])) };
	my $head = 'site;lieu;nom;du;au;lits;reactivable;motif';
	like($me->get("$to/modele.csv")->{body}, qr{"lieu";"nom";"du"}, 'the model');
	$r = look($me, encode('UTF-8', lines($head, "910000017;l1;;@{[$d->(10)]};@{[$d->(20)]};4;oui;été",
	    ";l3;;@{[$d->(10, '%Y-%m-%d')]};@{[$d->(12, '%Y-%m-%d')]};2;non;travaux")), to => $to);
	is(count_of($r, 'Fermetures'), 2, 'two');
	is(confirm($me, $r)->{status}, 303, 'planned');
	is($pg->psql('SELECT count(*) FROM cap.closure_now'), 2, 'both');
	like($me->get('/capacitaire/fermetures')->{body_text}, qr{4 lits.*réactivables sous 24 h.*été}s, 'in the calendar');
	for my $case (
		['a day that is none', ';l1;;31/02/2027;01/03/2027;1;oui;x', 'Les jours s’écrivent'],
		['more than installed', ";l1;;@{[$d->(40)]};@{[$d->(41)]};99;oui;x", 'plus de fermés'],
		['another site', ";l7;;@{[$d->(40)]};@{[$d->(41)]};1;oui;x", 'périmètre'],
		['neither yes nor no', ";l1;;@{[$d->(40)]};@{[$d->(41)]};1;peut-être;x", 'oui ou non'],
		['no number', ";l1;;@{[$d->(40)]};@{[$d->(41)]};deux;oui;x", 'en chiffres'],
	) {
		$r = look($me, encode('UTF-8', lines($head, $case->[1], ";l1;;@{[$d->(50)]};@{[$d->(51)]};1;non;bon")), to => $to);
		like($r->{body_text}, qr{✕ [^<]*\Q$case->[2]\E}, $case->[0]);
		is(confirm($me, $r)->{status}, 422, "$case->[0]: nothing is planned");
	}
	is($pg->psql('SELECT count(*) FROM cap.closure'), 2, 'all or nothing');
};

# --- 5,000 lines ----------------------------------------------------------------
$pg->psql(<<'SQL');
INSERT INTO dir.unit (id) SELECT generate_series(10001, 15000);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field)
SELECT u, '[2020-01-01,)', 3, 3, 'Unité ' || u, '150', '01' FROM generate_series(10001, 15000) AS u;
INSERT INTO dir.place (id) SELECT generate_series(10001, 15000);
INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed)
SELECT p, '[2020-01-01,)', 3, 'Lieu ' || p, '01', true FROM generate_series(10001, 15000) AS p;
INSERT INTO dir.unit_place (unit_id, place_id, valid) SELECT i, i, '[2020-01-01,)' FROM generate_series(10001, 15000) AS i;
SELECT dir.refresh();
SQL

subtest '5,000 lines' => sub {
	my $head = 'lieu;version;INST;FERM_NR;FERM_R;DISPO_IND;DISPO_F;DISPO_H;OCC;RES;SUPPL_MOB;PREV_24H';
	my @line = map { "l$_;0;30;1;1;" . $_ % 5 . ';1;1;' . (15 + $_ % 5) . ';1;0;4' } 10001 .. 15000;
	$r = look($big, lines($head, @line[0 .. 4998], 'l15000;0;1;2;;;;;;;;'));
	is(count_of($r, 'Refusées'), 1, 'one bad line of 5,000');
	is(confirm($big, $r)->{status}, 422, 'refuses all');
	is($pg->psql('SELECT count(*) FROM cap.observation WHERE place_id > 10000'), 0, 'nothing is in the ledger');
	$r = look($big, lines($head, @line));
	is(count_of($r, 'À modifier') =~ s/\D//gr, 5000, '5,000 good ones');
	is(confirm($big, $r)->{status}, 303, 'are saved');
	is($pg->psql('SELECT count(*) FROM cap.observation WHERE place_id > 10000'), 5000 * 11, 'ten values and a total each in the ledger');
	is($pg->psql('SELECT count(DISTINCT place_id) FROM cap.current WHERE place_id > 10000'), 5000, 'each place');
	is($pg->psql('SELECT sum(value) FROM cap.current WHERE place_id > 10000 AND indicator_id = 20'), 5000 * 4, 'with its own value');
	is($pg->psql('SELECT sum(n_places) FROM cap.entry WHERE n_places = 50'), 5000, 'in entries of fifty, one transaction');
	like(($pg->ror_db('verify'))[1], qr/^ok current values/m, 'ror-db verify agrees');
};

subtest 'ror-db import' => sub {
	my $file = $pg->dir . '/lits.csv';
	my $write = sub { open my $out, '>:raw', $file or die $!; print {$out} @_; close $out; chmod 0644, $file };
	local $ENV{ROR_REFUSED_DIR} = $pg->dir;
	my @as = ('--account', 'martin@ror.example');
	$write->(lines('lieu;version;DISPO_IND;commentaire', 'l1;' . version(1) . ";3;d\xe9j\xe0"));
	my ($status, $text) = $pg->ror_db('import', 'capacity', $file, @as);
	is($status, 0, 'capacity') or diag $text;
	like($text, qr{capacity lits\.csv: 1 lines, 1 saved}, 'it says what it did');
	is($pg->psql('SELECT value FROM cap.current WHERE place_id = 1 AND indicator_id = 4'), 3, 'saved');
	is($pg->psql('SELECT comment FROM cap.place_state WHERE place_id = 1'), "d\xc3\xa9j\xc3\xa0", 'from Windows-1252');
	my $before = entries();
	$write->(lines('lieu;version;DISPO_IND', 'l1;' . version(1) . ';4', 'l7;0;3'));
	($status, $text) = $pg->ror_db('import', 'capacity', $file, @as);
	is($status, 1, 'a refused line refuses the file');
	like($text, qr{nothing of it was kept: 1 of 2 lines is refused}, 'says how many');
	open my $in, '<:encoding(UTF-8)', $pg->dir . '/lits.csv.refus.csv' or die $!;
	like(join('', <$in>), qr{3;.*périmètre}, 'and which, with the same words');
	is(entries(), $before, 'nothing is saved');
	$write->(lines('lieu;version;INST', 'l1;' . version(1) . ';11'));
	($status, $text) = $pg->ror_db('import', 'capacity', $file, @as);
	is($status, 1, 'a warning');
	like($text, qr{--warned}, 'says how to go on');
	is(($pg->ror_db('import', 'capacity', $file, @as, '--warned'))[0], 0, 'then it does');
	$write->("lieu;lits\nl1;3\n");
	($status, $text) = $pg->ror_db('import', 'capacity', $file, @as);
	like($text, qr{Colonne inconnue}, 'another layout');
	($status, $text) = $pg->ror_db('import', 'capacity', $file, '--account', 'personne@ror.example');
	like($text, qr{no account}, 'nobody');
	is(($pg->ror_db('import', 'capacity', $file))[0], 2, 'no account given');
	$write->(lines('lieu,du,au,lits,reactivable,motif', join ',', 'l2', map({ strftime '%Y-%m-%d', localtime(time + 86400 * $_) } 60, 70), 1, 'oui', 'essai'));
	($status, $text) = $pg->ror_db('import', 'closures', $file, @as);
	is($status, 0, 'closures') or diag $text;
	is($pg->psql("SELECT count(*) FROM cap.closure_now WHERE place_id = 2 AND reason = 'essai'"), 1, 'planned');
};

done_testing;
