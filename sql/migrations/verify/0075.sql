-- Fails loudly where migration 0075 is not what it should be.
DO $$
BEGIN
    ASSERT (SELECT count(*) = 1 FROM cap.sentinel), 'one row of the sentinel';
    ASSERT (SELECT x.outcome = 'unknown' FROM cap.channel_set(0, NULL, 0, false, 'manual') AS x),
        'a place that does not exist';
    ASSERT cap.place_feed(0) IS NULL, 'no feed speaks of it';
    ASSERT NOT EXISTS (SELECT FROM information_schema.role_routine_grants AS g
                        WHERE g.routine_schema = 'cap' AND g.grantee = 'PUBLIC'
                          AND g.routine_name IN ('channel_set', 'feed_heard', 'place_feed')),
        'not for everybody';
END
$$;
