-- Fails loudly where migration 0072 is not what it should be.
SELECT 1 / (outcome = 'unknown')::integer FROM auth.feed_do(NULL, NULL, 'resume', 'nobody', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT 1 / (length(auth.feed_secret()) = 64)::integer;
SELECT 1 / (NOT has_function_privilege('ror_app', 'auth.feed_secret()', 'EXECUTE'))::integer;
