-- Fails loudly where migration 0105 is not what it should be.
SELECT anonymised_at FROM auth.account WHERE false;
DO $$
BEGIN
    ASSERT NOT has_function_privilege('public', 'audit.addresses_forget(bigint[])', 'EXECUTE');
    ASSERT NOT has_function_privilege('public', 'auth.purge(text, timestamptz, timestamptz, integer, boolean)', 'EXECUTE');
    ASSERT NOT has_function_privilege('public', 'auth.purge_note(text[], bigint[])', 'EXECUTE');
    ASSERT NOT has_function_privilege('public', 'auth.account_forget(bigint, timestamptz, text)', 'EXECUTE');
    ASSERT auth.purge('session', '1970-01-01', '1970-01-01', 1, true) = 0;
    ASSERT NOT auth.account_forget(0, '1970-01-01', 'request');
    -- An event can't be changed, whoever asks.
    INSERT INTO audit.event (event) VALUES ('purge');
    BEGIN
        UPDATE audit.event AS e SET event = 'x';
        ASSERT false, 'an event can be changed';
    EXCEPTION WHEN insufficient_privilege THEN
        NULL;
    END;
    RAISE EXCEPTION USING ERRCODE = 'ROR00';
EXCEPTION WHEN SQLSTATE 'ROR00' THEN
    NULL;	-- the row of the check is gone
END
$$;
