-- A card is unlinked by an act on its account (0101): the function that asked
-- for a role alone goes.
SET ROLE ror_owner;

DROP FUNCTION auth.psc_unlink(bigint, bigint, timestamptz, inet);
