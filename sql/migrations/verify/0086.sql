-- Fails loudly where migration 0086 is not what it should be.
DO $$
BEGIN
    ASSERT (SELECT count(k.error) = 1
              FROM cap.closure_check(0, '{0}', '{2026-01-01}', '{2026-01-02}', '{1}', '{motif}', '{NULL}') AS k),
        'a place that is none is refused';
    ASSERT (SELECT k.outcome = 'refused'
              FROM cap.closure_save(0, NULL, gen_random_uuid(), true, '{0}', '{2026-01-01}', '{2026-01-02}',
                                    '{1}', '{true}', '{motif}', '{NULL}') AS k),
        'and nothing is planned';
    ASSERT cap.closure_cancel(0, NULL, 0) = 'unknown', 'no such closure';
END
$$;
