DO $$
BEGIN
    ASSERT (SELECT count(*) = 1 AND bool_and(c.place_id IS NULL) AND bool_and(c.seen IS NOT NULL)
              FROM cap.changed_since(NULL) AS c),
        'a null snapshot gives the one row to start from';
    ASSERT (SELECT count(*) >= 1 FROM cap.changed_since(pg_current_snapshot()) AS c),
        'one row always comes';
    ASSERT NOT EXISTS (SELECT FROM information_schema.role_routine_grants AS g
                        WHERE g.routine_schema = 'cap' AND g.routine_name = 'changed_since'
                          AND g.grantee = 'PUBLIC'),
        'not for everybody';
END
$$;
