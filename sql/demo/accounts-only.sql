-- The demonstration accounts on a directory that is not the demonstration's
-- (official files).  Fictitious FINESS numbers in the grants become those of
-- real structures of the same département: the rank-th site by its number of
-- places, or the legal entity of most places.  Accounts that exist stay.
-- Reads the temporary table account, one row per line of accounts.csv.
WITH fresh AS (
    INSERT INTO auth.account (login, name)
    SELECT a.login, a.name
      FROM account AS a
     ORDER BY a.login
        ON CONFLICT (login) DO NOTHING
    RETURNING id, login
), site AS (
    SELECT n.departement_code, n.site_finess AS finess,
           row_number() OVER (PARTITION BY n.departement_code
                              ORDER BY count(*) DESC, n.site_finess) AS rank
      FROM dir.place_now AS n
     WHERE n.followed AND n.site_finess IS DISTINCT FROM n.ej_finess
     GROUP BY n.departement_code, n.site_finess
), entity AS (
    SELECT n.departement_code, n.ej_finess AS finess,
           row_number() OVER (PARTITION BY n.departement_code
                              ORDER BY count(*) DESC, n.ej_finess) AS rank
      FROM dir.place_now AS n
     WHERE n.followed AND n.ej_finess IS NOT NULL
     GROUP BY n.departement_code, n.ej_finess
)
INSERT INTO auth.grant (account_id, role, scope, code)
SELECT DISTINCT f.id, a.role, a.scope, coalesce(s.finess, e.finess, x.code)
  FROM fresh AS f
  JOIN account AS a ON a.login = f.login
 CROSS JOIN LATERAL unnest(string_to_array(a.code, ',')) AS x (code)
  LEFT JOIN site AS s
    ON a.scope = 'eg' AND s.departement_code = substr(x.code, 3, 2)
       AND s.rank::text = right(x.code, 1)
  LEFT JOIN entity AS e
    ON a.scope = 'ej' AND e.departement_code = substr(x.code, 3, 2) AND e.rank = 1;
