-- The entry board: the places a bed manager answers for, and saving them.

-- name: board_sites
-- for: app
-- rows: many, one per site with places on the board, by name
-- param: account_id    int8
-- param: natures       text[]
-- param: fields        text[]
-- col:   finess        text
-- col:   name          text
-- col:   departement   text
-- col:   n             int8         places of the site on this board
-- test:  1, '{01,04}', '{01,02,03}'
SELECT p.site_finess AS finess,
       p.site_name AS name,
       p.departement_code AS departement,
       count(*) AS n
  FROM cap.place_entered AS p
 WHERE p.place_id IN (SELECT g.place_id
                        FROM auth.grant_place AS g
                       WHERE g.account_id = $1 AND g.role = 'bed_manager')
   AND p.here
   AND p.nature = ANY ($2)
   AND p.field = ANY ($3)
 GROUP BY p.site_finess, p.site_name, p.departement_code
 ORDER BY p.site_name COLLATE pg_catalog."fr-x-icu", p.site_finess
 LIMIT 2000;

-- Pages are made of whole sites: a site starts on the page where the places
-- before it end, 60 to a page; a page past the last is the last.
-- name: board_places
-- for: app
-- rows: many, one per place of the page, by site and name
-- param: account_id    int8
-- param: natures       text[]
-- param: fields        text[]
-- param: site          text         FINESS number, null = all
-- param: favourites    bool
-- param: page          int4         from 1; 0 = all
-- param: at            timestamptz
-- col:   place_id      int8
-- col:   name          text
-- col:   nature        text
-- col:   site_finess   text
-- col:   site_name     text
-- col:   departement   text
-- col:   time_zone     text
-- col:   path_label    text
-- col:   phone         text
-- col:   unit_ids      int8[]
-- col:   locked        bool
-- col:   locked_until  timestamptz  null = open end, or not locked
-- col:   locked_reason text
-- col:   version       int8         0 = never saved
-- col:   comment       text
-- col:   touched_at    timestamptz  null = never
-- col:   source_label  text
-- col:   source_kind   text
-- col:   who           text         of a manual entry
-- col:   total         int4         available ones, null = not reported
-- col:   indicators    int2[]       those that hold a value
-- col:   figures       int4[]       figures[i] is indicators[i]'s
-- col:   unit_names    text[]       in the order of unit_ids
-- col:   ttl_s         int4         how long news of its nature are news
-- col:   favourite     bool
-- col:   calls         int8         that heard otherwise within a day, since the last news
-- col:   call_outcome  text         of the newest of them
-- col:   call_number   int4         null = not said
-- col:   page          int8
-- col:   n_pages       int8
-- col:   n_total       numeric      places on all pages
-- test:  1, '{01,04}', '{01,02,03}', NULL, false, 1, '2026-01-01T00:00:00Z'
WITH mine AS MATERIALIZED (
       SELECT p.place_id, p.site_finess, p.site_name,
              f.thing IS NOT NULL AS favourite
         FROM cap.place_entered AS p
         LEFT JOIN auth.favourite AS f
           ON f.account_id = $1 AND f.thing = 'l' || p.place_id
        WHERE p.place_id IN (SELECT g.place_id
                               FROM auth.grant_place AS g
                              WHERE g.account_id = $1
                                AND g.role = 'bed_manager')
          AND p.here
          AND p.nature = ANY ($2)
          AND p.field = ANY ($3)
          AND ($4 IS NULL OR p.site_finess = $4)
          AND (NOT $5 OR f.thing IS NOT NULL
               OR EXISTS (SELECT FROM auth.favourite AS u
                           WHERE u.account_id = $1
                             AND u.thing IN (SELECT 'u' || x.id
                                               FROM unnest(p.unit_ids) AS x (id))))
), slot AS (
       SELECT m.site_finess, count(*) AS n,
              (sum(count(*)) OVER w - count(*))::bigint / 60 AS slot
         FROM mine AS m
        GROUP BY m.site_finess, m.site_name
       WINDOW w AS (ORDER BY m.site_name COLLATE pg_catalog."fr-x-icu",
                             m.site_finess)
), paged AS (
       SELECT s.site_finess, s.n,
              dense_rank() OVER (ORDER BY s.slot) AS page
         FROM slot AS s
), total AS (
       SELECT max(g.page) AS n_pages, sum(g.n) AS n_total FROM paged AS g
)
SELECT b.place_id, b.name, b.nature, b.site_finess, b.site_name,
       b.departement_code AS departement, b.time_zone, b.path_label, b.phone,
       b.unit_ids, b.locked @> $7 AS locked, l.locked_until, b.locked_reason,
       b.version, b.comment, b.touched_at, b.source_label, b.source_kind,
       a.name AS who, b.dispo_ind AS total, b.indicators, b.figures,
       b.unit_names, k.ttl_s, m.favourite, h.calls,
       h.outcomes[1] AS call_outcome, h.numbers[1] AS call_number, g.page, t.n_pages, t.n_total
  FROM total AS t
  JOIN paged AS g ON $6 = 0 OR g.page = least($6, t.n_pages)
  JOIN mine AS m ON m.site_finess = g.site_finess
  JOIN cap.place_board AS b ON b.place_id = m.place_id
  JOIN ref.ttl AS k ON k.nature = b.nature AND k.valid @> dir.today()
  LEFT JOIN auth.account AS a ON a.id = b.account_id
  LEFT JOIN LATERAL (
        SELECT upper(r.during) AS locked_until
          FROM unnest(b.locked) AS r (during)
         WHERE r.during @> $7) AS l ON true
  LEFT JOIN LATERAL (
        SELECT count(*) AS calls,
               array_agg(c.outcome ORDER BY c.called_at DESC, c.id DESC) AS outcomes,
               array_agg(c.number ORDER BY c.called_at DESC, c.id DESC) AS numbers
          FROM cap.call_counted AS c
         WHERE c.place_id = b.place_id AND c.called_at > $7 - interval '24 hours'
           AND c.called_at > coalesce(b.touched_at, '-infinity')
           AND c.outcome <> 'confirmed' AND c.accurate IS NOT TRUE) AS h ON true
 ORDER BY b.site_name COLLATE pg_catalog."fr-x-icu", b.site_finess,
          b.name COLLATE pg_catalog."fr-x-icu", b.place_id
 LIMIT 50000;

-- What is recorded of some places, after a save or to explain a refusal.
-- Planning this costs six times what running it does.  The array comes out of a
-- subquery so that every list looks alike to the planner, which then keeps one
-- plan.
-- name: board_state
-- for: app
-- rows: many, one per place that exists, by number
-- param: places        int8[]
-- col:   place_id      int8
-- col:   name          text
-- col:   time_zone     text
-- col:   version       int8
-- col:   comment       text
-- col:   touched_at    timestamptz
-- col:   source_label  text
-- col:   who           text
-- col:   total         int4         available ones
-- col:   indicators    int2[]
-- col:   figures       int4[]
-- col:   ttl_s         int4
-- test:  '{1,2}'
SELECT b.place_id, b.name, b.time_zone, b.version, b.comment, b.touched_at,
       b.source_label, a.name AS who, b.dispo_ind AS total, b.indicators,
       b.figures, k.ttl_s
  FROM cap.place_board AS b
  JOIN ref.ttl AS k ON k.nature = b.nature AND k.valid @> dir.today()
  LEFT JOIN auth.account AS a ON a.id = b.account_id
 WHERE b.place_id = ANY (ARRAY(SELECT unnest($1::int8[])))
 ORDER BY b.place_id;

-- name: capacity_save
-- for: app
-- rows: many, one per place, by number
-- param: confirmed      bool         what looks wrong is meant
-- param: account_id     int8
-- param: mode           text         simple or full
-- param: key            uuid
-- param: places         int8[]
-- param: versions       int8[]
-- param: comments       text[]       null = as it was
-- param: obs_place      int8[]
-- param: obs_assignment int4[]       0 = the place itself
-- param: obs_indicator  int2[]
-- param: obs_value      int4[]       null = retracted
-- col:   place_id       int8
-- col:   outcome        text         see cap.save, cap.save_ask
-- col:   version        int8
-- test:  true, 1, 'full', '00000000-0000-0000-0000-000000000000', '{}', '{}', '{}', '{}', '{}', '{}', '{}'
SELECT s.place_id,
       s.outcome,
       s.version
  FROM cap.save_ask($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS s
 ORDER BY s.place_id;

-- Why cap.save_ask() asked.
-- name: capacity_warnings
-- for: app
-- rows: many, one per warning, by place
-- param: mode           text
-- param: obs_place      int8[]
-- param: obs_assignment int4[]
-- param: obs_indicator  int2[]
-- param: obs_value      int4[]
-- param: at             timestamptz
-- col:   place_id       int8
-- col:   assignment_id  int4
-- col:   kind           text         see cap.save_warn
-- col:   indicator_id   int2
-- col:   before         int4
-- col:   after          int4
-- col:   low            int4
-- col:   high           int4
-- test:  'full', '{1}', '{0}', '{4}', '{1}', '2026-01-01T00:00:00Z'
SELECT w.place_id,
       w.assignment_id,
       w.kind,
       w.indicator_id,
       w.before,
       w.after,
       w.low,
       w.high
  FROM cap.save_warn($1, $2, $3, $4, $5, $6) AS w
 ORDER BY w.place_id, w.assignment_id, w.kind, w.indicator_id
 LIMIT 2000;

-- Assignments that hold now, with their own figures: of some (by number), or
-- of all places that an account answers for.
-- name: board_assignments
-- for: app
-- rows: many, one per assignment in force, by place and number
-- param: account_id    int8
-- param: ids           int4[]       null = all
-- col:   id            int4
-- col:   place_id      int8
-- col:   reason        text
-- col:   until         timestamptz  null = open end
-- col:   at            timestamptz  newest figure, null = none
-- col:   indicators    int2[]
-- col:   figures       int4[]
-- test:  1, NULL
SELECT a.id, a.place_id, k.label AS reason, upper(a.during) AS until, v.at,
       coalesce(v.indicators, '{}') AS indicators,
       coalesce(v.figures, '{}') AS figures
  FROM cap.assignment AS a
  LEFT JOIN ref.code AS k ON k.list = 'J195' AND k.code = a.reason
  LEFT JOIN LATERAL (
        SELECT max(c.effective_at) AS at,
               array_agg(c.indicator_id) FILTER (WHERE c.value IS NOT NULL) AS indicators,
               array_agg(c.value) FILTER (WHERE c.value IS NOT NULL) AS figures
          FROM cap.current AS c
         WHERE c.place_id = a.place_id AND c.assignment_id = a.id) AS v ON true
 WHERE a.during @> now()
   AND ($2 IS NULL OR a.id = ANY ($2))
   AND a.place_id IN (SELECT g.place_id
                        FROM auth.grant_place AS g
                       WHERE g.account_id = $1 AND g.role = 'bed_manager')
 ORDER BY a.place_id, a.id
 LIMIT 2000;

-- A place that somebody wants to add an assignment to, and the reasons.
-- name: assignment_reasons
-- for: app
-- rows: many, one per reason that holds today, by code
-- param: account_id    int8
-- param: place_id      int8
-- col:   code          text
-- col:   label         text
-- col:   name          text         of the place, null = not the account's
-- col:   site_name     text
-- test:  1, 1
SELECT k.code, k.label, p.name, p.site_name
  FROM ref.code AS k
  LEFT JOIN dir.place_now AS p
    ON p.place_id = $2
       AND EXISTS (SELECT FROM auth.grant_place AS g
                    WHERE g.account_id = $1 AND g.role = 'bed_manager'
                      AND g.place_id = p.place_id)
 WHERE k.list = 'J195' AND k.code <> '01'
   AND coalesce(k.valid_to >= dir.today(), true)
 ORDER BY k.code
 LIMIT 50;

-- name: assignment_add
-- for: app
-- rows: one
-- param: account_id    int8
-- param: place_id      int8
-- param: reason        text
-- param: until         timestamptz  null = open end
-- col:   outcome       text         see cap.assignment_add
-- test:  1, 0, '02', NULL
SELECT a.outcome
  FROM cap.assignment_add($1, $2, $3, $4) AS a;

-- name: assignment_end
-- for: app
-- rows: one
-- param: account_id    int8
-- param: place_id      int8
-- param: assignment_id int4
-- col:   outcome       text         see cap.assignment_end
-- test:  1, 0, 0
SELECT a.outcome
  FROM cap.assignment_end($1, $2, $3) AS a;

-- How an account looks at the boards, and its last save while it can be undone.
-- name: board_context
-- for: app
-- rows: one
-- param: account_id    int8
-- param: at            timestamptz
-- col:   mode          text         null = never chosen
-- col:   hidden_groups text[]
-- col:   last_key      uuid         null = none in the last 10 minutes
-- col:   last_at       timestamptz
-- col:   last_n        int4         its places
-- test:  1, '2026-01-01T00:00:00Z'
SELECT d.mode, d.hidden_groups, e.key AS last_key, e.recorded_at AS last_at,
       e.n_places AS last_n
  FROM (SELECT) AS one
  LEFT JOIN cap.display AS d ON d.account_id = $1
  LEFT JOIN LATERAL (
        SELECT x.id, x.key, x.recorded_at, x.n_places
          FROM cap.entry AS x
         WHERE x.account_id = $1 AND x.kind = 'save'
         ORDER BY x.id DESC
         LIMIT 1) AS e
    ON e.recorded_at > $2 - interval '10 minutes'
       AND NOT EXISTS (SELECT FROM cap.entry AS u WHERE u.undoes = e.id);

-- name: display_save
-- for: app
-- rows: none
-- param: account_id    int8
-- param: mode          text
-- param: hidden_groups text[]
-- param: at            timestamptz
-- test:  1, 'full', '{}', '2026-01-01T00:00:00Z'
INSERT INTO cap.display AS d (account_id, mode, hidden_groups, changed_at)
VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id) DO UPDATE
   SET mode = EXCLUDED.mode, hidden_groups = EXCLUDED.hidden_groups,
       changed_at = EXCLUDED.changed_at;

-- What the régions of an account's places enter here.
-- name: board_regions
-- for: app
-- rows: many, one per région of the account's places, by code
-- param: account_id      int8
-- col:   code            text
-- col:   name            text
-- col:   version         int4         null = it never chose: everything
-- col:   boards          text[]
-- col:   hidden_groups   text[]
-- col:   fields          text[]
-- col:   home_care       bool
-- col:   elsewhere       text
-- col:   help            text
-- col:   synthesis_label text
-- col:   synthesis_url   text
-- test:  1
SELECT r.code, r.name, s.version, s.boards, s.hidden_groups, s.fields,
       s.home_care, s.elsewhere, s.help, s.synthesis_label, s.synthesis_url
  FROM ref.region AS r
  LEFT JOIN cap.board_setting AS s ON s.region_code = r.code
 WHERE EXISTS (SELECT FROM auth.grant_place AS g
                 JOIN dir.place_now AS p ON p.place_id = g.place_id
                WHERE g.account_id = $1 AND g.role = 'bed_manager'
                  AND p.region_code = r.code)
 ORDER BY r.code
 LIMIT 30;

-- What may be changed on the page of settings.
-- name: board_settings
-- for: app
-- rows: many, one per région that the account administers, by name
-- param: account_id      int8
-- col:   code            text
-- col:   name            text
-- col:   version         int4         null = it never chose
-- col:   boards          text[]
-- col:   hidden_groups   text[]
-- col:   fields          text[]
-- col:   home_care       bool
-- col:   elsewhere       text
-- col:   help            text
-- col:   synthesis_label text
-- col:   synthesis_url   text
-- col:   changed_at      timestamptz
-- col:   changed_by      text
-- test:  1
SELECT r.code, r.name, s.version, s.boards, s.hidden_groups, s.fields,
       s.home_care, s.elsewhere, s.help, s.synthesis_label, s.synthesis_url,
       s.changed_at, a.name AS changed_by
  FROM ref.region AS r
  LEFT JOIN cap.board_setting AS s ON s.region_code = r.code
  LEFT JOIN auth.account AS a ON a.id = s.changed_by
 WHERE EXISTS (SELECT FROM auth.grant_now AS g
                WHERE g.account_id = $1
                  AND g.role IN ('admin', 'steward')
                  AND (g.scope = 'france' OR g.scope = 'region' AND g.code = r.code))
 ORDER BY r.name COLLATE pg_catalog."fr-x-icu", r.code
 LIMIT 30;

-- name: board_setting_save
-- for: app
-- rows: one
-- param: account_id    int8
-- param: region        text
-- param: version       int4
-- param: boards        text[]
-- param: hidden_groups text[]
-- param: fields        text[]
-- param: home_care     bool
-- param: elsewhere     text
-- param: help          text
-- param: label         text
-- param: url           text
-- col:   outcome       text         see cap.board_setting_save
-- test:  1, '00', 0, '{}', '{}', '{}', true, '', '', '', ''
SELECT s.outcome
  FROM cap.board_setting_save($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS s;

-- Undo the save of a form's key.
-- name: capacity_undo
-- for: app
-- rows: many, one per place of it, by number
-- param: account_id    int8
-- param: key           uuid
-- col:   place_id      int8
-- col:   outcome       text         see cap.undo
-- test:  1, '00000000-0000-0000-0000-000000000000'
SELECT u.place_id,
       u.outcome
  FROM cap.entry AS e,
       LATERAL cap.undo($1, e.id) AS u
 WHERE e.key = $2 AND e.account_id = $1
 ORDER BY u.place_id;

-- Places without news for longer than their kind allows, the oldest first.
-- name: board_stale
-- for: app
-- rows: many, at most 8, the longest silent first
-- param: account_id    int8
-- param: at            timestamptz
-- col:   place_id      int8
-- col:   name          text
-- col:   nature        text
-- col:   field         text
-- col:   site_finess   text
-- col:   site_name     text
-- col:   time_zone     text
-- col:   touched_at    timestamptz  null = never
-- col:   n_beds        int8         stale beds and rooms, of all
-- col:   n_places      int8         stale places, of all
-- test:  1, '2026-01-01T00:00:00Z'
SELECT p.place_id, p.name, p.nature, p.field, p.site_finess, p.site_name,
       p.time_zone, s.touched_at,
       count(*) FILTER (WHERE p.nature <> '02') OVER () AS n_beds,
       count(*) FILTER (WHERE p.nature = '02') OVER () AS n_places
  FROM dir.place_now AS p
  JOIN ref.ttl AS t
    ON t.nature = p.nature AND t.valid @> dir.today()
  LEFT JOIN cap.place_state AS s ON s.place_id = p.place_id
 WHERE p.place_id IN (SELECT g.place_id
                        FROM auth.grant_place AS g
                       WHERE g.account_id = $1 AND g.role = 'bed_manager')
   AND p.followed
   AND (SELECT e.here FROM cap.place_entered AS e WHERE e.place_id = p.place_id)
   AND NOT p.locked @> $2
   AND (p.field IN ('01', '02', '03')
        OR p.nature = '02' AND p.field IN ('04', '06'))
   AND (s.touched_at IS NULL
        OR s.touched_at <= $2 - make_interval(secs => t.ttl_s))
 ORDER BY s.touched_at NULLS FIRST,
          p.site_name COLLATE pg_catalog."fr-x-icu", p.place_id
 LIMIT 8;

-- name: favourite_add
-- for: app
-- rows: none
-- param: account_id    int8
-- param: thing         text
-- test:  1, 'l1'
INSERT INTO auth.favourite (account_id, thing)
SELECT $1, $2
 WHERE (SELECT count(*) FROM auth.favourite AS f WHERE f.account_id = $1) < 2000
    ON CONFLICT DO NOTHING;

-- name: favourite_remove
-- for: app
-- rows: none
-- param: account_id    int8
-- param: thing         text
-- test:  1, 'l1'
DELETE FROM auth.favourite AS f
 WHERE f.account_id = $1 AND f.thing = $2;
