-- Fails loudly where migration 0005 is not what it should be.
SELECT account_id, role, scope, code FROM auth.grant_now WHERE false;
SELECT account_id, role, place_id FROM auth.grant_place WHERE false;
SELECT token_sha256, csrf, must_change FROM auth.session WHERE false;
