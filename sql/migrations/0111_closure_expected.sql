-- A place whose beds are all closed as planned is not expected to report that
-- day (DOMAIN 5.7), as known at a cut: a closure counts at K when it was
-- recorded at or before K and not cancelled by then.  So planning and calling
-- off share the cut's lock, as saves do, and stamp behind it.
SET ROLE ror_owner;

-- Plan closures, all or nothing; one with p_replaces is a change.
-- outcome, the same on every row: ok, replayed (this key was saved), refused
-- (an error), confirm (a warning and p_confirmed is false), changed (what it
-- replaces was cancelled or changed meanwhile).
CREATE OR REPLACE FUNCTION cap.closure_save(
    p_account bigint, p_address inet, p_key uuid, p_confirmed boolean,
    p_place bigint[], p_from date[], p_to date[], p_beds integer[],
    p_reopenable boolean[], p_reason text[], p_replaces bigint[])
RETURNS TABLE (line integer, outcome text, field text, error text, warning text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
#variable_conflict use_column
DECLARE
    v_out text;
    v_now timestamptz;
    v_n   bigint;
BEGIN
    -- Two people planning the same place: the second sees the first's.
    PERFORM p.id FROM dir.place AS p WHERE p.id = ANY (p_place) ORDER BY p.id FOR UPDATE;
    PERFORM pg_advisory_xact_lock_shared(cap.cut_lock());
    v_now := clock_timestamp();
    IF EXISTS (SELECT FROM cap.closure AS c WHERE c.key = p_key) THEN
        v_out := 'replayed';
    ELSE
        SELECT CASE WHEN count(k.error) > 0 THEN 'refused'
                    WHEN count(k.warning) > 0 AND NOT p_confirmed THEN 'confirm' END
          INTO v_out
          FROM cap.closure_check(p_account, p_place, p_from, p_to, p_beds, p_reason, p_replaces) AS k;
    END IF;
    IF v_out IS NULL THEN
        UPDATE cap.closure AS c
           SET cancelled_by = p_account, cancelled_at = v_now
         WHERE c.id = ANY (p_replaces) AND c.cancelled_at IS NULL
           AND auth.may_close_place(p_account, c.place_id);
        GET DIAGNOSTICS v_n = ROW_COUNT;
        IF v_n <> cardinality(array_remove(p_replaces, NULL)) THEN
            UPDATE cap.closure AS c
               SET cancelled_by = NULL, cancelled_at = NULL
             WHERE c.id = ANY (p_replaces) AND c.cancelled_at = v_now;
            v_out := 'changed';
        END IF;
    END IF;
    IF v_out IS NULL THEN
        INSERT INTO cap.closure (key, line, place_id, unit_id, during, beds, reopenable,
                                 reason, account_id, recorded_at, replaces)
        SELECT p_key, x.line, x.place_id, n.unit_ids[1],
               daterange(x.from_day, x.to_day, '[]'), x.beds,
               x.reopenable, btrim(x.reason), p_account, v_now, x.replaces
          FROM unnest(p_place, p_from, p_to, p_beds, p_reopenable, p_reason, p_replaces)
               WITH ORDINALITY AS x (place_id, from_day, to_day, beds, reopenable, reason, replaces, line)
          JOIN dir.place_now AS n ON n.place_id = x.place_id;
        INSERT INTO audit.event (event, account_id, address, detail)
        VALUES ('closure_planned', p_account, p_address,
                jsonb_build_object('key', p_key, 'lines', cardinality(p_place)));
        v_out := 'ok';
    END IF;
    RETURN QUERY
    SELECT k.line, v_out,
           CASE WHEN v_out IN ('refused', 'confirm') THEN k.field END,
           CASE WHEN v_out = 'refused' THEN k.error END,
           CASE WHEN v_out IN ('refused', 'confirm') THEN k.warning END
      FROM cap.closure_check(p_account, p_place, p_from, p_to, p_beds, p_reason, p_replaces) AS k
     ORDER BY k.line;
END
$$;

-- Call a closure off.  One that runs keeps its days up to yesterday.
-- Outcome: ok, unknown, denied, over (cancelled or changed before, or past).
CREATE OR REPLACE FUNCTION cap.closure_cancel(p_account bigint, p_address inet, p_id bigint)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    c       cap.closure;
    v_now   timestamptz;
    v_today date;
BEGIN
    SELECT x.* INTO c FROM cap.closure AS x WHERE x.id = p_id FOR UPDATE;
    IF c.id IS NULL THEN
        RETURN 'unknown';
    ELSIF NOT auth.may_close_place(p_account, c.place_id) THEN
        RETURN 'denied';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(cap.cut_lock());
    v_now := clock_timestamp();
    SELECT (v_now AT TIME ZONE n.time_zone)::date INTO v_today
      FROM dir.place_now AS n
     WHERE n.place_id = c.place_id;
    IF c.cancelled_at IS NOT NULL OR upper(c.during) <= v_today THEN
        RETURN 'over';
    END IF;
    UPDATE cap.closure AS x
       SET cancelled_by = p_account, cancelled_at = v_now
     WHERE x.id = p_id;
    IF lower(c.during) < v_today THEN
        INSERT INTO cap.closure (key, line, place_id, unit_id, during, beds, reopenable,
                                 reason, account_id, recorded_at, replaces)
        VALUES (gen_random_uuid(), 1, c.place_id, c.unit_id,
                daterange(lower(c.during), v_today), c.beds, c.reopenable,
                c.reason, p_account, v_now, c.id);
    END IF;
    INSERT INTO audit.event (event, account_id, address, detail)
    VALUES ('closure_cancelled', p_account, p_address, jsonb_build_object('id', p_id));
    RETURN 'ok';
END
$$;

-- Nights look for what was said since the last cut.
CREATE INDEX closure_recorded ON cap.closure (recorded_at);
CREATE INDEX closure_cancelled ON cap.closure (cancelled_at) WHERE cancelled_at IS NOT NULL;

COMMENT ON TABLE mart.rpt_department_day IS 'One row per département, category, subset or not, civil day and vintage; add both subset rows for a category, only the false ones over categories. *_s are unit-seconds: beds x seconds over the places followed; known_s, expected_s, zero_s are place-seconds over the places expected: those whose beds are not all closed, by what was said or as planned; in_service_known_s and available_paired_s cover the same seconds, so do in_service_occ_s and occupied_paired_s: rates divide these; available_high_s = available_s + beds in service of the places expected in the seconds whose availability is unknown';
