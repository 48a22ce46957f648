-- Fails loudly where migration 0008 is not what it should be.
SELECT cut_at, published_at FROM mart.cut WHERE false;
SELECT place_id, indicator_id, day, known_from, known_to, value_s FROM mart.fct_place_day WHERE false;
SELECT departement_code, category_id, day, available_high_s FROM mart.rpt_department_day WHERE false;
