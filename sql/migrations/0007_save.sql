-- cap.save(): the only way for a person's values into the ledger.
SET ROLE ror_owner;

-- What would be wrong with saving these places now, one row each.
CREATE FUNCTION cap.save_check(
    p_account bigint, p_effective timestamptz, p_place bigint[],
    p_version bigint[], p_obs_place bigint[], p_obs_indicator smallint[],
    p_obs_value integer[], p_now timestamptz)
RETURNS TABLE (place_id bigint, outcome text, version bigint)
LANGUAGE sql STABLE
SET search_path = pg_catalog
BEGIN ATOMIC
SELECT x.id,
       CASE WHEN n.place_id IS NULL THEN 'unknown'
            WHEN NOT EXISTS (SELECT FROM auth.grant_place AS g
                              WHERE g.account_id = p_account
                                AND g.role = 'bed_manager'
                                AND g.place_id = x.id) THEN 'denied'
            WHEN n.locked @> p_now THEN 'locked'
            WHEN p_effective > p_now + interval '5 minutes' THEN 'future'
            WHEN coalesce(s.version, 0) <> x.version THEN 'conflict'
            WHEN m.closed > m.installed THEN 'closed'
            ELSE 'ok'
       END,
       coalesce(s.version, 0)
  FROM unnest(p_place, p_version) AS x (id, version)
  LEFT JOIN dir.place_now AS n ON n.place_id = x.id
  LEFT JOIN cap.place_state AS s ON s.place_id = x.id
  LEFT JOIN LATERAL (
        -- What the place would hold: the new value, else the current one.
        SELECT sum(v.value) FILTER (WHERE v.code = 'INST') AS installed,
               sum(v.value) FILTER (WHERE v.code <> 'INST') AS closed
          FROM (SELECT i.code, CASE WHEN o.place_id IS NULL
                                    THEN c.value ELSE o.value END AS value
                  FROM ref.indicator AS i
                  LEFT JOIN cap.current AS c
                    ON c.place_id = x.id AND c.assignment_id = 0
                       AND c.indicator_id = i.id
                  LEFT JOIN unnest(p_obs_place, p_obs_indicator, p_obs_value)
                         AS o (place_id, indicator_id, value)
                    ON o.place_id = x.id AND o.indicator_id = i.id
                 WHERE i.code IN ('INST', 'FERM_R', 'FERM_NR')) AS v) AS m ON true
 ORDER BY x.id;
END;
COMMENT ON FUNCTION cap.save_check IS 'One row per place: ok, or why a save is refused';

-- Write checked observations; the values of DISPO_* give the derived total,
-- and retracting all of them retracts it: nobody may read yesterday's total.
CREATE FUNCTION cap.save_write(
    p_entry bigint, p_mode text, p_account bigint, p_source text,
    p_effective timestamptz, p_now timestamptz, p_place bigint[],
    p_comment text[], p_obs_place bigint[], p_obs_indicator smallint[],
    p_obs_value integer[])
RETURNS TABLE (place_id bigint, version bigint)
LANGUAGE sql
SET search_path = pg_catalog
BEGIN ATOMIC
WITH given AS (
    SELECT o.place_id, o.indicator_id, o.value
      FROM unnest(p_obs_place, p_obs_indicator, p_obs_value)
        AS o (place_id, indicator_id, value)
), gendered AS (
    -- The simple mode can't say women or men: it retracts what was said.
    SELECT c.place_id, c.indicator_id, NULL::integer AS value
      FROM cap.current AS c
     WHERE p_mode = 'simple' AND c.place_id = ANY (p_place)
       AND c.assignment_id = 0 AND c.indicator_id IN (5, 6)
       AND c.value IS NOT NULL
), obs AS (
    SELECT g.* FROM given AS g
     UNION ALL
    SELECT g.* FROM gendered AS g
     UNION ALL
    SELECT g.place_id, 20::smallint, sum(g.value)::integer
      FROM given AS g
     WHERE g.indicator_id IN (4, 5, 6)
     GROUP BY g.place_id
), moved AS (
    SELECT o.place_id, bool_or(o.value IS DISTINCT FROM c.value) AS moved
      FROM obs AS o
      LEFT JOIN cap.current AS c
        ON c.place_id = o.place_id AND c.assignment_id = 0
           AND c.indicator_id = o.indicator_id
     GROUP BY o.place_id
), ledger AS (
    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at,
                                 recorded_at, source, entry_id)
    SELECT o.place_id, o.indicator_id, o.value, p_effective, p_now, p_source, p_entry
      FROM obs AS o
    RETURNING *
), current AS (
    INSERT INTO cap.current AS c
    SELECT l.place_id, l.assignment_id, l.indicator_id, l.value,
           l.effective_at, l.recorded_at, l.source, l.entry_id
      FROM ledger AS l
     ORDER BY l.place_id, l.indicator_id
        ON CONFLICT (place_id, assignment_id, indicator_id) DO UPDATE
       SET value = EXCLUDED.value, effective_at = EXCLUDED.effective_at,
           recorded_at = EXCLUDED.recorded_at, source = EXCLUDED.source,
           entry_id = EXCLUDED.entry_id
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
       account_id = p_account,
       xid = pg_current_xact_id()
  FROM unnest(p_place) AS x (place_id)
  LEFT JOIN moved AS m ON m.place_id = x.place_id
  LEFT JOIN said AS d ON d.place_id = x.place_id
 WHERE s.place_id = x.place_id
RETURNING s.place_id, s.version;
END;
COMMENT ON FUNCTION cap.save_write IS 'One row per place written, with its new version; only cap.save() calls it';

-- One save of one or many places, all or nothing.
--   p_effective   null = the instant it is recorded
--   p_place, p_version, p_comment: one element per place; comment null = as it was
--   p_obs_*       the observations: place, indicator, value (null = retracted)
-- Returns one row per place.  outcome: ok, replayed (this key was saved
-- before), conflict, locked, denied, unknown, closed (closed > installed),
-- future.  Unless every row says ok or replayed, nothing was written.
CREATE FUNCTION cap.save(
    p_account bigint, p_mode text, p_key uuid, p_source text,
    p_effective timestamptz, p_place bigint[], p_version bigint[],
    p_comment text[], p_obs_place bigint[], p_obs_indicator smallint[],
    p_obs_value integer[])
RETURNS TABLE (place_id bigint, outcome text, version bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
#variable_conflict use_column
DECLARE
    v_now   timestamptz;
    v_entry bigint;
    v_place bigint[];
    v_why   text[];
    v_seen  bigint[];
BEGIN
    IF NOT p_obs_place <@ p_place THEN
        RAISE EXCEPTION 'cap.save: observation of a place that is not saved';
    END IF;
    IF cardinality(p_place) = 0 THEN
        RETURN;
    END IF;
    INSERT INTO cap.place_state (place_id)
    SELECT x.id
      FROM unnest(p_place) AS x (id)
      JOIN dir.place AS p ON p.id = x.id
     WHERE NOT EXISTS (SELECT FROM cap.place_state AS s WHERE s.place_id = x.id)
     ORDER BY x.id
        ON CONFLICT DO NOTHING;
    -- In one order, so that two whole-page saves can't block each other.
    PERFORM s.version
       FROM cap.place_state AS s
      WHERE s.place_id = ANY (p_place)
      ORDER BY s.place_id
        FOR UPDATE;

    -- Looked up after the lock: the same form sent twice at once waits here.
    IF EXISTS (SELECT FROM cap.entry AS e
                WHERE e.key = p_key AND e.account_id = p_account) THEN
        RETURN QUERY
        SELECT s.place_id, 'replayed', s.version
          FROM cap.place_state AS s
         WHERE s.place_id = ANY (p_place)
         ORDER BY s.place_id;
        RETURN;
    END IF;

    -- Shared with other writers, exclusive of the cut: see cap.cut().
    PERFORM pg_advisory_xact_lock_shared(cap.cut_lock());
    v_now := clock_timestamp();

    SELECT array_agg(k.place_id), array_agg(k.outcome), array_agg(k.version)
      INTO v_place, v_why, v_seen
      FROM cap.save_check(p_account, p_effective, p_place, p_version,
                          p_obs_place, p_obs_indicator, p_obs_value, v_now) AS k;
    IF v_why <> array_fill('ok'::text, ARRAY[cardinality(v_why)]) THEN
        RETURN QUERY
        SELECT x.* FROM unnest(v_place, v_why, v_seen) AS x;
        RETURN;
    END IF;

    INSERT INTO cap.entry (key, account_id, mode, source, recorded_at, n_places)
    VALUES (p_key, p_account, p_mode, p_source, v_now, cardinality(p_place))
    RETURNING id INTO v_entry;
    RETURN QUERY
    SELECT w.place_id, 'ok', w.version
      FROM cap.save_write(v_entry, p_mode, p_account, p_source,
                          coalesce(p_effective, v_now), v_now, p_place,
                          p_comment, p_obs_place, p_obs_indicator, p_obs_value) AS w
     ORDER BY w.place_id;
END
$$;
COMMENT ON FUNCTION cap.save IS 'One row per place: the only way for a person''s values into the ledger, all or nothing';
REVOKE ALL ON FUNCTION cap.save, cap.save_write, cap.save_check, cap.cut,
              cap.current_rebuild, cap.partition_ensure, dir.refresh,
              dir.category_refresh
  FROM PUBLIC;
