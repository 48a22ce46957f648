-- Pro Santé Connect: sign-ins under way, identities without account, links,
-- and what a session needs to end with the provider's.
SET ROLE ror_owner;

CREATE TABLE auth.psc_state (
    state_sha256  bytea PRIMARY KEY CHECK (length(state_sha256) = 32),
    cookie_sha256 bytea NOT NULL CHECK (length(cookie_sha256) = 32),
    account_id    bigint REFERENCES auth.account (id),
    return_to     text NOT NULL CHECK (return_to ~ '^/([^/]|$)' AND length(return_to) <= 4096),
    created_at    timestamptz NOT NULL
);
COMMENT ON TABLE auth.psc_state IS 'One row per sign-in that was sent to the provider and is not back; account_id: who wants to link a card, null = a sign-in; good for 10 minutes';
CREATE INDEX psc_state_created ON auth.psc_state (created_at);

CREATE TABLE auth.psc_pending (
    cookie_sha256   bytea PRIMARY KEY CHECK (length(cookie_sha256) = 32),
    iss             text NOT NULL,
    sub             text NOT NULL,
    subject_name_id text,
    given_name      text,
    family_name     text,
    email           text,
    sid_sha256      bytea CHECK (length(sid_sha256) = 32),
    id_token        text NOT NULL,
    account_id      bigint REFERENCES auth.account (id),
    return_to       text NOT NULL,
    created_at      timestamptz NOT NULL
);
COMMENT ON TABLE auth.psc_pending IS 'One row per identity that came back and waits for its link; account_id: the signed-in account that asked, null = to be proved by e-mail and password; good for 10 minutes';
CREATE INDEX psc_pending_created ON auth.psc_pending (created_at);

CREATE TABLE auth.psc_link (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    iss             text NOT NULL,
    sub             text NOT NULL,
    account_id      bigint NOT NULL REFERENCES auth.account (id),
    subject_name_id text,
    given_name      text NOT NULL,
    family_name     text NOT NULL,
    linked_at       timestamptz NOT NULL,
    unlinked_at     timestamptz CHECK (unlinked_at >= linked_at),
    unlinked_by     bigint REFERENCES auth.account (id),
    CHECK ((unlinked_at IS NULL) = (unlinked_by IS NULL))
);
COMMENT ON TABLE auth.psc_link IS 'One row per period in which an identity of a provider (iss, sub) opens an account; subject_name_id informs, it is no key';
CREATE UNIQUE INDEX psc_link_identity ON auth.psc_link (iss, sub) WHERE unlinked_at IS NULL;
CREATE UNIQUE INDEX psc_link_account ON auth.psc_link (account_id) WHERE unlinked_at IS NULL;

CREATE TABLE auth.psc_session (
    token_sha256 bytea PRIMARY KEY REFERENCES auth.session (token_sha256) ON DELETE CASCADE,
    iss          text NOT NULL,
    sub          text NOT NULL,
    sid_sha256   bytea CHECK (length(sid_sha256) = 32),
    id_token     text NOT NULL
);
COMMENT ON TABLE auth.psc_session IS 'One row per session that a provider opened; sid_sha256: its own session, for its logout messages; id_token: hint for leaving it, gone with the session';
CREATE INDEX psc_session_identity ON auth.psc_session (iss, sub);

-- Take a card from an account: its link is over, and so are the sessions that
-- a card opened.  p_admin must hold the role; who that is, the program says.
-- Returns 'done', 'none' (the account has no card) or 'denied'.
CREATE FUNCTION auth.psc_unlink(p_admin bigint, p_account bigint, p_at timestamptz, p_address inet)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM auth.grant AS g
                    WHERE g.account_id = p_admin AND g.role = 'admin' AND g.valid @> p_at) THEN
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
REVOKE ALL ON FUNCTION auth.psc_unlink(bigint, bigint, timestamptz, inet) FROM PUBLIC;
