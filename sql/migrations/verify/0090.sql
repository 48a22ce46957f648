-- Fails loudly where migration 0090 is not what it should be.
SELECT state_sha256, cookie_sha256, account_id, return_to, created_at FROM auth.psc_state WHERE false;
SELECT cookie_sha256, iss, sub, id_token, sid_sha256, account_id FROM auth.psc_pending WHERE false;
SELECT id, iss, sub, account_id, unlinked_at, unlinked_by FROM auth.psc_link WHERE false;
SELECT token_sha256, iss, sub, sid_sha256, id_token FROM auth.psc_session WHERE false;
DO $$
BEGIN
    IF (SELECT count(*) FROM pg_catalog.pg_index AS i
         WHERE i.indrelid = 'auth.psc_link'::regclass AND i.indisunique AND i.indpred IS NOT NULL) <> 2 THEN
        RAISE 'an identity or an account could be linked twice';
    END IF;
    IF has_function_privilege('public', 'auth.psc_unlink(bigint,bigint,timestamptz,inet)', 'EXECUTE') THEN
        RAISE 'anybody may unlink';
    END IF;
END
$$;
