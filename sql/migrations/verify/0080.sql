-- Fails loudly where 0080_call.sql is not whole.
SELECT place_id, account_id, replaces, outcome, number, shown, shown_at, called_at FROM cap.call WHERE false;
SELECT accurate FROM cap.call_counted WHERE false;
SELECT 1 / (count(*) = 0)::integer FROM pg_catalog.pg_proc AS p WHERE p.oid = 'cap.call_add(bigint,bigint,text,integer,integer,timestamptz,timestamptz)'::regprocedure AND has_function_privilege('public', p.oid, 'EXECUTE');
SELECT 1 / (ref.plain_name('ST-Étienne') = 'saint etienne')::integer;
SELECT 1 / (count(*) = 3)::integer FROM pg_catalog.pg_indexes WHERE indexname IN ('commune_plain', 'commune_postcodes', 'structure_version_commune');
