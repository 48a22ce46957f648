# The official open-data files, when their folder is given: DATA=folder with
# nomenclatures/, finess/ and sae/.  The expected figures are those published
# with that folder; nothing of it is in the repository.
use strict;
use warnings;
use Encode qw(decode);
use File::Temp qw(tempdir);
use FindBin qw($Bin);
use lib "$Bin/lib";
use Test::More;
use Cluster;

my $data = $ENV{DATA} // '';
plan skip_all => 'skipped: DATA= names no folder with finess/ and sae/'
    unless -d "$data/finess" && -d "$data/sae";

my $pg = Cluster->new;
$ENV{ROR_REFUSED_DIR} = tempdir(CLEANUP => 1);
my ($status, $text) = $pg->ror_db('import', 'all', $data);
is($status, 0, 'import all') or diag $text;
note $text;

sub value_is {
	my ($sql, $want, $what) = @_;
	is($pg->psql($sql), $want, $what);
	return;
}

my $et = "FROM dir.structure_now AS s WHERE s.kind = 'EG'";
my $ej = "FROM dir.structure_now AS s WHERE s.kind = 'EJ'";
value_is("SELECT r.lines, r.inserted, r.refused FROM ref.import_run AS r WHERE r.kind = 'finess-et'",
    '19583|9791|0', 'lines and sites of the ET file');
value_is("SELECT r.lines, r.inserted, r.refused FROM ref.import_run AS r WHERE r.kind = 'finess-ej'",
    '2327|2326|0', 'lines and entities of the EJ file');
value_is("SELECT count(*) $et", 9791, 'sites');
value_is("SELECT count(*) $ej", 2326, 'entities');
value_is("SELECT count(*) $et AND s.parent_id IS NULL", 319, 'sites without an entity, hence none whose entity is absent');
value_is("SELECT count(*) $ej AND NOT EXISTS (SELECT FROM dir.structure_now AS c WHERE c.parent_id = s.id)",
    73, 'entities without a site');
value_is("SELECT count(*) $et AND s.lat IS NOT NULL", 5368, 'sites with a position');
value_is("SELECT count(*) $et AND s.siret IS NULL", 1944, 'sites without a SIRET');
value_is("SELECT count(*) $et AND s.category_code = '355'", 1334, 'category 355');
value_is("SELECT count(*) $et AND s.category_code = '156'", 1994, 'category 156');
value_is("SELECT count(*) $et AND EXISTS (SELECT FROM unnest(s.address_lines) AS a (line) WHERE a.line ~ '^[0-9]+[BTQC] ')",
    358, 'street numbers with a suffix (bis, ter, quater, C)');
my %departement = ('01' => 92, 13 => 308, '2A' => 56, '2B' => 33, 31 => 168, 59 => 438, 69 => 333, 75 => 254,
    92 => 208, 971 => 86, 974 => 105, '06' => 146);
value_is("SELECT count(*) $et AND s.departement_code = '$_'", $departement{$_}, "département $_")
    for sort keys %departement;
my $region = 'FROM dir.structure_now AS s JOIN ref.departement AS d ON d.code = s.departement_code
    WHERE s.kind = \'EG\' AND d.region_code =';
value_is("SELECT count(*) $region '11'", 1332, 'Île-de-France');
value_is("SELECT count(*) $region '76'", 1039, 'Occitanie');
value_is("SELECT count(DISTINCT s.departement_code) $et", 102, 'départements');
value_is("SELECT round(s.lat::numeric, 5), round(s.lon::numeric, 5) $et AND s.finess = '010000024'",
    '46.22220|5.20879', 'the first site comes back to its place');
value_is("SELECT count(*) $ej AND s.name_deduced", 1209, 'deduced names');
value_is("SELECT count(*) $et AND s.commune_code IS NULL", 218, 'no commune but where the file has none');
value_is("SELECT count(*) FROM ref.commune AS c WHERE c.kind = 'former'", 3, 'former communes');

# Sites of respondents, from the ID table itself.
sub respondents {
	my ($year) = @_;
	my %by;
	open my $in, '-|', 'gzip', '-dc', "$data/sae/$year/ID_${year}r.csv.gz" or die $!;
	my @name;
	while (my $line = <$in>) {
		$line = decode('cp1252', $line);
		$line =~ s/\r?\n\z//;
		my @field;
		push @field, defined $1 ? $1 =~ s/""/"/gr : $2
		    while $line =~ /\G(?:"((?:[^"]|"")*)"|([^;]*))(?:;|$)/g && @field < 200;
		if (!@name) {
			@name = map { uc } @field;
			next;
		}
		my %row;
		@row{@name} = @field;
		$by{ $row{FI} } = \%row;
	}
	close $in;
	return \%by;
}

# Installed beds and places as observed on 31 December: by discipline, by number.
sub observed {
	my ($year) = @_;
	my (%by, %site);
	for my $row (split /\n/, $pg->psql("SELECT x.key, o.value FROM cap.observation AS o
	    JOIN (SELECT DISTINCT p.unit_id, p.place_id FROM dir.unit_place AS p) AS up ON up.place_id = o.place_id
	    JOIN dir.unit_external AS x ON x.unit_id = up.unit_id AND x.source = 'SAE'
	    WHERE o.indicator_id = 1 AND ref.sae_year(o.effective_at) = $year")) {
		my ($key, $value) = split /\|/, $row;
		my ($fi, $discipline) = split m{/}, $key;
		$by{$discipline} += $value;
		$site{$fi}{$discipline} += $value;
	}
	return (\%by, \%site);
}

sub total {
	my ($by, $pattern) = @_;
	my $sum = 0;
	$sum += $by->{$_} for grep { /^(?:$pattern)$/ } keys %$by;
	return $sum;
}

my %national = (
	2023 => { respondents => 3975, beds => 369309, places => 88366, HAD => 24093, 'MCO_LIT_MED' => 118728,
	    MCO_LIT_CHI => 52863, MCO_LIT_OBS => 15836, mco => 187427, psy => 51266, smr => 101367, USLD => 29249,
	    REA_ADU => 5224, REA_ENF => 351, uhcd => 4776, DIA_CENTRE_ADU => 6869, DIA_UDM => 4833, DIA_AUTO => 3874,
	    si => 5914, sc => 7935, entities => 45, entity_beds => 3308 },
	2024 => { respondents => 3984, beds => 367128, places => 90986, HAD => 25427, 'MCO_LIT_MED' => 118661,
	    MCO_LIT_CHI => 52051, MCO_LIT_OBS => 15561, mco => 186273, psy => 50621, smr => 101271, USLD => 28963,
	    REA_ADU => 5278, REA_ENF => 374, uhcd => 4829, DIA_CENTRE_ADU => 7019, DIA_UDM => 4934, DIA_AUTO => 3882,
	    si => 7566, sc => 6527, entities => 44, entity_beds => 3181 },
);
my %region = (
	'01' => [1095, 1106], '02' => [879, 853], '03' => [722, 716], '04' => [2186, 2220], '06' => [404, 418],
	11 => [31678, 31596], 24 => [7053, 6988], 27 => [8104, 8048], 28 => [9378, 9307], 32 => [18040, 17832],
	44 => [16199, 16134], 52 => [9363, 9257], 53 => [9644, 9524], 75 => [17223, 16929], 76 => [16298, 16245],
	84 => [22464, 22406], 93 => [15895, 15860], 94 => [802, 834],
);
my %ej = map { $_ => 1 } split /\n/, $pg->psql("SELECT s.finess $ej");
for my $year (2023, 2024) {
	my $want = $national{$year};
	my ($by, $site) = observed($year);
	my $who = respondents($year);
	is(scalar keys %$who, $want->{respondents}, "$year: respondents");
	is(total($by, 'MCO_LIT_.*|PSY_..._HTP|SMR_.*_LIT|USLD'), $want->{beds}, "$year: beds");
	is(total($by, 'MCO_PLA_.*|PSY_..._HD[JN]|SMR_.*_PLA'), $want->{places}, "$year: places");
	is(total($by, 'MCO_LIT_.*'), $want->{mco}, "$year: MCO beds");
	is(total($by, 'PSY_..._HTP'), $want->{psy}, "$year: psychiatric beds");
	is(total($by, 'SMR_.*_LIT'), $want->{smr}, "$year: SMR beds");
	is(total($by, 'UHCD.*'), $want->{uhcd}, "$year: UHCD");
	is(total($by, 'SI_.*'), $want->{si}, "$year: intensive care, not its totals");
	is(total($by, 'SC_.*'), $want->{sc}, "$year: continuous monitoring");
	is($by->{$_}, $want->{$_}, "$year: $_")
	    for qw(HAD USLD MCO_LIT_MED MCO_LIT_CHI MCO_LIT_OBS REA_ADU REA_ENF DIA_CENTRE_ADU DIA_UDM DIA_AUTO);
	my @entity = grep { $ej{$_} } keys %$site;
	my $beds = 0;
	my $full_time = 0;
	for my $fi (@entity) {
		my $n = total($site->{$fi}, 'PSY_..._HTP');
		$beds += $n;
		$full_time += total($site->{$fi}, '(?!PSY).*');
	}
	is($beds, $want->{entity_beds}, "$year: full-time beds of respondents that are entities");
	is($full_time, 0, "$year: psychiatry only");
	cmp_ok(scalar @entity, '<=', $want->{entities}, "$year: such respondents, but those without capacity");
	for my $code (sort keys %region) {
		my $sum = 0;
		$sum += total($site->{$_}, 'MCO_LIT_.*') for grep { $who->{$_} && $who->{$_}{REG} eq $code } keys %$site;
		is($sum, $region{$code}[$year - 2023], "$year: MCO beds of region $code");
	}
	next if $year != 2024;
	my (%n, %mco, %rea);
	for my $fi (keys %$who) {
		$n{ $who->{$fi}{STJR} }++;
		$mco{ $who->{$fi}{STJR} } += total($site->{$fi} // {}, 'MCO_LIT_.*');
		$rea{ $who->{$fi}{REG} } += $site->{$fi}{REA_ADU} // 0;
	}
	is("@n{1 .. 3}", '1429 1294 1261', 'respondents: public, for-profit, non-profit');
	is("@mco{1 .. 3}", '131903 37790 16580', 'MCO beds of the three');
	is("$rea{11} $rea{76}", '1112 520', 'adult intensive care: Île-de-France, Occitanie');
}

value_is("SELECT count(*) FROM ref.import_run AS r WHERE r.kind = 'sae' AND r.refused > 0", 0, 'no line of SAE is refused');
value_is("SELECT sum(c.value) FROM dir.place_now AS p JOIN cap.current AS c ON c.place_id = p.place_id AND c.indicator_id = 1
    WHERE p.nature = '01' AND p.subset_of IS NULL", 367128, 'the beds of today are those of the last survey, each once');
value_is("SELECT count(*) FROM dir.place_now AS p JOIN ref.category AS c ON c.id = p.category_id
    WHERE c.slug IN ('autres_lits', 'autres_salles')", 0, 'every bed finds its category');
value_is("SELECT sum(c.value) FROM dir.place_now AS p JOIN cap.current AS c ON c.place_id = p.place_id AND c.indicator_id = 1
    JOIN ref.category AS k ON k.id = p.category_id WHERE k.slug IN ('hdj_mco', 'hdj_smr', 'psy_places')", 90986,
    'the places of today likewise');

my $rows = $pg->psql('SELECT (SELECT count(*) FROM dir.structure_version), (SELECT count(*) FROM cap.observation),
    (SELECT count(*) FROM dir.place_version), (SELECT count(*) FROM ref.commune), (SELECT count(*) FROM ref.code)');
($status, $text) = $pg->ror_db('import', 'all', $data);
is($status, 0, 'import all again') or diag $text;
value_is('SELECT (SELECT count(*) FROM dir.structure_version), (SELECT count(*) FROM cap.observation),
    (SELECT count(*) FROM dir.place_version), (SELECT count(*) FROM ref.commune), (SELECT count(*) FROM ref.code)',
    $rows, 'the same files again change nothing');
note $rows;
($status, $text) = $pg->ror_db('verify');
is($status, 0, 'verify') or diag $text;
done_testing;
