-- Fails loudly where migration 0007 is not what it should be.
SELECT 1 / (count(*) = 1)::integer FROM pg_catalog.pg_proc WHERE proname = 'save' AND pronamespace = 'cap'::regnamespace AND prosecdef;
SELECT 1 / (pg_catalog.pg_get_functiondef('cap.save_write'::regproc) NOT LIKE '%HAVING%')::integer;
