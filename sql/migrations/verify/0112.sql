-- Fails loudly where migration 0112 is not what it should be.
DO $$
BEGIN
    ASSERT (SELECT count(*) = 12 FROM ref.indicator_jump), 'what may jump';
    ASSERT NOT EXISTS (SELECT FROM ref.indicator_jump AS j JOIN ref.indicator AS i ON i.id = j.indicator_id
                        WHERE i.code IN ('INST', 'DISPO')), 'installed ones have a question of their own';
    ASSERT to_regprocedure('cap.upload_patience()') IS NULL;
    PERFORM cap.upload_check(0);
END
$$;
