-- The entry board: what it reads of a place.
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
