-- The audit, for who administers: audit.journal() alone may read it.

-- name: journal_list
-- for: app
-- rows: many, the newest first
-- param: reader        int8
-- param: from_at       timestamptz
-- param: to_at         timestamptz   not included
-- param: events        text[]        null = all
-- param: accounts      int8[]        theirs, or done by them; null = all
-- param: address       inet          null = all
-- param: reason        text          null = all
-- param: before        int8          event that the page begins after; null = the newest
-- param: most          int4
-- col:   id            int8
-- col:   at            timestamptz
-- col:   event         text
-- col:   account_id    int8
-- col:   account_name  text
-- col:   account_login text
-- col:   by_name       text          who did it, if somebody else
-- col:   address       text
-- col:   detail_keys   text[]
-- col:   detail_values text[]        as text, cut at 400 characters
-- test:  1, '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', NULL, NULL, NULL, NULL, NULL, 51
SELECT e.id,
       e.at,
       e.event,
       e.account_id,
       a.name AS account_name,
       a.login AS account_login,
       b.name AS by_name,
       host(e.address) AS address,
       ARRAY(SELECT d.key FROM jsonb_each_text(e.detail) AS d ORDER BY d.key LIMIT 30) AS detail_keys,
       ARRAY(SELECT left(d.value, 400) FROM jsonb_each_text(e.detail) AS d ORDER BY d.key LIMIT 30) AS detail_values
  FROM audit.journal($1, $2, $3, $4, $5, $6, $7, $8, $9) AS e
  LEFT JOIN auth.account AS a ON a.id = e.account_id
  LEFT JOIN auth.account AS b
    ON b.id = CASE WHEN e.detail ->> 'by' ~ '^[0-9]{1,18}$' THEN (e.detail ->> 'by')::bigint END
 ORDER BY e.at DESC, e.id DESC
 LIMIT 5001;

-- Whose name or mail holds a text; who has that very mail first.
-- name: journal_accounts
-- for: app
-- rows: many, 21 at most
-- param: words         text
-- col:   id            int8
-- col:   exact         bool
-- test:  'martin'
SELECT a.id,
       a.login = lower($1) AS exact
  FROM auth.account AS a
 WHERE position(lower($1) IN a.login) > 0
    OR position(lower($1) IN lower(a.name)) > 0
 ORDER BY a.login = lower($1) DESC, a.login, a.id
 LIMIT 21;

-- Who takes a copy of the audit away is in it.
-- name: journal_exported
-- for: app
-- rows: none
-- param: account_id    int8
-- param: address       inet
-- param: lines         int8
-- test:  1, '127.0.0.1', 10
INSERT INTO audit.event (event, account_id, address, detail)
VALUES ('journal_export', $1, $2, jsonb_build_object('lines', $3));
