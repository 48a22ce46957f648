/* conditions.c - the conditions of use, accepted once a version. */
#include "auth/enter.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(error_message) X(conditions_version) X(retour)
PAGE_SPEC(conditions, "conditions.html", KEYS);

static enum status
show(struct request *rq, struct response *rs, const char *error)
{
	struct view *v = page_begin(rq, "Conditions d’utilisation", NAV_NONE);

	view_text(v, K_conditions_version, conf_text(rq->app->conf,
	    CONF_CONDITIONS));
	view_text(v, K_retour, entry_back(rq));
	view_text(v, K_error_message, error);
	if (error != NULL)
		rs->http = 422;
	return page_end(rq, rs, PAGE_conditions, v);
}

enum status
auth_conditions_page(struct request *rq, struct response *rs)
{
	return show(rq, rs, NULL);
}

enum status
auth_conditions(struct request *rq, struct response *rs)
{
	const char *id = db_int(rq->db, rq->session.account_id);
	const char *version = conf_text(rq->app->conf, CONF_CONDITIONS);
	const char *now = instant_sql(rq->arena, rq->now);
	struct rows r[3];
	enum status st;

	if (request_form(rq, "accepte") == NULL)
		return show(rq, rs, "Pour continuer, cochez la case, ou "
		    "déconnectez-vous.");
	if (version[0] != '\0') {
		db_queue(rq->db, Q_conditions_accept, DB_ARGS(id, version,
		    now));
		db_queue(rq->db, Q_conditions_done, DB_ARGS(id));
		db_queue(rq->db, Q_audit_account, DB_ARGS(
		    "conditions_accepted", id, client_address(rq), version));
		if ((st = db_flush_write(rq->db, r, N_ELEM(r))) != ST_OK)
			return st;
	}
	response_redirect(rs, entry_back(rq));
	return ST_OK;
}
