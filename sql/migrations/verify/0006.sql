-- Fails loudly where migration 0006 is not what it should be.
SELECT id, at, event, account_id, address, detail FROM audit.event WHERE false;
