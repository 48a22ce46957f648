-- Roles that must have a second factor: an admin's decision, on a page.
SET ROLE ror_owner;

CREATE TABLE auth.second_role (
    role        text PRIMARY KEY CHECK (role IN ('clinician', 'bed_manager', 'editor', 'director', 'steward', 'analyst', 'admin')),
    required_at timestamptz NOT NULL,
    required_by bigint REFERENCES auth.account (id)
);
COMMENT ON TABLE auth.second_role IS 'One row per role whose holders must have a second factor; required_by null = at the command line';

-- Exactly these roles, from the next sign-ins on.  ok; or denied (no admin of
-- France), changed (p_read is not what was there), again (nothing changes).
CREATE FUNCTION auth.second_roles_set(p_by bigint, p_address inet, p_roles text[], p_read text[], p_at timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    there   text[];
    outcome text;
BEGIN
    PERFORM auth.administration_lock();
    SELECT coalesce(array_agg(r.role ORDER BY r.role), '{}') INTO there FROM auth.second_role AS r;
    outcome := CASE
        WHEN NOT EXISTS (SELECT FROM auth.administers(p_by, p_at) AS m
                          WHERE m.role = 'admin' AND m.scope = 'france') THEN 'denied'
        WHEN NOT (there @> p_read AND there <@ p_read) THEN 'changed'
        WHEN there @> p_roles AND there <@ p_roles THEN 'again' END;
    IF outcome IS NOT NULL THEN
        RETURN outcome;
    END IF;
    DELETE FROM auth.second_role AS r WHERE r.role <> ALL (p_roles);
    INSERT INTO auth.second_role (role, required_at, required_by)
    SELECT DISTINCT x.role, p_at, p_by FROM unnest(p_roles) AS x (role)
        ON CONFLICT DO NOTHING;
    PERFORM auth.note('second_roles', p_by, p_address, jsonb_build_object('before', there, 'after', p_roles));
    RETURN 'ok';
END
$$;
COMMENT ON FUNCTION auth.second_roles_set IS 'Which roles must have a second factor, audited; says what was wrong with it';
REVOKE ALL ON FUNCTION auth.second_roles_set FROM PUBLIC;
