-- Who reports what, and the parameters that the figures of a place follow.
INSERT INTO demo.channel (id, structure_id, kind, feed, account_id, minute,
                          weekday, lag_s, twice, signed_in, last_at)
SELECT row_number() OVER (ORDER BY s.n, k.kind), s.structure_id, k.kind,
       CASE WHEN k.kind = 'feed' THEN 'bm-' || lower(s.finess) END,
       CASE WHEN k.kind <> 'feed' THEN s.account_id END,
       CASE WHEN k.kind = 'feed' THEN floor(d.a * 60)::integer
            -- One in four types at night, the others in office hours.
            WHEN d.b < 0.25 THEN floor(d.a * 1440)::integer
            ELSE 420 + floor(d.a * 600)::integer END,
       1 + floor(d.c * 5)::integer,
       CASE WHEN s.finess = '0Z9400001' AND k.kind = 'feed' THEN 9 * 3600
            WHEN s.finess = '0Z9100001' AND k.kind = 'manual' THEN 27 * 3600
            WHEN k.kind <> 'feed' AND s.account_id > 100 AND d.c < 0.04
            THEN (2 + floor(d.b * 18)::integer) * 86400
            ELSE 0 END,
       d.b < 0.5, s.account_id <= 100, r.since
  FROM demo.run AS r
 CROSS JOIN demo.site AS s
  JOIN (VALUES ('feed'), ('manual'), ('weekly')) AS k (kind)
    ON k.kind <> 'feed' OR s.finess IN ('0Z9100001', '0Z9400001')
       OR demo.u(r.seed, 60000 + s.n) < CASE s.kind WHEN 'CHU' THEN 1.1
               WHEN 'CH' THEN 0.65 WHEN 'CL' THEN 0.55 WHEN 'SMR' THEN 0.35
               WHEN 'PSY' THEN 0.3 ELSE 0 END
  JOIN LATERAL (
        SELECT demo.u(r.seed, 61000 + s.n * 10 + ascii(k.kind)) AS a,
               demo.u(r.seed, 71000 + s.n * 10 + ascii(k.kind)) AS b,
               demo.u(r.seed, 81000 + s.n * 10 + ascii(k.kind)) AS c) AS d ON true;

INSERT INTO demo.place (place_id, channel_id, nature, installed, closed,
       closed_summer, extra, occupancy, weekend, winter, daily, noise,
       full_mode, occupied, reported, opened_at, locked)
SELECT x.place_id, c.id, x.nature, i.installed,
       CASE WHEN demo.u(r.seed, 91000000 + x.unit_id) < 0.5
            THEN floor(i.installed * 0.18 * demo.u(r.seed, 92000000 + x.unit_id))::integer
            ELSE 0 END,
       CASE WHEN x.nature = '01' AND x.field IN ('01', '02')
                 AND demo.u(r.seed, 93000000 + x.unit_id) < 0.3
            THEN floor(i.installed * (0.12 + 0.3 * demo.u(r.seed, 94000000 + x.unit_id)))::integer
            ELSE 0 END,
       CASE WHEN x.nature = '01' AND x.field = '01'
                 AND demo.u(r.seed, 95000000 + x.unit_id) < 0.2 THEN 2 ELSE 0 END,
       x.occupancy + CASE x.nature WHEN '01' THEN 0.035 ELSE 0 END
       + (demo.u(r.seed, 96000000 + x.unit_id) - 0.5) * 0.08,
       CASE WHEN x.nature = '02' THEN 0.04
            WHEN x.name LIKE '%Chirurgie%' OR x.model_id / 100 = 3 THEN 0.12
            ELSE 0.03 END,
       CASE WHEN x.field = '01' AND x.nature = '01' THEN 0.05 ELSE 0.01 END,
       CASE WHEN x.nature = '02' THEN 0 WHEN x.field = '01' THEN 0.05 ELSE 0.02 END,
       CASE WHEN x.field IN ('03', '04', '06') THEN 0.025 ELSE 0.05 END,
       c.kind = 'feed' AND demo.u(r.seed, 97000000 + x.unit_id) < 0.08,
       c.kind = 'feed' AND demo.u(r.seed, 98000000 + x.unit_id) < 0.3,
       CASE WHEN s.account_id <= 100 THEN 'all'
            WHEN NOT v.followed THEN 'installed'
            WHEN demo.u(r.seed, 99000000 + x.unit_id) < 0.015 THEN 'nothing'
            WHEN demo.u(r.seed, 99000000 + x.unit_id) < 0.03 THEN 'installed'
            ELSE 'all' END,
       lower(v.valid) AT TIME ZONE 'Europe/Paris',
       l.during
  FROM demo.run AS r
 CROSS JOIN spot AS x
  JOIN demo.site AS s ON s.n = x.n
  JOIN dir.place_version AS v ON v.place_id = x.place_id
  JOIN LATERAL (
        SELECT CASE WHEN x.nature = '02' THEN 'weekly'
                    WHEN demo.u(r.seed, 90000000 + x.unit_id) < 0.9
                         AND EXISTS (SELECT FROM demo.channel AS f
                                      WHERE f.structure_id = x.site_id AND f.kind = 'feed')
                    THEN 'feed' ELSE 'manual' END AS kind) AS k ON true
  JOIN demo.channel AS c ON c.structure_id = x.site_id AND c.kind = k.kind
  JOIN LATERAL (
        SELECT (x.lo + floor(demo.u(r.seed, 100000000 + x.unit_id) * (x.hi - x.lo + 1))
                * CASE WHEN s.kind = 'CHU' THEN 1.5 ELSE 1 END)::integer AS installed) AS i ON true
  -- Locked while every unit of the place is: here always its only one.
  LEFT JOIN dir.unavailability AS l ON l.unit_id = x.unit_id;
DELETE FROM demo.channel AS c
 WHERE NOT EXISTS (SELECT FROM demo.place AS p WHERE p.channel_id = c.id);
