-- lines.sql - one-column staging: a line is a row, whatever is in it.
CREATE TEMP TABLE line (no integer NOT NULL, line text NOT NULL);
\copy pg_temp.line (no, line) FROM pstdin WITH (FORMAT csv, DELIMITER E'\001', QUOTE E'\002', FORCE_NOT_NULL (line))
ANALYZE pg_temp.line;
