-- begin.sql - start of every import: the role, one transaction, the lines.
-- Tables made here: line (what was read), refused (what was not taken).
\set ON_ERROR_STOP on
SET ROLE ror_import;
SET search_path = pg_catalog;
SET timezone = 'UTC';
BEGIN;
SELECT clock_timestamp() AS started_at \gset

-- One import at a time: two would both find a structure missing.
SELECT pg_advisory_xact_lock(7267010) \g /dev/null

CREATE TEMP TABLE refused (
    no      integer NOT NULL,
    part    text NOT NULL DEFAULT '',
    outcome text NOT NULL CHECK (outcome IN ('refused', 'warning')),
    reason  text NOT NULL,
    line    text
);
