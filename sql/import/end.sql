-- end.sql - end of every import: the run's row, the counts, the refused lines.
-- Wants n_lines, n_inserted, n_changed, n_unchanged from the reader.
SELECT count(*) FILTER (WHERE r.outcome = 'refused') AS n_refused,
       count(*) FILTER (WHERE r.outcome = 'warning') AS n_warned,
       count(*) > 0 AS any_refused
  FROM pg_temp.refused AS r \gset
INSERT INTO ref.import_run (kind, file_name, sha256, lines, inserted, changed,
                            unchanged, refused, started_at, ended_at)
VALUES (:'kind', :'name', :'sha256', :n_lines, :n_inserted, :n_changed,
        :n_unchanged, :n_refused, :'started_at', clock_timestamp());
\if :any_refused
COPY (SELECT r.part AS "table", r.no AS line, r.outcome, r.reason, left(r.line, 500) AS text
        FROM pg_temp.refused AS r
       ORDER BY r.part, r.no, r.reason)
  TO STDOUT WITH (FORMAT csv, DELIMITER ';', HEADER) \g :refused
\endif
COMMIT;
SELECT format('said %s %s: %s lines, %s inserted, %s changed, %s unchanged, %s refused%s (%s s)',
              :'kind', :'name', :n_lines, :n_inserted, :n_changed, :n_unchanged, :n_refused,
              CASE WHEN :n_warned > 0 THEN format(', %s warning%s', :n_warned, left('s', (:n_warned > 1)::integer)) ELSE '' END,
              round(extract(epoch FROM clock_timestamp() - :'started_at'::timestamptz)::numeric, 1))
       AS said \gset
\echo :said
\if :any_refused
\echo said :kind :name: refused lines and warnings in :refused
\endif
