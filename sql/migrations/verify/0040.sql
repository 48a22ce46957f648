-- Fails loudly where migration 0040 is not what it should be.
SELECT service_s, paired_s, since_source, since_at FROM mart.fct_place_day WHERE false;
SELECT subset, available_paired_s, occupied_paired_s FROM mart.rpt_department_day WHERE false;
SELECT place_id, valid, departement_code, subset FROM mart.stage_place WHERE false;
SELECT place_id, during FROM mart.stage_lock WHERE false;
SELECT first_day, from_at, is_full FROM mart.stage_window WHERE false;
SELECT known_from, since_at FROM mart.stage_fact WHERE false;
SELECT day, subset, available_paired_s FROM mart.stage_report WHERE false;
SELECT mart.stage_clear();
SELECT mart.stage_analyze('stage_fact');
SELECT 1 / count(*) FROM pg_catalog.pg_indexes WHERE indexname = 'observation_recorded';
