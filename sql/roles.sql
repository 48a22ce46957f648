-- roles.sql - one role per program, each with the least it needs.
--
-- Run by ror-db as a superuser before the migrations (roles) and again after
-- them with -v grants=1 (privileges); running it twice changes nothing.
-- Nobody signs in as ror_owner: it owns the objects and the SECURITY DEFINER
-- functions, which are the only way to write the ledger.

\set ON_ERROR_STOP on
SET client_min_messages = warning;

DO $$
DECLARE
    r text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'ror_owner') THEN
        CREATE ROLE ror_owner NOLOGIN;
    END IF;
    FOREACH r IN ARRAY ARRAY['ror_app', 'ror_auth', 'ror_api', 'ror_report', 'ror_import', 'ror_read'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = r) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', r);
        END IF;
        EXECUTE format('ALTER ROLE %I SET search_path = pg_catalog', r);
        EXECUTE format('ALTER ROLE %I SET timezone = ''UTC''', r);
    END LOOP;
    -- Pages must never wait for ever, whatever a connection string says.
    ALTER ROLE ror_app  SET statement_timeout = '5s';
    ALTER ROLE ror_auth SET statement_timeout = '5s';
    ALTER ROLE ror_api  SET statement_timeout = '10s';
    ALTER ROLE ror_read SET statement_timeout = '60s';
    ALTER ROLE ror_read SET default_transaction_read_only = on;
    -- The night's plans depend on the values: how far back it has to go.
    ALTER ROLE ror_report SET plan_cache_mode = force_custom_plan;
    ALTER ROLE ror_report SET work_mem = '128MB';
    -- An importer acts as the owner's hand on the tables, not as the owner.
END
$$;

\if :{?grants}

REVOKE ALL ON DATABASE :"dbname" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"dbname"
   TO ror_app, ror_auth, ror_api, ror_report, ror_import, ror_read;
GRANT TEMPORARY ON DATABASE :"dbname" TO ror_import, ror_report;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

GRANT USAGE ON SCHEMA ref, dir, cap, mart
   TO ror_app, ror_auth, ror_api, ror_report, ror_import, ror_read;
GRANT USAGE ON SCHEMA auth TO ror_app, ror_auth, ror_api;
GRANT USAGE ON SCHEMA audit TO ror_auth, ror_app;

-- Reading: code lists, directory and capacity are the same for every program.
GRANT SELECT ON ALL TABLES IN SCHEMA ref, dir, cap, mart
   TO ror_app, ror_auth, ror_api, ror_report, ror_import, ror_read;

-- app: the session it serves, favourites; capacity only through cap.save().
GRANT SELECT ON auth.session, auth.account, auth.grant, auth.grant_now,
                auth.grant_place, auth.grant_unit, auth.favourite
   TO ror_app, ror_api;
-- The view's function is checked against who asks, unlike its tables.
GRANT EXECUTE ON FUNCTION auth.scope_covers(text, text, dir.place_now) TO ror_app, ror_api;
GRANT SELECT (id, name, label, contact, source, previous_until, certificate,
              created_at, created_by, suspended_at, suspended_reason,
              may_send, profile, read_scope, read_code)
   ON auth.feed TO ror_app, ror_api;
GRANT SELECT ON auth.feed_site TO ror_app, ror_api;
GRANT SELECT (feed_id, issued_at) ON auth.feed_token TO ror_app;
GRANT UPDATE (last_seen_at) ON auth.session TO ror_app, ror_api;
GRANT INSERT, DELETE ON auth.favourite TO ror_app;
GRANT EXECUTE ON FUNCTION
      cap.save(bigint, text, uuid, text, timestamptz, bigint[], bigint[], text[], bigint[], smallint[], integer[], integer[], text, text),
      cap.undo(bigint, bigint),
      cap.save_ask(boolean, bigint, text, uuid, bigint[], bigint[], text[], bigint[], integer[], smallint[], integer[]),
      cap.save_warn(text, bigint[], integer[], smallint[], integer[], timestamptz),
      cap.assignment_add(bigint, bigint, text, timestamptz),
      cap.assignment_end(bigint, bigint, integer),
      cap.board_setting_save(bigint, text, integer, text[], text[], text[], boolean, text, text, text, text)
   TO ror_app;
GRANT INSERT, UPDATE ON cap.display TO ror_app;
GRANT EXECUTE ON FUNCTION cap.changed_since(pg_snapshot) TO ror_app, ror_api;
GRANT EXECUTE ON FUNCTION cap.known_at(bigint[], timestamptz, timestamptz) TO ror_app;

GRANT EXECUTE ON FUNCTION
      dir.unavailability_set(bigint, inet, bigint, timestamptz, timestamptz, text, boolean),
      dir.unavailability_lift(bigint, inet, bigint, bigint),
      cap.closure_save(bigint, inet, uuid, boolean, bigint[], date[], date[], integer[], boolean[], text[], bigint[]),
      cap.closure_cancel(bigint, inet, bigint)
   TO ror_app;
-- Files of many lines, from pages and from ror-db import, for an account.
GRANT EXECUTE ON FUNCTION
      cap.upload_new(bigint, text, uuid, text, text[], integer[], text[]),
      cap.upload_again(bigint, uuid),
      cap.upload_save(bigint, inet, uuid, integer, boolean, boolean)
   TO ror_app, ror_import;
GRANT EXECUTE ON FUNCTION cap.account_of(text), cap.cut_lock() TO ror_import;

-- Feeds: the pool auth gives tokens, the pool api writes for who has one, an
-- administrator acts by the pool app.  No program reads a secret's hash.
GRANT EXECUTE ON FUNCTION
      cap.feed_save(text, text[], text[], text[], bigint[], integer[], text[], text[], text[], integer[], timestamptz[], text[], text[])
   TO ror_api;
GRANT EXECUTE ON FUNCTION cap.machine_read(text, text[], text, text, bigint) TO ror_api;
GRANT EXECUTE ON FUNCTION auth.feed_sign_in(text, text, text[], text[], text, inet) TO ror_auth;
GRANT EXECUTE ON FUNCTION
      auth.feed_do(bigint, inet, text, text, text, text, text, text, text[], text, integer, boolean, text, text, text)
   TO ror_app;
GRANT EXECUTE ON FUNCTION
      cap.call_add(bigint, bigint, text, integer, integer, timestamptz, timestamptz),
      ref.category_rules_set(bigint, inet, bigint, timestamptz, smallint[], text[], text[], text[], text[]),
      ref.category_lines_set(bigint, inet, bigint, timestamptz, smallint[], text[]),
      ref.category_add(bigint, inet, bigint, timestamptz, text, text, text),
      ref.category_region_set(bigint, inet, bigint, timestamptz, text, smallint[], smallint[])
   TO ror_app;

GRANT EXECUTE ON FUNCTION cap.channel_set(bigint, inet, bigint, boolean, text) TO ror_app;

-- auth: accounts and sessions, and the audit it must write.
GRANT SELECT ON ALL TABLES IN SCHEMA auth TO ror_auth;
REVOKE SELECT ON auth.feed, auth.feed_token FROM ror_auth;
GRANT INSERT, DELETE ON auth.session TO ror_auth;
GRANT UPDATE (last_seen_at, must_change, second_due, conditions_due, token_sha256, csrf)
   ON auth.session TO ror_auth;
GRANT UPDATE (last_login_at, directory) ON auth.account TO ror_auth;
GRANT INSERT ON auth.conditions TO ror_auth;
GRANT INSERT ON auth.mail_order TO ror_auth;
GRANT UPDATE (ended_at, outcome) ON auth.mail_order TO ror_auth;
GRANT DELETE ON auth.reset_token TO ror_auth;
-- What is kept no longer is ror-report purge's.
REVOKE DELETE ON auth.mail_order, auth.account_request FROM ror_auth;
GRANT INSERT, UPDATE, DELETE ON auth.second_factor, auth.recovery_code TO ror_auth;
GRANT EXECUTE ON FUNCTION
      auth.invitation_take(text, text, timestamptz, inet),
      auth.account_ask(text, text, text, text, text, text, timestamptz, inet),
      auth.mail_take(bytea, timestamptz)
   TO ror_auth;
-- Administration of accounts: only what says who may, and acts that ask it.
GRANT EXECUTE ON FUNCTION
      auth.fold(text),
      auth.scope_extent(text, text),
      auth.scope_within(text, text, text, text),
      auth.scope_exists(text, text),
      auth.scope_name(text, text),
      auth.may_grant(bigint, text, text, text, timestamptz),
      auth.administers(bigint, timestamptz),
      auth.grant_reach(bigint, bigint, timestamptz),
      auth.account_reach(bigint, bigint, timestamptz),
      auth.account_events(bigint, bigint, timestamptz),
      auth.request_seen(bigint, text, timestamptz),
      auth.grant_give(bigint, inet, bigint, integer, text, text, text, tstzrange, timestamptz),
      auth.grant_end(bigint, inet, bigint, integer, bigint, timestamptz, timestamptz),
      auth.account_do(bigint, inet, bigint, integer, text, text, bigint, timestamptz),
      auth.account_invite(bigint, inet, text, text, text, text, text, tstzrange, bigint, timestamptz),
      auth.invitation_do(bigint, inet, bigint, text, timestamptz),
      auth.request_refuse(bigint, inet, bigint, text, timestamptz),
      auth.second_roles_set(bigint, inet, text[], text[], timestamptz)
   TO ror_auth;
GRANT INSERT ON audit.event TO ror_auth, ror_app;
-- Read by this function alone, which asks who wants to.
GRANT EXECUTE ON FUNCTION
      audit.journal(bigint, timestamptz, timestamptz, text[], bigint[], inet, text, bigint, integer)
   TO ror_app;
GRANT INSERT, DELETE ON auth.psc_state, auth.psc_pending, auth.psc_logout_token TO ror_auth;
GRANT INSERT ON auth.psc_link, auth.psc_session TO ror_auth;

-- report: the marts, what the sentinel learned and whom it found silent.
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA mart TO ror_report;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA mart TO ror_report;
GRANT EXECUTE ON FUNCTION cap.partition_ensure(date), cap.cut(), dir.refresh(),
                          mart.stage_clear(), mart.table_analyze(text)
   TO ror_report;
GRANT USAGE ON SCHEMA auth TO ror_report;
GRANT SELECT (id, name, label, suspended_at) ON auth.feed TO ror_report;
GRANT SELECT ON auth.feed_site TO ror_report;
GRANT INSERT, UPDATE, DELETE ON cap.rhythm, cap.feed_night TO ror_report;
GRANT DELETE ON cap.feed_news TO ror_report;
GRANT UPDATE ON cap.sentinel TO ror_report;
GRANT INSERT, UPDATE (ended_at) ON cap.silence TO ror_report;
GRANT EXECUTE ON FUNCTION auth.purge(text, timestamptz, timestamptz, integer, boolean),
                          auth.purge_note(text[], bigint[])
   TO ror_report;

-- import: the directory and the lists; capacity only as entries of its own.
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ref, dir TO ror_import;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA ref, dir, cap TO ror_import;
GRANT INSERT ON cap.entry, cap.observation TO ror_import;
GRANT EXECUTE ON FUNCTION dir.refresh(), cap.current_rebuild(bigint[]),
                          cap.partition_ensure(date), ref.import_analyze()
   TO ror_import;
\endif
