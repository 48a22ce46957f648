-- Who may give which right, and where: one rule for pages and invitations.
SET ROLE ror_owner;

CREATE TABLE auth.delegation (
    granter text NOT NULL,
    granted text NOT NULL,
    PRIMARY KEY (granter, granted),
    CHECK (granter IN ('clinician', 'bed_manager', 'editor', 'director', 'steward', 'analyst', 'admin')),
    CHECK (granted IN ('clinician', 'bed_manager', 'editor', 'director', 'steward', 'analyst', 'admin'))
);
COMMENT ON TABLE auth.delegation IS 'One row per role that a role gives to others, within its own scope';
INSERT INTO auth.delegation (granter, granted) VALUES
    ('admin', 'clinician'), ('admin', 'bed_manager'), ('admin', 'editor'), ('admin', 'director'),
    ('admin', 'steward'), ('admin', 'analyst'), ('admin', 'admin'),
    ('steward', 'clinician'), ('steward', 'bed_manager'), ('steward', 'editor'), ('steward', 'director'),
    ('director', 'bed_manager'), ('director', 'editor');

ALTER TABLE auth.grant
    ADD id       bigint GENERATED ALWAYS AS IDENTITY,
    ADD given_by bigint REFERENCES auth.account (id),
    ADD ended_by bigint REFERENCES auth.account (id);
COMMENT ON COLUMN auth.grant.given_by IS 'Null: ror-db, or before rights had authors';
COMMENT ON COLUMN auth.grant.ended_by IS 'Who set the end; null: it was given with this end, or none';
CREATE UNIQUE INDEX grant_id ON auth.grant (id);

-- What a scope takes in: a row a site for establishments and units, one row
-- for what is wider.  A column is null where the scope is wider than it.
-- Places that closed count as they last were; of an EJ, its open sites, and
-- itself where it has units of its own or no site.  No SET clause, so that it
-- is inlined; every name in it is bound here.
CREATE FUNCTION auth.scope_extent(p_scope text, p_code text)
RETURNS TABLE (region text, departement text, ej text, eg text, unit text)
LANGUAGE sql STABLE
BEGIN ATOMIC
SELECT NULL::text, NULL::text, NULL::text, NULL::text, NULL::text
 WHERE p_scope = 'france' AND p_code = 'FR'
 UNION ALL
SELECT r.code, NULL, NULL, NULL, NULL
  FROM ref.region AS r
 WHERE p_scope = 'region' AND r.code = p_code
 UNION ALL
SELECT d.region_code, d.code, NULL, NULL, NULL
  FROM ref.departement AS d
 WHERE p_scope = 'departement' AND d.code = p_code
 UNION ALL
SELECT (SELECT d.region_code FROM ref.departement AS d WHERE d.code = v.departement_code),
       v.departement_code,
       (SELECT e.finess FROM dir.structure AS e
         WHERE e.id = CASE site.kind WHEN 'EJ' THEN site.id ELSE v.parent_id END),
       CASE WHEN p_scope <> 'ej' THEN site.finess END,
       CASE WHEN p_scope = 'unit' THEN p_code END
  FROM (SELECT s.id
          FROM dir.structure AS s
         WHERE p_scope = 'eg' AND s.finess = p_code
         UNION ALL
        (SELECT u.site_id
           FROM dir.unit_version AS u
          WHERE u.unit_id = CASE WHEN p_scope = 'unit' AND p_code ~ '^[0-9]{1,18}$' THEN p_code::bigint END
          ORDER BY u.valid DESC
          LIMIT 1)
         UNION ALL
        SELECT s.id
          FROM dir.structure AS e
          JOIN dir.structure_version AS v ON v.parent_id = e.id AND v.valid @> dir.today()
          JOIN dir.structure AS s ON s.id = v.structure_id AND s.kind = 'EG'
         WHERE p_scope = 'ej' AND e.finess = p_code AND e.kind = 'EJ'
         UNION ALL
        SELECT e.id
          FROM dir.structure AS e
         WHERE p_scope = 'ej' AND e.finess = p_code AND e.kind = 'EJ'
           AND (EXISTS (SELECT FROM dir.unit_version AS u
                         WHERE u.site_id = e.id AND u.valid @> dir.today())
                OR NOT EXISTS (SELECT
                                 FROM dir.structure_version AS v
                                 JOIN dir.structure AS s ON s.id = v.structure_id AND s.kind = 'EG'
                                WHERE v.parent_id = e.id AND v.valid @> dir.today()))) AS x
  JOIN dir.structure AS site ON site.id = x.id
 CROSS JOIN LATERAL (SELECT v.departement_code, v.parent_id
                       FROM dir.structure_version AS v
                      WHERE v.structure_id = site.id
                      ORDER BY v.valid DESC
                      LIMIT 1) AS v;
END;
COMMENT ON FUNCTION auth.scope_extent IS 'Région, département, EJ, EG and unit that a scope stays within, a row a site; no row: there is no such place';

-- Whether one scope lies in another: all of what it takes in does.
CREATE FUNCTION auth.scope_within(p_scope text, p_code text, p_in text, p_in_code text)
RETURNS TABLE (inside boolean)
LANGUAGE sql STABLE
BEGIN ATOMIC
SELECT CASE p_in
       WHEN 'france' THEN true
       ELSE coalesce((SELECT bool_and(coalesce(CASE p_in
                                               WHEN 'region' THEN e.region
                                               WHEN 'departement' THEN e.departement
                                               WHEN 'ej' THEN e.ej
                                               WHEN 'eg' THEN e.eg
                                               ELSE e.unit
                                               END = p_in_code, false))
                        FROM auth.scope_extent(p_scope, p_code) AS e), false)
       END;
END;
COMMENT ON FUNCTION auth.scope_within IS 'One row: whether all of the first scope lies in the second; France holds everything';

-- Whether a right can be given there at all: a place of today.
CREATE FUNCTION auth.scope_exists(p_scope text, p_code text) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog
RETURN coalesce(CASE p_scope
       WHEN 'france' THEN p_code = 'FR'
       WHEN 'region' THEN EXISTS (SELECT FROM ref.region AS r WHERE r.code = p_code)
       WHEN 'departement' THEN EXISTS (SELECT FROM ref.departement AS d WHERE d.code = p_code)
       WHEN 'ej' THEN EXISTS (SELECT FROM dir.structure_now AS s WHERE s.finess = p_code AND s.kind = 'EJ')
       WHEN 'eg' THEN EXISTS (SELECT FROM dir.structure_now AS s WHERE s.finess = p_code AND s.kind = 'EG')
       WHEN 'unit' THEN EXISTS (SELECT FROM dir.unit_now AS u
                                 WHERE u.id = CASE WHEN p_code ~ '^[1-9][0-9]{0,17}$' THEN p_code::bigint END)
       END, false);
COMMENT ON FUNCTION auth.scope_exists IS 'Whether a scope and code name a place that exists today';

-- THE rule: a right in force whose role gives that role and whose scope holds
-- the scope asked for.  Nothing else decides who may give or end a right.
CREATE FUNCTION auth.may_grant(p_by bigint, p_role text, p_scope text, p_code text, p_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT
                 FROM auth.grant AS g
                 JOIN auth.account AS a ON a.id = g.account_id AND a.disabled_at IS NULL
                 JOIN auth.delegation AS d ON d.granter = g.role AND d.granted = p_role
                CROSS JOIN LATERAL auth.scope_within(p_scope, p_code, g.scope, g.code) AS w
                WHERE g.account_id = p_by AND g.valid @> p_at AND w.inside);
COMMENT ON FUNCTION auth.may_grant IS 'Whether an account may give this right, and end it: delegation within its own scope';

REVOKE ALL ON FUNCTION auth.scope_extent, auth.scope_within, auth.scope_exists, auth.may_grant FROM PUBLIC;

-- Invite an e-mail to a right, and order the mail that says so.  p_by null:
-- ror-db.  Returns the invitation; null: p_by may not give that right, or
-- invites himself.
CREATE OR REPLACE FUNCTION auth.invite(p_by bigint, p_mail text, p_name text, p_role text, p_scope text, p_code text,
                                       p_valid tstzrange, p_at timestamptz, p_address inet)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    made bigint;
BEGIN
    IF p_by IS NOT NULL
       AND (NOT auth.may_grant(p_by, p_role, p_scope, p_code, p_at)
            OR EXISTS (SELECT FROM auth.account AS a WHERE a.id = p_by AND a.login = lower(p_mail))) THEN
        RETURN NULL;
    END IF;
    INSERT INTO auth.invitation (mail, name, role, scope, code, valid, invited_by, invited_at)
    VALUES (lower(p_mail), p_name, p_role, p_scope, p_code, p_valid, p_by, p_at)
    RETURNING id INTO made;
    INSERT INTO auth.mail_order (kind, login, address, ordered_at, due_at)
    VALUES ('invitation', lower(p_mail), p_address, p_at, p_at);
    INSERT INTO audit.event (event, account_id, address, detail)
    VALUES ('invitation', p_by, p_address,
            jsonb_build_object('invitation', made, 'role', p_role, 'scope', p_scope, 'code', p_code));
    RETURN made;
END
$$;

-- As in 0094; the right knows who invited.
CREATE OR REPLACE FUNCTION auth.invitation_take(p_mail text, p_name text, p_at timestamptz, p_address inet)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    account bigint;
    invited bigint[];
BEGIN
    SELECT array_agg(i.id) INTO invited
      FROM (SELECT n.id
              FROM auth.invitation AS n
             WHERE n.mail = lower(p_mail) AND n.accepted_at IS NULL AND n.withdrawn_at IS NULL
               AND n.invited_at > p_at - interval '30 days'
               AND NOT upper(n.valid) <= p_at IS TRUE
               FOR UPDATE) AS i;
    SELECT a.id INTO account FROM auth.account AS a WHERE a.login = lower(p_mail);
    IF invited IS NULL THEN
        RETURN account;
    END IF;
    IF account IS NULL THEN
        INSERT INTO auth.account (login, name, created_at)
        SELECT i.mail, coalesce(nullif(p_name, ''), i.name), p_at
          FROM auth.invitation AS i
         WHERE i.id = invited[1]
        RETURNING id INTO account;
        INSERT INTO audit.event (event, account_id, address) VALUES ('account_created', account, p_address);
    END IF;
    INSERT INTO auth.grant (account_id, role, scope, code, valid, given_by)
    SELECT account, i.role, i.scope, i.code,
           tstzrange(greatest(lower(i.valid), i.invited_at), upper(i.valid)), i.invited_by
      FROM auth.invitation AS i
     WHERE i.id = ANY (invited)
        ON CONFLICT DO NOTHING;
    UPDATE auth.invitation AS i SET accepted_at = p_at, account_id = account WHERE i.id = ANY (invited);
    INSERT INTO audit.event (event, account_id, address, detail)
    SELECT 'grant', account, p_address,
           jsonb_build_object('role', i.role, 'scope', i.scope, 'code', i.code, 'by', i.invited_by, 'reason', 'invitation')
      FROM auth.invitation AS i
     WHERE i.id = ANY (invited)
     ORDER BY i.id;
    RETURN account;
END
$$;
