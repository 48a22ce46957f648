/* forgotten.c - « mot de passe oublié »: asking for a link, and using it.
 *
 * Asking writes one row, whoever is concerned; who that is, the mailer finds
 * out later (docs/adr/0059).  A link is opened by GET and used by POST.
 */
#include <string.h>

#include "auth/enter.h"
#include "auth/new_password.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(error_message) X(identifiant) X(asked) \
	X(mail_folder) X(link) X(expired)
PAGE_SPEC(forgotten, "forgotten.html", KEYS);

const struct page_spec page_spec_reset = { .file = "reset.html",
	.keys = forgotten_keys, .n_keys = K__MAX };

static struct view *
asking_view(struct request *rq)
{
	struct view *v = page_begin(rq, "Mot de passe oublié", NAV_NONE);

	view_text(v, K_mail_folder, conf_text(rq->app->conf,
	    CONF_MAIL_FOLDER));
	return v;
}

enum status
auth_forgotten_page(struct request *rq, struct response *rs)
{
	return page_end(rq, rs, PAGE_forgotten, asking_view(rq));
}

enum status
auth_forgotten(struct request *rq, struct response *rs)
{
	const char *login = request_form(rq, "identifiant");
	struct view *v = asking_view(rq);
	struct rows r;
	enum status st;

	login = login == NULL ? "" : str_trim(rq->arena, login);
	if (login[0] == '\0' || strlen(login) > DIRECTORY_LOGIN_MAX) {
		view_text(v, K_error_message, "Indiquez votre adresse "
		    "électronique.");
		rs->http = 422;
		return page_end(rq, rs, PAGE_forgotten, v);
	}
	if ((st = db_write(rq->db, Q_mail_order, DB_ARGS("reset", login,
	    client_address(rq), instant_sql(rq->arena, rq->now)), &r)) !=
	    ST_OK)
		return st;
	view_flag(v, K_asked, true);
	return page_end(rq, rs, PAGE_forgotten, v);
}

static bool
link_valid(const char *s)
{
	return s != NULL && strlen(s) == SESSION_TOKEN_HEX &&
	    strspn(s, "0123456789abcdef") == SESSION_TOKEN_HEX;
}

/* link NULL: it is used, too old, or never was; which, nobody learns. */
static enum status
reset_show(struct request *rq, struct response *rs, const char *link,
    const char *login, const char *error)
{
	struct view *v = page_begin(rq, "Nouveau mot de passe", NAV_NONE);

	view_text(v, K_link, link);
	view_text(v, K_identifiant, login);
	view_text(v, K_error_message, error);
	view_flag(v, K_expired, link == NULL);
	if (link == NULL)
		rs->http = 410;
	else if (error != NULL)
		rs->http = 422;
	return page_end(rq, rs, PAGE_reset, v);
}

enum status
auth_reset_page(struct request *rq, struct response *rs)
{
	const char *link = request_query(rq, "lien");
	struct rows r = { .n = 0 };
	enum status st;

	if (link_valid(link) && (st = db_run(rq->db, Q_reset_look,
	    DB_ARGS(link, instant_sql(rq->arena, rq->now)), &r)) != ST_OK)
		return st;
	return r.n == 0 ? reset_show(rq, rs, NULL, NULL, NULL) :
	    reset_show(rq, rs, link, row_text(&r, 0, COL_reset_look_login),
	    NULL);
}

/* Written apart: what was under way is undone. */
static enum status
refused(struct request *rq, struct response *rs, const char *link,
    const char *account_id, const char *login, const char *reason,
    const char *words)
{
	struct rows r;
	enum status st;

	db_rollback(rq->db);
	fault_set(&rq->fault, "reset refused: %s", reason);
	if ((st = db_write(rq->db, Q_audit_account, DB_ARGS("reset_refused",
	    account_id, client_address(rq), reason), &r)) != ST_OK)
		return st;
	return reset_show(rq, rs, link, login, words);
}

/* The account of the link, inside the transaction that uses it; NULL: none. */
static enum status
link_use(struct request *rq, const char *link, const char **ret_id,
    struct rows *ret)
{
	const char *now = instant_sql(rq->arena, rq->now), *id;
	struct rows r;
	enum status st;

	*ret_id = NULL;
	if ((st = db_begin(rq->db)) != ST_OK ||
	    (st = db_run(rq->db, Q_reset_use, DB_ARGS(link, now), &r)) !=
	    ST_OK || r.n == 0)
		return st;
	if ((st = db_run(rq->db, Q_invitation_take, DB_ARGS(row_text(&r, 0,
	    COL_reset_use_login), NULL, now, client_address(rq)), &r)) !=
	    ST_OK)
		return st;
	id = row_text(&r, 0, COL_invitation_take_account_id);
	if (id == NULL || (st = db_run(rq->db, Q_account_brief, DB_ARGS(id),
	    ret)) != ST_OK || ret->n == 0)
		return st;
	*ret_id = id;
	return ST_OK;
}

static enum status
reset_done(struct request *rq, const char *id, const char *login,
    const char *home)
{
	struct rows r[4];
	enum status st;

	db_queue(rq->db, Q_account_directory, DB_ARGS(id, home));
	db_queue(rq->db, Q_session_end_all, DB_ARGS(id));
	db_queue(rq->db, Q_audit_account, DB_ARGS("password_reset", id,
	    client_address(rq), "by_mail"));
	db_queue(rq->db, Q_mail_order, DB_ARGS("changed", login,
	    client_address(rq), instant_sql(rq->arena, rq->now)));
	if ((st = db_flush(rq->db, r, N_ELEM(r))) != ST_OK)
		return st;
	return db_commit(rq->db);
}

enum status
auth_reset(struct request *rq, struct response *rs)
{
	const char *link = request_form(rq, "lien"), *fresh, *error, *id;
	const char *login, *home;
	enum password_change result;
	struct rows who;
	enum status st;

	if (!link_valid(link))
		return reset_show(rq, rs, NULL, NULL, NULL);
	if ((error = new_password_typed(rq, &fresh)) != NULL)
		return reset_show(rq, rs, link, NULL, error);
	if ((st = link_use(rq, link, &id, &who)) != ST_OK)
		return st;
	if (id == NULL)
		return refused(rq, rs, NULL, NULL, NULL, "link", NULL);
	login = row_text(&who, 0, COL_account_brief_login);
	if (row_bool(&who, 0, COL_account_brief_disabled))
		return refused(rq, rs, NULL, id, NULL, "disabled", NULL);
	if ((st = directory_reset(&rq->app->directory, rq->arena, &rq->fault,
	    login, row_text(&who, 0, COL_account_brief_name), fresh,
	    row_text(&who, 0, COL_account_brief_directory), RESET_BY_HIMSELF,
	    &result, &home)) != ST_OK)
		return st;
	if (result != CHANGE_OK)
		return refused(rq, rs, link, id, login, change_name(result),
		    change_words(result));
	if ((st = reset_done(rq, id, login, home)) != ST_OK)
		return st;
	response_redirect(rs, "/connexion?fait=mot-de-passe");
	return ST_OK;
}
