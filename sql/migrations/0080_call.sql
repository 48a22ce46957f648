-- What clinicians heard when they called, and where communes are.
SET ROLE ror_owner;

CREATE TABLE cap.call (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place_id   bigint NOT NULL REFERENCES dir.place (id),
    account_id bigint NOT NULL,
    replaces   bigint UNIQUE REFERENCES cap.call (id),
    outcome    text NOT NULL CHECK (outcome IN ('confirmed', 'none', 'different')),
    number     integer CHECK (number BETWEEN 0 AND 32767),
    shown      integer CHECK (shown BETWEEN 0 AND 32767),
    shown_at   timestamptz,
    called_at  timestamptz NOT NULL,
    CHECK (number IS NULL OR outcome = 'different'),
    CHECK ((shown IS NULL) = (shown_at IS NULL))
);
COMMENT ON TABLE cap.call IS 'One row per answer that an account reported of a place; shown = the figure on the page and since when it was true, null = none; it never changes a capacity; nobody updates or deletes';
CREATE INDEX call_place ON cap.call (place_id, called_at);
CREATE INDEX call_account ON cap.call (account_id, called_at);
CREATE INDEX call_at ON cap.call (called_at);

-- A place said full while 0 was shown is a right figure, as is the same number.
CREATE VIEW cap.call_counted AS
SELECT c.id, c.place_id, c.account_id, c.outcome, c.number, c.shown,
       c.shown_at, c.called_at,
       CASE WHEN c.shown IS NULL THEN NULL
            ELSE c.outcome = 'confirmed' OR (c.outcome = 'none' AND c.shown = 0)
                 OR (c.outcome = 'different' AND c.number IS NOT DISTINCT FROM c.shown)
             END AS accurate
  FROM cap.call AS c
 WHERE NOT EXISTS (SELECT FROM cap.call AS n WHERE n.replaces = c.id);
COMMENT ON VIEW cap.call_counted IS 'One row per call that no later one replaces; accurate = the figure shown was right, null = none was shown';

-- Keep one answer.  An account's answer on the same place within ten minutes
-- replaces its last one; sixty an hour are more than anybody can call.
CREATE FUNCTION cap.call_add(p_account bigint, p_place bigint, p_outcome text,
                             p_number integer, p_shown integer,
                             p_shown_at timestamptz, p_at timestamptz)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
BEGIN
    -- Two clicks at once of one account: one after the other.
    PERFORM pg_advisory_xact_lock(hashtextextended('cap.call', p_account));
    IF NOT EXISTS (SELECT FROM dir.place_now AS p WHERE p.place_id = p_place) THEN
        RETURN 'unknown';
    END IF;
    IF EXISTS (SELECT FROM auth.grant_place AS g
                WHERE g.account_id = p_account AND g.place_id = p_place
                  AND g.role IN ('bed_manager', 'editor', 'director')) THEN
        RETURN 'own';
    END IF;
    IF (SELECT count(*) FROM cap.call AS c
         WHERE c.account_id = p_account
           AND c.called_at > p_at - interval '1 hour') >= 60 THEN
        RETURN 'often';
    END IF;
    INSERT INTO cap.call (place_id, account_id, replaces, outcome, number,
                          shown, shown_at, called_at)
    VALUES (p_place, p_account,
            (SELECT c.id
               FROM cap.call_counted AS c
              WHERE c.account_id = p_account AND c.place_id = p_place
                AND c.called_at > p_at - interval '10 minutes'
              ORDER BY c.called_at DESC, c.id DESC
              LIMIT 1),
            p_outcome, p_number, p_shown,
            CASE WHEN p_shown IS NOT NULL THEN p_shown_at END, p_at);
    RETURN 'ok';
END
$$;
COMMENT ON FUNCTION cap.call_add IS 'Keep what an account heard of a place: ok, unknown (no such place), own (it answers for the place itself), often';
REVOKE ALL ON FUNCTION cap.call_add FROM PUBLIC;

-- A commune's name as people type it: « ST-Étienne » and « saint etienne ».
CREATE FUNCTION ref.plain_name(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog
RETURN regexp_replace(regexp_replace(btrim(regexp_replace(
           replace(replace(translate(lower(p_name), 'àâäáãçéèêëîïíôöóõùûüúÿñ’''-',
                                     'aaaaaceeeeiiioooouuuuyn   '), 'œ', 'oe'), 'æ', 'ae'),
           '[^a-z0-9]+', ' ', 'g')), '^st ', 'saint '), '^ste ', 'sainte ');
COMMENT ON FUNCTION ref.plain_name IS 'A name without accents, signs and capitals, saint in full: for comparing, never for showing';

CREATE INDEX commune_plain ON ref.commune (ref.plain_name(name) COLLATE "C");
CREATE INDEX commune_postcodes ON ref.commune USING gin (postcodes);
CREATE INDEX structure_version_commune ON dir.structure_version (commune_code);
