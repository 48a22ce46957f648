-- What was in force at an instant, as known at a cut.
SET ROLE ror_owner;

-- One seek a figure: the newest effective one at p_at among what was recorded
-- at or before p_known.  Written as one statement, so that it is planned with
-- the question around it; cap.current says which figures a place ever had.
CREATE FUNCTION cap.known_at(p_place bigint[], p_at timestamptz, p_known timestamptz)
RETURNS TABLE (place_id bigint, assignment_id integer, indicator_id smallint,
               value integer, effective_at timestamptz, recorded_at timestamptz,
               source text, entry_id bigint, expires_at timestamptz)
LANGUAGE sql STABLE
BEGIN ATOMIC
SELECT c.place_id, c.assignment_id, c.indicator_id, v.value, v.effective_at,
       v.recorded_at, v.source, v.entry_id,
       CASE WHEN i.volatile THEN v.effective_at + make_interval(secs => t.ttl_s) END
  FROM cap.current AS c
  JOIN ref.indicator AS i ON i.id = c.indicator_id
 CROSS JOIN LATERAL (
        SELECT o.value, o.effective_at, o.recorded_at, o.source, o.entry_id
          FROM cap.observation AS o
         WHERE o.place_id = c.place_id AND o.assignment_id = c.assignment_id
           AND o.indicator_id = c.indicator_id AND o.effective_at <= p_at
           AND o.recorded_at <= p_known
         ORDER BY o.effective_at DESC, o.recorded_at DESC, o.entry_id DESC
         LIMIT 1) AS v
  LEFT JOIN dir.place_now AS n ON n.place_id = c.place_id
  LEFT JOIN ref.ttl AS t
    ON t.nature = coalesce(n.nature, '01')
       AND t.valid @> (p_at AT TIME ZONE 'Europe/Paris')::date
 WHERE c.place_id = ANY (p_place);
END;
COMMENT ON FUNCTION cap.known_at IS 'One row per figure of some places: the value of an instant as the ledger told it at a cut (infinity: as it tells now); over when expires_at <= p_at; value null = retracted';
REVOKE ALL ON FUNCTION cap.known_at FROM PUBLIC;
