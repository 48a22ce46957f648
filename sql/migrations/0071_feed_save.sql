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

-- One request about one place, which the caller has locked: all of its
-- operations (p_lo to p_hi of the arrays) or none.  docs/adr/0040 says what each
-- case becomes.  outcome: ok, or indicator, nature, assignment, future, past,
-- locked, manual, before (the place came back from manual entry later), absent,
-- twice, conflict, closed, extra; op counts from 1.
--
-- Called by cap.feed_save() alone, thousands of times a second: few statements,
-- and no settings of its own, which would cost as much as one.
CREATE FUNCTION cap.feed_change(
    p_feed text, p_default text, p_place bigint, p_expected bigint,
    p_version bigint, p_touched_at timestamptz, p_now timestamptz,
    p_lo integer, p_hi integer, p_op text[], p_tuple text[], p_assignment text[],
    p_value integer[], p_effective timestamptz[], p_nature text[], p_source text[],
    OUT outcome text, OUT op integer, OUT detail text, OUT version bigint,
    OUT touched_at timestamptz)
LANGUAGE plpgsql
AS $$
DECLARE
    k record;
    t record;
    o record;
    v cap.feed_value;
    v_day     date := (p_now AT TIME ZONE 'Europe/Paris')::date;
    v_write   cap.feed_value[] := '{}';	-- into the ledger
    v_given   cap.feed_value[] := '{}';	-- all that the request says
    v_confirm smallint[] := '{}';
    v_of      integer[] := '{}';		-- assignments of v_confirm
    v_moved   boolean := false;
    v_rules   boolean := false;
    v_same    boolean := true;			-- nothing but repetitions
    v_last    timestamptz;			-- newest of what holds now
    v_quarter interval;				-- of the carry-forward limit
    -- Of the parts of the total: whether one holds now, which are given, their
    -- sum, the instants they are of, and from when on the total is wrong.
    v_parts   boolean := false;
    v_ids     smallint[] := '{}';
    v_sum     integer;
    v_from    timestamptz;
    v_to      timestamptz;
    v_late    timestamptz;
    v_total   integer;
    v_entry   bigint;
    v_part    boolean;
BEGIN
    version := p_version;
    touched_at := p_touched_at;
    FOR i IN p_lo..p_hi LOOP
        op := i - p_lo + 1;
        v.effective_at := coalesce(p_effective[i], p_now);
        v.value := p_value[i];
        v.source := coalesce(p_source[i], p_default);
        v.assignment_id := 0;
        IF p_assignment[i] <> '01' THEN
            v.assignment_id := (SELECT a.id FROM cap.assignment AS a
                                 WHERE a.place_id = p_place AND a.reason = p_assignment[i]
                                   AND a.during @> v.effective_at);
        END IF;
        SELECT n.nature, n.locked, n.locked_reason, h.mode, h.since, l.ttl_s, d.id, d.code,
               c.value, c.effective_at, c.last_confirmed_at, c.source
          INTO k
          FROM dir.place_now AS n
          JOIN ref.ttl AS l ON l.nature = n.nature AND l.valid @> v_day
          LEFT JOIN cap.channel AS h ON h.place_id = p_place
          LEFT JOIN ref.indicator AS d ON d.tuple = p_tuple[i] AND NOT d.derived
          LEFT JOIN cap.current AS c
            ON c.place_id = p_place AND c.assignment_id = v.assignment_id
               AND c.indicator_id = d.id
         WHERE n.place_id = p_place;
        v.indicator_id := k.id;
        v_quarter := make_interval(secs => k.ttl_s / 4);
        detail := k.code;
        outcome := CASE
            WHEN k.mode = 'manual' THEN 'manual'
            WHEN k.id IS NULL THEN 'indicator'
            WHEN p_nature[i] <> k.nature THEN 'nature'
            WHEN v.effective_at > p_now + interval '5 minutes' THEN 'future'
            WHEN v.effective_at < p_now - interval '3 years' THEN 'past'
            WHEN k.locked @> v.effective_at THEN 'locked'
            -- Kept back while people typed: it buries nothing.
            WHEN k.mode = 'feed' AND v.effective_at < k.since THEN 'before'
            WHEN v.assignment_id IS NULL THEN 'assignment'
            WHEN k.value IS NULL AND p_op[i] <> 'add' THEN 'absent' END;
        IF outcome IS NULL AND i > p_lo AND EXISTS (
               SELECT FROM unnest(v_given) AS g
                WHERE g.assignment_id = v.assignment_id AND g.indicator_id = v.indicator_id) THEN
            outcome := 'twice';
        END IF;
        IF outcome IS NOT NULL THEN
            detail := CASE WHEN outcome = 'locked' THEN k.locked_reason
                           WHEN outcome IN ('before', 'manual') THEN
                                to_char(k.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                           ELSE detail END;
            RETURN;
        END IF;
        v_given := v_given || v;
        v_rules := v_rules OR v.assignment_id = 0 AND v.indicator_id IN (1, 2, 3, 9, 10, 11);
        v_part := v.assignment_id = 0 AND v.indicator_id IN (4, 5, 6);
        IF v_part THEN
            v_ids := v_ids || v.indicator_id;
            v_sum := coalesce(v_sum + v.value, v_sum, v.value);
            v_from := least(v_from, v.effective_at);
            v_to := greatest(v_to, v.effective_at);
        END IF;

        IF k.effective_at > v.effective_at
           OR k.last_confirmed_at > v.effective_at AND k.value IS DISTINCT FROM v.value THEN
            -- Something newer holds.  A confirmation that the ledger did not
            -- need is needed now, between the two.
            IF k.effective_at <= v.effective_at THEN
                v_write := v_write || cap.feed_confirmed(p_place, v, k.last_confirmed_at, v_write);
            END IF;
            SELECT x.value, x.effective_at INTO o
              FROM cap.observation AS x
             WHERE x.place_id = p_place AND x.assignment_id = v.assignment_id
               AND x.indicator_id = v.indicator_id AND x.effective_at <= v.effective_at
             ORDER BY x.effective_at DESC, x.recorded_at DESC, x.entry_id DESC
             LIMIT 1;
            IF o.value IS NOT DISTINCT FROM v.value
               AND o.effective_at > v.effective_at - v_quarter THEN
                CONTINUE;		-- said before, or nothing new at that time
            END IF;
            v_same := false;
            v_write := v_write || v;
            IF v_part THEN
                v_late := least(v_late, v.effective_at);
            END IF;
        ELSIF k.value = v.value AND k.effective_at = v.effective_at THEN
            CONTINUE;			-- the same request again
        ELSE
            v_same := false;
            v_last := greatest(v_last, v.effective_at);
            v_parts := v_parts OR v_part;
            IF k.value = v.value AND v.effective_at < k.effective_at + v_quarter THEN
                v_confirm := v_confirm || v.indicator_id;
                v_of := v_of || v.assignment_id;
            ELSE
                v_moved := v_moved OR k.value IS DISTINCT FROM v.value;
                v_write := v_write || v;
            END IF;
        END IF;
    END LOOP;
    op := NULL;
    detail := NULL;

    -- A repetition is answered as the first time, whatever it then asked for.
    outcome := CASE WHEN v_same THEN 'ok' WHEN p_expected <> p_version THEN 'conflict' END;
    IF outcome IS NULL AND v_rules THEN
        outcome := cap.feed_rule(p_place, v_given);
    END IF;
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;

    IF v_parts THEN
        SELECT max(c.value) FILTER (WHERE c.indicator_id = 20) AS value,
               max(c.effective_at) FILTER (WHERE c.indicator_id = 20) AS effective_at,
               max(c.effective_at) AS newest,
               sum(c.value) FILTER (WHERE c.indicator_id <> 20 AND c.indicator_id <> ALL (v_ids)
                   AND coalesce(c.last_confirmed_at, c.effective_at) > v_to - 4 * v_quarter) AS rest
          INTO t
          FROM cap.current AS c
         WHERE c.place_id = p_place AND c.assignment_id = 0
           AND c.indicator_id IN (4, 5, 6, 20);
        IF t.newest > v_to OR v_late IS NOT NULL OR v_from < v_to THEN
            -- Parts at several instants: the ledger says what held when.
            v_late := least(v_late, v_from);
        ELSE
            v_total := coalesce(v_sum + t.rest, v_sum, t.rest);
            IF v_total IS NOT DISTINCT FROM t.value AND v_to < t.effective_at + v_quarter THEN
                v_confirm := v_confirm || 20::smallint;
                v_of := v_of || 0;
            ELSE
                v_moved := v_moved OR v_total IS DISTINCT FROM t.value;
                v_write := v_write || ROW(0, 20, v_total, v_to, v.source)::cap.feed_value;
            END IF;
        END IF;
    END IF;

    IF cardinality(v_write) > 0 THEN
        v_entry := nextval('cap.entry_id_seq');
        WITH entry AS (
            INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places)
            VALUES (v_entry, p_feed, 'feed', v.source, p_now, 1)
        ), ledger AS (
            INSERT INTO cap.observation (place_id, assignment_id, indicator_id, value,
                                         effective_at, recorded_at, source, entry_id)
            SELECT p_place, x.assignment_id, x.indicator_id, x.value, x.effective_at,
                   p_now, x.source, v_entry
              FROM unnest(v_write) AS x
        )
        -- Where nothing newer holds.
        INSERT INTO cap.current AS c
        SELECT DISTINCT ON (x.assignment_id, x.indicator_id)
               p_place, x.assignment_id, x.indicator_id, x.value, x.effective_at,
               p_now, x.source, v_entry
          FROM unnest(v_write) AS x
         ORDER BY x.assignment_id, x.indicator_id, x.effective_at DESC
            ON CONFLICT (place_id, assignment_id, indicator_id) DO UPDATE
           SET value = EXCLUDED.value, effective_at = EXCLUDED.effective_at,
               recorded_at = EXCLUDED.recorded_at, source = EXCLUDED.source,
               entry_id = EXCLUDED.entry_id, last_confirmed_at = NULL
         WHERE c.effective_at <= EXCLUDED.effective_at;
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
           source = CASE WHEN p.touched_at > v_last OR v_last IS NULL THEN p.source
                         ELSE v.source END,
           account_id = CASE WHEN p.touched_at > v_last OR v_last IS NULL THEN p.account_id END,
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
-- Returns one row per request; outcome: those of cap.feed_change(), and denied
-- (no such site among the feed's), unknown (no such code there), several
-- (places of that code).  Or one row, request null: token or suspended.
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
    s       record;
    v_place bigint[];
    v_why   text[];
    v_noted boolean;
    v_lo    integer := 1;
    v_hi    integer;
    v_now   timestamptz;
BEGIN
    SELECT x.id, x.name, x.source, x.certificate, x.suspended_reason,
           n.at IS NOT NULL AS noted
      INTO f
      FROM auth.feed_token AS t
      JOIN auth.feed AS x ON x.id = t.feed_id
      LEFT JOIN cap.feed_news AS n
        ON n.feed_id = x.id AND n.at = date_trunc('minute', now(), 'UTC')
     WHERE t.token_sha256 = sha256(decode(p_token, 'hex')) AND t.expires_at > now();
    feed := f.name;
    outcome := CASE WHEN f.id IS NULL
                      OR f.certificate IS NOT NULL AND f.certificate <> ALL (p_certificate)
                    THEN 'token'
                    WHEN f.suspended_reason IS NOT NULL THEN 'suspended' END;
    IF outcome IS NOT NULL THEN
        detail := f.suspended_reason;
        RETURN NEXT;
        RETURN;
    END IF;

    v_noted := f.noted;
    FOR r IN 1..cardinality(p_code) LOOP
        SELECT count(*) AS sites, min(n.place_id) AS place, max(n.place_id) AS other,
               count(h.place_id) AS noted
          INTO w
          FROM auth.feed_site AS d
          JOIN dir.structure AS e ON e.finess = d.site
          LEFT JOIN dir.place_code AS c ON c.site_id = e.id AND c.code = p_code[r]
          LEFT JOIN dir.place_now AS n ON n.place_id = c.place_id AND n.site_id = e.id
          LEFT JOIN cap.feed_place AS h
            ON h.feed_id = f.id AND h.place_id = n.place_id
               AND h.heard_at > now() - interval '1 minute'
         WHERE d.feed_id = f.id AND d.valid @> now()
           AND (p_site[r] IS NULL OR d.site = p_site[r]);
        v_why[r] := CASE WHEN w.sites = 0 THEN 'denied' WHEN w.place IS NULL THEN 'unknown'
                         WHEN w.place <> w.other THEN 'several' END;
        v_place[r] := CASE WHEN v_why[r] IS NULL THEN w.place END;
        v_noted := v_noted AND (w.noted > 0 OR v_place[r] IS NULL);
    END LOOP;
    -- Several places are locked in one order, and any when its turn comes;
    -- the states of new ones are made here.
    IF cardinality(v_place) > 1 OR v_place[1] IS NOT NULL AND NOT EXISTS (
           SELECT FROM cap.place_state AS x WHERE x.place_id = v_place[1]) THEN
        PERFORM cap.place_take(array_remove(v_place, NULL));
    END IF;

    FOR r IN 1..cardinality(p_code) LOOP
        v_hi := v_lo;
        WHILE p_request[v_hi + 1] = r LOOP
            v_hi := v_hi + 1;
        END LOOP;
        request := r;
        outcome := v_why[r];
        op := NULL;
        detail := NULL;
        version := NULL;
        touched_at := NULL;
        IF outcome IS NULL THEN
            SELECT x.version, x.touched_at INTO s
              FROM cap.place_state AS x
             WHERE x.place_id = v_place[r]
               FOR UPDATE;
            IF v_now IS NULL THEN
                -- Behind the locks; shared with other writers, exclusive of the
                -- cut: see cap.cut().
                PERFORM pg_advisory_xact_lock_shared(cap.cut_lock());
                v_now := clock_timestamp();
            END IF;
            SELECT c.outcome, c.op, c.detail, c.version, least(c.touched_at, v_now)
              INTO outcome, op, detail, version, touched_at
              FROM cap.feed_change(f.name, f.source, v_place[r], p_version[r], s.version,
                       s.touched_at, v_now, v_lo, v_hi, p_op, p_tuple, p_assignment,
                       p_value, p_effective, p_nature, p_source) AS c;
        END IF;
        RETURN NEXT;
        v_lo := v_hi + 1;
    END LOOP;
    IF NOT v_noted THEN
        PERFORM cap.feed_heard(f.id, v_place, coalesce(v_now, now()));
    END IF;
END
$$;
COMMENT ON FUNCTION cap.feed_save IS 'One row per request of a feed: the only way for its values into the ledger; a request is all or nothing, a batch is not';
REVOKE ALL ON FUNCTION cap.feed_rule, cap.feed_confirmed, cap.feed_change, cap.feed_save
  FROM PUBLIC;
