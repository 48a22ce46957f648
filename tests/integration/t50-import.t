# ror-db import: official layouts with invented establishments, then the ways
# in which files arrive broken.  tests/data/import holds the good files.
use strict;
use warnings;
use Encode qw(decode encode);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;

my $pg   = Cluster->new;
my $data = "$Bin/../data/import";
my $tmp  = tempdir(CLEANUP => 1);
mkdir "$tmp/refused" or die;
$ENV{ROR_REFUSED_DIR} = "$tmp/refused";

sub slurp {
	my ($file) = @_;
	open my $in, '<:raw', $file or die "$file: $!";
	local $/;
	return scalar <$in>;
}

sub spit {
	my ($name, $bytes) = @_;
	open my $out, '>:raw', "$tmp/$name" or die "$name: $!";
	print {$out} $bytes;
	close $out or die;
	return "$tmp/$name";
}

# What the last import of a kind counted: inserted, changed, unchanged, refused.
sub counts {
	my ($kind) = @_;
	return $pg->psql("SELECT r.inserted, r.changed, r.unchanged, r.refused
	    FROM ref.import_run AS r WHERE r.kind = '$kind' ORDER BY r.id DESC LIMIT 1");
}

sub import_ok {
	my ($what, $want, $kind, @arg) = @_;
	my ($status, $text) = $pg->ror_db('import', @arg);
	is($status, 0, $what) or diag $text;
	is(counts($kind), $want, "$what: inserted, changed, unchanged, refused") or diag $text;
	return $text;
}

# Refused as a whole: a reason, no row of a run, and the directory as it was.
my $state = 'SELECT count(*), md5(string_agg(x.t, E\'\n\' ORDER BY x.t))
	FROM (SELECT v::text AS t FROM dir.structure_version AS v
	      UNION ALL SELECT c::text FROM ref.code AS c
	      UNION ALL SELECT v::text FROM dir.place_version AS v
	      UNION ALL SELECT o::text FROM cap.observation AS o
	      UNION ALL SELECT r::text FROM ref.import_run AS r) AS x';

sub refused_whole {
	my ($what, $reason, @arg) = @_;
	my $before = $pg->psql($state);
	my ($status, $text) = $pg->ror_db('import', @arg);
	isnt($status, 0, "$what: refused");
	like($text, $reason, "$what: says why");
	is($pg->psql($state), $before, "$what: changed nothing");
	return;
}

my $site = sub {
	my ($finess, $columns) = @_;
	return $pg->psql("SELECT $columns FROM dir.structure_now AS s WHERE s.finess = '$finess'");
};

subtest 'lists of codes' => sub {
	import_ok('JDV', '3|0|0|3', 'nos', 'nos', "$data/JDV_J999-Essai-ROR.csv");
	import_ok('JDV again', '0|0|3|3', 'nos', 'nos', "$data/JDV_J999-Essai-ROR.csv");
	is($pg->psql("SELECT c.label, c.valid_from FROM ref.code AS c WHERE c.list = 'J999' AND c.code = '01'"),
	    'Lits, dits « d’essai »|2022-05-27', 'quoted comma and curly apostrophe survive');
	is($pg->psql("SELECT count(*) FROM ref.code AS c WHERE c.list = 'J999' AND c.code = '02'"),
	    2, 'one code in two terminologies is two rows');
	my $why = slurp("$tmp/refused/JDV_J999-Essai-ROR.csv.refus.csv");
	like($why, qr/^"";5;refused;same code and terminology on an earlier line;/m, 'duplicate, with its line');
	like($why, qr/^"";6;refused;no label;/m, 'no label');
	like($why, qr/^"";7;refused;not a date;/m, 'not a date');
	import_ok('TRE', '1|0|0|0', 'nos', 'nos', "$data/TRE_R999-Essai.csv");
	(my $other = slurp("$data/TRE_R999-Essai.csv")) =~ s/01,Un/01,Le premier/;
	import_ok('a label that changed', '0|1|0|0', 'nos', 'nos', spit('TRE_R999-Essai.csv', $other));
	refused_whole('another header', qr/first line is not/, 'nos', spit('JDV_J998-X.csv', "a,b\n1,2\n"));
	refused_whole('another name', qr/not a list of codes/, 'nos', spit('liste.csv', $other));
};

subtest 'communes' => sub {
	import_ok('csv', '8|0|0|1', 'communes', 'communes', "$data/communes.csv");
	import_ok('the same as JSON', '0|0|8|1', 'communes', 'communes', "$data/communes.json");
	is($pg->psql("SELECT c.departement_code FROM ref.commune AS c WHERE c.code = '97801'"),
	    '971', 'Saint-Martin counts with Guadeloupe');
	is($pg->psql("SELECT count(*) FROM ref.commune AS c WHERE c.kind = 'arrondissement'"),
	    2, 'arrondissements are told apart');
	refused_whole('cut JSON', qr/not a JSON array/, 'communes',
	    spit('communes.json', substr slurp("$data/communes.json"), 0, 500));
};

subtest 'entities and sites' => sub {
	my ($status, $text) = $pg->ror_db('import', 'finess', map { "$data/$_" } qw(et.csv ej.csv origin.csv));
	is($status, 0, 'three files in any order') or diag $text;
	is(counts('finess-ej'), '5|0|0|0', 'entities');
	is(counts('finess-et'), '8|0|0|0', 'sites');
	is(counts('finess-origin'), '0|2|3|0', 'deduced names');
	is($site->('019999011', "s.name, s.long_name, s.address_lines, s.postcode, s.locality,
	    s.commune_code, s.departement_code, s.phone, s.category_code, s.valid"),
	    'CH FICTIF DES PLATANES|CENTRE HOSPITALIER FICTIF DES PLATANES|{"12B R DES ESSAIS","CS 10000"}'
	    . '|01440|VIRIAT|01451|01|0400000011|355|[1995-10-30,)', 'a site, valid since it opened');
	is($site->('019999011', 'round(s.lat::numeric, 5), round(s.lon::numeric, 5), s.position_quality'),
	    '46.22229|5.20918|1', 'Lambert-93');
	is($site->('970199915', 'round(s.lat::numeric, 5), round(s.lon::numeric, 5), s.position_quality'),
	    '16.23400|-61.52874|2', 'UTM 20 N');
	is($site->('970499916', 'round(s.lat::numeric, 5), round(s.lon::numeric, 5), s.position_quality'),
	    '-20.97571|55.29821|3', 'UTM 40 S');
	is($site->('750099914', 's.lat IS NULL, s.parent_id IS NULL, s.name'),
	    't|t|MAISON " LES TILLEULS "; ANNEXE', 'unknown system: no position; no entity: null; quotes');
	is($site->('750099914', 's.commune_code'), '75112', 'Paris: the arrondissement of the postcode');
	is($site->('2A9999012', 's.departement_code, s.commune_code, s.name'),
	    '2A|2A004|HÔPITAL FICTIF DE L’ÎLE', 'Corsica');
	is($site->('970199915', 's.departement_code, s.commune_code'), '971|97105', '9A is 971');
	is($site->('970199923', 's.departement_code, s.commune_code'), '971|97801', 'Saint-Martin');
	is($site->('690099913', 's.commune_code'), '69152', 'a former commune is kept');
	is($pg->psql("SELECT c.name, c.kind FROM ref.commune AS c WHERE c.code = '69152'"),
	    'Pierre-Bénite|former', 'and named');
	is($site->('2A9990010', 's.departement_code, s.valid'), '2A|[1900-01-01,)',
	    'an entity without an address: département of its number');
	is($site->('980599909', 's.departement_code'), '976', 'Mayotte by number');
	is($pg->psql("SELECT string_agg(s.finess, ' ' ORDER BY s.finess) FROM dir.structure_now AS s WHERE s.name_deduced"),
	    '2A9990010 970199907', 'deduced names are marked');
	is($pg->psql("SELECT e.finess FROM dir.structure_now AS s JOIN dir.structure AS e ON e.id = s.parent_id
	    WHERE s.finess = '019999029'"), '019990010', 'a site hangs on its entity');
	($status, $text) = $pg->ror_db('import', 'finess', map { "$data/$_" } qw(ej.csv et.csv origin.csv));
	is(join(' ', map { counts("finess-$_") } qw(ej et origin)), '0|0|5|0 0|0|8|0 0|0|5|0',
	    'the same files change nothing') or diag $text;
};

subtest 'a file that says something else' => sub {
	my $et = slurp("$data/et.csv");
	(my $new = $et) =~ s/CLINIQUE FICTIVE DU LAC/CLINIQUE FICTIVE DES RIVES/;
	$new =~ s/^structureet;690099913.*\n//m;
	$new =~ s/^geolocalisation;690099913.*\n//m;
	$new =~ s/0400000011//;
	$new =~ s/^geolocalisation;019999011.*\n//m;
	import_ok('one name', '0|1|6|0', 'finess-et', 'finess', spit('et.csv', $new));
	is($pg->psql("SELECT string_agg(v.name || ' ' || (v.valid @> dir.today()) || ' ' || coalesce(upper(v.valid) = dir.today()
	    AND lower(v.valid) = '1900-01-01', false), ', ' ORDER BY v.valid) FROM dir.structure_version AS v
	    JOIN dir.structure AS s ON s.id = v.structure_id WHERE s.finess = '019999029'"),
	    'CLINIQUE FICTIVE DU LAC false true, CLINIQUE FICTIVE DES RIVES true false',
	    'a version ends, another starts today');
	is($site->('690099913', 'count(*)'), 1, 'a site that is absent from the file is not closed');
	is($site->('019999011', 's.phone, s.lat IS NOT NULL'), '0400000011|t',
	    'what the file leaves empty stays known');
	import_ok('back, the same day', '0|1|7|0', 'finess-et', 'finess', "$data/et.csv");
	is($pg->psql("SELECT count(*) FROM dir.structure_version AS v JOIN dir.structure AS s ON s.id = v.structure_id
	    WHERE s.finess = '019999029'"), 2, 'the version of today is replaced');
};

subtest 'other encodings and line ends' => sub {
	my $text = decode('UTF-8', slurp("$data/et.csv"));
	(my $crlf = $text) =~ s/\n/\r\n/g;
	import_ok('Windows-1252 and CRLF', '0|0|8|0', 'finess-et', 'finess', spit('cp1252.csv', encode('cp1252', $crlf)));
	import_ok('BOM', '0|0|8|0', 'finess-et', 'finess', spit('bom.csv', "\xEF\xBB\xBF" . encode('UTF-8', $text)));
	(my $last = $text) =~ s/\n\z//;
	import_ok('no end of line at the end', '0|0|8|0', 'finess-et', 'finess', spit('eof.csv', encode('UTF-8', $last)));
	is(system('gzip', '-k', spit('zip.csv', encode('UTF-8', $text))), 0, 'gzip');
	import_ok('compressed', '0|0|8|0', 'finess-et', 'finess', "$tmp/zip.csv.gz");
};

subtest 'single bad lines' => sub {
	my $good = "structureet;019999037;;SITE FICTIF NEUF" . ';' x 9 . '451;01;;01440 VIRIAT' . ';' x 16 . "\n";
	my @bad = (
		['a quote is not closed: cut line', 'structureet;019999045;;"SITE'],
		['4 columns, 32 expected', 'structureet;019999045;;SITE COUPE'],
		['33 columns, 32 expected', $good =~ s/019999037/019999045/r =~ s/\n/;\n/r],
		['same number on an earlier line', $good =~ s/NEUF/DOUBLE/r],
		['not a FINESS number', $good =~ s/019999037/19999037/r],
		['no name', $good =~ s/019999037/019999053/r =~ s/SITE FICTIF NEUF//r],
		['entity is not a FINESS number', $good =~ s/019999037;/019999061;X/r],
		['this number is a legal entity', $good =~ s/019999037/019990010/r],
		['unknown département', $good =~ s/019999037/019999079/r =~ s/;01;;/;ZZ;;/r],
		['unknown type of line', "structureez;1;2\n"],
		['empty line', "\n"],
		['line longer than 4,000 characters', 'structureet;' . 'x' x 1_000_000],
		['position without a structureet line', 'geolocalisation;019999087;1;1;1,A,,,EPSG:2154;2025-01-01'],
		['6 columns, 32 expected', 'structureet;019999037;1;1;;'],
		['7 columns, 6 expected', 'geolocalisation;019999037;1;1;;;'],
	);
	my $file = "finess;etalab;99;2025-06-30\n$good" . ($good =~ s/9999037/9999095/r x 1);
	$file .= $good =~ s/0199990/0199991/r =~ s/37/${\ sprintf '%02d', $_}/r for 10 .. 39;
	$file .= "geolocalisation;019999037;652469;6862035;1,A,,,EPSG:2154 a, b;2025-01-01\n";
	$file .= "geolocalisation;019999095;1;1;1,A,,,EPSG:2154;2025-01-01\n";
	$file .= $_->[1] . ($_->[1] =~ /\n\z/ ? '' : "\n") for @bad;
	$file .= "geolocalisation;019999037;652469;6862035;1,A,,,EPSG:2154;2025-01-01\n";
	import_ok('the good ones are taken', '32|0|0|' . (@bad + 1), 'finess-et', 'finess', spit('bad.csv', $file));
	my $why = slurp("$tmp/refused/bad.csv.refus.csv");
	my $no = 36;
	is(length((split /\n/, $why)[12]) < 700, 1, 'a long line is cut in the file of refused lines');
	like($why, qr/^"";${\ $no++};refused;"?\Q$_->[0]\E"?;/m, "refused: $_->[0]") for @bad;
	like($why, qr/;refused;second position of this number;/, 'refused: second position');
	like($why, qr/;warning;coordinates outside their system's area: no position;/, 'a position in the sea is none');
	is($site->('019999037', 's.lat IS NOT NULL'), 't', 'a comma in the name of the system');
};

subtest 'files refused as a whole' => sub {
	my $et = slurp("$data/et.csv");
	refused_whole('empty', qr/empty/, 'finess', spit('vide.csv', ''));
	refused_whole('binary', qr/binary/, 'finess', spit('bin.csv', join '', map { chr($_ * 37 % 256) } 0 .. 9999));
	refused_whole('no first line', qr/first line/, 'finess', spit('tete.csv', $et =~ s/\A.*\n//r));
	refused_whole('a column less', qr/31 columns, 32 expected/, 'finess',
	    spit('moins.csv', $et =~ s/^(structureet.*);$/$1/mgr));
	refused_whole('another file', qr/neither etalab/, 'finess', spit('autre.csv', "a;b\n1;2\n"));
	refused_whole('cut gzip', qr/gzip/, 'finess', spit('coupe.csv.gz', substr slurp("$tmp/zip.csv.gz"), 0, 200));
	refused_whole('no file', qr/cannot read/, 'finess', "$tmp/absent.csv");
	{
		local $ENV{ROR_IMPORT_MAX_MB} = 1;
		refused_whole('too large', qr/larger than 1 MB/, 'finess', spit('gros.csv', $et . "\n" x 1_100_000));
	}
	{
		local $ENV{ROR_REFUSED_DIR} = "$tmp/nowhere";
		refused_whole('nowhere to write', qr/cannot write refused/, 'finess', "$data/et.csv");
	}
};

sub places {
	my ($cluster, $where) = @_;
	return $cluster->psql("SELECT s.finess, k.discipline, p.nature, c.slug, u.value
	    FROM dir.place_now AS p
	    JOIN dir.structure AS s ON s.id = p.site_id
	    JOIN ref.category AS c ON c.id = p.category_id
	    JOIN cap.current AS u ON u.place_id = p.place_id AND u.indicator_id = 1
	    JOIN (SELECT x.unit_id, split_part(x.key, '/', 2) AS discipline FROM dir.unit_external AS x) AS k
	      ON k.unit_id = p.unit_ids[1]
	    WHERE $where ORDER BY 1, 2");
}

subtest 'SAE, two years' => sub {
	refused_whole('missing column', qr/MCO: the header has no column LIT_CHI/, 'sae', do {
		make_path("$tmp/sae1");
		spit('sae1/MCO_2023r.csv', slurp("$data/sae/2023/MCO_2023r.csv") =~ s/lit_chi/lit_x/r);
		"$tmp/sae1";
	});
	refused_whole('another year', qr/of 2023, not of 2022/, 'sae', "$data/sae/2023", 2022);
	refused_whole('no table', qr/no table/, 'sae', $tmp);
	import_ok('the year 2023', '28|0|0|0', 'sae', 'sae', "$data/sae", 2023);
	is(places($pg, "s.finess = '019999011'"), join("\n",
	    '019999011|DIA_CENTRE_ADU|02|dialyse|20', '019999011|MCO_LIT_CHI|01|chirurgie|40',
	    '019999011|MCO_LIT_MED|01|medecine|100', '019999011|MCO_LIT_OBS|01|obstetrique|20',
	    '019999011|MCO_PLA_CHI|02|hdj_mco|8', '019999011|MCO_PLA_MED|02|hdj_mco|5',
	    '019999011|NEO|01|neonatologie|6', '019999011|NEO_KANGOUROU|01|kangourou|2',
	    '019999011|REA_ADU|01|rea_adulte|12', '019999011|SC_ADU|01|surveillance_continue|9',
	    '019999011|SI_AUTRES_2023|01|soins_intensifs|4', '019999011|SI_CARDIO|01|soins_intensifs|6',
	    '019999011|UHCD|01|uhcd|5', '019999011|UHCD_PED|01|uhcd|2'),
	    'a hospital: totals and home dialysis make nothing');
	is($pg->psql("SELECT sum(u.value) FROM dir.place_now AS p JOIN cap.current AS u ON u.place_id = p.place_id
	    WHERE p.site_finess = '019999011' AND p.nature = '01' AND p.subset_of IS NULL"),
	    160, 'its total counts intensive care and newborns once, inside MCO');
	is($pg->psql("SELECT string_agg(DISTINCT o.name, ', ' ORDER BY o.name) FROM dir.place_now AS p
	    JOIN dir.place_now AS o ON o.place_id = p.subset_of WHERE p.site_finess = '019999011'"),
	    'Gynécologie-obstétrique, Médecine', 'inside médecine, newborns inside obstétrique');
	is(places($pg, "s.kind = 'EJ'"), '2A9990010|PSY_GEN_HTP|01|psy_adulte|12',
	    'a respondent that is an entity keeps its beds');
	is($pg->psql("SELECT p.departement_code, p.ej_finess FROM dir.place_now AS p WHERE p.site_finess = '2A9990010'"),
	    '2A|2A9990010', 'in the département of the entity');
	is(places($pg, "s.finess = '019999029'"), join("\n",
	    '019999029|HAD|02|had|45', '019999029|MCO_LIT_CHI|01|chirurgie|30', '019999029|SMR_A50_LIT|01|smr|23',
	    '019999029|SMR_A56_LIT|01|smr|10', '019999029|SMR_A56_PLA|02|hdj_smr|4'), 'HAD and SMR');
	is($pg->psql("SELECT DISTINCT o.effective_at AT TIME ZONE n.time_zone, o.source, e.mode, e.feed
	    FROM cap.observation AS o JOIN cap.entry AS e ON e.id = o.entry_id
	    JOIN dir.place_now AS n ON n.place_id = o.place_id"),
	    '2023-12-31 00:00:00|90|import|sae', 'observed on 31 December of the place');
	import_ok('2023 again', '0|0|28|0', 'sae', 'sae', "$data/sae/2023");

	import_ok('2024, other coding', '26|0|0|0', 'sae', 'sae', "$data/sae/2024");
	is($pg->psql("SELECT count(*), count(DISTINCT o.effective_at::date) FROM cap.observation AS o
	    JOIN dir.unit_place AS up ON up.place_id = o.place_id
	    JOIN dir.unit_external AS x ON x.unit_id = up.unit_id
	    WHERE x.key IN ('019999011/SI_CARDIO', '019999029/SMR_A56_LIT', '019999011/SC_ADU')"),
	    '6|2', 'renamed codes are the same places: two observations each');
	is($pg->psql("SELECT string_agg(x.key || ' ' || upper(v.valid), ', ' ORDER BY x.key)
	    FROM dir.unit_external AS x JOIN dir.unit_place AS up ON up.unit_id = x.unit_id
	    JOIN dir.place_version AS v ON v.place_id = up.place_id WHERE NOT upper_inf(v.valid)"),
	    '019999011/SI_AUTRES_2023 2024-12-31, 019999029/MCO_LIT_CHI 2024-12-31',
	    'places that the next survey no longer has end; a column that it lacks ends nothing');
	is(places($pg, "s.finess = '019999029' AND k.discipline LIKE 'MCO%'"), '', 'no surgery any more');
	import_ok('2023 after 2024', '0|0|28|0', 'sae', 'sae', "$data/sae/2023");
	import_ok('2024 again', '0|0|26|0', 'sae', 'sae', "$data/sae/2024");

	make_path("$tmp/sae2");
	spit('sae2/USLD_2024r.csv', slurp("$data/sae/2024/USLD_2024r.csv") =~ s/;28;/;27;/r);
	import_ok('a corrected figure', '0|1|0|0', 'sae', 'sae', "$tmp/sae2");
	is(places($pg, "k.discipline = 'USLD'"), '970199915|USLD|01|usld|27', 'the correction is what is known now');
	is($pg->psql("SELECT count(*) FROM cap.observation AS o JOIN dir.place_now AS p ON p.place_id = o.place_id
	    WHERE p.unit_names[1] = 'Soins de longue durée'"), 3, 'and nothing was overwritten');
};

subtest 'SAE, bad lines' => sub {
	make_path("$tmp/sae3");
	my @line = split /\r\n/, slurp("$data/sae/2024/REA_2024r.csv");
	spit('sae3/REA_2024r.csv', join "\n", @line,
	    'REA;2024;019999011;X;;USIXADU;3;', 'REA;2024;990000001;X;;REAADU;3;', 'REA;2023;019999011;X;;REAENF;3;',
	    'REA;2024;019999011;X;;REAADU;3;', 'REA;2024;019999011;X;;REAENF;-3;', 'REA;2024;019999011;X;;REAENF',
	    'MCO;2024;019999011;X;;REAENF;3;', 'REA;2024;019999029;X;;REAADU;3;', 'REA;2024;970199915;X;;SITOT;9;',
	    'REA;2024;970199915;X;;USICADU;8;', '');
	import_ok('bad lines', '2|0|3|7', 'sae', 'sae', "$tmp/sae3");
	my $why = slurp("$tmp/refused/sae-sae3.refus.csv");
	like($why, qr/^REA;\d+;refused;"?\Q$_\E/m, "refused: $_")
	    for 'unknown code USIXADU', 'FINESS number unknown', 'year 2023', 'same respondent and code',
	    'a capacity is not a number', '6 columns, the header has 8', 'a line of table MCO';
	like($why, qr/^REA;\d+;warning;"?LIT SITOT is 9, its details add up to 8/m, 'a total that differs is told');
	is(places($pg, "s.finess = '970199915' AND k.discipline = 'SI_CARDIO'"),
	    '970199915|SI_CARDIO|01|soins_intensifs|8', 'the detail is what counts');
};

subtest 'the order of the years, and privileges' => sub {
	my $other = Cluster->new;
	local $ENV{PGOPTIONS};
	for my $step (['communes', "$data/communes.csv"], ['finess', "$data/ej.csv", "$data/et.csv"],
	    ['sae', "$data/sae", 2024], ['sae', "$data/sae", 2023]) {
		my ($status, $text) = $other->run('env', 'PGUSER=ror_import', Cluster::root() . '/sql/ror-db', 'import', @$step);
		is($status, 0, "as ror_import: @$step[0]") or diag $text;
	}
	my $sql = "SELECT x.key, v.valid, v.followed, v.nature FROM dir.unit_external AS x
	    JOIN dir.unit_place AS up ON up.unit_id = x.unit_id
	    JOIN dir.place_version AS v ON v.place_id = up.place_id WHERE x.key NOT IN ('970199915/SI_CARDIO', '019999029/REA_ADU') ORDER BY 1";
	is($other->psql($sql), $pg->psql($sql), '2024 then 2023 gives what 2023 then 2024 gives');
	like($other->psql_error("UPDATE cap.observation SET value = 0", user => 'ror_import'), qr/permission denied/,
	    'an importer may not change the ledger');
	my ($status, $text) = $other->ror_db('verify');
	is($status, 0, 'verify') or diag $text;
};

my ($status, $text) = $pg->ror_db('verify');
is($status, 0, 'verify after all of it') or diag $text;
done_testing;
