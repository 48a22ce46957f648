-- The audit is read: what each filter of its page looks for has an index, and
-- a function is the only way in, for who administers the whole.  Each index ends with
-- (at, id), the order of the page, so that a page costs what it shows.
SET ROLE ror_owner;

DROP INDEX audit.event_at;
CREATE INDEX event_at ON audit.event (at, id);
CREATE INDEX event_name ON audit.event (event, at, id);
CREATE INDEX event_account ON audit.event (account_id, at, id) WHERE account_id IS NOT NULL;
CREATE INDEX event_address ON audit.event (address, at, id) WHERE address IS NOT NULL;
CREATE INDEX event_by ON audit.event ((detail ->> 'by'), at, id) WHERE (detail ->> 'by') IS NOT NULL;
CREATE INDEX event_reason ON audit.event ((detail ->> 'reason'), at, id) WHERE (detail ->> 'reason') IS NOT NULL;

-- Events of a period, the newest first, p_most of them, before the event
-- p_before when there is one.  p_accounts: whose they are, or who did them.
-- Planned anew at each call: which index is right depends on what is asked.
CREATE FUNCTION audit.journal(p_reader bigint, p_from timestamptz, p_to timestamptz, p_events text[],
                              p_accounts bigint[], p_address inet, p_reason text,
                              p_before bigint, p_most integer)
RETURNS TABLE (id bigint, at timestamptz, event text, account_id bigint, address inet, detail jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    v_at timestamptz := 'infinity';
    v_id bigint := coalesce(p_before, 0);
    v_most integer := least(greatest(p_most, 1), 5001);
BEGIN
    IF NOT EXISTS (SELECT FROM auth.grant AS g
                    WHERE g.account_id = p_reader AND g.role = 'admin' AND g.scope = 'france'
                      AND g.valid @> now()) THEN
        RETURN;
    END IF;
    IF p_before IS NOT NULL THEN
        SELECT e.at INTO v_at FROM audit.event AS e WHERE e.id = p_before;
        IF NOT FOUND THEN
            RETURN;
        END IF;
    END IF;
    IF p_events IS NOT NULL AND p_accounts IS NULL AND p_address IS NULL AND p_reason IS NULL THEN
        -- The newest of each kind, then the newest of those: a kind that is
        -- rare costs no walk through those that are not.
        RETURN QUERY
        SELECT x.id, x.at, x.event, x.account_id, x.address, x.detail
          FROM unnest(p_events) AS k (event)
         CROSS JOIN LATERAL (
               SELECT e.*
                 FROM audit.event AS e
                WHERE e.event = k.event AND e.at >= p_from AND e.at < p_to
                  AND (e.at, e.id) < (v_at, v_id)
                ORDER BY e.at DESC, e.id DESC
                LIMIT v_most) AS x
         ORDER BY x.at DESC, x.id DESC
         LIMIT v_most;
        RETURN;
    END IF;
    IF p_accounts IS NOT NULL THEN
        -- The same by account: theirs, and what they did to others.
        RETURN QUERY
        SELECT x.id, x.at, x.event, x.account_id, x.address, x.detail
          FROM unnest(p_accounts) AS k (account_id)
         CROSS JOIN LATERAL (
               (SELECT e.*
                  FROM audit.event AS e
                 WHERE e.account_id = k.account_id AND e.at >= p_from AND e.at < p_to
                   AND (e.at, e.id) < (v_at, v_id)
                   AND (p_events IS NULL OR e.event = ANY (p_events))
                   AND (p_address IS NULL OR e.address = p_address)
                   AND (p_reason IS NULL OR e.detail ->> 'reason' = p_reason)
                 ORDER BY e.at DESC, e.id DESC
                 LIMIT v_most)
                UNION ALL
               (SELECT e.*
                  FROM audit.event AS e
                 WHERE e.detail ->> 'by' = k.account_id::text AND e.at >= p_from AND e.at < p_to
                   AND coalesce(e.account_id, 0) <> ALL (p_accounts)
                   AND (e.at, e.id) < (v_at, v_id)
                   AND (p_events IS NULL OR e.event = ANY (p_events))
                   AND (p_address IS NULL OR e.address = p_address)
                   AND (p_reason IS NULL OR e.detail ->> 'reason' = p_reason)
                 ORDER BY e.at DESC, e.id DESC
                 LIMIT v_most)) AS x
         ORDER BY x.at DESC, x.id DESC
         LIMIT v_most;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT e.id, e.at, e.event, e.account_id, e.address, e.detail
      FROM audit.event AS e
     WHERE e.at >= p_from AND e.at < p_to
       AND (e.at, e.id) < (v_at, v_id)
       AND (p_events IS NULL OR e.event = ANY (p_events))
       AND (p_address IS NULL OR e.address = p_address)
       AND (p_reason IS NULL OR e.detail ->> 'reason' = p_reason)
     ORDER BY e.at DESC, e.id DESC
     LIMIT v_most;
END
$$;
COMMENT ON FUNCTION audit.journal IS 'One row per event that an administrator of France asked for; nobody else gets any';
REVOKE ALL ON FUNCTION audit.journal FROM PUBLIC;
