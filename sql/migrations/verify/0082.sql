-- Fails loudly where 0082_category_patience.sql is not whole.
SELECT 1 / (ref.category_patience() = '1min')::integer;
