-- Placing every place of a country anew takes longer than a page may.
SET ROLE ror_owner;

CREATE FUNCTION ref.category_patience() RETURNS text
LANGUAGE sql VOLATILE
SET search_path = pg_catalog
RETURN set_config('statement_timeout', '60s', true);
COMMENT ON FUNCTION ref.category_patience IS 'Let the next statements of this transaction run for a minute; before ref.category_rules_set()';
