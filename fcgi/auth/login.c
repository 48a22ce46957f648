/* login.c - signing in and out. */
#include <string.h>

#include "auth/survival.h"
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

/* A form that somebody typed in. */
struct attempt {
	const char	*login;
	const char	*password;
	const char	*back;
	const char	*account_id;	/* NULL: no account has this login */
	bool		 disabled;
};

static enum status
attempt_read(struct request *rq, struct attempt *ret)
{
	const char *login = request_form(rq, "identifiant");
	const char *password = request_form(rq, "mot_de_passe");
	struct attempt t = {
		.login = login == NULL ? "" : str_trim(rq->arena, login),
		.password = password == NULL ? "" : password,
		.back = local_path(request_form(rq, "retour"), "/"),
	};
	struct rows r;
	enum status st;

	if ((st = db_run(rq->db, Q_login_account, DB_ARGS(t.login), &r)) !=
	    ST_OK)
		return st;
	if (r.n == 1) {
		t.account_id = row_text(&r, 0, COL_login_account_account_id);
		t.disabled = row_bool(&r, 0, COL_login_account_disabled);
	}
	*ret = t;
	return ST_OK;
}

/* Why not, for the log and the audit; NULL: come in.  The directory alone
 * opens nothing: rights are in our tables, and so is their end. */
static const char *
refusal(const struct attempt *t, const struct person *p)
{
	if (p->answer != ANSWER_OK && p->answer != ANSWER_MUST_CHANGE)
		return answer_name(p->answer);
	if (p->mail == NULL || strcasecmp(p->mail, t->login) != 0)
		return "other_mail";
	if (t->account_id == NULL)
		return "no_account";
	return t->disabled ? "disabled" : NULL;
}

/* The form again.  Whoever asks learns the same from every reason. */
static enum status
refuse(struct request *rq, struct response *rs, const struct attempt *t,
    const char *reason)
{
	struct view *v;
	struct rows r;
	enum status st;

	fault_set(&rq->fault, "sign-in refused: %s", reason);
	if ((st = db_write(rq->db, Q_audit_add, DB_ARGS("sign_in_refused",
	    t->account_id, request_inet(rq), reason), &r)) != ST_OK)
		return st;
	v = page_begin(rq, "Connexion", NAV_NONE);
	view_text(v, K_error_message, "Adresse électronique ou mot de passe "
	    "incorrect, ou compte bloqué après plusieurs refus. Vérifiez votre "
	    "saisie\u202f; si le refus persiste, attendez un quart d’heure ou "
	    "appelez le support.");
	view_text(v, K_identifiant, t->login);
	view_text(v, K_retour, t->back);
	rs->http = 401;
	return page_end(rq, rs, PAGE_login, v);
}

/* A session of its own for this sign-in: neither the token that the browser
 * came with nor its account's dead sessions stay. */
static enum status
session_open(struct request *rq, const struct attempt *t, bool must_change,
    const char *token)
{
	const struct conf *c = rq->app->conf;
	const char *now = instant_sql(rq->arena, rq->now);
	char csrf[CSRF_LEN + 1];
	struct rows r[5];
	enum status st;

	random_base64url(csrf, CSRF_LEN);
	if ((st = db_begin(rq->db)) != ST_OK)
		return st;
	db_queue(rq->db, Q_session_end, DB_ARGS(rq->session.signed_in ?
	    rq->session.token : token));
	db_queue(rq->db, Q_session_sweep, DB_ARGS(t->account_id, now,
	    conf_text(c, CONF_SESSION_IDLE_S),
	    conf_text(c, CONF_SESSION_MAX_S)));
	db_queue(rq->db, Q_session_start, DB_ARGS(token, t->account_id, csrf,
	    "ldap", must_change ? "t" : "f", now, request_inet(rq)));
	db_queue(rq->db, Q_login_done, DB_ARGS(t->account_id, now));
	db_queue(rq->db, Q_audit_add, DB_ARGS("sign_in", t->account_id,
	    request_inet(rq), NULL));
	if ((st = db_flush(rq->db, r, N_ELEM(r))) != ST_OK)
		return st;
	return db_commit(rq->db);
}

enum status
auth_login(struct request *rq, struct response *rs)
{
	char token[2 * 32 + 1];
	const char *reason, *survival;
	struct attempt t;
	struct person p;
	enum status st;

	if ((st = attempt_read(rq, &t)) != ST_OK ||
	    (st = directory_sign_in(&rq->app->directory, rq->arena,
	    &rq->fault, t.login, t.password, &p)) != ST_OK)
		return st;
	if ((reason = refusal(&t, &p)) != NULL)
		return refuse(rq, rs, &t, reason);
	random_hex(token, 32);
	if ((st = session_open(rq, &t, p.answer == ANSWER_MUST_CHANGE,
	    token)) != ST_OK)
		return st;
	response_cookie(rs, arena_printf(rq->arena, SESSION_COOKIE "=%s; "
	    "Path=/; Secure; HttpOnly; SameSite=Lax", token));
	survival = survival_cookie(rq->arena, rq->app->survival_secret,
	    rq->now);
	if (survival != NULL)
		response_cookie(rs, survival);
	response_redirect(rs, t.back);
	return ST_OK;
}

enum status
auth_logout(struct request *rq, struct response *rs)
{
	struct rows r[2];
	enum status st;

	if ((st = db_begin(rq->db)) != ST_OK)
		return st;
	db_queue(rq->db, Q_session_end, DB_ARGS(rq->session.token));
	db_queue(rq->db, Q_audit_add, DB_ARGS("sign_out",
	    db_int(rq->db, rq->session.account_id), request_inet(rq), NULL));
	if ((st = db_flush(rq->db, r, N_ELEM(r))) != ST_OK ||
	    (st = db_commit(rq->db)) != ST_OK)
		return st;
	response_cookie(rs, SESSION_COOKIE "=; Path=/; Max-Age=0; Secure; "
	    "HttpOnly; SameSite=Lax");
	response_redirect(rs, "/connexion");
	return ST_OK;
}
