-- Fails loudly where migration 0085 is not what it should be.
SELECT 1 / (dir.refresh() > 0)::integer;
DO $$
BEGIN
    ASSERT NOT EXISTS (SELECT FROM dir.unavailability AS x
                        WHERE x.lifted_at IS NULL AND isempty(x.during)),
        'a period that nobody lifted has an extent';
    ASSERT dir.unavailability_set(0, NULL, 0, NULL, NULL, 'motif', false) = 'unknown',
        'no such unit';
    ASSERT dir.unavailability_lift(0, NULL, 0, 0) = 'unknown', 'no such period';
    ASSERT dir.lock_refresh(NULL) = 0, 'deriving locks twice changes nothing';
    ASSERT NOT EXISTS (SELECT FROM information_schema.role_routine_grants AS g
                        WHERE g.routine_schema = 'dir' AND g.routine_name LIKE 'unavailability%'
                          AND g.grantee = 'PUBLIC'),
        'not for everybody';
END
$$;
