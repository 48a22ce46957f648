-- Accounts: invitations, requests, mails to send, forgotten passwords, second
-- factor, conditions of use.
SET ROLE ror_owner;

ALTER TABLE auth.account
    ADD directory       text,
    ADD second_required boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN auth.account.directory IS 'Name (setting ldap_name) of the directory that proved this login; no other may; null = not yet';

ALTER TABLE auth.session
    ADD id             bigint GENERATED ALWAYS AS IDENTITY,
    ADD second_due     boolean NOT NULL DEFAULT false,
    ADD conditions_due boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN auth.session.id IS 'Names a session to its owner; opens nothing';
CREATE UNIQUE INDEX session_id ON auth.session (id);

-- A session may get another token: what hangs on it follows.
ALTER TABLE auth.psc_session
    DROP CONSTRAINT psc_session_token_sha256_fkey,
    ADD FOREIGN KEY (token_sha256) REFERENCES auth.session (token_sha256) ON UPDATE CASCADE ON DELETE CASCADE;

CREATE TABLE auth.conditions (
    account_id  bigint NOT NULL REFERENCES auth.account (id),
    version     text NOT NULL CHECK (length(version) BETWEEN 1 AND 20),
    accepted_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, version)
);
COMMENT ON TABLE auth.conditions IS 'One row per account and version of the conditions of use that it accepted';

CREATE TABLE auth.invitation (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mail         text NOT NULL CHECK (mail = lower(mail) AND mail ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$' AND length(mail) <= 254),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    role         text NOT NULL CHECK (role IN ('clinician', 'bed_manager', 'editor', 'director', 'steward', 'analyst', 'admin')),
    scope        text NOT NULL CHECK (scope IN ('france', 'region', 'departement', 'ej', 'eg', 'unit')),
    code         text NOT NULL CHECK (length(code) BETWEEN 1 AND 20),
    valid        tstzrange NOT NULL CHECK (NOT isempty(valid)),
    invited_by   bigint REFERENCES auth.account (id),
    invited_at   timestamptz NOT NULL,
    accepted_at  timestamptz,
    account_id   bigint REFERENCES auth.account (id),
    withdrawn_at timestamptz,
    CHECK ((accepted_at IS NULL) = (account_id IS NULL))
);
COMMENT ON TABLE auth.invitation IS 'One row per e-mail and right that somebody may come and take; invited_by null = ror-db; open for 30 days';
CREATE INDEX invitation_mail ON auth.invitation (mail) WHERE accepted_at IS NULL AND withdrawn_at IS NULL;

CREATE TABLE auth.account_request (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    mail          text NOT NULL CHECK (length(mail) BETWEEN 3 AND 254),
    establishment text NOT NULL CHECK (length(establishment) BETWEEN 1 AND 200),
    role          text NOT NULL CHECK (role IN ('clinician', 'bed_manager', 'editor', 'director', 'analyst')),
    reason        text NOT NULL CHECK (length(reason) <= 1000),
    address       inet,
    asked_at      timestamptz NOT NULL,
    answered_at   timestamptz,
    answered_by   bigint REFERENCES auth.account (id),
    granted       boolean,
    answer        text CHECK (length(answer) <= 1000),
    CHECK ((answered_at IS NULL) = (granted IS NULL))
);
COMMENT ON TABLE auth.account_request IS 'One row per request for an account, for an admin to answer; granted says how';
CREATE INDEX account_request_asked ON auth.account_request (asked_at);

-- A mail to write and send.  A reset names the login that was typed, known or
-- not: who asks waits for the same one row in both cases.
CREATE TABLE auth.mail_order (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('reset', 'invitation', 'changed')),
    login      text NOT NULL CHECK (length(login) <= 254),
    address    inet,
    ordered_at timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,
    tries      integer NOT NULL DEFAULT 0,
    ended_at   timestamptz,
    outcome    text
);
COMMENT ON TABLE auth.mail_order IS 'One row per mail asked for, gone a day after it ended; login is what was typed; outcome: sent, or why not';
CREATE INDEX mail_order_due ON auth.mail_order (due_at) WHERE ended_at IS NULL;
CREATE INDEX mail_order_login ON auth.mail_order (login, ordered_at);

CREATE TABLE auth.reset_token (
    login        text PRIMARY KEY CHECK (login = lower(login)),
    token_sha256 bytea NOT NULL UNIQUE CHECK (length(token_sha256) = 32),
    made_at      timestamptz NOT NULL
);
COMMENT ON TABLE auth.reset_token IS 'One row per login that was mailed a link to a new password: of an account, or of who was invited; good for 30 minutes, and once';

CREATE TABLE auth.second_factor (
    account_id   bigint PRIMARY KEY REFERENCES auth.account (id),
    secret       bytea NOT NULL CHECK (length(secret) = 48),
    made_at      timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_step    bigint NOT NULL DEFAULT 0,
    tries        integer NOT NULL DEFAULT 0,
    tried_at     timestamptz
);
COMMENT ON TABLE auth.second_factor IS 'One row per account with a TOTP secret (nonce 12, AES-256-GCM 20, tag 16); null confirmed_at = not proved yet, asks nobody; last_step: 30 s step of the last code taken; tries: since the last right one';

CREATE TABLE auth.recovery_code (
    account_id  bigint NOT NULL REFERENCES auth.account (id),
    code_sha256 bytea NOT NULL CHECK (length(code_sha256) = 32),
    used_at     timestamptz,
    PRIMARY KEY (account_id, code_sha256)
);
COMMENT ON TABLE auth.recovery_code IS 'One row per recovery code given out; each opens once';

-- Somebody who proved a mail takes what it was invited to: the account, made
-- here when there is none, and a grant per open invitation.  Null: none.
CREATE FUNCTION auth.invitation_take(p_mail text, p_name text, p_at timestamptz, p_address inet)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    account bigint;
    invited bigint[];
BEGIN
    SELECT array_agg(i.id) INTO invited
      FROM (SELECT n.id
              FROM auth.invitation AS n
             WHERE n.mail = lower(p_mail) AND n.accepted_at IS NULL AND n.withdrawn_at IS NULL
               AND n.invited_at > p_at - interval '30 days'
               AND NOT upper(n.valid) <= p_at IS TRUE
               FOR UPDATE) AS i;
    SELECT a.id INTO account FROM auth.account AS a WHERE a.login = lower(p_mail);
    IF invited IS NULL THEN
        RETURN account;
    END IF;
    IF account IS NULL THEN
        INSERT INTO auth.account (login, name, created_at)
        SELECT i.mail, coalesce(nullif(p_name, ''), i.name), p_at
          FROM auth.invitation AS i
         WHERE i.id = invited[1]
        RETURNING id INTO account;
        INSERT INTO audit.event (event, account_id, address) VALUES ('account_created', account, p_address);
    END IF;
    INSERT INTO auth.grant (account_id, role, scope, code, valid)
    SELECT account, i.role, i.scope, i.code,
           tstzrange(greatest(lower(i.valid), i.invited_at), upper(i.valid))
      FROM auth.invitation AS i
     WHERE i.id = ANY (invited)
        ON CONFLICT DO NOTHING;
    UPDATE auth.invitation AS i SET accepted_at = p_at, account_id = account WHERE i.id = ANY (invited);
    INSERT INTO audit.event (event, account_id, address, detail)
    SELECT 'grant', account, p_address,
           jsonb_build_object('role', i.role, 'scope', i.scope, 'code', i.code, 'by', i.invited_by, 'reason', 'invitation')
      FROM auth.invitation AS i
     WHERE i.id = ANY (invited)
     ORDER BY i.id;
    RETURN account;
END
$$;
REVOKE ALL ON FUNCTION auth.invitation_take(text, text, timestamptz, inet) FROM PUBLIC;

-- Invite an e-mail to a right, and order the mail that says so.  p_by: an
-- admin of France (or of the whole scope's region), null: ror-db.
-- Returns the invitation; null: p_by may not.
CREATE FUNCTION auth.invite(p_by bigint, p_mail text, p_name text, p_role text, p_scope text, p_code text,
                            p_valid tstzrange, p_at timestamptz, p_address inet)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    made bigint;
BEGIN
    IF p_by IS NOT NULL AND NOT EXISTS (
       SELECT FROM auth.grant AS g
        WHERE g.account_id = p_by AND g.role = 'admin' AND g.valid @> p_at
          AND (g.scope = 'france' OR (g.scope = p_scope AND g.code = p_code))) THEN
        RETURN NULL;
    END IF;
    INSERT INTO auth.invitation (mail, name, role, scope, code, valid, invited_by, invited_at)
    VALUES (lower(p_mail), p_name, p_role, p_scope, p_code, p_valid, p_by, p_at)
    RETURNING id INTO made;
    INSERT INTO auth.mail_order (kind, login, address, ordered_at, due_at)
    VALUES ('invitation', lower(p_mail), p_address, p_at, p_at);
    INSERT INTO audit.event (event, account_id, address, detail)
    VALUES ('invitation', p_by, p_address,
            jsonb_build_object('invitation', made, 'role', p_role, 'scope', p_scope, 'code', p_code));
    RETURN made;
END
$$;
REVOKE ALL ON FUNCTION auth.invite(bigint, text, text, text, text, text, tstzrange, timestamptz, inet) FROM PUBLIC;

-- Ask for an account.  Says nothing back: the answer is always the same.
-- Kept: 3 a mail and 20 an address in a day, 500 in all.
CREATE FUNCTION auth.account_ask(p_name text, p_mail text, p_establishment text, p_role text, p_reason text,
                                 p_at timestamptz, p_address inet)
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
        INSERT INTO auth.account_request (name, mail, establishment, role, reason, address, asked_at)
        VALUES (p_name, lower(p_mail), p_establishment, p_role, p_reason, p_address, p_at);
    END IF;
    INSERT INTO audit.event (event, address, detail)
    VALUES ('account_asked', p_address, jsonb_build_object('reason', CASE WHEN kept THEN 'kept' ELSE 'too_many' END));
END
$$;
REVOKE ALL ON FUNCTION auth.account_ask(text, text, text, text, text, timestamptz, inet) FROM PUBLIC;

-- The next mail to send, taken for two minutes; a try that says nothing more
-- is made again.  For a reset, the login gets the new link's hash here.
-- why_not: no mail is due; no row to send: mail_id is null.
CREATE FUNCTION auth.mail_take(p_token_sha256 bytea, p_at timestamptz, OUT mail_id bigint, OUT mail_kind text,
                               OUT mail_login text, OUT mail_name text, OUT mail_home text, OUT why_not text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    o auth.mail_order;
    who auth.account;
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
    SELECT i.name INTO invited
      FROM auth.invitation AS i
     WHERE i.mail = lower(o.login) AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL
       AND i.invited_at > p_at - interval '30 days'
     ORDER BY i.id DESC
     LIMIT 1;
    mail_id := o.id;
    mail_kind := o.kind;
    mail_login := lower(o.login);
    mail_name := coalesce(who.name, invited);
    mail_home := who.directory;
    why_not := CASE
        WHEN o.tries >= 5 THEN 'not_sent'
        WHEN o.kind = 'invitation' AND invited IS NULL THEN 'withdrawn'
        WHEN mail_name IS NULL THEN 'unknown_login'
        WHEN who.disabled_at IS NOT NULL THEN 'disabled'
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
REVOKE ALL ON FUNCTION auth.mail_take(bytea, timestamptz) FROM PUBLIC;

-- End the sessions of an account but one (null: all).  Returns how many.
CREATE FUNCTION auth.sessions_end(p_account bigint, p_keep bytea)
RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH gone AS (
        DELETE FROM auth.session AS s
         WHERE s.account_id = p_account AND s.token_sha256 IS DISTINCT FROM p_keep
        RETURNING 1)
    SELECT count(*) FROM gone
$$;
REVOKE ALL ON FUNCTION auth.sessions_end(bigint, bytea) FROM PUBLIC;
