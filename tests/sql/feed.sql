-- feed.sql - cap.feed_save() alone, as TAP: what a feed's values become.
-- Run on the small hospital of tests/integration/lib/Board.pm; keeps nothing.
\set ON_ERROR_STOP on
SET timezone = 'UTC';
BEGIN;

CREATE FUNCTION pg_temp.is(p_got anyelement, p_want anyelement, p_name text)
RETURNS text LANGUAGE sql AS $$
SELECT CASE WHEN p_got IS NOT DISTINCT FROM p_want THEN 'ok - ' || p_name
            ELSE format(E'not ok - %s\n# got %L, want %L', p_name, p_got, p_want) END
$$;

INSERT INTO auth.account (id, login, name) VALUES (901, 'sql.a@ror.example', 'A'), (902, 'sql.admin@ror.example', 'B');
INSERT INTO auth.grant (account_id, role, scope, code, valid) VALUES
    (901, 'bed_manager', 'eg', '910000017', '[2020-01-01,)'),
    (902, 'admin', 'france', 'FR', '[2020-01-01,)');
INSERT INTO auth.feed (id, name, label, source) OVERRIDING SYSTEM VALUE
VALUES (1, 'lits', 'Lits', '02'), (2, 'autre', 'Autre', '04'), (3, 'deux-sites', 'Deux sites', '02');
INSERT INTO auth.feed_site (feed_id, site, valid) VALUES
    (1, '910000017', '[2020-01-01,)'), (2, '910000017', '[2020-01-01,)'),
    (3, '910000017', '[2020-01-01,)'), (3, '940000018', '[2020-01-01,)'),
    (1, '940000018', '[2020-01-01,2021-01-01)');
INSERT INTO auth.feed_token (token_sha256, feed_id, issued_at, expires_at)
SELECT sha256(decode(x.t, 'hex')), x.f, now() - interval '1 hour', x.until
  FROM (VALUES ('01', 1, now() + interval '1 hour'), ('02', 2, now() + interval '1 hour'),
               ('03', 3, now() + interval '1 hour'), ('04', 1, now() - interval '1 second')) AS x (t, f, until);
INSERT INTO dir.place_code (site_id, code, place_id) VALUES
    (2, 'CARDIO', 1), (2, 'CHIR', 2), (2, 'MED', 3), (2, 'TRAVAUX', 4), (2, 'HDJ', 5),
    (3, 'GERIATRIE', 7), (3, 'CARDIO', 7), (2, 'C1', 1);

-- One value, mostly DISPO_IND of CARDIO; p_ago: minutes before a fixed noon.
CREATE FUNCTION pg_temp.at(p_ago integer) RETURNS timestamptz LANGUAGE sql AS $$
SELECT date_trunc('hour', now()) - make_interval(mins => p_ago) $$;
CREATE FUNCTION pg_temp.feed(p_value integer, p_ago integer, p_op text DEFAULT 'add',
    p_tuple text DEFAULT '02/01/04/-/-/-', p_code text DEFAULT 'CARDIO', p_site text DEFAULT '910000017',
    p_token text DEFAULT '01', p_version bigint DEFAULT NULL, p_assignment text DEFAULT '01',
    p_nature text DEFAULT NULL, p_certificate text[] DEFAULT '{}')
RETURNS text LANGUAGE sql AS $$
SELECT concat_ws(' ', s.outcome, 'v' || s.version)
  FROM cap.feed_save(p_token, p_certificate, ARRAY[p_site], ARRAY[p_code], ARRAY[p_version], '{1}', ARRAY[p_op],
                     ARRAY[p_tuple], ARRAY[p_assignment], ARRAY[p_value],
                     ARRAY[CASE WHEN p_ago IS NOT NULL THEN pg_temp.at(p_ago) END], ARRAY[p_nature], '{NULL}') AS s
$$;
CREATE FUNCTION pg_temp.holds(p_place bigint) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(c.indicator_id || '=' || coalesce(c.value::text, '-'), ' ' ORDER BY c.assignment_id, c.indicator_id)
  FROM cap.current AS c WHERE c.place_id = p_place
$$;
CREATE FUNCTION pg_temp.rows(p_place bigint) RETURNS integer LANGUAGE sql AS $$
SELECT count(*)::integer FROM cap.observation AS o WHERE o.place_id = p_place
$$;
CREATE FUNCTION pg_temp.sound() RETURNS integer LANGUAGE sql AS $$
SELECT count(*)::integer
  FROM cap.current AS c
  FULL JOIN cap.current_derived AS d USING (place_id, assignment_id, indicator_id)
 WHERE (c.value, c.effective_at, c.entry_id) IS DISTINCT FROM (d.value, d.effective_at, d.entry_id)
$$;

-- Who may, and where.
SELECT pg_temp.is(pg_temp.feed(3, 60, p_token => '99'), 'token', 'an unknown token');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_token => '04'), 'token', 'one that is over');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_site => '940000018', p_code => 'GERIATRIE'), 'denied', 'a site of another time');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_site => '750000000'), 'denied', 'a site that does not exist says no more');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_code => 'GERIATRIE'), 'unknown', 'a code of another site');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_token => '03', p_site => NULL), 'several', 'a code that two sites use');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_token => '03', p_site => NULL, p_code => 'HDJ'), 'ok v1', 'without the site when it is clear');
UPDATE auth.feed SET certificate = 'CN=lits' WHERE id = 1;
SELECT pg_temp.is(pg_temp.feed(3, 60), 'token', 'a declared certificate is demanded');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_certificate => '{CN=autre,ff}'), 'token', 'that one');
UPDATE auth.feed SET certificate = NULL WHERE id = 1;
UPDATE auth.feed SET suspended_at = now(), suspended_reason = 'essai' WHERE id = 1;
SELECT pg_temp.is(pg_temp.feed(3, 60), 'suspended', 'suspended: at once');
UPDATE auth.feed SET suspended_at = NULL, suspended_reason = NULL WHERE id = 1;
SELECT pg_temp.is(pg_temp.rows(1), 0, 'nothing of it was written');

-- What is refused.
SELECT pg_temp.is(pg_temp.feed(3, 60, 'replace'), 'absent v0', 'replace what was never given');
SELECT pg_temp.is(pg_temp.feed(NULL, 60, 'delete'), 'absent v0', 'delete it');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_tuple => '02/01/-/-/-/-'), 'indicator v0', 'the derived total is nobody''s to give');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_nature => '02'), 'nature v0', 'places where there are beds');
SELECT pg_temp.is(pg_temp.feed(3, -70), 'future v0', 'in the future');
SELECT pg_temp.is(pg_temp.feed(3, 60 * 24 * 1200), 'past v0', 'in another age');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_code => 'TRAVAUX'), 'locked v0', 'a locked unit');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_assignment => '02'), 'assignment v0', 'an assignment that is not running');
SELECT pg_temp.is(pg_temp.feed(3, 60, p_version => 7), 'conflict v0', 'an If-Match that is not now''s');
INSERT INTO cap.channel (place_id, mode, since) VALUES (1, 'manual', now());
SELECT pg_temp.is(pg_temp.feed(3, 60), 'manual v0', 'a place that people type');
UPDATE cap.channel SET mode = 'feed', since = pg_temp.at(59);
SELECT pg_temp.is(pg_temp.feed(3, 60), 'before v0', 'back from there: what was kept back is over');
DELETE FROM cap.channel;
SELECT pg_temp.is((SELECT count(*) FROM cap.feed_news WHERE feed_id = 1), 1::bigint, 'what was refused was heard, a row a minute');
SELECT pg_temp.is((SELECT count(*) FROM cap.feed_place WHERE feed_id = 1 AND place_id = 1), 1::bigint, 'and of which place');
SELECT pg_temp.is((SELECT count(*) FROM cap.entry WHERE feed = 'lits'), 0::bigint, 'refusals leave no entry');

-- Values, confirmations, repetitions.  A bed's limit is 24 h: a quarter is 6.
SELECT pg_temp.is(pg_temp.feed(3, 600), 'ok v1', 'a first value');
SELECT pg_temp.is(pg_temp.holds(1), '4=3 20=3', 'and the total');
SELECT pg_temp.is(pg_temp.feed(3, 600, p_version => 0), 'ok v1', 'the same request, with the version of its time');
SELECT pg_temp.is(pg_temp.rows(1), 2, 'is one observation');
SELECT pg_temp.is(pg_temp.feed(3, 590, 'replace'), 'ok v1', 'an equal value');
SELECT pg_temp.is(pg_temp.rows(1), 2, 'does not swell the ledger');
SELECT pg_temp.is((SELECT max(last_confirmed_at) FROM cap.current WHERE place_id = 1 AND indicator_id = 4), pg_temp.at(590), 'but is remembered');
SELECT pg_temp.is((SELECT max(last_confirmed_at) FROM cap.current WHERE place_id = 1 AND indicator_id = 20), pg_temp.at(590), 'and for the total');
SELECT pg_temp.is((SELECT touched_at FROM cap.place_state WHERE place_id = 1), pg_temp.at(590), 'and moves the last news');
SELECT pg_temp.is(pg_temp.feed(3, 241, 'replace'), 'ok v1', 'again within six hours');
SELECT pg_temp.is(pg_temp.rows(1), 2, 'no row');
SELECT pg_temp.is(pg_temp.feed(3, 240, 'replace'), 'ok v1', 'after six hours');
SELECT pg_temp.is(pg_temp.rows(1), 4, 'one row each');
SELECT pg_temp.is(pg_temp.feed(5, 230, 'replace'), 'ok v2', 'another value moves the version');
SELECT pg_temp.is(pg_temp.feed(5, 220, 'replace', p_version => 1), 'conflict v2', 'and makes the old one stale');
SELECT pg_temp.is(pg_temp.feed(5, 220, 'replace', p_version => 2), 'ok v2', 'the new one goes');
SELECT pg_temp.is(pg_temp.sound(), 0, 'current values are the ledger''s');

-- Late ones.
SELECT pg_temp.is(pg_temp.feed(9, 225, 'replace'), 'ok v2', 'a value behind a confirmation');
SELECT pg_temp.is(pg_temp.holds(1), '4=5 20=5', 'does not bury it');
SELECT pg_temp.is((SELECT string_agg(o.indicator_id || '=' || o.value, ' ' ORDER BY o.effective_at, o.indicator_id)
                     FROM cap.observation AS o WHERE o.place_id = 1 AND o.effective_at > pg_temp.at(230)),
                  '4=9 20=9 4=5 20=5', 'the ledger knows both, and the totals');
SELECT pg_temp.is(pg_temp.sound(), 0, 'current values are the ledger''s');
SELECT pg_temp.is(pg_temp.feed(9, 225, 'replace'), 'ok v2', 'the late one again');
SELECT pg_temp.is(pg_temp.rows(1), 10, 'is one observation too');
SELECT pg_temp.is(pg_temp.feed(3, 500, 'replace'), 'ok v2', 'a replay of what held then');
SELECT pg_temp.is(pg_temp.rows(1), 10, 'is nothing new');
SELECT pg_temp.is((SELECT string_agg(s.outcome, ' ') FROM cap.save(901, 'simple', '00000000-0000-0000-0000-000000000001',
    '01', now(), '{1}', '{2}', '{NULL}', '{1,1,1,1}', '{1,2,4,9}', '{12,1,2,0}') AS s), 'ok', 'a person saves');
SELECT pg_temp.is(pg_temp.feed(8, 30, 'replace'), 'ok v3', 'a feed of half an hour ago');
SELECT pg_temp.is(pg_temp.holds(1), '1=12 2=1 4=2 9=0 20=2', 'never buries it');
SELECT pg_temp.is((SELECT count(*)::integer FROM cap.observation AS o JOIN cap.entry AS e ON e.id = o.entry_id
                    WHERE o.place_id = 1 AND o.value = 8 AND e.feed = 'lits'), 2, 'and is in the ledger, total included');
SELECT pg_temp.is((SELECT account_id FROM cap.place_state WHERE place_id = 1), 901::bigint, 'the last news is the person''s');
SELECT pg_temp.is(pg_temp.sound(), 0, 'current values are the ledger''s');

-- Rules.
SELECT pg_temp.is(pg_temp.feed(12, NULL, p_tuple => '05/01/-/01/-/-'), 'closed v3', 'more closed than installed, with what holds');
SELECT pg_temp.is(pg_temp.feed(11, NULL, p_tuple => '05/01/-/01/-/-'), 'ok v4', 'as many');
SELECT pg_temp.is(pg_temp.feed(10, NULL, 'replace', '01/01/-/-/-/-'), 'closed v4', 'less installed than closed');
SELECT pg_temp.is(pg_temp.feed(1, NULL, p_tuple => '06/01/-/-/02/-'), 'ok v5', 'one to mobilise');
SELECT pg_temp.is(pg_temp.feed(2, NULL, 'replace', '06/01/-/-/01/-'), 'extra v5', 'two mobilised');
SELECT pg_temp.is(pg_temp.feed(NULL, NULL, 'delete', '06/01/-/-/02/-'), 'ok v6', 'taken back');
SELECT pg_temp.is(pg_temp.feed(2, NULL, 'replace', '06/01/-/-/01/-'), 'ok v7', 'two mobilised, of nobody knows how many');
SELECT pg_temp.is(pg_temp.feed(1, NULL, 'replace', '06/01/-/-/02/-'), 'absent v7', 'what was taken back is absent');
SELECT pg_temp.is(pg_temp.sound(), 0, 'current values are the ledger''s');

-- Women, men, and what their total is.
SELECT pg_temp.is(pg_temp.feed(4, 100, p_code => 'CHIR'), 'ok v1', 'four');
SELECT pg_temp.is(pg_temp.feed(2, 90, p_code => 'CHIR', p_tuple => '02/01/01/-/-/-'), 'ok v2', 'and two women');
SELECT pg_temp.is(pg_temp.holds(2), '4=4 5=2 20=6', 'are six');
SELECT pg_temp.is(pg_temp.feed(1, 95, p_code => 'CHIR', p_tuple => '02/01/02/-/-/-'), 'ok v3', 'one man, said in between');
SELECT pg_temp.is(pg_temp.holds(2), '4=4 5=2 6=1 20=7', 'are seven');
SELECT pg_temp.is((SELECT string_agg(to_char(pg_temp.at(0) - o.effective_at, 'MI') || ':' || o.value, ' ' ORDER BY o.effective_at, o.recorded_at, o.entry_id)
                     FROM cap.observation AS o WHERE o.place_id = 2 AND o.indicator_id = 20), '40:4 35:5 30:6 30:7', 'at each instant');
SELECT pg_temp.is(pg_temp.feed(NULL, 80, 'delete', p_code => 'CHIR', p_tuple => '02/01/01/-/-/-'), 'ok v4', 'women retracted');
SELECT pg_temp.is(pg_temp.holds(2), '4=4 5=- 6=1 20=5', 'the total without them');
SELECT pg_temp.is(pg_temp.sound(), 0, 'current values are the ledger''s');

-- An assignment labels: no total.
INSERT INTO cap.assignment (place_id, reason, during, account_id) VALUES (2, '02', tstzrange(now() - interval '1 day', NULL), 901);
SELECT pg_temp.is(pg_temp.feed(1, 70, p_code => 'CHIR', p_assignment => '02'), 'ok v5', 'one of them for Covid+');
SELECT pg_temp.is(pg_temp.holds(2), '4=4 5=- 6=1 20=5 4=1', 'beside the total');
SELECT pg_temp.is(pg_temp.feed(1, 65, 'replace', p_code => 'CHIR', p_assignment => '03'), 'assignment v5', 'another reason is not running');

-- Several operations are one, or none.
CREATE FUNCTION pg_temp.pair(p_request integer[], p_code text[], p_tuple text[], p_value integer[]) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(concat_ws(' ', s.request, s.outcome, s.op, 'v' || s.version), ', ' ORDER BY s.request)
  FROM cap.feed_save('02', '{}', array_fill(NULL::text, ARRAY[cardinality(p_code)]), p_code, array_fill(NULL::bigint, ARRAY[cardinality(p_code)]),
                     p_request, array_fill('add'::text, ARRAY[cardinality(p_request)]), p_tuple, array_fill('01'::text, ARRAY[cardinality(p_request)]),
                     p_value, array_fill(NULL::timestamptz, ARRAY[cardinality(p_request)]), array_fill(NULL::text, ARRAY[cardinality(p_request)]),
                     array_fill(NULL::text, ARRAY[cardinality(p_request)])) AS s
$$;
SELECT pg_temp.is(pg_temp.pair('{1,1}', '{MED}', '{01/01/-/-/-/-,05/01/-/02/-/-}', '{10,3}'), '1 ok v1', 'two figures of one request');
SELECT pg_temp.is((SELECT count(DISTINCT entry_id) FROM cap.observation WHERE place_id = 3), 1::bigint, 'are one entry');
SELECT pg_temp.is(pg_temp.pair('{1,1}', '{MED}', '{01/01/-/-/-/-,05/01/-/02/-/-}', '{2,5}'), '1 closed v1', 'both wrong');
SELECT pg_temp.is(pg_temp.pair('{1,1}', '{MED}', '{01/01/-/-/-/-,09/01/-/02/-/-}', '{20,5}'), '1 indicator 2 v1', 'the second wrong');
SELECT pg_temp.is(pg_temp.pair('{1,1}', '{MED}', '{01/01/-/-/-/-,01/01/-/-/-/-}', '{20,5}'), '1 twice 2 v1', 'twice the same');
SELECT pg_temp.is(pg_temp.holds(3), '1=10 2=3', 'nothing of them');
SELECT pg_temp.is(pg_temp.pair('{1,2,3}', '{MED,RIEN,HDJ}', '{01/01/-/-/-/-,01/01/-/-/-/-,02/01/04/-/-/-}', '{11,1,6}'),
                  '1 ok v2, 2 unknown, 3 ok v2', 'a batch: each for itself');
SELECT pg_temp.is(pg_temp.holds(3), '1=11 2=3', 'the first was done');
SELECT pg_temp.is((SELECT source FROM cap.current WHERE place_id = 3 AND indicator_id = 1), '04', 'under the feed''s source');
SELECT pg_temp.is(pg_temp.sound(), 0, 'current values are the ledger''s');

-- Two parts, confirmed at two instants, then both said again behind them.
SELECT pg_temp.is(pg_temp.feed(1, 300, p_code => 'GERIATRIE', p_site => '940000018', p_token => '03', p_tuple => '02/01/01/-/-/-'), 'ok v1', 'a woman');
SELECT pg_temp.is(pg_temp.feed(2, 300, p_code => 'GERIATRIE', p_site => '940000018', p_token => '03', p_tuple => '02/01/02/-/-/-'), 'ok v2', 'two men');
SELECT pg_temp.is(pg_temp.feed(1, 200, p_code => 'GERIATRIE', p_site => '940000018', p_token => '03', p_tuple => '02/01/01/-/-/-'), 'ok v2', 'confirmed');
SELECT pg_temp.is(pg_temp.feed(2, 100, p_code => 'GERIATRIE', p_site => '940000018', p_token => '03', p_tuple => '02/01/02/-/-/-'), 'ok v2', 'later the other');
SELECT pg_temp.is((SELECT string_agg(s.outcome, ' ')
                     FROM cap.feed_save('03', '{}', '{940000018}', '{GERIATRIE}', '{NULL}', '{1,1}', '{add,add}',
                          '{02/01/01/-/-/-,02/01/02/-/-/-}', '{01,01}', '{5,5}', ARRAY[pg_temp.at(250), pg_temp.at(250)],
                          '{NULL,NULL}', '{NULL,NULL}') AS s), 'ok', 'both late in one request');
SELECT pg_temp.is((SELECT string_agg(cap.value_at(7, 20::smallint, pg_temp.at(x))::text, ' ' ORDER BY x DESC)
                     FROM unnest('{275,225,150,50}'::integer[]) AS x), '3 10 6 3', 'the total of each time');
SELECT pg_temp.is(pg_temp.sound(), 0, 'and current values are the ledger''s');

ROLLBACK;
