-- Who did what.  Append-only: no role has UPDATE or DELETE.
SET ROLE ror_owner;

CREATE TABLE audit.event (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    event      text NOT NULL,
    account_id bigint,
    address    inet,
    detail     jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE audit.event IS 'One row per security event: sign-in, refusal with its reason, sign-out; never a password, token or DN';
CREATE INDEX event_at ON audit.event (at);
