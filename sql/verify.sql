-- verify.sql - one TAP-like line per check: what must hold at any time.
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'current values equal the ledger''s own derivation,', count(*), 'differ'
  FROM (SELECT c.* FROM cap.current AS c
         FULL JOIN cap.current_derived AS d
           ON d.place_id = c.place_id AND d.assignment_id = c.assignment_id
              AND d.indicator_id = c.indicator_id
        WHERE (c.value, c.effective_at, c.entry_id)
              IS DISTINCT FROM (d.value, d.effective_at, d.entry_id)) AS x;
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'no program may change the ledger,', count(*), 'can'
  FROM pg_catalog.pg_roles AS r,
       unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS p (privilege)
 WHERE r.rolname LIKE 'ror\_%' AND r.rolname <> 'ror_owner'
   AND has_table_privilege(r.oid, 'cap.observation', p.privilege);
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'no program may change the audit,', count(*), 'can'
  FROM pg_catalog.pg_roles AS r,
       unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS p (privilege)
 WHERE r.rolname LIKE 'ror\_%' AND r.rolname <> 'ror_owner'
   AND has_table_privilege(r.oid, 'audit.event', p.privilege);
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'every place of today has one category,', count(*), 'have none'
  FROM dir.place_version AS p
  LEFT JOIN dir.place_category AS c ON c.place_id = p.place_id AND c.valid @> dir.today()
 WHERE p.valid @> dir.today() AND c.place_id IS NULL;
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'facts of one key never overlap in knowledge time,', count(*), 'do'
  FROM (SELECT f.known_to > lead(f.known_from) OVER (PARTITION BY f.place_id, f.indicator_id, f.day ORDER BY f.known_from) AS bad
          FROM mart.fct_place_day AS f) AS x
 WHERE x.bad;
-- A total that was said or confirmed at t: the sum of the parts in force at t.
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'the total of available ones is that of its parts,', count(*), 'are not'
  FROM (SELECT coalesce(t.place_id, p.place_id) AS place_id
          FROM (SELECT c.*, greatest(c.effective_at, c.last_confirmed_at) AS at
                  FROM cap.current AS c
                 WHERE c.assignment_id = 0 AND c.indicator_id = 20) AS t
          FULL JOIN (SELECT c.place_id, max(c.effective_at) AS newest
                       FROM cap.current AS c
                      WHERE c.assignment_id = 0 AND c.indicator_id IN (4, 5, 6)
                      GROUP BY c.place_id) AS p ON p.place_id = t.place_id
          LEFT JOIN dir.place_now AS n ON n.place_id = t.place_id
          LEFT JOIN ref.ttl AS l
            ON l.nature = coalesce(n.nature, '01') AND l.valid @> (t.at AT TIME ZONE 'Europe/Paris')::date
         WHERE t.place_id IS NULL OR p.newest > t.at
            OR p.place_id IS NOT NULL AND t.value IS DISTINCT FROM (
               SELECT sum(c.value)
                 FROM cap.current AS c
                WHERE c.place_id = t.place_id AND c.assignment_id = 0
                  AND c.indicator_id IN (4, 5, 6)
                  AND greatest(c.effective_at, c.last_confirmed_at) > t.at - make_interval(secs => l.ttl_s))) AS x;
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'figures of an assignment are of its place and time,', count(*), 'are not'
  FROM cap.current AS c
 WHERE c.assignment_id <> 0
   AND NOT EXISTS (SELECT FROM cap.assignment AS a
                    WHERE a.id = c.assignment_id AND a.place_id = c.place_id
                      AND (a.during @> c.effective_at OR a.ended_by IS NOT NULL));
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'a place that listens to a feed is of a site of that feed,', count(*), 'are not'
  FROM cap.channel AS h
  JOIN dir.place_now AS n ON n.place_id = h.place_id
 WHERE h.mode = 'feed' AND h.feed_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM auth.feed_site AS s
                    WHERE s.feed_id = h.feed_id AND s.site = n.site_finess AND s.valid @> now());
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'a place in manual entry takes nothing from feeds,', count(*), 'do'
  FROM cap.channel AS h
 WHERE h.mode = 'manual'
   AND EXISTS (SELECT FROM cap.current AS c
                 JOIN cap.entry AS e ON e.id = c.entry_id
                WHERE c.place_id = h.place_id AND e.feed IS NOT NULL AND e.mode = 'feed'
                  AND c.recorded_at > h.since);
-- Totals look one level up (docs/adr/0011).
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'a place inside another is not inside a third, nor on another site,', count(*), 'are'
  FROM dir.place_now AS p
  JOIN dir.place_now AS u ON u.place_id = p.subset_of
 WHERE u.subset_of IS NOT NULL OR u.site_id <> p.site_id;
