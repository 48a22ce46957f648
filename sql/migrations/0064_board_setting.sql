-- What each région enters on the boards here, and what elsewhere.
SET ROLE ror_owner;

CREATE TABLE cap.board_setting (
    region_code     text PRIMARY KEY REFERENCES ref.region (code),
    boards          text[] NOT NULL CHECK (boards <@ '{lits,places,places-medico-sociales}'),
    hidden_groups   text[] NOT NULL
                    CHECK (hidden_groups <@ '{occupation,supplementaires,previsions,crise}'),
    fields          text[] NOT NULL CHECK (fields <@ '{01,02,03,04,06}'),
    elsewhere       text NOT NULL DEFAULT '' CHECK (length(elsewhere) <= 500),
    help            text NOT NULL DEFAULT '' CHECK (length(help) <= 500),
    synthesis_label text NOT NULL DEFAULT '' CHECK (length(synthesis_label) <= 100),
    synthesis_url   text NOT NULL DEFAULT ''
                    CHECK (synthesis_url = ''
                           OR length(synthesis_url) <= 300
                              AND synthesis_url ~ '^https://[^[:space:]"<>]{3,}$'),
    home_care       boolean NOT NULL DEFAULT true,
    version         integer NOT NULL DEFAULT 1,
    changed_at      timestamptz NOT NULL DEFAULT now(),
    changed_by      bigint
);
COMMENT ON TABLE cap.board_setting IS 'One row per région that chose what is entered on the boards here; without a row everything but the crisis variants is';

-- Hospital care at home counts as a discipline of its own.
CREATE VIEW cap.place_entered AS
SELECT p.place_id, p.nature, p.field, p.region_code, p.site_finess,
       p.site_name, p.departement_code, p.unit_ids,
       coalesce(b.name = ANY (s.boards) AND p.field = ANY (s.fields)
                AND (s.home_care OR c.slug <> 'had'), true) AS here
  FROM dir.place_now AS p
  JOIN ref.category AS c ON c.id = p.category_id
  CROSS JOIN LATERAL (
        SELECT CASE WHEN p.nature <> '02' THEN 'lits'
                    WHEN p.field IN ('04', '06') THEN 'places-medico-sociales'
                    ELSE 'places' END AS name) AS b
  LEFT JOIN cap.board_setting AS s ON s.region_code = p.region_code;
COMMENT ON VIEW cap.place_entered IS 'One row per place of today: whether its région enters it on the boards here';

-- outcome: ok, denied (neither steward of the région nor admin), conflict
-- (not the version that was shown; 0 = there was none), unknown.
CREATE FUNCTION cap.board_setting_save(
    p_account bigint, p_region text, p_version integer, p_boards text[],
    p_hidden text[], p_fields text[], p_home_care boolean, p_elsewhere text,
    p_help text, p_label text, p_url text)
RETURNS TABLE (outcome text, version integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
#variable_conflict use_column
DECLARE
    v_old cap.board_setting;
    v_new cap.board_setting;
BEGIN
    IF NOT EXISTS (SELECT FROM auth.grant_now AS g
                    WHERE g.account_id = p_account
                      AND (g.role = 'admin'
                           OR g.role = 'steward' AND g.scope = 'france'
                           OR g.role = 'steward' AND g.scope = 'region'
                              AND g.code = p_region)) THEN
        RETURN QUERY SELECT 'denied', NULL::integer;
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM ref.region AS r WHERE r.code = p_region) THEN
        RETURN QUERY SELECT 'unknown', NULL::integer;
        RETURN;
    END IF;
    SELECT s.* INTO v_old FROM cap.board_setting AS s WHERE s.region_code = p_region FOR UPDATE;
    IF coalesce(v_old.version, 0) <> p_version THEN
        RETURN QUERY SELECT 'conflict', v_old.version;
        RETURN;
    END IF;
    INSERT INTO cap.board_setting AS s
           (region_code, boards, hidden_groups, fields, elsewhere, help,
            synthesis_label, synthesis_url, home_care, changed_by)
    VALUES (p_region, p_boards, p_hidden, p_fields, p_elsewhere, p_help,
            p_label, p_url, p_home_care, p_account)
        ON CONFLICT (region_code) DO UPDATE
       SET boards = EXCLUDED.boards, hidden_groups = EXCLUDED.hidden_groups,
           fields = EXCLUDED.fields, elsewhere = EXCLUDED.elsewhere,
           help = EXCLUDED.help, synthesis_label = EXCLUDED.synthesis_label,
           synthesis_url = EXCLUDED.synthesis_url,
           home_care = EXCLUDED.home_care, version = s.version + 1,
           changed_at = now(), changed_by = EXCLUDED.changed_by
     WHERE s.version = p_version
    RETURNING s.* INTO v_new;
    IF v_new.version IS NULL THEN
        RETURN QUERY SELECT 'conflict', NULL::integer;
        RETURN;
    END IF;
    INSERT INTO audit.event (event, account_id, detail)
    VALUES ('board_setting', p_account, jsonb_build_object(
            'region', p_region, 'before', to_jsonb(v_old), 'after', to_jsonb(v_new)));
    RETURN QUERY SELECT 'ok', v_new.version;
END
$$;
COMMENT ON FUNCTION cap.board_setting_save IS 'One row: the new version of a région''s board settings, or why not; audited with both states';
REVOKE ALL ON FUNCTION cap.board_setting_save FROM PUBLIC;
