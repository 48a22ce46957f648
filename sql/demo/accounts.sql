-- Accounts: those of accounts.csv, and one per establishment for the person
-- who types its figures.  The latter have no entry in the LDAP directory:
-- nobody signs in as them.
INSERT INTO auth.account (id, login, name, created_at)
SELECT row_number() OVER (ORDER BY a.login), a.login, a.name,
       r.loaded_at - interval '400 days'
  FROM demo.run AS r, demo.account AS a;
INSERT INTO auth.grant (account_id, role, scope, code, valid)
SELECT c.id, a.role, a.scope, x.code, tstzrange(r.loaded_at - interval '400 days', NULL)
  FROM demo.run AS r
 CROSS JOIN demo.account AS a
  JOIN auth.account AS c ON c.login = a.login,
       unnest(string_to_array(a.code, ',')) AS x (code);

INSERT INTO auth.account (id, login, name, created_at)
SELECT 100 + s.n, 'lits-' || lower(s.finess) || '@demo.ror.example',
       (ARRAY['Agathe', 'Bastien', 'Chloé', 'David', 'Élodie', 'Farid', 'Gaëlle',
              'Hélène', 'Ismaël', 'Jeanne', 'Karim', 'Louise', 'Mathieu', 'Noémie',
              'Olivier', 'Pauline', 'Quentin', 'Rachel', 'Samuel', 'Théo'])
           [1 + floor(demo.u(r.seed, 50000 + s.n) * 20)::integer] || ' ' ||
       (ARRAY['ARNAUD', 'BESSON', 'CHARLES', 'DUBREUIL', 'ESTEVE', 'FABRE', 'GIMENEZ',
              'HUBERT', 'IMBERT', 'JOLY', 'LACOMBE', 'MERCIER', 'NAVARRO', 'OLLIVIER',
              'PONS', 'RIGAUD', 'SERRANO', 'TEXIER', 'VASSEUR', 'WEBER'])
           [1 + floor(demo.u(r.seed, 51000 + s.n) * 20)::integer],
       r.loaded_at - interval '400 days'
  FROM demo.run AS r, demo.site AS s;
INSERT INTO auth.grant (account_id, role, scope, code, valid)
SELECT 100 + s.n, 'bed_manager', 'eg', s.finess, tstzrange(r.loaded_at - interval '400 days', NULL)
  FROM demo.run AS r, demo.site AS s;

UPDATE demo.site AS s
   SET account_id = coalesce(
       (SELECT min(g.account_id)
          FROM auth.grant AS g
         WHERE g.role = 'bed_manager' AND g.scope = 'eg'
           AND g.code = s.finess AND g.account_id <= 100),
       100 + s.n);

-- What each bed manager looks at first: the units of the first board.
INSERT INTO auth.favourite (account_id, thing, created_at)
SELECT x.account_id, x.thing, x.at
  FROM (SELECT s.account_id, 'l' || p.place_id AS thing,
               r.loaded_at - interval '30 days' AS at,
               row_number() OVER (PARTITION BY s.account_id ORDER BY p.place_id) AS i
          FROM demo.run AS r
 CROSS JOIN demo.site AS s
          JOIN dir.place_version AS p ON p.site_id = s.structure_id
         WHERE s.account_id <= 100 AND upper(p.valid) IS NULL) AS x
 WHERE x.i % 4 = 1;

-- Who signed in before has accepted the conditions; a provisional password
-- is somebody who never did.
INSERT INTO auth.conditions (account_id, version, accepted_at)
SELECT c.id, '2026-11', r.loaded_at - interval '20 days'
  FROM demo.run AS r
 CROSS JOIN demo.account AS a
  JOIN auth.account AS c ON c.login = a.login
 WHERE a.must_change = 0;
