-- A total said in the simple mode ends what a late value says of women and men.
--
-- The simple mode can't say them, so a simple save retracts those that hold.
-- One that comes before it afterwards (a correction, a feed that was late) was
-- not there to be retracted: it went on holding, and was added to what the
-- simple save had said was all there is.
SET ROLE ror_owner;

-- Retract them where the next simple save stands, within their time limit.
CREATE FUNCTION cap.part_end(
    p_place bigint[], p_from timestamptz, p_entry bigint, p_now timestamptz,
    p_source text)
RETURNS bigint
LANGUAGE sql
SET search_path = pg_catalog
BEGIN ATOMIC
WITH simple AS (
    SELECT x.id AS place_id, s.effective_at
      FROM unnest(p_place) AS x (id)
      LEFT JOIN dir.place_now AS n ON n.place_id = x.id
      LEFT JOIN ref.ttl AS t
        ON t.nature = coalesce(n.nature, '01')
           AND t.valid @> (p_from AT TIME ZONE 'Europe/Paris')::date
     CROSS JOIN LATERAL (
            SELECT o.effective_at
              FROM cap.observation AS o
              JOIN cap.entry AS e ON e.id = o.entry_id
             WHERE o.place_id = x.id AND o.assignment_id = 0 AND o.indicator_id = 4
               AND o.effective_at > p_from
               AND o.effective_at < p_from + make_interval(secs => t.ttl_s)
               AND e.mode = 'simple' AND e.kind = 'save'
             ORDER BY o.effective_at
             LIMIT 1) AS s
), ledger AS (
    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at,
                                 recorded_at, source, entry_id)
    SELECT s.place_id, k.id, NULL, s.effective_at, p_now, p_source, p_entry
      FROM simple AS s, unnest('{5,6}'::smallint[]) AS k (id)
     WHERE cap.value_at(s.place_id, k.id, s.effective_at) IS NOT NULL
       AND NOT EXISTS (SELECT FROM cap.observation AS o
                        WHERE o.place_id = s.place_id AND o.assignment_id = 0
                          AND o.indicator_id = k.id AND o.effective_at = s.effective_at)
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
           entry_id = EXCLUDED.entry_id, last_confirmed_at = NULL
     WHERE c.effective_at <= EXCLUDED.effective_at
)
SELECT count(*) FROM ledger;
END;
COMMENT ON FUNCTION cap.part_end IS 'Retract the women and men that came late before a save of the simple mode, from that save on; returns the rows it took';

ALTER FUNCTION cap.total_rederive RENAME TO total_rederive_alone;
COMMENT ON FUNCTION cap.total_rederive_alone IS 'Write the derived total again where late values moved it, once its parts are right; returns the rows it took';

CREATE FUNCTION cap.total_rederive(
    p_place bigint[], p_from timestamptz, p_entry bigint, p_now timestamptz,
    p_source text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    v_ends bigint := cap.part_end(p_place, p_from, p_entry, p_now, p_source);
BEGIN
    RETURN v_ends + cap.total_rederive_alone(p_place, p_from, p_entry, p_now, p_source);
END
$$;
COMMENT ON FUNCTION cap.total_rederive IS 'End late parts where a simple save stands, then write the derived total again where they moved it, from an instant on; returns the rows it took';
REVOKE ALL ON FUNCTION cap.part_end, cap.total_rederive, cap.total_rederive_alone FROM PUBLIC;
