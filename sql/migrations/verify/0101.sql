-- Fails loudly where migration 0101 is not what it should be.
SELECT disabled_by, disabled_reason, version, folded FROM auth.account WHERE false;
DO $$
BEGIN
    ASSERT auth.fold('Élodie D’ŒUVRE-Ñ_50%') = 'elodie d oeuvre n 50 ';
    ASSERT auth.account_do(-1, NULL, -1, 0, 'disable', 'x', NULL, now()) = 'unknown';
    ASSERT auth.grant_give(-1, NULL, -1, 0, 'clinician', 'france', 'FR', tstzrange(now(), NULL), now()) = 'unknown';
    ASSERT auth.grant_end(-1, NULL, -1, 0, -1, now(), now()) = 'unknown';
    ASSERT NOT has_function_privilege('public', 'auth.account_did(bigint, inet, bigint, text, text, bigint, timestamptz)', 'EXECUTE');
END
$$;
