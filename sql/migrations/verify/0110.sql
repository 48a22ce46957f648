-- Fails loudly where migration 0110 is not what it should be.
DO $$
BEGIN
    ASSERT position('last_confirmed_at > p_effective' IN pg_get_functiondef(
        'cap.save_write(bigint, text, text, bigint, text, timestamptz, timestamptz, bigint[], text[], bigint[], integer[], smallint[], integer[])'::regprocedure)) > 0,
        'skipped confirmations are written';
    ASSERT NOT has_function_privilege('public', 'cap.total_rederive_alone(bigint[], timestamptz, bigint, timestamptz, text)', 'EXECUTE');
END
$$;
