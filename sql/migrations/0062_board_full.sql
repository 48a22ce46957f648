-- The entry board: every indicator of a place, and how each account sees it.
SET ROLE ror_owner;

CREATE OR REPLACE VIEW cap.place_board AS
SELECT p.place_id, p.name, p.nature, p.field, p.followed, p.site_id,
       p.site_finess, p.site_name, p.departement_code, p.time_zone,
       p.path_label, p.phone, p.unit_ids, p.locked, p.locked_reason,
       coalesce(s.version, 0) AS version, coalesce(s.comment, '') AS comment,
       s.touched_at, src.label AS source_label, src.kind AS source_kind,
       CASE src.kind WHEN 'manual' THEN s.account_id END AS account_id,
       v.inst, v.ferm_nr, v.dispo_ind, v.suppl_mob,
       p.unit_names, coalesce(v.indicators, '{}') AS indicators,
       coalesce(v.figures, '{}') AS figures
  FROM dir.place_now AS p
  LEFT JOIN cap.place_state AS s ON s.place_id = p.place_id
  LEFT JOIN ref.source AS src ON src.code = s.source
  LEFT JOIN LATERAL (
        -- The simple mode's figure of available is the total of all genders.
        SELECT max(c.value) FILTER (WHERE c.indicator_id = 1) AS inst,
               max(c.value) FILTER (WHERE c.indicator_id = 2) AS ferm_nr,
               max(c.value) FILTER (WHERE c.indicator_id = 20) AS dispo_ind,
               max(c.value) FILTER (WHERE c.indicator_id = 9) AS suppl_mob,
               array_agg(c.indicator_id) AS indicators,
               array_agg(c.value) AS figures
          FROM cap.current AS c
         WHERE c.place_id = p.place_id AND c.assignment_id = 0
           AND c.value IS NOT NULL) AS v ON true;
COMMENT ON VIEW cap.place_board IS 'One row per place as of today, with what is said of it: figures[i] is the value of indicators[i], dispo_ind the total of available ones';

CREATE TABLE cap.display (
    account_id    bigint PRIMARY KEY REFERENCES auth.account (id),
    mode          text NOT NULL CHECK (mode IN ('simple', 'full')),
    hidden_groups text[] NOT NULL DEFAULT '{}'
                  CHECK (hidden_groups <@ '{occupation,supplementaires,previsions,crise}'),
    changed_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE cap.display IS 'One row per account that chose how the entry board looks: mode, groups of columns it hides';
