-- What the demonstration remembers of itself: its seed, the models it draws
-- from, and the channels that report.  Only a demonstration has this schema.
CREATE SCHEMA demo AUTHORIZATION ror_owner;
COMMENT ON SCHEMA demo IS 'The fictitious demonstration: seed, models, channels; absent from a real registry';
SET ROLE ror_owner;

CREATE TABLE demo.run (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    scale      text NOT NULL CHECK (scale IN ('region', 'national')),
    seed       bigint NOT NULL,
    since      timestamptz NOT NULL,
    loaded_at  timestamptz NOT NULL
);
COMMENT ON TABLE demo.run IS 'One row in all: what this demonstration was made from; history from since to loaded_at, its --now';

CREATE TABLE demo.account (
    login       text PRIMARY KEY,
    name        text NOT NULL,
    password    text NOT NULL,
    role        text NOT NULL,
    scope       text NOT NULL,
    code        text NOT NULL,
    must_change integer NOT NULL,
    note        text NOT NULL
);
COMMENT ON TABLE demo.account IS 'One row per line of accounts.csv; the passwords are public on purpose';

CREATE TABLE demo.commune (
    code        text PRIMARY KEY,
    departement text NOT NULL,
    name        text NOT NULL,
    kind        text NOT NULL,
    postcode    text NOT NULL,
    lat         double precision NOT NULL,
    lon         double precision NOT NULL
);
COMMENT ON TABLE demo.commune IS 'One row per real commune in which a fictitious establishment stands';

CREATE TABLE demo.model (
    id        integer PRIMARY KEY,
    pole      text,
    service   text,
    name      text NOT NULL,
    unit_type text NOT NULL,
    field     text NOT NULL,
    care_mode text,
    acts      text,
    nature    text,
    lo        integer,
    hi        integer,
    occupancy real,
    shares    text NOT NULL,
    place_of  integer,
    subset_of integer,
    sensitive integer NOT NULL
);
COMMENT ON TABLE demo.model IS 'One row per unit an establishment may have: shares = kind:percent of the establishments that do; place_of = uses that model''s place (mutualised)';

CREATE TABLE demo.site (
    n            integer PRIMARY KEY,
    structure_id bigint NOT NULL,
    finess       text NOT NULL UNIQUE,
    ej_finess    text NOT NULL,
    kind         text NOT NULL,
    departement  text NOT NULL,
    region       text NOT NULL,
    pos          integer NOT NULL,
    name         text NOT NULL,
    account_id   bigint
);
COMMENT ON TABLE demo.site IS 'One row per fictitious establishment (EG); pos = its rank in the département, which decides its kind; account_id = who types its figures';

CREATE TABLE demo.channel (
    id          integer PRIMARY KEY,
    structure_id bigint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('feed', 'manual', 'weekly')),
    feed        text,
    account_id  bigint,
    minute      integer NOT NULL,
    weekday     integer NOT NULL,
    lag_s       integer NOT NULL,
    twice       boolean NOT NULL,
    signed_in   boolean NOT NULL,
    last_at     timestamptz NOT NULL,
    UNIQUE (structure_id, kind),
    CHECK ((kind = 'feed') = (feed IS NOT NULL AND account_id IS NULL))
);
COMMENT ON TABLE demo.channel IS 'One row per establishment and way of reporting; minute: of the hour for a feed, of the day for people; lag_s: silent for that long; signed_in: a demonstration account may be typing there; last_at = reported until then';

CREATE TABLE demo.place (
    place_id   bigint PRIMARY KEY,
    channel_id integer NOT NULL REFERENCES demo.channel (id),
    nature     text NOT NULL,
    installed  integer NOT NULL,
    closed     integer NOT NULL,
    closed_summer integer NOT NULL,
    extra      integer NOT NULL,
    occupancy  real NOT NULL,
    weekend    real NOT NULL,
    winter     real NOT NULL,
    daily      real NOT NULL,
    noise      real NOT NULL,
    full_mode  boolean NOT NULL,
    occupied   boolean NOT NULL,
    reported   text NOT NULL CHECK (reported IN ('all', 'installed', 'nothing')),
    opened_at  timestamptz NOT NULL,
    locked     tstzrange
);
COMMENT ON TABLE demo.place IS 'One row per place: the parameters that its figures follow';
CREATE INDEX place_channel ON demo.place (channel_id);

-- The demonstration's chance: a number in [0, 1) that (seed, key) decide.
CREATE FUNCTION demo.u(p_seed bigint, p_key bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (pg_catalog.hashint8extended(p_key, p_seed) & 1048575)::double precision / 1048576.0;
COMMENT ON FUNCTION demo.u IS 'A number in [0, 1) decided by seed and key alone';

-- Two hash draws joined by a straight line: what drifts over days.
CREATE FUNCTION demo.drift(p_seed bigint, p_key bigint, p_at double precision)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN demo.u(p_seed, p_key * 100003 + floor(p_at)::bigint)
       * (1 - (p_at - floor(p_at)))
       + demo.u(p_seed, p_key * 100003 + floor(p_at)::bigint + 1)
       * (p_at - floor(p_at));
COMMENT ON FUNCTION demo.drift IS 'A number in [0, 1) that moves slowly with p_at';
