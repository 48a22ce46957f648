-- Invitations and requests on pages: made, withdrawn, sent again, answered.
SET ROLE ror_owner;

ALTER TABLE auth.account_request
    ADD departement text REFERENCES ref.departement (code);
COMMENT ON COLUMN auth.account_request.departement IS 'Where the person works, if told: says which steward sees it; null = admins of France only';

ALTER TABLE auth.mail_order
    DROP CONSTRAINT mail_order_kind_check,
    ADD CONSTRAINT mail_order_kind_check CHECK (kind IN ('reset', 'invitation', 'changed', 'refused')),
    ADD request_id bigint REFERENCES auth.account_request (id) ON DELETE SET NULL;
COMMENT ON COLUMN auth.mail_order.request_id IS 'Of kind refused: the request whose answer is told';

-- As in 0094, with the département.
DROP FUNCTION auth.account_ask(text, text, text, text, text, timestamptz, inet);
CREATE FUNCTION auth.account_ask(p_name text, p_mail text, p_establishment text, p_departement text, p_role text,
                                 p_reason text, p_at timestamptz, p_address inet)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    n record;
    kept boolean;
BEGIN
    SELECT count(*) FILTER (WHERE r.mail = lower(p_mail)) AS of_mail,
           count(*) FILTER (WHERE r.address = p_address) AS of_address,
           count(*) AS of_all
      INTO n
      FROM auth.account_request AS r
     WHERE r.asked_at > p_at - interval '1 day';
    kept := n.of_mail < 3 AND n.of_address < 20 AND n.of_all < 500;
    IF kept THEN
        INSERT INTO auth.account_request (name, mail, establishment, departement, role, reason, address, asked_at)
        VALUES (p_name, lower(p_mail), p_establishment, p_departement, p_role, p_reason, p_address, p_at);
    END IF;
    INSERT INTO audit.event (event, address, detail)
    VALUES ('account_asked', p_address, jsonb_build_object('reason', CASE WHEN kept THEN 'kept' ELSE 'too_many' END));
END
$$;
COMMENT ON FUNCTION auth.account_ask IS 'Ask for an account; 3 a mail and 20 an address in a day, 500 in all are kept, and the answer is always the same';

-- Whether a request is for p_by to answer: an admin of France, or who is
-- admin or steward over the département it names.
CREATE FUNCTION auth.request_seen(p_by bigint, p_departement text, p_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT
                 FROM auth.administers(p_by, p_at) AS m
                CROSS JOIN LATERAL auth.scope_within('departement', p_departement, m.scope, m.code) AS w
                WHERE w.inside
                  AND (m.role = 'admin' AND m.scope = 'france'
                       OR m.role IN ('admin', 'steward') AND p_departement IS NOT NULL));
COMMENT ON FUNCTION auth.request_seen IS 'Whether an account answers requests of that département (null: not told)';

-- Invite from a page.  ok; or place, denied, self, mail (not an address),
-- period, disabled (that account is), again (an open invitation or the right
-- itself is there), request (answered meanwhile, or not his).
CREATE FUNCTION auth.account_invite(p_by bigint, p_address inet, p_mail text, p_name text, p_role text, p_scope text,
                                    p_code text, p_valid tstzrange, p_request bigint, p_at timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who     auth.account;
    asked   auth.account_request;
    outcome text;
BEGIN
    PERFORM auth.administration_lock();
    SELECT a.* INTO who FROM auth.account AS a WHERE a.login = lower(p_mail);
    SELECT r.* INTO asked FROM auth.account_request AS r WHERE r.id = p_request FOR UPDATE;
    outcome := CASE
        WHEN p_mail !~ '^[^@[:space:][:cntrl:],;<>"]+@[^@[:space:][:cntrl:],;<>"]+$' OR length(p_mail) > 254 THEN 'mail'
        WHEN NOT auth.scope_exists(p_scope, p_code) THEN 'place'
        WHEN NOT auth.may_grant(p_by, p_role, p_scope, p_code, p_at) THEN 'denied'
        WHEN who.id = p_by THEN 'self'
        WHEN isempty(p_valid) OR coalesce(upper(p_valid) <= p_at, false) THEN 'period'
        WHEN who.disabled_at IS NOT NULL THEN 'disabled'
        WHEN p_request IS NOT NULL AND (asked.id IS NULL OR asked.answered_at IS NOT NULL
             OR NOT auth.request_seen(p_by, asked.departement, p_at)) THEN 'request'
        WHEN EXISTS (SELECT FROM auth.invitation AS i
                      WHERE i.mail = lower(p_mail) AND (i.role, i.scope, i.code) = (p_role, p_scope, p_code)
                        AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL
                        AND i.invited_at > p_at - interval '30 days')
          OR EXISTS (SELECT FROM auth.grant AS g
                      WHERE (g.account_id, g.role, g.scope, g.code) = (who.id, p_role, p_scope, p_code)
                        AND g.valid && p_valid) THEN 'again' END;
    IF outcome IS NOT NULL THEN
        RETURN outcome;
    END IF;
    PERFORM auth.invite(p_by, p_mail, p_name, p_role, p_scope, p_code, p_valid, p_at, p_address);
    IF p_request IS NOT NULL THEN
        UPDATE auth.account_request AS r
           SET answered_at = p_at, answered_by = p_by, granted = true
         WHERE r.id = p_request;
        PERFORM auth.note('request_granted', p_by, p_address, jsonb_build_object('request', p_request));
    END IF;
    RETURN 'ok';
END
$$;
COMMENT ON FUNCTION auth.account_invite IS 'Invite an e-mail to a right, and answer the request it comes from, audited; says what was wrong with it';

-- Withdraw an open invitation, or send its mail again, which opens it for
-- another 30 days.  ok; or unknown (none that p_by could give), over, soon
-- (sent less than five minutes ago).
CREATE FUNCTION auth.invitation_do(p_by bigint, p_address inet, p_invitation bigint, p_verb text, p_at timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    i       auth.invitation;
    outcome text;
BEGIN
    SELECT x.* INTO i FROM auth.invitation AS x WHERE x.id = p_invitation FOR UPDATE;
    outcome := CASE
        WHEN i.id IS NULL OR NOT auth.may_grant(p_by, i.role, i.scope, i.code, p_at) THEN 'unknown'
        WHEN i.accepted_at IS NOT NULL OR i.withdrawn_at IS NOT NULL THEN 'over'
        WHEN p_verb = 'again' AND EXISTS (SELECT FROM auth.mail_order AS m
                                           WHERE m.kind = 'invitation' AND m.login = i.mail
                                             AND m.ordered_at > p_at - interval '5 min') THEN 'soon' END;
    IF outcome IS NOT NULL THEN
        RETURN outcome;
    END IF;
    IF p_verb = 'withdraw' THEN
        UPDATE auth.invitation AS x SET withdrawn_at = p_at WHERE x.id = p_invitation;
    ELSE
        UPDATE auth.invitation AS x SET invited_at = p_at WHERE x.id = p_invitation;
        INSERT INTO auth.mail_order (kind, login, address, ordered_at, due_at)
        VALUES ('invitation', i.mail, p_address, p_at, p_at);
    END IF;
    PERFORM auth.note(CASE p_verb WHEN 'withdraw' THEN 'invitation_withdrawn' ELSE 'invitation_sent' END,
                      p_by, p_address, jsonb_build_object('invitation', p_invitation));
    RETURN 'ok';
END
$$;
COMMENT ON FUNCTION auth.invitation_do IS 'Withdraw an open invitation or send it again, audited; says what was wrong with it';

-- Refuse a request; a mail tells why.  ok; or unknown, changed (answered
-- meanwhile), reason (none given).
CREATE FUNCTION auth.request_refuse(p_by bigint, p_address inet, p_request bigint, p_reason text, p_at timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    asked   auth.account_request;
    outcome text;
BEGIN
    SELECT r.* INTO asked FROM auth.account_request AS r WHERE r.id = p_request FOR UPDATE;
    outcome := CASE
        WHEN asked.id IS NULL OR NOT auth.request_seen(p_by, asked.departement, p_at) THEN 'unknown'
        WHEN asked.answered_at IS NOT NULL THEN 'changed'
        WHEN coalesce(p_reason, '') = '' THEN 'reason' END;
    IF outcome IS NOT NULL THEN
        RETURN outcome;
    END IF;
    UPDATE auth.account_request AS r
       SET answered_at = p_at, answered_by = p_by, granted = false, answer = p_reason
     WHERE r.id = p_request;
    INSERT INTO auth.mail_order (kind, login, address, ordered_at, due_at, request_id)
    VALUES ('refused', asked.mail, p_address, p_at, p_at, p_request);
    PERFORM auth.note('request_refused', p_by, p_address, jsonb_build_object('request', p_request));
    RETURN 'ok';
END
$$;
COMMENT ON FUNCTION auth.request_refuse IS 'Refuse a request for an account, audited and mailed; says what was wrong with it';

-- As in 0094; a refused request is told its answer (mail_text).
DROP FUNCTION auth.mail_take(bytea, timestamptz);
CREATE FUNCTION auth.mail_take(p_token_sha256 bytea, p_at timestamptz, OUT mail_id bigint, OUT mail_kind text,
                               OUT mail_login text, OUT mail_name text, OUT mail_home text, OUT mail_text text,
                               OUT why_not text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    o auth.mail_order;
    who auth.account;
    asked auth.account_request;
    invited text;
BEGIN
    SELECT m.* INTO o
      FROM auth.mail_order AS m
     WHERE m.ended_at IS NULL AND m.due_at <= p_at
     ORDER BY m.due_at, m.id
     LIMIT 1
       FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE auth.mail_order AS m
       SET tries = m.tries + 1, due_at = p_at + interval '2 min' * 2 ^ m.tries
     WHERE m.id = o.id;
    SELECT a.* INTO who FROM auth.account AS a WHERE a.login = lower(o.login);
    SELECT r.* INTO asked FROM auth.account_request AS r WHERE r.id = o.request_id;
    SELECT i.name INTO invited
      FROM auth.invitation AS i
     WHERE i.mail = lower(o.login) AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL
       AND i.invited_at > p_at - interval '30 days'
     ORDER BY i.id DESC
     LIMIT 1;
    mail_id := o.id;
    mail_kind := o.kind;
    mail_login := lower(o.login);
    mail_name := coalesce(asked.name, who.name, invited);
    mail_home := who.directory;
    mail_text := asked.answer;
    why_not := CASE
        WHEN o.tries >= 5 THEN 'not_sent'
        WHEN o.kind = 'invitation' AND invited IS NULL THEN 'withdrawn'
        WHEN mail_name IS NULL THEN 'unknown_login'
        WHEN who.disabled_at IS NOT NULL AND o.kind <> 'refused' THEN 'disabled'
        WHEN o.kind = 'reset' AND (SELECT count(*)
                                     FROM auth.mail_order AS m
                                    WHERE m.login = o.login AND m.kind = 'reset' AND m.outcome = 'sent'
                                      AND m.ordered_at > p_at - interval '1 hour') >= 3 THEN 'too_many'
        END;
    IF why_not IS NULL AND o.kind = 'reset' THEN
        INSERT INTO auth.reset_token AS t (login, token_sha256, made_at)
        VALUES (mail_login, p_token_sha256, p_at)
            ON CONFLICT (login) DO UPDATE
           SET token_sha256 = EXCLUDED.token_sha256, made_at = EXCLUDED.made_at;
    END IF;
    IF o.kind = 'reset' AND o.tries = 0 THEN
        INSERT INTO audit.event (event, account_id, address, detail)
        VALUES ('reset_asked', who.id, o.address, jsonb_build_object('reason', coalesce(why_not, 'mailed')));
    END IF;
    IF why_not IS NOT NULL THEN
        UPDATE auth.mail_order AS m SET ended_at = p_at, outcome = why_not WHERE m.id = o.id;
    END IF;
END
$$;
COMMENT ON FUNCTION auth.mail_take IS 'The next mail to send, taken for two minutes; why_not: it is not to be sent';
REVOKE ALL ON FUNCTION auth.account_ask, auth.request_seen, auth.account_invite, auth.invitation_do,
              auth.request_refuse, auth.mail_take
  FROM PUBLIC;
