-- What importers of official files share: splitting a line, Luhn's key,
-- projected coordinates back to latitude and longitude.
SET ROLE ror_owner;

-- Fields of one line.  Null when a quote is not closed: the line was cut.
-- Older FINESS files quote nothing, so a field that merely contains quotes is
-- taken as it is.
CREATE FUNCTION ref.csv_fields(p_line text, p_sep text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog
AS $$
BEGIN
    IF strpos(p_line, '"') = 0 THEN
        RETURN string_to_array(p_line, p_sep);
    ELSIF (length(p_line) - length(replace(p_line, '"', ''))) % 2 = 1 THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT array_agg(CASE WHEN m.f[1] ~ '^".*"$'
                                  THEN replace(substr(m.f[1], 2, length(m.f[1]) - 2), '""', '"')
                                  ELSE m.f[1] END ORDER BY m.no)
              FROM regexp_matches(p_line || p_sep,
                                  format('("(?:[^"]|"")*"|[^%1$s]*)%1$s', p_sep), 'g')
                   WITH ORDINALITY AS m (f, no));
END
$$;
COMMENT ON FUNCTION ref.csv_fields IS 'Fields of one CSV line, quotes removed; null when a quote is not closed';

CREATE FUNCTION ref.luhn(p_digits text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog
BEGIN ATOMIC
SELECT sum(CASE WHEN x.no % 2 = 0 THEN x.d::integer * 2 - 9 * (x.d::integer > 4)::integer
                ELSE x.d::integer END) % 10 = 0
  FROM regexp_split_to_table(reverse(p_digits), '') WITH ORDINALITY AS x (d, no);
END;
COMMENT ON FUNCTION ref.luhn IS 'True when the last digit is the key of the others (SIREN, SIRET)';

-- Systems of coordinates that FINESS uses (EPSG registry).  The box is where
-- its positions can be: a point outside was written in another system.
CREATE TABLE ref.projection (
    epsg     integer PRIMARY KEY,
    name     text NOT NULL,
    kind     text NOT NULL CHECK (kind IN ('lambert93', 'utm')),
    lon_0    double precision NOT NULL,
    false_n  double precision NOT NULL,
    lat_min  double precision NOT NULL,
    lat_max  double precision NOT NULL,
    lon_min  double precision NOT NULL,
    lon_max  double precision NOT NULL
);
COMMENT ON TABLE ref.projection IS 'One row per projected system of coordinates that FINESS writes positions in';
INSERT INTO ref.projection (epsg, name, kind, lon_0, false_n, lat_min, lat_max, lon_min, lon_max) VALUES
    (2154,  'RGF93 / Lambert-93',    'lambert93', 3, 6600000,   41,  52,   -6,  10),
    (5490,  'RGAF09 / UTM zone 20N', 'utm', -63,          0,    14,  19,  -64, -60),
    (2972,  'RGFG95 / UTM zone 22N', 'utm', -51,          0,     2, 6.5,  -55, -51),
    (2975,  'RGR92 / UTM zone 40S',  'utm',  57,   10000000, -21.8, -20.5, 54.9, 56.2),
    (4471,  'RGM04 / UTM zone 38S',  'utm',  45,   10000000, -13.5, -12, 44.5, 45.7),
    (32621, 'WGS84 / UTM zone 21N',  'utm', -57,          0,    46,  48, -57.5, -55.5);

-- EPSG number of the text that follows the fourth comma of sourcecoordet.
CREATE FUNCTION ref.epsg_of(p_system text) RETURNS integer
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog
BEGIN ATOMIC
SELECT p.epsg
  FROM ref.projection AS p
 WHERE p.epsg = CASE WHEN p_system ~ 'EPSG:[0-9]{4,5}'
                     THEN substring(p_system FROM 'EPSG:([0-9]{4,5})')::integer
                     WHEN p_system ILIKE 'WGS84/UTM zone 21N%' THEN 32621 END;
END;
COMMENT ON FUNCTION ref.epsg_of IS 'EPSG number of a known system as FINESS writes it; null = unknown, hence no position';

-- Inverse of the conformal conic with two parallels, constants of Lambert-93
-- as published by IGN (ALG0004, NT/G 71): exponent, radius, pole.
CREATE FUNCTION ref.lambert93_inverse(
    p_x double precision, p_y double precision,
    OUT lat double precision, OUT lon double precision)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog
AS $$
DECLARE
    n   CONSTANT double precision := 0.7256077650532670;
    c   CONSTANT double precision := 11754255.426096;
    ys  CONSTANT double precision := 12655612.049876;
    e   CONSTANT double precision := 0.0818191910428158;
    iso double precision;
    phi double precision;
BEGIN
    iso := -ln(sqrt((p_x - 700000) ^ 2 + (ys - p_y) ^ 2) / c) / n;
    phi := 2 * atan(exp(iso)) - pi() / 2;
    FOR i IN 1..8 LOOP
        phi := 2 * atan(((1 + e * sin(phi)) / (1 - e * sin(phi))) ^ (e / 2) * exp(iso))
               - pi() / 2;
    END LOOP;
    lat := degrees(phi);
    lon := 3 + degrees(atan2(p_x - 700000, ys - p_y) / n);
END
$$;
COMMENT ON FUNCTION ref.lambert93_inverse IS 'Latitude and longitude in degrees of a point in Lambert-93';

-- Inverse transverse Mercator on GRS80, Krüger's series in the third
-- flattening to its cube: below a millimetre within a zone.
CREATE FUNCTION ref.utm_inverse(
    p_x double precision, p_y double precision, p_lon_0 double precision,
    p_false_n double precision,
    OUT lat double precision, OUT lon double precision)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog
AS $$
DECLARE
    f    CONSTANT double precision := 1 / 298.257222101;
    n    CONSTANT double precision := f / (2 - f);
    r    CONSTANT double precision :=
         0.9996 * 6378137 / (1 + n) * (1 + n ^ 2 / 4 + n ^ 4 / 64);
    b    CONSTANT double precision[] :=
         ARRAY[n / 2 - 2 * n ^ 2 / 3 + 37 * n ^ 3 / 96, n ^ 2 / 48 + n ^ 3 / 15, 17 * n ^ 3 / 480];
    d    CONSTANT double precision[] :=
         ARRAY[2 * n - 2 * n ^ 2 / 3 - 2 * n ^ 3, 7 * n ^ 2 / 3 - 8 * n ^ 3 / 5, 56 * n ^ 3 / 15];
    xi   double precision := (p_y - p_false_n) / r;
    eta  double precision := (p_x - 500000) / r;
    xi1  double precision := xi;
    eta1 double precision := eta;
    chi  double precision;
    phi  double precision;
BEGIN
    FOR j IN 1..3 LOOP
        xi1 := xi1 - b[j] * sin(2 * j * xi) * cosh(2 * j * eta);
        eta1 := eta1 - b[j] * cos(2 * j * xi) * sinh(2 * j * eta);
    END LOOP;
    chi := asin(sin(xi1) / cosh(eta1));
    phi := chi;
    FOR j IN 1..3 LOOP
        phi := phi + d[j] * sin(2 * j * chi);
    END LOOP;
    lat := degrees(phi);
    lon := p_lon_0 + degrees(atan2(sinh(eta1), cos(xi1)));
END
$$;
COMMENT ON FUNCTION ref.utm_inverse IS 'Latitude and longitude in degrees of a point in a UTM zone on GRS80';

CREATE FUNCTION ref.wgs84(
    p_epsg integer, p_x double precision, p_y double precision,
    OUT lat double precision, OUT lon double precision)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog
AS $$
DECLARE
    p ref.projection%ROWTYPE;
BEGIN
    SELECT * INTO p FROM ref.projection AS k WHERE k.epsg = p_epsg;
    -- No plane coordinate is further than the pole; also keeps cosh() finite.
    IF NOT FOUND OR abs(p_x) > 2e6 OR abs(p_y) > 1.1e7 THEN
        RETURN;
    ELSIF p.kind = 'lambert93' THEN
        SELECT i.lat, i.lon INTO lat, lon FROM ref.lambert93_inverse(p_x, p_y) AS i;
    ELSE
        SELECT i.lat, i.lon INTO lat, lon FROM ref.utm_inverse(p_x, p_y, p.lon_0, p.false_n) AS i;
    END IF;
    IF lat NOT BETWEEN p.lat_min AND p.lat_max OR lon NOT BETWEEN p.lon_min AND p.lon_max THEN
        lat := NULL;
        lon := NULL;
    END IF;
END
$$;
COMMENT ON FUNCTION ref.wgs84 IS 'Latitude and longitude of a projected point (metres); null for an unknown system or a point outside its area: never a guess';

-- The reason a whole file is refused; ends the transaction.
CREATE FUNCTION ref.import_refuse(p_reason text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    RAISE EXCEPTION '%', p_reason USING ERRCODE = 'data_exception';
END
$$;
COMMENT ON FUNCTION ref.import_refuse IS 'Refuse the whole file, for an importer';

-- An importer doesn't own the tables, and the statements that follow a first
-- load are planned badly until somebody has counted.
CREATE FUNCTION ref.import_analyze() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
BEGIN
    ANALYZE ref.code, ref.commune, dir.structure, dir.structure_version,
            dir.unit, dir.unit_version, dir.unit_external, dir.place,
            dir.place_version, dir.unit_place, dir.place_category,
            dir.place_now, cap.current, cap.place_state;
END
$$;
COMMENT ON FUNCTION ref.import_analyze IS 'Refresh the planner''s statistics after a large import';
REVOKE ALL ON FUNCTION ref.import_analyze FROM PUBLIC;
