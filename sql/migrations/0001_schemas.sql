-- Schemas by purpose, and the record of what was applied.

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

CREATE SCHEMA ref AUTHORIZATION ror_owner;
COMMENT ON SCHEMA ref IS 'Code lists, geography with time zones, categories, settings of the domain';
CREATE SCHEMA dir AUTHORIZATION ror_owner;
COMMENT ON SCHEMA dir IS 'Directory: structures, units, places and their dated versions';
CREATE SCHEMA cap AUTHORIZATION ror_owner;
COMMENT ON SCHEMA cap IS 'Capacity: the append-only ledger and what derives from it';
CREATE SCHEMA auth AUTHORIZATION ror_owner;
COMMENT ON SCHEMA auth IS 'Accounts, grants, sessions, favourites';
CREATE SCHEMA mart AUTHORIZATION ror_owner;
COMMENT ON SCHEMA mart IS 'Reporting warehouse, facts with knowledge time';
CREATE SCHEMA audit AUTHORIZATION ror_owner;
COMMENT ON SCHEMA audit IS 'Who did what, append-only';
