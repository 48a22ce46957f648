-- A request for an account that is not kept says so: a hospital shares one
-- address, and who read « enregistrée » would wait for an answer.
SET ROLE ror_owner;

DROP FUNCTION auth.account_ask(text, text, text, text, text, text, timestamptz, inet);
CREATE FUNCTION auth.account_ask(p_name text, p_mail text, p_establishment text, p_departement text, p_role text,
                                 p_reason text, p_at timestamptz, p_address inet)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    n record;
    kept boolean;
BEGIN
    SELECT count(*) FILTER (WHERE r.mail = lower(p_mail)) AS of_mail,
           count(*) FILTER (WHERE r.address = p_address) AS of_address,
           count(*) AS of_all
      INTO n
      FROM auth.account_request AS r
     WHERE r.asked_at > p_at - interval '1 day';
    kept := n.of_mail < 3 AND n.of_address < 100 AND n.of_all < 1000;
    IF kept THEN
        INSERT INTO auth.account_request (name, mail, establishment, departement, role, reason, address, asked_at)
        VALUES (p_name, lower(p_mail), p_establishment, p_departement, p_role, p_reason, p_address, p_at);
    END IF;
    INSERT INTO audit.event (event, address, detail)
    VALUES ('account_asked', p_address, jsonb_build_object('reason', CASE WHEN kept THEN 'kept' ELSE 'too_many' END));
    RETURN kept;
END
$$;
COMMENT ON FUNCTION auth.account_ask IS 'Ask for an account; in a day 3 a mail, 100 an address and 1,000 in all are kept; says whether this one is';
REVOKE ALL ON FUNCTION auth.account_ask FROM PUBLIC;
