/* admin_requests.c - requests for an account: who asks, and the answer.
 *
 * Accepting is inviting (admin_invite.c, ?demande=); refusing is here. */
#include <string.h>

#include "auth/admin.h"
#include "auth/enter.h"
#include "auth/right_words.h"
#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(open) X(answered) \
	X(count) X(id) X(name) X(mail) X(establishment) X(departement)	\
	X(role) X(reason) X(at) X(answer_at) X(by) X(granted) X(answer)	\
	X(cut) X(f_reason) X(error)
PAGE_SPEC(account_requests, "account_requests.html", KEYS);
const struct page_spec page_spec_account_refusal = {
	.file = "account_refusal.html", .keys = account_requests_keys,
	.n_keys = K__MAX };

enum { REASON_MAX = 500 };

struct listing {
	struct request	*rq;
	struct rows	 r;
};

static void
request_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;
	const struct rows *r = &l->r;
	const struct zone *paris = l->rq->app->paris;
	struct arena *a = view_arena(v);
	int64_t at = row_instant(r, i, COL_admin_request_list_answered_at,
	    -1);

	view_text(v, K_id, row_text(r, i, COL_admin_request_list_id));
	view_text(v, K_name, row_text(r, i, COL_admin_request_list_name));
	view_text(v, K_mail, row_text(r, i, COL_admin_request_list_mail));
	view_text(v, K_establishment, row_text(r, i,
	    COL_admin_request_list_establishment));
	view_text(v, K_departement, row_text(r, i,
	    COL_admin_request_list_departement));
	view_text(v, K_role, right_role(row_text(r, i,
	    COL_admin_request_list_role)));
	view_text(v, K_reason, row_text(r, i, COL_admin_request_list_reason));
	view_text(v, K_at, fr_instant(a, paris, row_instant(r, i,
	    COL_admin_request_list_asked_at, 0)));
	view_text(v, K_answer_at, at < 0 ? NULL : fr_instant(a, paris, at));
	view_text(v, K_by, row_text(r, i,
	    COL_admin_request_list_answered_by));
	view_flag(v, K_granted, row_bool(r, i,
	    COL_admin_request_list_granted));
	view_text(v, K_answer, row_text(r, i, COL_admin_request_list_answer));
}

static struct listing *
listing(struct request *rq, const struct rows *r)
{
	struct listing *l = ARENA_NEW(rq->arena, struct listing);

	*l = (struct listing){ rq, *r };
	return l;
}

static enum status
list_show(struct request *rq, struct response *rs, const struct refusal *why)
{
	const char *by = admin_id(rq), *now = admin_now(rq);
	const char *done = request_query(rq, "fait");
	struct rows r[2];
	int64_t total;
	struct view *v;
	enum status st;

	db_queue(rq->db, Q_admin_request_list, DB_ARGS(by, now, "t"));
	db_queue(rq->db, Q_admin_request_list, DB_ARGS(by, now, "f"));
	if ((st = db_flush(rq->db, r, N_ELEM(r))) != ST_OK)
		return st;
	total = r[0].n == 0 ? 0 : row_int(&r[0], 0,
	    COL_admin_request_list_total, 0);
	v = page_begin(rq, "Demandes de compte", NAV_TOOLS);
	view_text(v, K_alert, why != NULL ? why->text : done == NULL ? NULL :
	    strcmp(done, "refus") == 0 ? "La demande est refusée, et un "
	    "message le dit à la personne." : "L’invitation est partie, et "
	    "la demande a sa réponse.");
	view_text(v, K_alert_kind, why == NULL ? "success" : "error");
	view_text(v, K_count, arena_printf(rq->arena, "%s à traiter",
	    fr_count(rq->arena, total, "demande", "demandes")));
	view_text(v, K_cut, total <= (int64_t)r[0].n ? NULL :
	    fr_int(rq->arena, (int64_t)r[0].n));
	view_list(v, K_open, r[0].n, request_row, listing(rq, &r[0]));
	view_list(v, K_answered, r[1].n, request_row, listing(rq, &r[1]));
	if (why != NULL)
		rs->http = why->http;
	return page_end(rq, rs, PAGE_account_requests, v);
}

enum status
admin_requests(struct request *rq, struct response *rs)
{
	return list_show(rq, rs, NULL);
}

/* --- refusing --- */

static enum status
refusal_show(struct request *rq, struct response *rs, const char *id,
    const struct refusal *why)
{
	struct view *v;
	struct rows r;
	enum status st;

	if (id == NULL)
		return ST_NOTFOUND;
	if ((st = db_run(rq->db, Q_admin_request_get, DB_ARGS(admin_id(rq),
	    admin_now(rq), id), &r)) != ST_OK)
		return st;
	if (r.n == 0)
		return ST_NOTFOUND;
	if (row_bool(&r, 0, COL_admin_request_get_answered))
		return list_show(rq, rs, admin_refusal("request"));
	v = page_begin(rq, "Refuser une demande", NAV_TOOLS);
	view_text(v, K_id, id);
	view_text(v, K_name, row_text(&r, 0, COL_admin_request_get_name));
	view_text(v, K_mail, row_text(&r, 0, COL_admin_request_get_mail));
	view_text(v, K_establishment, row_text(&r, 0,
	    COL_admin_request_get_establishment));
	view_text(v, K_f_reason, admin_typed(rq, "raison"));
	if (why != NULL) {
		view_text(v, K_error, why->text);
		rs->http = why->http;
	}
	return page_end(rq, rs, PAGE_account_refusal, v);
}

enum status
admin_refusal_page(struct request *rq, struct response *rs)
{
	return refusal_show(rq, rs, admin_number(rq, admin_asked(rq,
	    "demande"), INT64_MAX), NULL);
}

enum status
admin_refuse(struct request *rq, struct response *rs)
{
	const char *id = admin_number(rq, admin_typed(rq, "demande"),
	    INT64_MAX);
	const char *reason = admin_typed(rq, "raison"), *outcome;
	struct rows r;
	enum status st;

	if (id == NULL || reason == NULL || admin_longer(reason, REASON_MAX))
		return refusal_show(rq, rs, id, admin_refusal("reason"));
	if ((st = db_write(rq->db, Q_admin_request_refuse, DB_ARGS(
	    admin_id(rq), client_address(rq), id, reason, admin_now(rq)),
	    &r)) != ST_OK)
		return st;
	outcome = row_text(&r, 0, COL_admin_request_refuse_outcome);
	if ((st = admin_outcome(outcome)) != ST_OK)
		return st;
	if (strcmp(outcome, "ok") != 0)
		return list_show(rq, rs, admin_refusal("request"));
	response_redirect(rs, REQUESTS "?fait=refus");
	return ST_OK;
}
