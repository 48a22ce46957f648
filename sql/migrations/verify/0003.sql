-- Fails loudly where migration 0003 is not what it should be.
SELECT structure_id, valid, parent_id FROM dir.structure_version WHERE false;
SELECT unit_id, site_id FROM dir.unit_version WHERE false;
SELECT place_id, locked FROM dir.place_now WHERE false;
SELECT 1 / count(*) FROM dir.generation;
SELECT 1 / (count(*) = 5)::integer FROM pg_catalog.pg_constraint WHERE contype = 'x' AND connamespace = 'dir'::regnamespace AND conrelid::regclass::text IN ('dir.structure_version', 'dir.unit_version', 'dir.place_version', 'dir.unit_place', 'dir.place_category');
