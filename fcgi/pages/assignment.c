/* assignment.c - temporary assignments: some of a place's beds under a label. */
#include <string.h>

#include "base/french.h"
#include "entry.h"
#include "handlers.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(place) X(name)	\
	X(site_name) X(retour) X(reasons) X(reason) X(reason_label)	\
	X(reason_chosen) X(until) X(today)
PAGE_SPEC(assignment, "assignment.html", KEYS);

enum { DAY_S = 86400 };

struct shown {
	const struct assignment_form	*form;
	const char			*chosen;
};

static void
reason_row(struct view *v, size_t i, const void *data)
{
	const struct shown *s = data;

	view_text(v, K_reason, s->form->reasons[i].code);
	view_text(v, K_reason_label, s->form->reasons[i].label);
	view_flag(v, K_reason_chosen, s->chosen != NULL &&
	    strcmp(s->chosen, s->form->reasons[i].code) == 0);
}

static int64_t
place_id(const struct request *rq)
{
	int64_t place, none;

	return entry_row_parse(request_arg(rq, 0), &place, &none) ? place : 0;
}

/* The form; after a refusal with what was typed and why. */
static enum status
show(struct request *rq, struct response *rs, const char *why)
{
	const char *until = request_form(rq, "fin");
	struct assignment_form form;
	struct entry_address at;
	struct shown *shown = ARENA_NEW(rq->arena, struct shown);
	struct view *v;
	enum status st;

	if ((st = assignment_ask(rq->db, rq->session.account_id,
	    place_id(rq), &form)) != ST_OK)
		return st == ST_NOTFOUND ? response_error(rs, st, "Ce lieu "
		    "n’existe pas, ou n’est pas dans votre périmètre.") : st;
	entry_address_back(rq, &at);
	*shown = (struct shown){ &form, request_form(rq, "motif") };
	v = page_begin(rq, "Ajouter une affectation temporaire", NAV_ENTRY);
	view_text(v, K_description, "Ajouter une affectation temporaire");
	view_text(v, K_alert, why);
	view_text(v, K_alert_kind, "error");
	view_text(v, K_place, request_arg(rq, 0));
	view_text(v, K_name, form.name);
	view_text(v, K_site_name, form.site_name);
	view_text(v, K_retour, request_form(rq, "retour") != NULL ?
	    at.self : request_query(rq, "retour"));
	view_list(v, K_reasons, form.n_reasons, reason_row, shown);
	view_text(v, K_until, until);
	view_text(v, K_today, day_iso(rq->arena, zone_day(rq->app->paris,
	    rq->now)));
	if (why != NULL)
		rs->http = 422;
	return page_end(rq, rs, PAGE_assignment, v);
}

enum status
page_assignment(struct request *rq, struct response *rs)
{
	return show(rq, rs, NULL);
}

/* The last day, as typed; -1: no end.  It holds until that day is over. */
static bool
until_read(struct request *rq, int64_t *ret)
{
	const char *typed = request_form(rq, "fin");
	int32_t day;

	*ret = -1;
	if (typed == NULL || typed[0] == '\0')
		return true;
	if (day_parse(typed, &day) != ST_OK)
		return false;
	*ret = zone_day_start(rq->app->paris, day + 1);
	return true;
}

static enum status
back(struct request *rq, struct response *rs, const char *notice)
{
	struct entry_address at;

	entry_address_back(rq, &at);
	response_redirect(rs, arena_printf(rq->arena, "%s#%s",
	    entry_address_with(rq->arena, at.self, arena_printf(rq->arena,
	    "enregistre=%s", notice)), request_arg(rq, 0)));
	return ST_OK;
}

enum status
page_assignment_add(struct request *rq, struct response *rs)
{
	const char *reason = request_form(rq, "motif"), *why = NULL;
	int64_t until;
	enum status st;

	if (reason == NULL || reason[0] == '\0')
		return show(rq, rs, "Choisissez un motif.");
	if (!until_read(rq, &until))
		return show(rq, rs, "La date de fin n’est pas une date : "
		    "écrivez-la 2026-11-30.");
	st = assignment_add(rq->db, rq->session.account_id, place_id(rq),
	    reason, until, &why);
	if (st == ST_INPUT)
		return show(rq, rs, why);
	if (st != ST_OK)
		return response_error(rs, st, st == ST_DENIED ? "Ce lieu "
		    "n’est pas dans votre périmètre." : NULL);
	return back(rq, rs, "affectation");
}

enum status
page_assignment_end(struct request *rq, struct response *rs)
{
	const char *typed = request_form(rq, "affectation");
	int64_t id;
	enum status st;

	if (typed == NULL || str_to_int(typed, INT32_MAX, &id) != ST_OK)
		return response_error(rs, ST_INPUT, ENTRY_NOT_A_FORM);
	st = assignment_end(rq->db, rq->session.account_id, place_id(rq), id);
	if (st != ST_OK)
		return response_error(rs, st, st == ST_NOTFOUND ? "Cette "
		    "affectation n’existe pas, ou est déjà terminée." : st ==
		    ST_DENIED ? "Ce lieu n’est pas dans votre périmètre." :
		    NULL);
	return back(rq, rs, "fin");
}
