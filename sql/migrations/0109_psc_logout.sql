-- A logout message counts once: sent again, it could end a later session of
-- the same person (docs/adr/0056).
SET ROLE ror_owner;

CREATE TABLE auth.psc_logout_token (
    jti_sha256 bytea PRIMARY KEY CHECK (length(jti_sha256) = 32),
    seen_at    timestamptz NOT NULL
);
COMMENT ON TABLE auth.psc_logout_token IS 'One row per logout message of the last quarter of an hour, by the hash of its issuer and jti; older ones are refused by their iat';
CREATE INDEX psc_logout_token_seen ON auth.psc_logout_token (seen_at);
