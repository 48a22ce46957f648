/* unavailability.c - declaring a unit totally unavailable, and lifting that. */
#include "domain/unavailability.h"

#include <stdlib.h>
#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "page.h"
#include "pages/local_time.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(name) X(unit)	\
	X(site_name) X(site_finess) X(places) X(place_name) X(shared)	\
	X(lapsed_text) X(now) X(now_text) X(now_reason)	\
	X(now_id) X(coming) X(history) X(id) X(period) X(reason) X(by)	\
	X(outcome) X(error) X(motif) X(later) X(from_day) X(from_time)	\
	X(until_day) X(until_time) X(bad_reason) X(bad_from)		\
	X(bad_until) X(replace) X(today) X(zone_label) X(reopen)
PAGE_SPEC(unavailability, "unavailability.html", KEYS);

enum bad { BAD_NOTHING, BAD_REASON, BAD_FROM, BAD_UNTIL, BAD_ALL };

/* What each refusal is to who sent the form. */
static const struct {
	int		 http;
	enum bad	 bad;
	const char	*text;
} refusals[UNAVAILABILITY__MAX] = {
	[UNAVAILABILITY_REASON]	= { 422, BAD_REASON, "Indiquez le motif, en "
	    "200 caractères au plus : il est lu par tous ceux qui cherchent "
	    "un lit." },
	[UNAVAILABILITY_PAST]	= { 422, BAD_FROM, "Le début est déjà passé. "
	    "Choisissez « maintenant » ou une heure à venir." },
	[UNAVAILABILITY_ORDER]	= { 422, BAD_UNTIL, "La fin prévue doit venir "
	    "après le début, et après maintenant." },
	[UNAVAILABILITY_FAR]	= { 422, BAD_UNTIL, "C’est au-delà de trois "
	    "ans : laissez la fin vide tant qu’elle n’est pas connue." },
	[UNAVAILABILITY_OVERLAP] = { 409, BAD_ALL, "Cette unité est déjà "
	    "déclarée indisponible sur cette période : voyez ci-dessous." },
	[UNAVAILABILITY_NONE]	= { 409, BAD_ALL, "L’indisponibilité n’est "
	    "plus en cours : elle vient d’être levée, ou sa fin est passée." },
	[UNAVAILABILITY_OVER]	= { 409, BAD_ALL, "Cette indisponibilité est "
	    "déjà levée, ou sa fin est passée." },
};

struct scene {
	struct request			*rq;
	int64_t				 unit;
	struct unavailability_unit	 u;
	const struct unavailability	**coming, **past;
	size_t				 n_coming, n_past;
	const struct unavailability	*now, *lapsed;
};

/* --- reading --- */

static enum status
scene_read(struct request *rq, struct response *rs, struct scene *ret)
{
	struct scene s = { .rq = rq,
	    .unit = strtoll(request_arg(rq, 0) + 1, NULL, 10) };
	bool newer = false;
	enum status st;
	size_t i;

	st = unavailability_read(rq->db, rq->session.account_id, s.unit, &s.u);
	if (st == ST_NOTFOUND)
		return response_error(rs, st, "Cette unité n’existe pas ou "
		    "n’existe plus.");
	if (st != ST_OK)
		return st;
	if (!s.u.may)
		return response_error(rs, ST_DENIED, "Cette unité n’est pas "
		    "dans votre périmètre.");
	s.coming = ARENA_ARRAY(rq->arena, s.u.list.n,
	    const struct unavailability *);
	s.past = ARENA_ARRAY(rq->arena, s.u.list.n,
	    const struct unavailability *);
	for (i = 0; i < s.u.list.n; i++) {
		const struct unavailability *x = &s.u.list.v[i];

		switch (unavailability_state(x, rq->now)) {
		case UNAVAILABILITY_NOW:
			s.now = x;
			newer = true;
			continue;
		case UNAVAILABILITY_COMING:
			s.coming[s.n_coming++] = x;
			continue;
		case UNAVAILABILITY_LAPSED:
			if (!newer && rq->now - x->until_utc <
			    UNAVAILABILITY_LAPSED_S)
				s.lapsed = x;
			newer = true;
			break;
		case UNAVAILABILITY_LIFTED:
			newer = newer || x->from_utc != -1;
			break;
		}
		s.past[s.n_past++] = x;
	}
	*ret = s;
	return ST_OK;
}

/* --- showing --- */

static const char *
at_text(struct arena *a, const struct unavailability *x, int64_t at_utc)
{
	return fr_instant(a, x->zone, at_utc);
}

static const char *
period_text(struct arena *a, const struct unavailability *x)
{
	if (x->from_utc == -1)
		return x->planned_utc == -1 ? "n’a pas commencé" :
		    arena_printf(a, "n’a pas commencé ; fin prévue le %s",
		    at_text(a, x, x->planned_utc));
	if (x->until_utc == -1)
		return arena_printf(a, "depuis le %s, sans fin connue",
		    at_text(a, x, x->from_utc));
	return arena_printf(a, "du %s au %s", at_text(a, x, x->from_utc),
	    at_text(a, x, x->until_utc));
}

static const char *
outcome_text(struct arena *a, const struct unavailability *x)
{
	if (x->lifted_utc == -1)
		return "fin prévue dépassée : rouverte d’elle-même";
	return arena_printf(a, "%s le %s par %s", x->from_utc == -1 ?
	    "annulée" : "levée", at_text(a, x, x->lifted_utc),
	    x->lifted_by == NULL ? "un compte effacé" : x->lifted_by);
}

static void
period_row(struct view *v, size_t i, const void *data)
{
	const struct unavailability *const *list = data;
	const struct unavailability *x = list[i];
	struct arena *a = view_arena(v);

	view_int(v, K_id, x->id);
	view_text(v, K_period, period_text(a, x));
	view_text(v, K_reason, x->reason);
	view_text(v, K_by, arena_printf(a, "%s, le %s", x->set_by == NULL ?
	    "import" : x->set_by, at_text(a, x, x->set_utc)));
	view_text(v, K_outcome, outcome_text(a, x));
}

static void
place_row(struct view *v, size_t i, const void *data)
{
	view_text(v, K_place_name, ((const struct unavailability_unit *)
	    data)->places[i]);
}

static void
show_now(struct view *v, const struct scene *s)
{
	const struct unavailability *x = s->now;
	struct arena *a = s->rq->arena;

	if (s->lapsed != NULL)
		view_text(v, K_lapsed_text, arena_printf(a, "Fin prévue "
		    "dépassée le %s : personne n’a levé l’indisponibilité "
		    "(%s), l’unité compte comme rouverte depuis. Confirmez "
		    "ses lits, ou déclarez-la de nouveau indisponible.",
		    at_text(a, s->lapsed, s->lapsed->until_utc),
		    s->lapsed->reason));
	if (x == NULL)
		return;
	view_flag(v, K_now, true);
	view_int(v, K_now_id, x->id);
	view_text(v, K_now_text, arena_printf(a, "Indisponible depuis le %s, "
	    "%s. Déclaré par %s le %s.", at_text(a, x, x->from_utc),
	    x->until_utc == -1 ? "sans fin connue" : arena_printf(a,
	    "fin prévue le %s", at_text(a, x, x->until_utc)),
	    x->set_by == NULL ? "un import" : x->set_by,
	    at_text(a, x, x->set_utc)));
	view_text(v, K_now_reason, x->reason);
}

/* The fields: what was typed, else what is in force. */
static void
show_form(struct view *v, const struct scene *s, bool typed)
{
	struct request *rq = s->rq;
	const struct unavailability *x = s->now;
	struct arena *a = rq->arena;

	view_text(v, K_today, day_iso(a, zone_day(s->u.zone, rq->now)));
	view_text(v, K_zone_label, local_zone_label(s->u.zone));
	view_flag(v, K_replace, x != NULL);
	if (typed) {
		const char *start = request_form(rq, "debut");

		view_text(v, K_motif, request_form(rq, "motif"));
		view_flag(v, K_later, start != NULL &&
		    strcmp(start, "plus_tard") == 0);
		view_text(v, K_from_day, request_form(rq, "debut_jour"));
		view_text(v, K_from_time, request_form(rq, "debut_heure"));
		view_text(v, K_until_day, request_form(rq, "fin_jour"));
		view_text(v, K_until_time, request_form(rq, "fin_heure"));
		return;
	}
	if (x == NULL)
		return;
	view_text(v, K_motif, x->reason);
	if (x->until_utc != -1) {
		view_text(v, K_until_day, day_iso(a, zone_day(x->zone,
		    x->until_utc)));
		view_text(v, K_until_time, local_time_text(a, x->zone,
		    x->until_utc));
	}
}

static enum status
show(struct scene *s, struct response *rs, enum unavailability_outcome o,
    bool reopen)
{
	struct request *rq = s->rq;
	const char *done = request_query(rq, "fait");
	struct view *v = page_begin(rq, arena_printf(rq->arena,
	    "%sIndisponibilité totale – %s", o != UNAVAILABILITY_OK ?
	    "Erreur – " : "", s->u.name), NAV_ENTRY);

	view_text(v, K_path_back, arena_printf(rq->arena,
	    "/capacitaire/indisponibilite/u%lld", (long long)s->unit));
	view_text(v, K_unit, request_arg(rq, 0));
	view_text(v, K_name, s->u.name);
	view_text(v, K_site_name, s->u.site_name);
	view_text(v, K_site_finess, s->u.site_finess);
	view_list(v, K_places, s->u.n_places, place_row, &s->u);
	view_flag(v, K_shared, s->u.n_shared > 0);
	show_now(v, s);
	show_form(v, s, o != UNAVAILABILITY_OK && !reopen);
	view_flag(v, K_reopen, reopen && s->now != NULL);
	view_list(v, K_coming, s->n_coming, period_row, s->coming);
	view_list(v, K_history, s->n_past, period_row, s->past);
	if (o != UNAVAILABILITY_OK) {
		rs->http = refusals[o].http;
		view_text(v, K_error, refusals[o].text);
		view_text(v, K_alert, refusals[o].text);
		view_text(v, K_alert_kind, "error");
		view_flag(v, K_bad_reason, refusals[o].bad == BAD_REASON);
		view_flag(v, K_bad_from, refusals[o].bad == BAD_FROM);
		view_flag(v, K_bad_until, refusals[o].bad == BAD_UNTIL);
	} else if (done != NULL && strcmp(done, "levee") == 0 &&
	    s->now == NULL) {
		view_text(v, K_alert, "L’indisponibilité est levée : la saisie "
		    "est rouverte. Confirmez les lits de cette unité.");
		view_text(v, K_alert_kind, "success");
	} else if (done != NULL && strcmp(done, "declaree") == 0 &&
	    (s->now != NULL || s->n_coming > 0)) {
		view_text(v, K_alert, "L’indisponibilité est enregistrée.");
		view_text(v, K_alert_kind, "success");
	}
	return page_end(rq, rs, PAGE_unavailability, v);
}

enum status
page_unavailability(struct request *rq, struct response *rs)
{
	struct scene s = { .rq = rq };
	enum status st;

	if ((st = scene_read(rq, rs, &s)) != ST_OK)
		return st;
	return show(&s, rs, UNAVAILABILITY_OK, false);
}

/* The page that asks before lifting. */
enum status
page_unavailability_ask(struct request *rq, struct response *rs)
{
	struct scene s = { .rq = rq };
	enum status st;

	if ((st = scene_read(rq, rs, &s)) != ST_OK)
		return st;
	return show(&s, rs, s.now == NULL ? UNAVAILABILITY_OVER :
	    UNAVAILABILITY_OK, true);
}

/* --- saving --- */

/* The form's own faults, before the database is asked. */
static enum unavailability_outcome
form_read(struct request *rq, const struct scene *s,
    struct unavailability_ask *q)
{
	const char *reason = request_form(rq, "motif");
	const char *start = request_form(rq, "debut");

	q->account_id = rq->session.account_id;
	q->address = rq->address;
	q->unit = s->unit;
	q->from_utc = q->until_utc = -1;
	q->replace = request_form(rq, "remplace") != NULL;
	q->reason = reason == NULL ? "" : str_trim(rq->arena, reason);
	if (q->reason[0] == '\0')
		return UNAVAILABILITY_REASON;
	if (start != NULL && strcmp(start, "plus_tard") == 0 &&
	    local_instant(s->u.zone, request_form(rq, "debut_jour"),
	    request_form(rq, "debut_heure"), 0, &q->from_utc) != ST_OK)
		return UNAVAILABILITY_PAST;
	if (local_instant_given(request_form(rq, "fin_jour"),
	    request_form(rq, "fin_heure")) &&
	    local_instant(s->u.zone, request_form(rq, "fin_jour"),
	    request_form(rq, "fin_heure"), 86400, &q->until_utc) != ST_OK)
		return UNAVAILABILITY_ORDER;
	return UNAVAILABILITY_OK;
}

static enum status
tell(struct scene *s, struct response *rs, enum unavailability_outcome o,
    const char *done)
{
	struct request *rq = s->rq;

	if (o == UNAVAILABILITY_OK) {
		response_redirect(rs, arena_printf(rq->arena,
		    "/capacitaire/indisponibilite/u%lld?fait=%s",
		    (long long)s->unit, done));
		return ST_OK;
	}
	if (o == UNAVAILABILITY_DENIED)
		return ST_DENIED;
	if (o == UNAVAILABILITY_UNKNOWN)
		return ST_NOTFOUND;
	return show(s, rs, o, false);
}

enum status
page_unavailability_set(struct request *rq, struct response *rs)
{
	struct unavailability_ask q;
	enum unavailability_outcome o;
	struct scene s = { .rq = rq };
	enum status st;

	if ((st = scene_read(rq, rs, &s)) != ST_OK)
		return st;
	o = form_read(rq, &s, &q);
	if (o == UNAVAILABILITY_OK &&
	    (st = unavailability_set(rq->db, &q, &o)) != ST_OK)
		return st;
	return tell(&s, rs, o, "declaree");
}

enum status
page_unavailability_lift(struct request *rq, struct response *rs)
{
	const char *text = request_form(rq, "indisponibilite");
	enum unavailability_outcome o;
	struct scene s = { .rq = rq };
	enum status st;
	int64_t id;

	if (text == NULL || str_to_int(text, INT64_MAX, &id) != ST_OK)
		return response_error(rs, ST_INPUT, "Ce formulaire est "
		    "incomplet. Rechargez la page et recommencez.");
	if ((st = scene_read(rq, rs, &s)) != ST_OK ||
	    (st = unavailability_lift(rq->db, rq->session.account_id,
	    rq->address, s.unit, id, &o)) != ST_OK)
		return st;
	return tell(&s, rs, o, "levee");
}
