-- A correction behind a confirmation that the ledger skipped.
--
-- Equal values of a feed don't swell the ledger: cap.current alone knows when
-- they came last.  A correction, or an undo, that lands before that instant
-- took the figure over and the confirmation was lost.
SET ROLE ror_owner;

-- Write checked observations.  A save now derives the total from what is given
-- and what holds of DISPO_*, and retracting all of them retracts it: nobody may
-- read yesterday's total.  A correction leaves that to cap.total_rederive(); an
-- undo gives the total itself.  What is written behind a confirmation that the
-- ledger did not need makes it needed: it is written too, at its own instant.
CREATE OR REPLACE FUNCTION cap.save_write(
    p_entry bigint, p_mode text, p_kind text, p_account bigint, p_source text,
    p_effective timestamptz, p_now timestamptz, p_place bigint[],
    p_comment text[], p_obs_place bigint[], p_obs_assignment integer[],
    p_obs_indicator smallint[], p_obs_value integer[])
RETURNS TABLE (place_id bigint, version bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH given AS (
    SELECT o.place_id, o.assignment_id, o.indicator_id, o.value
      FROM unnest(p_obs_place, p_obs_assignment, p_obs_indicator, p_obs_value)
        AS o (place_id, assignment_id, indicator_id, value)
), part AS (
    -- What the places hold of the available ones, beside what is given.
    SELECT c.place_id, c.indicator_id, c.value, c.effective_at
      FROM cap.current AS c
     WHERE p_kind = 'save' AND c.place_id = ANY (p_place)
       AND c.assignment_id = 0 AND c.indicator_id IN (4, 5, 6)
       AND c.value IS NOT NULL
       AND NOT EXISTS (SELECT FROM given AS g
                        WHERE g.place_id = c.place_id AND g.assignment_id = 0
                          AND g.indicator_id = c.indicator_id)
), gendered AS (
    -- The simple mode can't say women or men: it retracts what was said.
    SELECT r.place_id, 0, r.indicator_id, NULL::integer AS value
      FROM part AS r
     WHERE p_mode = 'simple' AND r.indicator_id IN (5, 6)
), kept AS (
    SELECT r.place_id, r.value
      FROM part AS r
      JOIN dir.place_now AS n ON n.place_id = r.place_id
      JOIN ref.ttl AS t
        ON t.nature = n.nature AND t.valid @> (p_effective AT TIME ZONE 'Europe/Paris')::date
     WHERE p_mode <> 'simple'
       AND r.effective_at > p_effective - make_interval(secs => t.ttl_s)
), obs AS (
    SELECT g.* FROM given AS g
     UNION ALL
    SELECT g.* FROM gendered AS g
     UNION ALL
    SELECT d.place_id, 0, 20::smallint, sum(d.value)::integer
      FROM (SELECT g.place_id, g.value, true AS is_new
              FROM given AS g
             WHERE p_kind = 'save' AND g.assignment_id = 0
               AND g.indicator_id IN (4, 5, 6)
             UNION ALL
            SELECT k.place_id, k.value, false FROM kept AS k) AS d
     GROUP BY d.place_id
    HAVING bool_or(d.is_new)
), skipped AS (
    SELECT c.place_id, c.assignment_id, c.indicator_id, c.value,
           c.last_confirmed_at, c.source
      FROM obs AS o
      JOIN cap.current AS c
        ON c.place_id = o.place_id AND c.assignment_id = o.assignment_id
           AND c.indicator_id = o.indicator_id
     WHERE p_kind <> 'save' AND c.effective_at <= p_effective
       AND c.last_confirmed_at > p_effective
), moved AS (
    SELECT o.place_id, bool_or(o.value IS DISTINCT FROM c.value
           AND coalesce(greatest(c.effective_at, CASE WHEN p_kind <> 'save'
                   THEN c.last_confirmed_at END) <= p_effective, true)) AS moved
      FROM obs AS o
      LEFT JOIN cap.current AS c
        ON c.place_id = o.place_id AND c.assignment_id = o.assignment_id
           AND c.indicator_id = o.indicator_id
     GROUP BY o.place_id
), ledger AS (
    INSERT INTO cap.observation (place_id, assignment_id, indicator_id, value,
                                 effective_at, recorded_at, source, entry_id)
    SELECT o.place_id, o.assignment_id, o.indicator_id, o.value, p_effective,
           p_now, p_source, p_entry
      FROM obs AS o
     UNION ALL
    SELECT s.place_id, s.assignment_id, s.indicator_id, s.value,
           s.last_confirmed_at, p_now, s.source, p_entry
      FROM skipped AS s
    RETURNING *
), current AS (
    INSERT INTO cap.current AS c
    SELECT DISTINCT ON (l.place_id, l.assignment_id, l.indicator_id)
           l.place_id, l.assignment_id, l.indicator_id, l.value,
           l.effective_at, l.recorded_at, l.source, l.entry_id
      FROM ledger AS l
     ORDER BY l.place_id, l.assignment_id, l.indicator_id, l.effective_at DESC
        ON CONFLICT (place_id, assignment_id, indicator_id) DO UPDATE
       SET value = EXCLUDED.value, effective_at = EXCLUDED.effective_at,
           recorded_at = EXCLUDED.recorded_at, source = EXCLUDED.source,
           entry_id = EXCLUDED.entry_id, last_confirmed_at = NULL
     WHERE c.effective_at <= EXCLUDED.effective_at
), said AS (
    SELECT x.place_id, x.text
      FROM unnest(p_place, p_comment) AS x (place_id, text)
      JOIN cap.place_state AS s ON s.place_id = x.place_id
     WHERE x.text IS NOT NULL AND x.text <> s.comment
), remark AS (
    INSERT INTO cap.remark (place_id, entry_id, text)
    SELECT d.place_id, p_entry, d.text FROM said AS d
)
UPDATE cap.place_state AS s
   SET version = s.version + (coalesce(m.moved, false) OR d.text IS NOT NULL)::integer,
       comment = coalesce(d.text, s.comment),
       touched_at = greatest(s.touched_at, p_effective),
       source = CASE WHEN s.touched_at > p_effective THEN s.source ELSE p_source END,
       account_id = CASE WHEN s.touched_at > p_effective THEN s.account_id ELSE p_account END,
       xid = pg_current_xact_id()
  FROM unnest(p_place) AS x (place_id)
  LEFT JOIN moved AS m ON m.place_id = x.place_id
  LEFT JOIN said AS d ON d.place_id = x.place_id
 WHERE s.place_id = x.place_id
RETURNING s.place_id, s.version;
END
$$;

-- As before, but the confirmation of the total is left to
-- cap.total_rederive(): two parts confirmed at two instants would have said it
-- twice in one entry.
CREATE OR REPLACE FUNCTION cap.feed_confirmed(
    p_place bigint, p_said cap.feed_value, p_at timestamptz, p_write cap.feed_value[])
RETURNS cap.feed_value[]
LANGUAGE sql STABLE
SET search_path = pg_catalog
BEGIN ATOMIC
SELECT array_agg(ROW(c.assignment_id, c.indicator_id, c.value, p_at, c.source)::cap.feed_value)
  FROM cap.current AS c
 WHERE c.place_id = p_place AND c.assignment_id = (p_said).assignment_id
   AND c.indicator_id = (p_said).indicator_id AND c.effective_at < p_at
   AND NOT EXISTS (SELECT FROM unnest(p_write) AS w
                    WHERE w.assignment_id = c.assignment_id
                      AND w.indicator_id = c.indicator_id AND w.effective_at = p_at);
END;

-- What the ledger says of the total at an instant is read as it was before any
-- of these rows: where one of them would come to hold at a later instant, that
-- instant says its own total again.  It does so as the source of its part.
CREATE OR REPLACE FUNCTION cap.total_rederive_alone(
    p_place bigint[], p_from timestamptz, p_entry bigint, p_now timestamptz,
    p_source text)
RETURNS bigint
LANGUAGE sql
SET search_path = pg_catalog
BEGIN ATOMIC
WITH instant AS (
    SELECT x.id AS place_id, p_from AS at
      FROM unnest(p_place) AS x (id)
     UNION
    SELECT o.place_id, o.effective_at
      FROM cap.observation AS o
     WHERE o.place_id = ANY (p_place) AND o.assignment_id = 0
       AND o.indicator_id IN (4, 5, 6) AND o.effective_at > p_from
), total AS (
    SELECT i.place_id, i.at, cap.value_at(i.place_id, 20::smallint, i.at) AS told,
           (SELECT sum(cap.value_at(i.place_id, k.id, i.at))::integer
              FROM unnest('{4,5,6}'::smallint[]) AS k (id)) AS value
      FROM instant AS i
), step AS (
    SELECT t.place_id, t.at, t.told, t.value, lag(t.at) OVER w AS before_at,
           bool_or(t.value IS DISTINCT FROM t.told)
               OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS moved
      FROM total AS t
    WINDOW w AS (PARTITION BY t.place_id ORDER BY t.at)
), ledger AS (
    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at,
                                 recorded_at, source, entry_id)
    SELECT s.place_id, 20, s.value, s.at, p_now,
           coalesce((SELECT o.source
                       FROM cap.observation AS o
                      WHERE o.place_id = s.place_id AND o.assignment_id = 0
                        AND o.indicator_id IN (4, 5, 6)
                        AND o.effective_at = s.at AND s.at > p_from
                      ORDER BY o.recorded_at DESC, o.entry_id DESC
                      LIMIT 1), p_source), p_entry
      FROM step AS s
     WHERE s.value IS DISTINCT FROM s.told
        OR s.moved
           AND NOT EXISTS (SELECT FROM cap.observation AS o
                            WHERE o.place_id = s.place_id AND o.assignment_id = 0
                              AND o.indicator_id = 20
                              AND o.effective_at > s.before_at AND o.effective_at <= s.at)
    RETURNING *
), current AS (
    INSERT INTO cap.current AS c
    SELECT DISTINCT ON (l.place_id)
           l.place_id, l.assignment_id, l.indicator_id, l.value,
           l.effective_at, l.recorded_at, l.source, l.entry_id
      FROM ledger AS l
     ORDER BY l.place_id, l.effective_at DESC
        ON CONFLICT (place_id, assignment_id, indicator_id) DO UPDATE
       SET value = EXCLUDED.value, effective_at = EXCLUDED.effective_at,
           recorded_at = EXCLUDED.recorded_at, source = EXCLUDED.source,
           entry_id = EXCLUDED.entry_id, last_confirmed_at = NULL
     WHERE c.effective_at <= EXCLUDED.effective_at
), state AS (
    UPDATE cap.place_state AS s
       SET xid = pg_current_xact_id()
     WHERE s.place_id IN (SELECT l.place_id FROM ledger AS l)
)
SELECT count(*) FROM ledger;
END;
