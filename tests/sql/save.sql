-- save.sql - cap.save() alone, as TAP: what it writes, and what it refuses.
-- Run on the small hospital of tests/integration/lib/Board.pm; keeps nothing.
\set ON_ERROR_STOP on
SET timezone = 'UTC';
BEGIN;

CREATE FUNCTION pg_temp.is(p_got anyelement, p_want anyelement, p_name text)
RETURNS text LANGUAGE sql AS $$
SELECT CASE WHEN p_got IS NOT DISTINCT FROM p_want THEN 'ok - ' || p_name
            ELSE format(E'not ok - %s\n# got %L, want %L', p_name, p_got, p_want) END
$$;

INSERT INTO auth.account (id, login, name) VALUES (901, 'sql.a@ror.example', 'A'), (902, 'sql.b@ror.example', 'B');
INSERT INTO auth.grant (account_id, role, scope, code, valid) VALUES
    (901, 'bed_manager', 'eg', '910000017', '[2020-01-01,)'),
    (901, 'clinician', 'france', 'FR', '[2020-01-01,)'),
    (902, 'bed_manager', 'eg', '940000018', '[2020-01-01,)'),
    (902, 'bed_manager', 'eg', '910000017', '[2020-01-01,2021-01-01)');

-- One place: its four values at once.
CREATE FUNCTION pg_temp.save(p_account bigint, p_key integer, p_place bigint, p_version bigint,
                             p_values integer[], p_comment text DEFAULT NULL,
                             p_effective timestamptz DEFAULT NULL)
RETURNS text LANGUAGE sql AS $$
SELECT s.outcome || ' v' || s.version
  FROM cap.save(p_account, 'simple', ('00000000-0000-0000-0000-' || lpad(p_key::text, 12, '0'))::uuid,
                '01', p_effective, ARRAY[p_place], ARRAY[p_version], ARRAY[p_comment],
                array_fill(p_place, ARRAY[4]), '{1,2,4,9}', p_values) AS s
$$;
CREATE FUNCTION pg_temp.holds(p_place bigint) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(c.indicator_id || '=' || coalesce(c.value::text, '-'), ' ' ORDER BY c.indicator_id)
  FROM cap.current AS c WHERE c.place_id = p_place
$$;

SELECT pg_temp.is(pg_temp.save(901, 1, 1, 0, '{10,1,3,0}', 'mot'), 'ok v1', 'a first save');
SELECT pg_temp.is(pg_temp.holds(1), '1=10 2=1 4=3 9=0 20=3', 'its values, and the total');
SELECT pg_temp.is(pg_temp.save(901, 1, 1, 0, '{10,1,3,0}'), 'replayed v1', 'its key again');
SELECT pg_temp.is((SELECT count(*) FROM cap.observation WHERE place_id = 1), 5::bigint, 'is one save');
SELECT pg_temp.is(pg_temp.save(901, 2, 1, 1, '{10,1,3,0}'), 'ok v1', 'the same values keep the version');
SELECT pg_temp.is((SELECT count(*) FROM cap.observation WHERE place_id = 1), 10::bigint, 'and are recorded');
SELECT pg_temp.is(pg_temp.save(901, 3, 1, 0, '{10,1,4,0}'), 'conflict v1', 'an old version');
SELECT pg_temp.is(pg_temp.save(901, 4, 1, 1, '{10,1,3,0}', 'autre'), 'ok v2', 'a comment moves the version');
SELECT pg_temp.is((SELECT count(*) FROM cap.remark WHERE place_id = 1), 2::bigint, 'each comment is kept');
SELECT pg_temp.is(pg_temp.save(901, 5, 1, 2, '{10,1,NULL,0}'), 'ok v3', 'available is retracted');
SELECT pg_temp.is(pg_temp.holds(1), '1=10 2=1 4=- 9=0 20=-', 'and its total too');
SELECT pg_temp.is((SELECT comment FROM cap.place_state WHERE place_id = 1), 'autre', 'a null comment stays');
SELECT pg_temp.is(pg_temp.save(901, 6, 1, 3, '{10,11,3,0}'), 'closed v3', 'more closed than installed');
SELECT pg_temp.is(pg_temp.save(901, 7, 4, 0, '{10,1,3,0}'), 'locked v0', 'a locked place');
SELECT pg_temp.is(pg_temp.save(902, 8, 1, 3, '{10,1,3,0}'), 'denied v3', 'a grant that is over');
SELECT pg_temp.is(pg_temp.save(901, 9, 7, 0, '{10,1,3,0}'), 'denied v0', 'another role''s scope gives nothing');
SELECT pg_temp.is(pg_temp.save(901, 10, 99, 0, '{10,1,3,0}'), 'unknown v0', 'no such place');
SELECT pg_temp.is(pg_temp.save(901, 11, 1, 3, '{10,1,3,0}', NULL, now() + interval '1 hour'), 'future v3', 'not yet');
SELECT pg_temp.is((SELECT count(*) FROM cap.entry WHERE account_id IN (901, 902)), 4::bigint, 'refusals leave no entry');

-- Women and men of the full mode, then a simple save.
INSERT INTO cap.current (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
VALUES (2, 5, 2, now(), now(), '02', 0), (2, 6, 1, now(), now(), '02', 0), (2, 3, 4, now(), now(), '02', 0);
SELECT pg_temp.is(pg_temp.save(901, 12, 2, 0, '{10,7,3,0}'), 'closed v0', 'reactivable ones count as closed');
SELECT pg_temp.is(pg_temp.save(901, 13, 2, 0, '{10,6,3,0}'), 'ok v1', 'up to the installed ones');
SELECT pg_temp.is(pg_temp.holds(2), '1=10 2=6 3=4 4=3 5=- 6=- 9=0 20=3', 'and women and men are retracted');

-- Several places: all or nothing.
SELECT pg_temp.is(string_agg(s.outcome, ' ' ORDER BY s.place_id), 'ok locked', 'one of two locked')
  FROM cap.save(901, 'simple', '00000000-0000-0000-0000-000000000014', '01', NULL, '{1,4}', '{3,0}',
                '{NULL,NULL}', '{1,4}', '{4,4}', '{9,9}') AS s;
SELECT pg_temp.is(pg_temp.holds(1), '1=10 2=1 4=- 9=0 20=-', 'none is written');
SELECT pg_temp.is(string_agg(s.outcome || s.version, ' ' ORDER BY s.place_id), 'ok4 ok2', 'two good ones')
  FROM cap.save(901, 'simple', '00000000-0000-0000-0000-000000000015', '01', NULL, '{1,2}', '{3,1}',
                '{NULL,NULL}', '{1,2}', '{4,4}', '{9,8}') AS s;
SELECT pg_temp.is((SELECT n_places FROM cap.entry ORDER BY id DESC LIMIT 1), 2, 'are one entry');

-- The full mode: parts that are not given go on holding, the total follows.
CREATE FUNCTION pg_temp.full(p_key integer, p_place bigint, p_version bigint, p_indicators smallint[],
                             p_values integer[], p_at timestamptz DEFAULT NULL, p_account bigint DEFAULT 901,
                             p_assignments integer[] DEFAULT NULL)
RETURNS text LANGUAGE sql AS $$
SELECT s.outcome || ' v' || s.version
  FROM cap.save(p_account, 'full', ('00000000-0000-0000-0001-' || lpad(p_key::text, 12, '0'))::uuid,
                '01', p_at, ARRAY[p_place], ARRAY[p_version], ARRAY[NULL::text],
                array_fill(p_place, ARRAY[cardinality(p_values)]), p_indicators, p_values, p_assignments,
                CASE WHEN p_at IS NULL THEN 'save' ELSE 'correction' END,
                CASE WHEN p_at IS NULL THEN NULL ELSE 'erreur de frappe' END) AS s
$$;
SELECT pg_temp.is(pg_temp.full(1, 3, 0, '{1,2,3,4,5,6,10}', '{20,1,2,1,2,3,4}'), 'ok v1', 'a full save');
SELECT pg_temp.is(pg_temp.holds(3), '1=20 2=1 3=2 4=1 5=2 6=3 10=4 20=6', 'its total is women, men and both');
SELECT pg_temp.is(pg_temp.full(2, 3, 1, '{5}', '{0}'), 'ok v2', 'women alone');
SELECT pg_temp.is((SELECT value FROM cap.current WHERE place_id = 3 AND indicator_id = 20), 4, 'the others still count');
SELECT pg_temp.is(pg_temp.full(3, 3, 2, '{3}', '{20}'), 'closed v2', 'closed of both kinds are within the installed');
SELECT pg_temp.is(pg_temp.full(4, 3, 2, '{9}', '{5}'), 'extra v2', 'more mobilised than could be');

-- An assignment labels beds: its figures are in no total.
INSERT INTO cap.assignment (place_id, reason, during, account_id) VALUES (3, '02', tstzrange(now(), NULL), 901);
SELECT pg_temp.is(pg_temp.full(5, 3, 2, '{4}', '{1}', NULL, 901, ARRAY[currval(pg_get_serial_sequence('cap.assignment', 'id'))::integer]), 'ok v3', 'a figure of an assignment');
SELECT pg_temp.is((SELECT value FROM cap.current WHERE place_id = 3 AND indicator_id = 20 AND assignment_id = 0), 4, 'adds nothing to the total');
SELECT pg_temp.is(pg_temp.full(6, 3, 3, '{4}', '{1}', NULL, 901, '{0}'), 'ok v3', 'zero is no assignment');
SELECT pg_temp.is(pg_temp.full(7, 2, (SELECT version FROM cap.place_state WHERE place_id = 2), '{4}', '{1}', NULL, 901, ARRAY[currval(pg_get_serial_sequence('cap.assignment', 'id'))::integer]),
                  'assignment v' || (SELECT version FROM cap.place_state WHERE place_id = 2), 'an assignment of another place');

-- Corrections: the past changes, the present stays unless it follows from it.
SELECT pg_temp.is(pg_temp.full(8, 3, 3, '{4,5,6}', '{7,0,0}', now() - interval '2 days'), 'ok v3', 'a correction of the past');
SELECT pg_temp.is((SELECT value FROM cap.current WHERE place_id = 3 AND indicator_id = 4 AND assignment_id = 0), 1, 'leaves what is newer');
SELECT pg_temp.is(cap.value_at(3, 20::smallint, now() - interval '47 hours'), 7, 'and gives the total of then');
SELECT pg_temp.is(cap.value_at(3, 20::smallint, now() - interval '23 hours'), NULL, 'which expires');
SELECT pg_temp.is(pg_temp.full(9, 3, 3, '{4}', '{7}', now() - interval '15 days'), 'old v3', 'older needs a steward');
INSERT INTO auth.grant (account_id, role, scope, code, valid) VALUES (901, 'steward', 'france', 'FR', '[2020-01-01,)');
SELECT pg_temp.is(pg_temp.full(9, 3, 3, '{4}', '{7}', now() - interval '15 days'), 'ok v3', 'who may');

-- Undoing the last own save.
SELECT pg_temp.is(pg_temp.full(10, 3, 3, '{1,4,5,6}', '{21,9,9,9}'), 'ok v4', 'a mistake');
SELECT pg_temp.is((SELECT string_agg(u.outcome || u.version, '') FROM cap.undo(902, (SELECT max(id) FROM cap.entry)) AS u), NULL, 'of somebody else');
SELECT pg_temp.is((SELECT string_agg(u.outcome || u.version, '') FROM cap.undo(901, (SELECT max(id) FROM cap.entry)) AS u), 'ok5', 'is undone');
SELECT pg_temp.is((SELECT string_agg(c.indicator_id || '=' || c.value, ' ' ORDER BY c.indicator_id) FROM cap.current AS c WHERE c.place_id = 3 AND c.assignment_id = 0 AND c.indicator_id IN (1,4,5,6,20)), '1=20 4=1 5=0 6=3 20=4', 'what held before holds');
SELECT pg_temp.is((SELECT string_agg(u.outcome || u.version, '') FROM cap.undo(901, (SELECT undoes FROM cap.entry WHERE kind = 'undo')) AS u), 'replayed5', 'once');
SELECT pg_temp.is((SELECT string_agg(u.outcome, '') FROM cap.undo(901, (SELECT e.id FROM cap.entry AS e WHERE e.key = '00000000-0000-0000-0001-000000000006')) AS u), 'changed', 'not an older one');

-- What is asked before it is saved.
CREATE FUNCTION pg_temp.warn(p_mode text, p_indicators smallint[], p_values integer[], p_assignment integer DEFAULT 0)
RETURNS text LANGUAGE sql AS $$
SELECT string_agg(concat_ws(' ', w.kind, w.before, w.after, w.high), ', ' ORDER BY w.kind)
  FROM cap.save_warn(p_mode, array_fill(3::bigint, ARRAY[cardinality(p_values)]),
                     array_fill(p_assignment, ARRAY[cardinality(p_values)]), p_indicators, p_values, clock_timestamp()) AS w
$$;
SELECT pg_temp.is(pg_temp.warn('full', '{1,4}', '{20,1}'), NULL, 'what changes nothing is not asked about');
SELECT pg_temp.is(pg_temp.warn('full', '{1}', '{21}'), 'installed 20 21', 'a change of the installed ones');
SELECT pg_temp.is(pg_temp.warn('full', '{4,7,8}', '{2,10,10}'), 'over 22 17', 'more than in service');
SELECT pg_temp.is(pg_temp.warn('full', '{4,7,8}', '{2,10,5}'), NULL, 'just as many as in service');
SELECT pg_temp.is(pg_temp.warn('simple', '{4}', '{17}'), NULL, 'of what is given alone');
SELECT pg_temp.is(pg_temp.warn('full', '{1}', '{21}', 7), 'subset 21 20', 'an assignment of more than its place has');

-- A jump out of the place's own history, where that makes sense.
INSERT INTO cap.entry (id, feed, mode, source, recorded_at, n_places) SELECT -n, 'x', 'feed', '02', now(), 1 FROM generate_series(1, 15) AS g (n);
INSERT INTO cap.observation (place_id, indicator_id, value, effective_at, recorded_at, source, entry_id)
SELECT 2, i, 3, now() - n * interval '3 hours', now(), '02', -n
  FROM generate_series(1, 15) AS g (n), unnest('{1,3,10,12}'::smallint[]) AS k (i);
SELECT cap.current_rebuild('{2}') \g /dev/null
CREATE FUNCTION pg_temp.jump(p_indicator smallint, p_value integer) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(concat_ws(' ', w.indicator_id, w.after, w.low, w.high), ', ')
  FROM cap.save_warn('full', '{2}', '{0}', ARRAY[p_indicator], ARRAY[p_value], clock_timestamp()) AS w WHERE w.kind = 'jump'
$$;
SELECT pg_temp.is(pg_temp.jump(12::smallint, 40), '12 40 0 8', 'a forecast');
SELECT pg_temp.is(pg_temp.jump(3::smallint, 40), '3 40 0 8', 'closed ones');
SELECT pg_temp.is(pg_temp.jump(1::smallint, 40), NULL, 'installed ones are asked about anyway');
SELECT pg_temp.is(pg_temp.jump(10::smallint, 40), NULL, 'plans have no rhythm');
INSERT INTO cap.closure (key, line, place_id, during, beds, reopenable, reason, account_id, recorded_at)
VALUES (gen_random_uuid(), 1, 2, daterange(current_date - 2, current_date + 3), 12, true, 'congés', 901, now());
SELECT pg_temp.is(pg_temp.jump(3::smallint, 12), NULL, 'as many as were planned to close');
SELECT pg_temp.is(pg_temp.jump(3::smallint, 13), '3 13 0 8', 'more than that');

-- Assignments: nobody adds a second one of the same motif and time.
SELECT pg_temp.is((SELECT a.outcome FROM cap.assignment_add(901, 3, '02', NULL) AS a), 'duplicate', 'the same motif again');
SELECT pg_temp.is((SELECT a.outcome FROM cap.assignment_add(901, 3, '03', now() + interval '1 day') AS a), 'ok', 'another motif');
SELECT pg_temp.is((SELECT a.outcome FROM cap.assignment_add(901, 3, '01', NULL) AS a), 'reason', 'none is no motif');
SELECT pg_temp.is((SELECT a.outcome FROM cap.assignment_add(902, 3, '03', NULL) AS a), 'denied', 'of somebody else''s place');
SELECT pg_temp.is((SELECT a.outcome FROM cap.assignment_end(901, 3, (SELECT max(x.id) FROM cap.assignment AS x)) AS a), 'ok', 'is ended');
SELECT pg_temp.is((SELECT a.outcome FROM cap.assignment_end(901, 3, (SELECT max(x.id) FROM cap.assignment AS x)) AS a), 'unknown', 'once');
SELECT pg_temp.is((SELECT count(*) FROM cap.assignment WHERE place_id = 3), 2::bigint, 'and stays known');

-- Behind a confirmation that the ledger did not need.
SELECT pg_temp.is(pg_temp.save(901, 40, 5, 0, '{10,1,3,0}', NULL, now() - interval '6 hours'), 'ok v1', 'a value of the morning');
UPDATE cap.current SET last_confirmed_at = now() - interval '1 hour' WHERE place_id = 5 AND indicator_id IN (4, 20);
SELECT pg_temp.is(pg_temp.full(41, 5, 1, '{4}', '{7}', now() - interval '3 hours'), 'ok v1', 'corrected behind its confirmation: what holds now stays');
SELECT pg_temp.is(pg_temp.holds(5), '1=10 2=1 4=3 9=0 20=3', 'as it was confirmed');
SELECT pg_temp.is((SELECT count(*) FROM cap.current WHERE place_id = 5 AND indicator_id IN (4, 20) AND effective_at = now() - interval '1 hour'), 2::bigint, 'at that instant, the total too');
SELECT pg_temp.is(cap.value_at(5, 20::smallint, now() - interval '2 hours'), 7, 'and the correction holds until then');
SELECT pg_temp.is(pg_temp.full(42, 6, 0, '{4,5}', '{1,2}', now() - interval '6 hours'), 'ok v1', 'two parts');
UPDATE cap.current SET last_confirmed_at = now() - interval '1 hour' * CASE indicator_id WHEN 4 THEN 2 ELSE 1 END WHERE place_id = 6;
SELECT pg_temp.is(pg_temp.full(43, 6, 1, '{4,5}', '{5,5}', now() - interval '3 hours'), 'ok v1', 'confirmed at two instants, corrected behind both');
SELECT pg_temp.is((SELECT string_agg(cap.value_at(6, 20::smallint, now() - x)::text, ' ' ORDER BY x DESC) FROM unnest('{150min,90min,0}'::interval[]) AS x), '10 6 3', 'the total follows each of them');
SELECT pg_temp.is(pg_temp.full(44, 6, 1, '{4}', '{8}'), 'ok v2', 'a save');
UPDATE cap.current SET last_confirmed_at = effective_at + interval '1 minute' WHERE place_id = 6 AND indicator_id IN (4, 20);
SELECT pg_temp.is((SELECT u.outcome || u.version FROM cap.undo(901, (SELECT max(id) FROM cap.entry)) AS u), 'ok2', 'that a feed confirmed, undone');
SELECT pg_temp.is((SELECT string_agg(c.value::text, ' ' ORDER BY c.indicator_id) FROM cap.current AS c WHERE c.place_id = 6 AND c.indicator_id IN (4, 20)), '8 10', 'keeps what the feed said');

-- What is derived agrees with the ledger.
SELECT pg_temp.is(count(*), 0::bigint, 'cap.current is the ledger''s')
  FROM cap.current_derived AS d
  LEFT JOIN cap.current AS c
    ON (c.place_id, c.assignment_id, c.indicator_id) = (d.place_id, d.assignment_id, d.indicator_id)
 WHERE c.value IS DISTINCT FROM d.value;
ROLLBACK;
