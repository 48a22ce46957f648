-- What people plan and report around the figures: closures of beds, beds set
-- aside for a reason, calls to units.  After the year is loaded.

-- Beds that will close, those that are closed now and those of last summer.
WITH plan AS (
    SELECT p.place_id, c.account_id, p.installed, w.number,
           (r.loaded_at AT TIME ZONE 'UTC')::date + w.first_day
             + floor(demo.u(r.seed, 170000000 + p.place_id * 7 + w.number) * 10)::integer AS starts,
           5 + floor(demo.u(r.seed, 180000000 + p.place_id * 7 + w.number) * 17)::integer AS days,
           demo.u(r.seed, 190000000 + p.place_id * 7 + w.number) AS chance,
           r.loaded_at, r.seed
      FROM demo.run AS r
 CROSS JOIN demo.place AS p
      JOIN demo.channel AS h ON h.id = p.channel_id
      JOIN demo.site AS s ON s.structure_id = h.structure_id
      JOIN LATERAL (SELECT coalesce(h.account_id, s.account_id) AS account_id) AS c ON true
 CROSS JOIN (VALUES (1, -9), (2, 24), (3, 58), (4, -118)) AS w (number, first_day)
     WHERE p.nature = '01' AND p.installed >= 6 AND p.locked IS NULL
)
INSERT INTO cap.closure (key, line, place_id, unit_id, during, beds, reopenable,
                         reason, account_id, recorded_at)
SELECT md5(l.place_id || ' ' || l.number)::uuid, 1, l.place_id, n.unit_ids[1],
       daterange(l.starts, l.starts + l.days),
       greatest(1, least(l.installed, round(l.installed * (0.1 + 0.4 * l.chance * 8)))::integer),
       demo.u(l.seed, 200000000 + l.place_id) < 0.4,
       (ARRAY['Congés du personnel', 'Travaux', 'Effectif médical insuffisant',
              'Désinfection'])[1 + floor(demo.u(l.seed, 210000000 + l.place_id * 7 + l.number) * 4)::integer],
       l.account_id, l.loaded_at - interval '30 days' - make_interval(days => greatest(0, -l.number * 5))
  FROM plan AS l
  JOIN dir.place_now AS n ON n.place_id = l.place_id
 WHERE l.chance < 0.12
 ORDER BY l.place_id, l.number;

-- Beds set aside: a reason, an end for half of them, and what they hold.
WITH chosen AS (
    SELECT p.place_id, coalesce(h.account_id, s.account_id) AS account_id, p.installed,
           demo.u(r.seed, 220000000 + p.place_id) AS chance, r.loaded_at, r.seed
      FROM demo.run AS r
 CROSS JOIN demo.place AS p
      JOIN demo.channel AS h ON h.id = p.channel_id
      JOIN demo.site AS s ON s.structure_id = h.structure_id
     WHERE p.nature = '01' AND p.installed >= 10 AND p.locked IS NULL
       AND p.reported = 'all'
), assigned AS (
    INSERT INTO cap.assignment (place_id, reason, during, account_id, created_at)
    SELECT c.place_id, CASE WHEN c.chance < 0.02 THEN '02' ELSE '03' END,
           tstzrange(c.loaded_at - interval '6 days',
                     CASE WHEN demo.u(c.seed, 230000000 + c.place_id) < 0.5
                          THEN date_trunc('day', c.loaded_at) + interval '20 days' END),
           c.account_id, c.loaded_at - interval '6 days'
      FROM chosen AS c
     WHERE c.chance < 0.04
     ORDER BY c.place_id
    RETURNING id, place_id, account_id
), entry AS (
    INSERT INTO cap.entry (id, account_id, mode, source, recorded_at, n_places)
    SELECT (SELECT max(e.id) FROM cap.entry AS e) + row_number() OVER (ORDER BY a.id),
           a.account_id, 'full', '01', r.loaded_at - interval '5 hours', 1
      FROM assigned AS a
 CROSS JOIN demo.run AS r
    RETURNING id, recorded_at
), numbered AS (
    SELECT e.id, e.recorded_at, row_number() OVER (ORDER BY e.id) AS rank FROM entry AS e
)
INSERT INTO cap.observation (place_id, assignment_id, indicator_id, value,
                             effective_at, recorded_at, source, entry_id)
SELECT a.place_id, a.id, o.indicator_id, o.value, e.recorded_at, e.recorded_at, '01', e.id
  FROM (SELECT x.*, row_number() OVER (ORDER BY x.id) AS rank FROM assigned AS x) AS a
  JOIN numbered AS e ON e.rank = a.rank
  JOIN chosen AS c ON c.place_id = a.place_id
 CROSS JOIN LATERAL (VALUES (1::smallint, c.installed / 4),
                            (4::smallint, (c.chance * 50)::integer % 3),
                            (20::smallint, (c.chance * 50)::integer % 3)) AS o (indicator_id, value);
INSERT INTO cap.current
SELECT o.place_id, o.assignment_id, o.indicator_id, o.value, o.effective_at,
       o.recorded_at, o.source, o.entry_id
  FROM cap.observation AS o
 WHERE o.assignment_id <> 0;
SELECT setval('cap.entry_id_seq', (SELECT max(e.id) FROM cap.entry AS e));

-- Clinicians who called: mostly what the page said.
INSERT INTO cap.call (place_id, account_id, outcome, number, shown, shown_at, called_at)
SELECT p.place_id, a.id,
       CASE WHEN x.chance < 0.86 THEN 'confirmed' WHEN x.chance < 0.94 THEN 'none' ELSE 'different' END,
       CASE WHEN x.chance >= 0.94 THEN 1 END, 2, x.at - interval '2 hours', x.at
  FROM demo.run AS r
  JOIN auth.account AS a ON a.login = 'claire.fontaine@demo.ror.example'
 CROSS JOIN demo.place AS p
 CROSS JOIN generate_series(1, 9) AS g (n)
 CROSS JOIN LATERAL (
        SELECT demo.u(r.seed, 240000000 + p.place_id * 11 + g.n) AS chance,
               r.loaded_at - make_interval(mins => 90 + floor(
                   demo.u(r.seed, 250000000 + p.place_id * 11 + g.n) * 80 * 1440)::integer) AS at) AS x
 WHERE p.nature = '01' AND p.reported = 'all'
   AND demo.u(r.seed, 260000000 + p.place_id) < 0.15
 ORDER BY x.at, p.place_id;
