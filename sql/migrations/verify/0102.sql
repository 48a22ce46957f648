-- Fails loudly where migration 0102 is not what it should be.
SELECT departement FROM auth.account_request WHERE false;
SELECT request_id FROM auth.mail_order WHERE false;
DO $$
BEGIN
    ASSERT NOT auth.request_seen(-1, NULL, now());
    ASSERT auth.invitation_do(-1, NULL, -1, 'withdraw', now()) = 'unknown';
    ASSERT auth.request_refuse(-1, NULL, -1, 'x', now()) = 'unknown';
    ASSERT auth.account_invite(-1, NULL, 'a@b', 'N', 'clinician', 'france', 'FR', tstzrange(now(), NULL), NULL, now()) = 'denied';
    ASSERT NOT has_function_privilege('public', 'auth.mail_take(bytea, timestamptz)', 'EXECUTE');
END
$$;
