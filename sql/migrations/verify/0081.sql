-- Fails loudly where 0081_category_admin.sql is not whole.
SELECT region_code, category_id, rank, shown FROM ref.category_region WHERE false;
SELECT 1 / (count(*) = 1)::integer FROM ref.category_version;
SELECT 1 / (count(*) = 3)::integer FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conrelid = 'ref.category_rule'::regclass;
SELECT 1 / (count(*) = 4)::integer FROM pg_catalog.pg_proc AS p WHERE p.pronamespace = 'ref'::regnamespace AND p.prosecdef AND p.proname IN ('category_rules_set', 'category_lines_set', 'category_add', 'category_region_set') AND NOT has_function_privilege('public', p.oid, 'EXECUTE');
-- The rules of now move nothing.
SELECT 1 / (coalesce(sum(t.places) FILTER (WHERE t.was IS DISTINCT FROM t.becomes), 0) = 0)::integer
  FROM (SELECT array_agg(r.category_id ORDER BY r.rank) AS c, array_agg(r.unit_type ORDER BY r.rank) AS t,
               array_agg(r.activity ORDER BY r.rank) AS a, array_agg(r.care_mode ORDER BY r.rank) AS m,
               array_agg(r.field ORDER BY r.rank) AS f
          FROM ref.category_rule AS r) AS n
 CROSS JOIN ref.category_preview(n.c, n.t, n.a, n.m, n.f) AS t
 WHERE t.was IS NOT NULL;
