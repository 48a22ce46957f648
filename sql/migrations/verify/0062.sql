-- Fails loudly where migration 0062 is not what it should be.
SELECT 1 / (count(*) = count(DISTINCT b.place_id))::integer FROM cap.place_board AS b;
SELECT 1 / bool_and(cardinality(b.indicators) = cardinality(b.figures))::integer FROM cap.place_board AS b HAVING count(*) > 0;
SELECT 1 / (to_regclass('cap.display') IS NOT NULL)::integer;
