/* me.c - « mon compte »: rights, sessions, password, second factor, card. */
#include <string.h>

#include "auth/enter.h"
#include "auth/right_words.h"
#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(login) X(last_login) \
	 X(grants) X(role) X(place) X(since) X(until)	\
	X(sessions) X(id) X(method) X(address) X(opened) X(seen) X(mine) \
	X(others) X(favourites) X(conditions) X(version_name) X(accepted) \
	X(entry_mode) X(second_on) X(second_off) X(second_codes)	\
	X(card_name) X(card_since)
PAGE_SPEC(me, "me.html", KEYS);

struct listing {
	struct request	*rq;
	struct rows	 r;
};

static const char *
day_of(struct request *rq, int64_t at)
{
	return fr_date(rq->arena, zone_day(rq->app->paris, at));
}

static void
grant_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;
	int64_t from = row_instant(&l->r, i, COL_grant_list_starts_at, 0);
	int64_t to = row_instant(&l->r, i, COL_grant_list_ends_at, 0);

	view_text(v, K_role, right_role(row_text(&l->r, i,
	    COL_grant_list_role)));
	view_text(v, K_place, right_scope(view_arena(v), row_text(&l->r, i,
	    COL_grant_list_scope), row_text(&l->r, i, COL_grant_list_code),
	    row_text(&l->r, i, COL_grant_list_place)));
	view_text(v, K_since, from == 0 ? NULL : day_of(l->rq, from));
	view_text(v, K_until, to == 0 ? NULL : day_of(l->rq, to));
}

static void
session_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;
	const struct zone *z = l->rq->app->paris;

	view_text(v, K_id, row_text(&l->r, i, COL_session_list_id));
	view_text(v, K_method, strcmp(row_text(&l->r, i,
	    COL_session_list_method), "psc") == 0 ? "Pro Santé Connect" :
	    "Mot de passe");
	view_text(v, K_address, row_text(&l->r, i, COL_session_list_address));
	view_text(v, K_opened, fr_instant(view_arena(v), z, row_instant(&l->r,
	    i, COL_session_list_created_at, 0)));
	view_text(v, K_seen, fr_instant(view_arena(v), z, row_instant(&l->r, i,
	    COL_session_list_last_seen_at, 0)));
	view_flag(v, K_mine, row_bool(&l->r, i, COL_session_list_mine));
}

static void
conditions_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;

	view_text(v, K_version_name, row_text(&l->r, i,
	    COL_conditions_list_version));
	view_text(v, K_accepted, fr_instant(view_arena(v), l->rq->app->paris,
	    row_instant(&l->r, i, COL_conditions_list_accepted_at, 0)));
}

static void
view_rows(struct request *rq, struct view *v, int key, const struct rows *r,
    tmpl_row *row)
{
	struct listing *l = ARENA_NEW(rq->arena, struct listing);

	*l = (struct listing){ rq, *r };
	view_list(v, key, r->n, row, l);
}

/* What was just done, by its name in ?fait=. */
static void
view_done(struct request *rq, struct view *v)
{
	static const struct { const char *name, *words; } done[] = {
		{ "mot-de-passe", "Votre mot de passe est changé. Vos autres "
		    "sessions sont fermées." },
		{ "session", "La session est fermée." },
		{ "sessions", "Vos autres sessions sont fermées." },
		{ "second-facteur-inactif", "Le second facteur est "
		    "désactivé." },
	};
	const char *name = request_query(rq, "fait");
	size_t i;

	for (i = 0; name != NULL && i < N_ELEM(done); i++)
		if (strcmp(done[i].name, name) == 0) {
			view_text(v, K_alert, done[i].words);
			view_text(v, K_alert_kind, "success");
		}
}

enum { R_ACCOUNT, R_GRANTS, R_SESSIONS, R_FAVOURITES, R_CONDITIONS, R_SECOND,
	R_CARD, R_DISPLAY, R__N };

static enum status
fetch(struct request *rq, struct rows *ret)
{
	const struct conf *c = rq->app->conf;
	const char *id = db_int(rq->db, rq->session.account_id);
	const char *now = instant_sql(rq->arena, rq->now);

	db_queue(rq->db, Q_account_brief, DB_ARGS(id));
	db_queue(rq->db, Q_grant_list, DB_ARGS(id, now));
	db_queue(rq->db, Q_session_list, DB_ARGS(id, rq->session.token, now,
	    conf_text(c, CONF_SESSION_IDLE_S),
	    conf_text(c, CONF_SESSION_MAX_S)));
	db_queue(rq->db, Q_favourite_count, DB_ARGS(id));
	db_queue(rq->db, Q_conditions_list, DB_ARGS(id));
	db_queue(rq->db, Q_second_get, DB_ARGS(id));
	db_queue(rq->db, Q_psc_link_of_account, DB_ARGS(id));
	db_queue(rq->db, Q_entry_mode, DB_ARGS(id));
	return db_flush(rq->db, ret, R__N);
}

static void
view_ways_in(struct request *rq, struct view *v, const struct rows *r)
{
	bool on = r[R_SECOND].n == 1 && row_bool(&r[R_SECOND], 0,
	    COL_second_get_confirmed);

	if (rq->app->second_key != NULL) {
		view_flag(v, on ? K_second_on : K_second_off, true);
		view_text(v, K_second_codes, on ? fr_count(rq->arena,
		    row_int(&r[R_SECOND], 0, COL_second_get_codes_left, 0),
		    "code de secours", "codes de secours") : NULL);
	}
	if (r[R_CARD].n == 1) {
		view_text(v, K_card_name, arena_printf(rq->arena, "%s %s",
		    row_text(&r[R_CARD], 0, COL_psc_link_of_account_given_name),
		    row_text(&r[R_CARD], 0,
		    COL_psc_link_of_account_family_name)));
		view_text(v, K_card_since, day_of(rq, row_instant(&r[R_CARD],
		    0, COL_psc_link_of_account_linked_at, 0)));
	}
}

enum status
auth_me(struct request *rq, struct response *rs)
{
	struct rows r[R__N];
	struct view *v;
	enum status st;

	if ((st = fetch(rq, r)) != ST_OK)
		return st;
	if (r[R_ACCOUNT].n == 0)
		return ST_NOTFOUND;
	v = page_begin(rq, "Mon compte", NAV_NONE);
	view_done(rq, v);
	view_text(v, K_login, row_text(&r[R_ACCOUNT], 0,
	    COL_account_brief_login));
	view_text(v, K_last_login, fr_instant(rq->arena, rq->app->paris,
	    row_instant(&r[R_ACCOUNT], 0, COL_account_brief_last_login_at,
	    rq->now)));
	view_rows(rq, v, K_grants, &r[R_GRANTS], grant_row);
	view_rows(rq, v, K_sessions, &r[R_SESSIONS], session_row);
	view_flag(v, K_others, r[R_SESSIONS].n > 1);
	view_text(v, K_favourites, fr_count(rq->arena, row_int(
	    &r[R_FAVOURITES], 0, COL_favourite_count_n, 0), "favori",
	    "favoris"));
	view_rows(rq, v, K_conditions, &r[R_CONDITIONS], conditions_row);
	view_ways_in(rq, v, r);
	view_text(v, K_entry_mode, r[R_DISPLAY].n == 1 && row_bool(
	    &r[R_DISPLAY], 0, COL_entry_mode_is_full) ? "complet" :
	    "simplifié");
	return page_end(rq, rs, PAGE_me, v);
}

/* session=NUMBER ends one of mine, session=autres all but this one. */
enum status
auth_me_sessions(struct request *rq, struct response *rs)
{
	const char *id = db_int(rq->db, rq->session.account_id);
	const char *which = request_form(rq, "session");
	bool others = which != NULL && strcmp(which, "autres") == 0;
	struct rows r[2];
	enum status st;
	int64_t n;

	if (!others && (which == NULL || str_to_int(which, INT64_MAX, &n) !=
	    ST_OK))
		return response_error(rs, ST_INPUT,
		    "Cette session n’est pas reconnue.");
	db_queue(rq->db, others ? Q_session_end_others : Q_session_end_one,
	    DB_ARGS(id, others ? rq->session.token : which));
	db_queue(rq->db, Q_audit_account, DB_ARGS("session_end", id,
	    client_address(rq), others ? "others" : "one"));
	if ((st = db_flush_write(rq->db, r, N_ELEM(r))) != ST_OK)
		return st;
	response_redirect(rs, others ? "/mon-compte?fait=sessions" :
	    "/mon-compte?fait=session");
	return ST_OK;
}

/* Asked by the script before an idle end: asking is what renews. */
enum status
auth_stay(struct request *rq, struct response *rs)
{
	(void)rq;
	response_json(rs, "{\"reste\":true}\n");
	return ST_OK;
}
