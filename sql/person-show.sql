-- person-show.sql - everything kept on who has this address, as text: the
-- answer to somebody who asks what is known of him.
\pset footer off
\pset null '-'
SELECT set_config('search_path', 'pg_catalog', false) \g /dev/null
SELECT a.id AS who FROM auth.account AS a WHERE a.login = lower(:'login')
 UNION ALL SELECT 0
 ORDER BY 1 DESC LIMIT 1 \gset
\echo == account
SELECT a.id, a.login, a.name, a.directory, a.created_at, a.last_login_at, a.disabled_at, a.second_required
  FROM auth.account AS a WHERE a.id = :who;
\echo == rights
SELECT g.role, g.scope, g.code, g.valid FROM auth.grant AS g WHERE g.account_id = :who ORDER BY g.valid;
\echo == sessions
SELECT s.method, s.address, s.created_at, s.last_seen_at FROM auth.session AS s WHERE s.account_id = :who ORDER BY s.created_at;
\echo == second factor
SELECT f.made_at, f.confirmed_at, (SELECT count(*) FROM auth.recovery_code AS c WHERE c.account_id = :who) AS recovery_codes
  FROM auth.second_factor AS f WHERE f.account_id = :who;
\echo == cards
SELECT l.iss, l.sub, l.subject_name_id, l.given_name, l.family_name, l.linked_at, l.unlinked_at
  FROM auth.psc_link AS l WHERE l.account_id = :who ORDER BY l.linked_at;
\echo == invitations
SELECT i.mail, i.name, i.role, i.scope, i.code, i.invited_at, i.accepted_at, i.withdrawn_at
  FROM auth.invitation AS i WHERE i.account_id = :who OR i.mail = lower(:'login') ORDER BY i.invited_at;
\echo == requests for an account
SELECT r.name, r.mail, r.establishment, r.role, r.reason, r.address, r.asked_at, r.answered_at, r.granted, r.answer
  FROM auth.account_request AS r WHERE r.mail = lower(:'login') ORDER BY r.asked_at;
\echo == mails
SELECT m.kind, m.login, m.address, m.ordered_at, m.ended_at, m.outcome
  FROM auth.mail_order AS m WHERE lower(m.login) = lower(:'login') ORDER BY m.ordered_at;
\echo == conditions accepted
SELECT c.version, c.accepted_at FROM auth.conditions AS c WHERE c.account_id = :who ORDER BY c.accepted_at;
\echo == favourites
SELECT f.thing, f.created_at FROM auth.favourite AS f WHERE f.account_id = :who ORDER BY f.created_at;
\echo == entries of capacity, a line a month
SELECT date_trunc('month', e.recorded_at) AS month, count(*) AS entries, sum(e.n_places) AS places
  FROM cap.entry AS e WHERE e.account_id = :who GROUP BY 1 ORDER BY 1;
\echo == audit
SELECT e.at, e.event, e.address, e.detail
  FROM audit.event AS e WHERE e.account_id = :who OR e.detail ->> 'by' = :'who' ORDER BY e.at, e.id;
