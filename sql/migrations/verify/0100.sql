-- Fails loudly where migration 0100 is not what it should be.
SELECT id, given_by, ended_by FROM auth.grant WHERE false;
DO $$
BEGIN
    -- DOMAIN: admin all seven, steward four, director two, the others none.
    ASSERT (SELECT array_agg(concat(x.granter, x.n) ORDER BY x.granter)
              FROM (SELECT d.granter, count(*) AS n FROM auth.delegation AS d GROUP BY d.granter) AS x)
           = ARRAY['admin7', 'director2', 'steward4'];
    ASSERT NOT auth.may_grant(-1, 'clinician', 'france', 'FR', now());
    ASSERT (SELECT w.inside FROM auth.scope_within('departement', '75', 'france', 'FR') AS w);
    ASSERT NOT (SELECT w.inside FROM auth.scope_within('france', 'FR', 'region', '11') AS w);
    ASSERT NOT has_function_privilege('public', 'auth.may_grant(bigint, text, text, text, timestamptz)', 'EXECUTE');
END
$$;
