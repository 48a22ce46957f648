-- Fails loudly where migration 0060 is not what it should be.
SELECT 1 / (count(*) = 20)::integer FROM ref.indicator;
SELECT 1 / (count(*) = 2)::integer FROM pg_catalog.pg_proc WHERE proname IN ('save', 'undo') AND pronamespace = 'cap'::regnamespace AND prosecdef;
