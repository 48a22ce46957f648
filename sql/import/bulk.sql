-- A file of people's lines, capacity or closures, for an account: the rules,
-- and their words, are those of the pages (cap.upload_new, cap.upload_save).
-- Wants kind, name, login, warned, same, and what begin.sql and lines.sql do.
\i :import/begin.sql
\i :import/lines.sql

SELECT coalesce(cap.account_of(:'login')::text, '') AS account \gset
SELECT set_config('bulk.account', :'account', true), set_config('bulk.kind', :'kind', true),
       set_config('bulk.name', :'name', true), set_config('bulk.key', gen_random_uuid()::text, true),
       set_config('bulk.warned', :'warned', true), set_config('bulk.same', :'same', true) \g /dev/null

-- The separator is the most frequent one of the first line.
CREATE TEMP TABLE bulk AS
SELECT l.no, ref.csv_fields(l.line, s.sep) AS fields
  FROM pg_temp.line AS l
 CROSS JOIN (SELECT x.sep
               FROM pg_temp.line AS h
              CROSS JOIN unnest(ARRAY[';', ',', E'\t']) WITH ORDINALITY AS x (sep, rank)
              WHERE h.no = 1
              ORDER BY length(h.line) - length(replace(h.line, x.sep, '')) DESC, x.rank
              LIMIT 1) AS s
 WHERE l.line ~ '[^[:space:];,"]';

DO $$
DECLARE
    v_wrong text;
BEGIN
    IF current_setting('bulk.account') = '' THEN
        RAISE EXCEPTION 'no account of that login';
    END IF;
    SELECT format('line %s: a quote is not closed', min(b.no)) INTO v_wrong
      FROM pg_temp.bulk AS b
     WHERE b.fields IS NULL
    HAVING count(*) > 0;
    IF v_wrong IS NULL THEN
        SELECT cap.upload_new(current_setting('bulk.account')::bigint, current_setting('bulk.kind'),
                              current_setting('bulk.key')::uuid, current_setting('bulk.name'), h.fields,
                              coalesce((SELECT array_agg(b.no ORDER BY b.no) FROM pg_temp.bulk AS b WHERE b.no > h.no), '{}'),
                              coalesce((SELECT array_agg(b.fields::text ORDER BY b.no) FROM pg_temp.bulk AS b WHERE b.no > h.no), '{}'))
          INTO v_wrong
          FROM pg_temp.bulk AS h
         ORDER BY h.no
         LIMIT 1;
    END IF;
    IF v_wrong IS NOT NULL THEN
        RAISE EXCEPTION '%', v_wrong;
    END IF;
END
$$;

INSERT INTO pg_temp.refused (no, outcome, reason, line)
SELECT l.line, CASE WHEN l.error IS NULL THEN 'warning' ELSE 'refused' END,
       coalesce(l.error, l.warning), array_to_string(l.raw, ';')
  FROM cap.upload AS u
  JOIN cap.upload_line AS l ON l.upload_id = u.id
 WHERE u.key = current_setting('bulk.key')::uuid
   AND (l.error IS NOT NULL OR l.warning IS NOT NULL);
SELECT count(*) > 0 AS any_refused FROM pg_temp.refused AS r \gset
\if :any_refused
COPY (SELECT r.no AS ligne, r.outcome AS issue, r.reason AS motif, left(r.line, 500) AS texte
        FROM pg_temp.refused AS r
       ORDER BY r.no)
  TO STDOUT WITH (FORMAT csv, DELIMITER ';', HEADER) \g :refused
\endif

DO $$
DECLARE
    v_out  text := 'more';
    v_part integer := 0;
    v_all  bigint := (SELECT count(*) - 1 FROM pg_temp.bulk);
    v_bad  bigint := (SELECT count(*) FROM pg_temp.refused AS r WHERE r.outcome = 'refused');
    v_warn bigint := (SELECT count(*) FROM pg_temp.refused AS r WHERE r.outcome = 'warning');
BEGIN
    WHILE v_out = 'more' LOOP
        v_out := cap.upload_save(current_setting('bulk.account')::bigint, NULL,
                                 current_setting('bulk.key')::uuid, v_part,
                                 current_setting('bulk.warned')::boolean,
                                 current_setting('bulk.same')::boolean);
        v_part := v_part + 1;
    END LOOP;
    IF v_out = 'refused' THEN
        RAISE EXCEPTION '% of % lines % refused: see the file of refused lines', v_bad, v_all,
            CASE WHEN v_bad = 1 THEN 'is' ELSE 'are' END;
    ELSIF v_out = 'confirm' THEN
        RAISE EXCEPTION '% warnings: read the file of refused lines, then say --warned', v_warn;
    ELSIF v_out <> 'ok' THEN
        RAISE EXCEPTION 'somebody changed these places meanwhile: take a new model (%)', v_out;
    END IF;
END
$$;

SELECT count(*) - 1 AS n_lines FROM pg_temp.bulk \gset
SELECT u.n_saved FROM cap.upload AS u WHERE u.key = current_setting('bulk.key')::uuid \gset
INSERT INTO ref.import_run (kind, file_name, sha256, lines, inserted, changed,
                            unchanged, refused, started_at, ended_at)
VALUES (:'kind', :'name', :'sha256', :n_lines, :n_saved, 0, :n_lines - :n_saved, 0,
        :'started_at', clock_timestamp());
COMMIT;
SELECT format('said %s %s: %s lines, %s saved, %s unchanged (%s s)', :'kind', :'name', :n_lines, :n_saved,
              :n_lines - :n_saved,
              round(extract(epoch FROM clock_timestamp() - :'started_at'::timestamptz)::numeric, 1)) AS said \gset
\echo :said
