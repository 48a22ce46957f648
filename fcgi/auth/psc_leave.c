/* psc_leave.c - the end of both sessions: ours first, then the provider's
 * (RP-initiated logout), or the other way round (back-channel). */
#include <string.h>

#include "auth/psc.h"
#include "handlers.h"
#include "page.h"

enum { MESSAGE_BYTES_MAX = 16 * 1024 };

#define KEYS(X) LAYOUT_KEYS(X) X(leave_url) X(hint) X(back_url) X(client_id)
PAGE_SPEC(psc_leave, "psc_leave.html", KEYS);

enum status
psc_leave_hint(struct request *rq, const char **ret)
{
	struct rows r;
	enum status st;

	if ((st = db_run(rq->db, Q_psc_session_hint,
	    DB_ARGS(rq->session.token), &r)) == ST_OK)
		*ret = r.n == 0 ? NULL :
		    row_text(&r, 0, COL_psc_session_hint_id_token);
	return st;
}

enum status
psc_leave(struct request *rq, struct response *rs, const char *hint)
{
	struct provider *p = &rq->app->psc;
	const char *url = provider_find(p, rq->now, rq->arena, &rq->fault) ==
	    OIDC_OK ? p->url[EP_LOGOUT] : NULL;
	struct view *v;

	/* Ours is over in any case. */
	rq->session = (struct session){ .signed_in = false };
	if (url == NULL) {
		response_redirect(rs, "/connexion");
		return ST_OK;
	}
	v = page_begin(rq, "Déconnexion", NAV_NONE);
	view_text(v, K_leave_url, url);
	view_text(v, K_hint, hint);
	view_text(v, K_client_id, p->client_id);
	view_text(v, K_back_url, arena_printf(rq->arena, "%s/connexion",
	    conf_text(rq->app->conf, CONF_PUBLIC_URL)));
	rs->form_action = oidc_origin(rq->arena, url);
	return page_end(rq, rs, PAGE_psc_leave, v);
}

/* The provider is a machine: a status and a word of its standard. */
static enum status
ended_refuse(struct request *rq, struct response *rs, const char *reason,
    bool later)
{
	struct rows r;
	enum status st;

	fault_set(&rq->fault, "psc logout refused: %s", reason);
	if ((st = db_write(rq->db, Q_psc_audit, DB_ARGS("logout_refused",
	    NULL, client_address(rq), reason), &r)) != ST_OK)
		return st;
	rs->http = later ? 503 : 400;
	response_json(rs, later ? "{\"error\":\"temporarily_unavailable\"}\n" :
	    "{\"error\":\"invalid_request\"}\n");
	return ST_OK;
}

static enum oidc_reason
message_read(struct request *rq, const char *text, struct identity *ret)
{
	struct provider *p = &rq->app->psc;
	struct expected e = { .client_id = p->client_id, .now_utc = rq->now };
	struct token t;
	enum oidc_reason why;

	if ((why = provider_find(p, rq->now, rq->arena, &rq->fault)) !=
	    OIDC_OK || (why = provider_verify(p, ASKER_LOGOUT, text, rq->now,
	    rq->arena, &rq->fault, &t)) != OIDC_OK)
		return why;
	e.issuer = p->issuer;
	if ((why = claims_check_logout(t.claims, &e)) != OIDC_OK)
		return why;
	claims_subject(rq->arena, t.claims, ret);
	if (ret->jti == NULL)
		return OIDC_JTI;
	return ret->sid == NULL && ret->sub == NULL ? OIDC_NO_SID : OIDC_OK;
}

enum status
auth_psc_ended(struct request *rq, struct response *rs)
{
	const char *text = request_form(rq, "logout_token");
	struct identity who = { .sid = NULL };
	const char *now = instant_sql(rq->arena, rq->now);
	struct rows r[2];
	enum oidc_reason why;
	enum status st;

	if (rq->body_n > MESSAGE_BYTES_MAX)
		return ST_LIMIT;
	if (text == NULL)
		return ended_refuse(rq, rs, "token_missing", false);
	if ((why = message_read(rq, text, &who)) != OIDC_OK)
		return ended_refuse(rq, rs, oidc_reason_name(why),
		    why == OIDC_DOWN || why == OIDC_SLOW);
	db_queue(rq->db, Q_psc_state_sweep, DB_ARGS(now));
	db_queue(rq->db, Q_psc_logout, DB_ARGS(who.iss, who.sid, who.sub,
	    client_address(rq), who.jti, now));
	if ((st = db_flush_write(rq->db, r, N_ELEM(r))) != ST_OK)
		return st;
	if (!row_bool(&r[1], 0, COL_psc_logout_fresh))
		return ended_refuse(rq, rs, oidc_reason_name(OIDC_JTI_USED),
		    false);
	rs->type = "text/plain";
	return ST_OK;
}
