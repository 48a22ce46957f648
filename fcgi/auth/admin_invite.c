/* admin_invite.c - inviting somebody by e-mail; the invitations still open. */
#include <string.h>

#include "auth/admin.h"
#include "auth/enter.h"
#include "auth/right_form.h"
#include "auth/right_words.h"
#include "base/french.h"
#include "handlers.h"

#define KEYS(X) LAYOUT_KEYS(X) RIGHT_KEYS(X) X(alert) X(alert_kind)	\
	X(f_mail) X(f_name) X(bad_mail) X(bad_name) X(request)		\
	X(asked_place) X(asked_reason) X(asked_role) X(invitations)	\
	X(count) X(id) X(mail) X(name) X(role) X(place) X(until) X(by)	\
	X(at) X(left) X(cut)
PAGE_SPEC(invite, "invite.html", KEYS);
const struct page_spec page_spec_invitations = { .file = "invitations.html",
	.keys = invite_keys, .n_keys = K__MAX };

enum { NAME_MAX_CHARS = 200, OPEN_DAYS = 30 };

/* --- the form --- */

struct invite {
	const char	*mail, *name;
	const char	*request;	/* number, or NULL */
	struct rows	 asked;		/* that request */
	struct right	 right;
};

/* ST_NOTFOUND: no such request, or not this account's to answer. */
static enum status
request_fetch(struct request *rq, struct invite *in)
{
	enum status st;

	if (in->request == NULL)
		return ST_OK;
	st = db_run(rq->db, Q_admin_request_get, DB_ARGS(admin_id(rq),
	    admin_now(rq), in->request), &in->asked);
	return st == ST_OK && in->asked.n == 0 ? ST_NOTFOUND : st;
}

static void
request_fill(struct view *v, const struct invite *in)
{
	const struct rows *r = &in->asked;
	struct arena *a = view_arena(v);
	const char *departement;

	if (in->request == NULL)
		return;
	departement = row_text(r, 0, COL_admin_request_get_departement);
	view_text(v, K_request, in->request);
	view_text(v, K_asked_role, right_role(row_text(r, 0,
	    COL_admin_request_get_role)));
	view_text(v, K_asked_place, departement == NULL ? row_text(r, 0,
	    COL_admin_request_get_establishment) : arena_printf(a, "%s (%s)",
	    row_text(r, 0, COL_admin_request_get_establishment),
	    departement));
	view_text(v, K_asked_reason, row_text(r, 0,
	    COL_admin_request_get_reason));
}

static enum status
form_show(struct request *rq, struct response *rs, const struct invite *in,
    const char *wrong)
{
	struct view *v = page_begin(rq, "Inviter une personne", NAV_TOOLS);

	request_fill(v, in);
	view_text(v, K_f_mail, in->mail);
	view_text(v, K_f_name, in->name);
	if (right_fill(rq, v, &in->right, wrong)) {
		rs->http = admin_refusal(wrong)->http;
	} else if (wrong != NULL && strcmp(wrong, "search") != 0) {
		bool mail = strcmp(wrong, "mail") == 0;
		bool name = strcmp(wrong, "name") == 0;

		view_flag(v, K_bad_mail, mail);
		view_flag(v, K_bad_name, name);
		view_text(v, mail || name ? K_error : K_alert,
		    admin_refusal(wrong)->text);
		view_text(v, K_alert_kind, "error");
		rs->http = admin_refusal(wrong)->http;
	}
	return page_end(rq, rs, PAGE_invite, v);
}

/* ?demande=12: what that request says is there already. */
enum status
admin_invite_page(struct request *rq, struct response *rs)
{
	struct invite *in = ARENA_NEW(rq->arena, struct invite);
	const char *role = NULL;
	enum status st;

	*in = (struct invite){ .request = admin_number(rq, admin_asked(rq,
	    "demande"), INT64_MAX), .mail = admin_asked(rq, "mail") };
	if ((st = request_fetch(rq, in)) != ST_OK)
		return st;
	if (in->request != NULL) {
		in->mail = row_text(&in->asked, 0,
		    COL_admin_request_get_mail);
		in->name = row_text(&in->asked, 0,
		    COL_admin_request_get_name);
		role = row_text(&in->asked, 0, COL_admin_request_get_role);
	}
	if ((st = right_new(rq, role, &in->right)) != ST_OK)
		return st;
	return form_show(rq, rs, in, in->request != NULL && row_bool(
	    &in->asked, 0, COL_admin_request_get_answered) ? "request" :
	    NULL);
}

static enum status
invite_run(struct request *rq, const struct invite *in,
    const char **ret_outcome)
{
	const struct right *r = &in->right;
	struct rows done;
	enum status st;

	if ((st = db_write(rq->db, Q_admin_invite, DB_ARGS(admin_id(rq),
	    client_address(rq), in->mail, in->name, r->role, r->scope,
	    r->code, instant_sql(rq->arena, r->from_utc), right_end(rq, r),
	    in->request, admin_now(rq)), &done)) == ST_OK)
		*ret_outcome = row_text(&done, 0, COL_admin_invite_outcome);
	return st;
}

/* What is wrong with who is invited; NULL: nothing. */
static const char *
person_wrong(const struct invite *in)
{
	if (in->name == NULL || admin_longer(in->name, NAME_MAX_CHARS) ||
	    in->name[strcspn(in->name, "\r\n\t")] != '\0')
		return "name";
	return in->mail == NULL || strlen(in->mail) > 254 ||
	    strchr(in->mail, '@') == NULL ? "mail" : NULL;
}

enum status
admin_invite(struct request *rq, struct response *rs)
{
	struct invite *in = ARENA_NEW(rq->arena, struct invite);
	const char *outcome, *person;
	enum status st;

	*in = (struct invite){ .mail = admin_typed(rq, "mail"),
	    .name = admin_typed(rq, "nom"), .request = admin_number(rq,
	    admin_typed(rq, "demande"), INT64_MAX) };
	if ((st = request_fetch(rq, in)) != ST_OK ||
	    (st = right_read(rq, &in->right, &outcome)) != ST_OK)
		return st;
	person = person_wrong(in);
	if (person != NULL && (outcome == NULL || (strcmp(outcome, "search") !=
	    0 && strcmp(outcome, "nowhere") != 0)))
		outcome = person;
	if (outcome == NULL && (st = invite_run(rq, in, &outcome)) != ST_OK)
		return st;
	if (strcmp(outcome, "denied") == 0)
		outcome = "right";
	if (strcmp(outcome, "ok") != 0)
		return form_show(rq, rs, in, outcome);
	response_redirect(rs, in->request != NULL ?
	    REQUESTS "?fait=invitation" : INVITATIONS "?fait=invitation");
	return ST_OK;
}

/* --- the open ones --- */

struct listing {
	struct request	*rq;
	struct rows	 r;
};

static void
invitation_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;
	const struct rows *r = &l->r;
	struct arena *a = view_arena(v);
	int64_t at = row_instant(r, i, COL_admin_invitation_list_invited_at,
	    0);
	int64_t end = row_instant(r, i, COL_admin_invitation_list_ends_at,
	    -1);

	view_text(v, K_id, row_text(r, i, COL_admin_invitation_list_id));
	view_text(v, K_mail, row_text(r, i, COL_admin_invitation_list_mail));
	view_text(v, K_name, row_text(r, i, COL_admin_invitation_list_name));
	view_text(v, K_role, right_role(row_text(r, i,
	    COL_admin_invitation_list_role)));
	view_text(v, K_place, right_scope(a, row_text(r, i,
	    COL_admin_invitation_list_scope), row_text(r, i,
	    COL_admin_invitation_list_code), row_text(r, i,
	    COL_admin_invitation_list_place)));
	view_text(v, K_until, end < 0 ? NULL : admin_day(l->rq, end - 1));
	view_text(v, K_by, row_text(r, i,
	    COL_admin_invitation_list_invited_by));
	view_text(v, K_at, fr_instant(a, l->rq->app->paris, at));
	view_text(v, K_left, admin_day(l->rq, at + OPEN_DAYS * 86400));
}

static enum status
list_show(struct request *rq, struct response *rs, const struct refusal *why)
{
	struct listing *l = ARENA_NEW(rq->arena, struct listing);
	const char *done = request_query(rq, "fait");
	int64_t total;
	struct view *v;
	enum status st;

	l->rq = rq;
	if ((st = db_run(rq->db, Q_admin_invitation_list, DB_ARGS(
	    admin_id(rq), admin_now(rq)), &l->r)) != ST_OK)
		return st;
	total = l->r.n == 0 ? 0 : row_int(&l->r, 0,
	    COL_admin_invitation_list_total, 0);
	v = page_begin(rq, "Invitations ouvertes", NAV_TOOLS);
	view_text(v, K_alert, why != NULL ? why->text : done == NULL ? NULL :
	    strcmp(done, "retrait") == 0 ? "L’invitation est retirée." :
	    strcmp(done, "renvoi") == 0 ? "Le message repart, et "
	    "l’invitation est ouverte 30 jours de plus." : act_done(done));
	view_text(v, K_alert_kind, why == NULL ? "success" : "error");
	view_text(v, K_count, fr_count(rq->arena, total, "invitation",
	    "invitations"));
	view_text(v, K_cut, total <= (int64_t)l->r.n ? NULL :
	    fr_int(rq->arena, (int64_t)l->r.n));
	view_list(v, K_invitations, l->r.n, invitation_row, l);
	if (why != NULL)
		rs->http = why->http;
	return page_end(rq, rs, PAGE_invitations, v);
}

enum status
admin_invitations(struct request *rq, struct response *rs)
{
	return list_show(rq, rs, NULL);
}

/* retirer=12 or renvoyer=12 */
enum status
admin_invitation_act(struct request *rq, struct response *rs)
{
	const char *away = admin_number(rq, admin_typed(rq, "retirer"),
	    INT64_MAX);
	const char *again = admin_number(rq, admin_typed(rq, "renvoyer"),
	    INT64_MAX);
	const char *outcome;
	struct rows r;
	enum status st;

	if ((away == NULL) == (again == NULL))
		return response_error(rs, ST_INPUT, "Ce formulaire est "
		    "incomplet. Rechargez la page et recommencez.");
	if ((st = db_write(rq->db, Q_admin_invitation_do, DB_ARGS(
	    admin_id(rq), client_address(rq), away != NULL ? away : again,
	    away != NULL ? "withdraw" : "again", admin_now(rq)), &r)) !=
	    ST_OK)
		return st;
	outcome = row_text(&r, 0, COL_admin_invitation_do_outcome);
	if ((st = admin_outcome(outcome)) != ST_OK)
		return st;
	if (admin_refusal(outcome) != NULL)
		return list_show(rq, rs, admin_refusal(outcome));
	response_redirect(rs, away != NULL ? INVITATIONS "?fait=retrait" :
	    INVITATIONS "?fait=renvoi");
	return ST_OK;
}
