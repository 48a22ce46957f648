-- The report program may refresh the statistics of what it loads.
SET ROLE ror_owner;

DROP FUNCTION mart.stage_analyze(text);
CREATE FUNCTION mart.table_analyze(p_table text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
BEGIN
    EXECUTE format('ANALYZE mart.%I', p_table);
END
$$;
COMMENT ON FUNCTION mart.table_analyze IS 'ANALYZE one table of mart on behalf of the report program, in its transaction';
REVOKE ALL ON FUNCTION mart.table_analyze FROM PUBLIC;
