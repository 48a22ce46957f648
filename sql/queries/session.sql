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
-- col:   must_change   bool
-- col:   last_seen_at  timestamptz
-- col:   grants        text[]       role:scope:code, sorted
-- test:  '00', '2026-01-01T00:00:00Z', 1800, 14400
SELECT s.account_id,
       a.name,
       s.csrf,
       s.must_change,
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

-- name: session_start
-- for: auth
-- rows: none
-- param: token_hex     text
-- param: account_id    int8
-- param: csrf          text
-- param: method        text
-- param: must_change   bool
-- param: at            timestamptz
-- param: address       inet
-- test:  '00', 1, 'x', 'ldap', false, '2026-01-01T00:00:00Z', '127.0.0.1'
INSERT INTO auth.session (token_sha256, account_id, csrf, method, must_change,
                          created_at, last_seen_at, address)
VALUES (sha256(decode($1, 'hex')), $2, $3, $4, $5, $6, $6, $7);

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
