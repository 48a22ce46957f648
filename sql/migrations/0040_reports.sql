-- Reports: what the night needs beside facts (dimensions with knowledge time,
-- staging), and what ratios need to be exact.
SET ROLE ror_owner;

-- A rate's two halves must cover the same seconds: service_s and paired_s.
-- since_at and since_source make at_24 a state that the next night starts
-- from, without reading the past again.
ALTER TABLE mart.fct_place_day
    ADD COLUMN service_s    bigint NOT NULL,
    ADD COLUMN paired_s     bigint NOT NULL,
    ADD COLUMN since_source smallint CHECK (since_source BETWEEN 0 AND 2),
    ADD COLUMN since_at     timestamptz,
    ADD CHECK (manual_s + feed_s <= known_s),
    ADD CHECK ((at_24 IS NULL) = (since_at IS NULL));
COMMENT ON TABLE mart.fct_place_day IS 'One row per place, indicator, civil day of the place''s zone, and vintage. value_s = sum of value x seconds, mean = value_s / known_s; service_s = beds in service x the seconds this indicator is known; paired_s = value_s over the seconds that beds in service are known too; since_at, since_source = instant and source (0 manual, 1 feed, 2 other) of at_24';
CREATE INDEX fct_place_day_day ON mart.fct_place_day (day)
 WHERE known_to = 'infinity';

-- Beds inside other beds (subset_of) count in their category, never in a sum
-- over categories: the two kinds of rows stay apart.
ALTER TABLE mart.rpt_department_day
    DROP CONSTRAINT rpt_department_day_pkey;
ALTER TABLE mart.rpt_department_day
    ADD COLUMN subset             boolean NOT NULL,
    ADD COLUMN available_paired_s bigint NOT NULL,
    ADD COLUMN occupied_paired_s  bigint NOT NULL,
    ADD PRIMARY KEY (departement_code, category_id, subset, day, known_from);
COMMENT ON TABLE mart.rpt_department_day IS 'One row per département, category, subset or not, civil day and vintage; add both subset rows for a category, only the false ones over categories. *_s are unit-seconds: beds x seconds over the places followed; known_s, expected_s, zero_s are place-seconds; in_service_known_s and available_paired_s cover the same seconds, so do in_service_occ_s and occupied_paired_s: rates divide these; available_high_s = available_s + beds in service in the seconds whose availability is unknown';

CREATE TABLE mart.dim_place (
    place_id         bigint NOT NULL,
    valid            daterange NOT NULL,
    known_from       timestamptz NOT NULL,
    known_to         timestamptz NOT NULL DEFAULT 'infinity',
    departement_code text NOT NULL,
    region_code      text NOT NULL,
    nature           text NOT NULL,
    time_zone        text NOT NULL,
    site_id          bigint NOT NULL,
    category_id      smallint NOT NULL,
    subset           boolean NOT NULL,
    CHECK (known_from < known_to),
    PRIMARY KEY (place_id, valid, known_from)
);
COMMENT ON TABLE mart.dim_place IS 'One row per followed place with an open unit, period in which it counts the same way, and vintage';

CREATE TABLE mart.dim_lock (
    place_id   bigint NOT NULL,
    during     tstzrange NOT NULL,
    known_from timestamptz NOT NULL,
    known_to   timestamptz NOT NULL DEFAULT 'infinity',
    CHECK (known_from < known_to),
    PRIMARY KEY (place_id, during, known_from)
);
COMMENT ON TABLE mart.dim_lock IS 'One row per place, period in which all its units were unavailable, and vintage';

-- Staging of one run; empty between runs, lost in a crash.
CREATE UNLOGGED TABLE mart.stage_place (
    LIKE mart.dim_place,
    PRIMARY KEY (place_id, valid)
);
ALTER TABLE mart.stage_place DROP COLUMN known_from, DROP COLUMN known_to;
COMMENT ON TABLE mart.stage_place IS 'One row per place and period, as mart.dim_place will be';
CREATE UNLOGGED TABLE mart.stage_lock (
    place_id bigint NOT NULL,
    during   tstzrange NOT NULL,
    PRIMARY KEY (place_id, during)
);
COMMENT ON TABLE mart.stage_lock IS 'One row per place and period, as mart.dim_lock will be';
CREATE UNLOGGED TABLE mart.stage_window (
    place_id  bigint PRIMARY KEY,
    time_zone text NOT NULL,
    is_full   boolean NOT NULL,
    first_day date NOT NULL,
    from_at   timestamptz NOT NULL
);
COMMENT ON TABLE mart.stage_window IS 'One row per place to sweep: from which day on, and whether its whole history is needed for the state before it';
CREATE UNLOGGED TABLE mart.stage_days (
    place_id  bigint NOT NULL,
    first_day date NOT NULL,
    last_day  date NOT NULL
);
COMMENT ON TABLE mart.stage_days IS 'One row per place and run of days that are computed again; rows may overlap';
CREATE UNLOGGED TABLE mart.stage_fact (
    LIKE mart.fct_place_day,
    PRIMARY KEY (place_id, indicator_id, day)
);
ALTER TABLE mart.stage_fact DROP COLUMN known_to;
COMMENT ON TABLE mart.stage_fact IS 'One row per place, indicator and day computed again, before it is compared';
CREATE UNLOGGED TABLE mart.stage_cell (
    departement_code text NOT NULL,
    category_id      smallint NOT NULL,
    subset           boolean NOT NULL,
    day              date NOT NULL,
    PRIMARY KEY (day, departement_code, category_id, subset)
);
COMMENT ON TABLE mart.stage_cell IS 'One row per département, category, subset or not, and day to be added up again';
CREATE UNLOGGED TABLE mart.stage_report (
    LIKE mart.rpt_department_day,
    PRIMARY KEY (day, departement_code, category_id, subset)
);
ALTER TABLE mart.stage_report DROP COLUMN known_from, DROP COLUMN known_to;
COMMENT ON TABLE mart.stage_report IS 'One row per cell added up again, before it is compared';

CREATE FUNCTION mart.stage_clear() RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
TRUNCATE mart.stage_place, mart.stage_lock, mart.stage_window, mart.stage_days,
         mart.stage_fact, mart.stage_cell, mart.stage_report
$$;
COMMENT ON FUNCTION mart.stage_clear IS 'Empty the staging tables, before and after a run';

-- Plans of the merge depend on how much was staged.
CREATE FUNCTION mart.stage_analyze(p_table text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
BEGIN
    IF p_table NOT LIKE 'stage\_%' THEN
        RAISE EXCEPTION 'mart.stage_analyze: % is no staging table', p_table;
    END IF;
    EXECUTE format('ANALYZE mart.%I', p_table);
END
$$;
COMMENT ON FUNCTION mart.stage_analyze IS 'ANALYZE one staging table on behalf of the report program';
REVOKE ALL ON FUNCTION mart.stage_clear, mart.stage_analyze FROM PUBLIC;

-- The night reads what was recorded since the last cut: rows come in that
-- order, so a block range index costs nothing to writers.
CREATE INDEX observation_recorded ON cap.observation
 USING brin (recorded_at) WITH (pages_per_range = 16);
