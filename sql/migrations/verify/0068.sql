-- Fails loudly where migration 0068 is not what it should be.
SELECT 1 / (count(*) = 3)::integer FROM pg_catalog.pg_proc AS p
 WHERE p.pronamespace = 'cap'::regnamespace AND p.proname IN ('part_end', 'total_rederive', 'total_rederive_alone');
