-- Accounts: passwords, mails, second factor, conditions, the person's page.

-- Whatever was typed costs this one row: who has an account is looked up
-- later, by the mailer.  In small letters, so that an address written
-- otherwise is the same address for the limit of mails.
-- name: mail_order
-- for: auth
-- rows: none
-- param: kind          text
-- param: login         text
-- param: address       inet
-- param: at            timestamptz
-- test:  'reset', 'nobody@ror.example', '127.0.0.1', '2026-01-01T00:00:00Z'
INSERT INTO auth.mail_order (kind, login, address, ordered_at, due_at)
VALUES ($1, lower($2), $3, $4, $4);

-- name: mail_take
-- for: auth
-- rows: one
-- param: token_sha256  text          hexadecimal
-- param: at            timestamptz
-- col:   mail_id       int8
-- col:   mail_kind     text
-- col:   mail_login    text
-- col:   mail_name     text
-- col:   mail_home     text
-- col:   mail_text     text          of an answer
-- col:   why_not       text
-- test:  '00', '2026-01-01T00:00:00Z'
SELECT t.mail_id, t.mail_kind, t.mail_login, t.mail_name, t.mail_home, t.mail_text, t.why_not
  FROM auth.mail_take(decode($1, 'hex'), $2) AS t;

-- name: mail_end
-- for: auth
-- rows: none
-- param: id            int8
-- param: at            timestamptz
-- param: outcome       text
-- test:  1, '2026-01-01T00:00:00Z', 'sent'
UPDATE auth.mail_order AS m
   SET ended_at = $2, outcome = $3
 WHERE m.id = $1;

-- A link that was mailed: whose it is, without using it.
-- name: reset_look
-- for: auth
-- rows: maybe
-- param: token_hex     text
-- param: at            timestamptz
-- col:   login         text
-- test:  '00', '2026-01-01T00:00:00Z'
SELECT t.login
  FROM auth.reset_token AS t
 WHERE t.token_sha256 = sha256(decode($1, 'hex'))
   AND t.made_at > $2 - interval '30 min';

-- The same, used: inside a transaction that the directory's word ends.
-- name: reset_use
-- for: auth
-- rows: maybe
-- param: token_hex     text
-- param: at            timestamptz
-- col:   login         text
-- test:  '00', '2026-01-01T00:00:00Z'
DELETE FROM auth.reset_token AS t
 WHERE t.token_sha256 = sha256(decode($1, 'hex'))
   AND t.made_at > $2 - interval '30 min'
RETURNING t.login;

-- A link that was asked for before the password changed is over with it.
-- name: reset_drop
-- for: auth
-- rows: none
-- param: login         text
-- test:  'nobody@ror.example'
DELETE FROM auth.reset_token AS t
 WHERE t.login = lower($1);

-- The account of a proved mail, made or enriched by what it was invited to.
-- name: invitation_take
-- for: auth
-- rows: one
-- param: mail          text
-- param: name          text
-- param: at            timestamptz
-- param: address       inet
-- col:   account_id    int8
-- test:  'nobody@ror.example', '', '2026-01-01T00:00:00Z', '127.0.0.1'
SELECT auth.invitation_take($1, $2, $3, $4) AS account_id;

-- name: account_brief
-- for: auth
-- rows: maybe
-- param: account_id    int8
-- col:   login         text
-- col:   name          text
-- col:   directory     text
-- col:   disabled      bool
-- col:   last_login_at timestamptz
-- test:  1
SELECT a.login,
       a.name,
       a.directory,
       a.disabled_at IS NOT NULL AS disabled,
       a.last_login_at
  FROM auth.account AS a
 WHERE a.id = $1;

-- name: account_directory
-- for: auth
-- rows: none
-- param: account_id    int8
-- param: directory     text
-- test:  1, 'principal'
UPDATE auth.account AS a
   SET directory = $2
 WHERE a.id = $1 AND a.directory IS NULL;

-- name: account_ask
-- for: auth
-- rows: one
-- param: name          text
-- param: mail          text
-- param: establishment text
-- param: departement   text          null = not told
-- param: role          text
-- param: reason        text
-- param: at            timestamptz
-- param: address       inet
-- col:   kept          bool          false = too many in a day
-- test:  'Nom', 'nom@ror.example', 'CH', NULL, 'clinician', '', '2026-01-01T00:00:00Z', '127.0.0.1'
SELECT auth.account_ask($1, $2, $3, $4, $5, $6, $7, $8) AS kept;

-- Another token for the session in hand; a wait that is over ends.
-- name: session_renew
-- for: auth
-- rows: none
-- param: token_hex     text
-- param: fresh_hex     text
-- param: second_done   bool
-- param: password_done bool
-- param: csrf          text
-- test:  '00', '01', false, false, 'x'
UPDATE auth.session AS s
   SET token_sha256 = sha256(decode($2, 'hex')),
       second_due = s.second_due AND NOT $3,
       must_change = s.must_change AND NOT $4,
       csrf = $5
 WHERE s.token_sha256 = sha256(decode($1, 'hex'));

-- name: session_end_others
-- for: auth
-- rows: none
-- param: account_id    int8
-- param: token_hex     text
-- test:  1, '00'
DELETE FROM auth.session AS s
 WHERE s.account_id = $1
   AND s.token_sha256 <> sha256(decode($2, 'hex'));

-- name: session_end_all
-- for: auth
-- rows: none
-- param: account_id    int8
-- test:  1
DELETE FROM auth.session AS s
 WHERE s.account_id = $1;

-- name: session_end_one
-- for: auth
-- rows: maybe
-- param: account_id    int8
-- param: id            int8
-- col:   id            int8
-- test:  1, 1
DELETE FROM auth.session AS s
 WHERE s.account_id = $1 AND s.id = $2
RETURNING s.id;

-- name: session_list
-- for: auth
-- rows: many, one per living session, the newest use first
-- param: account_id    int8
-- param: token_hex     text
-- param: at            timestamptz
-- param: idle_s        int4
-- param: absolute_s    int4
-- col:   id            int8
-- col:   method        text
-- col:   address       text
-- col:   created_at    timestamptz
-- col:   last_seen_at  timestamptz
-- col:   mine          bool
-- test:  1, '00', '2026-01-01T00:00:00Z', 1800, 14400
SELECT s.id,
       s.method,
       host(s.address) AS address,
       s.created_at,
       s.last_seen_at,
       s.token_sha256 = sha256(decode($2, 'hex')) AS mine
  FROM auth.session AS s
 WHERE s.account_id = $1
   AND s.last_seen_at > $3 - make_interval(secs => $4)
   AND s.created_at > $3 - make_interval(secs => $5)
 ORDER BY s.last_seen_at DESC, s.id
 LIMIT 50;

-- name: grant_list
-- for: auth
-- rows: many, one per grant in force or to come, by role
-- param: account_id    int8
-- param: at            timestamptz
-- col:   role          text
-- col:   scope         text
-- col:   code          text
-- col:   place         text          name of the scope; null = not known
-- col:   starts_at     timestamptz
-- col:   ends_at       timestamptz
-- test:  1, '2026-01-01T00:00:00Z'
SELECT g.role,
       g.scope,
       g.code,
       auth.scope_name(g.scope, g.code) AS place,
       lower(g.valid) AS starts_at,
       upper(g.valid) AS ends_at
  FROM auth.grant AS g
 WHERE g.account_id = $1
   AND NOT coalesce(upper(g.valid) <= $2, false)
 ORDER BY g.role, g.scope, g.code, starts_at
 LIMIT 200;

-- name: favourite_count
-- for: auth
-- rows: one
-- param: account_id    int8
-- col:   n             int8
-- test:  1
SELECT count(*) AS n
  FROM auth.favourite AS f
 WHERE f.account_id = $1;

-- How the board of entry looks to an account that chose.
-- name: entry_mode
-- for: auth
-- rows: maybe
-- param: account_id    int8
-- col:   is_full       bool
-- test:  1
SELECT d.mode = 'full' AS is_full
  FROM cap.display AS d
 WHERE d.account_id = $1;

-- name: conditions_list
-- for: auth
-- rows: many, one per version accepted, the newest first
-- param: account_id    int8
-- col:   version       text
-- col:   accepted_at   timestamptz
-- test:  1
SELECT c.version, c.accepted_at
  FROM auth.conditions AS c
 WHERE c.account_id = $1
 ORDER BY c.accepted_at DESC, c.version
 LIMIT 20;

-- name: conditions_accept
-- for: auth
-- rows: none
-- param: account_id    int8
-- param: version       text
-- param: at            timestamptz
-- test:  1, '1', '2026-01-01T00:00:00Z'
INSERT INTO auth.conditions (account_id, version, accepted_at)
VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING;

-- name: conditions_done
-- for: auth
-- rows: none
-- param: account_id    int8
-- test:  1
UPDATE auth.session AS s
   SET conditions_due = false
 WHERE s.account_id = $1 AND s.conditions_due;

-- The second factor of an account.
-- name: second_get
-- for: auth
-- rows: maybe
-- param: account_id    int8
-- col:   secret        text          hexadecimal
-- col:   confirmed     bool
-- col:   made_at       timestamptz
-- col:   codes_left    int8          recovery codes
-- test:  1
SELECT encode(f.secret, 'hex') AS secret,
       f.confirmed_at IS NOT NULL AS confirmed,
       f.made_at,
       (SELECT count(*)
          FROM auth.recovery_code AS c
         WHERE c.account_id = f.account_id AND c.used_at IS NULL) AS codes_left
  FROM auth.second_factor AS f
 WHERE f.account_id = $1;

-- A try is counted before it is judged: five since the last right one, then a
-- quarter of an hour.  No row: too many, or no second factor.
-- name: second_try
-- for: auth
-- rows: maybe
-- param: account_id    int8
-- param: at            timestamptz
-- col:   secret        text          hexadecimal
-- col:   confirmed     bool
-- col:   last_step     int8
-- test:  1, '2026-01-01T00:00:00Z'
UPDATE auth.second_factor AS f
   SET tries = CASE WHEN f.tried_at < $2 - interval '15 min' THEN 1 ELSE f.tries + 1 END,
       tried_at = $2
 WHERE f.account_id = $1
   AND (f.tries < 5 OR f.tried_at < $2 - interval '15 min')
RETURNING encode(f.secret, 'hex') AS secret,
          f.confirmed_at IS NOT NULL AS confirmed,
          f.last_step;

-- The code of a step was right: no step up to it is taken again.
-- name: second_right
-- for: auth
-- rows: maybe
-- param: account_id    int8
-- param: step          int8
-- param: at            timestamptz
-- col:   step          int8
-- test:  1, 1, '2026-01-01T00:00:00Z'
UPDATE auth.second_factor AS f
   SET last_step = $2,
       tries = 0,
       confirmed_at = coalesce(f.confirmed_at, $3)
 WHERE f.account_id = $1 AND f.last_step < $2
RETURNING f.last_step AS step;

-- A secret that waits for its first code; one that is in use stays.
-- name: second_make
-- for: auth
-- rows: none
-- param: account_id    int8
-- param: secret        text          hexadecimal
-- param: at            timestamptz
-- test:  1, '00', '2026-01-01T00:00:00Z'
INSERT INTO auth.second_factor AS f (account_id, secret, made_at)
VALUES ($1, decode($2, 'hex'), $3)
    ON CONFLICT (account_id) DO UPDATE
   SET secret = EXCLUDED.secret, made_at = EXCLUDED.made_at, last_step = 0
 WHERE f.confirmed_at IS NULL;

-- name: second_drop
-- for: auth
-- rows: none
-- param: account_id    int8
-- test:  1
WITH codes AS (
    DELETE FROM auth.recovery_code AS c
     WHERE c.account_id = $1)
DELETE FROM auth.second_factor AS f
 WHERE f.account_id = $1;

-- Ten new recovery codes instead of those before.
-- name: recovery_drop
-- for: auth
-- rows: none
-- param: account_id    int8
-- test:  1
DELETE FROM auth.recovery_code AS c
 WHERE c.account_id = $1;

-- name: recovery_make
-- for: auth
-- rows: none
-- param: account_id    int8
-- param: codes         text[]
-- test:  1, '{x}'
INSERT INTO auth.recovery_code (account_id, code_sha256)
SELECT $1, sha256(convert_to(c.code, 'UTF8'))
  FROM unnest($2) AS c (code);

-- name: recovery_use
-- for: auth
-- rows: maybe
-- param: account_id    int8
-- param: code          text
-- param: at            timestamptz
-- col:   codes_left    int8
-- test:  1, 'x', '2026-01-01T00:00:00Z'
UPDATE auth.recovery_code AS c
   SET used_at = $3
 WHERE c.account_id = $1
   AND c.code_sha256 = sha256(convert_to($2, 'UTF8'))
   AND c.used_at IS NULL
RETURNING (SELECT count(*) - 1
             FROM auth.recovery_code AS o
            WHERE o.account_id = $1 AND o.used_at IS NULL) AS codes_left;

-- Whether a password alone would open what it must not.
-- name: second_in_use
-- for: auth
-- rows: one
-- col:   in_use        bool
-- test:
SELECT EXISTS (SELECT FROM auth.second_factor AS f WHERE f.confirmed_at IS NOT NULL) AS in_use;

-- name: second_required
-- for: auth
-- rows: maybe
-- param: account_id    int8
-- param: at            timestamptz
-- col:   required      bool
-- test:  1, '2026-01-01T00:00:00Z'
SELECT a.second_required OR EXISTS (
       SELECT
         FROM auth.grant AS g
         JOIN auth.second_role AS r ON r.role = g.role
        WHERE g.account_id = a.id AND g.valid @> $2) AS required
  FROM auth.account AS a
 WHERE a.id = $1;

-- name: second_reset_tries
-- for: auth
-- rows: none
-- param: account_id    int8
-- test:  1
UPDATE auth.second_factor AS f
   SET tries = 0
 WHERE f.account_id = $1;

-- An account's own act; detail has no secret, no address of somebody else.
-- name: audit_account
-- for: auth
-- rows: none
-- param: event         text
-- param: account_id    int8
-- param: address       inet
-- param: reason        text
-- test:  'password_changed', 1, '127.0.0.1', NULL
INSERT INTO audit.event (event, account_id, address, detail)
VALUES ($1, $2, $3, jsonb_strip_nulls(jsonb_build_object('reason', $4)));

-- What an administrator did to an account.
-- name: audit_admin
-- for: auth
-- rows: none
-- param: event         text
-- param: account_id    int8
-- param: address       inet
-- param: reason        text
-- param: by            int8
-- test:  'password_reset', 1, '127.0.0.1', 'by_admin', 2
INSERT INTO audit.event (event, account_id, address, detail)
VALUES ($1, $2, $3, jsonb_build_object('reason', $4, 'by', $5));
