-- dir.refresh() at the size of a country.  Rules are tried once per kind of
-- unit (a hundred or so) instead of once per place; unavailability is looked
-- up for the few units that have any instead of for every place.
--
-- Nothing tells the planner how many ranges hold today: it expects one row and
-- loops.  Every join here is on equal keys, so loops are switched off and the
-- cost stays linear.
SET ROLE ror_owner;

CREATE OR REPLACE FUNCTION dir.category_refresh() RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog
SET enable_nestloop = off
SET jit = off
SET work_mem = '64MB'
BEGIN ATOMIC
DELETE FROM dir.place_category;
INSERT INTO dir.place_category (place_id, valid, category_id, lead_unit)
WITH used AS MATERIALIZED (
    SELECT p.place_id, p.valid, u.unit_id, p.nature, u.unit_type, u.care_mode,
           u.field, u.activities,
           ROW(p.nature, u.unit_type, u.care_mode, u.field, u.activities)::text AS key
      FROM dir.place_version AS p
      LEFT JOIN (dir.unit_place AS up
                 JOIN dir.unit_version AS u ON u.unit_id = up.unit_id)
        ON up.place_id = p.place_id AND up.valid && p.valid
           AND u.valid && (up.valid * p.valid)
), kind AS MATERIALIZED (
    SELECT DISTINCT ON (s.key) s.key, s.nature, s.unit_type, s.care_mode, s.field, s.activities
      FROM used AS s
     ORDER BY s.key
), ruled AS MATERIALIZED (
    SELECT DISTINCT ON (k.key) k.key, r.category_id, r.rank
      FROM kind AS k
      JOIN ref.category_rule AS r ON r.nature = k.nature
     WHERE (r.unit_type IS NULL OR r.unit_type = k.unit_type)
       AND (r.activity IS NULL OR r.activity = ANY (k.activities))
       AND (r.care_mode IS NULL OR r.care_mode = k.care_mode)
       AND (r.field IS NULL OR r.field = k.field)
     ORDER BY k.key, r.rank
)
SELECT DISTINCT ON (s.place_id, s.valid) s.place_id, s.valid, r.category_id, s.unit_id
  FROM used AS s
  JOIN ruled AS r ON r.key = s.key
 ORDER BY s.place_id, s.valid, r.rank, s.unit_id;
END;

CREATE OR REPLACE FUNCTION dir.refresh() RETURNS bigint
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog
SET enable_nestloop = off
SET jit = off
SET work_mem = '64MB'
BEGIN ATOMIC
SELECT dir.category_refresh();
DELETE FROM dir.place_now;
INSERT INTO dir.place_now
       (place_id, name, nature, field, category_id, subset_of, followed,
        sensitive, site_id, site_finess, site_name, ej_finess, ej_name,
        commune_name, departement_code, region_code, time_zone, path_label,
        phone, unit_ids, unit_names, locked, locked_reason)
WITH structure AS MATERIALIZED (
    SELECT s.id, s.kind, s.finess, v.parent_id, v.name, v.commune_code,
           v.departement_code, v.phone
      FROM dir.structure_version AS v
      JOIN dir.structure AS s ON s.id = v.structure_id
     WHERE v.valid @> (SELECT dir.today())
), unit AS MATERIALIZED (
    SELECT up.place_id, u.unit_id, u.name, u.field, u.phone, u.structure_id, u.sensitive
      FROM dir.unit_version AS u
      JOIN dir.unit_place AS up ON up.unit_id = u.unit_id
     WHERE u.valid @> (SELECT dir.today()) AND up.valid @> (SELECT dir.today())
), place AS MATERIALIZED (
    SELECT p.place_id, p.name, p.nature, p.subset_of, p.followed, p.site_id,
           c.category_id, c.lead_unit
      FROM dir.place_version AS p
      JOIN dir.place_category AS c ON c.place_id = p.place_id AND c.valid = p.valid
     WHERE p.valid @> (SELECT dir.today())
), units AS MATERIALIZED (
    SELECT p.place_id,
           array_agg(u.unit_id ORDER BY (u.unit_id = p.lead_unit) DESC, u.unit_id) AS ids,
           array_agg(u.name ORDER BY (u.unit_id = p.lead_unit) DESC, u.unit_id) AS names,
           bool_or(u.sensitive) AS sensitive
      FROM place AS p
      JOIN unit AS u ON u.place_id = p.place_id
     GROUP BY p.place_id
), away AS MATERIALIZED (
    SELECT n.unit_id, range_agg(n.during) AS during, min(n.reason) AS reason
      FROM dir.unavailability AS n
     GROUP BY n.unit_id
), locked AS MATERIALIZED (
    -- Locked while every unit of the place is unavailable.
    SELECT u.place_id, range_intersect_agg(a.during) AS during, min(a.reason) AS reason
      FROM away AS a
      JOIN unit AS u ON u.unit_id = a.unit_id
      JOIN units AS us ON us.place_id = u.place_id
     GROUP BY u.place_id, us.ids
    HAVING count(*) = cardinality(us.ids)
)
SELECT p.place_id, p.name, p.nature, coalesce(lead.field, '01'),
       p.category_id, p.subset_of, p.followed,
       coalesce(us.sensitive, false), site.id, site.finess, site.name,
       ej.finess, ej.name, com.name, d.code, d.region_code, d.time_zone,
       nullif(concat_ws(' – ', f.name, pole.name), ''),
       coalesce(lead.phone, site.phone), coalesce(us.ids, '{}'),
       coalesce(us.names, '{}'), coalesce(lk.during, '{}'), lk.reason
  FROM place AS p
  JOIN structure AS site ON site.id = p.site_id
  JOIN ref.departement AS d ON d.code = site.departement_code
  LEFT JOIN structure AS ej
    ON ej.id = CASE site.kind WHEN 'EJ' THEN site.id ELSE site.parent_id END
  LEFT JOIN ref.commune AS com ON com.code = site.commune_code
  LEFT JOIN unit AS lead ON lead.unit_id = p.lead_unit AND lead.place_id = p.place_id
  LEFT JOIN structure AS f ON f.id = lead.structure_id AND f.kind = 'F'
  LEFT JOIN structure AS s ON s.id = f.parent_id
  LEFT JOIN structure AS pole ON pole.id = s.parent_id
  LEFT JOIN units AS us ON us.place_id = p.place_id
  LEFT JOIN locked AS lk ON lk.place_id = p.place_id;
UPDATE dir.generation
   SET number = number + 1, refreshed_at = now(), day = dir.today()
RETURNING number;
END;
