-- Administration of accounts: who sees whom, who acts on whom, and the acts.
SET ROLE ror_owner;

-- Text as a search sees it: no case, accents or signs.
CREATE FUNCTION auth.fold(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(replace(replace(lower(normalize(p_text, NFC)), 'œ', 'oe'), 'æ', 'ae'),
                 'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ-_.,;:''’"@%\/()+&',
                 'aaaaaaceeeeiiiinoooooouuuuyy                  ');
COMMENT ON FUNCTION auth.fold IS 'Lower case without accents, signs as spaces: nothing in it means anything to LIKE';

ALTER TABLE auth.account
    ADD disabled_by     bigint REFERENCES auth.account (id),
    ADD disabled_reason text CHECK (length(disabled_reason) BETWEEN 1 AND 500),
    ADD version         integer NOT NULL DEFAULT 0,
    ADD folded          text GENERATED ALWAYS AS (auth.fold(name || ' ' || login)) STORED;
COMMENT ON COLUMN auth.account.version IS 'Counts what administrators changed, so that two of them do not overwrite each other';
COMMENT ON COLUMN auth.account.folded IS 'Name and login as a search sees them';

-- One administrator acts at a time, so that two of them can't each end the
-- other's right and leave nobody.
CREATE FUNCTION auth.administration_lock() RETURNS void
LANGUAGE sql
SET search_path = pg_catalog
RETURN pg_advisory_xact_lock(hashtext('auth.administration'));
COMMENT ON FUNCTION auth.administration_lock IS 'Wait for whoever administers accounts in another transaction';

-- The rights by which an account administers others.
CREATE FUNCTION auth.administers(p_by bigint, p_at timestamptz)
RETURNS TABLE (role text, scope text, code text)
LANGUAGE sql STABLE
BEGIN ATOMIC
SELECT g.role, g.scope, g.code
  FROM auth.grant AS g
  JOIN auth.account AS a ON a.id = g.account_id AND a.disabled_at IS NULL
 WHERE g.account_id = p_by AND g.valid @> p_at
   AND g.role IN (SELECT d.granter FROM auth.delegation AS d);
END;
COMMENT ON FUNCTION auth.administers IS 'One row per right in force of the account whose role gives others';

-- Every right that is in force, to come, or over for less than a year, of
-- whomever, with whether it lies in a scope that p_by administers.  A scope
-- that many share is looked at once.
CREATE FUNCTION auth.grant_reach(p_by bigint, p_account bigint, p_at timestamptz)
RETURNS TABLE (grant_id bigint, account_id bigint, role text, live boolean,
               inside boolean, by_admin boolean, by_steward boolean)
LANGUAGE sql STABLE
BEGIN ATOMIC
WITH mine AS MATERIALIZED (
    SELECT m.role, m.scope, m.code FROM auth.administers(p_by, p_at) AS m),
theirs AS MATERIALIZED (
    SELECT g.id, g.account_id, g.role, g.scope, g.code, NOT coalesce(upper(g.valid) <= p_at, false) AS live
      FROM auth.grant AS g
     WHERE (p_account IS NULL OR g.account_id = p_account)
       AND NOT coalesce(upper(g.valid) <= p_at - interval '1 year', false)),
reach AS MATERIALIZED (
    SELECT t.scope, t.code,
           bool_or(w.inside) AS inside,
           bool_or(w.inside AND m.role = 'admin') AS by_admin,
           bool_or(w.inside AND m.role = 'steward') AS by_steward
      FROM (SELECT DISTINCT x.scope, x.code FROM theirs AS x) AS t
     CROSS JOIN mine AS m
     CROSS JOIN LATERAL auth.scope_within(t.scope, t.code, m.scope, m.code) AS w
     GROUP BY t.scope, t.code)
SELECT t.id, t.account_id, t.role, t.live, r.inside, r.by_admin, r.by_steward
  FROM theirs AS t
  JOIN reach AS r ON r.scope = t.scope AND r.code = t.code;
END;
COMMENT ON FUNCTION auth.grant_reach IS 'One row per right of the account (null: of all) not over for a year: whether p_by administers where it lies, as an admin, as a steward';

-- Whom p_by sees: a right of theirs lies in his scope (an admin of France
-- sees everybody).  Whom he manages (disabling, password, second factor,
-- sessions): an admin who he sees, but no admin or steward of elsewhere; a
-- steward who has no right elsewhere, and is no admin or steward himself: a
-- new password for somebody who may more would be his rights.
CREATE FUNCTION auth.account_reach(p_by bigint, p_account bigint, p_at timestamptz)
RETURNS TABLE (seen boolean, managed boolean)
LANGUAGE sql STABLE
BEGIN ATOMIC
SELECT x.everybody OR x.inside, x.everybody OR x.as_admin OR x.as_steward
  FROM (SELECT EXISTS (SELECT FROM auth.administers(p_by, p_at) AS m
                        WHERE m.role = 'admin' AND m.scope = 'france') AS everybody,
               coalesce(bool_or(r.inside), false) AS inside,
               coalesce(bool_or(r.by_admin)
                        AND bool_and(r.by_admin OR NOT r.live OR r.role NOT IN ('admin', 'steward')), false) AS as_admin,
               coalesce(bool_or(r.by_steward)
                        AND bool_and(NOT r.live OR r.by_admin
                                     OR r.by_steward AND r.role NOT IN ('admin', 'steward')), false) AS as_steward
          FROM auth.grant_reach(p_by, p_account, p_at) AS r) AS x;
END;
COMMENT ON FUNCTION auth.account_reach IS 'One row: whether p_by sees an account, and whether he manages it';

-- Whether an admin of France is left without that right (null: without any of
-- that account), now and for as long as what is taken away would have been.
CREATE FUNCTION auth.admin_left(p_account bigint, p_grant bigint, p_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog
RETURN EXISTS (SELECT
                 FROM auth.grant AS g
                 JOIN auth.account AS a ON a.id = g.account_id AND a.disabled_at IS NULL
                WHERE g.role = 'admin' AND g.scope = 'france'
                  AND g.valid @> p_at
                  AND CASE WHEN p_grant IS NULL THEN g.account_id <> p_account ELSE g.id <> p_grant END
                  AND coalesce(upper(g.valid), 'infinity')
                      >= (SELECT max(coalesce(upper(x.valid), 'infinity'))
                            FROM auth.grant AS x
                           WHERE x.role = 'admin' AND x.scope = 'france' AND x.account_id = p_account
                             AND x.valid @> p_at AND (p_grant IS NULL OR x.id = p_grant)));
COMMENT ON FUNCTION auth.admin_left IS 'Whether somebody else is admin of France, for at least as long';

CREATE FUNCTION auth.note(p_event text, p_account bigint, p_address inet, p_detail jsonb) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog
BEGIN ATOMIC
INSERT INTO audit.event (event, account_id, address, detail)
VALUES (p_event, p_account, p_address, jsonb_strip_nulls(p_detail));
END;
COMMENT ON FUNCTION auth.note IS 'Audit what an administrator did to an account';

-- Give a right.  ok; or unknown (not seen), self, place (there is none),
-- denied, period (empty or over), disabled, changed (by somebody else since
-- p_version), again (he has it already at that time).
CREATE FUNCTION auth.grant_give(p_by bigint, p_address inet, p_account bigint, p_version integer, p_role text,
                                p_scope text, p_code text, p_valid tstzrange, p_at timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who     auth.account;
    outcome text;
BEGIN
    PERFORM auth.administration_lock();
    SELECT a.* INTO who FROM auth.account AS a WHERE a.id = p_account FOR UPDATE;
    outcome := CASE
        WHEN NOT coalesce((SELECT r.seen FROM auth.account_reach(p_by, who.id, p_at) AS r), false)
             OR who.id IS NULL THEN 'unknown'
        WHEN p_by = p_account THEN 'self'
        WHEN NOT auth.scope_exists(p_scope, p_code) THEN 'place'
        WHEN NOT auth.may_grant(p_by, p_role, p_scope, p_code, p_at) THEN 'denied'
        WHEN isempty(p_valid) OR coalesce(upper(p_valid) <= p_at, false) THEN 'period'
        WHEN who.disabled_at IS NOT NULL THEN 'disabled'
        WHEN who.version <> p_version THEN 'changed'
        WHEN EXISTS (SELECT FROM auth.grant AS g
                      WHERE (g.account_id, g.role, g.scope, g.code) = (p_account, p_role, p_scope, p_code)
                        AND g.valid && p_valid) THEN 'again' END;
    IF outcome IS NOT NULL THEN
        RETURN outcome;
    END IF;
    INSERT INTO auth.grant (account_id, role, scope, code, valid, given_by)
    VALUES (p_account, p_role, p_scope, p_code, p_valid, p_by);
    UPDATE auth.account AS a SET version = a.version + 1 WHERE a.id = p_account;
    PERFORM auth.note('grant', p_account, p_address, jsonb_build_object('role', p_role, 'scope', p_scope,
        'code', p_code, 'from', lower(p_valid), 'until', upper(p_valid), 'by', p_by));
    RETURN 'ok';
END
$$;

-- End a right, now or at a date; one that never began goes.  ok; or unknown,
-- denied, self (his own admin right), changed, again (over already), period
-- (an end in the past), last (nobody would be admin of France).
CREATE FUNCTION auth.grant_end(p_by bigint, p_address inet, p_account bigint, p_version integer, p_grant bigint,
                               p_until timestamptz, p_at timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who     auth.account;
    g       auth.grant;
    outcome text;
BEGIN
    PERFORM auth.administration_lock();
    SELECT a.* INTO who FROM auth.account AS a WHERE a.id = p_account FOR UPDATE;
    SELECT x.* INTO g FROM auth.grant AS x WHERE x.id = p_grant AND x.account_id = p_account;
    outcome := CASE
        WHEN NOT coalesce((SELECT r.seen FROM auth.account_reach(p_by, who.id, p_at) AS r), false)
             OR who.id IS NULL THEN 'unknown'
        WHEN who.version <> p_version THEN 'changed'
        WHEN g.id IS NULL THEN 'unknown'
        WHEN NOT auth.may_grant(p_by, g.role, g.scope, g.code, p_at) THEN 'denied'
        WHEN p_by = p_account AND g.role = 'admin' THEN 'self'
        WHEN upper(g.valid) <= p_at THEN 'again'
        WHEN p_until < p_at THEN 'period'
        WHEN g.role = 'admin' AND g.scope = 'france' AND g.valid @> p_at
             AND p_until < coalesce(upper(g.valid), 'infinity')
             AND NOT auth.admin_left(p_account, p_grant, p_at) THEN 'last' END;
    IF outcome IS NOT NULL THEN
        RETURN outcome;
    END IF;
    IF lower(g.valid) >= p_until THEN
        DELETE FROM auth.grant AS x WHERE x.id = p_grant;
    ELSE
        UPDATE auth.grant AS x
           SET valid = tstzrange(lower(x.valid), p_until), ended_by = p_by
         WHERE x.id = p_grant;
    END IF;
    UPDATE auth.account AS a SET version = a.version + 1 WHERE a.id = p_account;
    PERFORM auth.note('grant_end', p_account, p_address, jsonb_build_object('role', g.role, 'scope', g.scope,
        'code', g.code, 'until', p_until, 'by', p_by));
    RETURN 'ok';
END
$$;

-- What p_verb does, once account_do() found that it may be done.
CREATE FUNCTION auth.account_did(p_by bigint, p_address inet, p_account bigint, p_verb text, p_reason text,
                                 p_session bigint, p_at timestamptz)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CASE p_verb
    WHEN 'disable' THEN
        UPDATE auth.account AS a
           SET disabled_at = p_at, disabled_by = p_by, disabled_reason = p_reason
         WHERE a.id = p_account;
        DELETE FROM auth.session AS s WHERE s.account_id = p_account;
        DELETE FROM auth.reset_token AS t
         WHERE t.login = (SELECT a.login FROM auth.account AS a WHERE a.id = p_account);
    WHEN 'enable' THEN
        UPDATE auth.account AS a
           SET disabled_at = NULL, disabled_by = NULL, disabled_reason = NULL
         WHERE a.id = p_account;
    WHEN 'require', 'release' THEN
        UPDATE auth.account AS a SET second_required = p_verb = 'require' WHERE a.id = p_account;
    WHEN 'second' THEN
        DELETE FROM auth.recovery_code AS c WHERE c.account_id = p_account;
        DELETE FROM auth.second_factor AS f WHERE f.account_id = p_account;
    WHEN 'card' THEN
        UPDATE auth.psc_link AS l
           SET unlinked_at = greatest(p_at, l.linked_at), unlinked_by = p_by
         WHERE l.account_id = p_account AND l.unlinked_at IS NULL;
        DELETE FROM auth.session AS s WHERE s.account_id = p_account AND s.method = 'psc';
    WHEN 'session' THEN
        DELETE FROM auth.session AS s WHERE s.account_id = p_account AND s.id = p_session;
    WHEN 'sessions' THEN
        DELETE FROM auth.session AS s WHERE s.account_id = p_account;
    WHEN 'reset' THEN
        INSERT INTO auth.mail_order (kind, login, address, ordered_at, due_at)
        SELECT 'reset', a.login, p_address, p_at, p_at FROM auth.account AS a WHERE a.id = p_account;
    END CASE;
    RETURN CASE WHEN FOUND OR p_verb IN ('disable', 'second', 'card', 'sessions') THEN 'ok' ELSE 'none' END;
END
$$;
COMMENT ON FUNCTION auth.account_did IS 'One act on an account, unchecked: of account_do() only';

-- One act on an account of who manages it, audited.  p_verb: disable
-- (p_reason), enable, require and release (a second factor), second (take it
-- away), card (unlink it), session (p_session), sessions, reset (mail a link
-- to a new password).  ok; or unknown, self, denied, changed, reason, again,
-- none (nothing to take away), disabled (no mail to it), nobody (anonymised),
-- last.
CREATE FUNCTION auth.account_do(p_by bigint, p_address inet, p_account bigint, p_version integer, p_verb text,
                                p_reason text, p_session bigint, p_at timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who     auth.account;
    reach   record;
    outcome text;
    -- What overwrites nothing needs not to know what was there.
    plain   boolean := p_verb IN ('session', 'sessions', 'reset');
BEGIN
    PERFORM auth.administration_lock();
    SELECT a.* INTO who FROM auth.account AS a WHERE a.id = p_account FOR UPDATE;
    SELECT r.* INTO reach FROM auth.account_reach(p_by, p_account, p_at) AS r;
    outcome := CASE
        WHEN who.id IS NULL OR NOT reach.seen THEN 'unknown'
        WHEN p_by = p_account THEN 'self'
        WHEN NOT reach.managed THEN 'denied'
        WHEN NOT plain AND who.version <> p_version THEN 'changed'
        WHEN p_verb = 'disable' AND coalesce(p_reason, '') = '' THEN 'reason'
        WHEN p_verb = 'disable' AND who.disabled_at IS NOT NULL
          OR p_verb = 'enable' AND who.disabled_at IS NULL
          OR p_verb = 'require' AND who.second_required
          OR p_verb = 'release' AND NOT who.second_required THEN 'again'
        WHEN p_verb = 'reset' AND who.disabled_at IS NOT NULL THEN 'disabled'
        WHEN p_verb = 'enable' AND who.login LIKE '%@anonyme.invalid' THEN 'nobody'
        WHEN p_verb = 'second' AND NOT EXISTS (SELECT FROM auth.second_factor AS f
                                                WHERE f.account_id = p_account)
          OR p_verb = 'card' AND NOT EXISTS (SELECT FROM auth.psc_link AS l
                                              WHERE l.account_id = p_account AND l.unlinked_at IS NULL) THEN 'none'
        WHEN p_verb = 'disable'
             AND EXISTS (SELECT FROM auth.grant AS g
                          WHERE g.account_id = p_account AND g.role = 'admin' AND g.scope = 'france'
                            AND g.valid @> p_at)
             AND NOT auth.admin_left(p_account, NULL, p_at) THEN 'last'
        ELSE auth.account_did(p_by, p_address, p_account, p_verb, p_reason, p_session, p_at) END;
    IF outcome = 'ok' AND NOT plain THEN
        UPDATE auth.account AS a SET version = a.version + 1 WHERE a.id = p_account;
    END IF;
    IF outcome = 'ok' THEN
        PERFORM auth.note(CASE p_verb
            WHEN 'disable' THEN 'account_disabled' WHEN 'enable' THEN 'account_enabled'
            WHEN 'require' THEN 'second_factor_required' WHEN 'release' THEN 'second_factor_released'
            WHEN 'second' THEN 'second_factor_off' WHEN 'card' THEN 'unlink' WHEN 'reset' THEN 'reset_ordered'
            ELSE 'session_end' END,
            p_account, p_address, jsonb_build_object('by', p_by, 'method', CASE p_verb WHEN 'card' THEN 'psc' END,
                'reason', CASE p_verb WHEN 'card' THEN NULL ELSE coalesce(p_reason, 'by_admin') END));
    END IF;
    RETURN outcome;
END
$$;
COMMENT ON FUNCTION auth.grant_give IS 'Give a right to an account, audited; says what was wrong with it';
COMMENT ON FUNCTION auth.grant_end IS 'End a right of an account, audited; says what was wrong with it';
COMMENT ON FUNCTION auth.account_do IS 'One act of an administrator on an account, audited; says what was wrong with it';

-- The last events of an account, for who manages it; nobody else gets any.
CREATE FUNCTION auth.account_events(p_by bigint, p_account bigint, p_at timestamptz)
RETURNS TABLE (at timestamptz, event text, reason text, address inet, by text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
SELECT e.at, e.event, e.detail ->> 'reason', e.address,
       (SELECT b.name FROM auth.account AS b WHERE b.id::text = e.detail ->> 'by')
  FROM (SELECT x.at, x.id, x.event, x.detail, x.address
          FROM audit.event AS x
         WHERE x.account_id = p_account
         ORDER BY x.at DESC, x.id DESC
         LIMIT 20) AS e
 WHERE (SELECT r.managed FROM auth.account_reach(p_by, p_account, p_at) AS r)
 ORDER BY e.at DESC, e.id DESC;
END;
COMMENT ON FUNCTION auth.account_events IS 'One row per event of an account, the newest 20, for who manages it';

-- The name of what a right is over, also of a place that closed.
CREATE FUNCTION auth.scope_name(p_scope text, p_code text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
RETURN CASE p_scope
       WHEN 'region' THEN (SELECT r.name FROM ref.region AS r WHERE r.code = p_code)
       WHEN 'departement' THEN (SELECT d.name FROM ref.departement AS d WHERE d.code = p_code)
       WHEN 'unit' THEN (SELECT u.name
                           FROM dir.unit_version AS u
                          WHERE u.unit_id = CASE WHEN p_code ~ '^[0-9]{1,18}$' THEN p_code::bigint END
                          ORDER BY u.valid DESC
                          LIMIT 1)
       WHEN 'france' THEN NULL
       ELSE (SELECT v.name
               FROM dir.structure AS s
               JOIN dir.structure_version AS v ON v.structure_id = s.id
              WHERE s.finess = p_code
              ORDER BY v.valid DESC
              LIMIT 1)
       END;
COMMENT ON FUNCTION auth.scope_name IS 'What a scope and code are called; null: France, or not known';

REVOKE ALL ON FUNCTION auth.fold, auth.administration_lock, auth.administers, auth.grant_reach, auth.account_reach,
              auth.admin_left, auth.note, auth.grant_give, auth.grant_end, auth.account_did, auth.account_do,
              auth.account_events, auth.scope_name
  FROM PUBLIC;
