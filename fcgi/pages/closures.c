/* closures.c - planned closures: the list, and the calendar of a month. */
#include "pages/closures.h"

#include <string.h>

#include "base/french.h"
#include "domain/closure.h"
#include "domain/unavailability.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(sites)		\
	X(site_code) X(site_label) X(site_chosen) X(site_value) X(by_month)	\
	X(list_href) X(month_href) X(month_label) X(prev_href)		\
	X(prev_label) X(next_href) X(next_label) X(month_value)		\
	X(new_href) X(weeks) X(days) X(number) X(day_label) X(outside)	\
	X(today) X(filled) X(total) X(items) X(item_text) X(item_href)	\
	X(item_title) X(more) X(more_href) X(rows) X(id) X(period) X(place)		\
	X(place_href) X(unit) X(site_name) X(beds) X(kind) X(reason)	\
	X(by) X(running) X(past) X(only) X(all_href) X(none) X(cut) X(away)	\
	X(away_href) X(away_name) X(away_site) X(away_text) X(away_reason)	\
	X(away_lapsed)
PAGE_SPEC(closures, "closures.html", KEYS);

enum { ITEMS_SHOWN = 5, PAST_DAYS = 366 };

struct scene {
	struct request			*rq;
	const char			*site;		/* or NULL */
	bool				 by_month, past;
	int32_t				 first, next;	/* days of the month */
	int32_t				 today;
	int32_t				 only;		/* day, or INT32_MAX */
	struct closure_scope		 scope;
	struct closure_list		 list;
	struct unavailability_list	 away;
};

/* --- words --- */

const char *
closures_noun(const char *nature, int64_t n)
{
	bool one = n > -2 && n < 2;

	if (strcmp(nature, "02") == 0)
		return one ? "place" : "places";
	if (strcmp(nature, "04") == 0)
		return one ? "salle" : "salles";
	return one ? "lit" : "lits";
}

const char *
closures_site(const struct request *rq)
{
	const char *s = request_query(rq, "site");

	return s != NULL && strlen(s) == 9 && strspn(s,
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 9 ? s : NULL;
}

const char *
closures_key(struct arena *a)
{
	char hex[33];

	random_hex(hex, 16);
	return arena_printf(a, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8,
	    hex + 12, hex + 16, hex + 20);
}

/* « décembre 2026 »: the end of « mardi 1 décembre 2026 ». */
static const char *
month_label(struct arena *a, int32_t first)
{
	const char *s = fr_date_long(a, first);

	s = strchr(s, ' ');
	return s == NULL ? "" : strchr(s + 1, ' ') + 1;
}

static const char *
href(const struct scene *s, const char *rest)
{
	return arena_printf(s->rq->arena, "/capacitaire/fermetures?%s%s%s",
	    rest, s->site == NULL ? "" : "&site=", s->site == NULL ? "" :
	    s->site);
}

static const char *
month_href(const struct scene *s, int32_t day)
{
	struct date d = date_of_day(day);

	return href(s, arena_printf(s->rq->arena, "vue=mois&mois=%04d-%02d",
	    d.year, d.month));
}

/* --- the calendar --- */

struct day {
	const struct scene	*s;
	int32_t			 day;
};

static bool
covers(const struct closure *c, int32_t day)
{
	return c->from_day <= day && day <= c->to_day;
}

/* The i-th closure of a day. */
static const struct closure *
of_day(const struct day *d, size_t i)
{
	size_t k;

	for (k = 0; k < d->s->list.n; k++)
		if (covers(&d->s->list.v[k], d->day) && i-- == 0)
			break;
	return &d->s->list.v[k];
}

static void
item_row(struct view *v, size_t i, const void *data)
{
	const struct closure *c = of_day(data, i);
	struct arena *a = view_arena(v);

	view_text(v, K_item_text, arena_printf(a, "%d %s – %s", c->beds,
	    closures_noun(c->nature, c->beds), c->place));
	view_text(v, K_item_href, arena_printf(a,
	    "/capacitaire/fermetures/c%lld/modifier", (long long)c->id));
	view_text(v, K_item_title, arena_printf(a, "%s, %s – %s",
	    c->reopenable ? "réactivables" : "non réactivables", c->reason,
	    c->site));
}

/* « 12 lits, 3 places »: natures never add up. */
static const char *
day_total(struct arena *a, const struct day *d)
{
	static const char *const natures[] = { "01", "02", "04" };
	const char *out = "";
	size_t i, k;

	for (i = 0; i < N_ELEM(natures); i++) {
		int64_t n = 0;

		for (k = 0; k < d->s->list.n; k++) {
			const struct closure *c = &d->s->list.v[k];

			if (covers(c, d->day) &&
			    strcmp(c->nature, natures[i]) == 0)
				n += c->beds;
		}
		if (n > 0)
			out = arena_printf(a, "%s%s%s", out, out[0] == '\0' ?
			    "" : ", ", fr_count(a, n,
			    closures_noun(natures[i], 1),
			    closures_noun(natures[i], 2)));
	}
	return out;
}

static void
day_row(struct view *v, size_t i, const void *data)
{
	const struct day *monday = data;
	struct arena *a = view_arena(v);
	struct day *d = ARENA_NEW(a, struct day);
	size_t n = 0, k;

	*d = (struct day){ monday->s, monday->day + (int32_t)i };
	view_flag(v, K_outside, d->day < d->s->first || d->day >= d->s->next);
	for (k = 0; k < d->s->list.n; k++)
		n += covers(&d->s->list.v[k], d->day);
	if (d->day < d->s->first || d->day >= d->s->next)
		n = 0;
	view_int(v, K_number, date_of_day(d->day).mday);
	view_text(v, K_day_label, fr_date_long(a, d->day));
	view_flag(v, K_today, d->day == d->s->today);
	view_flag(v, K_filled, n > 0);
	view_text(v, K_total, n == 0 ? NULL : day_total(a, d));
	view_list(v, K_items, n > ITEMS_SHOWN ? ITEMS_SHOWN : n, item_row, d);
	view_text(v, K_more, n <= ITEMS_SHOWN ? NULL : arena_printf(a,
	    "et %s", fr_count(a, (int64_t)n - ITEMS_SHOWN, "autre",
	    "autres")));
	view_text(v, K_more_href, href(d->s, arena_printf(a,
	    "vue=liste&jour=%s", day_iso(a, d->day))));
}

static void
week_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;
	struct day *monday = ARENA_NEW(view_arena(v), struct day);

	*monday = (struct day){ s, s->first - (day_weekday(s->first) - 1) +
	    7 * (int32_t)i };
	view_list(v, K_days, 7, day_row, monday);
}

static void
show_month(struct view *v, const struct scene *s)
{
	struct arena *a = view_arena(v);
	int32_t monday = s->first - (day_weekday(s->first) - 1);
	struct date d = date_of_day(s->first);

	view_text(v, K_month_label, month_label(a, s->first));
	view_text(v, K_month_value, arena_printf(a, "%04d-%02d", d.year,
	    d.month));
	view_text(v, K_prev_href, month_href(s, s->first - 1));
	view_text(v, K_prev_label, month_label(a, s->first - 1));
	view_text(v, K_next_href, month_href(s, s->next));
	view_text(v, K_next_label, month_label(a, s->next));
	view_list(v, K_weeks, (size_t)((s->next - monday + 6) / 7), week_row,
	    s);
}

/* --- the list --- */

static void
closure_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;
	const struct closure *c = &s->list.v[i];
	struct arena *a = view_arena(v);

	view_int(v, K_id, c->id);
	view_text(v, K_period, c->from_day == c->to_day ? arena_printf(a,
	    "le %s", fr_date(a, c->from_day)) : arena_printf(a,
	    "du %s au %s", fr_date(a, c->from_day), fr_date(a, c->to_day)));
	view_text(v, K_place, c->place);
	view_text(v, K_place_href, arena_printf(a, "/fiche/l%lld",
	    (long long)c->place_id));
	view_text(v, K_unit, c->unit);
	view_text(v, K_site_name, c->site);
	view_text(v, K_beds, arena_printf(a, "%d %s", c->beds,
	    closures_noun(c->nature, c->beds)));
	view_text(v, K_kind, c->reopenable ? "réactivables sous 24 h" :
	    "non réactivables");
	view_text(v, K_reason, c->reason);
	view_text(v, K_by, arena_printf(a, "%s, le %s", c->who == NULL ?
	    "un compte effacé" : c->who, fr_instant(a, s->rq->app->paris,
	    c->recorded_utc)));
	view_flag(v, K_running, covers(c, s->today));
	view_flag(v, K_past, c->to_day < s->today);
}

static void
away_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;
	const struct unavailability *u = &s->away.v[i];
	struct arena *a = view_arena(v);
	bool lapsed = unavailability_state(u, s->rq->now) ==
	    UNAVAILABILITY_LAPSED;
	const char *until = u->until_utc == -1 ? NULL : fr_instant(a, u->zone,
	    u->until_utc);

	view_text(v, K_away_href, arena_printf(a,
	    "/capacitaire/indisponibilite/u%lld", (long long)u->unit));
	view_text(v, K_away_name, u->name);
	view_text(v, K_away_site, u->site_name);
	view_text(v, K_away_reason, u->reason);
	view_flag(v, K_away_lapsed, lapsed);
	view_text(v, K_away_text, lapsed ? arena_printf(a, "fin prévue "
	    "dépassée le %s : rouverte d’elle-même, à confirmer", until) :
	    arena_printf(a, "%s %s, %s%s", u->from_utc <= s->rq->now ?
	    "depuis le" : "à partir du", fr_instant(a, u->zone, u->from_utc),
	    until == NULL ? "sans fin connue" : "fin prévue le ",
	    until == NULL ? "" : until));
}

static void
site_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;
	const struct closure_site *x = &s->scope.sites[i];

	view_text(v, K_site_code, x->finess);
	view_text(v, K_site_label, arena_printf(view_arena(v), "%s (%s)",
	    x->name, x->departement));
	view_flag(v, K_site_chosen, s->site != NULL &&
	    strcmp(s->site, x->finess) == 0);
}

/* --- the page --- */

static int32_t
month_after(int32_t first)
{
	struct date d = date_of_day(first);

	d.mday = 1;
	d.month++;
	if (d.month > 12) {
		d.month = 1;
		d.year++;
	}
	return day_of_date(d);
}

/* "2026-12": its first day; this month where it is none. */
static void
month_read(struct scene *s)
{
	const char *text = request_query(s->rq, "mois");
	struct date d = date_of_day(s->today);
	int32_t day;

	d.mday = 1;
	s->first = day_of_date(d);
	if (text != NULL && strlen(text) == 7 && day_parse(arena_printf(
	    s->rq->arena, "%s-01", text), &day) == ST_OK)
		s->first = day;
	s->next = month_after(s->first);
}

/* ?jour=2026-12-24: the list of that day alone. */
static int32_t
day_read(const struct request *rq)
{
	const char *text = request_query(rq, "jour");
	int32_t day;

	return text != NULL && day_parse(text, &day) == ST_OK ? day :
	    INT32_MAX;
}

static enum status
scene_read(struct scene *s)
{
	struct request *rq = s->rq;
	struct closure_filter f = { .account_id = rq->session.account_id,
	    .site = s->site };
	enum status st;

	if (s->by_month) {
		f.first_day = s->first;
		f.last_day = s->next - 1;
	} else if (s->only != INT32_MAX) {
		f.first_day = f.last_day = s->only;
	} else {
		f.first_day = s->past ? s->today - PAST_DAYS : s->today;
		f.last_day = INT32_MAX;
	}
	if ((st = closure_scope(rq->db, f.account_id, s->site, &s->scope))
	    != ST_OK ||
	    (st = closure_list(rq->db, &f, &s->list)) != ST_OK)
		return st;
	return unavailability_mine(rq->db, f.account_id, s->site, rq->now,
	    &s->away);
}

static void
show_done(struct view *v, const struct request *rq)
{
	static const char *const words[][2] = {
		{ "programmee", "La fermeture est programmée." },
		{ "modifiee", "La fermeture est modifiée." },
		{ "annulee", "La fermeture est annulée." },
		{ "importees", "Les fermetures du fichier sont programmées." },
	};
	const char *done = request_query(rq, "fait");
	size_t i;

	for (i = 0; done != NULL && i < N_ELEM(words); i++)
		if (strcmp(done, words[i][0]) == 0) {
			view_text(v, K_alert, words[i][1]);
			view_text(v, K_alert_kind, "success");
		}
}

enum status
page_closures(struct request *rq, struct response *rs)
{
	const char *shown = request_query(rq, "vue");
	const char *past = request_query(rq, "passees");
	struct scene s = { .rq = rq, .site = closures_site(rq),
	    .by_month = shown != NULL && strcmp(shown, "mois") == 0,
	    .past = past != NULL && strcmp(past, "1") == 0,
	    .today = zone_day(rq->app->paris, rq->now),
	    .only = day_read(rq) };
	struct view *v;
	enum status st;

	month_read(&s);
	if ((st = scene_read(&s)) != ST_OK)
		return st;
	v = page_begin(rq, s.by_month ? arena_printf(rq->arena,
	    "Fermetures programmées, %s", month_label(rq->arena, s.first)) :
	    "Fermetures programmées", NAV_ENTRY);
	view_text(v, K_path_back, s.by_month ? month_href(&s, s.first) :
	    href(&s, "vue=liste"));
	show_done(v, rq);
	view_flag(v, K_by_month, s.by_month);
	view_text(v, K_site_value, s.site);
	view_text(v, K_list_href, href(&s, "vue=liste"));
	view_text(v, K_month_href, month_href(&s, s.by_month ? s.first :
	    s.today));
	view_text(v, K_only, s.only == INT32_MAX || s.by_month ? NULL :
	    fr_date_long(rq->arena, s.only));
	view_text(v, K_all_href, s.past || s.only != INT32_MAX ? NULL :
	    href(&s, "vue=liste&passees=1"));
	view_text(v, K_new_href, s.site == NULL ?
	    "/capacitaire/fermetures/nouvelle" : arena_printf(rq->arena,
	    "/capacitaire/fermetures/nouvelle?site=%s", s.site));
	view_list(v, K_sites, s.scope.n_sites, site_row, &s);
	if (s.by_month)
		show_month(v, &s);
	else
		view_list(v, K_rows, s.list.n, closure_row, &s);
	view_flag(v, K_none, s.list.n == 0);
	view_text(v, K_cut, s.list.n_total <= (int64_t)s.list.n ? NULL :
	    arena_printf(rq->arena, "%s sur %s : choisissez un établissement "
	    "pour voir les autres.", fr_int(rq->arena, (int64_t)s.list.n),
	    fr_int(rq->arena, s.list.n_total)));
	view_list(v, K_away, s.away.n, away_row, &s);
	return page_end(rq, rs, PAGE_closures, v);
}
