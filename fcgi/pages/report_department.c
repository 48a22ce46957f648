/* report_department.c - /rapports/departement/{code}: four charts over days,
 * each with the numbers it is drawn from. */
#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "pages/report.h"

static const char *const keys[] = { REPORT_KEYS(TMPL_KEY_NAME) };

const struct page_spec page_spec_report_department = {
	"report_department.html", keys, N_ELEM(keys) };

/* One chart, and the day whose row is being shown. */
struct drawn {
	const struct scene	*scene;
	enum department_chart	 which;
	const struct report_day	*day;
};

struct scene {
	struct request		*rq;
	const struct report_ask	*q;
	struct report_days	 days;
	int32_t			 cut_day;
	struct drawn		 figures[DEPARTMENT__MAX];
};

static void
head_row(struct view *v, size_t i, const void *data)
{
	const struct drawn *f = data;

	view_text(v, K_head, report_specs[f->which].columns[i].head);
}

static void
cell_row(struct view *v, size_t i, const void *data)
{
	const struct drawn *f = data;
	const struct report_spec *s = &report_specs[f->which];
	const struct report_sums *sums = &f->day->sums;
	struct arena *a = view_arena(v);
	double low = s->columns[i].low(sums);

	view_text(v, K_cell, s->columns[i].high == NULL ?
	    report_figure(a, low, s->columns[i].rate, 1) :
	    report_range(a, low, s->columns[i].high(sums),
	    s->columns[i].rate, 1));
}

static void
day_row(struct view *v, size_t i, const void *data)
{
	const struct drawn *f = data;
	const struct scene *sc = f->scene;
	struct drawn *row = ARENA_NEW(view_arena(v), struct drawn);

	*row = *f;
	row->day = &sc->days.day[i];
	view_text(v, K_day, fr_date(view_arena(v), row->day->day));
	view_text(v, K_day_at, day_iso(view_arena(v), row->day->day));
	view_flag(v, K_provisional, report_provisional(row->day->day,
	    sc->cut_day));
	view_text(v, K_places, report_places(view_arena(v), &row->day->sums));
	view_list(v, K_cells, report_specs[f->which].n_columns, cell_row,
	    row);
}

static void
chart_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;
	const struct report_spec *s = &report_specs[i];
	struct arena *a = view_arena(v);
	const char *word = department_word((enum department_chart)i);
	const char *summary = report_summary(a, (enum department_chart)i,
	    sc->q->many, &sc->days);
	const char *path = arena_printf(a, "/rapports/departement/%s",
	    sc->q->departement->code);

	view_text(v, K_word, word);
	view_text(v, K_chart_title, s->title);
	view_text(v, K_help, s->help);
	view_text(v, K_summary, summary);
	view_text(v, K_alt, arena_printf(a, "%s, %s, %s, du %s au %s. %s "
	    "Les valeurs sont dans le tableau qui suit.", s->title,
	    sc->q->departement->name, report_scope_label(a, sc->q),
	    fr_date(a, sc->q->first_day), fr_date(a, sc->q->last_day),
	    summary));
	report_show_image(v, sc->q, arena_printf(a, "%s.svg", path), word,
	    K_src);
	view_text(v, K_src_png, arena_printf(a, "%s.png?indicateur=%s&%s&%s",
	    path, word, sc->q->days, sc->q->query));
	view_list(v, K_heads, s->n_columns, head_row, &sc->figures[i]);
	view_list(v, K_rows, sc->days.n, day_row, &sc->figures[i]);
}

static void
links_show(struct view *v, struct scene *sc)
{
	const struct report_ask *q = sc->q;
	struct arena *a = view_arena(v);
	const char *path = arena_printf(a, "/rapports/departement/%s",
	    q->departement->code);
	const struct region *r = geography_region(&sc->rq->app->geo,
	    q->departement->region_code);

	view_text(v, K_dep_code, q->departement->code);
	view_text(v, K_dep_name, q->departement->name);
	view_text(v, K_action, path);
	view_text(v, K_href_csv, arena_printf(a, "%s?%s&%s&format=csv", path,
	    q->days, q->query));
	view_text(v, K_href_pdf, arena_printf(a, "%s.pdf?%s&%s", path,
	    q->days, q->query));
	view_text(v, K_region_name, r->name);
	if (session_covers_region(sc->rq, ROLE_ANALYST, r->code) ||
	    session_covers_region(sc->rq, ROLE_STEWARD, r->code))
		view_text(v, K_href_region, arena_printf(a,
		    "/rapports?region=%s&au=%s&%s", r->code, day_iso(a,
		    q->last_day), q->query));
}

static enum status
department_csv(struct request *rq, struct response *rs,
    const struct scene *sc)
{
	const struct report_ask *q = sc->q;
	size_t i;

	report_csv_head(rs->body);
	for (i = 0; i < sc->days.n; i++)
		report_csv_row(rs->body, rq, q, q->departement->code,
		    q->departement->name, sc->days.day[i].day,
		    &sc->days.day[i].sums);
	response_file(rs, "text/csv", arena_printf(rq->arena,
	    "rapport-%s-%s-%s.csv", q->departement->code,
	    day_iso(rq->arena, q->first_day),
	    day_iso(rq->arena, q->last_day)));
	return ST_OK;
}

static void
department_show(struct view *v, struct scene *sc)
{
	const struct report_day *last = report_last_known(&sc->days);
	int i;

	links_show(v, sc);
	for (i = 0; i < DEPARTMENT__MAX; i++)
		sc->figures[i] = (struct drawn){ .scene = sc,
		    .which = (enum department_chart)i };
	view_flag(v, K_empty, last == NULL);
	if (last == NULL)
		return;
	report_show_figures(v, &last->sums);
	view_text(v, K_day_long, fr_date_long(view_arena(v), last->day));
	view_list(v, K_charts, DEPARTMENT__MAX, chart_row, sc);
}

enum status
page_report_department(struct request *rq, struct response *rs)
{
	struct scene *sc = ARENA_NEW(rq->arena, struct scene);
	struct report_ask q;
	struct view *v;
	enum status st;

	if ((st = report_ask_read(rq, rs, false, &q)) != ST_OK)
		return st;
	if ((q.departement = geography_departement(&rq->app->geo,
	    request_arg(rq, 0))) == NULL)
		return ST_NOTFOUND;
	q.dark = report_dark(rq);
	*sc = (struct scene){ .rq = rq, .q = &q,
	    .cut_day = zone_day(rq->app->paris, q.cut.at_utc) };
	if ((st = report_department_get(rq, &q, &sc->days)) != ST_OK)
		return st;
	if (q.csv)
		return department_csv(rq, rs, sc);
	v = page_begin(rq, arena_printf(rq->arena, "Rapport – %s",
	    q.departement->name), NAV_REPORTS);
	report_show_frame(v, rq, &q);
	department_show(v, sc);
	return page_end(rq, rs, PAGE_report_department, v);
}
