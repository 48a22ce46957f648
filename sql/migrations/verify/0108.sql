-- Fails loudly where migration 0108 is not what it should be.
SELECT 1 / (pg_get_functiondef('cap.undo(bigint, bigint)'::regprocedure) LIKE '%grant_place%')::integer;
SELECT 1 / (outcome = 'unknown')::integer FROM cap.undo(-1, -1);
