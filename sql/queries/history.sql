-- What was said of a place, when it was true, when it was known; the board of a
-- day gone by; correcting the past.

-- Who may read the history of a place: those who enter, steer or report on it.
-- A sensitive place is for who enters it and for stewards (docs/adr/0010).
-- name: history_place
-- for: app
-- rows: maybe
-- param: account_id    int8
-- param: place         int8
-- col:   name          text
-- col:   site_finess   text
-- col:   site_name     text
-- col:   nature        text
-- col:   time_zone     text
-- col:   version       int8
-- col:   may_read      bool
-- col:   may_correct   bool
-- col:   is_steward    bool         no limit to how far back
-- col:   unit_names    text[]
-- test:  1, 1
SELECT n.name, n.site_finess, n.site_name, n.nature, n.time_zone,
       coalesce(s.version, 0) AS version,
       coalesce(bool_or(g.role IN ('bed_manager', 'director', 'steward')
                        OR g.role IN ('editor', 'analyst') AND NOT n.sensitive), false) AS may_read,
       coalesce(bool_or(g.role IN ('bed_manager', 'steward')), false) AS may_correct,
       coalesce(bool_or(g.role = 'steward'), false) AS is_steward,
       n.unit_names
  FROM dir.place_now AS n
  LEFT JOIN cap.place_state AS s ON s.place_id = n.place_id
  LEFT JOIN auth.grant_place AS g
    ON g.account_id = $1 AND g.place_id = n.place_id
 WHERE n.place_id = $2
 GROUP BY n.place_id, s.version;

-- Entries of a place, newest effective first, each with its figures: the first
-- $9 entries after the cursor.  An entry has one row of a figure and instant,
-- so the first $9 rows of each figure hold the first $9 entries of all: each is
-- a backward scan of the ledger's key that stops, however long the past is.
-- name: history_values
-- for: app
-- rows: many, by instant, entry (newest first), assignment, indicator
-- param: account_id    int8
-- param: place         int8
-- param: indicator     int2         null = all
-- param: source        text         manual, feed, import; null = all
-- param: from_at       timestamptz
-- param: to_at         timestamptz  not included
-- param: after_at      timestamptz  cursor: older than this instant and entry
-- param: after_entry   int8
-- param: n_entries     int4
-- param: n_rows        int4
-- col:   entry_id      int8
-- col:   assignment_id int4
-- col:   assigned      text         reason of the assignment
-- col:   indicator_id  int2
-- col:   code          text
-- col:   label         text
-- col:   value         int4         null = retracted
-- col:   effective_at  timestamptz
-- col:   recorded_at   timestamptz
-- col:   source_label  text
-- col:   source_kind   text
-- col:   who           text         of the account or feed
-- col:   mode          text
-- col:   kind          text
-- col:   reason        text         of a correction
-- col:   comment       text         null = this entry changed none
-- col:   replaced      bool         a value was in force before
-- col:   before        int4
-- test:  1, 1, NULL, NULL, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', 'infinity', 9223372036854775807, 40, 2000
WITH said AS (
    SELECT c.place_id, c.assignment_id, c.indicator_id, v.value, v.effective_at,
           v.recorded_at, v.source, v.entry_id
      FROM cap.current AS c
     CROSS JOIN LATERAL (
            SELECT o.value, o.effective_at, o.recorded_at, o.source, o.entry_id
              FROM cap.observation AS o
             WHERE o.place_id = c.place_id AND o.assignment_id = c.assignment_id
               AND o.indicator_id = c.indicator_id
               AND o.effective_at >= $5 AND o.effective_at < $6
               AND o.recorded_at >= $5 - interval '5 minutes'
               AND (o.effective_at, o.entry_id) < ($7, $8)
               AND ($4 IS NULL OR o.source IN (SELECT r.code FROM ref.source AS r
                                                WHERE r.kind = $4))
             ORDER BY o.effective_at DESC, o.entry_id DESC, o.recorded_at DESC
             LIMIT $9) AS v
     WHERE c.place_id = $2 AND ($3 IS NULL OR c.indicator_id = $3)
       AND EXISTS (SELECT FROM auth.grant_place AS g
                     JOIN dir.place_now AS n ON n.place_id = g.place_id
                    WHERE g.account_id = $1 AND g.place_id = $2
                      AND (g.role IN ('bed_manager', 'director', 'steward')
                           OR g.role IN ('editor', 'analyst') AND NOT n.sensitive))
), ranked AS (
    SELECT s.*, dense_rank() OVER (ORDER BY s.effective_at DESC, s.entry_id DESC) AS rank
      FROM said AS s
)
SELECT r.entry_id, r.assignment_id, x.label AS assigned, r.indicator_id, i.code,
       i.label, r.value, r.effective_at, r.recorded_at, src.label AS source_label,
       src.kind AS source_kind, coalesce(a.name, f.label, e.feed) AS who, e.mode, e.kind,
       e.reason, k.text AS comment, b.effective_at IS NOT NULL AS replaced,
       CASE WHEN NOT i.volatile OR b.effective_at > r.effective_at - make_interval(secs => t.ttl_s)
            THEN b.value END AS before
  FROM ranked AS r
  JOIN ref.indicator AS i ON i.id = r.indicator_id
  JOIN ref.source AS src ON src.code = r.source
  JOIN cap.entry AS e ON e.id = r.entry_id
  LEFT JOIN auth.account AS a ON a.id = e.account_id
  LEFT JOIN auth.feed AS f ON f.name = e.feed
  LEFT JOIN cap.remark AS k ON k.place_id = r.place_id AND k.entry_id = r.entry_id
  LEFT JOIN dir.place_now AS n ON n.place_id = r.place_id
  LEFT JOIN ref.ttl AS t
    ON t.nature = n.nature AND t.valid @> (r.effective_at AT TIME ZONE 'Europe/Paris')::date
  LEFT JOIN LATERAL (
        SELECT l.label
          FROM cap.assignment AS g
          JOIN ref.code AS l ON l.list = 'J195' AND l.code = g.reason
         WHERE g.id = r.assignment_id
         ORDER BY l.system
         LIMIT 1) AS x ON r.assignment_id <> 0
  LEFT JOIN LATERAL (
        SELECT o.value, o.effective_at
          FROM cap.observation AS o
         WHERE e.kind <> 'save'
           AND o.place_id = r.place_id AND o.assignment_id = r.assignment_id
           AND o.indicator_id = r.indicator_id
           AND o.effective_at <= r.effective_at AND o.recorded_at < r.recorded_at
         ORDER BY o.effective_at DESC, o.recorded_at DESC, o.entry_id DESC
         LIMIT 1) AS b ON true
 WHERE r.rank <= $9
 ORDER BY r.effective_at DESC, r.entry_id DESC, r.assignment_id, r.indicator_id
 LIMIT $10;

-- One figure of a place over a period, from the value that held before it:
-- what the ledger tells now, one row an instant; for the total, then the times
-- of total unavailability, which are a known 0 whatever was said.
-- name: history_line
-- for: app
-- rows: many, at most 20,000 said, by instant, then at most 1,000 locked
-- param: account_id    int8
-- param: place         int8
-- param: indicator     int2
-- param: from_at       timestamptz
-- param: to_at         timestamptz
-- col:   value         int4         null = retracted
-- col:   effective_at  timestamptz
-- col:   expires_at    timestamptz  null = stays
-- col:   locked        bool         unavailable from effective_at to expires_at
-- test:  1, 1, 20, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'
WITH place AS (
    SELECT n.place_id, n.nature, n.locked
      FROM dir.place_now AS n
     WHERE n.place_id = $2
       AND EXISTS (SELECT FROM auth.grant_place AS g
                    WHERE g.account_id = $1 AND g.place_id = $2
                      AND (g.role IN ('bed_manager', 'director', 'steward')
                           OR g.role IN ('editor', 'analyst') AND NOT n.sensitive))
), start AS (
    SELECT coalesce(max(k.effective_at), $4) AS at
      FROM cap.known_at(ARRAY[$2], $4, 'infinity') AS k
     WHERE k.assignment_id = 0 AND k.indicator_id = $3
), said AS (
    SELECT DISTINCT ON (o.effective_at) o.value, o.effective_at,
           CASE WHEN i.volatile
                THEN o.effective_at + make_interval(secs => t.ttl_s) END AS expires_at
      FROM start AS s
      JOIN cap.observation AS o
        ON o.place_id = $2 AND o.assignment_id = 0 AND o.indicator_id = $3
           AND o.effective_at >= s.at AND o.effective_at < $5
      JOIN ref.indicator AS i ON i.id = o.indicator_id
      JOIN place AS n ON n.place_id = o.place_id
      LEFT JOIN ref.ttl AS t
        ON t.nature = n.nature AND t.valid @> (o.effective_at AT TIME ZONE 'Europe/Paris')::date
     ORDER BY o.effective_at, o.recorded_at DESC, o.entry_id DESC
     LIMIT 20000
)
SELECT s.value, s.effective_at, s.expires_at, false AS locked
  FROM said AS s
 UNION ALL
SELECT 0, greatest(lower(r.during), $4), least(upper(r.during), $5), true
  FROM place AS n
 CROSS JOIN unnest(n.locked) AS r (during)
 WHERE $3 = 20 AND r.during && tstzrange($4, $5)
 ORDER BY 4, 2
 LIMIT 21000;

-- What held at an instant that somebody wants to correct, and until when it did.
-- name: correction_values
-- for: app
-- rows: many, one per indicator that can be said, by number
-- param: account_id    int8
-- param: place         int8
-- param: at            timestamptz
-- col:   indicator_id  int2
-- col:   value         int4         null = unknown, retracted or expired then
-- col:   effective_at  timestamptz  of that value
-- col:   source_label  text
-- col:   next_at       timestamptz  the next thing said of it
-- col:   ttl_s         int4         null = stays
-- test:  1, 1, '2026-01-01T00:00:00Z'
SELECT i.id AS indicator_id,
       CASE WHEN k.expires_at <= $3 THEN NULL ELSE k.value END AS value,
       k.effective_at, src.label AS source_label, x.next_at,
       CASE WHEN i.volatile THEN t.ttl_s END AS ttl_s
  FROM ref.indicator AS i
  JOIN dir.place_now AS n ON n.place_id = $2
  LEFT JOIN ref.ttl AS t
    ON t.nature = n.nature AND t.valid @> ($3 AT TIME ZONE 'Europe/Paris')::date
  LEFT JOIN cap.known_at(ARRAY[$2], $3, 'infinity') AS k
    ON k.indicator_id = i.id AND k.assignment_id = 0
  LEFT JOIN ref.source AS src ON src.code = k.source
  LEFT JOIN LATERAL (
        SELECT min(o.effective_at) AS next_at
          FROM cap.observation AS o
         WHERE o.place_id = $2 AND o.assignment_id = 0
           AND o.indicator_id = i.id AND o.effective_at > $3) AS x ON true
 WHERE NOT i.derived
   AND EXISTS (SELECT FROM auth.grant_place AS g
                WHERE g.account_id = $1 AND g.place_id = $2
                  AND g.role IN ('bed_manager', 'steward'))
 ORDER BY i.id
 LIMIT 64;

-- name: correction_save
-- for: app
-- rows: many, one
-- param: account_id    int8
-- param: key           uuid
-- param: effective     timestamptz
-- param: place         int8
-- param: version       int8
-- param: indicators    int2[]
-- param: figures       int4[]       null = retracted
-- param: reason        text
-- col:   place_id      int8
-- col:   outcome       text         see cap.save
-- col:   version       int8
-- test:  1, '00000000-0000-0000-0000-000000000001', '2026-01-01T00:00:00Z', 1, 0, '{4}', '{3}', 'relu'
SELECT s.place_id, s.outcome, s.version
  FROM cap.save($1, 'full', $2, '01', $3, ARRAY[$4], ARRAY[$5], ARRAY[NULL::text],
                array_fill($4, ARRAY[cardinality($6)]), $6, $7, NULL,
                'correction', $8) AS s
 ORDER BY s.place_id;

-- name: correction_known
-- for: app
-- rows: one
-- param: account_id    int8
-- param: key           uuid
-- col:   known         bool         the account saved this form before
-- test:  1, '00000000-0000-0000-0000-000000000001'
SELECT EXISTS (SELECT FROM cap.entry AS e
                WHERE e.key = $2 AND e.account_id = $1) AS known;

-- The sites of an account's places, for the board of a day gone by.
-- name: gone_sites
-- for: app
-- rows: many, one per site with such places, by name
-- param: account_id    int8
-- param: natures       text[]
-- param: fields        text[]
-- col:   finess        text
-- col:   name          text
-- col:   departement   text
-- col:   time_zone     text
-- col:   n             int8
-- test:  1, '{01,04}', '{01,02,03}'
SELECT n.site_finess AS finess, n.site_name AS name,
       n.departement_code AS departement, n.time_zone, count(*) AS n
  FROM dir.place_now AS n
 WHERE n.nature = ANY ($2) AND n.field = ANY ($3)
   AND n.place_id IN (SELECT g.place_id
                        FROM auth.grant_place AS g
                        JOIN dir.place_now AS p ON p.place_id = g.place_id
                       WHERE g.account_id = $1
                         AND (g.role IN ('bed_manager', 'director', 'steward')
                              OR g.role IN ('editor', 'analyst') AND NOT p.sensitive))
 GROUP BY n.site_finess, n.site_name, n.departement_code, n.time_zone
 ORDER BY n.site_name COLLATE pg_catalog."fr-x-icu", n.site_finess
 LIMIT 6000;

-- The board of a day gone by: today's places (50 a page, in order), each under
-- the name, site and units that the directory has of that day, with the figures
-- in force then as the ledger told them at a cut.
-- name: gone_board
-- for: app
-- rows: many, one per place and figure (a place without any: one), by site and name
-- param: account_id    int8
-- param: natures       text[]
-- param: fields        text[]
-- param: site          text         FINESS number, null = all
-- param: page          int4         from 1; 0 = all
-- param: at            timestamptz
-- param: cut_id        int8         of mart.cut, null = as known now
-- col:   place_id      int8
-- col:   name          text
-- col:   site_finess   text
-- col:   site_name     text
-- col:   departement   text
-- col:   time_zone     text
-- col:   n_units       int4
-- col:   of_day        bool         the directory knows it that day; else as today
-- col:   locked        bool
-- col:   locked_reason text
-- col:   page          int8
-- col:   n_pages       int8
-- col:   indicator_id  int2         null = nothing was known
-- col:   code          text
-- col:   label         text
-- col:   assigned      text
-- col:   value         int4
-- col:   effective_at  timestamptz
-- col:   recorded_at   timestamptz
-- col:   expired       bool
-- col:   source_label  text
-- test:  1, '{01,04}', '{01,02,03}', NULL, 1, '2026-01-01T00:00:00Z', NULL
WITH mine AS MATERIALIZED (
    SELECT n.place_id,
           (row_number() OVER w - 1) / 50 + 1 AS page,
           (count(*) OVER () + 49) / 50 AS n_pages
      FROM dir.place_now AS n
     WHERE n.nature = ANY ($2) AND n.field = ANY ($3)
       AND ($4 IS NULL OR n.site_finess = $4)
       AND n.place_id IN (SELECT g.place_id
                            FROM auth.grant_place AS g
                            JOIN dir.place_now AS p ON p.place_id = g.place_id
                           WHERE g.account_id = $1
                             AND (g.role IN ('bed_manager', 'director', 'steward')
                                  OR g.role IN ('editor', 'analyst') AND NOT p.sensitive))
    WINDOW w AS (ORDER BY n.site_name COLLATE pg_catalog."fr-x-icu", n.site_finess,
                          n.name COLLATE pg_catalog."fr-x-icu", n.place_id)
)
SELECT n.place_id, coalesce(d.name, n.name) AS name,
       coalesce(d.site_finess, n.site_finess) AS site_finess,
       coalesce(d.site_name, n.site_name) AS site_name,
       coalesce(d.departement, n.departement_code) AS departement, n.time_zone,
       coalesce(d.n_units, cardinality(n.unit_ids)) AS n_units,
       d.name IS NOT NULL AS of_day, n.locked @> $6 AS locked,
       n.locked_reason, m.page, m.n_pages, k.indicator_id, i.code, i.label,
       x.label AS assigned, k.value, k.effective_at, k.recorded_at,
       coalesce(k.expires_at <= $6, false) AS expired, src.label AS source_label
  FROM mine AS m
 CROSS JOIN (SELECT coalesce(max(x.cut_at), 'infinity') AS known
               FROM mart.cut AS x
              WHERE x.id = $7) AS c
  JOIN dir.place_now AS n ON n.place_id = m.place_id
 CROSS JOIN LATERAL (SELECT ($6 AT TIME ZONE n.time_zone)::date AS day) AS t
  LEFT JOIN LATERAL (
        SELECT v.name, s.finess AS site_finess, w.name AS site_name,
               w.departement_code AS departement,
               (SELECT count(*)::integer
                  FROM dir.unit_place AS up
                  JOIN dir.unit_version AS u ON u.unit_id = up.unit_id
                 WHERE up.place_id = v.place_id AND up.valid @> t.day
                   AND u.valid @> t.day) AS n_units
          FROM dir.place_version AS v
          JOIN dir.structure AS s ON s.id = v.site_id
          JOIN dir.structure_version AS w ON w.structure_id = s.id AND w.valid @> t.day
         WHERE v.place_id = n.place_id AND v.valid @> t.day) AS d ON true
  LEFT JOIN LATERAL cap.known_at(ARRAY[m.place_id], $6, c.known) AS k ON k.value IS NOT NULL
  LEFT JOIN ref.indicator AS i ON i.id = k.indicator_id
  LEFT JOIN ref.source AS src ON src.code = k.source
  LEFT JOIN LATERAL (
        SELECT l.label
          FROM cap.assignment AS g
          JOIN ref.code AS l ON l.list = 'J195' AND l.code = g.reason
         WHERE g.id = k.assignment_id AND g.during @> $6
         ORDER BY l.system
         LIMIT 1) AS x ON k.assignment_id <> 0
 WHERE ($5 = 0 OR m.page = least($5, m.n_pages))
   AND (k.assignment_id IS NULL OR k.assignment_id = 0 OR x.label IS NOT NULL)
 ORDER BY n.site_name COLLATE pg_catalog."fr-x-icu", n.site_finess,
          n.name COLLATE pg_catalog."fr-x-icu", n.place_id, k.assignment_id,
          k.indicator_id
 LIMIT 50000;
