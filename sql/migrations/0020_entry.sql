-- The entry board: what it reads, and a total that is retracted with its parts.
SET ROLE ror_owner;

CREATE VIEW cap.place_board AS
SELECT p.place_id, p.name, p.nature, p.field, p.followed, p.site_id,
       p.site_finess, p.site_name, p.departement_code, p.time_zone,
       p.path_label, p.phone, p.unit_ids, p.locked, p.locked_reason,
       coalesce(s.version, 0) AS version, coalesce(s.comment, '') AS comment,
       s.touched_at, src.label AS source_label, src.kind AS source_kind,
       CASE src.kind WHEN 'manual' THEN s.account_id END AS account_id,
       v.inst, v.ferm_nr, v.dispo_ind, v.suppl_mob
  FROM dir.place_now AS p
  LEFT JOIN cap.place_state AS s ON s.place_id = p.place_id
  LEFT JOIN ref.source AS src ON src.code = s.source
  LEFT JOIN LATERAL (
        -- The simple mode's figure of available is the total of all genders.
        SELECT max(c.value) FILTER (WHERE c.indicator_id = 1) AS inst,
               max(c.value) FILTER (WHERE c.indicator_id = 2) AS ferm_nr,
               max(c.value) FILTER (WHERE c.indicator_id = 20) AS dispo_ind,
               max(c.value) FILTER (WHERE c.indicator_id = 9) AS suppl_mob
          FROM cap.current AS c
         WHERE c.place_id = p.place_id AND c.assignment_id = 0
           AND c.indicator_id IN (1, 2, 9, 20)) AS v ON true;
COMMENT ON VIEW cap.place_board IS 'One row per place as of today, with what the simple mode of entry shows of it';

-- Write checked observations; the values of DISPO_* give the derived total,
-- and retracting all of them retracts it: nobody may read yesterday's total.
CREATE OR REPLACE FUNCTION cap.save_write(
    p_entry bigint, p_mode text, p_account bigint, p_source text,
    p_effective timestamptz, p_now timestamptz, p_place bigint[],
    p_comment text[], p_obs_place bigint[], p_obs_indicator smallint[],
    p_obs_value integer[])
RETURNS TABLE (place_id bigint, version bigint)
LANGUAGE sql
SET search_path = pg_catalog
BEGIN ATOMIC
WITH given AS (
    SELECT o.place_id, o.indicator_id, o.value
      FROM unnest(p_obs_place, p_obs_indicator, p_obs_value)
        AS o (place_id, indicator_id, value)
), gendered AS (
    -- The simple mode can't say women or men: it retracts what was said.
    SELECT c.place_id, c.indicator_id, NULL::integer AS value
      FROM cap.current AS c
     WHERE p_mode = 'simple' AND c.place_id = ANY (p_place)
       AND c.assignment_id = 0 AND c.indicator_id IN (5, 6)
       AND c.value IS NOT NULL
), obs AS (
    SELECT g.* FROM given AS g
     UNION ALL
    SELECT g.* FROM gendered AS g
     UNION ALL
    SELECT g.place_id, 20::smallint, sum(g.value)::integer
      FROM given AS g
     WHERE g.indicator_id IN (4, 5, 6)
     GROUP BY g.place_id
), moved AS (
    SELECT o.place_id, bool_or(o.value IS DISTINCT FROM c.value) AS moved
      FROM obs AS o
      LEFT JOIN cap.current AS c
        ON c.place_id = o.place_id AND c.assignment_id = 0
           AND c.indicator_id = o.indicator_id
     GROUP BY o.place_id
), ledger AS (
    INSERT INTO cap.observation (place_id, indicator_id, value, effective_at,
                                 recorded_at, source, entry_id)
    SELECT o.place_id, o.indicator_id, o.value, p_effective, p_now, p_source, p_entry
      FROM obs AS o
    RETURNING *
), current AS (
    INSERT INTO cap.current AS c
    SELECT l.place_id, l.assignment_id, l.indicator_id, l.value,
           l.effective_at, l.recorded_at, l.source, l.entry_id
      FROM ledger AS l
     ORDER BY l.place_id, l.indicator_id
        ON CONFLICT (place_id, assignment_id, indicator_id) DO UPDATE
       SET value = EXCLUDED.value, effective_at = EXCLUDED.effective_at,
           recorded_at = EXCLUDED.recorded_at, source = EXCLUDED.source,
           entry_id = EXCLUDED.entry_id
     WHERE c.effective_at <= EXCLUDED.effective_at
), said AS (
    SELECT x.place_id, x.text
      FROM unnest(p_place, p_comment) AS x (place_id, text)
      JOIN cap.place_state AS s ON s.place_id = x.place_id
     WHERE x.text IS NOT NULL AND x.text <> s.comment
), remark AS (
    INSERT INTO cap.remark (place_id, entry_id, text)
    SELECT d.place_id, p_entry, d.text FROM said AS d
)
UPDATE cap.place_state AS s
   SET version = s.version + (coalesce(m.moved, false) OR d.text IS NOT NULL)::integer,
       comment = coalesce(d.text, s.comment),
       touched_at = greatest(s.touched_at, p_effective),
       source = CASE WHEN s.touched_at > p_effective THEN s.source ELSE p_source END,
       account_id = p_account,
       xid = pg_current_xact_id()
  FROM unnest(p_place) AS x (place_id)
  LEFT JOIN moved AS m ON m.place_id = x.place_id
  LEFT JOIN said AS d ON d.place_id = x.place_id
 WHERE s.place_id = x.place_id
RETURNING s.place_id, s.version;
END;
