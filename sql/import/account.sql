-- Accounts or invitations from a file: mail;name;role;scope;code.
-- Called by account.sh with -v file= -v how=import|invite; one transaction.
BEGIN;
CREATE TEMPORARY TABLE line (
    n integer GENERATED ALWAYS AS IDENTITY,
    mail text, name text, role text, scope text, code text
) ON COMMIT DROP;
\set copy '\\copy pg_temp.line (mail, name, role, scope, code) FROM ' :'file' ' WITH (FORMAT csv, DELIMITER '';'', HEADER)'
:copy
UPDATE pg_temp.line AS l
   SET mail = lower(btrim(l.mail)), name = btrim(l.name), role = btrim(l.role),
       scope = btrim(l.scope), code = btrim(l.code);

-- What is wrong with a line; as many as 4,000 characters hold are told.
DO $$
DECLARE
    wrong text;
BEGIN
    SELECT string_agg(format('line %s: %s', x.n + 1, x.why), E'\n' ORDER BY x.n) INTO wrong
      FROM (SELECT l.n,
                   CASE
                   WHEN coalesce(l.mail, '') !~ '^[^@[:space:][:cntrl:],;<>]+@[^@[:space:][:cntrl:],;<>]+$'
                        OR length(l.mail) > 254 THEN 'not an address'
                   WHEN coalesce(l.name, '') = '' OR length(l.name) > 200 THEN 'a name is wanted'
                   WHEN l.role IS NULL OR l.role NOT IN ('clinician', 'bed_manager', 'editor', 'director', 'steward', 'analyst', 'admin')
                        THEN 'unknown role'
                   WHEN NOT coalesce(CASE l.scope
                        WHEN 'france' THEN l.code = 'FR'
                        WHEN 'region' THEN EXISTS (SELECT FROM ref.region AS r WHERE r.code = l.code)
                        WHEN 'departement' THEN EXISTS (SELECT FROM ref.departement AS d WHERE d.code = l.code)
                        WHEN 'ej' THEN EXISTS (SELECT FROM dir.structure AS s WHERE s.finess = l.code AND s.kind = 'EJ')
                        WHEN 'eg' THEN EXISTS (SELECT FROM dir.structure AS s WHERE s.finess = l.code AND s.kind = 'EG')
                        WHEN 'unit' THEN EXISTS (SELECT FROM dir.unit AS u WHERE u.id::text = l.code)
                        END, false) THEN 'unknown scope or code'
                   END AS why
              FROM pg_temp.line AS l) AS x
     WHERE x.why IS NOT NULL;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'some lines are wrong' USING DETAIL = left(wrong, 4000);
    END IF;
END
$$;

SELECT :'how' = 'invite' AS invite \gset
\if :invite
SELECT 'ror-db: ' || count(auth.invite(NULL, l.mail, l.name, l.role, l.scope, l.code,
                                       tstzrange(now(), NULL), now(), NULL)) || ' invitations'
  FROM (SELECT DISTINCT ON (l.mail, l.role, l.scope, l.code) l.*
          FROM pg_temp.line AS l
         WHERE NOT EXISTS (SELECT FROM auth.invitation AS i
                            WHERE (i.mail, i.role, i.scope, i.code) = (l.mail, l.role, l.scope, l.code)
                              AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL
                              AND i.invited_at > now() - interval '30 days')
         ORDER BY l.mail, l.role, l.scope, l.code, l.n) AS l;
\else
WITH fresh AS (
    INSERT INTO auth.account (login, name)
    SELECT DISTINCT ON (l.mail) l.mail, l.name
      FROM pg_temp.line AS l
     ORDER BY l.mail, l.n
        ON CONFLICT (login) DO NOTHING
    RETURNING id, login),
known AS (
    SELECT f.id, f.login FROM fresh AS f
     UNION ALL
    SELECT a.id, a.login
      FROM auth.account AS a
     WHERE a.login IN (SELECT l.mail FROM pg_temp.line AS l)),
given AS (
    INSERT INTO auth.grant (account_id, role, scope, code)
    SELECT DISTINCT k.id, l.role, l.scope, l.code
      FROM pg_temp.line AS l
      JOIN known AS k ON k.login = l.mail
     WHERE NOT EXISTS (SELECT FROM auth.grant AS g
                        WHERE g.account_id = k.id AND (g.role, g.scope, g.code) = (l.role, l.scope, l.code)
                          AND g.valid @> now())
    RETURNING account_id, role, scope, code),
told AS (
    INSERT INTO audit.event (event, account_id, detail)
    SELECT 'account_created', f.id, '{"reason": "import"}' FROM fresh AS f
     UNION ALL
    SELECT 'grant', g.account_id,
           jsonb_build_object('role', g.role, 'scope', g.scope, 'code', g.code, 'reason', 'import')
      FROM given AS g
    RETURNING 1)
SELECT 'ror-db: ' || (SELECT count(*) FROM fresh AS f) || ' accounts, '
       || (SELECT count(*) FROM given AS g) || ' rights; '
       || (SELECT count(*) FROM pg_temp.line AS l) || ' lines'
  FROM (SELECT count(*) FROM told AS t) AS x;
\endif
COMMIT;
