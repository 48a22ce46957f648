-- The sentinel: what the minutely job reads and writes, and who is silent.
-- The rule is lib/domain/rhythm.h's; these only fetch what it is given.

-- name: sentinel_lock
-- for: report
-- rows: one
-- col:   held          bool
-- col:   learned_at    timestamptz  null = never
-- test:
SELECT pg_try_advisory_lock(7267003) AS held,
       nullif(s.learned_at, '-infinity') AS learned_at
  FROM cap.sentinel AS s;

-- --- learning, once a night ---

-- name: sentinel_feed_news
-- for: report
-- rows: many, one per feed with news in 8 weeks
-- param: at            timestamptz
-- col:   feed_id       int8
-- col:   time_zone     text
-- col:   news          int8[]       seconds, ascending, 10,000 at most
-- test:  '2026-01-01T00:00:00Z'
SELECT f.id AS feed_id,
       coalesce(z.time_zone, 'Europe/Paris') AS time_zone,
       n.news
  FROM auth.feed AS f
 CROSS JOIN LATERAL (
       SELECT array_agg(extract(epoch FROM x.at)::bigint ORDER BY x.at) AS news
         FROM (SELECT w.at
                 FROM cap.feed_news AS w
                WHERE w.feed_id = f.id AND w.at <= $1
                  AND w.at > $1 - interval '56 days'
                ORDER BY w.at DESC
                LIMIT 10000) AS x) AS n
  LEFT JOIN LATERAL (
       SELECT min(p.time_zone) AS time_zone
         FROM auth.feed_site AS s
         JOIN dir.structure AS e ON e.finess = s.site
         JOIN dir.place_now AS p ON p.site_id = e.id
        WHERE s.feed_id = f.id) AS z ON true
 WHERE n.news IS NOT NULL
 ORDER BY f.id
 LIMIT 10000;

-- An instant at which a total of any of its places changed.
-- name: sentinel_feed_changes
-- for: report
-- rows: many, one per feed with a change in 4 weeks
-- param: at            timestamptz
-- col:   feed_id       int8
-- col:   time_zone     text
-- col:   news          int8[]       seconds, ascending
-- test:  '2026-01-01T00:00:00Z'
SELECT c.feed_id,
       min(c.time_zone) AS time_zone,
       array_agg(DISTINCT extract(epoch FROM c.recorded_at)::bigint) AS news
  FROM (SELECT h.feed_id, p.time_zone, o.recorded_at,
               o.value IS DISTINCT FROM lag(o.value) OVER w
               AND lag(o.effective_at) OVER w IS NOT NULL AS changed
          FROM cap.feed_place AS h
          JOIN dir.place_now AS p ON p.place_id = h.place_id
          JOIN cap.observation AS o
            ON o.place_id = h.place_id AND o.assignment_id = 0
               AND o.indicator_id = 20
         WHERE o.recorded_at > $1 - interval '28 days'
           AND o.recorded_at <= $1
           AND o.effective_at > $1 - interval '28 days'
           AND o.source IN (SELECT s.code FROM ref.source AS s
                             WHERE s.kind = 'feed')
        WINDOW w AS (PARTITION BY h.feed_id, o.place_id
                     ORDER BY o.effective_at, o.recorded_at, o.entry_id)) AS c
 WHERE c.changed
 GROUP BY c.feed_id
 ORDER BY c.feed_id
 LIMIT 10000;

-- Followed places that people report, and when they did: beds within 8 weeks,
-- weekly places within 26.  What came late is no news of that moment.
-- name: sentinel_place_news
-- for: report
-- rows: many, one per place with 14 news or more
-- param: at            timestamptz
-- col:   place_id      int8
-- col:   time_zone     text
-- col:   ttl_s         int4
-- col:   news          int8[]       seconds, ascending, 400 at most
-- test:  '2026-01-01T00:00:00Z'
SELECT p.place_id, p.time_zone, t.ttl_s, n.news
  FROM dir.place_now AS p
  JOIN ref.ttl AS t ON t.nature = p.nature AND t.valid @> $1::date
  LEFT JOIN cap.channel AS h ON h.place_id = p.place_id
 CROSS JOIN LATERAL (
       SELECT array_agg(DISTINCT extract(epoch FROM x.recorded_at)::bigint) AS news
         FROM (SELECT o.recorded_at
                 FROM cap.observation AS o
                WHERE o.place_id = p.place_id AND o.assignment_id = 0
                  AND o.indicator_id = 20
                  AND o.source IN (SELECT s.code FROM ref.source AS s
                                    WHERE s.kind = 'manual')
                  AND o.recorded_at <= $1
                  AND o.recorded_at > $1 - interval '182 days'
                  AND o.effective_at > $1 - CASE p.nature WHEN '02'
                          THEN interval '182 days' ELSE interval '56 days' END
                  AND o.effective_at > o.recorded_at - interval '5 minutes'
                ORDER BY o.effective_at DESC
                LIMIT 400) AS x) AS n
 WHERE p.followed
   AND cardinality(n.news) >= 14
   AND (h.mode = 'manual'
        OR NOT EXISTS (SELECT FROM cap.feed_place AS f
                        WHERE f.place_id = p.place_id
                          AND f.heard_at > $1 - interval '14 days'))
 ORDER BY p.place_id
 LIMIT 100000;

-- What is being missed stays known for as long as it is missed.
-- name: sentinel_forget
-- for: report
-- rows: none
-- test:
DELETE FROM cap.rhythm AS r
 WHERE NOT EXISTS (SELECT FROM cap.silence AS s
                    WHERE s.subject = r.subject
                      AND s.subject_id = r.subject_id
                      AND s.ended_at IS NULL);

-- name: sentinel_learn
-- for: report
-- rows: none
-- param: subject       text
-- param: kind          text
-- param: ids           int8[]
-- param: n             int8[]
-- param: median_s      int8[]
-- param: limit_s       int8[]
-- param: hours         text[]       each '{…}', 168 numbers
-- param: time_zone     text[]
-- param: last_at       int8[]       seconds
-- test:  'feed', 'silent', '{}', '{}', '{}', '{}', '{}', '{}', '{}'
INSERT INTO cap.rhythm (subject, subject_id, kind, n, median_s, limit_s,
                        hours, time_zone, last_at)
SELECT $1, x.id, $2, x.n, x.median_s, x.limit_s, x.hours::integer[],
       x.time_zone, to_timestamp(x.last_at)
  FROM unnest($3, $4, $5, $6, $7, $8, $9)
    AS x (id, n, median_s, limit_s, hours, time_zone, last_at)
    ON CONFLICT DO NOTHING;

-- Of how many places each feed spoke in its window; a feed that is silent or
-- speaks of fewer says nothing of what is usual.
-- name: sentinel_night
-- for: report
-- rows: none
-- param: at            timestamptz
-- test:  '2026-01-01T00:00:00Z'
INSERT INTO cap.feed_night (feed_id, night, places)
SELECT r.subject_id, ($1 AT TIME ZONE r.time_zone)::date, count(h.place_id)
  FROM cap.rhythm AS r
  JOIN cap.feed_place AS h
    ON h.feed_id = r.subject_id AND h.heard_at <= $1
       AND h.heard_at > $1 - greatest(make_interval(secs => r.limit_s), interval '6 hours')
 WHERE r.subject = 'feed' AND r.kind = 'silent'
   AND NOT EXISTS (SELECT FROM cap.silence AS s
                    WHERE s.subject = 'feed' AND s.subject_id = r.subject_id
                      AND s.kind <> 'flat' AND s.ended_at IS NULL)
 GROUP BY r.subject_id, r.time_zone
    ON CONFLICT (feed_id, night) DO NOTHING;

-- name: sentinel_sweep
-- for: report
-- rows: none
-- param: at            timestamptz
-- test:  '2026-01-01T00:00:00Z'
WITH night AS (
    DELETE FROM cap.feed_night AS n
     WHERE n.night < ($1 - interval '14 days')::date
), news AS (
    DELETE FROM cap.feed_news AS n
     WHERE n.at <= $1 - interval '56 days'
)
UPDATE cap.sentinel AS s
   SET learned_at = $1;

-- --- looking, every minute ---

-- Feeds whose newest known change is older than their limit: is there one
-- that was recorded since?
-- name: sentinel_changed
-- for: report
-- rows: none
-- param: at            timestamptz
-- test:  '2026-01-01T00:00:00Z'
UPDATE cap.rhythm AS r
   SET last_at = c.changed_at
  FROM (SELECT d.subject_id, max(o.recorded_at) AS changed_at
          FROM cap.rhythm AS d
          JOIN cap.feed_place AS h ON h.feed_id = d.subject_id
          JOIN cap.observation AS o
            ON o.place_id = h.place_id AND o.assignment_id = 0
               AND o.indicator_id = 20 AND o.recorded_at > d.last_at
               AND o.recorded_at <= $1
          JOIN LATERAL (
                SELECT b.value
                  FROM cap.observation AS b
                 WHERE b.place_id = o.place_id AND b.assignment_id = 0
                   AND b.indicator_id = 20
                   AND b.effective_at < o.effective_at
                 ORDER BY b.effective_at DESC, b.recorded_at DESC
                 LIMIT 1) AS b ON b.value IS DISTINCT FROM o.value
         WHERE d.kind = 'flat'
           AND d.last_at < $1 - make_interval(secs => d.limit_s)
         GROUP BY d.subject_id) AS c
 WHERE r.subject = 'feed' AND r.kind = 'flat' AND r.subject_id = c.subject_id;

-- Whoever is past his limit or has an open alarm.  heard and usual are of
-- feeds that speak: the places of the window.
-- name: sentinel_watch
-- for: report
-- rows: many, by subject, number and kind
-- param: at            timestamptz
-- col:   subject       text
-- col:   subject_id    int8
-- col:   kind          text
-- col:   time_zone     text
-- col:   median_s      int8
-- col:   limit_s       int8
-- col:   hours         int4[]       null = of a drop
-- col:   last_at       timestamptz
-- col:   heard         int8         null = not of a drop
-- col:   usual         int8
-- col:   expected      bool         false = nobody waits for it any more
-- col:   open_id       int8         null = no alarm yet
-- col:   since         timestamptz  of the alarm
-- test:  '2026-01-01T00:00:00Z'
WITH feed AS MATERIALIZED (
    SELECT r.subject_id AS id, r.time_zone, r.median_s, r.limit_s, r.hours,
           f.suspended_at IS NULL AS expected,
           coalesce(n.at, r.last_at) AS last_at
      FROM cap.rhythm AS r
      JOIN auth.feed AS f ON f.id = r.subject_id
      LEFT JOIN LATERAL (
            SELECT max(w.at) AS at FROM cap.feed_news AS w
             WHERE w.feed_id = f.id AND w.at <= $1) AS n ON true
     WHERE r.subject = 'feed' AND r.kind = 'silent'
), speaking AS (
    SELECT f.* FROM feed AS f
     WHERE f.last_at > $1 - make_interval(secs => f.limit_s)
), seen AS (
    SELECT 'feed' AS subject, f.id AS subject_id, 'silent' AS kind,
           f.time_zone, f.median_s, f.limit_s, f.hours, f.last_at,
           NULL::bigint AS heard, NULL::bigint AS usual, f.expected
      FROM feed AS f
     UNION ALL
    -- Still speaking, or nothing is said of its values.
    SELECT 'feed', f.id, 'flat', r.time_zone, r.median_s, r.limit_s, r.hours,
           r.last_at, NULL, NULL, f.expected
      FROM speaking AS f
      JOIN cap.rhythm AS r
        ON r.subject = 'feed' AND r.subject_id = f.id AND r.kind = 'flat'
     UNION ALL
    SELECT 'feed', f.id, 'dropped', f.time_zone, f.median_s, f.limit_s, NULL,
           -- When it spoke last of one that is missing.
           coalesce(h.missing_at, $1), h.n, u.places, f.expected
      FROM speaking AS f
     CROSS JOIN LATERAL (SELECT greatest(make_interval(secs => f.limit_s),
                                         interval '6 hours') AS width) AS w
     CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE p.heard_at > $1 - w.width) AS n,
                  max(p.heard_at) FILTER (WHERE p.heard_at <= $1 - w.width) AS missing_at
             FROM cap.feed_place AS p
            WHERE p.feed_id = f.id) AS h
     CROSS JOIN LATERAL (
           SELECT CASE WHEN count(*) >= 5 THEN min(x.places) END::bigint AS places
             FROM cap.feed_night AS x
            WHERE x.feed_id = f.id) AS u
     UNION ALL
    SELECT 'place', r.subject_id, 'silent', r.time_zone, r.median_s, r.limit_s,
           r.hours, l.last_at, NULL, NULL,
           p.followed AND NOT p.locked @> $1
      FROM cap.rhythm AS r
      JOIN dir.place_now AS p ON p.place_id = r.subject_id
      JOIN cap.place_state AS s ON s.place_id = r.subject_id
      LEFT JOIN LATERAL (
            SELECT max(upper(k.during)) AS ended_at
              FROM unnest(p.locked) AS k (during)
             WHERE upper(k.during) <= $1) AS k ON true
     CROSS JOIN LATERAL (
           SELECT greatest(coalesce(s.touched_at, r.last_at), k.ended_at) AS last_at) AS l
     WHERE r.subject = 'place'
)
SELECT coalesce(s.subject, a.subject) AS subject,
       coalesce(s.subject_id, a.subject_id) AS subject_id,
       coalesce(s.kind, a.kind) AS kind,
       s.time_zone, s.median_s, s.limit_s, s.hours, s.last_at, s.heard,
       s.usual, coalesce(s.expected, a.kind <> 'silent' AND EXISTS (
           SELECT FROM feed AS f
            WHERE f.id = a.subject_id AND f.expected)) AS expected,
       a.id AS open_id, a.since
  FROM seen AS s
  FULL JOIN (SELECT x.id, x.subject, x.subject_id, x.kind, x.since
               FROM cap.silence AS x
              WHERE x.ended_at IS NULL) AS a
    ON a.subject = s.subject AND a.subject_id = s.subject_id AND a.kind = s.kind
 WHERE a.id IS NOT NULL
    OR s.expected
       AND (s.hours IS NOT NULL
            AND s.last_at < $1 - make_interval(secs => s.limit_s)
            OR 2 * s.heard < s.usual)
 ORDER BY subject, subject_id, kind
 LIMIT 100000;

-- name: sentinel_begin
-- for: report
-- rows: none
-- param: subject       text
-- param: subject_id    int8
-- param: kind          text
-- param: since         timestamptz
-- param: detected_at   timestamptz
-- param: median_s      int8
-- param: heard         int8
-- param: usual         int8
-- test:  'feed', 0, 'silent', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z', 60, NULL, NULL
INSERT INTO cap.silence (subject, subject_id, kind, since, detected_at,
                         median_s, n_heard, n_usual)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT DO NOTHING;

-- name: sentinel_end
-- for: report
-- rows: none
-- param: id            int8
-- param: at            timestamptz
-- test:  0, '2026-01-01T00:00:00Z'
UPDATE cap.silence AS s
   SET ended_at = greatest(s.detected_at, $2)
 WHERE s.id = $1 AND s.ended_at IS NULL;

-- name: sentinel_open
-- for: report
-- rows: one
-- col:   feeds         int8         with an open alarm
-- col:   places        int8         likewise, of their own
-- test:
SELECT count(*) FILTER (WHERE s.subject = 'feed') AS feeds,
       count(*) FILTER (WHERE s.subject = 'place') AS places
  FROM cap.silence AS s
 WHERE s.ended_at IS NULL;

-- --- shown ---

-- Alarms of what an account answers for or watches over, one row a feed and
-- site: that is what one moves to manual entry.  A feed's places are those it
-- spoke of in the two weeks before it fell silent.
-- name: silence_list
-- for: app
-- rows: many, the longest silent first
-- param: account_id    int8
-- param: roles         text[]
-- param: subject       text         null = both
-- param: kind          text         null = all
-- param: departement   text         null = all
-- param: ended         bool         those of the last 30 days that are over
-- param: at            timestamptz
-- param: most          int4
-- col:   subject       text
-- col:   subject_id    int8
-- col:   kind          text
-- col:   name          text         of the feed, or the place
-- col:   contact       text         of the feed
-- col:   site_finess   text
-- col:   site_name     text
-- col:   departement   text
-- col:   time_zone     text
-- col:   phone         text         of the unit, or the site
-- col:   place_id      int8         one of them
-- col:   nature        text         of that one
-- col:   field         text
-- col:   since         timestamptz
-- col:   detected_at   timestamptz
-- col:   ended_at      timestamptz  null = not over
-- col:   median_s      int8
-- col:   heard         int8         of a drop
-- col:   usual         int8
-- col:   n_places      int8
-- col:   n_beds        int8         installed, where known
-- col:   n_manual      int8         places in manual entry
-- col:   n_rows        int8         of all
-- test:  1, '{bed_manager}', NULL, NULL, NULL, false, '2026-01-01T00:00:00Z', 8
WITH alarm AS (
    SELECT s.id, h.place_id, f.label, f.contact
      FROM cap.silence AS s
      JOIN auth.feed AS f ON f.id = s.subject_id
      JOIN cap.feed_place AS h
        ON h.feed_id = f.id AND h.heard_at > s.since - interval '14 days'
     WHERE s.subject = 'feed'
       AND (s.ended_at IS NULL) <> $6
       AND (s.ended_at IS NULL OR s.ended_at > $7 - interval '30 days')
     UNION ALL
    SELECT s.id, s.subject_id, NULL, NULL
      FROM cap.silence AS s
     WHERE s.subject = 'place'
       AND (s.ended_at IS NULL) <> $6
       AND (s.ended_at IS NULL OR s.ended_at > $7 - interval '30 days')
), touched AS (
    SELECT a.id, coalesce(a.label, min(p.name)) AS name, a.contact,
           p.site_id, p.site_finess, p.site_name, p.departement_code, p.time_zone,
           min(p.phone) AS phone, min(p.place_id) AS place_id,
           min(p.nature) AS nature, min(p.field) AS field,
           count(*) AS n_places,
           coalesce(sum(i.value) FILTER (WHERE p.nature <> '02'), 0) AS n_beds,
           count(*) FILTER (WHERE c.mode = 'manual') AS n_manual
      FROM alarm AS a
      JOIN dir.place_now AS p ON p.place_id = a.place_id
      LEFT JOIN cap.channel AS c ON c.place_id = p.place_id
      LEFT JOIN cap.current AS i
        ON i.place_id = p.place_id AND i.assignment_id = 0 AND i.indicator_id = 1
     WHERE ($5 IS NULL OR p.departement_code = $5)
       AND EXISTS (SELECT FROM auth.grant_place AS g
                    WHERE g.account_id = $1 AND g.role = ANY ($2)
                      AND g.place_id = p.place_id)
     GROUP BY a.id, a.label, a.contact, p.site_id, p.site_finess, p.site_name,
              p.departement_code, p.time_zone
)
SELECT s.subject, s.subject_id, s.kind, t.name, t.contact, t.site_finess,
       t.site_name, t.departement_code AS departement, t.time_zone,
       CASE s.subject WHEN 'place' THEN t.phone ELSE coalesce(e.phone, t.phone) END AS phone,
       t.place_id, t.nature, t.field, s.since, s.detected_at, s.ended_at,
       s.median_s, s.n_heard AS heard, s.n_usual AS usual, t.n_places,
       t.n_beds, t.n_manual, count(*) OVER () AS n_rows
  FROM touched AS t
  JOIN cap.silence AS s ON s.id = t.id
  LEFT JOIN dir.structure_now AS e ON e.id = t.site_id
 WHERE ($3 IS NULL OR s.subject = $3)
   AND ($4 IS NULL OR s.kind = $4)
 ORDER BY s.subject, s.since, t.site_name COLLATE pg_catalog."fr-x-icu", s.id
 LIMIT $8;

-- The channel of each place of a board, its feed, and the alarm that touches
-- it: its own, or its feed's unless people type its figures.
-- name: place_watch
-- for: app
-- rows: many, one per place asked for that exists, by number
-- param: places        int8[]
-- col:   place_id      int8
-- col:   mode          text         feed, manual; null = nobody chose
-- col:   mode_since    timestamptz
-- col:   feed          text         its label; null = none ever spoke of it
-- col:   heard_at      timestamptz  when it spoke of this place last
-- col:   kind          text         null = no alarm
-- col:   of_feed       bool         the alarm is the feed's
-- col:   since         timestamptz
-- test:  '{1,2}'
SELECT p.place_id, c.mode, c.since AS mode_since, f.label AS feed, h.heard_at,
       s.kind, s.subject = 'feed' AS of_feed, s.since
  FROM dir.place_now AS p
  LEFT JOIN cap.channel AS c ON c.place_id = p.place_id
  LEFT JOIN LATERAL (
       SELECT x.feed_id, x.heard_at, y.label
         FROM cap.feed_place AS x
         JOIN auth.feed AS y ON y.id = x.feed_id
        WHERE x.place_id = p.place_id AND y.suspended_at IS NULL
        ORDER BY x.heard_at DESC, x.feed_id
        LIMIT 1) AS h ON true
  LEFT JOIN auth.feed AS f ON f.id = h.feed_id
  LEFT JOIN LATERAL (
       SELECT a.kind, a.subject, a.since
         FROM cap.silence AS a
        WHERE a.ended_at IS NULL
          AND (a.subject = 'place' AND a.subject_id = p.place_id
               OR a.subject = 'feed' AND a.subject_id = h.feed_id
                  AND c.mode IS DISTINCT FROM 'manual')
        ORDER BY a.subject DESC, a.kind DESC
        LIMIT 1) AS s ON true
 WHERE p.place_id = ANY ($1)
 ORDER BY p.place_id;

-- name: channel_set
-- for: app
-- rows: many, one per place, by number
-- param: account_id    int8
-- param: address       inet
-- param: place         int8
-- param: site          bool         with the others of its feed and site
-- param: mode          text         feed, manual
-- col:   place_id      int8
-- col:   outcome       text         see cap.channel_set
-- col:   since         timestamptz  null = nothing was ever chosen
-- test:  1, '127.0.0.1', 0, false, 'manual'
SELECT x.place_id, x.outcome, x.since
  FROM cap.channel_set($1, $2, $3, $4, $5) AS x
 ORDER BY x.place_id;
