-- Fails loudly where migration 0063 is not what it should be.
SELECT 1 / (count(*) = 3)::integer FROM pg_catalog.pg_proc
 WHERE proname IN ('assignment_add', 'assignment_end', 'save_ask') AND pronamespace = 'cap'::regnamespace AND prosecdef;
SELECT 1 / (count(*) = 0)::integer FROM cap.save_warn('full', '{}', '{}', '{}', '{}', now());
