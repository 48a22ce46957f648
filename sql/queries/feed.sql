-- Feeds: what they write, how they sign in, and their administration.

-- name: feed_save
-- for: api
-- rows: many, one per request, or one about all of them
-- param: token_hex     text
-- param: certificate   text[]
-- param: site          text[]       of each request; null = among the feed's
-- param: code          text[]
-- param: version       int8[]       null = whichever
-- param: request       int4[]       of each operation
-- param: op            text[]
-- param: tuple         text[]
-- param: assignment    text[]
-- param: value         int4[]
-- param: effective     timestamptz[]
-- param: nature        text[]
-- param: source        text[]
-- col:   request       int4         null = all
-- col:   outcome       text         see cap.feed_save
-- col:   op            int4         the wrong one, from 1
-- col:   detail        text
-- col:   version       int8
-- col:   touched_at    timestamptz
-- col:   feed          text         null = nobody's token
-- test:  '00', '{}', '{NULL}', '{x}', '{NULL}', '{1}', '{add}', '{02/01/04/-/-/-}', '{01}', '{1}', '{NULL}', '{NULL}', '{NULL}'
SELECT s.request, s.outcome, s.op, s.detail, s.version, s.touched_at, s.feed
  FROM cap.feed_save($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS s;

-- name: feed_sign_in
-- for: auth
-- rows: one
-- param: name          text
-- param: secret        text         null = by certificate alone
-- param: certificate   text[]
-- param: scope         text[]
-- param: token_hex     text
-- param: address       inet
-- col:   outcome       text         see auth.feed_sign_in
-- col:   scope         text         sites, separated by spaces
-- col:   expires_s     int4
-- test:  'nobody', 'x', '{}', '{}', '00', NULL
SELECT s.outcome, s.scope, s.expires_s
  FROM auth.feed_sign_in($1, $2, $3, $4, $5, $6) AS s;
