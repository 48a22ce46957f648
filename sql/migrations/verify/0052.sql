-- Fails loudly where migration 0052 is not what it should be.
SELECT 1 / (dir.refresh() > 0)::integer;
SELECT 1 / (count(*) = 0)::integer
  FROM dir.place_version AS p
  LEFT JOIN dir.place_category AS c ON c.place_id = p.place_id AND c.valid = p.valid
 WHERE c.place_id IS NULL;
