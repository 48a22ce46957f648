-- Fails loudly where migration 0041 is not what it should be.
SELECT mart.table_analyze('stage_fact');
