-- Fails loudly where migration 0051 is not what it should be.
SELECT 1 / (count(*) = 0)::integer
  FROM ref.sae_discipline AS d
 WHERE NOT EXISTS (SELECT FROM ref.sae_map AS m WHERE m.discipline = d.code);
SELECT 1 / (count(*) = 0)::integer
  FROM ref.sae_discipline AS d
 CROSS JOIN LATERAL unnest(d.subset_of) AS s (code)
 WHERE NOT EXISTS (SELECT FROM ref.sae_discipline AS x WHERE x.code = s.code);
SELECT 1 / (count(DISTINCT m.sae_table) = 11)::integer FROM ref.sae_map AS m;
