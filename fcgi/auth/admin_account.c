/* admin_account.c - the page of one account: who, rights, ways in, sessions,
 * what happened. */
#include <string.h>

#include "auth/admin.h"
#include "auth/enter.h"
#include "auth/right_words.h"
#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(href) X(name)	\
	X(login) X(revision) X(directory) X(created) X(last_login)	\
	X(disabled) X(disabled_by) X(disabled_reason) X(managed) X(self) \
	X(may_grant) X(outside) X(grants) X(role) X(place) X(since) X(until) \
	X(given_by) X(ended_by) X(later) X(ended) X(may_end) X(id)	\
	X(sessions) X(method) X(address) X(opened) X(seen)		\
	X(has_second) X(second_on) X(second_codes) X(second_required)	\
	X(second_role) X(card_name) X(card_since) X(mails) X(at)	\
	X(outcome) X(events) X(what) X(by) X(has_sessions)
PAGE_SPEC(account, "account.html", KEYS);

enum { R_ACCOUNT, R_GRANTS, R_SESSIONS, R_MAILS, R_EVENTS, R_ROLES, R__N };

struct listing {
	struct request	*rq;
	struct rows	 r;
};

static const char *
instant(struct request *rq, int64_t at)
{
	return fr_instant(rq->arena, rq->app->paris, at);
}

static void
grant_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;
	const struct rows *r = &l->r;
	int64_t from = row_instant(r, i, COL_admin_grant_list_starts_at, 0);
	int64_t to = row_instant(r, i, COL_admin_grant_list_ends_at, 0);

	view_text(v, K_id, row_text(r, i, COL_admin_grant_list_id));
	view_text(v, K_role, right_role(row_text(r, i,
	    COL_admin_grant_list_role)));
	view_text(v, K_place, right_scope(view_arena(v), row_text(r, i,
	    COL_admin_grant_list_scope), row_text(r, i,
	    COL_admin_grant_list_code), row_text(r, i,
	    COL_admin_grant_list_place)));
	view_text(v, K_since, from == 0 ? NULL : admin_day(l->rq, from));
	/* The last day that it is good for. */
	view_text(v, K_until, to == 0 ? NULL : admin_day(l->rq, to - 1));
	view_text(v, K_given_by, row_text(r, i,
	    COL_admin_grant_list_given_by));
	view_text(v, K_ended_by, row_text(r, i,
	    COL_admin_grant_list_ended_by));
	view_flag(v, K_later, from > l->rq->now);
	view_flag(v, K_ended, to != 0 && to <= l->rq->now);
	view_flag(v, K_may_end, row_bool(r, i, COL_admin_grant_list_may_end));
}

static void
session_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;

	view_text(v, K_id, row_text(&l->r, i, COL_session_list_id));
	view_text(v, K_method, strcmp(row_text(&l->r, i,
	    COL_session_list_method), "psc") == 0 ? "Pro Santé Connect" :
	    "Mot de passe");
	view_text(v, K_address, row_text(&l->r, i, COL_session_list_address));
	view_text(v, K_opened, instant(l->rq, row_instant(&l->r, i,
	    COL_session_list_created_at, 0)));
	view_text(v, K_seen, instant(l->rq, row_instant(&l->r, i,
	    COL_session_list_last_seen_at, 0)));
}

static void
mail_row(struct view *v, size_t i, const void *data)
{
	static const struct { const char *outcome, *words; } words[] = {
		{ "sent", "envoyé" }, { "not_sent", "n’a pas pu partir" },
		{ "disabled", "non envoyé\u202f: compte désactivé" },
		{ "too_many", "non envoyé\u202f: trois dans l’heure" },
		{ "bad_address", "non envoyé\u202f: adresse impossible" },
	};
	const struct listing *l = data;
	const char *outcome = row_text(&l->r, i, COL_admin_mail_list_outcome);
	size_t k;

	view_text(v, K_at, instant(l->rq, row_instant(&l->r, i,
	    COL_admin_mail_list_ordered_at, 0)));
	view_text(v, K_outcome, outcome == NULL ? "en cours d’envoi" :
	    outcome);
	for (k = 0; outcome != NULL && k < N_ELEM(words); k++)
		if (strcmp(words[k].outcome, outcome) == 0)
			view_text(v, K_outcome, words[k].words);
}

static void
event_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;

	view_text(v, K_at, instant(l->rq, row_instant(&l->r, i,
	    COL_admin_event_list_at, 0)));
	view_text(v, K_what, admin_event(view_arena(v), row_text(&l->r, i,
	    COL_admin_event_list_event), row_text(&l->r, i,
	    COL_admin_event_list_reason)));
	view_text(v, K_by, row_text(&l->r, i, COL_admin_event_list_by));
	view_text(v, K_address, row_text(&l->r, i,
	    COL_admin_event_list_address));
}

static void
view_rows(struct request *rq, struct view *v, int key, const struct rows *r,
    tmpl_row *row)
{
	struct listing *l = ARENA_NEW(rq->arena, struct listing);

	*l = (struct listing){ rq, *r };
	view_list(v, key, r->n, row, l);
}

static enum status
fetch(struct request *rq, struct rows *ret)
{
	const struct conf *c = rq->app->conf;
	const char *by = admin_id(rq), *id = request_arg(rq, 0);
	const char *now = admin_now(rq);

	db_queue(rq->db, Q_admin_account_get, DB_ARGS(by, id, now));
	db_queue(rq->db, Q_admin_grant_list, DB_ARGS(by, id, now));
	db_queue(rq->db, Q_session_list, DB_ARGS(id, rq->session.token, now,
	    conf_text(c, CONF_SESSION_IDLE_S),
	    conf_text(c, CONF_SESSION_MAX_S)));
	db_queue(rq->db, Q_admin_mail_list, DB_ARGS(id));
	db_queue(rq->db, Q_admin_event_list, DB_ARGS(by, id, now));
	db_queue(rq->db, Q_admin_role_list, DB_ARGS(by, now));
	return db_flush(rq->db, ret, R__N);
}

static void
identity_fill(struct request *rq, struct view *v, const struct rows *r)
{
	int64_t last = row_instant(r, 0, COL_admin_account_get_last_login_at,
	    -1);
	int64_t off = row_instant(r, 0, COL_admin_account_get_disabled_at, -1);

	view_text(v, K_name, row_text(r, 0, COL_admin_account_get_name));
	view_text(v, K_login, row_text(r, 0, COL_admin_account_get_login));
	view_int(v, K_revision, row_int(r, 0, COL_admin_account_get_version,
	    0));
	view_text(v, K_directory, row_text(r, 0,
	    COL_admin_account_get_directory));
	view_text(v, K_created, instant(rq, row_instant(r, 0,
	    COL_admin_account_get_created_at, 0)));
	view_text(v, K_last_login, last < 0 ? NULL : instant(rq, last));
	view_text(v, K_disabled, off < 0 ? NULL : instant(rq, off));
	view_text(v, K_disabled_by, row_text(r, 0,
	    COL_admin_account_get_disabled_by));
	view_text(v, K_disabled_reason, row_text(r, 0,
	    COL_admin_account_get_disabled_reason));
}

static void
ways_in_fill(struct request *rq, struct view *v, const struct rows *r)
{
	const char *role = row_text(r, 0, COL_admin_account_get_second_role);
	bool on = row_bool(r, 0, COL_admin_account_get_second_on);

	view_flag(v, K_has_second, rq->app->second_key != NULL);
	view_flag(v, K_second_on, on);
	view_text(v, K_second_codes, fr_count(rq->arena, row_int(r, 0,
	    COL_admin_account_get_second_codes, 0), "code de secours restant",
	    "codes de secours restants"));
	view_flag(v, K_second_required, row_bool(r, 0,
	    COL_admin_account_get_second_required));
	view_text(v, K_second_role, role == NULL ? NULL : right_role(role));
	view_text(v, K_card_name, row_text(r, 0,
	    COL_admin_account_get_card_name));
	if (!row_null(r, 0, COL_admin_account_get_card_since))
		view_text(v, K_card_since, admin_day(rq, row_instant(r, 0,
		    COL_admin_account_get_card_since, 0)));
}

static void
alert_fill(struct request *rq, struct view *v, const struct refusal *why)
{
	const char *done = request_query(rq, "fait");

	if (why != NULL)
		view_text(v, K_alert, why->text);
	else if (done != NULL)
		view_text(v, K_alert, act_done(done));
	view_text(v, K_alert_kind, why == NULL ? "success" : "error");
}

enum status
account_show(struct request *rq, struct response *rs,
    const struct refusal *why)
{
	const char *id = request_arg(rq, 0);
	struct rows r[R__N];
	int64_t outside;
	struct view *v;
	enum status st;
	bool managed;

	if ((st = fetch(rq, r)) != ST_OK)
		return st;
	if (r[R_ACCOUNT].n == 0)
		return ST_NOTFOUND;
	managed = row_bool(&r[R_ACCOUNT], 0, COL_admin_account_get_managed);
	v = page_begin(rq, row_text(&r[R_ACCOUNT], 0,
	    COL_admin_account_get_name), NAV_TOOLS);
	alert_fill(rq, v, why);
	view_text(v, K_href, arena_printf(rq->arena, ACCOUNTS "/%s", id));
	view_text(v, K_id, id);
	identity_fill(rq, v, &r[R_ACCOUNT]);
	view_flag(v, K_self, strcmp(id, admin_id(rq)) == 0);
	view_flag(v, K_managed, managed);
	view_flag(v, K_may_grant, r[R_ROLES].n > 0 && strcmp(id,
	    admin_id(rq)) != 0);
	outside = row_int(&r[R_ACCOUNT], 0, COL_admin_account_get_outside, 0);
	view_text(v, K_outside, outside == 0 ? NULL : fr_count(rq->arena,
	    outside, "droit", "droits"));
	view_rows(rq, v, K_grants, &r[R_GRANTS], grant_row);
	/* Addresses and habits are for who may act on them. */
	if (managed) {
		ways_in_fill(rq, v, &r[R_ACCOUNT]);
		view_flag(v, K_has_sessions, r[R_SESSIONS].n > 0);
		view_rows(rq, v, K_sessions, &r[R_SESSIONS], session_row);
		view_rows(rq, v, K_mails, &r[R_MAILS], mail_row);
		view_rows(rq, v, K_events, &r[R_EVENTS], event_row);
	}
	if (why != NULL)
		rs->http = why->http;
	return page_end(rq, rs, PAGE_account, v);
}

enum status
admin_account(struct request *rq, struct response *rs)
{
	return account_show(rq, rs, NULL);
}
