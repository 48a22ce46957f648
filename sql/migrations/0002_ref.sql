-- Code lists, geography, indicators, categories, runs of importers.
SET ROLE ror_owner;

CREATE TABLE ref.code (
    list       text NOT NULL,
    system     text NOT NULL,
    code       text NOT NULL,
    label      text NOT NULL,
    valid_from date,
    valid_to   date,
    PRIMARY KEY (list, system, code)
);
COMMENT ON TABLE ref.code IS 'One row per code of a list and source terminology; a code alone is no key (J229 has 86 twice)';
CREATE INDEX code_list_code ON ref.code (list, code);

CREATE TABLE ref.region (
    code text PRIMARY KEY,
    name text NOT NULL
);
COMMENT ON TABLE ref.region IS 'One row per région or overseas collectivity, INSEE code';

CREATE TABLE ref.departement (
    code        text PRIMARY KEY,
    region_code text NOT NULL REFERENCES ref.region (code),
    name        text NOT NULL,
    finess_code text NOT NULL UNIQUE,
    time_zone   text NOT NULL
);
COMMENT ON TABLE ref.departement IS 'One row per département as the registry counts them: 101 and 975; 977 and 978 count with 971';

CREATE TABLE ref.commune (
    code             text PRIMARY KEY,
    departement_code text NOT NULL REFERENCES ref.departement (code),
    name             text NOT NULL,
    kind             text NOT NULL CHECK (kind IN ('commune', 'arrondissement', 'former')),
    postcodes        text[] NOT NULL DEFAULT '{}',
    population       integer CHECK (population >= 0)
);
COMMENT ON TABLE ref.commune IS 'One row per commune, arrondissement of Paris, Lyon or Marseille, or former commune still in use';
CREATE INDEX commune_departement ON ref.commune (departement_code);

CREATE TABLE ref.nature (
    code text PRIMARY KEY,
    one  text NOT NULL,
    many text NOT NULL
);
COMMENT ON TABLE ref.nature IS 'One row per nature of capacity (R329): lit, place, salle; natures are never added up';

CREATE TABLE ref.indicator (
    id        smallint PRIMARY KEY,
    code      text NOT NULL UNIQUE,
    label     text NOT NULL,
    status    text NOT NULL,
    gender    text,
    closing   text,
    extra     text,
    horizon   text NOT NULL DEFAULT '01',
    volatile  boolean NOT NULL,
    simple    boolean NOT NULL,
    derived   boolean NOT NULL
);
COMMENT ON TABLE ref.indicator IS 'One row per indicator, a closed tuple of R330 to R334 codes (glossary)';

CREATE TABLE ref.ttl (
    nature    text NOT NULL REFERENCES ref.nature (code),
    valid     daterange NOT NULL,
    ttl_s     integer NOT NULL CHECK (ttl_s > 0),
    PRIMARY KEY (nature, valid),
    EXCLUDE USING gist (nature WITH =, valid WITH &&)
);
COMMENT ON TABLE ref.ttl IS 'One row per nature and period: seconds that a volatile value stays true without news; a new limit never rewrites the past';

CREATE TABLE ref.source (
    code    text PRIMARY KEY,
    label   text NOT NULL,
    kind    text NOT NULL CHECK (kind IN ('manual', 'feed', 'import'))
);
COMMENT ON TABLE ref.source IS 'One row per source of a figure: R335, and internal codes from 90 on';

CREATE TABLE ref.category (
    id     smallint PRIMARY KEY,
    slug   text NOT NULL UNIQUE,
    label  text NOT NULL,
    nature text NOT NULL REFERENCES ref.nature (code),
    rank   smallint NOT NULL UNIQUE
);
COMMENT ON TABLE ref.category IS 'One row per category, a line of the availability matrix; one nature each';

CREATE TABLE ref.category_rule (
    rank        smallint PRIMARY KEY,
    category_id smallint NOT NULL REFERENCES ref.category (id),
    nature      text NOT NULL REFERENCES ref.nature (code),
    unit_type   text,
    activity    text,
    care_mode   text,
    field       text
);
COMMENT ON TABLE ref.category_rule IS 'One row per rule; the first by rank whose given columns all match decides; null matches all';

CREATE TABLE ref.import_run (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL,
    file_name  text NOT NULL,
    sha256     text NOT NULL,
    lines      integer NOT NULL,
    inserted   integer NOT NULL,
    changed    integer NOT NULL,
    unchanged  integer NOT NULL,
    refused    integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz NOT NULL
);
COMMENT ON TABLE ref.import_run IS 'One row per file imported, also when it changed nothing';
