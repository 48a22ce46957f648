/* admin_grant.c - giving a right to an account. */
#include <string.h>

#include "auth/admin.h"
#include "auth/enter.h"
#include "auth/right_form.h"
#include "handlers.h"

#define KEYS(X) LAYOUT_KEYS(X) RIGHT_KEYS(X) X(alert) X(alert_kind) X(href)	\
	X(name) X(login) X(revision)
PAGE_SPEC(account_right, "account_right.html", KEYS);

static enum status
account_read(struct request *rq, struct rows *ret)
{
	enum status st = db_run(rq->db, Q_admin_account_get, DB_ARGS(
	    admin_id(rq), request_arg(rq, 0), admin_now(rq)), ret);

	return st == ST_OK && ret->n == 0 ? ST_NOTFOUND : st;
}

static enum status
show(struct request *rq, struct response *rs, const struct rows *who,
    const struct right *r, const char *wrong)
{
	const char *version = admin_number(rq, admin_typed(rq, "version"),
	    INT32_MAX);
	struct view *v = page_begin(rq, "Donner un droit", NAV_TOOLS);

	view_text(v, K_href, arena_printf(rq->arena, ACCOUNTS "/%s",
	    request_arg(rq, 0)));
	view_text(v, K_name, row_text(who, 0, COL_admin_account_get_name));
	view_text(v, K_login, row_text(who, 0, COL_admin_account_get_login));
	/* A form sent again is still made from what was read first. */
	view_text(v, K_revision, version != NULL ? version : row_text(who, 0,
	    COL_admin_account_get_version));
	if (right_fill(rq, v, r, wrong))
		rs->http = admin_refusal(wrong)->http;
	else if (wrong != NULL && strcmp(wrong, "search") != 0) {
		view_text(v, K_alert, admin_refusal(wrong)->text);
		view_text(v, K_alert_kind, "error");
		rs->http = admin_refusal(wrong)->http;
	}
	return page_end(rq, rs, PAGE_account_right, v);
}

enum status
admin_grant_page(struct request *rq, struct response *rs)
{
	struct rows who;
	struct right r;
	enum status st;

	if ((st = account_read(rq, &who)) != ST_OK ||
	    (st = right_new(rq, NULL, &r)) != ST_OK)
		return st;
	return show(rq, rs, &who, &r, strcmp(request_arg(rq, 0),
	    admin_id(rq)) == 0 ? "self" : NULL);
}

static enum status
give(struct request *rq, const struct right *r, const char **ret_outcome)
{
	struct rows done;
	enum status st;

	if ((st = db_write(rq->db, Q_admin_grant_give, DB_ARGS(admin_id(rq),
	    client_address(rq), request_arg(rq, 0), admin_number(rq,
	    admin_typed(rq, "version"), INT32_MAX), r->role, r->scope,
	    r->code, instant_sql(rq->arena, r->from_utc), right_end(rq, r),
	    admin_now(rq)), &done)) == ST_OK)
		*ret_outcome = row_text(&done, 0,
		    COL_admin_grant_give_outcome);
	return st;
}

enum status
admin_grant(struct request *rq, struct response *rs)
{
	struct rows who;
	struct right r;
	const char *outcome;
	enum status st;

	if ((st = account_read(rq, &who)) != ST_OK ||
	    (st = right_read(rq, &r, &outcome)) != ST_OK)
		return st;
	if (outcome == NULL && admin_number(rq, admin_typed(rq, "version"),
	    INT32_MAX) == NULL)
		return response_error(rs, ST_INPUT, "Ce formulaire est "
		    "incomplet. Rechargez la page et recommencez.");
	if (outcome != NULL)
		return show(rq, rs, &who, &r, outcome);
	if ((st = give(rq, &r, &outcome)) != ST_OK)
		return st;
	if (strcmp(outcome, "denied") == 0)
		outcome = "right";
	if (strcmp(outcome, "changed") == 0)
		return account_show(rq, rs, admin_refusal(outcome));
	if (strcmp(outcome, "ok") != 0)
		return show(rq, rs, &who, &r, outcome);
	response_redirect(rs, arena_printf(rq->arena, ACCOUNTS
	    "/%s?fait=droit", request_arg(rq, 0)));
	return ST_OK;
}
