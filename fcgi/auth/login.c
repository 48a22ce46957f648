/* login.c - signing in and out. */
#include "handlers.h"
#include "local_path.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(error_message) X(identifiant) X(retour)
PAGE_SPEC(login, "login.html", KEYS);

const struct page_spec page_spec_must_change = { .file = "must_change.html",
	.keys = login_keys, .n_keys = K__MAX };

enum status
auth_login_page(struct request *rq, struct response *rs)
{
	const char *back = local_path(request_query(rq, "retour"), "/");
	struct view *v;

	if (rq->session.signed_in) {
		response_redirect(rs, back);
		return ST_OK;
	}
	v = page_begin(rq, "Connexion", NAV_NONE);
	view_text(v, K_retour, back);
	return page_end(rq, rs, PAGE_login, v);
}

enum status
auth_must_change(struct request *rq, struct response *rs)
{
	struct view *v = page_begin(rq, "Mot de passe à changer", NAV_NONE);

	return page_end(rq, rs, PAGE_must_change, v);
}

enum status
auth_logout(struct request *rq, struct response *rs)
{
	struct rows r;
	enum status st;

	if ((st = db_write(rq->db, Q_session_end,
	    DB_ARGS(rq->session.token), &r)) != ST_OK)
		return st;
	response_cookie(rs, SESSION_COOKIE "=; Path=/; Max-Age=0; Secure; "
	    "HttpOnly; SameSite=Lax");
	response_redirect(rs, "/connexion");
	return ST_OK;
}
