-- What each cell of the SAE tables means here: its discipline, and the unit
-- and place that a discipline makes at a respondent.  docs/adr/0030.
SET ROLE ror_owner;

-- Disciplines that no code of J238 names without saying more than SAE knows.
INSERT INTO ref.code (list, system, code, label) VALUES
    ('J238', 'ROR-TypeOffreInterne', '900', 'Hospitalisation de médecine, sans précision (SAE)'),
    ('J238', 'ROR-TypeOffreInterne', '901', 'Hospitalisation de chirurgie, sans précision (SAE)'),
    ('J238', 'ROR-TypeOffreInterne', '902', 'Unité de soins intensifs polyvalents, contiguïté non connue (SAE)'),
    ('J238', 'ROR-TypeOffreInterne', '903', 'Centre de postcure psychiatrique (SAE)'),
    ('J238', 'ROR-TypeOffreInterne', '904', 'Hospitalisation psychiatrique à domicile (SAE)');

INSERT INTO ref.category_rule (rank, category_id, nature, unit_type)
SELECT v.rank, c.id, v.nature, v.unit_type
  FROM (VALUES (185, 'soins_intensifs', '01', '902'),
               (305, 'chirurgie', '01', '901'),
               -- Flats, families, post-cure: neither beds nor day or night places.
               (521, 'autres_places', '02', '01'),
               (522, 'autres_places', '02', '13'),
               (523, 'autres_places', '02', '302'),
               (524, 'autres_places', '02', '903'),
               (525, 'autres_places', '02', '904'))
    AS v (rank, slug, nature, unit_type)
  JOIN ref.category AS c ON c.slug = v.slug;

CREATE TABLE ref.sae_discipline (
    code       text PRIMARY KEY,
    name       text NOT NULL,
    unit_type  text NOT NULL,
    field      text NOT NULL,
    care_mode  text NOT NULL,
    nature     text NOT NULL REFERENCES ref.nature (code),
    activities text[] NOT NULL DEFAULT '{}',
    subset_of  text[] NOT NULL DEFAULT '{}',
    followed   boolean NOT NULL DEFAULT true
);
COMMENT ON TABLE ref.sae_discipline IS 'One row per discipline: the unit and place it makes at a respondent; subset_of: its beds are inside the first of these disciplines that the respondent has';

CREATE TABLE ref.sae_map (
    sae_table  text NOT NULL,
    col        text NOT NULL,
    key_col    text NOT NULL DEFAULT '',
    key_value  text NOT NULL DEFAULT '',
    discipline text REFERENCES ref.sae_discipline (code),
    in_total   text,
    optional   boolean NOT NULL DEFAULT false,
    PRIMARY KEY (sae_table, col, key_value)
);
COMMENT ON TABLE ref.sae_map IS 'One row per table, column and key value of SAE; no discipline = read on purpose as nothing (totals, home equipment); in_total: the key or column that must equal the sum; optional: not in the files of every year';

INSERT INTO ref.sae_discipline (code, name, unit_type, field, care_mode, nature, activities) VALUES
    ('MCO_LIT_MED', 'Médecine',                 '900', '01', '28', '01', '{}'),
    ('MCO_LIT_CHI', 'Chirurgie',                '901', '01', '28', '01', '{}'),
    ('MCO_LIT_OBS', 'Gynécologie-obstétrique',  '290', '01', '28', '01', '{100}'),
    ('MCO_PLA_MED', 'Médecine, hôpital de jour', '11', '01', '29', '02', '{}'),
    ('MCO_PLA_CHI', 'Chirurgie ambulatoire',    '11',  '01', '09', '02', '{}'),
    ('MCO_PLA_OBS', 'Gynécologie-obstétrique, hôpital de jour', '11', '01', '29', '02', '{100}'),
    ('USLD',        'Soins de longue durée',    '249', '02', '28', '01', '{}'),
    ('HAD',         'Hospitalisation à domicile', '128', '01', '31', '02', '{}'),
    ('DIA_CENTRE_ADU', 'Dialyse en centre, adultes',  '274', '01', '32', '02', '{059}'),
    ('DIA_CENTRE_ENF', 'Dialyse en centre, enfants',  '274', '01', '32', '02', '{059}'),
    ('DIA_ENTRAINEMENT', 'Dialyse, entraînement',     '274', '01', '32', '02', '{059}'),
    ('DIA_UDM',     'Unité de dialyse médicalisée',   '275', '01', '32', '02', '{059}'),
    ('DIA_AUTO',    'Autodialyse',                    '273', '01', '32', '02', '{059}');

-- Inside MCO, most often inside médecine; of a newborn, inside obstétrique.
INSERT INTO ref.sae_discipline (code, name, unit_type, field, care_mode, nature, activities, subset_of)
SELECT v.code, v.name, v.unit_type, '01', v.care_mode, '01', v.activities::text[],
       CASE WHEN v.born THEN ARRAY['MCO_LIT_OBS', 'MCO_LIT_MED', 'MCO_LIT_CHI']
            ELSE ARRAY['MCO_LIT_MED', 'MCO_LIT_CHI', 'MCO_LIT_OBS'] END
  FROM (VALUES
    ('REA_ADU',      'Réanimation adulte',            '121', '28', '{127}', false),
    ('REA_ENF',      'Réanimation pédiatrique',       '121', '28', '{130}', false),
    ('SI_CARDIO',    'Soins intensifs de cardiologie', '262', '28', '{354}', false),
    ('SI_NEUROVASC', 'Soins intensifs neurovasculaires', '263', '28', '{356}', false),
    ('SI_HEMATO',    'Soins intensifs d’hématologie', '264', '28', '{361}', false),
    ('SI_POLY',      'Soins intensifs polyvalents',   '902', '28', '{351}', false),
    ('SI_AUTRES',    'Autres soins intensifs, adultes', '124', '28', '{}', false),
    ('SI_AUTRES_2023', 'Autres soins intensifs (avant 2024)', '124', '28', '{}', false),
    ('SI_POLY_PED',  'Soins intensifs polyvalents pédiatriques', '902', '28', '{351,370}', false),
    ('SI_HEMATO_PED', 'Soins intensifs d’hématologie pédiatriques', '264', '28', '{361,370}', false),
    ('SI_AUTRES_PED', 'Autres soins intensifs pédiatriques', '124', '28', '{370}', false),
    ('SC_ADU',       'Surveillance continue adulte',  '254', '28', '{373}', false),
    ('SC_ENF',       'Surveillance continue pédiatrique', '254', '28', '{391}', false),
    ('UHCD',         'Hospitalisation de courte durée (UHCD)', '278', '13', '{157}', false),
    ('UHCD_PED',     'Hospitalisation de courte durée (UHCD) pédiatrique', '278', '13', '{}', false),
    ('BRU_REA',      'Réanimation des brûlés',        '308', '28', '{121}', false),
    ('BRU_AUTRES',   'Brûlés, hors réanimation',      '146', '28', '{175}', false),
    ('NEO',          'Néonatologie',                  '289', '28', '{094}', true),
    ('NEO_SI',       'Soins intensifs néonatals',     '286', '28', '{369}', true),
    ('NEO_REA',      'Réanimation néonatale',         '287', '28', '{128}', true),
    ('NEO_KANGOUROU', 'Unité kangourou',              '288', '28', '{094}', true))
    AS v (code, name, unit_type, care_mode, activities, born);

INSERT INTO ref.sae_discipline (code, name, unit_type, field, care_mode, nature, activities, followed)
SELECT format('PSY_%s_%s', d.dis, k.kind), d.name || k.suffix,
       coalesce(k.unit_type, d.unit_type), '03', k.care_mode, k.nature,
       d.activities::text[], k.followed
  FROM (VALUES ('GEN', 'Psychiatrie adulte', '174', '{229}'),
               ('INF', 'Psychiatrie enfant-adolescent', '282', '{227}'),
               ('PEN', 'Psychiatrie en milieu pénitentiaire', '17', '{229}'))
    AS d (dis, name, unit_type, activities)
 CROSS JOIN (VALUES ('HTP', '', NULL, '28', '01', true),
                    ('HDJ', ', hôpital de jour', '11', '29', '02', true),
                    ('HDN', ', hôpital de nuit', '12', '30', '02', true),
                    ('PFT', ', accueil familial thérapeutique', '13', '41', '02', false),
                    ('AAT', ', appartements thérapeutiques', '01', '46', '02', false),
                    ('ACP', ', postcure', '903', '46', '02', false),
                    ('CCU', ', accueil et crise', '302', '46', '02', false),
                    ('HAD', ', hospitalisation à domicile', '904', '31', '02', false))
    AS k (kind, suffix, unit_type, care_mode, nature, followed);

INSERT INTO ref.sae_discipline (code, name, unit_type, field, care_mode, nature, activities)
SELECT format('SMR_%s%s_%s', a.age, s.code, k.col),
       'SMR ' || s.name || CASE a.age WHEN 'E' THEN ', enfants' ELSE '' END || k.suffix,
       CASE a.age WHEN 'E' THEN '109' ELSE s.unit_type END, '02', k.care_mode, k.nature,
       ARRAY[s.activity]
  FROM (VALUES ('50', 'polyvalent', '100', '172'),
               ('51', 'locomoteur', '102', '233'),
               ('52', 'système nerveux', '103', '234'),
               ('53', 'cardiovasculaire', '104', '235'),
               ('54', 'respiratoire', '105', '236'),
               ('55', 'digestif, métabolique, endocrinien', '106', '237'),
               ('56', 'oncologie et hématologie', '112', '238'),
               ('57', 'brûlés', '107', '239'),
               ('58', 'conduites addictives', '108', '240'),
               ('59', 'gériatrie', '101', '241'))
    AS s (code, name, unit_type, activity)
 CROSS JOIN (VALUES ('A'), ('E')) AS a (age)
 CROSS JOIN (VALUES ('LIT', '', '28', '01'), ('PLA', ', hôpital de jour', '29', '02'))
    AS k (col, suffix, care_mode, nature);

INSERT INTO ref.sae_map (sae_table, col, key_col, key_value, discipline, in_total) VALUES
    ('MCO', 'LIT_MED', '', '', 'MCO_LIT_MED', 'LIT_MCO'),
    ('MCO', 'LIT_CHI', '', '', 'MCO_LIT_CHI', 'LIT_MCO'),
    ('MCO', 'LIT_OBS', '', '', 'MCO_LIT_OBS', 'LIT_MCO'),
    ('MCO', 'LIT_MCO', '', '', NULL, NULL),
    ('MCO', 'PLA_MED', '', '', 'MCO_PLA_MED', 'PLA_MCO'),
    ('MCO', 'PLA_CHI', '', '', 'MCO_PLA_CHI', 'PLA_MCO'),
    ('MCO', 'PLA_OBS', '', '', 'MCO_PLA_OBS', 'PLA_MCO'),
    ('MCO', 'PLA_MCO', '', '', NULL, NULL),
    ('USLD', 'LIT', '', '', 'USLD', NULL),
    ('HAD', 'PLATOT', '', '', 'HAD', NULL),
    ('BRULES', 'LIT_REA', '', '', 'BRU_REA', NULL),
    ('BRULES', 'LIT_BRU', '', '', 'BRU_AUTRES', NULL),
    ('PERINAT', 'LIT_NEO_HSI', '', '', 'NEO', NULL),
    ('PERINAT', 'LIT_SIN', '', '', 'NEO_SI', NULL),
    ('PERINAT', 'LIT_REA', '', '', 'NEO_REA', NULL),
    ('PERINAT', 'LIT_KANG', '', '', 'NEO_KANGOUROU', NULL),
    ('MCOSURV', 'LIT_SURVADU', '', '', 'SC_ADU', NULL),
    ('MCOSURV', 'LIT_SURVPED', '', '', 'SC_ENF', NULL),
    ('URGENCES2', 'LIT_UHCD', 'URG', 'GEN', 'UHCD', NULL),
    ('URGENCES2', 'LIT_UHCD', 'URG', 'AMU', 'UHCD', NULL),
    ('URGENCES2', 'LIT_UHCD', 'URG', 'PED', 'UHCD_PED', NULL),
    ('REA', 'LIT', 'UNI', 'REAADU', 'REA_ADU', NULL),
    ('REA', 'LIT', 'UNI', 'REAENF', 'REA_ENF', NULL),
    ('REA', 'LIT', 'UNI', 'REAPEDREC', NULL, NULL),
    ('REA', 'LIT', 'UNI', 'SITOT', NULL, NULL),
    ('REA', 'LIT', 'UNI', 'SIADU', NULL, NULL),
    ('REA', 'LIT', 'UNI', 'SIPED', NULL, NULL),
    ('REA', 'LIT', 'UNI', 'USIC', 'SI_CARDIO', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'USICADU', 'SI_CARDIO', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'SIUNV', 'SI_NEUROVASC', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'USINVADU', 'SI_NEUROVASC', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'AUTSI', 'SI_AUTRES_2023', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'USIPADU', 'SI_POLY', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'USIHADU', 'SI_HEMATO', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'AUTSIADU', 'SI_AUTRES', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'USIPPED', 'SI_POLY_PED', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'USIHPED', 'SI_HEMATO_PED', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'AUTSIPED', 'SI_AUTRES_PED', 'SITOT'),
    ('REA', 'LIT', 'UNI', 'SURVADU', 'SC_ADU', NULL),
    ('REA', 'LIT', 'UNI', 'SURVENF', 'SC_ENF', NULL),
    ('DIALYSE', 'CAPA', 'DIALY', '112BA', 'DIA_CENTRE_ADU', NULL),
    ('DIALYSE', 'CAPA', 'DIALY', '112BE', 'DIA_CENTRE_ENF', NULL),
    ('DIALYSE', 'CAPA', 'DIALY', '112AX', 'DIA_ENTRAINEMENT', NULL),
    ('DIALYSE', 'CAPA', 'DIALY', '1130X', 'DIA_UDM', NULL),
    ('DIALYSE', 'CAPA', 'DIALY', '1140X', 'DIA_AUTO', NULL);
-- At home, or a total that is none.
INSERT INTO ref.sae_map (sae_table, col, key_col, key_value)
SELECT 'DIALYSE', 'CAPA', 'DIALY', v.code
  FROM (VALUES ('1150A'), ('1150E'), ('1210'), ('121AX'), ('121CX'), ('122AX'),
               ('122BX'), ('VACAN'), ('TOT')) AS v (code);
INSERT INTO ref.sae_map (sae_table, col, key_col, key_value, discipline, in_total, optional)
SELECT 'PSY', 'CAP_' || k.kind, 'DIS', d.dis,
       CASE WHEN d.dis <> 'TOT' THEN format('PSY_%s_%s', d.dis, k.kind) END,
       CASE WHEN d.dis <> 'TOT' THEN 'TOT' END, k.kind = 'HAD'
  FROM (VALUES ('GEN'), ('INF'), ('PEN'), ('TOT')) AS d (dis)
 CROSS JOIN (VALUES ('HTP'), ('HDJ'), ('HDN'), ('PFT'), ('AAT'), ('ACP'), ('CCU'), ('HAD')) AS k (kind);
INSERT INTO ref.sae_map (sae_table, col, key_col, key_value, discipline, in_total)
SELECT 'SSR', k.col, 'GDE', format('SSR_%s%s', a.age, s.code),
       format('SMR_%s%s_%s', a.age, CASE s.code WHEN '62' THEN '56' ELSE s.code END, k.col),
       'SSR_TOT'
  FROM generate_series(50, 59) AS n
 CROSS JOIN LATERAL (VALUES (n::text), (CASE n WHEN 56 THEN '62' END)) AS s (code)
 CROSS JOIN (VALUES ('A'), ('E')) AS a (age)
 CROSS JOIN (VALUES ('LIT'), ('PLA')) AS k (col)
 WHERE s.code IS NOT NULL AND (s.code <> '62' OR a.age = 'A');
INSERT INTO ref.sae_map (sae_table, col, key_col, key_value)
SELECT 'SSR', k.col, 'GDE', t.code
  FROM (VALUES ('SSR_A'), ('SSR_E'), ('SSR_TOT')) AS t (code)
 CROSS JOIN (VALUES ('LIT'), ('PLA')) AS k (col);

-- The year that an observation of SAE is about.
CREATE FUNCTION ref.sae_year(p_effective timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN extract(year FROM p_effective AT TIME ZONE 'UTC')::integer;
COMMENT ON FUNCTION ref.sae_year IS 'The survey year of an observation of 31 December, 00:00 in the place''s own zone';
