-- Temporary assignments are added and ended; a save asks before it writes
-- what looks wrong.
SET ROLE ror_owner;

-- outcome: ok, unknown, denied, locked, reason (not of the list, or 01),
-- until (not after now), duplicate (one of that reason holds already), many.
CREATE FUNCTION cap.assignment_add(
    p_account bigint, p_place bigint, p_reason text, p_until timestamptz)
RETURNS TABLE (outcome text, assignment_id integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    v_now timestamptz;
    v_why text;
    v_id  integer;
BEGIN
    PERFORM cap.place_take(ARRAY[p_place]);
    v_now := clock_timestamp();
    SELECT CASE WHEN NOT EXISTS (SELECT FROM auth.grant_place AS g
                                  WHERE g.account_id = p_account
                                    AND g.role = 'bed_manager'
                                    AND g.place_id = n.place_id) THEN 'denied'
                WHEN n.locked @> v_now THEN 'locked'
                WHEN p_reason = '01'
                     OR NOT EXISTS (SELECT FROM ref.code AS k
                                     WHERE k.list = 'J195' AND k.code = p_reason
                                       AND coalesce(k.valid_to >= dir.today(), true))
                THEN 'reason'
                WHEN p_until <= v_now THEN 'until'
                WHEN (SELECT count(*) FROM cap.assignment AS a
                       WHERE a.place_id = p_place AND a.during @> v_now) >= 10 THEN 'many'
                ELSE 'ok' END
      INTO v_why
      FROM dir.place_now AS n
     WHERE n.place_id = p_place;
    IF v_why IS DISTINCT FROM 'ok' THEN
        RETURN QUERY SELECT coalesce(v_why, 'unknown'), NULL::integer;
        RETURN;
    END IF;
    BEGIN
        INSERT INTO cap.assignment (place_id, reason, during, account_id)
        VALUES (p_place, p_reason, tstzrange(v_now, p_until), p_account)
        RETURNING id INTO v_id;
    EXCEPTION WHEN exclusion_violation THEN
        RETURN QUERY SELECT 'duplicate', NULL::integer;
        RETURN;
    END;
    -- Who has the page open notices: its version is over.
    UPDATE cap.place_state AS s
       SET version = s.version + 1, xid = pg_current_xact_id()
     WHERE s.place_id = p_place;
    RETURN QUERY SELECT 'ok', v_id;
END
$$;
COMMENT ON FUNCTION cap.assignment_add IS 'One row: the new assignment of a place, from now on, or why not';

-- outcome: ok, unknown (not of that place, or over), denied.  Its figures stay
-- in the ledger.
CREATE FUNCTION cap.assignment_end(
    p_account bigint, p_place bigint, p_assignment integer)
RETURNS TABLE (outcome text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    v_now timestamptz;
BEGIN
    PERFORM cap.place_take(ARRAY[p_place]);
    v_now := clock_timestamp();
    IF NOT EXISTS (SELECT FROM auth.grant_place AS g
                    WHERE g.account_id = p_account AND g.role = 'bed_manager'
                      AND g.place_id = p_place) THEN
        RETURN QUERY SELECT 'denied';
        RETURN;
    END IF;
    UPDATE cap.assignment AS a
       SET during = tstzrange(lower(a.during), v_now), ended_by = p_account
     WHERE a.id = p_assignment AND a.place_id = p_place AND a.during @> v_now
       AND lower(a.during) < v_now;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'unknown';
        RETURN;
    END IF;
    UPDATE cap.place_state AS s
       SET version = s.version + 1, xid = pg_current_xact_id()
     WHERE s.place_id = p_place;
    RETURN QUERY SELECT 'ok';
END
$$;
COMMENT ON FUNCTION cap.assignment_end IS 'One row: an assignment is over from now on, or why not';

-- What of a save deserves a second look (DOMAIN 4), only where it changes
-- something.  kind:
--   installed  the number of installed ones changes (an authorisation)
--   over       available + occupied + reserved > installed - closed + mobilised,
--              of what is given: nobody is asked about a figure not on the board
--   subset     an assignment has more beds than its place
--   jump       far outside the place's own last 60 days: beyond the median
--              plus or minus max(5, 4 x median absolute deviation) of its 500
--              newest values, when there are 14 at least; of what varies
--              (DISPO_*, OCC, RES, SUPPL_MOB)
-- The simple mode's available ones are compared with the total.
CREATE FUNCTION cap.save_warn(
    p_mode text, p_obs_place bigint[], p_obs_assignment integer[],
    p_obs_indicator smallint[], p_obs_value integer[], p_now timestamptz)
RETURNS TABLE (place_id bigint, assignment_id integer, kind text,
               indicator_id smallint, before integer, after integer,
               low integer, high integer)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH obs AS MATERIALIZED (
    SELECT o.place_id, o.assignment_id, o.indicator_id, o.value, k.id AS known_as,
           c.value AS before
      FROM unnest(p_obs_place, p_obs_assignment, p_obs_indicator, p_obs_value)
        AS o (place_id, assignment_id, indicator_id, value)
      CROSS JOIN LATERAL (
            SELECT CASE WHEN p_mode = 'simple' AND o.assignment_id = 0
                             AND o.indicator_id = 4 THEN 20::smallint
                        ELSE o.indicator_id END AS id) AS k
      LEFT JOIN cap.current AS c
        ON c.place_id = o.place_id AND c.assignment_id = o.assignment_id
           AND c.indicator_id = k.id
), changed AS MATERIALIZED (
    SELECT o.* FROM obs AS o WHERE o.value IS DISTINCT FROM o.before
), held AS (
    -- What the changed places would have in service: the new value, else the
    -- one in force.
    SELECT x.place_id,
           sum(v.value) FILTER (WHERE i.id = 1) AS installed,
           coalesce(sum(v.value) FILTER (WHERE i.id IN (2, 3)), 0) AS closed,
           coalesce(sum(v.value) FILTER (WHERE i.id = 9), 0) AS mobilised,
           sum(o.value) FILTER (WHERE i.id IN (4, 5, 6, 7, 8)) AS used
      FROM (SELECT DISTINCT c.place_id FROM changed AS c WHERE c.indicator_id <= 9) AS x
      JOIN ref.indicator AS i ON i.id <= 9
      LEFT JOIN dir.place_now AS n ON n.place_id = x.place_id
      LEFT JOIN ref.ttl AS t ON t.nature = n.nature AND t.valid @> dir.today()
      LEFT JOIN obs AS o
        ON o.place_id = x.place_id AND o.assignment_id = 0 AND o.indicator_id = i.id
      LEFT JOIN cap.current AS c
        ON c.place_id = x.place_id AND c.assignment_id = 0 AND c.indicator_id = i.id
      CROSS JOIN LATERAL (
            SELECT CASE WHEN o.place_id IS NOT NULL THEN o.value
                        WHEN i.volatile AND c.effective_at
                             <= p_now - make_interval(secs => t.ttl_s) THEN NULL
                        ELSE c.value END AS value) AS v
     GROUP BY x.place_id
)
SELECT c.place_id, c.assignment_id, 'installed', c.indicator_id, c.before, c.value,
       NULL::integer, NULL::integer
  FROM changed AS c
 WHERE c.indicator_id = 1 AND c.assignment_id = 0 AND c.before IS NOT NULL
 UNION ALL
SELECT h.place_id, 0, 'over', NULL, NULL, h.used::integer, NULL,
       (h.installed - h.closed + h.mobilised)::integer
  FROM held AS h
 WHERE h.used > h.installed - h.closed + h.mobilised
   AND EXISTS (SELECT FROM changed AS c WHERE c.place_id = h.place_id AND c.assignment_id = 0)
 UNION ALL
SELECT c.place_id, c.assignment_id, 'subset', c.indicator_id, c.before, c.value,
       NULL, h.installed::integer
  FROM changed AS c
  JOIN held AS h ON h.place_id = c.place_id
 WHERE c.indicator_id = 1 AND c.assignment_id <> 0 AND c.value > h.installed
 UNION ALL
SELECT c.place_id, 0, 'jump', c.indicator_id, c.before, c.value,
       greatest(0, ceil(m.median - d.spread))::integer,
       floor(m.median + d.spread)::integer
  FROM changed AS c
  CROSS JOIN LATERAL (
        SELECT array_agg(p.value) AS past
          FROM (SELECT o.value
                  FROM cap.observation AS o
                 WHERE o.place_id = c.place_id AND o.assignment_id = 0
                   AND o.indicator_id = c.known_as
                   AND o.effective_at > p_now - interval '60 days'
                   AND o.recorded_at > p_now - interval '61 days'
                   AND o.value IS NOT NULL
                 ORDER BY o.effective_at DESC
                 LIMIT 500) AS p) AS h
  CROSS JOIN LATERAL (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x.value) AS median
          FROM unnest(h.past) AS x (value)) AS m
  CROSS JOIN LATERAL (
        SELECT greatest(5, 4 * percentile_cont(0.5)
                   WITHIN GROUP (ORDER BY abs(x.value - m.median))) AS spread
          FROM unnest(h.past) AS x (value)) AS d
 WHERE c.assignment_id = 0 AND c.indicator_id BETWEEN 4 AND 9
   AND cardinality(h.past) >= 14
   AND abs(c.value - m.median) > d.spread
 ORDER BY 1, 2, 4 NULLS LAST, 3;
END
$$;
COMMENT ON FUNCTION cap.save_warn IS 'One row per warning of a save: what changes, and the bounds it is outside of';

-- cap.save() of a board, that asks first: unless p_confirmed, a save with a
-- warning is not written; its places say warn, unless one is refused anyway.
CREATE FUNCTION cap.save_ask(
    p_confirmed boolean, p_account bigint, p_mode text, p_key uuid,
    p_place bigint[], p_version bigint[], p_comment text[],
    p_obs_place bigint[], p_obs_assignment integer[],
    p_obs_indicator smallint[], p_obs_value integer[])
RETURNS TABLE (place_id bigint, outcome text, version bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    v_now  timestamptz;
    v_warn bigint[];
BEGIN
    -- The usual save changes little or nothing: history is asked only then.
    IF NOT p_confirmed AND EXISTS (
        SELECT FROM unnest(p_obs_place, p_obs_assignment, p_obs_indicator, p_obs_value)
                 AS o (place_id, assignment_id, indicator_id, value)
          LEFT JOIN cap.current AS c
            ON c.place_id = o.place_id AND c.assignment_id = o.assignment_id
               AND c.indicator_id = o.indicator_id
         WHERE o.value IS DISTINCT FROM c.value) THEN
        v_now := clock_timestamp();
        v_warn := ARRAY(SELECT w.place_id
                          FROM cap.save_warn(p_mode, p_obs_place, p_obs_assignment,
                                             p_obs_indicator, p_obs_value, v_now) AS w);
        IF cardinality(v_warn) > 0
           AND NOT EXISTS (SELECT FROM cap.entry AS e
                            WHERE e.key = p_key AND e.account_id = p_account) THEN
            RETURN QUERY
            SELECT k.place_id,
                   CASE WHEN k.outcome = 'ok' AND k.place_id = ANY (v_warn)
                        THEN 'warn' ELSE k.outcome END, k.version
              FROM cap.save_check(p_account, 'save', NULL, p_place, p_version,
                                  p_obs_place, p_obs_assignment, p_obs_indicator,
                                  p_obs_value, v_now) AS k
             ORDER BY k.place_id;
            RETURN;
        END IF;
    END IF;
    RETURN QUERY
    SELECT s.place_id, s.outcome, s.version
      FROM cap.save(p_account, p_mode, p_key, '01', NULL, p_place, p_version,
                    p_comment, p_obs_place, p_obs_indicator, p_obs_value,
                    p_obs_assignment) AS s;
END
$$;
COMMENT ON FUNCTION cap.save_ask IS 'One row per place: a save of a board, which asks before it writes what looks wrong';
REVOKE ALL ON FUNCTION cap.assignment_add, cap.assignment_end, cap.save_warn, cap.save_ask FROM PUBLIC;
