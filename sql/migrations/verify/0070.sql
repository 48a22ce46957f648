-- Fails loudly where migration 0070 is not what it should be.
SELECT id, name, label, contact, source, secret_sha256, previous_secret_sha256, previous_until, certificate, created_at, created_by, suspended_at, suspended_reason FROM auth.feed WHERE false;
SELECT feed_id, site, valid FROM auth.feed_site WHERE false;
SELECT token_sha256, feed_id, issued_at, expires_at FROM auth.feed_token WHERE false;
SELECT site_id, code, place_id FROM dir.place_code WHERE false;
SELECT place_id, mode, feed_id, since, account_id FROM cap.channel WHERE false;
SELECT 1 / (count(*) = 1)::integer FROM pg_catalog.pg_constraint WHERE conrelid = 'auth.feed_site'::regclass AND contype = 'x';
