-- Sheets: one thing of the directory, and what lies around it.

-- The thing itself.  kind says how it is named in the URL: finess, structure
-- (p12 s3 f4), unit (u56) or place (l78).
-- name: sheet_get
-- for: app
-- rows: maybe
-- param: kind          text
-- param: thing         text           as in the URL
-- param: id            int8           of p12 s3 f4 u56 l78
-- param: account_id    int8           who asks
-- col:   level         text           EJ EG P S F UO L
-- col:   name          text
-- col:   long_name     text
-- col:   code          text           of the internal organisation
-- col:   finess        text
-- col:   category      text
-- col:   legal_status  text
-- col:   siret         text
-- col:   siren         text
-- col:   address       text[]
-- col:   postcode      text
-- col:   locality      text
-- col:   departement   text
-- col:   phone         text
-- col:   mail          text
-- col:   lat           float8
-- col:   lon           float8
-- col:   quality       int2
-- col:   deduced       bool
-- col:   unit_type     text
-- col:   field         text
-- col:   care_mode     text
-- col:   activities    text[]
-- col:   conditions    text
-- col:   sensitive     bool
-- col:   closed_on     date           null = exists today
-- col:   site_id       int8           its EG, or the EJ for a unit without one
-- col:   ej_id         int8           null: site without a legal entity
-- col:   crumbs        text[]         href|name from the EJ down, itself left out
-- col:   favourite     bool
-- col:   may_read_past bool           of a place: its history opens to the account
-- col:   may_close     bool           of a unit: it may be declared unavailable
-- test: 'finess', '0Z9100001', 0, 1
WITH me AS (
    -- The version of today, else the last one: a sheet that was printed or
    -- bookmarked says what became of the thing.
    SELECT s.kind AS level, s.id, v.parent_id, NULL::bigint AS unit_id, v.name,
           v.long_name, v.code, s.finess,
           coalesce(v.category_label, (SELECT min(c.label)
                                         FROM ref.code AS c
                                        WHERE c.list = 'J55'
                                          AND c.code = v.category_code)) AS category,
           v.legal_status, v.siret, v.siren, v.address_lines, v.postcode,
           v.locality, v.departement_code, v.phone, v.mail, v.lat, v.lon,
           v.position_quality, v.name_deduced, v.valid
      FROM dir.structure AS s
      JOIN dir.structure_version AS v ON v.structure_id = s.id
     WHERE ($1 = 'finess' AND s.finess = $2)
        OR ($1 = 'structure' AND s.id = $3 AND s.finess IS NULL)
     ORDER BY (v.valid @> dir.today()) DESC, v.valid DESC
     LIMIT 1
), unit AS (
    SELECT u.*
      FROM dir.unit_version AS u
     WHERE $1 = 'unit' AND u.unit_id = $3
     ORDER BY (u.valid @> dir.today()) DESC, u.valid DESC
     LIMIT 1
), place AS (
    SELECT p.*, c.lead_unit
      FROM dir.place_version AS p
      LEFT JOIN dir.place_category AS c
        ON c.place_id = p.place_id AND c.valid && p.valid
     WHERE $1 = 'place' AND p.place_id = $3
     ORDER BY (p.valid @> dir.today()) DESC, p.valid DESC
     LIMIT 1
), thing AS (
    SELECT m.level, m.name, m.long_name, m.code, m.finess, m.category,
           m.legal_status, m.siret, m.siren, m.address_lines, m.postcode,
           m.locality, m.departement_code, m.phone, m.mail, m.lat, m.lon,
           m.position_quality, m.name_deduced, NULL AS unit_type,
           NULL AS field, NULL AS care_mode, '{}'::text[] AS activities,
           NULL AS conditions, false AS sensitive, m.valid,
           m.id AS structure_id, m.parent_id AS above
      FROM me AS m
     UNION ALL
    SELECT 'UO', u.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', NULL,
           NULL, NULL, u.phone, NULL, NULL, NULL, NULL, false, u.unit_type,
           u.field, u.care_mode, u.activities, u.conditions, u.sensitive,
           u.valid, u.structure_id, u.structure_id
      FROM unit AS u
     UNION ALL
    SELECT 'L', p.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', NULL,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, NULL, NULL,
           '{}', NULL, false, p.valid, coalesce(l.structure_id, p.site_id),
           coalesce(l.structure_id, p.site_id)
      FROM place AS p
      LEFT JOIN dir.unit_now AS l ON l.id = p.lead_unit
), up AS (
    -- From the structure it hangs on to the legal entity: four steps at most.
    SELECT a.id, a.kind, a.finess, v.name, v.parent_id, v.departement_code,
           v.commune_code, 1 AS step, a.id = t.structure_id AND t.level = a.kind AS itself
      FROM thing AS t
     CROSS JOIN LATERAL (
           WITH RECURSIVE chain AS (
               SELECT t.structure_id AS id, 0 AS depth
                UNION ALL
               SELECT w.parent_id, c.depth + 1
                 FROM chain AS c
                 JOIN dir.structure_version AS w ON w.structure_id = c.id
                WHERE w.valid @> dir.today() AND w.parent_id IS NOT NULL
                  AND c.depth < 6
           )
           SELECT c.id, c.depth FROM chain AS c) AS c
      JOIN dir.structure AS a ON a.id = c.id
      JOIN LATERAL (
           SELECT w.*
             FROM dir.structure_version AS w
            WHERE w.structure_id = a.id
            ORDER BY (w.valid @> dir.today()) DESC, w.valid DESC
            LIMIT 1) AS v ON true
)
SELECT t.level,
       t.name,
       t.long_name,
       t.code,
       t.finess,
       t.category,
       coalesce((SELECT min(c.label)
                   FROM ref.code AS c
                  WHERE c.list = 'J199' AND c.code = t.legal_status),
                t.legal_status) AS legal_status,
       t.siret,
       t.siren,
       coalesce(t.address_lines, '{}') AS address,
       t.postcode,
       t.locality,
       (SELECT concat(d.name, ' (', d.code, ')')
          FROM ref.departement AS d
         WHERE d.code = coalesce(t.departement_code,
                                 (SELECT u.departement_code
                                    FROM up AS u
                                   WHERE u.departement_code IS NOT NULL
                                   ORDER BY u.kind = 'EG' DESC, u.id
                                   LIMIT 1))) AS departement,
       t.phone,
       t.mail,
       t.lat,
       t.lon,
       t.position_quality AS quality,
       t.name_deduced AS deduced,
       (SELECT min(c.label)
          FROM ref.code AS c
         WHERE c.list = 'J238' AND c.code = t.unit_type) AS unit_type,
       (SELECT min(c.label)
          FROM ref.code AS c
         WHERE c.list = 'J20' AND c.code = t.field) AS field,
       (SELECT min(c.label)
          FROM ref.code AS c
         WHERE c.list = 'J19' AND c.code = t.care_mode) AS care_mode,
       ARRAY(SELECT coalesce(min(c.label), x.code)
               FROM unnest(t.activities) AS x (code)
               LEFT JOIN ref.code AS c ON c.list = 'J17' AND c.code = x.code
              GROUP BY x.code
              ORDER BY 1) AS activities,
       t.conditions,
       t.sensitive,
       CASE WHEN NOT t.valid @> dir.today() THEN upper(t.valid) END AS closed_on,
       coalesce((SELECT min(u.id) FROM up AS u WHERE u.kind = 'EG'),
                (SELECT min(u.id) FROM up AS u WHERE u.kind = 'EJ' AND t.level IN ('UO', 'L'))) AS site_id,
       (SELECT min(u.id) FROM up AS u WHERE u.kind = 'EJ') AS ej_id,
       ARRAY(SELECT concat(coalesce(u.finess, concat(lower(u.kind), u.id)), '|', u.name)
               FROM up AS u
              WHERE NOT u.itself
              ORDER BY array_position(ARRAY['EJ', 'EG', 'P', 'S', 'F'], u.kind)) AS crumbs,
       EXISTS (SELECT
                 FROM auth.favourite AS f
                WHERE f.account_id = $4 AND f.thing = $2) AS favourite,
       $1 = 'place' AND EXISTS (
           SELECT
             FROM auth.grant_place AS g
             JOIN dir.place_now AS n ON n.place_id = g.place_id
            WHERE g.account_id = $4 AND g.place_id = $3
              AND (g.role IN ('bed_manager', 'director', 'steward')
                   OR g.role IN ('editor', 'analyst') AND NOT n.sensitive)) AS may_read_past,
       $1 = 'unit' AND EXISTS (
           SELECT
             FROM auth.grant_unit AS g
            WHERE g.account_id = $4 AND g.unit_id = $3
              AND g.role IN ('bed_manager', 'director', 'steward')) AS may_close
  FROM thing AS t;

-- Everything of one site, with the other sites of its legal entity: the tree,
-- and the places with what they hold.  For the sheet of a legal entity
-- ($1 null) the sites alone.
-- name: sheet_nodes
-- for: app
-- rows: many, structures by level and name, then units, then places
-- param: site_id       int8
-- param: ej_id         int8
-- param: at            timestamptz
-- col:   level         text
-- col:   id            int8
-- col:   parent_id     int8           structure; of a place: its site
-- col:   href          text
-- col:   name          text
-- col:   units         int8[]         of a place
-- col:   nature        text           of a place
-- col:   category      text
-- col:   subset        bool
-- col:   locked        text           reason, null = open
-- col:   installed     int4
-- col:   closed        int4
-- col:   available     int4           null = never reported or retracted
-- col:   suppl         int4
-- col:   expired       bool           the availability is older than its limit
-- col:   touched_at    timestamptz
-- col:   source        text
-- col:   phone         text
-- test: 1, 1, '2026-01-01T00:00:00Z'
WITH RECURSIVE below AS (
    SELECT s.id, s.kind, s.parent_id, s.name, 0 AS depth
      FROM dir.structure_now AS s
     WHERE s.id = $1
     UNION ALL
    SELECT s.id, s.kind, s.parent_id, s.name, b.depth + 1
      FROM below AS b
      JOIN dir.structure_now AS s ON s.parent_id = b.id
     WHERE b.depth < 4 AND s.kind IN ('P', 'S', 'F')
), nodes AS (
    SELECT s.kind AS level, s.id, s.parent_id, s.finess AS href, s.name,
           NULL::bigint[] AS units, NULL AS nature, NULL AS category,
           false AS subset, NULL AS locked, NULL::integer AS installed,
           NULL::integer AS closed, NULL::integer AS available,
           NULL::integer AS suppl, false AS expired,
           NULL::timestamptz AS touched_at, NULL AS source, s.phone,
           array_position(ARRAY['EJ', 'EG'], s.kind) AS rank
      FROM dir.structure_now AS s
     WHERE s.id = $2 OR s.id = $1 OR (s.parent_id = $2 AND s.kind = 'EG')
     UNION ALL
    SELECT b.kind, b.id, b.parent_id, concat(lower(b.kind), b.id), b.name,
           NULL, NULL, NULL, false, NULL, NULL, NULL, NULL, NULL, false, NULL,
           NULL, NULL, array_position(ARRAY['P', 'S', 'F'], b.kind) + 2
      FROM below AS b
     WHERE b.kind IN ('P', 'S', 'F')
     UNION ALL
    SELECT 'UO', u.id, u.structure_id, concat('u', u.id), u.name, NULL, NULL,
           NULL, false, NULL, NULL, NULL, NULL, NULL, false, NULL, NULL,
           u.phone, 6
      FROM dir.unit_now AS u
     WHERE u.site_id = $1
     UNION ALL
    SELECT 'L', p.place_id, p.site_id, concat('l', p.place_id), p.name,
           p.unit_ids, p.nature, c.label, p.subset_of IS NOT NULL,
           CASE WHEN p.locked @> $3 THEN coalesce(p.locked_reason, '') END,
           v.installed, v.closed, v.available, v.suppl,
           v.available_at + make_interval(secs => l.ttl_s) <= $3,
           s.touched_at, o.label, p.phone, 7
      FROM dir.place_now AS p
      JOIN ref.category AS c ON c.id = p.category_id
      LEFT JOIN ref.ttl AS l ON l.nature = p.nature AND l.valid @> dir.today()
      LEFT JOIN cap.place_state AS s ON s.place_id = p.place_id
      LEFT JOIN ref.source AS o ON o.code = s.source
      LEFT JOIN LATERAL (
            SELECT max(k.value) FILTER (WHERE k.indicator_id = 1) AS installed,
                   sum(k.value) FILTER (WHERE k.indicator_id IN (2, 3))::integer AS closed,
                   max(k.value) FILTER (WHERE k.indicator_id = 20) AS available,
                   max(k.effective_at) FILTER (WHERE k.indicator_id = 20) AS available_at,
                   max(k.value) FILTER (WHERE k.indicator_id = 9) AS suppl
              FROM cap.current AS k
             WHERE k.place_id = p.place_id AND k.assignment_id = 0) AS v ON true
     WHERE p.site_id = $1
)
SELECT n.level,
       n.id,
       n.parent_id,
       n.href,
       n.name,
       n.units,
       n.nature,
       n.category,
       n.subset,
       n.locked,
       n.installed,
       n.closed,
       n.available,
       n.suppl,
       coalesce(n.expired, false) AS expired,
       n.touched_at,
       n.source,
       n.phone
  FROM nodes AS n
 ORDER BY n.rank, n.name, n.id
 LIMIT 4000;

-- A legal entity's capacity by site and nature: shared places once, subsets
-- left out (they are inside another place).
-- name: sheet_sites
-- for: app
-- rows: many, one per site and nature, by site name
-- param: ej_finess     text
-- param: at            timestamptz
-- col:   site_finess   text
-- col:   site_name     text
-- col:   commune       text
-- col:   nature        text
-- col:   places        int8
-- col:   reporting     int8
-- col:   installed     int8
-- col:   available     int8
-- test: '0Z9190001', '2026-01-01T00:00:00Z'
SELECT p.site_finess,
       p.site_name,
       p.commune_name AS commune,
       p.nature,
       count(*) AS places,
       count(v.available) AS reporting,
       sum(v.installed)::bigint AS installed,
       sum(v.available)::bigint AS available
  FROM dir.place_now AS p
  LEFT JOIN ref.ttl AS l ON l.nature = p.nature AND l.valid @> dir.today()
  LEFT JOIN LATERAL (
        SELECT max(k.value) FILTER (WHERE k.indicator_id = 1) AS installed,
               CASE WHEN p.locked @> $2 THEN 0
                    ELSE max(k.value) FILTER (
                         WHERE k.indicator_id = 20
                           AND k.effective_at + make_interval(secs => l.ttl_s) > $2)
               END AS available
          FROM cap.current AS k
         WHERE k.place_id = p.place_id AND k.assignment_id = 0) AS v ON true
 WHERE p.ej_finess = $1 AND p.subset_of IS NULL
 GROUP BY p.site_finess, p.site_name, p.commune_name, p.nature
 ORDER BY p.site_name, p.site_finess, p.nature
 LIMIT 1000;
