-- One rule for what a save should be asked about, whether it is typed on the
-- board or sent as a file; and one table of what may jump.
SET ROLE ror_owner;

CREATE TABLE ref.indicator_jump (
    indicator_id smallint PRIMARY KEY REFERENCES ref.indicator (id),
    beds         integer NOT NULL CHECK (beds > 0),
    deviations   numeric NOT NULL CHECK (deviations > 0),
    downward     boolean NOT NULL
);
COMMENT ON TABLE ref.indicator_jump IS 'One row per indicator whose new value is compared with the place''s own past: unusual beyond the median by more than beds and by more than so many median absolute deviations; downward: below it too';
-- Not INST, of which any change is asked about; not SUPPL_SRH and SUPPL_ARH,
-- which are plans and have no rhythm.  Beds reopen at once: no question.
INSERT INTO ref.indicator_jump (indicator_id, beds, deviations, downward)
SELECT i.id, 5, 4, i.code NOT LIKE 'FERM%'
  FROM ref.indicator AS i
 WHERE i.code IN ('FERM_NR', 'FERM_R', 'DISPO_IND', 'DISPO_F', 'DISPO_H', 'OCC', 'RES', 'SUPPL_MOB',
                  'PREV_1H', 'PREV_24H', 'PREV_48H', 'PREV_7J');

-- What of a save deserves a second look (DOMAIN 4), only where it changes
-- something.  kind:
--   installed  the number of installed ones changes (an authorisation)
--   over       available + occupied + reserved > installed - closed + mobilised,
--              of what is given: nobody is asked about a figure not on the board
--   subset     an assignment has more beds than its place
--   jump       far outside the place's own last 60 days: beyond the median
--              plus or minus what ref.indicator_jump allows, of its 100 newest
--              values, when there are 14 at least.  Closing as many as are
--              planned to close today is no surprise.
-- The simple mode's available ones are compared with the total.
CREATE OR REPLACE FUNCTION cap.save_warn(
    p_mode text, p_obs_place bigint[], p_obs_assignment integer[],
    p_obs_indicator smallint[], p_obs_value integer[], p_now timestamptz)
RETURNS TABLE (place_id bigint, assignment_id integer, kind text,
               indicator_id smallint, before integer, after integer,
               low integer, high integer)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH obs AS MATERIALIZED (
    SELECT o.place_id, o.assignment_id, o.indicator_id, o.value, k.id AS known_as,
           c.value AS before
      FROM unnest(p_obs_place, p_obs_assignment, p_obs_indicator, p_obs_value)
        AS o (place_id, assignment_id, indicator_id, value)
      CROSS JOIN LATERAL (
            SELECT CASE WHEN p_mode = 'simple' AND o.assignment_id = 0
                             AND o.indicator_id = 4 THEN 20::smallint
                        ELSE o.indicator_id END AS id) AS k
      LEFT JOIN cap.current AS c
        ON c.place_id = o.place_id AND c.assignment_id = o.assignment_id
           AND c.indicator_id = k.id
), changed AS MATERIALIZED (
    SELECT o.* FROM obs AS o WHERE o.value IS DISTINCT FROM o.before
), held AS (
    -- What the changed places would have in service: the new value, else the
    -- one in force.
    SELECT x.place_id,
           sum(v.value) FILTER (WHERE i.id = 1) AS installed,
           coalesce(sum(v.value) FILTER (WHERE i.id IN (2, 3)), 0) AS closed,
           coalesce(sum(v.value) FILTER (WHERE i.id = 9), 0) AS mobilised,
           sum(o.value) FILTER (WHERE i.id IN (4, 5, 6, 7, 8)) AS used
      FROM (SELECT DISTINCT c.place_id FROM changed AS c WHERE c.indicator_id <= 9) AS x
      JOIN ref.indicator AS i ON i.id <= 9
      LEFT JOIN dir.place_now AS n ON n.place_id = x.place_id
      LEFT JOIN ref.ttl AS t ON t.nature = n.nature AND t.valid @> dir.today()
      LEFT JOIN obs AS o
        ON o.place_id = x.place_id AND o.assignment_id = 0 AND o.indicator_id = i.id
      LEFT JOIN cap.current AS c
        ON c.place_id = x.place_id AND c.assignment_id = 0 AND c.indicator_id = i.id
      CROSS JOIN LATERAL (
            SELECT CASE WHEN o.place_id IS NOT NULL THEN o.value
                        WHEN i.volatile AND c.effective_at
                             <= p_now - make_interval(secs => t.ttl_s) THEN NULL
                        ELSE c.value END AS value) AS v
     GROUP BY x.place_id
)
SELECT c.place_id, c.assignment_id, 'installed', c.indicator_id, c.before, c.value,
       NULL::integer, NULL::integer
  FROM changed AS c
 WHERE c.indicator_id = 1 AND c.assignment_id = 0 AND c.before IS NOT NULL
 UNION ALL
SELECT h.place_id, 0, 'over', NULL, NULL, h.used::integer, NULL,
       (h.installed - h.closed + h.mobilised)::integer
  FROM held AS h
 WHERE h.used > h.installed - h.closed + h.mobilised
   AND EXISTS (SELECT FROM changed AS c WHERE c.place_id = h.place_id AND c.assignment_id = 0)
 UNION ALL
SELECT c.place_id, c.assignment_id, 'subset', c.indicator_id, c.before, c.value,
       NULL, h.installed::integer
  FROM changed AS c
  JOIN held AS h ON h.place_id = c.place_id
 WHERE c.indicator_id = 1 AND c.assignment_id <> 0 AND c.value > h.installed
 UNION ALL
SELECT c.place_id, 0, 'jump', c.indicator_id, c.before, c.value,
       CASE WHEN j.downward THEN greatest(0, ceil(m.median - d.spread)) ELSE 0 END::integer,
       floor(m.median + d.spread)::integer
  FROM changed AS c
  JOIN ref.indicator_jump AS j ON j.indicator_id = c.indicator_id
  CROSS JOIN LATERAL (
        SELECT array_agg(p.value) AS past
          FROM (SELECT o.value
                  FROM cap.observation AS o
                 WHERE o.place_id = c.place_id AND o.assignment_id = 0
                   AND o.indicator_id = c.known_as
                   AND o.effective_at > p_now - interval '60 days'
                   AND o.recorded_at > p_now - interval '61 days'
                   AND o.value IS NOT NULL
                 ORDER BY o.effective_at DESC
                 LIMIT 100) AS p) AS h
  CROSS JOIN LATERAL (
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x.value) AS median
          FROM unnest(h.past) AS x (value)) AS m
  CROSS JOIN LATERAL (
        SELECT greatest(j.beds, j.deviations * percentile_cont(0.5)
                   WITHIN GROUP (ORDER BY abs(x.value - m.median))) AS spread
          FROM unnest(h.past) AS x (value)) AS d
 WHERE c.assignment_id = 0
   AND cardinality(h.past) >= 14
   AND (c.value > m.median + d.spread
        AND (c.indicator_id NOT IN (2, 3)
             OR c.value > (SELECT coalesce(sum(k.beds), 0)
                             FROM cap.closure_now AS k
                             JOIN dir.place_now AS n ON n.place_id = k.place_id
                            WHERE k.place_id = c.place_id
                              AND (p_mode = 'simple' OR k.reopenable = (c.indicator_id = 3))
                              AND k.during @> (p_now AT TIME ZONE n.time_zone)::date))
        OR j.downward AND c.value < m.median - d.spread)
 ORDER BY 1, 2, 4 NULLS LAST, 3;
END
$$;

-- Judge the lines of a capacity file against what is recorded now.  An empty
-- cell changes nothing, a dash retracts; cap.upload_warn() says what to
-- confirm.  The planner knows nothing of a file that was just written: joins by
-- hash alone stay linear.
CREATE OR REPLACE FUNCTION cap.upload_check_capacity(p_upload bigint) RETURNS void
LANGUAGE sql
SET search_path = pg_catalog
SET enable_nestloop = off
SET enable_mergejoin = off
SET jit = off
SET work_mem = '64MB'
BEGIN ATOMIC
WITH u AS (
    SELECT x.id, x.account_id, x.header FROM cap.upload AS x WHERE x.id = p_upload
), cell AS MATERIALIZED (
    -- Blanks around, and the ' that our own files put before what a
    -- spreadsheet would take for a formula, say nothing.
    SELECT l.line, c.name, c.indicator_id,
           btrim(CASE WHEN f.text LIKE '''%' THEN regexp_replace(f.text, '^''(?=[-=+@])', '') ELSE f.text END,
                 E' \t\u00a0\u202f') AS text
      FROM u
      JOIN cap.upload_line AS l ON l.upload_id = u.id
     CROSS JOIN LATERAL unnest(l.raw) WITH ORDINALITY AS f (text, ord)
      JOIN cap.upload_columns('capacity') AS c ON c.name = lower(btrim(u.header[f.ord]))
), said AS MATERIALIZED (
    SELECT c.line,
           max(c.text) FILTER (WHERE c.name = 'lieu') AS place,
           max(c.text) FILTER (WHERE c.name = 'site') AS site,
           max(c.text) FILTER (WHERE c.name = 'version') AS version,
           max(c.text) FILTER (WHERE c.name = 'commentaire') AS comment
      FROM cell AS c
     GROUP BY c.line
), mine AS MATERIALIZED (
    SELECT DISTINCT g.place_id
      FROM u
      JOIN auth.grant_place AS g ON g.account_id = u.account_id AND g.role = 'bed_manager'
), found AS MATERIALIZED (
    SELECT s.line, s.place, s.site, s.version, s.comment,
           n.place_id, n.name, n.nature, n.site_finess,
           n.locked @> now() AS is_locked, n.locked_reason,
           coalesce(st.version, 0) AS now_version,
           min(s.line) OVER (PARTITION BY s.place) AS first_line,
           m.place_id IS NOT NULL AS is_mine
      FROM said AS s
      LEFT JOIN dir.place_now AS n
        ON n.place_id = CASE WHEN s.place ~ '^l[1-9][0-9]{0,11}$' THEN substr(s.place, 2)::bigint END
      LEFT JOIN mine AS m ON m.place_id = n.place_id
      LEFT JOIN cap.place_state AS st ON st.place_id = n.place_id
), figure AS MATERIALIZED (
    SELECT c.line, c.indicator_id, i.code, c.text,
           CASE WHEN c.text ~ '^0*[0-9]{1,4}$' THEN c.text::numeric::integer END AS value,
           CASE WHEN c.text ~ '^0*[0-9]{1,4}$' THEN NULL
                WHEN c.text IN ('-', '–') AND c.indicator_id = 1
                THEN 'ne peut pas être effacé : 0 s’il n’y en a pas.'
                WHEN c.text IN ('-', '–') THEN NULL
                WHEN c.text ~ '^-[0-9]+$' THEN 'un nombre négatif n’est pas possible.'
                WHEN c.text ~ '^[0-9]+$' THEN 'le nombre est trop grand : 9999 au plus.'
                ELSE 'un nombre entier en chiffres, de 0 à 9999, est attendu.' END AS wrong
      FROM cell AS c
      JOIN ref.indicator AS i ON i.id = c.indicator_id
     WHERE c.text <> ''
), recorded AS MATERIALIZED (
    SELECT f.line, k.indicator_id, k.value
      FROM found AS f
      JOIN cap.current AS k ON k.place_id = f.place_id AND k.assignment_id = 0
), held AS MATERIALIZED (
    -- What the place would hold: the cell, else the current value.
    SELECT coalesce(g.line, k.line) AS line, i.id AS indicator_id, i.code, k.value AS before,
           g.line IS NOT NULL AS is_given,
           CASE WHEN g.line IS NOT NULL THEN g.value ELSE k.value END AS after
      FROM figure AS g
      FULL JOIN recorded AS k ON k.line = g.line AND k.indicator_id = g.indicator_id
      JOIN ref.indicator AS i ON i.id = coalesce(g.indicator_id, k.indicator_id) AND NOT i.derived
), sums AS MATERIALIZED (
    SELECT h.line,
           max(h.after) FILTER (WHERE h.indicator_id = 1) AS installed,
           coalesce(sum(h.after) FILTER (WHERE h.indicator_id IN (2, 3)), 0) AS closed,
           coalesce(max(h.after) FILTER (WHERE h.indicator_id = 9), 0) AS mobilised,
           sum(h.after) FILTER (WHERE h.indicator_id IN (10, 11)) AS mobilisable,
           array_agg(h.indicator_id ORDER BY h.indicator_id) FILTER (WHERE h.is_given) AS indicators,
           array_agg(h.after ORDER BY h.indicator_id) FILTER (WHERE h.is_given) AS amounts,
           string_agg(format('%s %s → %s', h.code, coalesce(h.before::text, '–'), coalesce(h.after::text, '–')),
                      ', ' ORDER BY h.indicator_id)
             FILTER (WHERE h.is_given AND h.after IS DISTINCT FROM h.before) AS changes
      FROM held AS h
     GROUP BY h.line
), bad AS (
    SELECT DISTINCT ON (g.line) g.line, format('%s « %s » : %s', g.code, left(g.text, 30), g.wrong) AS text
      FROM figure AS g
     WHERE g.wrong IS NOT NULL
     ORDER BY g.line, g.indicator_id
)
UPDATE cap.upload_line AS l
   SET place_id = f.place_id, name = f.name,
       version = CASE WHEN f.version ~ '^[0-9]{1,15}$' THEN f.version::bigint END,
       comment = CASE WHEN f.comment IN ('-', '–') THEN '' ELSE nullif(f.comment, '') END,
       -- A locked place that the model says as it is: nothing to confirm.
       indicators = CASE WHEN f.is_locked THEN '{}' ELSE coalesce(s.indicators, '{}') END,
       amounts = CASE WHEN f.is_locked THEN '{}' ELSE coalesce(s.amounts, '{}') END,
       changes = nullif(concat_ws(', ', s.changes,
           CASE WHEN f.comment <> '' AND st.comment IS DISTINCT FROM
                     CASE WHEN f.comment IN ('-', '–') THEN '' ELSE f.comment END
                THEN 'commentaire' END), ''),
       error = CASE
           WHEN cardinality(l.raw) > cardinality(u.header)
           THEN format('La ligne a %s champs pour %s colonnes.', cardinality(l.raw), cardinality(u.header))
           WHEN f.place IS NULL OR f.place !~ '^l[1-9][0-9]{0,11}$'
           THEN format('Le lieu « %s » n’est pas un numéro de lieu (l78).', left(coalesce(f.place, ''), 30))
           WHEN f.place_id IS NULL THEN 'Ce lieu n’existe pas ou n’existe plus.'
           WHEN NOT f.is_mine THEN 'Ce lieu n’est pas dans votre périmètre de saisie.'
           WHEN f.site <> '' AND f.site <> f.site_finess
           THEN format('Ce lieu est de l’établissement %s, pas de %s.', f.site_finess, left(f.site, 20))
           WHEN f.first_line < f.line THEN format('Ce lieu est déjà à la ligne %s.', f.first_line)
           WHEN coalesce(f.version, '') !~ '^[0-9]{1,15}$' THEN 'La version n’est pas celle d’un modèle.'
           WHEN f.is_locked AND (s.changes IS NOT NULL OR b.text IS NOT NULL)
           THEN format('Indisponibilité totale (%s) : la saisie est bloquée.', coalesce(f.locked_reason, 'sans motif'))
           WHEN b.text IS NOT NULL THEN b.text
           WHEN length(f.comment) > 200 THEN 'Le commentaire est trop long : 200 caractères au plus.'
           WHEN (s.indicators IS NOT NULL OR f.comment <> '') AND f.version::bigint <> f.now_version
           THEN format('Modifié depuis le modèle (version %s, maintenant %s) : reprenez un modèle.', f.version, f.now_version)
           WHEN s.closed > s.installed
           THEN format('Il y a plus de fermés (%s) que d’installés (%s).', s.closed, s.installed)
           WHEN s.mobilised > s.mobilisable
           THEN format('Il y a plus de supplémentaires mobilisés (%s) que de mobilisables (%s).', s.mobilised, s.mobilisable)
           END,
       warning = NULL
  FROM found AS f
 CROSS JOIN u
  LEFT JOIN sums AS s ON s.line = f.line
  LEFT JOIN bad AS b ON b.line = f.line
  LEFT JOIN cap.place_state AS st ON st.place_id = f.place_id
 WHERE l.upload_id = p_upload AND l.line = f.line;
END;

-- What cap.save_warn() asks of a file's lines that change something.  Ten at
-- a time: it compares each place with each value given.  It reads the past of
-- each figure that changes; what is left after ten seconds says so, for a page
-- must be answered.
CREATE FUNCTION cap.upload_warn(p_upload bigint) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    v_line  integer[];
    v_until timestamptz := clock_timestamp() + interval '10 s';
    o       record;
BEGIN
    FOR v_line IN
        SELECT array_agg(x.line)
          FROM (SELECT l.line, (row_number() OVER (ORDER BY l.line) - 1) / 10 AS part
                  FROM cap.upload_line AS l
                 WHERE l.upload_id = p_upload AND l.error IS NULL
                   AND l.changes IS NOT NULL AND cardinality(l.indicators) > 0) AS x
         GROUP BY x.part
    LOOP
        IF clock_timestamp() > v_until THEN
            UPDATE cap.upload_line AS l
               SET warning = 'Non vérifiée : le fichier est trop long, envoyez-le en plusieurs fois ou confirmez.'
             WHERE l.upload_id = p_upload AND l.line = ANY (v_line);
            CONTINUE;
        END IF;
        SELECT array_agg(l.place_id) AS place, array_agg(f.indicator) AS indicator,
               array_agg(f.amount) AS amount
          INTO o
          FROM cap.upload_line AS l
         CROSS JOIN LATERAL unnest(l.indicators, l.amounts) AS f (indicator, amount)
         WHERE l.upload_id = p_upload AND l.line = ANY (v_line);
        UPDATE cap.upload_line AS l
           SET warning = w.text
          FROM (SELECT k.place_id, string_agg(CASE k.kind
                       WHEN 'installed'
                       THEN format('Installés : %s au lieu de %s, est-ce autorisé ?', k.after, k.before)
                       WHEN 'over'
                       THEN format('Disponibles, occupés et réservés (%s) dépassent les lits en service (%s).',
                                   k.after, k.high)
                       ELSE format('%s %s : de %s à %s d’ordinaire depuis 60 jours.', i.code, k.after, k.low, k.high)
                       END, ' ' ORDER BY k.kind, k.indicator_id) AS text
                  FROM cap.save_warn('full', o.place, array_fill(0, ARRAY[cardinality(o.place)]),
                                     o.indicator, o.amount, clock_timestamp()) AS k
                  LEFT JOIN ref.indicator AS i ON i.id = k.indicator_id
                 GROUP BY k.place_id) AS w
         WHERE l.upload_id = p_upload AND l.line = ANY (v_line) AND l.place_id = w.place_id;
    END LOOP;
END
$$;
COMMENT ON FUNCTION cap.upload_warn IS 'Put on each line of a waiting capacity file what the board would ask about it';
REVOKE ALL ON FUNCTION cap.upload_warn FROM PUBLIC;

CREATE OR REPLACE FUNCTION cap.upload_check(p_upload bigint) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    IF (SELECT u.kind FROM cap.upload AS u WHERE u.id = p_upload) = 'capacity' THEN
        PERFORM cap.upload_check_capacity(p_upload);
        PERFORM cap.upload_warn(p_upload);
    ELSE
        PERFORM cap.upload_check_closures(p_upload);
    END IF;
END
$$;

-- The statement of that name (sql/queries/upload.sql) sets the limit itself.
DROP FUNCTION cap.upload_patience();
