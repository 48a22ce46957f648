-- Fails loudly where migration 0104 is not what it should be.
DO $$
DECLARE
    n bigint;
BEGIN
    ASSERT NOT has_function_privilege('public', 'audit.journal(bigint, timestamptz, timestamptz, text[], bigint[], inet, text, bigint, integer)', 'EXECUTE');
    SELECT count(*) INTO n
      FROM audit.journal(0, '-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, 10);
    ASSERT n = 0, 'somebody without the role reads the audit';
    SELECT count(*) INTO n FROM pg_catalog.pg_indexes AS i WHERE i.schemaname = 'audit' AND i.tablename = 'event';
    ASSERT n >= 7, 'an index of the audit is missing';
END
$$;
