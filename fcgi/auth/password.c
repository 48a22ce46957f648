/* password.c - the person changes his password: because it is provisional,
 * because it will expire, or because he wants to. */
#include <string.h>

#include "auth/enter.h"
#include "auth/new_password.h"
#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(error_message) X(provisional) X(expires) \
	X(grace) X(retour) X(identifiant)
PAGE_SPEC(must_change, "must_change.html", KEYS);

/* ?expire=DAYS and ?reste=SIGN-INS come from the sign-in (login.c); whoever
 * writes them himself fools nobody else. */
static void
view_expiry(struct request *rq, struct view *v)
{
	const char *days = request_query(rq, "expire");
	const char *left = request_query(rq, "reste");
	int64_t n;

	if (days != NULL && str_to_int(days, 366, &n) == ST_OK)
		view_text(v, K_expires, n == 0 ? "aujourd’hui" :
		    arena_printf(rq->arena, "dans %s", fr_count(rq->arena, n,
		    "jour", "jours")));
	if (left != NULL && str_to_int(left, 100, &n) == ST_OK)
		view_text(v, K_grace, n == 0 ? "C’était la dernière connexion "
		    "possible avec lui" : arena_printf(rq->arena,
		    "Il permet encore %s", fr_count(rq->arena, n, "connexion",
		    "connexions")));
}

static enum status
form_show(struct request *rq, struct response *rs, const char *login,
    const char *error)
{
	struct view *v = page_begin(rq, rq->session.step == STEP_PASSWORD ?
	    "Mot de passe à changer" : "Changer de mot de passe", NAV_NONE);

	view_flag(v, K_provisional, rq->session.step == STEP_PASSWORD);
	view_expiry(rq, v);
	view_text(v, K_identifiant, login);
	view_text(v, K_retour, entry_back(rq));
	view_text(v, K_error_message, error);
	if (error != NULL)
		rs->http = 422;
	return page_end(rq, rs, PAGE_must_change, v);
}

/* Whose password it is. */
static enum status
who(struct request *rq, struct rows *ret)
{
	enum status st = db_run(rq->db, Q_account_brief,
	    DB_ARGS(db_int(rq->db, rq->session.account_id)), ret);

	return st == ST_OK && ret->n == 0 ? ST_NOTFOUND : st;
}

enum status
auth_password_page(struct request *rq, struct response *rs)
{
	struct rows r;
	enum status st;

	if ((st = who(rq, &r)) != ST_OK)
		return st;
	return form_show(rq, rs, row_text(&r, 0, COL_account_brief_login),
	    NULL);
}

/* Everybody else who is signed in as this account is out; the token that an
 * older password opened, and a link asked for before, are worth nothing. */
static enum status
changed(struct request *rq, struct response *rs, const char *login)
{
	const char *id = db_int(rq->db, rq->session.account_id);
	const char *now = instant_sql(rq->arena, rq->now);
	struct rows r[4];
	enum status st;

	if ((st = db_begin(rq->db)) != ST_OK ||
	    (st = session_renew(rq, rs, RENEW_PASSWORD)) != ST_OK)
		return st;
	db_queue(rq->db, Q_session_end_others, DB_ARGS(id, rq->session.token));
	db_queue(rq->db, Q_reset_drop, DB_ARGS(login));
	db_queue(rq->db, Q_audit_account, DB_ARGS("password_changed", id,
	    client_address(rq), NULL));
	db_queue(rq->db, Q_mail_order, DB_ARGS("changed", login,
	    client_address(rq), now));
	if ((st = db_flush(rq->db, r, N_ELEM(r))) != ST_OK)
		return st;
	return db_commit(rq->db);
}

static enum status
refused(struct request *rq, struct response *rs, const char *login,
    enum password_change why)
{
	struct rows r;
	enum status st;

	fault_set(&rq->fault, "password refused: %s", change_name(why));
	if ((st = db_write(rq->db, Q_audit_account, DB_ARGS("password_refused",
	    db_int(rq->db, rq->session.account_id), client_address(rq),
	    change_name(why)), &r)) != ST_OK)
		return st;
	return form_show(rq, rs, login, change_words(why));
}

enum status
auth_password(struct request *rq, struct response *rs)
{
	const char *old = request_form(rq, "ancien"), *fresh, *login, *error;
	enum password_change result;
	struct rows r;
	enum status st;

	if ((st = who(rq, &r)) != ST_OK)
		return st;
	login = row_text(&r, 0, COL_account_brief_login);
	if ((error = new_password_typed(rq, &fresh)) != NULL)
		return form_show(rq, rs, login, error);
	if (old != NULL && strcmp(old, fresh) == 0)
		return form_show(rq, rs, login,
		    change_words(CHANGE_HISTORY));
	if ((st = directory_change(&rq->app->directory, rq->arena, &rq->fault,
	    login, old == NULL ? "" : old, fresh, row_text(&r, 0,
	    COL_account_brief_directory), &result)) != ST_OK)
		return st;
	if (result != CHANGE_OK)
		return refused(rq, rs, login, result);
	if ((st = changed(rq, rs, login)) != ST_OK)
		return st;
	response_redirect(rs, entry_back(rq));
	return ST_OK;
}
