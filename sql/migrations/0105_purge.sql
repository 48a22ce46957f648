-- What is kept no longer.  Every rule is here, once; its period is a setting
-- (keep_*, close_months, forget_months) that ror-report purge hands over.
SET ROLE ror_owner;

ALTER TABLE auth.account
    ADD anonymised_at timestamptz CHECK (anonymised_at IS NULL OR disabled_at IS NOT NULL);
COMMENT ON COLUMN auth.account.anonymised_at IS 'Since when name and login say nothing of anybody; the number stays, for the ledger';

-- What still has an address, the oldest first: nothing else is looked at.
CREATE INDEX event_addressed ON audit.event (at, id) WHERE address IS NOT NULL;

-- The one thing that is ever changed in the audit: old events forget from
-- which address they came.
CREATE FUNCTION audit.addresses_forget(p_events bigint[])
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    UPDATE audit.event AS e SET address = NULL WHERE e.id = ANY (p_events)
$$;
COMMENT ON FUNCTION audit.addresses_forget IS 'Events forget their address, and nothing else of them changes';
REVOKE ALL ON FUNCTION audit.addresses_forget FROM PUBLIC;

-- Nothing but that, whoever asks: not even a function of the owner's.
CREATE FUNCTION audit.event_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog
AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.address IS NULL
           AND (NEW.id, NEW.at, NEW.event, NEW.account_id, NEW.detail)
               IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.event, OLD.account_id, OLD.detail) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit.event is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
COMMENT ON FUNCTION audit.event_stays IS 'Refuses every change of an event but a forgotten address';
CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE ON audit.event
   FOR EACH ROW EXECUTE FUNCTION audit.event_stays();
CREATE TRIGGER event_stays_whole BEFORE TRUNCATE ON audit.event
   FOR EACH STATEMENT EXECUTE FUNCTION audit.event_stays();

-- An account becomes nobody's: its number stays, with what was entered under
-- it.  p_reason: inactive, request.  False: it was nobody's already.
CREATE FUNCTION auth.account_forget(p_account bigint, p_at timestamptz, p_reason text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_login text;
BEGIN
    SELECT a.login INTO v_login
      FROM auth.account AS a
     WHERE a.id = p_account AND a.anonymised_at IS NULL
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM auth.session AS s WHERE s.account_id = p_account;
    DELETE FROM auth.favourite AS f WHERE f.account_id = p_account;
    DELETE FROM auth.recovery_code AS c WHERE c.account_id = p_account;
    DELETE FROM auth.second_factor AS f WHERE f.account_id = p_account;
    DELETE FROM auth.conditions AS c WHERE c.account_id = p_account;
    DELETE FROM auth.psc_state AS s WHERE s.account_id = p_account;
    DELETE FROM auth.psc_pending AS p WHERE p.account_id = p_account;
    DELETE FROM auth.psc_link AS l WHERE l.account_id = p_account;
    DELETE FROM auth.invitation AS i WHERE i.account_id = p_account OR i.mail = v_login;
    DELETE FROM auth.account_request AS r WHERE r.mail = v_login;
    DELETE FROM auth.mail_order AS m WHERE lower(m.login) = v_login;
    DELETE FROM auth.reset_token AS t WHERE t.login = v_login;
    DELETE FROM cap.upload AS u WHERE u.account_id = p_account;
    DELETE FROM cap.display AS d WHERE d.account_id = p_account;
    -- Rights of the past say what an entry was made with; no name is in them.
    DELETE FROM auth.grant AS g WHERE g.account_id = p_account AND lower(g.valid) >= p_at;
    UPDATE auth.grant AS g
       SET valid = tstzrange(lower(g.valid), p_at)
     WHERE g.account_id = p_account AND g.valid @> p_at;
    UPDATE auth.account AS a
       SET login = 'anonyme-' || a.id || '@anonyme.invalid',
           name = 'Compte anonymisé',
           directory = NULL,
           second_required = false,
           disabled_reason = NULL,
           disabled_at = coalesce(a.disabled_at, p_at),
           anonymised_at = p_at
     WHERE a.id = p_account;
    INSERT INTO audit.event (event, account_id, detail)
    VALUES ('account_anonymised', p_account, jsonb_build_object('reason', p_reason));
    RETURN true;
END
$$;
COMMENT ON FUNCTION auth.account_forget IS 'An account becomes nobody''s, its number stays; audited';
REVOKE ALL ON FUNCTION auth.account_forget FROM PUBLIC;

-- One batch of one rule: what is older than p_before, p_most at most.  Returns
-- how many; p_dry: only that.  An unknown rule is an error.
CREATE FUNCTION auth.purge(p_rule text, p_before timestamptz, p_at timestamptz, p_most integer, p_dry boolean)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    v_hash bytea[];
    v_text text[];
    v_id bigint[];
BEGIN
    CASE p_rule
    WHEN 'session' THEN
        -- Unused for longer than one may be: no request can use it any more.
        v_hash := ARRAY(SELECT s.token_sha256 FROM auth.session AS s
                         WHERE s.last_seen_at <= p_before LIMIT p_most);
    WHEN 'psc_state' THEN
        v_hash := ARRAY(SELECT s.state_sha256 FROM auth.psc_state AS s
                         WHERE s.created_at <= p_before LIMIT p_most);
    WHEN 'psc_pending' THEN
        v_hash := ARRAY(SELECT p.cookie_sha256 FROM auth.psc_pending AS p
                         WHERE p.created_at <= p_before LIMIT p_most);
    WHEN 'reset_token' THEN
        v_text := ARRAY(SELECT t.login FROM auth.reset_token AS t
                         WHERE t.made_at <= p_before LIMIT p_most);
    WHEN 'mail_order' THEN
        v_id := ARRAY(SELECT m.id FROM auth.mail_order AS m
                       WHERE m.ended_at <= p_before LIMIT p_most);
    WHEN 'account_request' THEN
        -- One that nobody answered is not kept for ever either.
        v_id := ARRAY(SELECT r.id FROM auth.account_request AS r
                       WHERE coalesce(r.answered_at, r.asked_at) <= p_before LIMIT p_most);
    WHEN 'invitation' THEN
        v_id := ARRAY(SELECT i.id FROM auth.invitation AS i
                       WHERE coalesce(i.accepted_at, i.withdrawn_at, i.invited_at + interval '30 days') <= p_before
                       LIMIT p_most);
    WHEN 'upload' THEN
        v_id := ARRAY(SELECT u.id FROM cap.upload AS u
                       WHERE u.expires_at <= p_before LIMIT p_most);
    WHEN 'audit_address' THEN
        v_id := ARRAY(SELECT e.id FROM audit.event AS e
                       WHERE e.at <= p_before AND e.address IS NOT NULL
                       ORDER BY e.at, e.id LIMIT p_most);
    WHEN 'account_close' THEN
        -- Somebody who was given a right or let in again since then is
        -- expected; and the last administrator who comes stays.
        v_id := ARRAY(SELECT a.id
                        FROM auth.account AS a
                       WHERE a.disabled_at IS NULL
                         AND coalesce(a.last_login_at, a.created_at) <= p_before
                         AND NOT EXISTS (SELECT FROM audit.event AS e
                                          WHERE e.account_id = a.id AND e.at > p_before
                                            AND e.event IN ('grant', 'account_enabled'))
                         AND (NOT EXISTS (SELECT FROM auth.grant AS g
                                           WHERE g.account_id = a.id AND g.role = 'admin' AND g.valid @> p_at)
                              OR EXISTS (SELECT FROM auth.grant AS g
                                           JOIN auth.account AS o ON o.id = g.account_id
                                          WHERE g.role = 'admin' AND g.valid @> p_at AND o.id <> a.id
                                            AND o.disabled_at IS NULL AND o.last_login_at > p_before))
                       ORDER BY a.id LIMIT p_most);
    WHEN 'account_forget' THEN
        v_id := ARRAY(SELECT a.id FROM auth.account AS a
                       WHERE a.disabled_at <= p_before AND a.anonymised_at IS NULL
                       ORDER BY a.id LIMIT p_most);
    END CASE;
    IF NOT p_dry THEN
        CASE p_rule
        WHEN 'session' THEN
            DELETE FROM auth.session AS s WHERE s.token_sha256 = ANY (v_hash);
        WHEN 'psc_state' THEN
            DELETE FROM auth.psc_state AS s WHERE s.state_sha256 = ANY (v_hash);
        WHEN 'psc_pending' THEN
            DELETE FROM auth.psc_pending AS p WHERE p.cookie_sha256 = ANY (v_hash);
        WHEN 'reset_token' THEN
            DELETE FROM auth.reset_token AS t WHERE t.login = ANY (v_text) AND t.made_at <= p_before;
        WHEN 'mail_order' THEN
            DELETE FROM auth.mail_order AS m WHERE m.id = ANY (v_id);
        WHEN 'account_request' THEN
            DELETE FROM auth.account_request AS r WHERE r.id = ANY (v_id);
        WHEN 'invitation' THEN
            DELETE FROM auth.invitation AS i WHERE i.id = ANY (v_id);
        WHEN 'upload' THEN
            DELETE FROM cap.upload AS u WHERE u.id = ANY (v_id);
        WHEN 'audit_address' THEN
            PERFORM audit.addresses_forget(v_id);
        WHEN 'account_close' THEN
            UPDATE auth.account AS a SET disabled_at = p_at WHERE a.id = ANY (v_id);
            DELETE FROM auth.session AS s WHERE s.account_id = ANY (v_id);
            INSERT INTO audit.event (event, account_id, detail)
            SELECT 'account_disabled', x.id, '{"reason": "inactive"}'
              FROM unnest(v_id) AS x (id);
        WHEN 'account_forget' THEN
            PERFORM auth.account_forget(x.id, p_at, 'inactive') FROM unnest(v_id) AS x (id);
        END CASE;
    END IF;
    RETURN coalesce(cardinality(v_hash), cardinality(v_text), cardinality(v_id));
END
$$;
COMMENT ON FUNCTION auth.purge IS 'How many rows one batch of one rule took, or would take';
REVOKE ALL ON FUNCTION auth.purge FROM PUBLIC;

CREATE FUNCTION auth.purge_note(p_rules text[], p_counts bigint[])
RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    INSERT INTO audit.event (event, detail)
    SELECT 'purge', jsonb_object_agg(x.rule, x.n)
      FROM unnest(p_rules, p_counts) AS x (rule, n)
$$;
COMMENT ON FUNCTION auth.purge_note IS 'The audit of one run: how many of each rule';
REVOKE ALL ON FUNCTION auth.purge_note FROM PUBLIC;
