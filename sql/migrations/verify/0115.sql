-- Fails loudly where migration 0115 is not what it should be.
DO $$
BEGIN
    ASSERT (SELECT p.prorettype = 'boolean'::regtype FROM pg_proc AS p WHERE p.oid = 'auth.account_ask'::regproc);
    ASSERT NOT has_function_privilege('public', 'auth.account_ask(text, text, text, text, text, text, timestamptz, inet)', 'EXECUTE');
END
$$;
