-- Feeds: their tokens, and what an administrator does with them.  Secrets are
-- made here and returned once: none is ever an argument of these but the one
-- that a feed presents.
SET ROLE ror_owner;

-- 256 bits, from the generator that the server uses for keys.
CREATE FUNCTION auth.feed_secret() RETURNS text
LANGUAGE sql VOLATILE
SET search_path = pg_catalog
RETURN encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
                     || uuid_send(gen_random_uuid())), 'hex');
COMMENT ON FUNCTION auth.feed_secret IS 'A new secret, 64 hexadecimal digits';

-- A token of five minutes for who proves to be the feed.  outcome: ok, or
-- unknown, certificate, secret, suspended, scope: audited, and not to be told
-- apart by who has no secret.
CREATE FUNCTION auth.feed_sign_in(
    p_name text, p_secret text, p_certificate text[], p_scope text[],
    p_token text, p_address inet,
    OUT outcome text, OUT scope text, OUT expires_s integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    f      auth.feed;
    v_hash bytea := sha256(convert_to(p_secret, 'UTF8'));
BEGIN
    SELECT x.* INTO f FROM auth.feed AS x WHERE x.name = p_name;
    SELECT string_agg(s.site, ' ' ORDER BY s.site) INTO scope
      FROM auth.feed_site AS s
     WHERE s.feed_id = f.id AND s.valid @> now();
    outcome := CASE
        WHEN f.id IS NULL THEN 'unknown'
        WHEN f.certificate IS NOT NULL AND f.certificate <> ALL (p_certificate) THEN 'certificate'
        WHEN p_secret IS NULL AND f.certificate IS NULL THEN 'secret'
        WHEN p_secret IS NOT NULL AND f.secret_sha256 IS DISTINCT FROM v_hash
             AND NOT coalesce(f.previous_secret_sha256 = v_hash AND f.previous_until > now(), false)
        THEN 'secret'
        WHEN f.suspended_at IS NOT NULL THEN 'suspended'
        WHEN NOT p_scope <@ coalesce(string_to_array(scope, ' '), '{}') THEN 'scope'
        ELSE 'ok' END;
    IF outcome <> 'ok' THEN
        INSERT INTO audit.event (event, address, detail)
        VALUES ('feed_refused', p_address,
                jsonb_build_object('feed', left(p_name, 63), 'reason', outcome));
        RETURN;
    END IF;
    expires_s := 300;
    DELETE FROM auth.feed_token AS t WHERE t.feed_id = f.id AND t.expires_at <= now();
    INSERT INTO auth.feed_token (token_sha256, feed_id, issued_at, expires_at)
    VALUES (sha256(decode(p_token, 'hex')), f.id, now(), now() + make_interval(secs => expires_s));
END
$$;
COMMENT ON FUNCTION auth.feed_sign_in IS 'Client credentials to a token of five minutes; refusals are audited';

-- Whether an account may administer feeds; null = who signed in to the
-- database itself, and not as a program.
CREATE FUNCTION auth.feed_admin(p_account bigint) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog
RETURN CASE WHEN p_account IS NULL THEN session_user NOT IN ('ror_app', 'ror_auth', 'ror_api', 'ror_read')
            ELSE EXISTS (SELECT FROM auth.grant_now AS g
                          WHERE g.account_id = p_account AND g.role = 'admin') END;
COMMENT ON FUNCTION auth.feed_admin IS 'True for an administrator, and for an operator at the database';

CREATE FUNCTION auth.feed_note(p_event text, p_account bigint, p_address inet, p_detail jsonb) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog
BEGIN ATOMIC
INSERT INTO audit.event (event, account_id, address, detail)
VALUES (p_event, p_account, p_address, jsonb_strip_nulls(p_detail));
END;
COMMENT ON FUNCTION auth.feed_note IS 'Audit what was done to a feed; never a secret';

-- The sites of a feed become exactly these; outcome ok, site (one is unknown).
CREATE FUNCTION auth.feed_declare(p_feed bigint, p_sites text[], OUT outcome text, OUT detail text)
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    SELECT min(x.site) INTO detail
      FROM unnest(p_sites) AS x (site)
     WHERE NOT EXISTS (SELECT FROM dir.structure AS s WHERE s.finess = x.site AND s.kind = 'EG');
    IF detail IS NOT NULL THEN
        outcome := 'site';
        RETURN;
    END IF;
    DELETE FROM auth.feed_site AS s
     WHERE s.feed_id = p_feed AND s.site <> ALL (p_sites) AND lower(s.valid) >= now();
    UPDATE auth.feed_site AS s
       SET valid = tstzrange(lower(s.valid), now())
     WHERE s.feed_id = p_feed AND s.valid @> now() AND s.site <> ALL (p_sites);
    INSERT INTO auth.feed_site (feed_id, site)
    SELECT DISTINCT p_feed, x.site
      FROM unnest(p_sites) AS x (site)
     WHERE NOT EXISTS (SELECT FROM auth.feed_site AS s
                        WHERE s.feed_id = p_feed AND s.site = x.site AND s.valid @> now());
    outcome := 'ok';
END
$$;
COMMENT ON FUNCTION auth.feed_declare IS 'Make these sites the feed''s, from now on';

-- What an administrator does.  p_verb: add (label, contact, source,
-- certificate, sites), rotate (overlap_s: how long the old secret stays good),
-- suspend (reason), resume, sites (sites).  outcome: ok, denied, unknown,
-- taken, name, source, site, reason, again (already so); detail: which one.
-- secret: of add and rotate, this once.
CREATE FUNCTION auth.feed_do(
    p_account bigint, p_address inet, p_verb text, p_name text, p_label text,
    p_contact text, p_source text, p_certificate text, p_sites text[],
    p_reason text, p_overlap_s integer,
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
        WHEN p_verb = 'suspend' AND coalesce(p_reason, '') = '' THEN 'reason' END;
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;
    IF p_verb IN ('add', 'rotate') THEN
        secret := auth.feed_secret();
    END IF;
    IF p_verb = 'add' THEN
        INSERT INTO auth.feed (name, label, contact, source, certificate, secret_sha256, created_by)
        VALUES (p_name, p_label, coalesce(p_contact, ''), p_source, p_certificate,
                sha256(convert_to(secret, 'UTF8')), p_account)
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
        'reason', p_reason, 'overlap_s', CASE p_verb WHEN 'rotate' THEN p_overlap_s END));
    outcome := 'ok';
    detail := NULL;
END
$$;
COMMENT ON FUNCTION auth.feed_do IS 'Add, rotate, suspend, resume, sites: one act of an administrator on a feed, audited';
REVOKE ALL ON FUNCTION auth.feed_secret, auth.feed_sign_in, auth.feed_admin,
              auth.feed_note, auth.feed_declare, auth.feed_do
  FROM PUBLIC;
