-- What the workers' copies of current values lack: asked with every page.
SET ROLE ror_owner;

-- Every place whose last writer the given snapshot could not see, that is:
-- exactly what committed since.  A sequence or a time would not do, a lower
-- one can commit later.  One row always comes, with place_id null when nothing
-- changed: it carries the snapshot to ask with next time and the generation
-- of the directory.  A null p_seen gives that row alone.
--
-- In recovery the snapshot's list of running transactions is not complete:
-- there it is cut at xmin, so that places can come twice but never fail to.
-- plpgsql keeps one plan for the session: planning this anew for each page
-- would cost more than running it.  The upper bound is always true; with it
-- the plan expects few rows and scans the index.
CREATE FUNCTION cap.changed_since(p_seen pg_snapshot)
RETURNS TABLE (seen text, generation bigint, place_id bigint, version bigint,
               touched_s bigint, source text, comment text, figures text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
ROWS 1
AS $$
#variable_conflict use_column
DECLARE
    v_now pg_snapshot := pg_current_snapshot();
BEGIN
    IF pg_is_in_recovery() THEN
        v_now := format('%s:%s:', pg_snapshot_xmin(v_now), pg_snapshot_xmin(v_now));
    END IF;
    RETURN QUERY
    SELECT v_now::text, g.number, c.place_id, c.version, c.touched_s, c.source,
           c.comment, c.figures
      FROM dir.generation AS g
      LEFT JOIN LATERAL (
            SELECT s.place_id,
                   s.version,
                   floor(extract(epoch FROM s.touched_at))::bigint AS touched_s,
                   s.source,
                   s.comment,
                   (SELECT string_agg(concat_ws(' ', k.indicator_id, k.value,
                                      floor(extract(epoch FROM k.effective_at))::bigint),
                                      ' ' ORDER BY k.indicator_id)
                      FROM cap.current AS k
                     WHERE k.place_id = s.place_id AND k.assignment_id = 0
                       AND k.value IS NOT NULL) AS figures
              FROM cap.place_state AS s
             WHERE s.xid >= pg_snapshot_xmin(p_seen)
               AND s.xid < pg_snapshot_xmax(pg_current_snapshot())
               AND NOT pg_visible_in_snapshot(s.xid, p_seen)) AS c ON true;
END
$$;
COMMENT ON FUNCTION cap.changed_since IS 'One row per place changed by transactions that p_seen could not see (or one without a place), with the next p_seen and the generation of the directory';
REVOKE ALL ON FUNCTION cap.changed_since FROM PUBLIC;
