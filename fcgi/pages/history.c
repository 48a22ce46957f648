/* history.c - the past of a place: every value, when true, when known. */
#include "pages/history.h"

#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "pages/local_time.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(name) X(place)	\
	X(site_name) X(site_finess) X(shared) X(zone_label)		\
	X(correct_href) X(gone_href) X(csv) X(csv_max)			\
	X(indicators) X(sources) X(spans) X(code) X(label) X(selected)	\
	X(href) X(du) X(au) X(today) X(days) X(auto) X(src) X(src_dark)	\
	X(src_narrow) X(src_dark_narrow) X(chart_alt) X(chart_title)	\
	X(steps) X(from) X(until) X(value) X(locked) X(more_steps)	\
	X(entries) X(true_iso) X(true_at) X(known_iso) X(known_at)	\
	X(late) X(values) X(assigned) X(replaced) X(before) X(retracted) \
	X(who) X(source) X(kind) X(reason) X(comment) X(next) X(first)	\
	X(correction)
PAGE_SPEC(history, "history.html", KEYS);

enum { STEPS_LISTED = 200 };

struct scene {
	struct request			*rq;
	const struct history_place	*p;
	const struct history_show	*q;
	const struct history		*all;
	const struct history_line	*line;
	size_t				*start;	/* of each entry in all */
	size_t				 n_entries;
};

static const struct { const char *code, *label; } sources[] = {
	{ "manual", "Saisie manuelle" }, { "feed", "Flux" },
	{ "import", "Import" },
};

static const int spans[] = { 7, 30, 90 };

const char *
history_kind(const struct history_value *v)
{
	static const struct { const char *mode, *kind, *text; } words[] = {
		{ NULL, "correction", "correction" },
		{ NULL, "undo", "annulation" },
		{ "simple", "save", "saisie simplifiée" },
		{ "full", "save", "saisie complète" },
		{ "feed", "save", "flux" },
		{ "import", "save", "import" },
	};
	size_t i;

	for (i = 0; i < N_ELEM(words); i++)
		if (strcmp(words[i].kind, v->kind) == 0 &&
		    (words[i].mode == NULL ||
		    strcmp(words[i].mode, v->mode) == 0))
			return words[i].text;
	return v->kind;
}

/* --- filters --- */

static void
indicator_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;
	int64_t id = i == 0 ? HISTORY_TOTAL : capacity_fields[i - 1].indicator;

	view_text(v, K_code, i == 0 ? "DISPO" : capacity_fields[i - 1].code);
	view_text(v, K_label, i == 0 ? "Disponibles, total" : arena_printf(
	    view_arena(v), "%s – %s", capacity_groups[
	    capacity_fields[i - 1].group].label, capacity_fields[i - 1].bed));
	view_flag(v, K_selected, s->q->ask.indicator == id);
}

static void
source_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;

	view_text(v, K_code, sources[i].code);
	view_text(v, K_label, sources[i].label);
	view_flag(v, K_selected, s->q->ask.source != NULL &&
	    strcmp(s->q->ask.source, sources[i].code) == 0);
}

static void
span_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;

	view_int(v, K_code, spans[i]);
	view_flag(v, K_selected, s->q->days == spans[i]);
}

/* --- the drawing, in words and as a table --- */

static const char *
instant(struct view *v, const struct scene *s, int64_t at_utc)
{
	return fr_instant(view_arena(v), s->p->zone, at_utc);
}

/* The newest first, as the entries below. */
static void
step_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;
	const struct history_step *x = &s->line->v[s->line->n - 1 - i];

	view_text(v, K_from, instant(v, s, x->from_utc));
	view_text(v, K_until, instant(v, s, x->to_utc));
	view_int(v, K_value, x->value);
	view_flag(v, K_locked, x->locked);
}

static const char *
indicator_label(int64_t id)
{
	return id == HISTORY_TOTAL ? "Disponibles, total" :
	    capacity_fields[capacity_field_of(id)].bed;
}

static const char *
chart_words(struct arena *a, const struct scene *s)
{
	const struct history_line *l = s->line;
	int low, high;
	size_t i;

	if (l->n == 0)
		return arena_printf(a, "%s, %d derniers jours" NNBSP ": aucune "
		    "valeur connue.", indicator_label(s->q->chart_indicator),
		    s->q->days);
	low = high = l->v[0].value;
	for (i = 1; i < l->n; i++) {
		low = l->v[i].value < low ? l->v[i].value : low;
		high = l->v[i].value > high ? l->v[i].value : high;
	}
	return arena_printf(a, "%s, %d derniers jours" NNBSP ": de %d à %d, "
	    "%d pour la dernière valeur connue. Les valeurs sont dans le "
	    "tableau.", indicator_label(s->q->chart_indicator), s->q->days,
	    low, high, l->v[l->n - 1].value);
}

static void
show_chart(struct view *v, const struct scene *s)
{
	struct arena *a = view_arena(v);
	const char *src = arena_printf(a, "/capacitaire/l%lld/historique.svg?%s",
	    (long long)s->p->id, s->q->filters);
	bool dark = s->q->dark;

	view_flag(v, K_auto, s->rq->theme == NULL);
	view_text(v, K_src, arena_printf(a, "%s%s", src, dark ?
	    "&theme=sombre" : "&theme=clair"));
	view_text(v, K_src_dark, arena_printf(a, "%s&theme=sombre", src));
	view_text(v, K_src_narrow, arena_printf(a, "%s%s&largeur=etroite", src,
	    dark ? "&theme=sombre" : "&theme=clair"));
	view_text(v, K_src_dark_narrow, arena_printf(a,
	    "%s&theme=sombre&largeur=etroite", src));
	view_text(v, K_chart_title, indicator_label(s->q->chart_indicator));
	view_text(v, K_chart_alt, chart_words(a, s));
	view_list(v, K_steps, s->line->n > STEPS_LISTED ? STEPS_LISTED :
	    s->line->n, step_row, s);
	view_flag(v, K_more_steps, s->line->n > STEPS_LISTED);
}

/* --- entries --- */

struct part {
	const struct scene	*s;
	size_t			 from;
};

static const char *
figure(struct arena *a, int n)
{
	return n == CAP_NULL ? NULL : arena_printf(a, "%d", n);
}

static void
value_row(struct view *v, size_t i, const void *data)
{
	const struct part *p = data;
	const struct history_value *x = &p->s->all->v[p->from + i];
	const char *before = figure(view_arena(v), x->before);

	view_text(v, K_label, x->label);
	view_text(v, K_assigned, x->assigned);
	view_text(v, K_value, figure(view_arena(v), x->value));
	view_flag(v, K_retracted, x->value == CAP_NULL);
	view_flag(v, K_replaced, x->replaced && x->before != x->value);
	view_text(v, K_before, before == NULL ? "rien" : before);
}

static void
entry_row(struct view *v, size_t i, const void *data)
{
	const struct scene *s = data;
	const struct history_value *x = &s->all->v[s->start[i]];
	struct arena *a = view_arena(v);
	struct part *p = ARENA_NEW(a, struct part);

	p->s = s;
	p->from = s->start[i];
	view_text(v, K_true_iso, instant_iso(a, s->p->zone, x->effective_utc));
	view_text(v, K_true_at, instant(v, s, x->effective_utc));
	view_text(v, K_known_iso, instant_iso(a, s->p->zone, x->recorded_utc));
	view_text(v, K_known_at, instant(v, s, x->recorded_utc));
	view_flag(v, K_late, x->recorded_utc - x->effective_utc >= 60);
	view_list(v, K_values, s->start[i + 1] - s->start[i], value_row, p);
	view_text(v, K_who, x->who);
	view_text(v, K_source, x->source);
	view_text(v, K_kind, history_kind(x));
	view_flag(v, K_correction, strcmp(x->kind, "save") != 0);
	view_text(v, K_reason, x->reason);
	view_text(v, K_comment, x->comment != NULL && x->comment[0] == '\0' ?
	    "commentaire retiré" : x->comment);
}

/* Where each entry begins; the last may be there only to say that more
 * follow. */
static void
entries_find(struct scene *s)
{
	const struct history *h = s->all;
	size_t i, n = 0;

	s->start = ARENA_ARRAY(s->rq->arena, h->n + 1, size_t);
	for (i = 0; i < h->n; i++)
		if (i == 0 || h->v[i].entry_id != h->v[i - 1].entry_id ||
		    h->v[i].effective_utc != h->v[i - 1].effective_utc)
			s->start[n++] = i;
	s->start[n] = h->n;
	s->n_entries = n;
}

static void
show_entries(struct view *v, struct scene *s)
{
	struct arena *a = view_arena(v);
	size_t n = s->n_entries;

	if (n > HISTORY_ENTRIES) {
		n = HISTORY_ENTRIES;
		view_text(v, K_next, arena_printf(a,
		    "/capacitaire/l%lld/historique?%s&apres=%s",
		    (long long)s->p->id, s->q->filters, history_cursor(a,
		    &s->all->v[s->start[n - 1]])));
	}
	if (s->q->ask.after_at != NULL)
		view_text(v, K_first, arena_printf(a,
		    "/capacitaire/l%lld/historique?%s", (long long)s->p->id,
		    s->q->filters));
	view_list(v, K_entries, n, entry_row, s);
}

/* --- the page --- */

static void
show_frame(struct view *v, const struct scene *s)
{
	const struct history_place *p = s->p;
	struct arena *a = view_arena(v);
	const char *done = request_query(s->rq, "fait");

	view_text(v, K_name, p->name);
	view_text(v, K_place, request_arg(s->rq, 0));
	view_text(v, K_site_name, p->site_name);
	view_text(v, K_site_finess, p->site_finess);
	view_text(v, K_zone_label, local_zone_label(p->zone));
	if (p->n_units > 1)
		view_text(v, K_shared, arena_printf(a, "Lieu partagé par %zu "
		    "unités", p->n_units));
	if (p->may_correct)
		view_text(v, K_correct_href, arena_printf(a,
		    "/capacitaire/l%lld/correction", (long long)p->id));
	view_text(v, K_gone_href, arena_printf(a, "/capacitaire/jour?board=%s"
	    "&site=%s", strcmp(p->nature, "02") == 0 ? "places" : "lits",
	    p->site_finess));
	view_text(v, K_csv, arena_printf(a, "/capacitaire/l%lld/historique?%s"
	    "&format=csv", (long long)p->id, s->q->filters));
	view_text(v, K_csv_max, fr_int(a, HISTORY_CSV_MAX));
	view_list(v, K_indicators, CAP__MAX + 1, indicator_row, s);
	view_list(v, K_sources, N_ELEM(sources), source_row, s);
	view_list(v, K_spans, N_ELEM(spans), span_row, s);
	view_int(v, K_days, s->q->days);
	view_text(v, K_du, s->q->du);
	view_text(v, K_au, s->q->au);
	view_text(v, K_today, day_iso(a, zone_day(p->zone, s->rq->now)));
	if (done != NULL && strcmp(done, "correction") == 0 && s->all->n > 0) {
		view_text(v, K_alert, "La correction est enregistrée. Les "
		    "rapports de ces jours seront recalculés cette nuit" NNBSP
		    "; ce qui était connu avant reste lisible.");
		view_text(v, K_alert_kind, "success");
	}
}

enum status
page_history(struct request *rq, struct response *rs)
{
	struct history_place p = { 0 };
	struct history_show q = { .days = 0 };
	struct history all = { .n = 0 };
	struct history_line line = { .n = 0 };
	struct scene s = { rq, &p, &q, &all, &line, NULL, 0 };
	struct view *v;
	enum status st;

	if ((st = history_place_read(rq, rs, &p)) != ST_OK ||
	    (st = history_show_read(rq, rs, &p, &q)) != ST_OK)
		return st;
	if (q.csv)
		return history_csv(rq, rs, &p, &q);
	if ((st = history_read(rq->db, &q.ask, &all)) != ST_OK ||
	    (st = history_line_read(rq->db, rq->session.account_id, p.id,
	    q.chart_indicator, zone_day_start(p.zone, q.first_day), rq->now,
	    &line)) != ST_OK)
		return st;
	entries_find(&s);
	v = page_begin(rq, arena_printf(rq->arena, "Historique – %s", p.name),
	    NAV_ENTRY);
	show_frame(v, &s);
	show_chart(v, &s);
	show_entries(v, &s);
	return page_end(rq, rs, PAGE_history, v);
}
