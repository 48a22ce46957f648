-- Capacity complete: crisis variants, assignments, kinds of entries, and
-- cap.save() for every indicator, for corrections and for undoing.
SET ROLE ror_owner;

ALTER TABLE ref.indicator ADD COLUMN crisis text;
COMMENT ON COLUMN ref.indicator.crisis IS 'R336; null = no crisis';
INSERT INTO ref.indicator (id, code, label, status, extra, horizon, volatile, simple, derived, crisis) VALUES
    (21, 'SUPPL_SRH_PMIE', 'Supplémentaires mobilisables sans RH, PMIE 1', '06', '02', '01', false, false, false, '01'),
    (22, 'SUPPL_ARH_PMIE', 'Supplémentaires mobilisables avec RH, PMIE 1', '06', '03', '01', false, false, false, '01'),
    (23, 'SUPPL_SRH_SSE',  'Supplémentaires mobilisables sans RH, SSE',    '06', '02', '01', false, false, false, '02'),
    (24, 'SUPPL_ARH_SSE',  'Supplémentaires mobilisables avec RH, SSE',    '06', '03', '01', false, false, false, '02');

-- A subset of a place's beds under a label, for a time.  Its figures have its
-- number as assignment_id and are in no total: those are of assignment 0.
CREATE TABLE cap.assignment (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place_id   bigint NOT NULL REFERENCES dir.place (id),
    reason     text NOT NULL CHECK (reason <> '01'),
    during     tstzrange NOT NULL CHECK (NOT isempty(during)),
    account_id bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_by   bigint,
    EXCLUDE USING gist (place_id WITH =, reason WITH =, during WITH &&)
);
COMMENT ON TABLE cap.assignment IS 'One row per temporary assignment of a place, reason (R337, never 01 Aucune) and period';

-- One entry may say a figure at several instants: the totals that a late value
-- moves.  Effective time before entry: what was true when is then one seek.
ALTER TABLE cap.observation DROP CONSTRAINT observation_pkey;
ALTER TABLE cap.observation
  ADD PRIMARY KEY (place_id, assignment_id, indicator_id, effective_at, entry_id, recorded_at);

ALTER TABLE cap.entry
  ADD COLUMN kind text NOT NULL DEFAULT 'save' CHECK (kind IN ('save', 'correction', 'undo')),
  ADD COLUMN reason text CHECK (length(reason) BETWEEN 1 AND 200),
  ADD COLUMN undoes bigint UNIQUE REFERENCES cap.entry (id),
  ADD CHECK ((kind = 'correction') = (reason IS NOT NULL)),
  ADD CHECK ((kind = 'undo') = (undoes IS NOT NULL));
CREATE INDEX entry_account ON cap.entry (account_id, id) WHERE account_id IS NOT NULL;

ALTER TABLE cap.current ADD COLUMN last_confirmed_at timestamptz;
COMMENT ON COLUMN cap.current.last_confirmed_at IS 'Newest equal value of a feed that the ledger did not need (docs/adr); null = effective_at says it';

-- The value in force at an instant, as the ledger knows it now; an expired
-- one is null.  Source: DOMAIN 5, carry-forward limits.
CREATE FUNCTION cap.value_at(p_place bigint, p_indicator smallint, p_at timestamptz)
RETURNS integer
LANGUAGE sql STABLE
SET search_path = pg_catalog
BEGIN ATOMIC
SELECT CASE WHEN NOT i.volatile OR v.effective_at > p_at - make_interval(secs => t.ttl_s)
            THEN v.value END
  FROM ref.indicator AS i
  CROSS JOIN LATERAL (
        SELECT o.value, o.effective_at
          FROM cap.observation AS o
         WHERE o.place_id = p_place AND o.assignment_id = 0
           AND o.indicator_id = p_indicator AND o.effective_at <= p_at
         ORDER BY o.effective_at DESC, o.recorded_at DESC, o.entry_id DESC
         LIMIT 1) AS v
  LEFT JOIN dir.place_now AS n ON n.place_id = p_place
  LEFT JOIN ref.ttl AS t
    ON t.nature = coalesce(n.nature, '01') AND t.valid @> (p_at AT TIME ZONE 'Europe/Paris')::date
 WHERE i.id = p_indicator;
END;
COMMENT ON FUNCTION cap.value_at IS 'The value of a place''s indicator in force at an instant, null when unknown, retracted or expired then';

-- The total of available ones at every instant from p_from on at which one of
-- its parts is said, where it is not what the ledger says already.
CREATE FUNCTION cap.total_rederive(
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
    SELECT i.place_id, i.at,
           (SELECT sum(cap.value_at(i.place_id, k.id, i.at))::integer
              FROM unnest('{4,5,6}'::smallint[]) AS k (id)) AS value
      FROM instant AS i
), ledger AS (
    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at,
                                 recorded_at, source, entry_id)
    SELECT t.place_id, 20, t.value, t.at, p_now, p_source, p_entry
      FROM total AS t
     WHERE t.value IS DISTINCT FROM cap.value_at(t.place_id, 20::smallint, t.at)
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
COMMENT ON FUNCTION cap.total_rederive IS 'Write the derived total again where values that came late moved it, from an instant on; returns the rows it took';

DROP FUNCTION cap.save, cap.save_write, cap.save_check;

-- Whether a scope takes in a place; inlined.  Beside a row of dir.place_now
-- found by its number it costs nothing; auth.grant_place lists whole scopes.
CREATE FUNCTION auth.scope_covers(p_scope text, p_code text, n dir.place_now)
RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN CASE p_scope
       WHEN 'france' THEN true
       WHEN 'region' THEN n.region_code = p_code
       WHEN 'departement' THEN n.departement_code = p_code
       WHEN 'ej' THEN n.ej_finess = p_code
       WHEN 'eg' THEN n.site_finess = p_code
       ELSE n.unit_ids @> ARRAY[p_code::bigint]
       END;
COMMENT ON FUNCTION auth.scope_covers IS 'Whether a grant''s scope and code take in a place of today';
CREATE OR REPLACE VIEW auth.grant_place AS
SELECT g.account_id, g.role, p.place_id
  FROM auth.grant_now AS g
  JOIN dir.place_now AS p ON auth.scope_covers(g.scope, g.code, p);

-- These three are plpgsql for one reason: it keeps their plans for the session,
-- where a function in SQL plans anew at every call and that costs more than
-- running it (3.3 ms a save against 0.6).

-- What would be wrong with saving these places now, one row each.
CREATE FUNCTION cap.save_check(
    p_account bigint, p_kind text, p_effective timestamptz, p_place bigint[],
    p_version bigint[], p_obs_place bigint[], p_obs_assignment integer[],
    p_obs_indicator smallint[], p_obs_value integer[], p_now timestamptz)
RETURNS TABLE (place_id bigint, outcome text, version bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH obs AS MATERIALIZED (
    SELECT o.*
      FROM unnest(p_obs_place, p_obs_assignment, p_obs_indicator, p_obs_value)
        AS o (place_id, assignment_id, indicator_id, value)
), stray AS MATERIALIZED (
    SELECT o.place_id
      FROM obs AS o
     WHERE o.assignment_id <> 0
       AND NOT EXISTS (SELECT FROM cap.assignment AS a
                        WHERE a.id = o.assignment_id
                          AND a.place_id = o.place_id
                          AND a.during @> coalesce(p_effective, p_now))
), ruled AS (
    -- What the places would hold: the new values, else those in force.  Sets,
    -- not a look-up per place: a page of 50 would scan obs for each.
    SELECT o.place_id, o.indicator_id, o.value
      FROM obs AS o
     WHERE o.assignment_id = 0
     UNION ALL
    SELECT c.place_id, c.indicator_id, c.value
      FROM cap.current AS c
     WHERE p_kind <> 'correction' AND c.place_id = ANY (p_place)
       AND c.assignment_id = 0 AND c.indicator_id IN (1, 2, 3, 9, 10, 11)
       AND NOT EXISTS (SELECT FROM obs AS o
                        WHERE o.place_id = c.place_id AND o.assignment_id = 0
                          AND o.indicator_id = c.indicator_id)
     UNION ALL
    SELECT x.id, i.id, cap.value_at(x.id, i.id, p_effective)
      FROM unnest(p_place) AS x (id)
     CROSS JOIN unnest('{1,2,3,9,10,11}'::smallint[]) AS i (id)
     WHERE p_kind = 'correction'
       AND NOT EXISTS (SELECT FROM obs AS o
                        WHERE o.place_id = x.id AND o.assignment_id = 0
                          AND o.indicator_id = i.id)
), held AS MATERIALIZED (
    SELECT v.place_id,
           sum(v.value) FILTER (WHERE v.indicator_id = 1) AS installed,
           sum(v.value) FILTER (WHERE v.indicator_id IN (2, 3)) AS closed,
           sum(v.value) FILTER (WHERE v.indicator_id = 9) AS mobilised,
           sum(v.value) FILTER (WHERE v.indicator_id IN (10, 11)) AS mobilisable
      FROM ruled AS v
     GROUP BY v.place_id
)
SELECT x.id,
       CASE WHEN n.place_id IS NULL THEN 'unknown'
            WHEN NOT EXISTS (SELECT FROM auth.grant AS g
                              WHERE g.account_id = p_account
                                AND g.valid @> p_now
                                AND (g.role = 'bed_manager'
                                     OR g.role = 'steward' AND p_kind = 'correction')
                                AND auth.scope_covers(g.scope, g.code, n)) THEN 'denied'
            WHEN n.locked @> coalesce(p_effective, p_now) THEN 'locked'
            WHEN p_effective > p_now + interval '5 minutes' THEN 'future'
            WHEN p_kind = 'correction'
                 AND p_effective < p_now - interval '14 days'
                 AND NOT EXISTS (SELECT FROM auth.grant AS g
                                  WHERE g.account_id = p_account
                                    AND g.valid @> p_now AND g.role = 'steward'
                                    AND auth.scope_covers(g.scope, g.code, n)) THEN 'old'
            WHEN coalesce(s.version, 0) <> x.version THEN 'conflict'
            WHEN x.id IN (SELECT y.place_id FROM stray AS y)
            THEN 'assignment'
            WHEN m.closed > m.installed THEN 'closed'
            WHEN m.mobilised > m.mobilisable THEN 'extra'
            ELSE 'ok'
       END,
       coalesce(s.version, 0)
  FROM unnest(p_place, p_version) AS x (id, version)
  LEFT JOIN dir.place_now AS n ON n.place_id = x.id
  LEFT JOIN cap.place_state AS s ON s.place_id = x.id
  LEFT JOIN held AS m ON m.place_id = x.id
 ORDER BY x.id;
END
$$;
COMMENT ON FUNCTION cap.save_check IS 'One row per place: ok, or why a save is refused';

-- Write checked observations.  A save now derives the total from what is given
-- and what holds of DISPO_*, and retracting all of them retracts it: nobody may
-- read yesterday's total.  A correction leaves that to cap.total_rederive(); an
-- undo gives the total itself.
CREATE FUNCTION cap.save_write(
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
), moved AS (
    SELECT o.place_id, bool_or(o.value IS DISTINCT FROM c.value
           AND coalesce(c.effective_at <= p_effective, true)) AS moved
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
    RETURNING *
), current AS (
    INSERT INTO cap.current AS c
    SELECT l.place_id, l.assignment_id, l.indicator_id, l.value,
           l.effective_at, l.recorded_at, l.source, l.entry_id
      FROM ledger AS l
     ORDER BY l.place_id, l.assignment_id, l.indicator_id
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
COMMENT ON FUNCTION cap.save_write IS 'One row per place written, with its new version; only functions that checked call it';

-- Take the places of a save, in one order, so that two whole-page saves can't
-- block each other; makes the states that are missing.
CREATE FUNCTION cap.place_take(p_place bigint[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
BEGIN
INSERT INTO cap.place_state (place_id)
SELECT x.id
  FROM unnest(p_place) AS x (id)
  JOIN dir.place AS p ON p.id = x.id
 WHERE NOT EXISTS (SELECT FROM cap.place_state AS s WHERE s.place_id = x.id)
 ORDER BY x.id
    ON CONFLICT DO NOTHING;
PERFORM s.version
  FROM cap.place_state AS s
 WHERE s.place_id = ANY (p_place)
 ORDER BY s.place_id
   FOR UPDATE;
END
$$;
COMMENT ON FUNCTION cap.place_take IS 'Lock the states of places in the order of their numbers, for the transaction';

-- One save of one or many places, all or nothing.
--   p_mode        simple or full: what the board showed
--   p_effective   null = the instant it is recorded; a correction says when
--   p_place, p_version, p_comment: one element per place; comment null = as it was
--   p_obs_*       the observations: place, indicator, value (null = retracted);
--                 assignment null = none of them is of an assignment
--   p_kind        save, or correction with p_reason: then every DISPO_* that
--                 held is given, or it goes on holding
-- Returns one row per place.  outcome: ok, replayed (this key was saved
-- before), conflict, locked, denied, unknown, closed (closed > installed),
-- extra (mobilised > mobilisable), assignment (not of the place, or over),
-- future, old (beyond 14 days and no steward).  Unless every row says ok or
-- replayed, nothing was written.
CREATE FUNCTION cap.save(
    p_account bigint, p_mode text, p_key uuid, p_source text,
    p_effective timestamptz, p_place bigint[], p_version bigint[],
    p_comment text[], p_obs_place bigint[], p_obs_indicator smallint[],
    p_obs_value integer[], p_obs_assignment integer[] DEFAULT NULL,
    p_kind text DEFAULT 'save', p_reason text DEFAULT NULL)
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
    v_assignment integer[] := coalesce(p_obs_assignment,
        array_fill(0, ARRAY[cardinality(p_obs_place)]));
BEGIN
    IF NOT p_obs_place <@ p_place THEN
        RAISE EXCEPTION 'cap.save: observation of a place that is not saved';
    END IF;
    IF p_kind NOT IN ('save', 'correction')
       OR p_kind = 'correction' AND p_effective IS NULL THEN
        RAISE EXCEPTION 'cap.save: a correction says when';
    END IF;
    IF cardinality(p_place) = 0 THEN
        RETURN;
    END IF;
    PERFORM cap.place_take(p_place);

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
      FROM cap.save_check(p_account, p_kind, p_effective, p_place, p_version,
                          p_obs_place, v_assignment, p_obs_indicator,
                          p_obs_value, v_now) AS k;
    IF v_why <> array_fill('ok'::text, ARRAY[cardinality(v_why)]) THEN
        RETURN QUERY
        SELECT x.* FROM unnest(v_place, v_why, v_seen) AS x;
        RETURN;
    END IF;

    INSERT INTO cap.entry (key, account_id, mode, kind, reason, source, recorded_at, n_places)
    VALUES (p_key, p_account, p_mode, p_kind, p_reason, p_source, v_now, cardinality(p_place))
    RETURNING id INTO v_entry;
    SELECT array_agg(w.place_id), array_agg(w.version)
      INTO v_place, v_seen
      FROM cap.save_write(v_entry, p_mode, p_kind, p_account, p_source,
                          coalesce(p_effective, v_now), v_now, p_place,
                          p_comment, p_obs_place, v_assignment,
                          p_obs_indicator, p_obs_value) AS w;
    IF p_kind = 'correction' THEN
        PERFORM cap.total_rederive(p_place, p_effective, v_entry, v_now, p_source);
    END IF;
    RETURN QUERY
    SELECT x.place_id, 'ok', x.version
      FROM unnest(v_place, v_seen) AS x (place_id, version)
     ORDER BY x.place_id;
END
$$;
COMMENT ON FUNCTION cap.save IS 'One row per place: the only way for a person''s values into the ledger, all or nothing';

-- What held before an observation was made, for undoing it: assignments have
-- no limit of their own but their place's.
CREATE FUNCTION cap.value_before(p_said cap.observation, p_recorded timestamptz)
RETURNS integer
LANGUAGE sql STABLE
SET search_path = pg_catalog
BEGIN ATOMIC
SELECT CASE WHEN NOT i.volatile
              OR v.effective_at > (p_said).effective_at - make_interval(secs => t.ttl_s)
            THEN v.value END
  FROM ref.indicator AS i
  CROSS JOIN LATERAL (
        SELECT o.value, o.effective_at
          FROM cap.observation AS o
         WHERE o.place_id = (p_said).place_id
           AND o.assignment_id = (p_said).assignment_id
           AND o.indicator_id = (p_said).indicator_id
           AND o.recorded_at < p_recorded
           AND o.effective_at <= (p_said).effective_at
         ORDER BY o.effective_at DESC, o.recorded_at DESC, o.entry_id DESC
         LIMIT 1) AS v
  LEFT JOIN dir.place_now AS n ON n.place_id = (p_said).place_id
  LEFT JOIN ref.ttl AS t
    ON t.nature = coalesce(n.nature, '01') AND t.valid @> (p_recorded AT TIME ZONE 'Europe/Paris')::date
 WHERE i.id = (p_said).indicator_id;
END;
COMMENT ON FUNCTION cap.value_before IS 'The value that an observation replaced, null when there was none or it had expired';

-- Undo one's own last save, within 10 minutes, as long as nobody said anything
-- of these places since: a new entry of the same effective instant gives each
-- figure what held before it (null where nothing did, or had expired).
-- outcome: ok, replayed (undone before), unknown (not one's own save), late,
-- changed.
CREATE FUNCTION cap.undo(p_account bigint, p_entry bigint)
RETURNS TABLE (place_id bigint, outcome text, version bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
#variable_conflict use_column
DECLARE
    v_now    timestamptz;
    v_at     timestamptz;
    v_entry  bigint;
    v_place  bigint[];
    v_why    text;
    e        cap.entry;
    obs      record;
BEGIN
    SELECT x.* INTO e FROM cap.entry AS x WHERE x.id = p_entry;
    SELECT array_agg(DISTINCT o.place_id), min(o.effective_at)
      INTO v_place, v_at
      FROM cap.observation AS o
     WHERE o.entry_id = p_entry AND o.recorded_at = e.recorded_at;
    IF v_place IS NULL OR e.account_id IS DISTINCT FROM p_account OR e.kind <> 'save' THEN
        RETURN QUERY SELECT NULL::bigint, 'unknown', NULL::bigint;
        RETURN;
    END IF;
    PERFORM cap.place_take(v_place);
    PERFORM pg_advisory_xact_lock_shared(cap.cut_lock());
    v_now := clock_timestamp();
    v_why := CASE
        WHEN EXISTS (SELECT FROM cap.entry AS x WHERE x.undoes = p_entry) THEN 'replayed'
        WHEN e.recorded_at < v_now - interval '10 minutes' THEN 'late'
        WHEN EXISTS (SELECT FROM cap.observation AS o
                       JOIN cap.current AS c
                         ON (c.place_id, c.assignment_id, c.indicator_id)
                            = (o.place_id, o.assignment_id, o.indicator_id)
                      WHERE o.entry_id = p_entry AND o.recorded_at = e.recorded_at
                        AND c.entry_id <> p_entry)
          OR EXISTS (SELECT FROM cap.entry AS x
                      WHERE x.account_id = p_account AND x.id > p_entry
                        AND x.kind = 'save') THEN 'changed'
        ELSE 'ok' END;
    IF v_why = 'ok' THEN
        INSERT INTO cap.entry (account_id, mode, kind, undoes, source, recorded_at, n_places)
        VALUES (p_account, e.mode, 'undo', p_entry, e.source, v_now, e.n_places)
        RETURNING id INTO v_entry;
        SELECT array_agg(o.place_id) AS place, array_agg(o.assignment_id) AS assignment,
               array_agg(o.indicator_id) AS indicator, array_agg(b.value) AS value
          INTO obs
          FROM cap.observation AS o
          LEFT JOIN LATERAL cap.value_before(o, e.recorded_at) AS b (value) ON true
         WHERE o.entry_id = p_entry AND o.recorded_at = e.recorded_at;
        PERFORM cap.save_write(v_entry, e.mode, 'undo', p_account, e.source, v_at,
                v_now, v_place, ARRAY(
                    SELECT CASE WHEN EXISTS (SELECT FROM cap.remark AS r
                                              WHERE r.place_id = x.id AND r.entry_id = p_entry)
                                THEN coalesce((SELECT r.text FROM cap.remark AS r
                                                WHERE r.place_id = x.id AND r.entry_id < p_entry
                                                ORDER BY r.entry_id DESC
                                                LIMIT 1), '') END
                      FROM unnest(v_place) WITH ORDINALITY AS x (id, rank)
                     ORDER BY x.rank),
                obs.place, obs.assignment, obs.indicator, obs.value);
    END IF;
    RETURN QUERY
    SELECT s.place_id, v_why, s.version
      FROM cap.place_state AS s
     WHERE s.place_id = ANY (v_place)
     ORDER BY s.place_id;
END
$$;
COMMENT ON FUNCTION cap.undo IS 'One row per place of the save that is undone by a new entry, or why not';
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA cap FROM PUBLIC;
