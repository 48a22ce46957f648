-- Fails loudly where migration 0071 is not what it should be.
SELECT 1 / (count(*) = 1)::integer FROM ref.indicator WHERE tuple = '02/01/04/-/-/-' AND code = 'DISPO_IND';
SELECT 1 / (count(*) = 1)::integer FROM ref.indicator WHERE tuple = '06/01/-/-/02/01' AND code = 'SUPPL_SRH_PMIE';
SELECT 1 / (count(*) = 1)::integer FROM pg_catalog.pg_proc WHERE proname = 'feed_save' AND pronamespace = 'cap'::regnamespace AND prosecdef;
SELECT 1 / (NOT has_function_privilege('ror_app', 'cap.feed_rule(bigint, cap.feed_value[])', 'EXECUTE'))::integer;
