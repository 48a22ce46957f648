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
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'every place of today has one category,', count(*), 'have none'
  FROM dir.place_version AS p
  LEFT JOIN dir.place_category AS c ON c.place_id = p.place_id AND c.valid @> dir.today()
 WHERE p.valid @> dir.today() AND c.place_id IS NULL;
SELECT CASE WHEN count(*) = 0 THEN 'ok' ELSE 'not ok' END, 'facts of one key never overlap in knowledge time,', count(*), 'do'
  FROM (SELECT f.known_to > lead(f.known_from) OVER (PARTITION BY f.place_id, f.indicator_id, f.day ORDER BY f.known_from) AS bad
          FROM mart.fct_place_day AS f) AS x
 WHERE x.bad;
