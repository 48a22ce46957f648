# Board.pm - a small hospital for tests of the entry board.
#
#   Board::build($pg);
#
# Site 910000017 « CH de Valmont » (Essonne) has the places 1 to 4 (beds; 3 is
# shared by two units, 4 is locked), 5 (places) and 6 (a delivery room); site
# 940000018 « Sainte-Odile » (Val-de-Marne) has 7 (beds) and 8 (places of a
# medico-social field).  Nothing was ever reported.
package Board;

use strict;
use warnings;

sub build {
	my ($pg) = @_;
	$pg->psql(<<'SQL');
INSERT INTO dir.structure (id, kind, finess) VALUES
    (1, 'EJ', '910000009'), (2, 'EG', '910000017'), (3, 'EG', '940000018');
INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, departement_code, phone)
VALUES (1, '[2020-01-01,)', NULL, 'CH de Valmont, siège', '91', '01 60 00 00 00'),
       (2, '[2020-01-01,)', 1, 'CH de Valmont', '91', '01 60 00 00 01'),
       (3, '[2020-01-01,)', 1, 'Sainte-Odile', '94', NULL);
INSERT INTO dir.unit (id) SELECT * FROM generate_series(1, 9);
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name, unit_type, field)
SELECT u, '[2020-01-01,)', s, s, 'Unité ' || u, '150', f
  FROM (VALUES (1, 2, '01'), (2, 2, '01'), (3, 2, '01'), (4, 2, '01'), (5, 2, '01'),
               (6, 2, '01'), (7, 3, '01'), (8, 3, '06'), (9, 2, '01')) AS v (u, s, f);
INSERT INTO dir.place (id) SELECT * FROM generate_series(1, 8);
INSERT INTO dir.place_version (place_id, valid, site_id, name, nature, followed)
SELECT p, '[2020-01-01,)', s, n, k, true
  FROM (VALUES (1, 2, 'HC Cardiologie', '01'), (2, 2, 'HC Chirurgie', '01'),
               (3, 2, 'HC Médecine <polyvalente>', '01'), (4, 2, 'HC Travaux', '01'),
               (5, 2, 'HDJ Oncologie', '02'), (6, 2, 'Salle de naissance', '04'),
               (7, 3, 'HC Gériatrie', '01'), (8, 3, 'Accueil de jour', '02')) AS v (p, s, n, k);
INSERT INTO dir.unit_place (unit_id, place_id, valid)
SELECT i, i, '[2020-01-01,)' FROM generate_series(1, 8) AS i;
INSERT INTO dir.unit_place (unit_id, place_id, valid) VALUES (9, 3, '[2020-01-01,)');
INSERT INTO dir.unavailability (unit_id, during, reason)
VALUES (4, tstzrange(now() - interval '1 day', now() + interval '30 days'), 'travaux');
SELECT dir.refresh();
SQL
	return;
}

1;
