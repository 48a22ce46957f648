/* login.c - signing in and out. */
#include <string.h>

#include "auth/enter.h"
#include "auth/proof.h"
#include "auth/psc.h"
#include "handlers.h"
#include "local_path.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(error_message) X(identifiant) X(retour) \
	X(psc_href) X(psc_button)
PAGE_SPEC(login, "login.html", KEYS);

const struct page_spec page_spec_must_change = { .file = "must_change.html",
	.keys = login_keys, .n_keys = K__MAX };

/* The form, and the way in by card where it is switched on. */
static struct view *
login_view(struct request *rq, const char *back)
{
	struct view *v = page_begin(rq, "Connexion", NAV_NONE);

	view_text(v, K_retour, back);
	if (rq->app->psc.on) {
		view_text(v, K_psc_href, psc_start_path(rq->arena, back));
		view_text(v, K_psc_button, conf_text(rq->app->conf,
		    CONF_PSC_BUTTON));
	}
	return v;
}

enum status
auth_login_page(struct request *rq, struct response *rs)
{
	const char *back = local_path(request_query(rq, "retour"), "/");

	if (rq->session.signed_in) {
		response_redirect(rs, back);
		return ST_OK;
	}
	return page_end(rq, rs, PAGE_login, login_view(rq, back));
}

enum status
auth_must_change(struct request *rq, struct response *rs)
{
	struct view *v = page_begin(rq, "Mot de passe à changer", NAV_NONE);

	return page_end(rq, rs, PAGE_must_change, v);
}

/* The form again.  Whoever asks learns the same from every reason. */
static enum status
refuse(struct request *rq, struct response *rs, const struct proof *p,
    const char *back)
{
	struct view *v;
	struct rows r;
	enum status st;

	fault_set(&rq->fault, "sign-in refused: %s", p->reason);
	if ((st = db_write(rq->db, Q_audit_add, DB_ARGS("sign_in_refused",
	    p->account_id, client_address(rq), p->reason), &r)) != ST_OK)
		return st;
	v = login_view(rq, back);
	view_text(v, K_error_message, "Adresse électronique ou mot de passe "
	    "incorrect, ou compte bloqué après plusieurs refus. Vérifiez votre "
	    "saisie\u202f; si le refus persiste, attendez un quart d’heure ou "
	    "appelez le support.");
	view_text(v, K_identifiant, p->login);
	rs->http = 401;
	return page_end(rq, rs, PAGE_login, v);
}

enum status
auth_login(struct request *rq, struct response *rs)
{
	const char *back = local_path(request_form(rq, "retour"), "/");
	struct proof p;
	enum status st;

	if ((st = proof_check(rq, request_form(rq, "identifiant"),
	    request_form(rq, "mot_de_passe"), &p)) != ST_OK)
		return st;
	if (p.reason != NULL)
		return refuse(rq, rs, &p, back);
	if ((st = db_begin(rq->db)) != ST_OK)
		return st;
	return enter(rq, rs, &(struct entry){ .account_id = p.account_id,
	    .back = back, .must_change = p.must_change });
}

enum status
auth_logout(struct request *rq, struct response *rs)
{
	const char *hint = NULL;
	struct rows r[2];
	enum status st;

	if (rq->app->psc.on &&
	    (st = psc_leave_hint(rq, &hint)) != ST_OK)
		return st;
	if ((st = db_begin(rq->db)) != ST_OK)
		return st;
	db_queue(rq->db, Q_session_end, DB_ARGS(rq->session.token));
	db_queue(rq->db, Q_audit_add, DB_ARGS("sign_out",
	    db_int(rq->db, rq->session.account_id), client_address(rq), NULL));
	if ((st = db_flush(rq->db, r, N_ELEM(r))) != ST_OK ||
	    (st = db_commit(rq->db)) != ST_OK)
		return st;
	response_cookie(rs, SESSION_COOKIE "=; Path=/; Max-Age=0; Secure; "
	    "HttpOnly; SameSite=Lax");
	if (hint != NULL)
		return psc_leave(rq, rs, hint);
	response_redirect(rs, "/connexion");
	return ST_OK;
}
