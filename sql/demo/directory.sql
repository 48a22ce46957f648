-- The fictitious directory: establishments, their organisation, units, places.
-- Reads demo.run, demo.commune, demo.model.  All numbers are assigned in a
-- fixed order, so that the same seed gives the same rows.

INSERT INTO ref.commune (code, departement_code, name, kind, postcodes)
SELECT c.code, c.departement, c.name, c.kind, ARRAY[c.postcode]
  FROM demo.commune AS c
    ON CONFLICT DO NOTHING;
-- The complete list of unit types comes by import; these four are used here.
INSERT INTO ref.code (list, system, code, label)
VALUES ('J238', 'TRE_R244-CategorieOrganisation', '21', 'Accueil ou hébergement pour personnes âgées dépendantes, sans spécificité'),
       ('J238', 'TRE_R244-CategorieOrganisation', '24', 'Accueil ou hébergement pour personnes âgées dépendantes, avec spécificité Unité de vie protégée (UVP, Cantou,...)'),
       ('J238', 'TRE_R244-CategorieOrganisation', '93', 'Lits halte soins santé (LHSS)')
    ON CONFLICT DO NOTHING;

-- How many establishments a département has, and what the n-th one is.
CREATE TEMPORARY TABLE plan ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY d.region, d.code, p.pos)::integer AS n,
       d.code AS departement, d.region, p.pos::integer,
       CASE WHEN p.pos = 1 AND d.code IN ('31', '34', '75') THEN 'CHU'
            ELSE p.kind END AS kind,
       (dense_rank() OVER (ORDER BY d.region, d.code))::integer AS d_rank,
       (row_number() OVER (PARTITION BY d.region ORDER BY d.code, p.pos) - 1)::integer AS k
  FROM (VALUES
        ('75', '11', 24), ('77', '11', 12), ('78', '11', 13), ('91', '11', 14),
        ('92', '11', 17), ('93', '11', 16), ('94', '11', 15), ('95', '11', 12),
        ('09', '76', 5), ('11', '76', 9), ('12', '76', 9), ('30', '76', 14),
        ('31', '76', 22), ('32', '76', 6), ('34', '76', 20), ('46', '76', 6),
        ('48', '76', 4), ('65', '76', 8), ('66', '76', 11), ('81', '76', 9),
        ('82', '76', 7)) AS d (code, region, sites)
  JOIN unnest(ARRAY['CH', 'MS', 'PSY', 'CL', 'SMR', 'MS', 'CH', 'MS', 'DIA',
                    'CL', 'SOC', 'CH', 'SMR', 'HAD', 'MS', 'CL', 'MS', 'CH',
                    'PSY', 'MS', 'CL', 'SMR', 'SOC', 'MS'])
       WITH ORDINALITY AS p (kind, pos) ON p.pos <= d.sites;
UPDATE plan AS p
   SET kind = (ARRAY['EHPAD', 'IME', 'MAS', 'EHPAD', 'SSIAD', 'EHPAD', 'IME',
                     'MAS', 'EHPAD', 'SSIAD'])[1 + (x.i - 1) % 10]
  FROM (SELECT q.n, row_number() OVER (ORDER BY q.n) AS i
          FROM plan AS q
         WHERE q.kind = 'MS') AS x
 WHERE x.n = p.n;
-- The third one is the EHPAD of the prototypes.
UPDATE plan AS p SET kind = 'EHPAD' WHERE p.departement = '91' AND p.pos = 2;

-- Names of places that do not exist: a stem and an ending, each pair once.
CREATE TEMPORARY TABLE toponym ON COMMIT DROP AS
SELECT p.n, s.stem, s.stem || e.ending AS name
  FROM demo.run AS r
 CROSS JOIN plan AS p
 CROSS JOIN LATERAL (SELECT (ARRAY[
           'Bréval', 'Thiercy', 'Marcheroux', 'Villebrun', 'Courserolles',
           'Montaubert', 'Fontclaire', 'Beaurepas', 'Castelbrac', 'Rochelaure',
           'Sauverive', 'Puyvalois', 'Malbecq', 'Lavardane', 'Grandsaule',
           'Pierrelune', 'Chantemarne', 'Boisrenault', 'Tournesac', 'Clairmesnil',
           'Vernoulet', 'Nogerolles', 'Sermontal', 'Peyrelaude', 'Campredaine',
           'Labastane', 'Dourgnac', 'Fleuranval', 'Garrivet', 'Mirecombe',
           'Noirefontaine', 'Quincelles', 'Saussemont', 'Trélignac', 'Vauxbrune',
           'Belcombet', 'Cressonval', 'Dammeville', 'Fraissinel', 'Longueserre'
           ])[1 + (p.k * 11 + p.k / 40 * 7
                   + floor(demo.u(r.seed, 11) * 40)::integer) % 40] AS stem) AS s
 CROSS JOIN LATERAL (SELECT (CASE p.region
           WHEN '11' THEN ARRAY['-sur-Yvonne', '-en-Gâtine', '-la-Forêt', '-le-Petit']
           ELSE ARRAY['-d’Autan', '-les-Causses', '-sur-Garelle', '-le-Vieux']
           END)[1 + p.k / 40] AS ending) AS e;

-- FINESS numbers begin with 0Z, which no département has; then the
-- département, 0 for an EG or 9 for an EJ, and a rank.
INSERT INTO demo.site (n, structure_id, finess, ej_finess, kind, departement,
                       region, pos, name)
SELECT p.n, 1000 + p.n,
       '0Z' || p.departement || '0' || lpad(p.pos::text, 4, '0'),
       CASE WHEN f.group_code IS NOT NULL THEN '0Z9190001'
            ELSE '0Z' || p.departement || '9'
                 || lpad(CASE p.kind WHEN 'CHU' THEN 1 WHEN 'CH' THEN 1
                              WHEN 'SMR' THEN 2 WHEN 'DIA' THEN 2 WHEN 'HAD' THEN 2
                              WHEN 'PSY' THEN 3 WHEN 'SOC' THEN 5
                              WHEN 'CL' THEN 10 + p.pos ELSE 4 END::text, 4, '0')
       END,
       p.kind, p.departement, p.region, p.pos,
       coalesce(f.name,
           (CASE p.kind
            WHEN 'CHU' THEN ARRAY['CHU de ']
            WHEN 'CH' THEN ARRAY['CH de ', 'Hôpital de ', 'Centre hospitalier de ']
            WHEN 'CL' THEN ARRAY['Clinique de ', 'Polyclinique de ', 'Hôpital privé de ']
            WHEN 'PSY' THEN ARRAY['EPSM de ', 'Centre psychothérapique de ', 'EPSM de ']
            WHEN 'SMR' THEN ARRAY['Centre SMR de ', 'SMR Les Ormes de ', 'Centre SMR de ']
            WHEN 'DIA' THEN ARRAY['Centre de dialyse de ']
            WHEN 'HAD' THEN ARRAY['HAD de ']
            WHEN 'EHPAD' THEN ARRAY['EHPAD Les Glycines de ', 'EHPAD Bel-Orée de ', 'EHPAD Les Acacias de ']
            WHEN 'IME' THEN ARRAY['IME de ']
            WHEN 'MAS' THEN ARRAY['MAS de ']
            WHEN 'SSIAD' THEN ARRAY['SSIAD de ']
            ELSE ARRAY['Halte santé de '] END)
           [1 + CASE WHEN p.kind IN ('CH', 'CL', 'PSY', 'SMR', 'EHPAD')
                     THEN floor(demo.u(r.seed, 12000 + p.n) * 3)::integer
                     ELSE 0 END] || t.name)
  FROM demo.run AS r
 CROSS JOIN plan AS p
  JOIN toponym AS t ON t.n = p.n
  LEFT JOIN (VALUES
        ('91', 1, 'CH de Valmont-sur-Seine', 'g'),
        ('91', 2, 'EHPAD Les Tilleuls', 'g'),
        ('91', 4, 'Clinique des Trois-Vallées', NULL),
        ('91', 7, 'GH Nord-Hurepoix', 'g'),
        ('94', 1, 'Hôpital Sainte-Odile', 'g'),
        ('94', 7, 'Institut Marne-Orly', NULL)) AS f (departement, pos, name, group_code)
    ON f.departement = p.departement AND f.pos = p.pos;

-- Legal entities: one per public group, one per private group, and so on.
CREATE TEMPORARY TABLE entity ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY e.finess)::bigint AS id, e.*
  FROM (SELECT DISTINCT ON (s.ej_finess) s.ej_finess AS finess, s.departement,
               s.kind,
               CASE WHEN s.ej_finess = '0Z9190001' THEN 'GHT Vallée de l’Yvonne'
                    WHEN s.kind IN ('CHU', 'CH') THEN 'Groupement hospitalier ' || t.stem
                    WHEN s.kind IN ('SMR', 'DIA', 'HAD') THEN 'Groupe ' || t.stem || ' Santé'
                    WHEN s.kind IN ('CL', 'PSY') THEN s.name
                    WHEN s.kind = 'SOC' THEN 'Fondation ' || t.stem
                    ELSE 'Association ' || t.stem || ' Solidarité'
               END || CASE WHEN s.ej_finess = '0Z9190001' THEN ''
                           WHEN s.kind = 'CL' THEN ' – SAS'
                           WHEN s.kind = 'PSY' THEN ' – siège'
                           ELSE ' (' || s.departement || ')' END AS name
          FROM demo.site AS s
          JOIN toponym AS t ON t.n = s.n
         ORDER BY s.ej_finess, s.n) AS e;

CREATE TEMPORARY TABLE place_on_map ON COMMIT DROP AS
SELECT s.n, c.code AS commune_code, c.name AS commune, c.postcode,
       c.lat + (demo.u(r.seed, 20000 + s.n) - 0.5) * 0.03 AS lat,
       c.lon + (demo.u(r.seed, 21000 + s.n) - 0.5) * 0.04 AS lon,
       ARRAY[(1 + floor(demo.u(r.seed, 22000 + s.n) * 120))::integer::text || ' '
             || (ARRAY['avenue des Cèdres', 'rue du Lavoir-Neuf', 'rue des Trois-Fontaines',
                       'boulevard de l’Yvonne', 'chemin des Grands-Saules', 'place du Vieux-Puits',
                       'allée des Charmilles', 'route de la Garelle'])
                [1 + floor(demo.u(r.seed, 23000 + s.n) * 8)::integer]] AS address
  FROM demo.run AS r
 CROSS JOIN demo.site AS s
  JOIN LATERAL (SELECT c.*, row_number() OVER (ORDER BY c.code) AS i,
                       count(*) OVER () AS of
                  FROM demo.commune AS c
                 WHERE c.departement = s.departement) AS c
    ON c.i = 1 + (s.pos - 1) % c.of;

INSERT INTO dir.structure (id, kind, finess)
SELECT e.id, 'EJ', e.finess FROM entity AS e
 UNION ALL
SELECT s.structure_id, 'EG', s.finess FROM demo.site AS s;

-- Phone numbers are of the ranges kept for fiction: 01 99 00, 05 36 49.
INSERT INTO dir.structure_version (structure_id, valid, name, address_lines,
       postcode, locality, commune_code, departement_code, phone)
SELECT e.id, daterange((r.loaded_at AT TIME ZONE 'Europe/Paris')::date - 1096, NULL),
       e.name, m.address, m.postcode, m.commune, m.commune_code, e.departement,
       CASE s.region WHEN '11' THEN '019900' ELSE '053649' END
       || lpad((9000 + e.id)::text, 4, '0')
  FROM demo.run AS r
 CROSS JOIN entity AS e
  JOIN LATERAL (SELECT x.n, x.region
                  FROM demo.site AS x
                 WHERE x.ej_finess = e.finess
                 ORDER BY x.n
                 LIMIT 1) AS s ON true
  JOIN place_on_map AS m ON m.n = s.n;

INSERT INTO dir.structure_version (structure_id, valid, parent_id, name,
       category_code, category_label, address_lines, postcode, locality,
       commune_code, departement_code, phone, mail, lat, lon, position_quality)
SELECT s.structure_id, v.valid, e.id, v.name, k.code, k.label, m.address,
       m.postcode, m.commune, m.commune_code, s.departement,
       CASE s.region WHEN '11' THEN '019900' ELSE '053649' END
       || lpad((8000 + s.n)::text, 4, '0'),
       'contact@' || lower(s.finess) || '.demo.ror.example',
       m.lat, m.lon, 1
  FROM demo.run AS r
 CROSS JOIN LATERAL (SELECT (r.loaded_at AT TIME ZONE 'Europe/Paris')::date AS d) AS t
 CROSS JOIN demo.site AS s
  JOIN entity AS e ON e.finess = s.ej_finess
  JOIN place_on_map AS m ON m.n = s.n
  JOIN toponym AS p ON p.n = s.n
  JOIN (VALUES
        ('CHU', '101', 'Centre hospitalier régional (CHR)'),
        ('CH', '355', 'Centre hospitalier (CH)'),
        ('CL', '365', 'Etablissement de soins pluridisciplinaire'),
        ('PSY', '292', 'Centre hospitalier spécialisé de lutte contre les maladies mentales'),
        ('SMR', '109', 'Etablissement de santé privé autorisé en soins de suite et de réadaptation (SSR)'),
        ('DIA', '141', 'Centre de dialyse'),
        ('HAD', '127', 'Hospitalisation à domicile'),
        ('EHPAD', '500', 'Etablissement d''hébergement pour personnes âgées dépendantes'),
        ('IME', '183', 'Institut médico-éducatif (IME)'),
        ('MAS', '255', 'Maison d''accueil spécialisée (MAS)'),
        ('SSIAD', '354', 'Service de soins infirmiers à domicile (SSIAD)'),
        ('SOC', '180', 'Lits halte soins santé (LHSS)')) AS k (kind, code, label)
    ON k.kind = s.kind
  -- A few were renamed in the year: reports must use the name of the time.
  JOIN LATERAL (
        SELECT daterange(t.d - 1096, CASE WHEN s.n % 60 = 7 THEN t.d - 120 END) AS valid,
               CASE WHEN s.n % 60 = 7 THEN 'Établissement de ' || p.name
                    ELSE s.name END AS name
         UNION ALL
        SELECT daterange(t.d - 120, NULL), s.name
         WHERE s.n % 60 = 7) AS v ON true;

-- Units: each model is there or not, as seed and share decide.  Two
-- establishments, known to the accounts, have nearly all of them.
CREATE TEMPORARY TABLE pick ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY s.n, m.id)::bigint AS unit_id,
       row_number() OVER (PARTITION BY s.region ORDER BY s.n, m.id) AS line,
       s.n, s.structure_id AS site_id, s.region, m.id AS model_id, m.pole,
       m.service, m.name, m.unit_type, m.field, m.care_mode, m.acts, m.nature,
       m.lo, m.hi, m.occupancy, m.place_of, m.subset_of,
       m.sensitive = 1 AS sensitive
  FROM demo.run AS r
 CROSS JOIN demo.site AS s
  JOIN demo.model AS m ON true
  JOIN LATERAL (SELECT split_part(x.w, ':', 2)::double precision / 100 AS share
                  FROM unnest(string_to_array(m.shares, ' ')) AS x (w)
                 WHERE split_part(x.w, ':', 1) = s.kind) AS sh ON true
 WHERE demo.u(r.seed, 30000000 + s.n * 1000 + m.id) < sh.share
       * CASE WHEN s.finess IN ('0Z9100001', '0Z9400001') THEN 10 ELSE 1 END;

-- Pôle, service and functional unit exist where a unit needs them.
CREATE TEMPORARY TABLE part ON COMMIT DROP AS
SELECT 2000 + row_number() OVER (ORDER BY k.n, k.level, k.pole, k.service)::bigint AS id, k.*
  FROM (SELECT DISTINCT p.n, p.site_id, l.level, p.pole,
               CASE WHEN l.level > 1 THEN p.service END AS service,
               min(p.model_id) OVER (PARTITION BY p.n, l.level, p.pole,
                   CASE WHEN l.level > 1 THEN p.service END) AS first_model
          FROM pick AS p, (VALUES (1), (2), (3)) AS l (level)
         WHERE p.pole IS NOT NULL) AS k;

INSERT INTO dir.structure (id, kind)
SELECT k.id, (ARRAY['P', 'S', 'F'])[k.level] FROM part AS k;
INSERT INTO dir.structure_version (structure_id, valid, parent_id, name, code, departement_code)
SELECT k.id, daterange((r.loaded_at AT TIME ZONE 'Europe/Paris')::date - 1096, NULL),
       coalesce(up.id, k.site_id),
       CASE k.level WHEN 1 THEN k.pole
            WHEN 2 THEN 'Service ' || k.service
            ELSE 'UF ' || c.code || ' ' || k.service END,
       c.code, s.departement
  FROM demo.run AS r
 CROSS JOIN part AS k
  JOIN demo.site AS s ON s.n = k.n
  JOIN LATERAL (SELECT CASE k.level WHEN 3 THEN (k.first_model / 100)::text
                                    || lpad((k.first_model % 100)::text, 2, '0') || '0' END AS code) AS c ON true
  LEFT JOIN part AS up ON up.n = k.n AND up.level = k.level - 1
                      AND up.pole = k.pole
                      AND (k.level = 2 OR up.service = k.service);

INSERT INTO dir.unit (id) SELECT p.unit_id FROM pick AS p;
INSERT INTO dir.unit_version (unit_id, valid, structure_id, site_id, name,
       unit_type, field, care_mode, activities, phone, conditions, sensitive)
SELECT p.unit_id, daterange((r.loaded_at AT TIME ZONE 'Europe/Paris')::date - 1096, NULL),
       coalesce(f.id, p.site_id), p.site_id, p.name, p.unit_type, p.field,
       p.care_mode, coalesce(string_to_array(p.acts, '+'), '{}'),
       CASE p.region WHEN '11' THEN '019900' ELSE '053649' END
       || lpad(p.line::text, 4, '0'),
       CASE WHEN p.nature = '01' AND p.field = '01'
            THEN 'Adressage par le SAMU, les urgences ou sur avis du médecin de l’unité.'
            WHEN p.field IN ('04', '06')
            THEN 'Admission sur dossier, après décision d’orientation.' END,
       p.sensitive
  FROM demo.run AS r
 CROSS JOIN pick AS p
  LEFT JOIN part AS f ON f.n = p.n AND f.level = 3 AND f.pole = p.pole
                     AND f.service = p.service;

CREATE TEMPORARY TABLE spot ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY p.unit_id)::bigint AS place_id, p.*
  FROM pick AS p
 WHERE p.nature IS NOT NULL;
INSERT INTO dir.place (id) SELECT x.place_id FROM spot AS x;
INSERT INTO dir.place_version (place_id, valid, site_id, subset_of, name, nature, followed)
SELECT x.place_id,
       daterange((r.loaded_at AT TIME ZONE 'Europe/Paris')::date
                 - CASE WHEN demo.u(r.seed, 41000000 + x.unit_id) < 0.01 THEN 150 ELSE 1096 END, NULL),
       x.site_id, up.place_id, x.name, x.nature,
       demo.u(r.seed, 42000000 + x.unit_id) >= 0.02 OR s.pos = 1
  FROM demo.run AS r
 CROSS JOIN spot AS x
  JOIN demo.site AS s ON s.n = x.n
  LEFT JOIN spot AS up ON up.n = x.n AND up.model_id = x.subset_of;
INSERT INTO dir.unit_place (unit_id, place_id, valid)
SELECT p.unit_id, x.place_id, daterange((r.loaded_at AT TIME ZONE 'Europe/Paris')::date - 1096, NULL)
  FROM demo.run AS r
 CROSS JOIN pick AS p
  JOIN spot AS x ON x.n = p.n AND x.model_id = coalesce(p.place_of, p.model_id);

-- Total unavailability: now and known zero, over, and to come.
INSERT INTO dir.unavailability (unit_id, during, reason, planned_end, set_at)
SELECT p.unit_id,
       tstzrange(r.loaded_at + w.since, r.loaded_at + w.until),
       w.reason,
       r.loaded_at + w.until,
       least(r.loaded_at, r.loaded_at + w.since)
  FROM demo.run AS r
 CROSS JOIN (VALUES ('0Z9100001', 205, interval '-3 days', interval '12 days', 'Travaux de désamiantage'),
               ('0Z9400001', 508, interval '-90 days', interval '-76 days', 'Dégât des eaux'),
               ('0Z7500001', 520, interval '20 days', interval '34 days', 'Travaux de sécurité incendie')
       ) AS w (finess, model_id, since, until, reason)
  JOIN demo.site AS s ON s.finess = w.finess
  JOIN pick AS p ON p.n = s.n AND p.model_id = w.model_id;
