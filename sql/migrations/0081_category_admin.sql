-- Categories that people administer: rules, labels, order, and each région's
-- own choice of lines (docs/adr/0045).
SET ROLE ror_owner;

-- A category has one nature: a rule cannot put places among beds.
ALTER TABLE ref.category ADD UNIQUE (id, nature);
ALTER TABLE ref.category_rule
      ADD FOREIGN KEY (category_id, nature) REFERENCES ref.category (id, nature);

CREATE TABLE ref.category_region (
    region_code text NOT NULL REFERENCES ref.region (code),
    category_id smallint NOT NULL REFERENCES ref.category (id),
    rank        smallint NOT NULL,
    shown       boolean NOT NULL,
    PRIMARY KEY (region_code, category_id)
);
COMMENT ON TABLE ref.category_region IS 'One row per région with an order of its own and category; a région without rows has the national order, all lines';

CREATE TABLE ref.category_version (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    number     bigint NOT NULL,
    changed_at timestamptz NOT NULL
);
COMMENT ON TABLE ref.category_version IS 'One row in all: counts changes of categories, rules and régions'' choices, so that nobody overwrites another''s';
INSERT INTO ref.category_version (number, changed_at) VALUES (1, now());

-- The rule that decides each place of today, the category it has and the one
-- it would have; becomes null = no rule.  The same choice as
-- dir.category_refresh() makes, which a test compares.
CREATE FUNCTION ref.category_preview(p_category smallint[], p_type text[], p_activity text[],
                                     p_mode text[], p_field text[])
RETURNS TABLE (rule integer, was smallint, becomes smallint, places bigint)
LANGUAGE sql STABLE
SET search_path = pg_catalog
SET enable_nestloop = off
SET jit = off
BEGIN ATOMIC
WITH rules AS MATERIALIZED (
    SELECT r.rank, r.category_id, c.nature, nullif(r.unit_type, '') AS unit_type,
           nullif(r.activity, '') AS activity, nullif(r.care_mode, '') AS care_mode,
           nullif(r.field, '') AS field
      FROM unnest(p_category, p_type, p_activity, p_mode, p_field) WITH ORDINALITY
           AS r (category_id, unit_type, activity, care_mode, field, rank)
      JOIN ref.category AS c ON c.id = r.category_id
), used AS MATERIALIZED (
    SELECT p.place_id, p.nature, u.unit_id, u.unit_type, u.care_mode, u.field, u.activities,
           ROW(p.nature, u.unit_type, u.care_mode, u.field, u.activities)::text AS key
      FROM dir.place_version AS p
      LEFT JOIN (dir.unit_place AS up
                 JOIN dir.unit_version AS u ON u.unit_id = up.unit_id)
        ON up.place_id = p.place_id AND up.valid && p.valid
           AND u.valid && (up.valid * p.valid)
     WHERE p.valid @> (SELECT dir.today())
), kind AS MATERIALIZED (
    SELECT DISTINCT ON (s.key) s.key, s.nature, s.unit_type, s.care_mode, s.field, s.activities
      FROM used AS s
     ORDER BY s.key
), ruled AS MATERIALIZED (
    SELECT DISTINCT ON (k.key) k.key, r.category_id, r.rank
      FROM kind AS k
      JOIN rules AS r ON r.nature = k.nature
     WHERE (r.unit_type IS NULL OR r.unit_type = k.unit_type)
       AND (r.activity IS NULL OR r.activity = ANY (k.activities))
       AND (r.care_mode IS NULL OR r.care_mode = k.care_mode)
       AND (r.field IS NULL OR r.field = k.field)
     ORDER BY k.key, r.rank
), decided AS (
    SELECT DISTINCT ON (s.place_id) s.place_id, r.rank, r.category_id
      FROM used AS s
      LEFT JOIN ruled AS r ON r.key = s.key
     ORDER BY s.place_id, r.rank, s.unit_id
)
SELECT d.rank::integer, n.category_id, d.category_id, count(*)
  FROM decided AS d
  LEFT JOIN dir.place_now AS n ON n.place_id = d.place_id
 GROUP BY d.rank, n.category_id, d.category_id
 ORDER BY d.rank, n.category_id, d.category_id;
END;
COMMENT ON FUNCTION ref.category_preview IS 'One row per deciding rule (number in the arrays), category of now and category it would be, with the number of today''s places';

-- The version is locked, compared and counted on; false: somebody was first.
CREATE FUNCTION ref.category_turn(p_version bigint, p_at timestamptz) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    UPDATE ref.category_version AS v
       SET number = v.number + 1, changed_at = p_at
     WHERE v.number = p_version;
    RETURN FOUND;
END
$$;
COMMENT ON FUNCTION ref.category_turn IS 'Take the turn of a change made against version p_version; false when it is not the current one';
REVOKE ALL ON FUNCTION ref.category_turn FROM PUBLIC;

CREATE FUNCTION ref.category_rules_set(p_account bigint, p_address inet, p_version bigint, p_at timestamptz,
                                       p_category smallint[], p_type text[], p_activity text[],
                                       p_mode text[], p_field text[])
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    v_before jsonb;
BEGIN
    IF NOT ref.category_turn(p_version, p_at) THEN
        RETURN 'conflict';
    END IF;
    -- Another refresh waits for this one, or this one for it.
    LOCK TABLE dir.place_category IN SHARE ROW EXCLUSIVE MODE;
    SELECT jsonb_agg(to_jsonb(r) - 'rank' ORDER BY r.rank) INTO v_before
      FROM ref.category_rule AS r;
    DELETE FROM ref.category_rule;
    INSERT INTO ref.category_rule (rank, category_id, nature, unit_type, activity, care_mode, field)
    SELECT r.n * 10, r.category_id, c.nature, nullif(r.unit_type, ''), nullif(r.activity, ''),
           nullif(r.care_mode, ''), nullif(r.field, '')
      FROM unnest(p_category, p_type, p_activity, p_mode, p_field) WITH ORDINALITY
           AS r (category_id, unit_type, activity, care_mode, field, n)
      JOIN ref.category AS c ON c.id = r.category_id;
    -- Every place must have a category: each nature ends with a rule for all.
    IF EXISTS (SELECT FROM ref.nature AS n
                WHERE NOT EXISTS (SELECT FROM ref.category_rule AS r
                                   WHERE r.nature = n.code AND r.unit_type IS NULL
                                     AND r.activity IS NULL AND r.care_mode IS NULL
                                     AND r.field IS NULL)) THEN
        RAISE EXCEPTION 'a nature has no rule for all' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM dir.refresh();
    INSERT INTO audit.event (event, account_id, address, detail)
    SELECT 'category_rules', p_account, p_address,
           jsonb_build_object('version', p_version + 1, 'before', v_before, 'after',
                              (SELECT jsonb_agg(to_jsonb(r) - 'rank' ORDER BY r.rank)
                                 FROM ref.category_rule AS r));
    RETURN 'ok';
END
$$;
COMMENT ON FUNCTION ref.category_rules_set IS 'Replace all rules, in the order of the arrays, and place every place anew: ok, conflict (not against the current version)';
REVOKE ALL ON FUNCTION ref.category_rules_set FROM PUBLIC;

-- p_label in the order of the lines; a category that is not named keeps its
-- label and comes after them.
CREATE FUNCTION ref.category_lines_set(p_account bigint, p_address inet, p_version bigint, p_at timestamptz,
                                       p_category smallint[], p_label text[])
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    v_before jsonb;
BEGIN
    IF NOT ref.category_turn(p_version, p_at) THEN
        RETURN 'conflict';
    END IF;
    SELECT jsonb_agg(jsonb_build_array(c.slug, c.label) ORDER BY c.rank) INTO v_before
      FROM ref.category AS c;
    -- Ranks are unique: out of the way first.
    UPDATE ref.category AS c
       SET rank = (-1 - c.rank)::smallint;
    WITH line AS (
        SELECT c.id, coalesce(l.label, c.label) AS label,
               row_number() OVER (ORDER BY c.nature, l.n NULLS LAST, c.rank DESC) AS n
          FROM ref.category AS c
          LEFT JOIN unnest(p_category, p_label) WITH ORDINALITY AS l (id, label, n) ON l.id = c.id
    )
    UPDATE ref.category AS c
       SET rank = (l.n * 10)::smallint, label = l.label
      FROM line AS l
     WHERE l.id = c.id;
    UPDATE dir.generation SET number = number + 1;
    INSERT INTO audit.event (event, account_id, address, detail)
    SELECT 'category_lines', p_account, p_address,
           jsonb_build_object('version', p_version + 1, 'before', v_before, 'after',
                              (SELECT jsonb_agg(jsonb_build_array(c.slug, c.label) ORDER BY c.rank)
                                 FROM ref.category AS c));
    RETURN 'ok';
END
$$;
COMMENT ON FUNCTION ref.category_lines_set IS 'Give the lines labels and an order, natures kept together: ok, conflict';
REVOKE ALL ON FUNCTION ref.category_lines_set FROM PUBLIC;

-- A new line, the last of its nature; it is empty until a rule names it.
CREATE FUNCTION ref.category_add(p_account bigint, p_address inet, p_version bigint, p_at timestamptz,
                                 p_slug text, p_label text, p_nature text)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
BEGIN
    IF EXISTS (SELECT FROM ref.category AS c WHERE c.slug = p_slug) THEN
        RETURN 'exists';
    END IF;
    IF (SELECT count(*) FROM ref.category) >= 60 THEN
        RETURN 'full';
    END IF;
    IF NOT ref.category_turn(p_version, p_at) THEN
        RETURN 'conflict';
    END IF;
    INSERT INTO ref.category (id, slug, label, nature, rank)
    SELECT max(c.id) + 1, p_slug, p_label, p_nature, max(c.rank) + 10
      FROM ref.category AS c;
    UPDATE dir.generation SET number = number + 1;
    INSERT INTO audit.event (event, account_id, address, detail)
    VALUES ('category_add', p_account, p_address,
            jsonb_build_object('version', p_version + 1, 'slug', p_slug, 'label', p_label,
                               'nature', p_nature));
    RETURN 'ok';
END
$$;
COMMENT ON FUNCTION ref.category_add IS 'Make a category: ok, exists, full (sixty), conflict';
REVOKE ALL ON FUNCTION ref.category_add FROM PUBLIC;

-- Empty arrays: back to the national order.
CREATE FUNCTION ref.category_region_set(p_account bigint, p_address inet, p_version bigint, p_at timestamptz,
                                        p_region text, p_category smallint[], p_shown smallint[])
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    v_before jsonb;
BEGIN
    IF NOT ref.category_turn(p_version, p_at) THEN
        RETURN 'conflict';
    END IF;
    SELECT jsonb_agg(jsonb_build_array(c.slug, r.shown) ORDER BY r.rank) INTO v_before
      FROM ref.category_region AS r
      JOIN ref.category AS c ON c.id = r.category_id
     WHERE r.region_code = p_region;
    DELETE FROM ref.category_region AS r WHERE r.region_code = p_region;
    INSERT INTO ref.category_region (region_code, category_id, rank, shown)
    SELECT p_region, l.id, l.n * 10, l.shown = 1
      FROM unnest(p_category, p_shown) WITH ORDINALITY AS l (id, shown, n);
    UPDATE dir.generation SET number = number + 1;
    INSERT INTO audit.event (event, account_id, address, detail)
    SELECT 'category_region', p_account, p_address,
           jsonb_build_object('version', p_version + 1, 'region', p_region, 'before', v_before, 'after',
                              (SELECT jsonb_agg(jsonb_build_array(c.slug, r.shown) ORDER BY r.rank)
                                 FROM ref.category_region AS r
                                 JOIN ref.category AS c ON c.id = r.category_id
                                WHERE r.region_code = p_region));
    RETURN 'ok';
END
$$;
COMMENT ON FUNCTION ref.category_region_set IS 'Which lines a région shows and in which order: ok, conflict';
REVOKE ALL ON FUNCTION ref.category_region_set FROM PUBLIC;
