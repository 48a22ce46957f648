-- Fails loudly where migration 0117 is not what it should be.
DO $$
BEGIN
    ASSERT to_regprocedure('auth.psc_unlink(bigint, bigint, timestamptz, inet)') IS NULL;
END
$$;
