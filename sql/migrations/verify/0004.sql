-- Fails loudly where migration 0004 is not what it should be.
SELECT place_id, value FROM cap.current_derived WHERE false;
SELECT 1 / (count(*) >= 3)::integer FROM pg_catalog.pg_inherits WHERE inhparent = 'cap.observation'::regclass;
SELECT 1 / (to_regprocedure('cap.cut()') IS NOT NULL)::integer;
