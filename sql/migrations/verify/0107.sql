-- Fails loudly where migration 0107 is not what it should be.
SELECT may_send, profile, read_scope, read_code FROM auth.feed WHERE false;
SELECT may_send, may_read, sites, certificate FROM auth.feed_token WHERE false;
SELECT 1 / (outcome = 'token')::integer FROM cap.machine_read('00', '{}', NULL, 'x', NULL);
SELECT 1 / (auth.machine_rights_error(false, NULL, 'sites', NULL) = 'right')::integer;
SELECT 1 / (NOT has_function_privilege('ror_api', 'auth.feed_do(bigint, inet, text, text, text, text, text, text, text[], text, integer, boolean, text, text, text)', 'EXECUTE'))::integer;
