/* call.c - « J’ai appelé »: one answer a click, and the table of accuracy. */
#include "pages/call.h"

#include <stdio.h>
#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define NB	"\xe2\x80\xaf"		/* U+202F */

#define KEYS(X) LAYOUT_KEYS(X) X(region_name) X(regions) X(code) X(name)	\
	X(selected) X(sites) X(site) X(site_href) X(departement) X(calls) \
	X(places) X(confirmed) X(none) X(different) X(rate) X(few)	\
	X(last) X(judged_min) X(href_csv)
PAGE_SPEC(calls, "calls.html", KEYS);

const char *
call_note(struct arena *a, const struct zone *z, const struct call *c)
{
	/* 20/11/2026 14:05: the two hours that it is shown need no day. */
	const char *at = strchr(fr_instant(a, z, c->at_utc), ' ') + 1;

	switch (c->outcome) {
	case CALL_CONFIRMED:
		return arena_printf(a, "confirmé par téléphone à %s", at);
	case CALL_NONE:
		return arena_printf(a, "signalé plus de place à %s", at);
	default:
		return c->number < 0 ? arena_printf(a, "signalé différent à "
		    "%s", at) : arena_printf(a, "signalé %s au téléphone à %s",
		    fr_int(a, c->number), at);
	}
}

const char *
call_rate_text(struct arena *a, int64_t judged, int64_t accurate)
{
	const char *calls = fr_count(a, judged, "appel", "appels");

	if (judged == 0)
		return NULL;
	if (judged < CALL_JUDGED_MIN)
		return arena_printf(a, "%s en 90 jours, trop peu pour juger "
		    "de l’exactitude", calls);
	return arena_printf(a, "Exact au téléphone" NB ": %s sur %s en 90 "
	    "jours", fr_pct(a, (double)accurate / (double)judged, 0), calls);
}

/* "7.1795167000": the figure that the page showed, and since when it was
 * true; empty: none was. */
static bool
shown_read(const struct request *rq, struct call_given *g)
{
	const char *text = request_form(rq, "vu"), *dot;
	int64_t at;

	g->shown = -1;
	if (text == NULL || text[0] == '\0')
		return true;
	dot = strchr(text, '.');
	if (dot == NULL || str_to_int(arena_strndup(rq->arena, text,
	    (size_t)(dot - text)), CALL_NUMBER_MAX, &g->shown) != ST_OK ||
	    str_to_int(dot + 1, rq->now + 300, &at) != ST_OK)
		return false;
	g->shown_at_utc = at;
	return true;
}

static enum status
given_read(struct request *rq, struct response *rs, struct call_given *g)
{
	const char *place = request_form(rq, "lieu");
	const char *outcome = request_form(rq, "reponse");
	const char *number = request_form(rq, "nombre");

	*g = (struct call_given){ .account_id = rq->session.account_id,
	    .call = { .number = -1, .at_utc = rq->now } };
	if (place == NULL || place[0] != 'l' || str_to_int(place + 1,
	    INT64_MAX / 10, &g->call.place_id) != ST_OK)
		return response_error(rs, ST_INPUT,
		    "Ce lieu n’est pas reconnu.");
	if (outcome == NULL || !call_outcome_parse(outcome, &g->call.outcome))
		return response_error(rs, ST_INPUT, "Cette réponse n’existe "
		    "pas" NB ": confirmé, plus de place ou différent.");
	if (!shown_read(rq, g))
		return response_error(rs, ST_INPUT, "Le nombre affiché n’est "
		    "pas reconnu" NB ": rechargez la page.");
	if (g->call.outcome != CALL_DIFFERENT || number == NULL)
		return ST_OK;
	number = str_trim(rq->arena, number);
	if (number[0] != '\0' && str_to_int(number, CALL_NUMBER_MAX,
	    &g->call.number) != ST_OK)
		return response_error(rs, ST_INPUT, "Le nombre entendu au "
		    "téléphone est un nombre entier, 0 ou plus.");
	return ST_OK;
}

/* Whether the account sees the place in a list: docs/adr/0010. */
static bool
place_listed(const struct request *rq, int64_t place_id)
{
	const struct snapshot *s = &rq->app->snapshot;
	int32_t i = snapshot_find(s, place_id);

	return i >= 0 && (!s->places[i].sensitive ||
	    session_has(&rq->session, ROLE_STEWARD));
}

enum status
page_call(struct request *rq, struct response *rs)
{
	struct call_given g;
	enum status st;

	if ((st = given_read(rq, rs, &g)) != ST_OK)
		return st;
	st = place_listed(rq, g.call.place_id) ? call_add(rq->db, &g) :
	    ST_NOTFOUND;
	if (st == ST_NOTFOUND)
		return response_error(rs, st,
		    "Ce lieu n’est pas dans le répertoire d’aujourd’hui.");
	if (st == ST_DENIED)
		return response_error(rs, st, "Vous répondez pour ce lieu" NB
		    ": corrigez son nombre dans le capacitaire.");
	if (st == ST_RATE)
		return response_error(rs, st, "Soixante réponses en une heure"
		    NB ": attendez avant d’en donner d’autres.");
	if (st != ST_OK)
		return st;
	if (rq->wants_json)
		response_json(rs, "{\"appel\":true}\n");
	else
		response_redirect(rs, arena_printf(rq->arena,
		    "/disponibilites%s%s#l%lld", rq->query_string[0] == '\0' ?
		    "" : "?", rq->query_string, (long long)g.call.place_id));
	return ST_OK;
}

struct report {
	const struct request	*rq;
	const struct region	*region;
	struct call_sites	 sites;
};

static void
region_row(struct view *v, size_t i, const void *data)
{
	const struct report *r = data;
	const struct region *g = &r->rq->app->geo.regions[i];

	view_text(v, K_code, g->code);
	view_text(v, K_name, g->name);
	view_flag(v, K_selected, g == r->region);
}

static void
site_row(struct view *v, size_t i, const void *data)
{
	const struct report *r = data;
	const struct call_site *s = &r->sites.v[i];
	struct arena *a = view_arena(v);

	view_text(v, K_site, s->name);
	view_text(v, K_site_href, s->finess);
	view_text(v, K_departement, s->departement);
	view_text(v, K_places, fr_int(a, s->places));
	view_text(v, K_calls, fr_int(a, s->calls));
	view_text(v, K_confirmed, fr_int(a, s->by_outcome[CALL_CONFIRMED]));
	view_text(v, K_none, fr_int(a, s->by_outcome[CALL_NONE]));
	view_text(v, K_different, fr_int(a, s->by_outcome[CALL_DIFFERENT]));
	view_flag(v, K_few, s->judged < CALL_JUDGED_MIN);
	view_text(v, K_rate, s->judged < CALL_JUDGED_MIN ? NULL :
	    fr_pct(a, (double)s->accurate / (double)s->judged, 0));
	view_text(v, K_last, fr_instant(a, r->rq->app->paris, s->last_utc));
}

/* The région asked for, else the first of a grant that reads reports. */
static const struct region *
region_asked(const struct request *rq)
{
	const struct geography *g = &rq->app->geo;
	const char *code = request_query(rq, "region");
	const struct session *s = &rq->session;
	size_t i;

	if (code != NULL && code[0] != '\0')
		return geography_region(g, code);
	for (i = 0; i < s->n_grants; i++) {
		const struct grant *t = &s->grants[i];
		const struct departement *d;

		if (t->role != ROLE_ANALYST && t->role != ROLE_STEWARD)
			continue;
		if (t->scope == SCOPE_REGION)
			return geography_region(g, t->code);
		if (t->scope == SCOPE_DEPARTEMENT && (d =
		    geography_departement(g, t->code)) != NULL)
			return geography_region(g, d->region_code);
	}
	return geography_region(g, "11");
}

enum status
page_calls(struct request *rq, struct response *rs)
{
	struct report *r = ARENA_NEW(rq->arena, struct report);
	struct view *v;
	enum status st;

	r->rq = rq;
	if ((r->region = region_asked(rq)) == NULL)
		return response_error(rs, ST_NOTFOUND,
		    "Cette région n’existe pas.");
	if ((st = call_sites(rq->db, rq->session.account_id, r->region->code,
	    rq->now, &r->sites)) != ST_OK)
		return st;
	v = page_begin(rq, "Exactitude au téléphone", NAV_REPORTS);
	view_text(v, K_region_name, r->region->name);
	view_list(v, K_regions, rq->app->geo.n_regions, region_row, r);
	view_list(v, K_sites, r->sites.n, site_row, r);
	view_int(v, K_judged_min, CALL_JUDGED_MIN);
	return page_end(rq, rs, PAGE_calls, v);
}
