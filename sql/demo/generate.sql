-- The figures: one function that brings every channel from where it stopped
-- to an instant.  The first load calls it for a year, --catch-up for hours.

-- When the channels speak in (last_at, p_to], and how the world is then.
CREATE FUNCTION demo.tick(p_to timestamptz, p_hourly timestamptz)
RETURNS TABLE (channel_id integer, kind text, at timestamptz, epoch bigint,
               drift_at double precision, day_before date, e_winter real, e_week real, e_day real)
LANGUAGE sql STABLE
SET search_path = pg_catalog
BEGIN ATOMIC
WITH seed AS (
    SELECT r.seed,
           -- What is written must not pretend to be older than a cut.
           coalesce((SELECT max(c.cut_at) FROM mart.cut AS c), '-infinity') AS cut_at
      FROM demo.run AS r
), hour AS (
    -- Every hour of the period; the nights of 23 and 25 hours in detail.
    SELECT h.at, h.at >= p_hourly
                 OR EXISTS (SELECT FROM generate_series(-1, 1) AS d (n)
                             WHERE ((l.day + d.n + 1)::timestamp AT TIME ZONE 'Europe/Paris')
                                   - ((l.day + d.n)::timestamp AT TIME ZONE 'Europe/Paris')
                                   <> interval '24 hours') AS hourly,
           extract(hour FROM h.at AT TIME ZONE 'Europe/Paris') AS hh
      FROM (SELECT min(c.last_at) AS since FROM demo.channel AS c) AS f,
           generate_series(date_trunc('hour', f.since), p_to, interval '1 hour') AS h (at),
           LATERAL (SELECT (h.at AT TIME ZONE 'Europe/Paris')::date AS day) AS l
), day AS (
    SELECT d.at::date AS day, extract(isodow FROM d.at)::integer AS dow,
           extract(month FROM d.at) IN (12, 1, 2, 3) AS winter
      FROM (SELECT min(c.last_at) AS since FROM demo.channel AS c) AS f,
           generate_series((f.since AT TIME ZONE 'Europe/Paris')::date,
                           (p_to AT TIME ZONE 'Europe/Paris')::date,
                           interval '1 day') AS d (at)
), said AS (
    SELECT c.id, c.kind, c.last_at, c.lag_s, h.at + c.minute * interval '1 minute' AS at
      FROM demo.channel AS c
      JOIN hour AS h ON h.hourly OR h.hh IN (7, 15) OR (h.hh = 23 AND c.id % 2 = 0)
     WHERE c.kind = 'feed'
     UNION ALL
    SELECT c.id, c.kind, c.last_at, c.lag_s,
           (d.day + (c.minute + t.later) * interval '1 minute'
                  + demo.u(s.seed, 110000000 + c.id * 4000 + (d.day - date '2000-01-01') % 4000)
                    * interval '50 minutes') AT TIME ZONE 'Europe/Paris'
      FROM seed AS s
     CROSS JOIN demo.channel AS c
      JOIN day AS d
        ON CASE c.kind WHEN 'weekly' THEN d.dow = c.weekday
           ELSE demo.u(s.seed, 120000000 + c.id * 4000 + (d.day - date '2000-01-01') % 4000)
                > CASE WHEN d.dow >= 6 THEN 0.5 ELSE 0.05 END END
      JOIN (VALUES (0), (420)) AS t (later)
        ON t.later = 0 OR (c.kind = 'manual' AND c.twice AND d.winter AND c.minute < 960)
     WHERE c.kind <> 'feed'
), heard AS MATERIALIZED (
    SELECT x.id, x.kind, x.at, x.at AT TIME ZONE 'Europe/Paris' AS local
      FROM seed AS s
     CROSS JOIN said AS x
     WHERE x.at > greatest(x.last_at, s.cut_at)
       AND x.at <= p_to - greatest(x.lag_s, 120) * interval '1 second'
), told AS MATERIALIZED (
    SELECT x.id, x.kind, x.at, x.local,
           extract(epoch FROM x.at)::bigint AS epoch,
           extract(doy FROM x.local)::integer AS doy,
           extract(isodow FROM x.local)::integer AS dow,
           extract(epoch FROM x.local::time)::float8 / 3600 AS hh
      FROM heard AS x
)
SELECT x.id, x.kind, x.at, x.epoch, x.epoch / 345600.0::float8,
       (x.local - interval '7 hours')::date,
       (exp(-power(((x.doy + 157) % 365 - 182) / 32.0::float8, 2))
        - 0.6 * exp(-power((x.doy - 222) / 18.0::float8, 2)))::real,
       (ARRAY[-0.2, -0.3, -0.2, 0, 0.35, 1, 1.15])[x.dow]::real,
       (exp(-power((x.hh - 15) / 2.2, 2)) - 0.35 * exp(-power((x.hh - 21) / 3.0, 2)))::real
  FROM told AS x;
END;
COMMENT ON FUNCTION demo.tick IS 'One row per channel and instant it speaks at, with season, week and hour as numbers';

-- Write what the channels say in (last_at, p_to].  Hourly from p_hourly on.
CREATE FUNCTION demo.generate(p_to timestamptz, p_hourly timestamptz) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_seed bigint := (SELECT r.seed FROM demo.run AS r);
    v_base bigint := (SELECT coalesce(max(e.id), 0) FROM cap.entry AS e);
    n      bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(cap.cut_lock());
    CREATE TEMPORARY TABLE demo_tick ON COMMIT DROP AS
    SELECT t.* FROM demo.tick(p_to, p_hourly) AS t;
    ANALYZE demo_tick;

    -- What each place holds at each tick of its channel.
    CREATE TEMPORARY TABLE demo_value ON COMMIT DROP AS
    SELECT p.place_id, t.channel_id, t.kind, t.at, t.epoch, t.day_before,
           s.closed, s.extra, s.in_service,
           least(s.in_service, greatest(0, round(s.in_service * (1
               - (p.occupancy + p.winter * t.e_winter - p.weekend * t.e_week
                  - p.daily * t.e_day
                  + p.noise * (2 * demo.drift(v_seed, p.place_id, t.drift_at) - 1
                               + 1.2 * demo.u(v_seed, p.place_id * 1000003 + t.epoch / 10800) - 0.6)))
           )))::integer AS free
      FROM demo_tick AS t
      JOIN demo.place AS p ON p.channel_id = t.channel_id
      JOIN LATERAL (
            SELECT least(p.installed, p.closed
                         + CASE WHEN to_char(t.day_before, 'MMDD') BETWEEN '0706' AND '0830'
                                THEN p.closed_summer ELSE 0 END) AS closed,
                   CASE WHEN t.kind <> 'feed' AND t.e_winter > 0.3
                        THEN p.extra ELSE 0 END AS extra) AS c ON true
      JOIN LATERAL (SELECT c.closed, c.extra, p.installed - c.closed + c.extra AS in_service) AS s ON true
      LEFT JOIN cap.current AS now
        ON now.place_id = p.place_id AND now.assignment_id = 0 AND now.indicator_id = 20
     WHERE p.reported = 'all' AND t.at >= p.opened_at
       AND (p.locked IS NULL OR NOT p.locked @> t.at)
       AND NOT (t.kind = 'feed'
                AND EXISTS (SELECT FROM cap.channel AS h
                             WHERE h.place_id = p.place_id AND h.mode = 'manual'))
       -- Newest effective wins: nothing is said behind what people saved.
       AND t.at > coalesce(now.effective_at, '-infinity');

    -- One row per thing said.  People confirm all they see; a feed says what
    -- changed, and repeats an equal value after a quarter of its time limit.
    CREATE TEMPORARY TABLE demo_said ON COMMIT DROP AS
    SELECT v.place_id, v.channel_id, v.kind, v.at, v.closed, v.extra,
           v.in_service, v.free, true AS standing,
           v.at AS recorded_at
      FROM demo_value AS v
     WHERE v.kind <> 'feed'
     UNION ALL
    SELECT b.place_id, b.channel_id, b.kind, b.at, b.closed, b.extra,
           b.in_service, b.free, b.standing,
           b.at + (5 + 55 * demo.u(v_seed, 130000000 + b.channel_id)) * interval '1 second'
      FROM (SELECT a.*,
                   max(CASE WHEN a.changed THEN a.epoch END)
                   OVER (PARTITION BY a.place_id ORDER BY a.epoch) AS since
              FROM (SELECT v.*,
                           lag(v.epoch) OVER w AS before,
                           lag(v.free) OVER w IS DISTINCT FROM v.free AS changed,
                           lag(v.closed) OVER w IS DISTINCT FROM v.closed
                           OR (extract(day FROM v.day_before) = 1
                               AND lag(v.day_before) OVER w <> v.day_before) AS standing
                      FROM (SELECT x.place_id, x.channel_id, x.kind, x.at,
                                   x.epoch, x.day_before, x.closed, x.extra,
                                   x.in_service, x.free, false AS known
                              FROM demo_value AS x
                             WHERE x.kind = 'feed'
                             UNION ALL
                            SELECT c.place_id, p.channel_id, 'feed', c.effective_at,
                                   extract(epoch FROM c.effective_at)::bigint,
                                   ((c.effective_at - interval '7 hours') AT TIME ZONE 'Europe/Paris')::date,
                                   f.value, 0, 0, c.value, true
                              FROM demo.place AS p
                              JOIN demo.channel AS h ON h.id = p.channel_id AND h.kind = 'feed'
                              JOIN cap.current AS c
                                ON c.place_id = p.place_id AND c.assignment_id = 0
                                   AND c.indicator_id = 20
                              LEFT JOIN cap.current AS f
                                ON f.place_id = p.place_id AND f.assignment_id = 0
                                   AND f.indicator_id = 2) AS v
                    WINDOW w AS (PARTITION BY v.place_id ORDER BY v.epoch)) AS a) AS b
     WHERE NOT b.known
       AND (b.changed OR b.standing
            OR (b.epoch - b.since) / 21600 > (b.before - b.since) / 21600);

    -- Late corrections: days after, somebody says what it had really been.
    INSERT INTO demo_said
    SELECT x.place_id, x.channel_id, 'late', x.at, x.closed, x.extra,
           x.in_service,
           least(x.in_service, greatest(0, x.free + CASE WHEN x.place_id % 2 = 0 THEN -2 ELSE 2 END)),
           true,
           x.at + (1 + 8 * demo.u(v_seed, 140000000 + x.place_id)) * interval '1 day'
      FROM demo_value AS x
     WHERE demo.u(v_seed, x.place_id * 1000033 + x.epoch / 3600) < 0.0006
       AND x.at + (1 + 8 * demo.u(v_seed, 140000000 + x.place_id)) * interval '1 day' <= p_to;

    CREATE TEMPORARY TABLE demo_entry ON COMMIT DROP AS
    SELECT v_base + row_number() OVER (ORDER BY g.recorded_at, g.channel_id, g.kind, g.at) AS id, g.*
      FROM (SELECT d.channel_id, d.kind, d.at, d.recorded_at, count(*)::integer AS n_places
              FROM demo_said AS d
             GROUP BY d.channel_id, d.kind, d.at, d.recorded_at) AS g;
    INSERT INTO cap.entry (id, account_id, feed, mode, source, recorded_at, n_places)
    SELECT e.id,
           CASE WHEN e.kind <> 'feed' THEN s.account_id END,
           CASE WHEN e.kind = 'feed' THEN c.feed END,
           CASE WHEN e.kind = 'feed' THEN 'feed' ELSE 'simple' END,
           CASE WHEN e.kind = 'feed' THEN '02' ELSE '01' END,
           e.recorded_at, e.n_places
      FROM demo_entry AS e
      JOIN demo.channel AS c ON c.id = e.channel_id
      JOIN demo.site AS s ON s.structure_id = c.structure_id
     ORDER BY e.id;
    PERFORM setval('cap.entry_id_seq', (SELECT max(e.id) FROM cap.entry AS e));
    ANALYZE demo_said, demo_entry;

    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at,
                                 recorded_at, source, entry_id)
    SELECT d.place_id, o.indicator_id, o.value, d.at, d.recorded_at,
           CASE WHEN d.kind = 'feed' THEN '02' ELSE '01' END, d.id
      FROM (SELECT y.*, z.id
              FROM demo_said AS y
              JOIN demo_entry AS z
                ON z.channel_id = y.channel_id AND z.kind = y.kind
                   AND z.at = y.at AND z.recorded_at = y.recorded_at
             ORDER BY z.id, y.place_id
            OFFSET 0) AS d
      JOIN demo.place AS p ON p.place_id = d.place_id
      JOIN LATERAL (
            SELECT CASE WHEN p.full_mode AND d.kind = 'feed' THEN d.free * 2 / 5 ELSE 0 END AS women,
                   CASE WHEN p.full_mode AND d.kind = 'feed' THEN d.free / 5 ELSE 0 END AS men,
                   least(d.in_service - d.free, (p.place_id % 3)::integer) AS reserved) AS g ON true
      JOIN LATERAL (VALUES
            (1::smallint, p.installed, d.standing),
            (2::smallint, d.closed, d.standing),
            (4::smallint, d.free - g.women - g.men, true),
            -- The simple mode retracts what it cannot say.
            (5::smallint, CASE WHEN d.kind = 'feed' THEN g.women END, p.full_mode),
            (6::smallint, CASE WHEN d.kind = 'feed' THEN g.men END, p.full_mode),
            (7::smallint, d.in_service - d.free - g.reserved, p.occupied AND d.kind = 'feed'),
            (8::smallint, g.reserved, p.occupied AND d.kind = 'feed'),
            (9::smallint, d.extra, d.kind <> 'feed'),
            (20::smallint, d.free, true)) AS o (indicator_id, value, said) ON o.said;
    GET DIAGNOSTICS n = ROW_COUNT;
    UPDATE demo.channel AS c
       SET last_at = greatest(c.last_at, p_to - greatest(c.lag_s, 120) * interval '1 second');
    RETURN n;
END
$$;
COMMENT ON FUNCTION demo.generate IS 'Write what every channel says between where it stopped and p_to; returns the ledger rows written';
