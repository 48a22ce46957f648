-- Sessions: checked in the worker that serves the page, in the round trip of
-- the request's first statement.

-- name: session_get
-- for: app auth api
-- rows: maybe
-- param: token_hex     text
-- param: at            timestamptz
-- param: idle_s        int4
-- param: absolute_s    int4
-- col:   account_id    int8
-- col:   name          text
-- col:   csrf          text
-- col:   second_due    bool
-- col:   must_change   bool
-- col:   conditions_due bool
-- col:   last_seen_at  timestamptz
-- col:   grants        text[]       role:scope:code, sorted
-- test:  '00', '2026-01-01T00:00:00Z', 1800, 14400
SELECT s.account_id,
       a.name,
       s.csrf,
       s.second_due,
       s.must_change,
       s.conditions_due,
       s.last_seen_at,
       ARRAY(SELECT concat_ws(':', g.role, g.scope, g.code)
               FROM auth.grant AS g
              WHERE g.account_id = s.account_id AND g.valid @> $2
              ORDER BY 1) AS grants
  FROM auth.session AS s
  JOIN auth.account AS a ON a.id = s.account_id
 WHERE s.token_sha256 = sha256(decode($1, 'hex'))
   AND s.last_seen_at > $2 - make_interval(secs => $3)
   AND s.created_at > $2 - make_interval(secs => $4)
   -- Who proved a password alone has ten minutes for the rest.
   AND (NOT s.second_due OR s.created_at > $2 - interval '10 min')
   AND a.disabled_at IS NULL;

-- name: session_touch
-- for: app auth api
-- rows: none
-- param: token_hex     text
-- param: at            timestamptz
-- test:  '00', '2026-01-01T00:00:00Z'
UPDATE auth.session AS s
   SET last_seen_at = $2
 WHERE s.token_sha256 = sha256(decode($1, 'hex'))
   AND s.last_seen_at < $2;

-- A password alone is not enough for who has a second factor or must have one.
-- name: session_start
-- for: auth
-- rows: one
-- param: token_hex     text
-- param: account_id    int8
-- param: csrf          text
-- param: method        text
-- param: must_change   bool
-- param: at            timestamptz
-- param: address       inet
-- param: second        bool          second factors are switched on
-- param: conditions    text          version to accept; '' = none
-- col:   second_due    bool
-- test:  '00', 1, 'x', 'ldap', false, '2026-01-01T00:00:00Z', '127.0.0.1', true, '1'
INSERT INTO auth.session (token_sha256, account_id, csrf, method, must_change,
                          created_at, last_seen_at, address, second_due, conditions_due)
VALUES (sha256(decode($1, 'hex')), $2, $3, $4, $5, $6, $6, $7,
        $4 = 'ldap' AND $8 AND (
        EXISTS (SELECT FROM auth.account AS a WHERE a.id = $2 AND a.second_required)
        OR EXISTS (SELECT FROM auth.second_factor AS f
                    WHERE f.account_id = $2 AND f.confirmed_at IS NOT NULL)
        OR EXISTS (SELECT
                     FROM auth.grant AS g
                     JOIN auth.second_role AS r ON r.role = g.role
                    WHERE g.account_id = $2 AND g.valid @> $6)),
        $9 <> '' AND NOT EXISTS (
        SELECT FROM auth.conditions AS c WHERE c.account_id = $2 AND c.version = $9))
RETURNING second_due;

-- name: session_end
-- for: auth
-- rows: none
-- param: token_hex     text
-- test:  '00'
DELETE FROM auth.session AS s
 WHERE s.token_sha256 = sha256(decode($1, 'hex'));

-- name: health
-- for: app auth api report
-- rows: one
-- col:   one           int4
-- test:
SELECT 1 AS one;
