-- Machines: programs that send capacities, that read them, or both; tokens that
-- are good for less than their account; an administrator of a part of the
-- country does not decide for all of it (docs/adr/0064).
SET ROLE ror_owner;

ALTER TABLE auth.feed
    ADD COLUMN may_send   boolean NOT NULL DEFAULT true,
    ADD COLUMN profile    text CHECK (profile IN ('P0', 'P1', 'P2', 'P3', 'P4', 'P5')),
    ADD COLUMN read_scope text NOT NULL DEFAULT 'sites'
        CHECK (read_scope IN ('sites', 'departement', 'region', 'france')),
    ADD COLUMN read_code  text,
    ADD CHECK ((read_scope IN ('departement', 'region')) = (read_code IS NOT NULL));
COMMENT ON TABLE auth.feed IS 'One row per machine; name = its OAuth2 client_id and cap.entry.feed; secrets as SHA-256, the previous one good until previous_until; certificate: 64 hexadecimal digits (SHA-256 of the certificate) or its subject (RFC 2253), demanded of every request when set; may_send: writes capacity of its sites; profile: reads, as DOMAIN 4 says of P0 to P5 (null = does not), over its sites or a territory (read_scope, read_code); created_by null = ror-db';

ALTER TABLE auth.feed_token
    ADD COLUMN may_send    boolean NOT NULL DEFAULT true,
    ADD COLUMN may_read    boolean NOT NULL DEFAULT false,
    ADD COLUMN sites       text[],
    ADD COLUMN certificate text CHECK (length(certificate) = 64);
COMMENT ON TABLE auth.feed_token IS 'One row per access token that was given out and not swept; here only its hash; sites: of the machine''s, these alone (null = all); certificate: SHA-256 of the one it was asked with, demanded wherever it is used (RFC 8705)';

-- What a machine is allowed makes no sense: right, profile, scope, null.
CREATE FUNCTION auth.machine_rights_error(p_send boolean, p_profile text, p_scope text, p_code text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog
RETURN CASE WHEN p_send IS NOT TRUE AND p_profile IS NULL THEN 'right'
            WHEN p_profile NOT IN ('P0', 'P1', 'P2', 'P3', 'P4', 'P5') THEN 'profile'
            WHEN p_scope IS NULL OR p_scope NOT IN ('sites', 'departement', 'region', 'france') THEN 'scope'
            WHEN p_scope IN ('sites', 'france') AND p_code IS NOT NULL THEN 'scope'
            WHEN p_scope = 'region' AND NOT EXISTS (SELECT FROM ref.region AS r WHERE r.code = p_code) THEN 'scope'
            WHEN p_scope = 'departement' AND NOT EXISTS (SELECT FROM ref.departement AS d WHERE d.code = p_code) THEN 'scope' END;
COMMENT ON FUNCTION auth.machine_rights_error IS 'The word of what is wrong with the rights of a machine, or null';

-- As in 0072, with scopes: « remontee », « consultation », FINESS numbers of
-- its sites; none asked = all that it has.  A token asked for over a verified
-- certificate is good over that one only.
CREATE OR REPLACE FUNCTION auth.feed_sign_in(
    p_name text, p_secret text, p_certificate text[], p_scope text[],
    p_token text, p_address inet,
    OUT outcome text, OUT scope text, OUT expires_s integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    f       auth.feed;
    v_hash  bytea := sha256(convert_to(p_secret, 'UTF8'));
    v_held  text[];
    v_right text[];
    v_site  text[];
BEGIN
    SELECT x.* INTO f FROM auth.feed AS x WHERE x.name = p_name;
    SELECT coalesce(array_agg(s.site ORDER BY s.site), '{}') INTO v_site
      FROM auth.feed_site AS s
     WHERE s.feed_id = f.id AND s.valid @> now();
    v_held := array_remove(ARRAY[CASE WHEN f.may_send THEN 'remontee' END,
                                 CASE WHEN f.profile IS NOT NULL THEN 'consultation' END], NULL);
    outcome := CASE
        WHEN f.id IS NULL THEN 'unknown'
        WHEN f.certificate IS NOT NULL AND f.certificate <> ALL (p_certificate) THEN 'certificate'
        WHEN p_secret IS NULL AND f.certificate IS NULL THEN 'secret'
        WHEN p_secret IS NOT NULL AND f.secret_sha256 IS DISTINCT FROM v_hash
             AND NOT coalesce(f.previous_secret_sha256 = v_hash AND f.previous_until > now(), false)
        THEN 'secret'
        WHEN f.suspended_at IS NOT NULL THEN 'suspended'
        WHEN NOT p_scope <@ (v_held || v_site) THEN 'scope'
        ELSE 'ok' END;
    IF outcome <> 'ok' THEN
        INSERT INTO audit.event (event, address, detail)
        VALUES ('feed_refused', p_address,
                jsonb_build_object('feed', left(p_name, 63), 'reason', outcome));
        RETURN;
    END IF;
    v_right := CASE WHEN p_scope && v_held
                    THEN ARRAY(SELECT h.h FROM unnest(v_held) AS h (h) WHERE h.h = ANY (p_scope))
                    ELSE v_held END;
    IF p_scope && v_site THEN
        v_site := ARRAY(SELECT s.s FROM unnest(v_site) AS s (s) WHERE s.s = ANY (p_scope));
    END IF;
    scope := array_to_string(v_right || v_site, ' ');
    expires_s := 300;
    DELETE FROM auth.feed_token AS t WHERE t.feed_id = f.id AND t.expires_at <= now();
    INSERT INTO auth.feed_token (token_sha256, feed_id, issued_at, expires_at,
                                 may_send, may_read, sites, certificate)
    VALUES (sha256(decode(p_token, 'hex')), f.id, now(), now() + make_interval(secs => expires_s),
            'remontee' = ANY (v_right), 'consultation' = ANY (v_right),
            CASE WHEN p_scope && v_site THEN v_site END, p_certificate[2]);
END
$$;

-- As in 0071; a place may also be named by its number, as « /l12 »: no code has
-- a slash.  outcome right: the token, or the machine, may not send.
CREATE OR REPLACE FUNCTION cap.feed_save(
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
           t.may_send AND x.may_send AS may_send, t.certificate AS bound, t.sites,
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
                      OR f.bound IS NOT NULL AND f.bound <> ALL (p_certificate)
                    THEN 'token'
                    WHEN f.suspended_reason IS NOT NULL THEN 'suspended'
                    WHEN NOT f.may_send THEN 'right' END;
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
          LEFT JOIN dir.place_now AS n
            ON n.site_id = e.id
               AND n.place_id = CASE WHEN p_code[r] ~ '^/l[1-9][0-9]{0,11}$'
                                     THEN substr(p_code[r], 3)::bigint ELSE c.place_id END
          LEFT JOIN cap.feed_place AS h
            ON h.feed_id = f.id AND h.place_id = n.place_id
               AND h.heard_at > now() - interval '1 minute'
         WHERE d.feed_id = f.id AND d.valid @> now()
           AND (f.sites IS NULL OR d.site = ANY (f.sites))
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

-- Places that a machine reads, by site and code, by code, or by number.  One
-- row per indicator that its profile shows of each place, or one with nulls
-- for a place without any; or one row without a place: token, suspended,
-- right, denied (a site that is not its).
CREATE FUNCTION cap.machine_read(
    p_token text, p_certificate text[], p_site text, p_code text, p_place bigint)
RETURNS TABLE (outcome text, detail text, machine text, place_id bigint, name text,
               site_finess text, site_name text, nature text, codes text[],
               version bigint, touched_at timestamptz, indicator_id smallint,
               assignment text, value integer, effective_at timestamptz, source text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog
AS $$
#variable_conflict use_column
DECLARE
    f record;
BEGIN
    SELECT x.id, x.name, x.certificate, x.suspended_reason, x.profile, x.read_scope, x.read_code,
           t.may_read AND x.profile IS NOT NULL AS may_read, t.certificate AS bound, t.sites
      INTO f
      FROM auth.feed_token AS t
      JOIN auth.feed AS x ON x.id = t.feed_id
     WHERE t.token_sha256 = sha256(decode(p_token, 'hex')) AND t.expires_at > now();
    machine := f.name;
    detail := f.suspended_reason;
    outcome := CASE WHEN f.id IS NULL
                      OR f.certificate IS NOT NULL AND f.certificate <> ALL (p_certificate)
                      OR f.bound IS NOT NULL AND f.bound <> ALL (p_certificate)
                    THEN 'token'
                    WHEN f.suspended_reason IS NOT NULL THEN 'suspended'
                    WHEN NOT f.may_read THEN 'right' END;
    IF outcome IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT 'ok', NULL, f.name, n.place_id, n.name, n.site_finess, n.site_name, n.nature,
           ARRAY(SELECT k.code FROM dir.place_code AS k
                  WHERE k.place_id = n.place_id AND k.site_id = n.site_id
                  ORDER BY k.code),
           coalesce(s.version, 0), s.touched_at, c.indicator_id, c.assignment,
           c.value, c.effective_at, c.source
      FROM (SELECT p.place_id
              FROM dir.place_now AS p
             WHERE p.place_id = p_place
             UNION
            SELECT k.place_id
              FROM dir.place_code AS k
             WHERE k.code = p_code) AS w
      JOIN dir.place_now AS n ON n.place_id = w.place_id
      LEFT JOIN cap.place_state AS s ON s.place_id = n.place_id
      LEFT JOIN LATERAL (
            SELECT i.id AS indicator_id, coalesce(a.reason, '01') AS assignment,
                   -- Total unavailability is a known zero.
                   CASE WHEN z.since IS NULL THEN h.value ELSE 0 END AS value,
                   coalesce(z.since, h.last_confirmed_at, h.effective_at) AS effective_at,
                   h.source
              FROM cap.current AS h
              JOIN ref.indicator AS i ON i.id = h.indicator_id AND NOT i.derived
              LEFT JOIN cap.assignment AS a ON a.id = h.assignment_id AND a.during @> now()
              LEFT JOIN LATERAL (
                    SELECT lower(l.l) AS since
                      FROM unnest(n.locked) AS l (l)
                     WHERE l.l @> now() AND i.status = '02' AND i.horizon = '01') AS z ON true
             WHERE h.place_id = n.place_id
               AND h.value IS NOT NULL
               AND (h.assignment_id = 0 OR a.id IS NOT NULL)
               AND CASE f.profile
                   WHEN 'P1' THEN true
                   WHEN 'P4' THEN true
                   WHEN 'P2' THEN i.status <> '06'
                   WHEN 'P3' THEN i.status <> '06' AND n.field IN ('04', '06')
                   WHEN 'P5' THEN i.status = '01'
                   ELSE false END) AS c ON true
     WHERE (p_site IS NULL OR n.site_finess = p_site)
       AND (NOT n.sensitive OR f.profile IN ('P1', 'P4'))
       AND CASE f.read_scope
           WHEN 'france' THEN true
           WHEN 'region' THEN n.region_code = f.read_code
           WHEN 'departement' THEN n.departement_code = f.read_code
           ELSE EXISTS (SELECT FROM auth.feed_site AS d
                         WHERE d.feed_id = f.id AND d.site = n.site_finess AND d.valid @> now()) END
       AND (f.sites IS NULL OR n.site_finess = ANY (f.sites))
     ORDER BY n.place_id, c.assignment, c.indicator_id
     LIMIT 2000;
END
$$;
COMMENT ON FUNCTION cap.machine_read IS 'One row per place and indicator that a machine may read, or why it reads nothing: the only way of machines to figures';

-- Feeds are everybody's: an administrator of all of France acts on them.
CREATE OR REPLACE FUNCTION auth.feed_admin(p_account bigint) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog
RETURN CASE WHEN p_account IS NULL THEN session_user NOT IN ('ror_app', 'ror_auth', 'ror_api', 'ror_read')
            ELSE EXISTS (SELECT FROM auth.grant_now AS g
                          WHERE g.account_id = p_account AND g.role = 'admin' AND g.scope = 'france') END;
COMMENT ON FUNCTION auth.feed_admin IS 'True for an administrator of France, and for an operator at the database';

-- As in 0072; verb rights (send, profile, scope, code), also said with add.
-- outcome also right (may neither send nor read), profile, scope.
DROP FUNCTION auth.feed_do(bigint, inet, text, text, text, text, text, text, text[], text, integer);
CREATE FUNCTION auth.feed_do(
    p_account bigint, p_address inet, p_verb text, p_name text, p_label text,
    p_contact text, p_source text, p_certificate text, p_sites text[],
    p_reason text, p_overlap_s integer, p_send boolean DEFAULT true,
    p_profile text DEFAULT NULL, p_scope text DEFAULT 'sites', p_code text DEFAULT NULL,
    OUT outcome text, OUT detail text, OUT secret text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    f auth.feed;
BEGIN
    SELECT x.* INTO f FROM auth.feed AS x WHERE x.name = p_name FOR UPDATE;
    detail := p_name;
    outcome := CASE
        WHEN NOT auth.feed_admin(p_account) THEN 'denied'
        WHEN p_verb = 'add' AND f.id IS NOT NULL THEN 'taken'
        WHEN p_verb = 'add' AND p_name !~ '^[a-z0-9][a-z0-9._-]{1,62}$' THEN 'name'
        WHEN p_verb = 'add' AND NOT EXISTS (SELECT FROM ref.source AS s
                 WHERE s.code = p_source AND s.kind = 'feed') THEN 'source'
        WHEN p_verb <> 'add' AND f.id IS NULL THEN 'unknown'
        WHEN p_verb = 'suspend' AND f.suspended_at IS NOT NULL
          OR p_verb = 'resume' AND f.suspended_at IS NULL THEN 'again'
        WHEN p_verb = 'suspend' AND coalesce(p_reason, '') = '' THEN 'reason'
        WHEN p_verb = 'add' AND coalesce(cardinality(p_sites), 0) = 0
         AND (p_send OR p_scope = 'sites') THEN 'sites'
        WHEN p_verb IN ('add', 'rights') THEN auth.machine_rights_error(p_send, p_profile, p_scope, p_code)
        END;
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;
    IF p_verb IN ('add', 'rotate') THEN
        secret := auth.feed_secret();
    END IF;
    IF p_verb = 'add' THEN
        INSERT INTO auth.feed (name, label, contact, source, certificate, secret_sha256, created_by,
                               may_send, profile, read_scope, read_code)
        VALUES (p_name, p_label, coalesce(p_contact, ''), p_source, p_certificate,
                sha256(convert_to(secret, 'UTF8')), p_account,
                p_send, p_profile, p_scope, p_code)
        RETURNING * INTO f;
    END IF;
    IF p_verb IN ('add', 'sites') THEN
        SELECT d.outcome, d.detail INTO outcome, detail
          FROM auth.feed_declare(f.id, p_sites) AS d;
        IF outcome <> 'ok' THEN
            -- Nothing of it stays.
            IF p_verb = 'add' THEN
                DELETE FROM auth.feed AS x WHERE x.id = f.id;
            END IF;
            secret := NULL;
            RETURN;
        END IF;
    END IF;
    IF p_verb = 'rights' THEN
        UPDATE auth.feed AS x
           SET may_send = p_send, profile = p_profile, read_scope = p_scope, read_code = p_code
         WHERE x.id = f.id;
    END IF;
    UPDATE auth.feed AS x
       SET secret_sha256 = CASE WHEN p_verb = 'rotate' THEN sha256(convert_to(secret, 'UTF8'))
                                ELSE x.secret_sha256 END,
           previous_secret_sha256 = CASE WHEN p_verb = 'rotate' AND p_overlap_s > 0 THEN x.secret_sha256
                                         WHEN p_verb = 'rotate' THEN NULL
                                         ELSE x.previous_secret_sha256 END,
           previous_until = CASE WHEN p_verb = 'rotate' AND p_overlap_s > 0
                                      AND x.secret_sha256 IS NOT NULL
                                 THEN now() + make_interval(secs => p_overlap_s)
                                 WHEN p_verb = 'rotate' THEN NULL
                                 ELSE x.previous_until END,
           suspended_at = CASE p_verb WHEN 'suspend' THEN now() WHEN 'resume' THEN NULL
                               ELSE x.suspended_at END,
           suspended_reason = CASE p_verb WHEN 'suspend' THEN left(p_reason, 200) WHEN 'resume' THEN NULL
                                   ELSE x.suspended_reason END
     WHERE x.id = f.id AND p_verb IN ('rotate', 'suspend', 'resume');
    PERFORM auth.feed_note('feed_' || p_verb, p_account, p_address, jsonb_build_object(
        'feed', p_name, 'sites', to_jsonb(p_sites), 'certificate', p_certificate,
        'reason', p_reason, 'overlap_s', CASE p_verb WHEN 'rotate' THEN p_overlap_s END)
        || CASE WHEN p_verb IN ('add', 'rights') THEN jsonb_build_object('send', p_send,
               'profile', p_profile, 'scope', p_scope, 'code', p_code) ELSE '{}' END);
    outcome := 'ok';
    detail := NULL;
END
$$;
COMMENT ON FUNCTION auth.feed_do IS 'Add, rotate, suspend, resume, sites, rights: one act of an administrator on a machine, audited';

-- As in 0064, but an administrator of a région has that région alone.
CREATE OR REPLACE FUNCTION cap.board_setting_save(
    p_account bigint, p_region text, p_version integer, p_boards text[],
    p_hidden text[], p_fields text[], p_home_care boolean, p_elsewhere text,
    p_help text, p_label text, p_url text)
RETURNS TABLE (outcome text, version integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
#variable_conflict use_column
DECLARE
    v_old cap.board_setting;
    v_new cap.board_setting;
BEGIN
    IF NOT EXISTS (SELECT FROM auth.grant_now AS g
                    WHERE g.account_id = p_account
                      AND g.role IN ('admin', 'steward')
                      AND (g.scope = 'france'
                           OR g.scope = 'region' AND g.code = p_region)) THEN
        RETURN QUERY SELECT 'denied', NULL::integer;
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM ref.region AS r WHERE r.code = p_region) THEN
        RETURN QUERY SELECT 'unknown', NULL::integer;
        RETURN;
    END IF;
    SELECT s.* INTO v_old FROM cap.board_setting AS s WHERE s.region_code = p_region FOR UPDATE;
    IF coalesce(v_old.version, 0) <> p_version THEN
        RETURN QUERY SELECT 'conflict', v_old.version;
        RETURN;
    END IF;
    INSERT INTO cap.board_setting AS s
           (region_code, boards, hidden_groups, fields, elsewhere, help,
            synthesis_label, synthesis_url, home_care, changed_by)
    VALUES (p_region, p_boards, p_hidden, p_fields, p_elsewhere, p_help,
            p_label, p_url, p_home_care, p_account)
        ON CONFLICT (region_code) DO UPDATE
       SET boards = EXCLUDED.boards, hidden_groups = EXCLUDED.hidden_groups,
           fields = EXCLUDED.fields, elsewhere = EXCLUDED.elsewhere,
           help = EXCLUDED.help, synthesis_label = EXCLUDED.synthesis_label,
           synthesis_url = EXCLUDED.synthesis_url,
           home_care = EXCLUDED.home_care, version = s.version + 1,
           changed_at = now(), changed_by = EXCLUDED.changed_by
     WHERE s.version = p_version
    RETURNING s.* INTO v_new;
    IF v_new.version IS NULL THEN
        RETURN QUERY SELECT 'conflict', NULL::integer;
        RETURN;
    END IF;
    INSERT INTO audit.event (event, account_id, detail)
    VALUES ('board_setting', p_account, jsonb_build_object(
            'region', p_region, 'before', to_jsonb(v_old), 'after', to_jsonb(v_new)));
    RETURN QUERY SELECT 'ok', v_new.version;
END
$$;

-- As in 0090, for an administrator of France.
CREATE OR REPLACE FUNCTION auth.psc_unlink(p_admin bigint, p_account bigint, p_at timestamptz, p_address inet)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM auth.grant AS g
                    WHERE g.account_id = p_admin AND g.role = 'admin' AND g.scope = 'france' AND g.valid @> p_at) THEN
        RETURN 'denied';
    END IF;
    UPDATE auth.psc_link AS l
       SET unlinked_at = greatest(p_at, l.linked_at), unlinked_by = p_admin
     WHERE l.account_id = p_account AND l.unlinked_at IS NULL;
    IF NOT FOUND THEN
        RETURN 'none';
    END IF;
    DELETE FROM auth.session AS s
     WHERE s.account_id = p_account AND s.method = 'psc';
    INSERT INTO audit.event (event, account_id, address, detail)
    VALUES ('unlink', p_account, p_address, jsonb_build_object('method', 'psc', 'by', p_admin));
    RETURN 'done';
END
$$;
REVOKE ALL ON FUNCTION auth.machine_rights_error, auth.feed_do, cap.machine_read FROM PUBLIC;
