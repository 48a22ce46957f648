-- Machines: what they read.

-- name: machine_read
-- for: api
-- rows: many, one per place and indicator, or one about all, by place
-- param: token_hex     text
-- param: certificate   text[]
-- param: site          text         null = any of its
-- param: code          text         null = by number
-- param: place_id      int8         null = by code
-- col:   outcome       text         see cap.machine_read
-- col:   detail        text
-- col:   machine       text         null = nobody's token
-- col:   place_id      int8
-- col:   name          text
-- col:   site_finess   text
-- col:   site_name     text
-- col:   nature        text
-- col:   codes         text[]
-- col:   version       int8
-- col:   touched_at    timestamptz  null = never
-- col:   indicator_id  int2         null = nothing to show of this place
-- col:   status        text
-- col:   horizon       text
-- col:   gender        text
-- col:   closing       text
-- col:   extra         text
-- col:   crisis        text
-- col:   assignment    text
-- col:   value         int4
-- col:   effective_at  timestamptz
-- col:   source        text
-- test:  '00', '{}', NULL, 'x', NULL
SELECT m.outcome, m.detail, m.machine, m.place_id, m.name, m.site_finess,
       m.site_name, m.nature, m.codes, m.version, m.touched_at,
       m.indicator_id, i.status, i.horizon, i.gender, i.closing, i.extra,
       i.crisis, m.assignment, m.value, m.effective_at, m.source
  FROM cap.machine_read($1, $2, $3, $4, $5) AS m
  LEFT JOIN ref.indicator AS i ON i.id = m.indicator_id
 ORDER BY m.place_id, m.assignment, m.indicator_id
 LIMIT 2000;
