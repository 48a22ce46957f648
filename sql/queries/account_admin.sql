-- Administration of accounts.  Who sees, manages and gives is asked in the
-- database (auth.account_reach, auth.may_grant); acts are its functions, which
-- ask again and audit.

-- Accounts that one sees, and invitations to who has none yet.
-- name: admin_account_search
-- for: auth
-- rows: many, one per account or invited mail, in the order asked for
-- param: by            int8
-- param: at            timestamptz
-- param: q             text          words of name or mail; '' = all
-- param: role          text          null = any
-- param: scope         text          region, departement, finess (EJ or EG); null = anywhere
-- param: code          text
-- param: state         text          active, disabled, never, invited; null = any
-- param: idle_before   timestamptz   last sign-in before; null = whenever
-- param: sort          text          name, login, oldest, created
-- param: first         int4
-- param: n             int4
-- param: n_rights      int4          shown of each
-- col:   id            int8          null = invited
-- col:   login         text
-- col:   name          text
-- col:   state         text
-- col:   created_at    timestamptz   or invited
-- col:   last_login_at timestamptz
-- col:   rights        text[]        role, scope, code, name of the first ones
-- col:   n_rights      int8
-- col:   total         int8
-- test:  1, '2026-01-01T00:00:00Z', 'x', NULL, NULL, NULL, NULL, NULL, 'name', 0, 50, 3
WITH everybody AS (
    SELECT EXISTS (SELECT FROM auth.administers($1, $2) AS m
                    WHERE m.role = 'admin' AND m.scope = 'france') AS yes),
reach AS MATERIALIZED (
    SELECT r.account_id, r.live, g.id, g.role, g.scope, g.code
      FROM auth.grant_reach($1, NULL, $2) AS r
      JOIN auth.grant AS g ON g.id = r.grant_id
     WHERE r.inside),
area AS (
    SELECT CASE WHEN $5::text <> 'finess' THEN $5
                WHEN EXISTS (SELECT FROM dir.structure AS s WHERE s.finess = $6 AND s.kind = 'EJ') THEN 'ej'
                ELSE 'eg' END AS scope, $6::text AS code),
hit AS (
    SELECT DISTINCT r.account_id
      FROM reach AS r
     CROSS JOIN area AS a
     WHERE ($4::text IS NULL OR r.live AND r.role = $4)
       AND ($5 IS NULL OR r.live AND (SELECT w.inside FROM auth.scope_within(r.scope, r.code, a.scope, a.code) AS w))),
open AS MATERIALIZED (
    SELECT i.id, i.mail, i.name, i.role, i.scope, i.code, i.invited_at
      FROM auth.invitation AS i
     WHERE i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND i.invited_at > $2 - interval '30 days'
       AND NOT EXISTS (SELECT FROM auth.account AS a WHERE a.login = i.mail)
       AND auth.may_grant($1, i.role, i.scope, i.code, $2)),
people AS (
    SELECT a.id, a.login, a.name, a.created_at, a.last_login_at, a.folded,
           CASE WHEN a.disabled_at IS NOT NULL THEN 'disabled'
                WHEN a.last_login_at IS NULL THEN 'never'
                ELSE 'active' END AS state
      FROM auth.account AS a
     WHERE a.id IN (SELECT h.account_id FROM hit AS h)
        OR ((SELECT e.yes FROM everybody AS e) AND $4 IS NULL AND $5 IS NULL)
     UNION ALL
    SELECT NULL, i.mail, i.name, i.invited_at, NULL, auth.fold(i.name || ' ' || i.mail), 'invited'
      FROM (SELECT DISTINCT ON (o.mail) o.mail, o.name, o.invited_at
              FROM open AS o
             CROSS JOIN area AS a
             WHERE ($4 IS NULL OR o.role = $4)
               AND ($5 IS NULL OR (SELECT w.inside FROM auth.scope_within(o.scope, o.code, a.scope, a.code) AS w))
             ORDER BY o.mail, o.invited_at DESC) AS i),
found AS (
    SELECT p.id, p.login, p.name, p.state, p.created_at, p.last_login_at, p.folded, count(*) OVER () AS total
      FROM people AS p
     WHERE ($7::text IS NULL OR p.state = $7)
       AND ($8::timestamptz IS NULL OR p.last_login_at < $8)
       AND NOT EXISTS (SELECT FROM unnest(string_to_array(auth.fold($3), ' ')) AS w (word)
                        WHERE p.folded NOT LIKE '%' || w.word || '%')
     ORDER BY CASE WHEN $9 = 'name' THEN p.folded NOT LIKE btrim(auth.fold($3)) || '%' END,
              CASE WHEN $9 = 'name' THEN p.folded END,
              CASE WHEN $9 = 'login' THEN p.last_login_at END DESC NULLS LAST,
              CASE WHEN $9 = 'oldest' THEN p.last_login_at END NULLS FIRST,
              CASE WHEN $9 = 'created' THEN p.created_at END DESC,
              p.folded, p.login
     LIMIT $11 OFFSET $10)
SELECT f.id, f.login, f.name, f.state, f.created_at, f.last_login_at,
       ARRAY(SELECT x.part
               FROM (SELECT s.role, s.scope, s.code
                       FROM (SELECT r.role, r.scope, r.code FROM reach AS r WHERE r.account_id = f.id AND r.live
                              UNION ALL
                             SELECT o.role, o.scope, o.code FROM open AS o WHERE f.id IS NULL AND o.mail = f.login) AS s
                      ORDER BY s.role, s.scope, s.code
                      LIMIT $12) AS g
              CROSS JOIN LATERAL (VALUES (1, g.role), (2, g.scope), (3, g.code),
                                         (4, auth.scope_name(g.scope, g.code))) AS x (n, part)
              ORDER BY g.role, g.scope, g.code, x.n) AS rights,
       (SELECT count(*) FROM reach AS r WHERE r.account_id = f.id AND r.live)
       + (SELECT count(*) FROM open AS o WHERE f.id IS NULL AND o.mail = f.login) AS n_rights,
       f.total
  FROM found AS f
 ORDER BY CASE WHEN $9 = 'name' THEN f.folded NOT LIKE btrim(auth.fold($3)) || '%' END,
          CASE WHEN $9 = 'name' THEN f.folded END,
          CASE WHEN $9 = 'login' THEN f.last_login_at END DESC NULLS LAST,
          CASE WHEN $9 = 'oldest' THEN f.last_login_at END NULLS FIRST,
          CASE WHEN $9 = 'created' THEN f.created_at END DESC,
          f.folded, f.login;

-- No row: there is no such account, or it is not seen.
-- name: admin_account_get
-- for: auth
-- rows: maybe
-- param: by            int8
-- param: account_id    int8
-- param: at            timestamptz
-- col:   login         text
-- col:   name          text
-- col:   version       int4
-- col:   directory     text
-- col:   created_at    timestamptz
-- col:   last_login_at timestamptz
-- col:   disabled_at   timestamptz
-- col:   disabled_by   text
-- col:   disabled_reason text
-- col:   managed       bool
-- col:   second_on     bool
-- col:   second_codes  int8
-- col:   second_required bool        for this account
-- col:   second_role   text          a role that requires it
-- col:   card_name     text
-- col:   card_since    timestamptz
-- col:   outside       int8          rights elsewhere, not shown
-- test:  1, 1, '2026-01-01T00:00:00Z'
SELECT a.login,
       a.name,
       a.version,
       a.directory,
       a.created_at,
       a.last_login_at,
       a.disabled_at,
       (SELECT b.name FROM auth.account AS b WHERE b.id = a.disabled_by) AS disabled_by,
       a.disabled_reason,
       r.managed,
       EXISTS (SELECT FROM auth.second_factor AS f
                WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL) AS second_on,
       (SELECT count(*) FROM auth.recovery_code AS c
         WHERE c.account_id = a.id AND c.used_at IS NULL) AS second_codes,
       a.second_required,
       (SELECT min(g.role)
          FROM auth.grant AS g
          JOIN auth.second_role AS s ON s.role = g.role
         WHERE g.account_id = a.id AND g.valid @> $3) AS second_role,
       l.given_name || ' ' || l.family_name AS card_name,
       l.linked_at AS card_since,
       (SELECT count(*)
          FROM auth.grant AS g
         WHERE g.account_id = a.id AND NOT coalesce(upper(g.valid) <= $3, false)
           AND NOT EXISTS (SELECT
                             FROM auth.administers($1, $3) AS m
                            CROSS JOIN LATERAL auth.scope_within(g.scope, g.code, m.scope, m.code) AS w
                            WHERE w.inside)) AS outside
  FROM auth.account AS a
 CROSS JOIN LATERAL auth.account_reach($1, a.id, $3) AS r
  LEFT JOIN auth.psc_link AS l ON l.account_id = a.id AND l.unlinked_at IS NULL
 WHERE a.id = $2 AND r.seen;

-- name: admin_grant_list
-- for: auth
-- rows: many, one per right inside one's scope, the ended ones last
-- param: by            int8
-- param: account_id    int8
-- param: at            timestamptz
-- col:   id            int8
-- col:   role          text
-- col:   scope         text
-- col:   code          text
-- col:   place         text
-- col:   starts_at     timestamptz
-- col:   ends_at       timestamptz
-- col:   given_by      text          null = command line
-- col:   ended_by      text
-- col:   may_end       bool
-- test:  1, 1, '2026-01-01T00:00:00Z'
SELECT g.id,
       g.role,
       g.scope,
       g.code,
       auth.scope_name(g.scope, g.code) AS place,
       lower(g.valid) AS starts_at,
       upper(g.valid) AS ends_at,
       (SELECT b.name FROM auth.account AS b WHERE b.id = g.given_by) AS given_by,
       (SELECT b.name FROM auth.account AS b WHERE b.id = g.ended_by) AS ended_by,
       NOT coalesce(upper(g.valid) <= $3, false)
       AND NOT ($1 = $2 AND g.role = 'admin')
       AND auth.may_grant($1, g.role, g.scope, g.code, $3) AS may_end
  FROM auth.grant AS g
 WHERE g.account_id = $2
   AND EXISTS (SELECT
                 FROM auth.administers($1, $3) AS m
                CROSS JOIN LATERAL auth.scope_within(g.scope, g.code, m.scope, m.code) AS w
                WHERE w.inside)
 ORDER BY coalesce(upper(g.valid) <= $3, false), lower(g.valid) > $3, g.role, g.scope, g.code, g.id
 LIMIT 200;

-- name: admin_event_list
-- for: auth
-- rows: many, one per audited event, the newest first
-- param: by            int8
-- param: account_id    int8
-- param: at            timestamptz
-- col:   at            timestamptz
-- col:   event         text
-- col:   reason        text
-- col:   address       text
-- col:   by            text
-- test:  1, 1, '2026-01-01T00:00:00Z'
SELECT e.at, e.event, e.reason, host(e.address) AS address, e.by
  FROM auth.account_events($1, $2, $3) AS e
 ORDER BY e.at DESC;

-- Links to a new password that were asked for, and what became of them.
-- name: admin_mail_list
-- for: auth
-- rows: many, one per mail of the last day, the newest first
-- param: account_id    int8
-- col:   ordered_at    timestamptz
-- col:   outcome       text          null = being sent
-- test:  1
SELECT m.ordered_at, m.outcome
  FROM auth.mail_order AS m
  JOIN auth.account AS a ON a.login = lower(m.login)
 WHERE a.id = $1 AND m.kind = 'reset'
 ORDER BY m.id DESC
 LIMIT 5;

-- name: admin_account_do
-- for: auth
-- rows: one
-- param: by            int8
-- param: address       inet
-- param: account_id    int8
-- param: version       int4
-- param: verb          text          see auth.account_do
-- param: reason        text
-- param: session_id    int8
-- param: at            timestamptz
-- col:   outcome       text
-- test:  1, '127.0.0.1', 1, 0, 'disable', 'x', NULL, '2026-01-01T00:00:00Z'
SELECT auth.account_do($1, $2, $3, $4, $5, $6, $7, $8) AS outcome;

-- name: admin_grant_give
-- for: auth
-- rows: one
-- param: by            int8
-- param: address       inet
-- param: account_id    int8
-- param: version       int4
-- param: role          text
-- param: scope         text
-- param: code          text
-- param: starts_at     timestamptz
-- param: ends_at       timestamptz   null = no end
-- param: at            timestamptz
-- col:   outcome       text
-- test:  1, '127.0.0.1', 1, 0, 'clinician', 'france', 'FR', '2026-01-01T00:00:00Z', NULL, '2026-01-01T00:00:00Z'
SELECT auth.grant_give($1, $2, $3, $4, $5, $6, $7, tstzrange($8, $9), $10) AS outcome;

-- name: admin_grant_end
-- for: auth
-- rows: one
-- param: by            int8
-- param: address       inet
-- param: account_id    int8
-- param: version       int4
-- param: grant_id      int8
-- param: until         timestamptz
-- param: at            timestamptz
-- col:   outcome       text
-- test:  1, '127.0.0.1', 1, 0, 1, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'
SELECT auth.grant_end($1, $2, $3, $4, $5, $6, $7) AS outcome;

-- Roles that one may give, somewhere.
-- name: admin_role_list
-- for: auth
-- rows: many, one per role
-- param: by            int8
-- param: at            timestamptz
-- col:   role          text
-- test:  1, '2026-01-01T00:00:00Z'
SELECT DISTINCT d.granted AS role
  FROM auth.administers($1, $2) AS m
  JOIN auth.delegation AS d ON d.granter = m.role
 ORDER BY role;

-- France, régions and départements that lie in what one administers.
-- name: admin_territory_list
-- for: auth
-- rows: many, one per territory, the widest first
-- param: by            int8
-- param: at            timestamptz
-- col:   scope         text
-- col:   code          text
-- col:   name          text
-- test:  1, '2026-01-01T00:00:00Z'
SELECT t.scope, t.code, t.name
  FROM (SELECT 1 AS n, 'france' AS scope, 'FR' AS code, 'France entière' AS name
         UNION ALL
        SELECT 2, 'region', r.code, r.name FROM ref.region AS r
         UNION ALL
        SELECT 3, 'departement', d.code, d.name FROM ref.departement AS d) AS t
 WHERE EXISTS (SELECT
                 FROM auth.administers($1, $2) AS m
                CROSS JOIN LATERAL auth.scope_within(t.scope, t.code, m.scope, m.code) AS w
                WHERE w.inside)
 ORDER BY t.n, CASE t.scope WHEN 'region' THEN t.name ELSE t.code END
 LIMIT 200;

-- Establishments and entities that lie in what one administers, by number or
-- words of their name; a unit by the number of its sheet (u12).
-- name: admin_place_find
-- for: auth
-- rows: many, one per place, exact numbers first
-- param: by            int8
-- param: at            timestamptz
-- param: q             text
-- col:   scope         text
-- col:   code          text
-- col:   name          text
-- col:   locality      text
-- test:  1, '2026-01-01T00:00:00Z', 'hopital'
SELECT f.scope, f.code, f.name, f.locality
  FROM (SELECT lower(s.kind) AS scope, s.finess AS code, s.name, s.locality
          FROM dir.structure_now AS s
         WHERE s.kind IN ('EJ', 'EG')
           AND (s.finess = upper(btrim($3))
                OR (btrim(auth.fold($3)) <> ''
                    AND NOT EXISTS (SELECT FROM unnest(string_to_array(auth.fold($3), ' ')) AS w (word)
                                     WHERE auth.fold(s.name || ' ' || coalesce(s.locality, ''))
                                           NOT LIKE '%' || w.word || '%')))
         UNION ALL
        SELECT 'unit', u.id::text, u.name, s.name
          FROM dir.unit_now AS u
          JOIN dir.structure_now AS s ON s.id = u.site_id
         WHERE u.id = CASE WHEN btrim($3) ~ '^[uU][1-9][0-9]{0,11}$' THEN substr(btrim($3), 2)::bigint END) AS f
 WHERE EXISTS (SELECT
                 FROM auth.administers($1, $2) AS m
                CROSS JOIN LATERAL auth.scope_within(f.scope, f.code, m.scope, m.code) AS w
                WHERE w.inside)
 ORDER BY f.code <> upper(btrim($3)), f.name, f.scope DESC, f.code
 LIMIT 20;

-- The name of what was chosen.
-- name: admin_place_name
-- for: auth
-- rows: one
-- param: scope         text
-- param: code          text
-- col:   name          text
-- col:   found         bool
-- test:  'region', '11'
SELECT auth.scope_name($1, $2) AS name, auth.scope_exists($1, $2) AS found;

-- name: admin_invite
-- for: auth
-- rows: one
-- param: by            int8
-- param: address       inet
-- param: mail          text
-- param: name          text
-- param: role          text
-- param: scope         text
-- param: code          text
-- param: starts_at     timestamptz
-- param: ends_at       timestamptz   null = no end
-- param: request_id    int8          null = nobody asked
-- param: at            timestamptz
-- col:   outcome       text          see auth.account_invite
-- test:  1, '127.0.0.1', 'a@ror.example', 'N', 'clinician', 'france', 'FR', '2026-01-01T00:00:00Z', NULL, NULL, '2026-01-01T00:00:00Z'
SELECT auth.account_invite($1, $2, $3, $4, $5, $6, $7, tstzrange($8, $9), $10, $11) AS outcome;

-- Open invitations that one could give, and those that ended lately.
-- name: admin_invitation_list
-- for: auth
-- rows: many, one per invitation, the open ones first
-- param: by            int8
-- param: at            timestamptz
-- col:   id            int8
-- col:   mail          text
-- col:   name          text
-- col:   role          text
-- col:   scope         text
-- col:   code          text
-- col:   place         text
-- col:   ends_at       timestamptz   of the right
-- col:   invited_by    text          null = command line
-- col:   invited_at    timestamptz
-- col:   total         int8
-- test:  1, '2026-01-01T00:00:00Z'
SELECT i.id,
       i.mail,
       i.name,
       i.role,
       i.scope,
       i.code,
       auth.scope_name(i.scope, i.code) AS place,
       upper(i.valid) AS ends_at,
       (SELECT b.name FROM auth.account AS b WHERE b.id = i.invited_by) AS invited_by,
       i.invited_at,
       count(*) OVER () AS total
  FROM auth.invitation AS i
 WHERE i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND i.invited_at > $2 - interval '30 days'
   AND auth.may_grant($1, i.role, i.scope, i.code, $2)
 ORDER BY i.invited_at DESC, i.id DESC
 LIMIT 200;

-- name: admin_invitation_do
-- for: auth
-- rows: one
-- param: by            int8
-- param: address       inet
-- param: id            int8
-- param: verb          text          withdraw, again
-- param: at            timestamptz
-- col:   outcome       text
-- test:  1, '127.0.0.1', 1, 'withdraw', '2026-01-01T00:00:00Z'
SELECT auth.invitation_do($1, $2, $3, $4, $5) AS outcome;

-- name: admin_request_list
-- for: auth
-- rows: many, one per request, the open ones first
-- param: by            int8
-- param: at            timestamptz
-- param: open          bool
-- col:   id            int8
-- col:   name          text
-- col:   mail          text
-- col:   establishment text
-- col:   departement   text          its name
-- col:   role          text
-- col:   reason        text
-- col:   asked_at      timestamptz
-- col:   answered_at   timestamptz
-- col:   answered_by   text
-- col:   granted       bool
-- col:   answer        text
-- col:   total         int8
-- test:  1, '2026-01-01T00:00:00Z', true
SELECT r.id,
       r.name,
       r.mail,
       r.establishment,
       (SELECT d.name FROM ref.departement AS d WHERE d.code = r.departement) AS departement,
       r.role,
       r.reason,
       r.asked_at,
       r.answered_at,
       (SELECT b.name FROM auth.account AS b WHERE b.id = r.answered_by) AS answered_by,
       r.granted,
       r.answer,
       count(*) OVER () AS total
  FROM auth.account_request AS r
 WHERE (r.answered_at IS NULL) = $3
   AND auth.request_seen($1, r.departement, $2)
 ORDER BY CASE WHEN $3 THEN r.asked_at END, r.answered_at DESC, r.id
 LIMIT 100;

-- name: admin_request_get
-- for: auth
-- rows: maybe
-- param: by            int8
-- param: at            timestamptz
-- param: id            int8
-- col:   name          text
-- col:   mail          text
-- col:   establishment text
-- col:   departement   text
-- col:   role          text
-- col:   reason        text
-- col:   asked_at      timestamptz
-- col:   answered      bool
-- test:  1, '2026-01-01T00:00:00Z', 1
SELECT r.name,
       r.mail,
       r.establishment,
       (SELECT d.name FROM ref.departement AS d WHERE d.code = r.departement) AS departement,
       r.role,
       r.reason,
       r.asked_at,
       r.answered_at IS NOT NULL AS answered
  FROM auth.account_request AS r
 WHERE r.id = $3 AND auth.request_seen($1, r.departement, $2);

-- name: admin_request_refuse
-- for: auth
-- rows: one
-- param: by            int8
-- param: address       inet
-- param: id            int8
-- param: reason        text
-- param: at            timestamptz
-- col:   outcome       text
-- test:  1, '127.0.0.1', 1, 'x', '2026-01-01T00:00:00Z'
SELECT auth.request_refuse($1, $2, $3, $4, $5) AS outcome;

-- name: delegation_list
-- for: auth
-- rows: many, one per role that gives and role it gives
-- col:   granter       text
-- col:   granted       text
-- test:
SELECT d.granter, d.granted
  FROM auth.delegation AS d
 ORDER BY d.granter, d.granted;

-- name: second_role_list
-- for: auth
-- rows: many, one per role that must have a second factor
-- col:   role          text
-- col:   required_at   timestamptz
-- col:   required_by   text
-- test:
SELECT r.role,
       r.required_at,
       (SELECT b.name FROM auth.account AS b WHERE b.id = r.required_by) AS required_by
  FROM auth.second_role AS r
 ORDER BY r.role;

-- name: second_roles_set
-- for: auth
-- rows: one
-- param: by            int8
-- param: address       inet
-- param: roles         text[]
-- param: read          text[]        what the page showed
-- param: at            timestamptz
-- col:   outcome       text
-- test:  1, '127.0.0.1', '{admin}', '{}', '2026-01-01T00:00:00Z'
SELECT auth.second_roles_set($1, $2, $3, $4, $5) AS outcome;
