-- Keeping the demonstration alive: current values after new rows of the
-- ledger, the catch-up of a start, and what the simulator says in between.

-- Bring cap.current and the versions up to what entries after p_base said.
CREATE FUNCTION demo.settle(p_base bigint, p_since timestamptz) RETURNS bigint
LANGUAGE sql
SET search_path = pg_catalog
BEGIN ATOMIC
INSERT INTO cap.place_state (place_id)
SELECT DISTINCT o.place_id
  FROM cap.observation AS o
 WHERE o.recorded_at >= p_since AND o.entry_id > p_base
    ON CONFLICT DO NOTHING;
WITH fresh AS (
    SELECT DISTINCT ON (o.place_id, o.assignment_id, o.indicator_id) o.*
      FROM cap.observation AS o
     WHERE o.recorded_at >= p_since AND o.entry_id > p_base
     ORDER BY o.place_id, o.assignment_id, o.indicator_id,
              o.effective_at DESC, o.recorded_at DESC, o.entry_id DESC
), newer AS (
    SELECT f.*, f.value IS DISTINCT FROM c.value AS moved
      FROM fresh AS f
      LEFT JOIN cap.current AS c
        ON c.place_id = f.place_id AND c.assignment_id = f.assignment_id
           AND c.indicator_id = f.indicator_id
     WHERE c.place_id IS NULL
        OR (f.effective_at, f.recorded_at, f.entry_id)
           > (c.effective_at, c.recorded_at, c.entry_id)
), written AS (
    INSERT INTO cap.current AS c
    SELECT n.place_id, n.assignment_id, n.indicator_id, n.value, n.effective_at,
           n.recorded_at, n.source, n.entry_id
      FROM newer AS n
     ORDER BY n.place_id, n.indicator_id
        ON CONFLICT (place_id, assignment_id, indicator_id) DO UPDATE
       SET value = EXCLUDED.value, effective_at = EXCLUDED.effective_at,
           recorded_at = EXCLUDED.recorded_at, source = EXCLUDED.source,
           entry_id = EXCLUDED.entry_id
    RETURNING c.place_id
), news AS (
    SELECT DISTINCT ON (n.place_id) n.place_id, n.effective_at, n.source,
           e.account_id, bool_or(n.moved) OVER (PARTITION BY n.place_id) AS moved
      FROM newer AS n
      JOIN cap.entry AS e ON e.id = n.entry_id
     ORDER BY n.place_id, n.effective_at DESC, n.recorded_at DESC
), stated AS (
    UPDATE cap.place_state AS s
       SET version = s.version + x.moved::integer,
           touched_at = greatest(s.touched_at, x.effective_at),
           source = CASE WHEN s.touched_at > x.effective_at THEN s.source ELSE x.source END,
           account_id = CASE WHEN s.touched_at > x.effective_at THEN s.account_id ELSE x.account_id END,
           xid = pg_current_xact_id()
      FROM news AS x
     WHERE x.place_id = s.place_id
    RETURNING s.place_id
)
SELECT count(*) FROM written;
END;
COMMENT ON FUNCTION demo.settle IS 'Current values and versions after the entries numbered above p_base, recorded since p_since';

-- What the channels would have said since they stopped, hourly for a week at
-- most.  People's values stay: nothing is said behind the newest effective.
CREATE FUNCTION demo.catch_up(p_to timestamptz) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    v_since timestamptz := (SELECT min(c.last_at) FROM demo.channel AS c);
    v_base  bigint := (SELECT max(e.id) FROM cap.entry AS e);
    n       bigint;
BEGIN
    PERFORM cap.partition_ensure(m::date)
       FROM generate_series(date_trunc('month', v_since), p_to, interval '1 month') AS m;
    n := demo.generate(p_to, p_to - interval '7 days');
    PERFORM demo.settle(v_base, v_since);
    PERFORM demo.heard(v_base, v_since);
    RETURN n;
END
$$;
COMMENT ON FUNCTION demo.catch_up IS 'Bring the demonstration to p_to; returns the ledger rows written; again at the same instant writes none';

-- A step of -1, 0 or +1, half of the time 0.
CREATE FUNCTION demo.step(p_seed bigint, p_key bigint) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN (ARRAY[-1, 0, 0, 1])[1 + floor(demo.u(p_seed, p_key) * 4)::integer];
COMMENT ON FUNCTION demo.step IS 'How a simulated figure moves: -1, 0 or 1';

-- What a place holds now, for the simulator's next figure.
CREATE VIEW demo.place_today AS
SELECT p.place_id, p.channel_id, p.full_mode, p.occupied, c.value AS free,
       c.effective_at, i.value AS installed, coalesce(f.value, 0) AS closed,
       coalesce(e.value, 0) AS extra,
       greatest(0, i.value - coalesce(f.value, 0) - coalesce(r.value, 0) + coalesce(e.value, 0)) AS in_service
  FROM demo.place AS p
  JOIN cap.current AS c ON c.place_id = p.place_id AND c.assignment_id = 0 AND c.indicator_id = 20
  JOIN cap.current AS i ON i.place_id = p.place_id AND i.assignment_id = 0 AND i.indicator_id = 1
  LEFT JOIN cap.current AS f ON f.place_id = p.place_id AND f.assignment_id = 0 AND f.indicator_id = 2
  LEFT JOIN cap.current AS r ON r.place_id = p.place_id AND r.assignment_id = 0 AND r.indicator_id = 3
  LEFT JOIN cap.current AS e ON e.place_id = p.place_id AND e.assignment_id = 0 AND e.indicator_id = 9
 WHERE p.reported = 'all' AND c.value IS NOT NULL
   AND NOT EXISTS (SELECT FROM dir.place_now AS n
                    WHERE n.place_id = p.place_id AND n.locked @> now());
COMMENT ON VIEW demo.place_today IS 'One row per reporting, unlocked place with what the simulator needs of its current values';

-- The p_feeds feeds that were quiet longest speak.  Where a demonstration
-- account may be typing, a feed only confirms: no version moves under people.
CREATE FUNCTION demo.feeds_speak(p_feeds integer) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    v_base bigint := (SELECT max(e.id) FROM cap.entry AS e);
    v_now  timestamptz;
    v_row  record;
    v_entry bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(cap.cut_lock());
    v_now := clock_timestamp();
    FOR v_row IN
        SELECT c.id, c.feed, c.signed_in, r.seed
          FROM demo.run AS r
         CROSS JOIN demo.channel AS c
         WHERE c.kind = 'feed' AND c.lag_s = 0 AND c.last_at < v_now
         ORDER BY c.last_at, c.id
         LIMIT p_feeds
    LOOP
        UPDATE demo.channel AS c SET last_at = v_now WHERE c.id = v_row.id;
        -- Locked in one order, like cap.save(), so that neither blocks the other.
        PERFORM s.version
           FROM cap.place_state AS s
           JOIN demo.place AS p ON p.place_id = s.place_id
          WHERE p.channel_id = v_row.id
          ORDER BY s.place_id
            FOR UPDATE OF s;
        v_entry := nextval('cap.entry_id_seq');
        WITH said AS (
            SELECT t.*, x.next
              FROM demo.place_today AS t
              JOIN LATERAL (
                    SELECT CASE WHEN v_row.signed_in THEN t.free
                                ELSE least(t.in_service, greatest(0, t.free
                                     + demo.step(v_row.seed, t.place_id * 1000003
                                                 + extract(epoch FROM v_now)::bigint))) END AS next) AS x ON true
             WHERE t.channel_id = v_row.id AND t.effective_at < v_now
               AND NOT EXISTS (SELECT FROM cap.channel AS h
                                WHERE h.place_id = t.place_id AND h.mode = 'manual')
               AND (x.next <> t.free OR t.effective_at <= v_now - interval '6 hours')
        ), entry AS (
            INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places)
            SELECT v_entry, v_row.feed, 'feed', '02', v_now, count(*)::integer
              FROM said AS s
            HAVING count(*) > 0
            RETURNING id
        )
        INSERT INTO cap.observation (place_id, indicator_id, value, effective_at,
                                     recorded_at, source, entry_id)
        SELECT s.place_id, o.indicator_id, o.value, v_now, v_now, '02', e.id
          FROM said AS s
         CROSS JOIN entry AS e
          JOIN LATERAL (
                SELECT CASE WHEN s.full_mode THEN s.next * 2 / 5 ELSE 0 END AS women,
                       CASE WHEN s.full_mode THEN s.next / 5 ELSE 0 END AS men,
                       least(greatest(0, s.in_service - s.next), (s.place_id % 3)::integer) AS reserved) AS g ON true
          JOIN LATERAL (VALUES
                (4::smallint, s.next - g.women - g.men, true),
                (5::smallint, g.women, s.full_mode),
                (6::smallint, g.men, s.full_mode),
                (7::smallint, greatest(0, s.in_service - s.next - g.reserved), s.occupied),
                (8::smallint, g.reserved, s.occupied),
                (20::smallint, s.next, true)) AS o (indicator_id, value, said) ON o.said;
    END LOOP;
    PERFORM demo.heard(v_base, v_now);
    RETURN demo.settle(v_base, v_now);
END
$$;
COMMENT ON FUNCTION demo.feeds_speak IS 'A few feeds say what changed, now; returns the current values that moved or were confirmed';

-- The arguments of one cap.save() for the establishment that waited longest;
-- never one where a demonstration account may be typing.
CREATE FUNCTION demo.next_save()
RETURNS TABLE (account bigint, key uuid, places text, versions text, comments text,
               obs_places text, obs_indicators text, obs_values text)
LANGUAGE sql
SET search_path = pg_catalog
BEGIN ATOMIC
WITH turn AS (
    UPDATE demo.channel AS c
       SET last_at = greatest(c.last_at, now())
     WHERE c.id = (SELECT x.id
                     FROM demo.channel AS x
                    WHERE x.kind <> 'feed' AND x.lag_s = 0 AND NOT x.signed_in
                    ORDER BY x.last_at, demo.u(7, x.id)
                    LIMIT 1)
    RETURNING c.id, c.structure_id
), told AS (
    SELECT t.*, s.version, r.seed,
           least(t.in_service, greatest(0, t.free
               + demo.step(r.seed, t.place_id * 1000003 + extract(epoch FROM now())::bigint))) AS next
      FROM demo.run AS r
     CROSS JOIN turn AS c
      JOIN demo.place_today AS t ON t.channel_id = c.id
      JOIN cap.place_state AS s ON s.place_id = t.place_id
), obs AS (
    SELECT array_agg(t.place_id ORDER BY t.place_id, o.indicator_id) AS places,
           array_agg(o.indicator_id ORDER BY t.place_id, o.indicator_id) AS indicators,
           array_agg(o.value ORDER BY t.place_id, o.indicator_id) AS values
      FROM told AS t
      JOIN LATERAL (VALUES (1::smallint, t.installed), (2::smallint, t.closed),
                           (4::smallint, t.next), (9::smallint, t.extra))
           AS o (indicator_id, value) ON true
)
SELECT d.account_id,
       md5(c.id || ' ' || clock_timestamp())::uuid,
       array_agg(t.place_id ORDER BY t.place_id)::text,
       array_agg(t.version ORDER BY t.place_id)::text,
       array_fill(NULL::text, ARRAY[count(*)::integer])::text,
       o.places::text, o.indicators::text, o.values::text
  FROM turn AS c
  JOIN demo.site AS d ON d.structure_id = c.structure_id
 CROSS JOIN told AS t
 CROSS JOIN obs AS o
 GROUP BY d.account_id, c.id, o.places, o.indicators, o.values;
END;
COMMENT ON FUNCTION demo.next_save IS 'One row at most: the arguments of the next simulated save, as text literals';
