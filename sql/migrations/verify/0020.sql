-- Fails loudly where migration 0020 is not what it should be.
SELECT 1 / (count(*) = count(DISTINCT b.place_id))::integer FROM cap.place_board AS b;
