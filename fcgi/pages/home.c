/* home.c - the first page after signing in, and three small answers. */
#include <string.h>

#include "base/french.h"
#include "domain/board.h"
#include "handlers.h"
#include "local_path.h"
#include "page.h"
#include "routes.h"
#include "pages/sentinel.h"

enum { SILENCES_MAX = 8 };

#define KEYS(X) LAYOUT_KEYS(X) X(today) X(alert) X(alert_kind) X(stale)	\
	X(stale_count) X(name) X(site) X(href) X(at_iso) X(at_title) X(age) \
	X(level) X(silences) X(silence_count) X(state) X(detail) X(place) \
	X(to_manual) X(to_feed) X(can_watch) X(watched)
PAGE_SPEC(home, "home.html", KEYS);

enum status
page_root(struct request *rq, struct response *rs)
{
	response_redirect(rs, session_has(&rq->session, ROLE_BED_MANAGER) ?
	    "/capacitaire/lits" : "/accueil");
	return ST_OK;
}

static const char *const boards[BOARD__MAX] = {
	[BOARD_BEDS]   = "/capacitaire/lits",
	[BOARD_PLACES] = "/capacitaire/places",
	[BOARD_SOCIAL] = "/capacitaire/places-medico-sociales",
};

static void
stale_row(struct view *v, size_t i, const void *data)
{
	const struct stale_list *l = data;
	const struct stale_place *p = &l->v[i];
	struct arena *a = view_arena(v);
	int64_t age_s = l->now - p->at_utc;

	view_text(v, K_name, p->name);
	view_text(v, K_site, p->site_name);
	view_text(v, K_href, arena_printf(a, "%s?site=%s#l%lld",
	    boards[p->board], p->site_finess, (long long)p->place_id));
	view_text(v, K_age, p->at_utc == -1 ? "jamais" : fr_age(a, age_s));
	view_text(v, K_at_iso, p->at_utc == -1 ? NULL :
	    instant_iso(a, p->zone, p->at_utc));
	view_text(v, K_at_title, p->at_utc == -1 ? NULL :
	    fr_instant_long(a, p->zone, p->at_utc));
	view_int(v, K_level, fr_age_level(age_s));
}

/* « 3 lieux (lits) sans nouvelles depuis plus de 24 h, 1 lieu (places)… » */
static const char *
stale_text(struct arena *a, const struct stale_list *l)
{
	const char *beds = l->n_beds == 0 ? "" : arena_printf(a,
	    "%s de lits sans nouvelles depuis plus de 24 h",
	    fr_count(a, l->n_beds, "lieu", "lieux"));
	const char *places = l->n_places == 0 ? "" : arena_printf(a,
	    "%s de places depuis plus de 7 jours",
	    fr_count(a, l->n_places, "lieu", "lieux"));

	return arena_printf(a, "%s%s%s", beds, beds[0] != '\0' &&
	    places[0] != '\0' ? ", " : "", places);
}

struct silences {
	struct request		*rq;
	bool			 manager;	/* acts on them here */
	struct silence_list	 list;
};

static void
silence_row(struct view *v, size_t i, const void *data)
{
	const struct silences *l = data;
	const struct silence *s = &l->list.v[i];
	struct arena *a = view_arena(v);

	view_text(v, K_name, s->name);
	view_text(v, K_site, s->site_name);
	if (l->manager)
		view_text(v, K_href, arena_printf(a, "%s?site=%s%s",
		    boards[board_of(s->nature, s->field)], s->site_finess,
		    s->is_feed ? "" : arena_printf(a, "#l%lld",
		    (long long)s->place_id)));
	view_text(v, K_state, silence_text(a, s->kind, s->is_feed,
	    l->rq->now - s->since_utc, s->heard, s->usual));
	view_text(v, K_detail, arena_printf(a, "%s, d’habitude %s%s",
	    fr_count(a, s->n_places, "lieu", "lieux"),
	    silence_rhythm(a, s->median_s), s->n_manual == 0 ? "" :
	    s->n_manual == s->n_places ? ", en saisie manuelle" :
	    arena_printf(a, ", %s en saisie manuelle", fr_int(a,
	    s->n_manual))));
	view_text(v, K_place, arena_printf(a, "l%lld",
	    (long long)s->place_id));
	view_flag(v, K_to_manual, l->manager && s->is_feed &&
	    s->n_manual < s->n_places);
	view_flag(v, K_to_feed, l->manager && s->is_feed && s->n_manual > 0);
}

/* Who is silent: a bed manager's own places, with what to do; the feeds of
 * those who watch over them. */
static enum status
silences(struct request *rq, struct view *v)
{
	struct silences *l = ARENA_NEW(rq->arena, struct silences);
	const char *roles = silence_roles(rq);
	enum status st;

	*l = (struct silences){ .rq = rq,
	    .manager = session_has(&rq->session, ROLE_BED_MANAGER) };
	view_flag(v, K_watched, roles != NULL);
	view_flag(v, K_can_watch, routes_open(rq,
	    "/administration/sentinelle"));
	if (roles == NULL)
		return ST_OK;
	if ((st = silence_list(rq->db, &(struct silence_ask){
	    .account_id = rq->session.account_id,
	    .roles = l->manager ? "{bed_manager}" : roles,
	    .subject = l->manager ? NULL : "feed", .now = rq->now,
	    .most = SILENCES_MAX }, &l->list)) != ST_OK)
		return st;
	view_list(v, K_silences, l->list.n, silence_row, l);
	if (l->list.n_all > (int64_t)l->list.n)
		view_text(v, K_silence_count, arena_printf(rq->arena,
		    "%s en tout, les %zu plus anciennes ici", fr_count(
		    rq->arena, l->list.n_all, "alarme", "alarmes"),
		    l->list.n));
	return ST_OK;
}

enum status
page_home(struct request *rq, struct response *rs)
{
	struct view *v = page_begin(rq, "Accueil", NAV_HOME);
	struct stale_list *l = ARENA_NEW(rq->arena, struct stale_list);
	enum status st;

	view_text(v, K_today, fr_instant_long(rq->arena, rq->app->paris,
	    rq->now));
	view_text(v, K_alert, channel_alert(rq));
	view_text(v, K_alert_kind, "success");
	if ((st = silences(rq, v)) != ST_OK)
		return st;
	if (session_has(&rq->session, ROLE_BED_MANAGER)) {
		if ((st = board_stale(rq->db, rq->session.account_id, rq->now,
		    l)) != ST_OK)
			return st;
		view_list(v, K_stale, l->n, stale_row, l);
		view_text(v, K_stale_count, stale_text(rq->arena, l));
	}
	return page_end(rq, rs, PAGE_home, v);
}

enum status
page_theme(struct request *rq, struct response *rs)
{
	const char *theme = request_form(rq, "theme");

	if (theme == NULL || (strcmp(theme, "light") != 0 &&
	    strcmp(theme, "dark") != 0))
		theme = rq->theme != NULL && strcmp(rq->theme, "dark") == 0 ?
		    "light" : "dark";
	response_cookie(rs, arena_printf(rq->arena, "theme=%s; Path=/; "
	    "Max-Age=31536000; SameSite=Lax; Secure", theme));
	response_redirect(rs, local_path(request_form(rq, "retour"),
	    "/accueil"));
	return ST_OK;
}

/* For the load balancer: this worker and its database answer. */
enum status
page_health(struct request *rq, struct response *rs)
{
	struct rows r;
	enum status st;

	if ((st = db_run(rq->db, Q_health, DB_NONE, &r)) != ST_OK)
		return st;
	response_json(rs, "{\"status\":\"ok\"}\n");
	return ST_OK;
}
