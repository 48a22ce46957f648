-- Fails loudly where migration 0109 is not what it should be.
SELECT jti_sha256, seen_at FROM auth.psc_logout_token WHERE false;
