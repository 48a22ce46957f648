-- Undoing is writing: who lost the right to a place since the save has lost
-- this too.  As in 0060 otherwise.
SET ROLE ror_owner;

CREATE OR REPLACE FUNCTION cap.undo(p_account bigint, p_entry bigint)
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
    IF v_place IS NULL OR e.account_id IS DISTINCT FROM p_account OR e.kind <> 'save'
       OR EXISTS (SELECT FROM unnest(v_place) AS x (id)
                   WHERE NOT EXISTS (SELECT FROM auth.grant_place AS g
                                      WHERE g.account_id = p_account AND g.role = 'bed_manager'
                                        AND g.place_id = x.id)) THEN
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
