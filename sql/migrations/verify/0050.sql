-- Fails loudly where migration 0050 is not what it should be.
SELECT 1 / (ref.csv_fields('a;"b;""c""";', ';') = ARRAY['a', 'b;"c"', ''])::integer;
SELECT 1 / (ref.csv_fields('a;"b', ';') IS NULL)::integer;
SELECT 1 / (ref.luhn('732829320') AND NOT ref.luhn('732829321'))::integer;
SELECT 1 / (abs(p.lat - 46.5) < 1e-6 AND abs(p.lon - 3) < 1e-6)::integer
  FROM ref.wgs84(2154, 700000, 6600000) AS p;
SELECT 1 / (p.lat IS NULL)::integer FROM ref.wgs84(27572, 700000, 6600000) AS p;
