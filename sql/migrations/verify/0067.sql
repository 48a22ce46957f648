DO $$
BEGIN
    -- Of now, known now, it is cap.current (tests/integration/t27-history.t
    -- compares the past with the ledger, place by place).
    IF EXISTS (SELECT FROM (SELECT c.place_id FROM cap.current AS c LIMIT 100) AS p
                CROSS JOIN LATERAL cap.known_at(ARRAY[p.place_id], 'infinity', 'infinity') AS k
                 JOIN cap.current AS c
                   ON (c.place_id, c.assignment_id, c.indicator_id)
                      = (k.place_id, k.assignment_id, k.indicator_id)
                WHERE c.entry_id <> k.entry_id) THEN
        RAISE EXCEPTION 'cap.known_at is not cap.current';
    END IF;
END
$$;
