/* admin_reset.c - an administrator gives an account a provisional password.
 *
 * Only the pool auth has the directory, so the act is here; the page with the
 * accounts links to it.  The password is made here, shown once to who asked,
 * and is good for nothing but choosing another.
 */
#include <string.h>

#include "auth/admin.h"
#include "auth/enter.h"
#include "auth/new_password.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(error_message) X(login) X(name) X(password) \
	X(account)
PAGE_SPEC(provisional, "provisional.html", KEYS);

enum { PASSWORD_CHARS = 20 };

static enum status
show(struct request *rq, struct response *rs, const struct rows *who,
    const char *password, const char *error)
{
	struct view *v = page_begin(rq, "Mot de passe provisoire", NAV_NONE);

	view_text(v, K_account, request_arg(rq, 0));
	view_text(v, K_login, row_text(who, 0, COL_admin_account_get_login));
	view_text(v, K_name, row_text(who, 0, COL_admin_account_get_name));
	view_text(v, K_password, password);
	view_text(v, K_error_message, error);
	if (error != NULL)
		rs->http = 422;
	return page_end(rq, rs, PAGE_provisional, v);
}

/* The account, seen and managed by who asks, and not his own. */
static enum status
account_get(struct request *rq, struct rows *ret)
{
	enum status st = db_run(rq->db, Q_admin_account_get,
	    DB_ARGS(admin_id(rq), request_arg(rq, 0), admin_now(rq)), ret);

	if (st != ST_OK)
		return st;
	if (ret->n == 0)
		return ST_NOTFOUND;
	return row_bool(ret, 0, COL_admin_account_get_managed) &&
	    strcmp(request_arg(rq, 0), admin_id(rq)) != 0 ? ST_OK : ST_DENIED;
}

/* Asks first: a password that is in use ends by this. */
enum status
auth_provisional_page(struct request *rq, struct response *rs)
{
	struct rows who;
	enum status st;

	if ((st = account_get(rq, &who)) != ST_OK)
		return st;
	return show(rq, rs, &who, NULL, NULL);
}

static enum status
written(struct request *rq, const char *login, const char *home)
{
	const char *id = request_arg(rq, 0);
	struct rows r[4];

	db_queue(rq->db, Q_account_directory, DB_ARGS(id, home));
	db_queue(rq->db, Q_session_end_all, DB_ARGS(id));
	db_queue(rq->db, Q_reset_drop, DB_ARGS(login));
	db_queue(rq->db, Q_audit_admin, DB_ARGS("password_reset", id,
	    client_address(rq), "by_admin", db_int(rq->db,
	    rq->session.account_id)));
	return db_flush_write(rq->db, r, N_ELEM(r));
}

enum status
auth_provisional(struct request *rq, struct response *rs)
{
	char *password = arena_alloc(rq->arena, PASSWORD_CHARS + 1);
	enum password_change result;
	const char *home = NULL;
	struct rows who;
	enum status st;

	if ((st = account_get(rq, &who)) != ST_OK)
		return st;
	random_base64url(password, PASSWORD_CHARS);
	if ((st = directory_reset(&rq->app->directory, rq->arena, &rq->fault,
	    row_text(&who, 0, COL_admin_account_get_login), row_text(&who, 0,
	    COL_admin_account_get_name), password, row_text(&who, 0,
	    COL_admin_account_get_directory), RESET_PROVISIONAL, &result,
	    &home)) != ST_OK)
		return st;
	if (result != CHANGE_OK)
		return show(rq, rs, &who, NULL, change_words(result));
	if ((st = written(rq, row_text(&who, 0,
	    COL_admin_account_get_login), home)) != ST_OK)
		return st;
	return show(rq, rs, &who, password, NULL);
}
