-- Fails loudly where migration 0001 is not what it should be.
SELECT 1 / (count(*) = 6)::integer FROM pg_catalog.pg_namespace WHERE nspname IN ('ref', 'dir', 'cap', 'auth', 'mart', 'audit');
