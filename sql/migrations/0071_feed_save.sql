-- cap.feed_save(): the only way for a feed's values into the ledger.
SET ROLE ror_owner;

-- An indicator is a closed tuple of codes: this is its name on the wire.
ALTER TABLE ref.indicator ADD COLUMN tuple text UNIQUE GENERATED ALWAYS AS
    (status || '/' || horizon || '/' || coalesce(gender, '-') || '/' || coalesce(closing, '-')
     || '/' || coalesce(extra, '-') || '/' || coalesce(crisis, '-')) STORED;
COMMENT ON COLUMN ref.indicator.tuple IS 'status/horizon/gender/closing/extra/crisis, codes of R330 R331 R332 R333 R334 R336, - for none';

CREATE TYPE cap.feed_value AS (
    assignment_id integer,
    indicator_id  smallint,
    value         integer,
    effective_at  timestamptz,
    source        text
);
COMMENT ON TYPE cap.feed_value IS 'One observation that a feed is about to make of a place';

-- The place that a feed means.  outcome: ok; denied (no such site among its
-- own), unknown (no such code there), several.
CREATE FUNCTION cap.feed_place(
    p_feed bigint, p_site text, p_code text, OUT outcome text, OUT place_id bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_sites  bigint;
    v_places bigint;
BEGIN
    SELECT count(*), count(DISTINCT n.place_id), min(n.place_id)
      INTO v_sites, v_places, place_id
      FROM auth.feed_site AS s
      JOIN dir.structure AS e ON e.finess = s.site
      LEFT JOIN dir.place_code AS c ON c.site_id = e.id AND c.code = p_code
      LEFT JOIN dir.place_now AS n ON n.place_id = c.place_id AND n.site_id = e.id
     WHERE s.feed_id = p_feed AND s.valid @> now()
       AND (p_site IS NULL OR s.site = p_site);
    outcome := CASE WHEN v_sites = 0 THEN 'denied' WHEN v_places = 0 THEN 'unknown'
                    WHEN v_places > 1 THEN 'several' ELSE 'ok' END;
END
$$;
COMMENT ON FUNCTION cap.feed_place IS 'The place that a feed names by a code, with or without its site; or why there is none';

-- What the place would hold with these values breaks a rule of DOMAIN 4:
-- closed, extra, or null.  A value that comes late is held against its own time.
CREATE FUNCTION cap.feed_rule(p_place bigint, p_value cap.feed_value[]) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog
BEGIN ATOMIC
SELECT CASE WHEN m.closed > m.installed THEN 'closed'
            WHEN m.mobilised > m.mobilisable THEN 'extra' END
  FROM (SELECT sum(v.value) FILTER (WHERE v.id = 1) AS installed,
               sum(v.value) FILTER (WHERE v.id IN (2, 3)) AS closed,
               sum(v.value) FILTER (WHERE v.id = 9) AS mobilised,
               sum(v.value) FILTER (WHERE v.id IN (10, 11)) AS mobilisable
          FROM (SELECT i.id,
                       CASE WHEN o.indicator_id IS NOT NULL THEN o.value
                            WHEN c.effective_at > t.at THEN cap.value_at(p_place, i.id, t.at)
                            ELSE c.value END AS value
                  FROM unnest('{1,2,3,9,10,11}'::smallint[]) AS i (id)
                 CROSS JOIN (SELECT max(x.effective_at) AS at FROM unnest(p_value) AS x) AS t
                  LEFT JOIN cap.current AS c
                    ON c.place_id = p_place AND c.assignment_id = 0 AND c.indicator_id = i.id
                  LEFT JOIN unnest(p_value) AS o
                    ON o.assignment_id = 0 AND o.indicator_id = i.id) AS v) AS m;
END;
COMMENT ON FUNCTION cap.feed_rule IS 'The rule that these values of a place would break, or null';

-- The total of available ones at p_at: what is given, and what holds of the
-- other parts.
CREATE FUNCTION cap.feed_total(p_place bigint, p_value cap.feed_value[], p_at timestamptz, p_ttl_s integer)
RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN (SELECT sum(CASE WHEN o.indicator_id IS NOT NULL THEN o.value
                            WHEN coalesce(c.last_confirmed_at, c.effective_at)
                                 > p_at - make_interval(secs => p_ttl_s) THEN c.value END)::integer
              FROM unnest('{4,5,6}'::smallint[]) AS i (id)
              LEFT JOIN cap.current AS c
                ON c.place_id = p_place AND c.assignment_id = 0 AND c.indicator_id = i.id
              LEFT JOIN unnest(p_value) AS o
                ON o.assignment_id = 0 AND o.indicator_id = i.id);
END
$$;
COMMENT ON FUNCTION cap.feed_total IS 'Available ones in all, when these values hold; null when none is known';

-- What the ledger did not need to be told until p_at, and needs now that an
-- other value comes before: the figure, and the total that it is part of.
CREATE FUNCTION cap.feed_confirmed(
    p_place bigint, p_said cap.feed_value, p_at timestamptz, p_write cap.feed_value[])
RETURNS cap.feed_value[]
LANGUAGE sql STABLE
SET search_path = pg_catalog
BEGIN ATOMIC
SELECT array_agg(ROW(c.assignment_id, c.indicator_id, c.value, p_at, c.source)::cap.feed_value)
  FROM cap.current AS c
 WHERE c.place_id = p_place AND c.assignment_id = (p_said).assignment_id
   AND (c.indicator_id = (p_said).indicator_id
        OR c.indicator_id = 20 AND (p_said).indicator_id IN (4, 5, 6))
   AND c.effective_at < p_at
   AND NOT EXISTS (SELECT FROM unnest(p_write) AS w
                    WHERE w.assignment_id = c.assignment_id
                      AND w.indicator_id = c.indicator_id AND w.effective_at = p_at);
END;
COMMENT ON FUNCTION cap.feed_confirmed IS 'Confirmations that were not written, as observations';

-- Checked values into the ledger and, where nothing newer holds, into
-- cap.current.
CREATE FUNCTION cap.feed_write(
    p_feed text, p_place bigint, p_value cap.feed_value[], p_now timestamptz)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_entry bigint := nextval('cap.entry_id_seq');
BEGIN
    WITH entry AS (
        INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places)
        VALUES (v_entry, p_feed, 'feed', p_value[1].source, p_now, 1)
    ), ledger AS (
        INSERT INTO cap.observation (place_id, assignment_id, indicator_id, value,
                                     effective_at, recorded_at, source, entry_id)
        SELECT p_place, v.assignment_id, v.indicator_id, v.value, v.effective_at,
               p_now, v.source, v_entry
          FROM unnest(p_value) AS v
        RETURNING *
    )
    INSERT INTO cap.current AS c
    SELECT DISTINCT ON (l.assignment_id, l.indicator_id)
           l.place_id, l.assignment_id, l.indicator_id, l.value,
           l.effective_at, l.recorded_at, l.source, l.entry_id
      FROM ledger AS l
     ORDER BY l.assignment_id, l.indicator_id, l.effective_at DESC
        ON CONFLICT (place_id, assignment_id, indicator_id) DO UPDATE
       SET value = EXCLUDED.value, effective_at = EXCLUDED.effective_at,
           recorded_at = EXCLUDED.recorded_at, source = EXCLUDED.source,
           entry_id = EXCLUDED.entry_id, last_confirmed_at = NULL
     WHERE c.effective_at <= EXCLUDED.effective_at;
    RETURN v_entry;
END
$$;
COMMENT ON FUNCTION cap.feed_write IS 'One entry of a feed with its observations of a place; returns the entry';

-- One request about one place, which the caller has locked: all of its
-- operations or none.  docs/adr/0040 says what each case becomes.
-- outcome: ok, or indicator, nature, assignment, future, past, locked, manual,
-- before (the place came back from manual entry later), absent, twice,
-- conflict, closed, extra; op counts from 1.
CREATE FUNCTION cap.feed_change(
    p_feed text, p_default text, p_place bigint, p_version bigint, p_now timestamptz,
    p_op text[], p_tuple text[], p_assignment text[], p_value integer[],
    p_effective timestamptz[], p_nature text[], p_source text[],
    OUT outcome text, OUT op integer, OUT detail text, OUT version bigint,
    OUT touched_at timestamptz)
LANGUAGE plpgsql
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    s record;
    k record;
    t record;
    v cap.feed_value;
    v_write   cap.feed_value[] := '{}';	-- into the ledger
    v_given   cap.feed_value[] := '{}';	-- what holds of now on
    v_confirm smallint[] := '{}';
    v_of      integer[] := '{}';		-- assignments of v_confirm
    v_parts   boolean := false;		-- of the total, in order of time
    v_moved   boolean := false;
    v_rules   boolean := false;
    v_same    boolean := true;			-- nothing but repetitions
    v_late    timestamptz;			-- the total is wrong from here on
    v_last    timestamptz;
    v_total   integer;
    v_entry   bigint;
    v_old     record;
BEGIN
    SELECT x.nature, x.locked, x.locked_reason, h.mode, h.since, l.ttl_s,
           p.version, p.touched_at
      INTO s
      FROM cap.place_state AS p
      JOIN dir.place_now AS x ON x.place_id = p.place_id
      JOIN ref.ttl AS l ON l.nature = x.nature AND l.valid @> dir.today()
      LEFT JOIN cap.channel AS h ON h.place_id = p.place_id
     WHERE p.place_id = p_place;
    version := s.version;
    touched_at := s.touched_at;
    IF s.mode = 'manual' THEN
        outcome := 'manual';
        detail := to_char(s.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
        RETURN;
    END IF;

    FOR i IN 1..cardinality(p_op) LOOP
        op := i;
        v.effective_at := coalesce(p_effective[i], p_now);
        v.value := p_value[i];
        v.source := coalesce(p_source[i], p_default);
        SELECT d.id, d.code, a.id AS assignment_id, c.value, c.effective_at, c.last_confirmed_at,
               c.source, c.entry_id
          INTO k
          FROM ref.indicator AS d
          LEFT JOIN cap.assignment AS a
            ON p_assignment[i] <> '01' AND a.place_id = p_place
               AND a.reason = p_assignment[i] AND a.during @> v.effective_at
          LEFT JOIN cap.current AS c
            ON c.place_id = p_place AND c.indicator_id = d.id
               AND c.assignment_id = CASE WHEN p_assignment[i] = '01' THEN 0 ELSE a.id END
         WHERE d.tuple = p_tuple[i] AND NOT d.derived;
        detail := k.code;
        v.indicator_id := k.id;
        v.assignment_id := CASE WHEN p_assignment[i] = '01' THEN 0 ELSE k.assignment_id END;
        outcome := CASE
            WHEN k.id IS NULL THEN 'indicator'
            WHEN p_nature[i] <> s.nature THEN 'nature'
            WHEN v.effective_at > p_now + interval '5 minutes' THEN 'future'
            WHEN v.effective_at < p_now - interval '3 years' THEN 'past'
            WHEN s.locked @> v.effective_at THEN 'locked'
            -- Kept back while people typed: it buries nothing.
            WHEN s.mode = 'feed' AND v.effective_at < s.since THEN 'before'
            WHEN v.assignment_id IS NULL THEN 'assignment'
            WHEN k.value IS NULL AND p_op[i] <> 'add' THEN 'absent' END;
        IF outcome = 'locked' THEN
            detail := s.locked_reason;
        ELSIF outcome = 'before' THEN
            detail := to_char(s.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
        END IF;
        IF outcome IS NULL AND EXISTS (
               SELECT FROM unnest(v_given) AS g
                WHERE g.assignment_id = v.assignment_id AND g.indicator_id = v.indicator_id) THEN
            outcome := 'twice';
        END IF;
        IF outcome IS NOT NULL THEN
            RETURN;
        END IF;
        v_given := v_given || v;
        v_rules := v_rules OR v.assignment_id = 0 AND v.indicator_id IN (1, 2, 3, 9, 10, 11);

        IF k.effective_at > v.effective_at
           OR k.last_confirmed_at > v.effective_at AND k.value IS DISTINCT FROM v.value THEN
            -- Something newer holds.  A confirmation that the ledger did not
            -- need is needed now, between the two.
            IF k.effective_at <= v.effective_at THEN
                v_write := v_write || cap.feed_confirmed(p_place, v, k.last_confirmed_at, v_write);
            END IF;
            SELECT o.value, o.effective_at INTO v_old
              FROM cap.observation AS o
             WHERE o.place_id = p_place AND o.assignment_id = v.assignment_id
               AND o.indicator_id = v.indicator_id AND o.effective_at <= v.effective_at
             ORDER BY o.effective_at DESC, o.recorded_at DESC, o.entry_id DESC
             LIMIT 1;
            IF v_old.value IS NOT DISTINCT FROM v.value AND v_old.effective_at
                   > v.effective_at - make_interval(secs => s.ttl_s / 4) THEN
                CONTINUE;		-- said before, or nothing new at that time
            END IF;
            v_same := false;
            v_write := v_write || v;
            IF v.assignment_id = 0 AND v.indicator_id IN (4, 5, 6) THEN
                v_late := least(v_late, v.effective_at);
            END IF;
            CONTINUE;
        END IF;

        IF k.value = v.value AND k.effective_at = v.effective_at THEN
            CONTINUE;			-- the same request again
        END IF;
        v_same := false;
        v_last := greatest(v_last, v.effective_at);
        v_parts := v_parts OR v.assignment_id = 0 AND v.indicator_id IN (4, 5, 6);
        IF k.value = v.value
           AND v.effective_at < k.effective_at + make_interval(secs => s.ttl_s / 4) THEN
            v_confirm := v_confirm || v.indicator_id;
            v_of := v_of || v.assignment_id;
        ELSE
            v_moved := v_moved OR k.value IS DISTINCT FROM v.value;
            v_write := v_write || v;
        END IF;
    END LOOP;
    op := NULL;
    detail := NULL;

    -- A repetition is answered as the first time, whatever it then asked for.
    IF v_same THEN
        outcome := 'ok';
        RETURN;
    END IF;
    IF p_version <> s.version THEN
        outcome := 'conflict';
        RETURN;
    END IF;
    IF v_rules THEN
        outcome := cap.feed_rule(p_place, v_given);
        IF outcome IS NOT NULL THEN
            RETURN;
        END IF;
    END IF;

    IF v_parts THEN
        SELECT c.value, c.effective_at, greatest(c.effective_at, p.at) AS newest INTO t
          FROM (SELECT max(x.effective_at) AS at FROM cap.current AS x
                 WHERE x.place_id = p_place AND x.assignment_id = 0
                   AND x.indicator_id IN (4, 5, 6)) AS p
          LEFT JOIN cap.current AS c
            ON c.place_id = p_place AND c.assignment_id = 0 AND c.indicator_id = 20;
        IF t.newest > v_last OR v_late IS NOT NULL OR EXISTS (
               SELECT FROM unnest(v_given) AS g
                WHERE g.assignment_id = 0 AND g.indicator_id IN (4, 5, 6)
                  AND g.effective_at <> v_last) THEN
            -- Parts at several instants: the ledger says what held when.
            v_late := least(v_late, (SELECT min(g.effective_at) FROM unnest(v_given) AS g
                                      WHERE g.assignment_id = 0 AND g.indicator_id IN (4, 5, 6)));
        ELSE
            v_total := cap.feed_total(p_place, v_given, v_last, s.ttl_s);
            IF v_total IS NOT DISTINCT FROM t.value
               AND v_last < t.effective_at + make_interval(secs => s.ttl_s / 4) THEN
                v_confirm := v_confirm || 20::smallint;
                v_of := v_of || 0;
            ELSE
                v_moved := v_moved OR v_total IS DISTINCT FROM t.value;
                v_write := v_write || ROW(0, 20, v_total, v_last,
                                          coalesce(p_source[1], p_default))::cap.feed_value;
            END IF;
        END IF;
    END IF;

    IF cardinality(v_write) > 0 THEN
        v_entry := cap.feed_write(p_feed, p_place, v_write, p_now);
        IF v_late IS NOT NULL THEN
            PERFORM cap.total_rederive(ARRAY[p_place], v_late, v_entry, p_now, p_default);
        END IF;
    END IF;
    IF cardinality(v_confirm) > 0 THEN
        UPDATE cap.current AS c
           SET last_confirmed_at = greatest(c.last_confirmed_at, v_last)
          FROM unnest(v_of, v_confirm) AS x (assignment_id, indicator_id)
         WHERE c.place_id = p_place AND c.assignment_id = x.assignment_id
           AND c.indicator_id = x.indicator_id;
    END IF;
    UPDATE cap.place_state AS p
       SET version = p.version + v_moved::integer,
           touched_at = greatest(p.touched_at, v_last),
           source = CASE WHEN v_last >= p.touched_at OR p.touched_at IS NULL
                         THEN coalesce(p_source[1], p_default) ELSE p.source END,
           account_id = CASE WHEN v_last >= p.touched_at OR p.touched_at IS NULL
                             THEN NULL ELSE p.account_id END,
           xid = pg_current_xact_id()
     WHERE p.place_id = p_place
    RETURNING p.version, p.touched_at INTO version, touched_at;
    outcome := 'ok';
END
$$;
COMMENT ON FUNCTION cap.feed_change IS 'What one request of a feed says of one place: written, confirmed, or why not';

-- Requests of one feed in one round trip: its token, the places, the values.
--   p_token        64 hexadecimal digits; here only their hash is compared
--   p_certificate  what identifies the certificate that nginx verified
--   p_site, p_code, p_version: one element per request; site null = among all
--                  of the feed's, version null = whichever
--   p_request      of each operation: its request, from 1, ascending
--   p_op           replace, add, delete; p_assignment: R337, 01 = none
--   p_value        null with delete; p_effective null = the instant recorded
--   p_nature, p_source null = not said
-- Returns one row per request; outcomes of cap.feed_place() and
-- cap.feed_change().  Or one row, request null: token or suspended.
CREATE FUNCTION cap.feed_save(
    p_token text, p_certificate text[], p_site text[], p_code text[],
    p_version bigint[], p_request integer[], p_op text[], p_tuple text[],
    p_assignment text[], p_value integer[], p_effective timestamptz[],
    p_nature text[], p_source text[])
RETURNS TABLE (request integer, outcome text, op integer, detail text,
               version bigint, touched_at timestamptz, feed text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    f       record;
    w       record;
    v_place bigint[];
    v_why   text[];
    v_lo    integer := 1;
    v_hi    integer;
    v_now   timestamptz;
BEGIN
    SELECT x.id, x.name, x.source, x.certificate, x.suspended_reason INTO f
      FROM auth.feed_token AS t
      JOIN auth.feed AS x ON x.id = t.feed_id
     WHERE t.token_sha256 = sha256(decode(p_token, 'hex')) AND t.expires_at > now();
    IF NOT FOUND OR f.certificate IS NOT NULL AND f.certificate <> ALL (p_certificate) THEN
        RETURN QUERY SELECT NULL::integer, 'token', NULL::integer, NULL::text,
                            NULL::bigint, NULL::timestamptz, f.name;
        RETURN;
    ELSIF f.suspended_reason IS NOT NULL THEN
        RETURN QUERY SELECT NULL::integer, 'suspended', NULL::integer, f.suspended_reason,
                            NULL::bigint, NULL::timestamptz, f.name;
        RETURN;
    END IF;

    FOR r IN 1..cardinality(p_code) LOOP
        SELECT x.outcome, x.place_id INTO w
          FROM cap.feed_place(f.id, p_site[r], p_code[r]) AS x;
        v_why[r] := w.outcome;
        v_place[r] := w.place_id;
    END LOOP;
    -- One place is locked where it stands; several in one order.
    IF cardinality(v_place) = 1 THEN
        PERFORM s.version FROM cap.place_state AS s
          WHERE s.place_id = v_place[1]
            FOR UPDATE;
    END IF;
    IF cardinality(v_place) > 1 OR NOT FOUND THEN
        PERFORM cap.place_take(array_remove(v_place, NULL));
    END IF;
    PERFORM pg_advisory_xact_lock_shared(cap.cut_lock());
    v_now := clock_timestamp();
    PERFORM cap.feed_heard(f.id, v_place, v_now);

    FOR r IN 1..cardinality(p_code) LOOP
        v_hi := v_lo;
        WHILE p_request[v_hi + 1] = r LOOP
            v_hi := v_hi + 1;
        END LOOP;
        IF v_why[r] = 'ok' THEN
            RETURN QUERY
            SELECT r, c.outcome, c.op, c.detail, c.version, least(c.touched_at, v_now), f.name
              FROM cap.feed_change(f.name, f.source, v_place[r], p_version[r], v_now,
                       p_op[v_lo:v_hi], p_tuple[v_lo:v_hi], p_assignment[v_lo:v_hi],
                       p_value[v_lo:v_hi], p_effective[v_lo:v_hi], p_nature[v_lo:v_hi],
                       p_source[v_lo:v_hi]) AS c;
        ELSE
            RETURN QUERY SELECT r, v_why[r], NULL::integer, NULL::text, NULL::bigint,
                                NULL::timestamptz, f.name;
        END IF;
        v_lo := v_hi + 1;
    END LOOP;
END
$$;
COMMENT ON FUNCTION cap.feed_save IS 'One row per request of a feed: the only way for its values into the ledger; a request is all or nothing, a batch is not';
REVOKE ALL ON FUNCTION cap.feed_place, cap.feed_rule, cap.feed_total,
              cap.feed_confirmed, cap.feed_write, cap.feed_change, cap.feed_save
  FROM PUBLIC;
