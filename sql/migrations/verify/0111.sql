-- Fails loudly where migration 0111 is not what it should be.
DO $$
BEGIN
    ASSERT (SELECT bool_and(position('cut_lock' IN p.prosrc) > 0) FROM pg_catalog.pg_proc AS p
             WHERE p.pronamespace = 'cap'::regnamespace
               AND p.proname IN ('closure_save', 'closure_cancel')), 'closures wait for the cut';
END
$$;
