-- Fails loudly where the seed is not whole.
SELECT 1 / (count(*) = 102)::integer FROM ref.departement;
SELECT 1 / (count(*) = 19)::integer FROM ref.region;
SELECT 1 / (count(*) = 16)::integer FROM ref.indicator;
-- Each nature ends with a rule that matches everything.
SELECT 1 / (count(DISTINCT nature) = 3)::integer
  FROM ref.category_rule
 WHERE unit_type IS NULL AND activity IS NULL AND care_mode IS NULL AND field IS NULL;
