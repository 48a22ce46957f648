/* psc_card.c - the card of a signed-in account: see it, link one. */
#include <string.h>

#include "auth/psc.h"
#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(linked) X(card_name) \
	X(linked_iso) X(linked_day) X(waiting) X(ask_names) X(prenom) X(nom)  \
	X(error_message)
PAGE_SPEC(psc_card, "psc_card.html", KEYS);

static const char *
full_name(struct request *rq, const char *given, const char *family)
{
	return given == NULL || family == NULL ? NULL :
	    arena_printf(rq->arena, "%s %s", given, family);
}

/* A card that this account asked for and that came back. */
static bool
ours(struct request *rq, const struct rows *waiting)
{
	const char *asked_by = waiting->n == 0 ? NULL :
	    row_text(waiting, 0, COL_psc_pending_get_account_id);

	return asked_by != NULL && strcmp(asked_by,
	    db_int(rq->db, rq->session.account_id)) == 0;
}

static void
view_linked(struct request *rq, struct view *v, const struct rows *link)
{
	int64_t at = row_instant(link, 0, COL_psc_link_of_account_linked_at, 0);

	view_flag(v, K_linked, true);
	view_text(v, K_card_name, full_name(rq,
	    row_text(link, 0, COL_psc_link_of_account_given_name),
	    row_text(link, 0, COL_psc_link_of_account_family_name)));
	view_text(v, K_linked_iso, instant_iso(rq->arena, rq->app->paris, at));
	view_text(v, K_linked_day, fr_date_long(rq->arena,
	    zone_day(rq->app->paris, at)));
	if (request_query(rq, "fait") != NULL) {
		view_text(v, K_alert_kind, "success");
		view_text(v, K_alert, "Votre carte est liée à votre compte. "
		    "Vous pouvez désormais vous connecter avec Pro Santé "
		    "Connect.");
	}
}

static void
view_waiting(struct request *rq, struct view *v, const struct rows *waiting)
{
	const char *name = full_name(rq,
	    row_text(waiting, 0, COL_psc_pending_get_given_name),
	    row_text(waiting, 0, COL_psc_pending_get_family_name));

	view_flag(v, K_waiting, true);
	view_text(v, K_card_name, name);
	if (name == NULL) {
		view_flag(v, K_ask_names, true);
		view_text(v, K_prenom, request_form(rq, "prenom"));
		view_text(v, K_nom, request_form(rq, "nom"));
	}
}

static enum status
card_show(struct request *rq, struct response *rs, const struct rows *waiting,
    const char *error)
{
	struct view *v;
	struct rows link;
	enum status st;

	if ((st = db_run(rq->db, Q_psc_link_of_account,
	    DB_ARGS(db_int(rq->db, rq->session.account_id)), &link)) != ST_OK)
		return st;
	v = page_begin(rq, "Votre carte professionnelle", NAV_NONE);
	if (link.n == 1)
		view_linked(rq, v, &link);
	else if (ours(rq, waiting))
		view_waiting(rq, v, waiting);
	view_text(v, K_error_message, error);
	return page_end(rq, rs, PAGE_psc_card, v);
}

enum status
auth_psc_card(struct request *rq, struct response *rs)
{
	struct rows waiting;
	enum status st;

	if ((st = psc_waiting(rq, &waiting)) != ST_OK)
		return st;
	return card_show(rq, rs, &waiting, NULL);
}

enum status
auth_psc_card_link(struct request *rq, struct response *rs)
{
	struct rows waiting;
	struct names n;
	enum status st;

	if ((st = psc_waiting(rq, &waiting)) != ST_OK)
		return st;
	if (!ours(rq, &waiting))
		return psc_notice(rq, rs, NOTICE_EXPIRED);
	n = psc_names(rq, &waiting);
	if (n.given == NULL || n.family == NULL) {
		rs->http = 422;
		return card_show(rq, rs, &waiting, "Indiquez votre prénom et "
		    "votre nom.");
	}
	return psc_link_make(rq, rs, db_int(rq->db, rq->session.account_id),
	    &n, "/auth/psc/carte?fait=1");
}
