-- Fails loudly where migration 0002 is not what it should be.
SELECT list, system, code, label FROM ref.code WHERE false;
SELECT code, region_code, finess_code, time_zone FROM ref.departement WHERE false;
SELECT nature, valid, ttl_s FROM ref.ttl WHERE false;
SELECT rank, category_id, unit_type, activity, care_mode, field FROM ref.category_rule WHERE false;
