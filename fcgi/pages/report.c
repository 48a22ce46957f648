/* report.c - /rapports: a région on one day, and what both pages share. */
#include "pages/report.h"

#include <math.h>
#include <string.h>

#include "base/french.h"
#include "handlers.h"

static const char *const keys[] = { REPORT_KEYS(TMPL_KEY_NAME) };

const struct page_spec page_spec_reports = { "reports.html", keys,
	N_ELEM(keys) };

static const struct { const char *code, *name; } natures[] = {
	{ "01", "Lits" }, { "02", "Places" }, { "04", "Salles" },
};

/* What rows of the lists need. */
struct scene {
	struct request			*rq;
	const struct report_ask		*q;
	struct report_region_day	 data;
	size_t				 categories[SNAPSHOT_CATEGORIES_MAX];
};

static void
nature_row(struct view *v, size_t i, const void *data)
{
	const struct report_ask *q = data;

	view_text(v, K_code, natures[i].code);
	view_text(v, K_name, natures[i].name);
	view_flag(v, K_selected, strcmp(natures[i].code,
	    q->scope.nature) == 0);
}

static void
category_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;
	const struct snapshot_category *c =
	    &sc->rq->app->snapshot.categories[sc->categories[i]];

	view_text(v, K_code, c->slug);
	view_text(v, K_name, c->label);
	view_flag(v, K_selected, c == sc->q->category);
}

static void
indicator_row(struct view *v, size_t i, const void *data)
{
	const struct report_ask *q = data;

	view_text(v, K_code, department_word((enum department_chart)i));
	view_text(v, K_name, report_specs[i].name);
	view_flag(v, K_selected, i == (size_t)q->indicator);
}

/* The categories of the nature asked for: others never add up with it. */
static void
show_categories(struct view *v, struct request *rq,
    const struct report_ask *q)
{
	struct scene *sc = ARENA_NEW(rq->arena, struct scene);
	const struct snapshot *copy = &rq->app->snapshot;
	size_t i, n = 0;

	sc->rq = rq;
	sc->q = q;
	for (i = 0; i < copy->n_categories; i++)
		if (strcmp(copy->categories[i].nature, q->scope.nature) == 0)
			sc->categories[n++] = i;
	view_list(v, K_categories, n, category_row, sc);
}

static void
show_known(struct view *v, struct request *rq, const struct report_ask *q)
{
	struct arena *a = rq->arena;
	const struct zone *paris = rq->app->paris;
	int32_t cut_day = zone_day(paris, q->cut.at_utc);
	int32_t since = cut_day - REPORT_FINAL_DAYS + 1;

	view_text(v, K_known_line, arena_printf(a, "Données connues au %s "
	    "(heure de Paris)", fr_instant(a, paris, q->cut.at_utc)));
	view_text(v, K_newest, day_iso(a, q->cut.last_day));
	if (!report_provisional(q->last_day, cut_day))
		return;
	view_text(v, K_provisional_line, q->first_day == q->last_day ?
	    arena_printf(a, "provisoires jusqu’au %s", fr_date(a,
	    q->last_day + REPORT_FINAL_DAYS)) :
	    arena_printf(a, "provisoires à partir du %s", fr_date(a,
	    since > q->first_day ? since : q->first_day)));
}

void
report_show_frame(struct view *v, struct request *rq,
    const struct report_ask *q)
{
	struct arena *a = rq->arena;

	view_flag(v, K_has_figures, q->has_cut);
	view_text(v, K_scope_label, report_scope_label(a, q));
	view_text(v, K_many, q->many);
	view_text(v, K_du, day_iso(a, q->first_day));
	view_text(v, K_au, day_iso(a, q->last_day));
	view_text(v, K_known, q->known);
	view_text(v, K_day_long, fr_date_long(a, q->last_day));
	view_text(v, K_period, arena_printf(a, "du %s au %s", fr_date(a,
	    q->first_day), fr_date(a, q->last_day)));
	view_flag(v, K_auto, rq->theme == NULL);
	view_list(v, K_natures, N_ELEM(natures), nature_row, q);
	view_list(v, K_indicators, DEPARTMENT__MAX, indicator_row, q);
	show_categories(v, rq, q);
	if (q->has_cut)
		show_known(v, rq, q);
}

void
report_show_figures(struct view *v, const struct report_sums *s)
{
	struct arena *a = view_arena(v);

	view_text(v, K_occ, report_figure(a, report_occupancy_bound(s), true,
	    1));
	view_text(v, K_occ_range, report_range(a, report_occupancy_low(s),
	    report_occupancy_high(s), true, 1));
	view_text(v, K_free, report_figure(a, report_available(s), false, 0));
	view_text(v, K_free_range, report_range(a, report_available(s),
	    report_available_high(s), false, 0));
	view_text(v, K_installed, report_figure(a, report_installed(s), false,
	    0));
	view_text(v, K_closed, report_figure(a, report_closed(s), false, 0));
	view_text(v, K_closed_r, report_figure(a, report_closed_r(s), false,
	    0));
	view_text(v, K_closed_rate, report_figure(a, report_closure_rate(s),
	    true, 1));
	view_text(v, K_covered, report_figure(a, report_coverage(s), true,
	    1));
	view_text(v, K_places, report_places(a, s));
}

bool
report_dark(const struct request *rq)
{
	return rq->theme != NULL && strcmp(rq->theme, "dark") == 0;
}

/* Odd places are dark, the last two narrow. */
void
report_show_image(struct view *v, const struct report_ask *q,
    const char *path, const char *indicator, int first_key)
{
	static const char *const tails[] = { "&largeur=moyenne",
		"&theme=sombre&largeur=moyenne", "&largeur=etroite",
		"&theme=sombre&largeur=etroite" };
	struct arena *a = view_arena(v);
	int i;

	for (i = 0; i < (int)N_ELEM(tails); i++)
		view_text(v, first_key + i, arena_printf(a,
		    "%s%sindicateur=%s&%s&%s%s", path, strchr(path, '?') ==
		    NULL ? "?" : "&", indicator, q->days, q->query,
		    tails[q->dark ? i | 1 : i]));
}

static void
region_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;
	const struct region *r = &sc->rq->app->geo.regions[i];

	view_text(v, K_code, r->code);
	view_text(v, K_name, r->name);
	view_flag(v, K_selected, r == sc->q->region);
}

static void
departement_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;
	const struct report_department *d = &sc->data.item[i];

	view_text(v, K_code, d->code);
	view_text(v, K_name, d->name);
	view_text(v, K_dep_href, arena_printf(view_arena(v),
	    "/rapports/departement/%s?au=%s&%s", d->code,
	    day_iso(view_arena(v), sc->q->last_day), sc->q->query));
	report_show_figures(v, &d->sums);
}

static void
total_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;

	(void)i;
	report_show_figures(v, &sc->data.total);
}

/* The map in words: the two ends of the scale. */
static const char *
map_words(struct arena *a, const struct report_ask *q,
    const struct report_region_day *r)
{
	const struct report_spec *s = &report_specs[q->indicator];
	const struct report_department *low = NULL, *high = NULL;
	size_t i;

	for (i = 0; i < r->n; i++) {
		double v = s->value(&r->item[i].sums);

		if (isnan(v))
			continue;
		if (low == NULL || v < s->value(&low->sums))
			low = &r->item[i];
		if (high == NULL || v > s->value(&high->sums))
			high = &r->item[i];
	}
	if (low == NULL)
		return arena_printf(a, "%s, %s" NNBSP ": aucune donnée ce "
		    "jour.", s->title, q->region->name);
	return arena_printf(a, "%s par département, %s, %s" NNBSP ": de %s "
	    "(%s) à %s (%s). Les valeurs sont dans le tableau.", s->title,
	    q->region->name, fr_date(a, q->last_day), report_figure(a,
	    s->value(&low->sums), s->rate, 1), low->name, report_figure(a,
	    s->value(&high->sums), s->rate, 1), high->name);
}

static void
region_show(struct view *v, struct scene *sc)
{
	const struct report_ask *q = sc->q;
	struct arena *a = view_arena(v);
	const char *word = department_word(q->indicator);
	const char *alt = map_words(a, q, &sc->data);

	view_text(v, K_region_name, q->region->name);
	view_text(v, K_region_code, q->region->code);
	view_text(v, K_href_csv, arena_printf(a,
	    "/rapports?region=%s&%s&%s&format=csv", q->region->code, q->days,
	    q->query));
	view_list(v, K_regions, sc->rq->app->geo.n_regions, region_row, sc);
	view_list(v, K_deps, sc->data.n, departement_row, sc);
	view_list(v, K_total, 1, total_row, sc);
	view_text(v, K_indicator_title, report_specs[q->indicator].title);
	view_text(v, K_help, report_specs[q->indicator].help);
	view_text(v, K_map_alt, alt);
	view_text(v, K_rank_alt, alt);
	report_show_image(v, q, arena_printf(a, "/rapports/carte.svg?region=%s",
	    q->region->code), word, K_map_src);
	report_show_image(v, q, arena_printf(a,
	    "/rapports/classement.svg?region=%s", q->region->code), word,
	    K_rank_src);
	report_show_figures(v, &sc->data.total);
	view_flag(v, K_empty, sc->data.total.places_expected == 0);
}

static enum status
region_csv(struct request *rq, struct response *rs, const struct scene *sc)
{
	const struct report_ask *q = sc->q;
	size_t i;

	report_csv_head(rs->body);
	for (i = 0; q->has_cut && i < sc->data.n; i++)
		report_csv_row(rs->body, rq, q, sc->data.item[i].code,
		    sc->data.item[i].name, q->last_day,
		    &sc->data.item[i].sums);
	response_file(rs, "text/csv", arena_printf(rq->arena,
	    "rapport-region-%s-%s.csv", q->region->code,
	    day_iso(rq->arena, q->last_day)));
	return ST_OK;
}

enum status
page_reports(struct request *rq, struct response *rs)
{
	struct report_ask q;
	struct scene *sc = ARENA_NEW(rq->arena, struct scene);
	const struct region *region = NULL;
	const char *departement;
	struct view *v;
	enum status st;

	if ((st = report_region(rq, rs, &region, &departement)) != ST_OK)
		return st;
	if (departement != NULL) {
		response_redirect(rs, arena_printf(rq->arena,
		    "/rapports/departement/%s", departement));
		return ST_OK;
	}
	if ((st = report_ask_read(rq, rs, true, &q)) != ST_OK)
		return st;
	q.region = region;
	q.dark = report_dark(rq);
	*sc = (struct scene){ .rq = rq, .q = &q };
	if ((st = report_region_get(rq, &q, &sc->data)) != ST_OK)
		return st;
	if (q.csv)
		return region_csv(rq, rs, sc);
	v = page_begin(rq, arena_printf(rq->arena, "Rapport – %s",
	    region->name), NAV_REPORTS);
	report_show_frame(v, rq, &q);
	region_show(v, sc);
	return page_end(rq, rs, PAGE_reports, v);
}
