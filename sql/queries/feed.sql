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
  FROM cap.feed_save($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS s
 ORDER BY s.request;

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

-- What an administrator sees of feeds, and a steward of those of his regions.
-- name: feed_list
-- for: app
-- rows: many, one per feed, by name
-- param: account_id    int8
-- param: feed_id       int8         null = all
-- col:   id            int8
-- col:   name          text
-- col:   label         text
-- col:   contact       text
-- col:   source_label  text
-- col:   certificate   text         null = by secret
-- col:   created_at    timestamptz
-- col:   created_by    text         null = at the command line
-- col:   previous_until timestamptz null = no other secret is good
-- col:   suspended_at  timestamptz  null = in force
-- col:   suspended_reason text
-- col:   token_at      timestamptz  its last token, null = none
-- col:   heard_at      timestamptz  when it last spoke of a place, null = never
-- col:   may_send      bool
-- col:   profile       text         null = it does not read
-- col:   read_scope    text         sites, departement, region, france
-- col:   read_code     text
-- col:   sites         text[]       FINESS, name, FINESS, name…
-- test:  1, NULL
SELECT f.id, f.name, f.label, f.contact, r.label AS source_label,
       f.certificate, f.created_at, a.name AS created_by, f.previous_until,
       f.suspended_at, f.suspended_reason,
       (SELECT max(t.issued_at) FROM auth.feed_token AS t
         WHERE t.feed_id = f.id) AS token_at,
       (SELECT max(h.heard_at) FROM cap.feed_place AS h
         WHERE h.feed_id = f.id) AS heard_at,
       f.may_send, f.profile, f.read_scope, f.read_code,
       ARRAY(SELECT x.text
               FROM auth.feed_site AS s
               JOIN dir.structure_now AS n ON n.finess = s.site
              CROSS JOIN LATERAL unnest(ARRAY[s.site, n.name])
                    WITH ORDINALITY AS x (text, i)
              WHERE s.feed_id = f.id AND s.valid @> now()
              ORDER BY s.site, x.i) AS sites
  FROM auth.feed AS f
  JOIN ref.source AS r ON r.code = f.source
  LEFT JOIN auth.account AS a ON a.id = f.created_by
 WHERE ($2 IS NULL OR f.id = $2)
   AND EXISTS (SELECT FROM auth.grant_now AS g
                WHERE g.account_id = $1
                  AND g.role IN ('admin', 'steward')
                  AND (g.scope = 'france'
                       OR f.profile IS NOT NULL AND (f.read_scope, f.read_code) = (g.scope, g.code)
                       OR EXISTS (
                          SELECT FROM auth.feed_site AS s
                            JOIN dir.structure_now AS n ON n.finess = s.site
                            JOIN ref.departement AS d ON d.code = n.departement_code
                           WHERE s.feed_id = f.id AND s.valid @> now()
                             AND CASE g.scope
                                 WHEN 'region' THEN d.region_code = g.code
                                 WHEN 'departement' THEN d.code = g.code
                                 ELSE false END)))
 ORDER BY f.name
 LIMIT 5000;

-- name: feed_act
-- for: app
-- rows: one
-- param: account_id    int8
-- param: address       inet
-- param: verb          text         see auth.feed_do
-- param: name          text
-- param: label         text
-- param: contact       text
-- param: source        text
-- param: certificate   text
-- param: sites         text[]
-- param: reason        text
-- param: overlap_s     int4
-- param: send          bool
-- param: profile       text
-- param: read_scope    text
-- param: read_code     text
-- col:   outcome       text
-- col:   detail        text
-- col:   secret        text         of add and rotate
-- test:  1, NULL, 'resume', 'nobody', NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, NULL, 'sites', NULL
SELECT d.outcome, d.detail, d.secret
  FROM auth.feed_do($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
       $15) AS d;
