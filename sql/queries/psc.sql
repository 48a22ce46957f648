-- Pro Santé Connect: sign-ins under way, links, and sessions it opened.

-- name: psc_state_add
-- for: auth
-- rows: none
-- param: state         text
-- param: cookie        text
-- param: account_id    int8          null = a sign-in
-- param: return_to     text
-- param: at            timestamptz
-- test:  's', 'c', NULL, '/', '2026-01-01T00:00:00Z'
INSERT INTO auth.psc_state (state_sha256, cookie_sha256, account_id, return_to, created_at)
VALUES (sha256(convert_to($1, 'UTF8')), sha256(convert_to($2, 'UTF8')), $3, $4, $5);

-- What nobody can come back to, and messages that are too old to come again.
-- name: psc_state_sweep
-- for: auth
-- rows: none
-- param: at            timestamptz
-- test:  '2026-01-01T00:00:00Z'
WITH spent AS (
    DELETE FROM auth.psc_logout_token AS t
     WHERE t.seen_at <= $1 - interval '15 minutes'
)
DELETE FROM auth.psc_state AS s
 WHERE s.created_at <= $1 - interval '10 minutes';

-- name: psc_pending_sweep
-- for: auth
-- rows: none
-- param: at            timestamptz
-- test:  '2026-01-01T00:00:00Z'
DELETE FROM auth.psc_pending AS p
 WHERE p.created_at <= $1 - interval '10 minutes';

-- Good once, in the browser that started: of two callbacks one gets the row.
-- name: psc_state_take
-- for: auth
-- rows: maybe
-- param: state         text
-- param: cookie        text
-- param: at            timestamptz
-- col:   account_id    int8          null = a sign-in
-- col:   return_to     text
-- test:  's', 'c', '2026-01-01T00:00:00Z'
DELETE FROM auth.psc_state AS s
 WHERE s.state_sha256 = sha256(convert_to($1, 'UTF8'))
   AND s.cookie_sha256 = sha256(convert_to($2, 'UTF8'))
   AND s.created_at > $3 - interval '10 minutes'
RETURNING s.account_id, s.return_to;

-- name: psc_link_of_identity
-- for: auth
-- rows: maybe
-- param: iss           text
-- param: sub           text
-- col:   account_id    int8
-- col:   disabled      bool
-- test:  'https://op.example', 's'
SELECT l.account_id,
       a.disabled_at IS NOT NULL AS disabled
  FROM auth.psc_link AS l
  JOIN auth.account AS a ON a.id = l.account_id
 WHERE l.iss = $1 AND l.sub = $2 AND l.unlinked_at IS NULL;

-- name: psc_link_of_account
-- for: auth
-- rows: maybe
-- param: account_id    int8
-- col:   given_name    text
-- col:   family_name   text
-- col:   linked_at     timestamptz
-- test:  1
SELECT l.given_name,
       l.family_name,
       l.linked_at
  FROM auth.psc_link AS l
 WHERE l.account_id = $1 AND l.unlinked_at IS NULL;

-- name: psc_pending_add
-- for: auth
-- rows: none
-- param: cookie          text
-- param: iss             text
-- param: sub             text
-- param: subject_name_id text
-- param: given_name      text
-- param: family_name     text
-- param: email           text
-- param: sid             text
-- param: id_token        text
-- param: account_id      int8        null = to be proved by password
-- param: return_to       text
-- param: at              timestamptz
-- test:  'c', 'https://op.example', 's', NULL, NULL, NULL, NULL, NULL, 't', NULL, '/', '2026-01-01T00:00:00Z'
INSERT INTO auth.psc_pending (cookie_sha256, iss, sub, subject_name_id, given_name, family_name,
                              email, sid_sha256, id_token, account_id, return_to, created_at)
VALUES (sha256(convert_to($1, 'UTF8')), $2, $3, $4, $5, $6,
        $7, sha256(convert_to($8, 'UTF8')), $9, $10, $11, $12);

-- name: psc_pending_get
-- for: auth
-- rows: maybe
-- param: cookie        text
-- param: at            timestamptz
-- col:   given_name    text
-- col:   family_name   text
-- col:   email         text
-- col:   account_id    int8          null = to be proved by password
-- col:   return_to     text
-- test:  'c', '2026-01-01T00:00:00Z'
SELECT p.given_name,
       p.family_name,
       p.email,
       p.account_id,
       p.return_to
  FROM auth.psc_pending AS p
 WHERE p.cookie_sha256 = sha256(convert_to($1, 'UTF8'))
   AND p.created_at > $2 - interval '10 minutes';

-- Of two forms sent at once, one gets the row.
-- name: psc_pending_take
-- for: auth
-- rows: maybe
-- param: cookie          text
-- param: at              timestamptz
-- col:   iss             text
-- col:   sub             text
-- col:   subject_name_id text
-- col:   sid_sha256      bytea
-- col:   id_token        text
-- col:   account_id      int8        null = proved by password
-- test:  'c', '2026-01-01T00:00:00Z'
DELETE FROM auth.psc_pending AS p
 WHERE p.cookie_sha256 = sha256(convert_to($1, 'UTF8'))
   AND p.created_at > $2 - interval '10 minutes'
RETURNING p.iss, p.sub, p.subject_name_id, p.sid_sha256, p.id_token, p.account_id;

-- None when the identity, or the account, has a link already.
-- name: psc_link_add
-- for: auth
-- rows: maybe
-- param: iss             text
-- param: sub             text
-- param: account_id      int8
-- param: subject_name_id text
-- param: given_name      text
-- param: family_name     text
-- param: at              timestamptz
-- col:   id              int8
-- test:  'https://op.example', 's', 1, NULL, 'A', 'B', '2026-01-01T00:00:00Z'
INSERT INTO auth.psc_link AS l (iss, sub, account_id, subject_name_id, given_name, family_name, linked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT DO NOTHING
RETURNING l.id;

-- name: psc_session_add
-- for: auth
-- rows: none
-- param: token_hex     text
-- param: iss           text
-- param: sub           text
-- param: sid           text          null where sid_sha256 is known, or none
-- param: sid_sha256    bytea
-- param: id_token      text
-- test:  '00', 'https://op.example', 's', 'sid', NULL, 't'
INSERT INTO auth.psc_session (token_sha256, iss, sub, sid_sha256, id_token)
VALUES (sha256(decode($1, 'hex')), $2, $3, coalesce($5, sha256(convert_to($4, 'UTF8'))), $6);

-- name: psc_session_hint
-- for: auth
-- rows: maybe
-- param: token_hex     text
-- col:   id_token      text
-- test:  '00'
SELECT p.id_token
  FROM auth.psc_session AS p
 WHERE p.token_sha256 = sha256(decode($1, 'hex'));

-- The provider ended its session: so do ours, and identities that wait.  A
-- message that came before does nothing.
-- name: psc_logout
-- for: auth
-- rows: one
-- param: iss           text
-- param: sid           text          null = every session of the person
-- param: sub           text          null = not said
-- param: address       inet
-- param: jti           text
-- param: at            timestamptz
-- col:   fresh         bool          false = it came before
-- test:  'https://op.example', 'x', NULL, '127.0.0.1', 'j', '2026-01-01T00:00:00Z'
WITH fresh AS (
    INSERT INTO auth.psc_logout_token (jti_sha256, seen_at)
    VALUES (sha256(convert_to($1 || ' ' || $5, 'UTF8')), $6)
        ON CONFLICT DO NOTHING
    RETURNING jti_sha256
), waiting AS (
    DELETE FROM auth.psc_pending AS p
     WHERE EXISTS (SELECT FROM fresh)
       AND p.iss = $1
       AND ($2 IS NULL OR p.sid_sha256 = sha256(convert_to($2, 'UTF8')))
       AND ($3 IS NULL OR p.sub = $3)
), over AS (
    DELETE FROM auth.session AS s
     USING auth.psc_session AS p
     WHERE EXISTS (SELECT FROM fresh)
       AND p.token_sha256 = s.token_sha256
       AND p.iss = $1
       AND ($2 IS NULL OR p.sid_sha256 = sha256(convert_to($2, 'UTF8')))
       AND ($3 IS NULL OR p.sub = $3)
    RETURNING s.account_id
), noted AS (
    INSERT INTO audit.event (event, account_id, address, detail)
    SELECT 'session_end', o.account_id, $4::inet, '{"method": "psc", "reason": "backchannel"}'::jsonb
      FROM over AS o
)
SELECT EXISTS (SELECT FROM fresh) AS fresh;

-- name: psc_audit
-- for: auth
-- rows: none
-- param: event         text
-- param: account_id    int8
-- param: address       inet
-- param: reason        text
-- test:  'sign_in_refused', NULL, '127.0.0.1', 'nonce'
INSERT INTO audit.event (event, account_id, address, detail)
VALUES ($1, $2, $3, jsonb_strip_nulls(jsonb_build_object('method', 'psc', 'reason', $4)));
