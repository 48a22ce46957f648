-- Signing in: whose login it is, and what a sign-in or a refusal leaves.

-- name: login_account
-- for: auth
-- rows: maybe
-- param: login         text
-- col:   account_id    int8
-- col:   disabled      bool
-- col:   seen          bool          signed in before
-- col:   directory     text          that proved it first
-- col:   second        bool          has a second factor, or must have one
-- test:  'nobody@ror.example'
SELECT a.id AS account_id,
       a.disabled_at IS NOT NULL AS disabled,
       a.last_login_at IS NOT NULL AS seen,
       a.directory,
       a.second_required OR EXISTS (
       SELECT FROM auth.second_factor AS f
        WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL) OR EXISTS (
       SELECT
         FROM auth.grant_now AS g
         JOIN auth.second_role AS r ON r.role = g.role
        WHERE g.account_id = a.id) AS second
  FROM auth.account AS a
 WHERE a.login = lower($1);

-- name: login_done
-- for: auth
-- rows: none
-- param: account_id    int8
-- param: at            timestamptz
-- param: directory     text          that proved it; null = none did
-- test:  1, '2026-01-01T00:00:00Z', 'principal'
UPDATE auth.account AS a
   SET last_login_at = $2,
       directory = coalesce(a.directory, $3)
 WHERE a.id = $1;

-- name: audit_add
-- for: auth
-- rows: none
-- param: event         text
-- param: account_id    int8
-- param: address       inet
-- param: reason        text
-- test:  'sign_in', 1, '127.0.0.1', NULL
INSERT INTO audit.event (event, account_id, address, detail)
VALUES ($1, $2, $3, jsonb_strip_nulls(jsonb_build_object('method', 'ldap', 'reason', $4)));
