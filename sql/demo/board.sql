-- What the two régions enter on the boards here; addresses are fictitious.
INSERT INTO cap.board_setting
       (region_code, boards, hidden_groups, fields, home_care, elsewhere, help,
        synthesis_label, synthesis_url, changed_at)
SELECT x.*, r.loaded_at
  FROM demo.run AS r
 CROSS JOIN (VALUES
       ('11', '{lits,places,places-medico-sociales}'::text[], '{crise}'::text[],
        '{01,02,03,04,06}'::text[], true,
        '', 'En Île-de-France, les lits se mettent à jour deux fois par jour, avant 10 h et avant 18 h.',
        'Synthèse régionale', 'https://synthese.ror.example/ile-de-france'),
       ('76', '{lits}', '{previsions,crise}', '{01,02}', false,
        'Les places, la psychiatrie et l’hospitalisation à domicile se saisissent dans l’outil régional Orion, pas ici.',
        '', 'Synthèse Occitanie', 'https://synthese.ror.example/occitanie')) AS x;
