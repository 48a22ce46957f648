-- The sentinel: when feeds spoke and of which places, the rhythms learned of
-- it, and who is silent.  The rule is lib/domain/rhythm.h's.
SET ROLE ror_owner;

CREATE TABLE cap.feed_news (
    feed_id bigint NOT NULL REFERENCES auth.feed (id),
    at      timestamptz NOT NULL,
    PRIMARY KEY (feed_id, at)
);
COMMENT ON TABLE cap.feed_news IS 'One row per feed and minute in which it spoke, whatever was answered; kept for 8 weeks';

CREATE TABLE cap.feed_place (
    feed_id  bigint NOT NULL REFERENCES auth.feed (id),
    place_id bigint NOT NULL REFERENCES dir.place (id),
    heard_at timestamptz NOT NULL,
    PRIMARY KEY (feed_id, place_id)
) WITH (fillfactor = 70);
COMMENT ON TABLE cap.feed_place IS 'One row per feed and place it ever spoke of: when last, to the minute, whatever was answered';
CREATE INDEX feed_place_place ON cap.feed_place (place_id);

CREATE TABLE cap.feed_night (
    feed_id bigint NOT NULL REFERENCES auth.feed (id),
    night   date NOT NULL,
    places  integer NOT NULL,
    PRIMARY KEY (feed_id, night)
);
COMMENT ON TABLE cap.feed_night IS 'One row per feed and night: of how many places it had spoken in its window then; kept for 14 nights';

CREATE TABLE cap.rhythm (
    subject    text NOT NULL CHECK (subject IN ('feed', 'place')),
    subject_id bigint NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('silent', 'flat')),
    n          bigint NOT NULL,
    median_s   bigint NOT NULL,
    limit_s    bigint NOT NULL,
    hours      integer[] NOT NULL CHECK (cardinality(hours) = 168),
    time_zone  text NOT NULL,
    last_at    timestamptz NOT NULL,
    PRIMARY KEY (subject, subject_id, kind),
    CHECK (kind = 'silent' OR subject = 'feed')
);
COMMENT ON TABLE cap.rhythm IS 'One row per feed or place and kind of news (silent: it spoke; flat: a figure changed) whose rhythm is known; hours: thousandths of news due in each hour of the week; last_at: newest news when it was learned';

CREATE TABLE cap.sentinel (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    learned_at timestamptz NOT NULL
);
COMMENT ON TABLE cap.sentinel IS 'One row in all: when rhythms were learned last';
INSERT INTO cap.sentinel (learned_at) VALUES ('-infinity');

CREATE TABLE cap.silence (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject     text NOT NULL CHECK (subject IN ('feed', 'place')),
    subject_id  bigint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('silent', 'flat', 'dropped')),
    since       timestamptz NOT NULL,
    detected_at timestamptz NOT NULL CHECK (detected_at >= since),
    median_s    bigint NOT NULL,
    n_heard     bigint,
    n_usual     bigint,
    ended_at    timestamptz CHECK (ended_at >= detected_at),
    CHECK ((kind = 'dropped') = (n_usual IS NOT NULL) AND (n_usual IS NULL) = (n_heard IS NULL))
);
COMMENT ON TABLE cap.silence IS 'One row per alarm of a feed or place: no news since; detected_at, ended_at: by the job; never deleted';
CREATE UNIQUE INDEX silence_open ON cap.silence (subject, subject_id, kind) WHERE ended_at IS NULL;
CREATE INDEX silence_ended ON cap.silence (ended_at);

-- A feed spoke, of these places; what was answered does not matter.  Called
-- with the places locked, so that the rows of one place are written in turn.
-- Most calls find that this minute is noted and write nothing.
CREATE FUNCTION cap.feed_heard(p_feed bigint, p_place bigint[], p_now timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM cap.feed_news AS n
                    WHERE n.feed_id = p_feed AND n.at = date_trunc('minute', p_now, 'UTC')) THEN
        INSERT INTO cap.feed_news (feed_id, at)
        VALUES (p_feed, date_trunc('minute', p_now, 'UTC'))
            ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO cap.feed_place AS f (feed_id, place_id, heard_at)
    SELECT p_feed, x.id, p_now
      FROM (SELECT DISTINCT u.id FROM unnest(p_place) AS u (id)) AS x
     WHERE x.id IS NOT NULL
       AND NOT EXISTS (SELECT FROM cap.feed_place AS h
                        WHERE h.feed_id = p_feed AND h.place_id = x.id
                          AND h.heard_at > p_now - interval '1 minute')
     ORDER BY x.id
        ON CONFLICT (feed_id, place_id) DO UPDATE
       SET heard_at = greatest(f.heard_at, EXCLUDED.heard_at);
END
$$;
COMMENT ON FUNCTION cap.feed_heard IS 'Note that a feed spoke, and of which places';

-- The feed that spoke last of a place, among those that are not suspended.
CREATE FUNCTION cap.place_feed(p_place bigint) RETURNS bigint
LANGUAGE sql STABLE
SET search_path = pg_catalog
BEGIN ATOMIC
SELECT h.feed_id
  FROM cap.feed_place AS h
  JOIN auth.feed AS f ON f.id = h.feed_id
 WHERE h.place_id = p_place AND f.suspended_at IS NULL
 ORDER BY h.heard_at DESC, h.feed_id
 LIMIT 1;
END;
COMMENT ON FUNCTION cap.place_feed IS 'The feed that a place listens to, null when none ever spoke of it';

-- Give a place another channel: manual (values of feeds are refused) or feed
-- (both may speak again; a feed's values count when they were true from now
-- on, so that what it kept back meanwhile buries nothing).  p_site: with all
-- places of its site that the same feed speaks of and that the account may.
-- One row per place; outcome: ok, same (it is so already), denied, unknown.
CREATE FUNCTION cap.channel_set(
    p_account bigint, p_address inet, p_place bigint, p_site boolean, p_mode text)
RETURNS TABLE (place_id bigint, outcome text, since timestamptz)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog
AS $$
#variable_conflict use_column
DECLARE
    v_feed  bigint := cap.place_feed(p_place);
    v_site  bigint;
    v_place bigint[];
    v_done  bigint[];
    v_now   timestamptz;
BEGIN
    IF p_mode NOT IN ('feed', 'manual') THEN
        RAISE EXCEPTION 'cap.channel_set: no such mode';
    END IF;
    SELECT n.site_id INTO v_site FROM dir.place_now AS n WHERE n.place_id = p_place;
    IF NOT EXISTS (SELECT FROM auth.grant_place AS g
                    WHERE g.account_id = p_account AND g.place_id = p_place
                      AND g.role IN ('bed_manager', 'steward', 'admin')) THEN
        RETURN QUERY SELECT p_place, CASE WHEN v_site IS NULL THEN 'unknown' ELSE 'denied' END,
                            NULL::timestamptz;
        RETURN;
    END IF;
    SELECT array_agg(n.place_id ORDER BY n.place_id) INTO v_place
      FROM dir.place_now AS n
     WHERE n.place_id = p_place
        OR p_site AND n.site_id = v_site AND cap.place_feed(n.place_id) = v_feed
           AND EXISTS (SELECT FROM auth.grant_place AS g
                        WHERE g.account_id = p_account AND g.place_id = n.place_id
                          AND g.role IN ('bed_manager', 'steward', 'admin'));

    -- No feed is in the middle of a value of theirs.
    PERFORM cap.place_take(v_place);
    v_now := clock_timestamp();
    WITH done AS (
        INSERT INTO cap.channel AS c (place_id, mode, feed_id, since, account_id)
        SELECT x.id, p_mode, cap.place_feed(x.id), v_now, p_account
          FROM unnest(v_place) AS x (id)
         WHERE p_mode = 'manual'
            OR EXISTS (SELECT FROM cap.channel AS h WHERE h.place_id = x.id)
            ON CONFLICT (place_id) DO UPDATE
           SET mode = EXCLUDED.mode, feed_id = EXCLUDED.feed_id, since = EXCLUDED.since,
               account_id = EXCLUDED.account_id
         WHERE c.mode <> EXCLUDED.mode
        RETURNING c.place_id
    )
    SELECT array_agg(d.place_id ORDER BY d.place_id) INTO v_done FROM done AS d;
    IF v_done IS NOT NULL THEN
        UPDATE cap.place_state AS s
           SET xid = pg_current_xact_id()
         WHERE s.place_id = ANY (v_done);
        INSERT INTO audit.event (event, account_id, address, detail)
        VALUES ('channel_' || p_mode, p_account, p_address, jsonb_strip_nulls(
                jsonb_build_object('places', to_jsonb(v_done), 'feed',
                    (SELECT f.name FROM auth.feed AS f WHERE f.id = v_feed))));
    END IF;
    RETURN QUERY
    SELECT x.id, CASE WHEN x.id = ANY (v_done) THEN 'ok' ELSE 'same' END,
           (SELECT c.since FROM cap.channel AS c WHERE c.place_id = x.id)
      FROM unnest(v_place) AS x (id)
     ORDER BY x.id;
END
$$;
COMMENT ON FUNCTION cap.channel_set IS 'One row per place: move places to manual entry, or back to their feed; audited';
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA cap FROM PUBLIC;
