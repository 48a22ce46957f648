/* report_files.c - the drawings of reports, made when asked for.
 *
 * The ETag is the cut and the question, so a reader who comes back has them
 * without a drawing being made again.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "pages/report.h"

static struct department_point
point(const struct report_sums *s)
{
	return (struct department_point){
		.available = report_available(s),
		.available_high = report_available_high(s),
		.occupancy = report_occupancy_bound(s),
		.occupancy_low = report_occupancy_low(s),
		.occupancy_high = report_occupancy_high(s),
		.measured = report_occupancy_measured(s),
		.closed_nr = report_closed_nr(s),
		.closed_r = s->closed_r_s == 0 ? (double)NAN :
		    report_closed_r(s),
		.coverage = report_coverage(s),
		.reporting = (int)s->places_reporting,
		.expected = (int)s->places_expected };
}

struct department_data
report_drawing(struct request *rq, const struct report_ask *q,
    const struct report_days *days)
{
	struct department_point *points = ARENA_ARRAY(rq->arena, days->n,
	    struct department_point);
	size_t i;

	assert(q->departement != NULL);		/* {code} of the route */
	for (i = 0; i < days->n; i++)
		points[i] = point(&days->day[i].sums);
	return (struct department_data){ .name = q->departement->name,
	    .scope = report_scope_label(rq->arena, q), .many = q->many,
	    .first_day = q->first_day, .n_days = days->n, .points = points,
	    .cut_utc = q->cut.at_utc, .zone = rq->app->paris };
}

static enum status
draw(struct request *rq, struct response *rs, const struct report_ask *q,
    struct chart *c, enum chart_format format)
{
	c->theme = q->dark ? CHART_DARK : CHART_LIGHT;
	c->width_px = q->width_px;
	if (format == CHART_PNG)
		c->png_scale = 2;
	rs->type = chart_mime(format);
	return chart_render(c, format, rs->body, &rq->fault);
}

static enum status
no_figures(struct response *rs)
{
	return response_error(rs, ST_NOTFOUND, "Aucun chiffre n’était publié à "
	    "cette date.");
}

enum status
report_file_read(struct request *rq, struct response *rs,
    struct report_ask *ret, bool *ret_unchanged)
{
	struct report_ask q = { 0 };
	enum status st;

	if ((st = report_ask_read(rq, rs, false, &q)) != ST_OK)
		return st;
	if ((q.departement = geography_departement(&rq->app->geo,
	    request_arg(rq, 0))) == NULL)
		return ST_NOTFOUND;
	if (!q.has_cut)
		return no_figures(rs);
	*ret_unchanged = report_unchanged(rq, rs, &q);
	*ret = q;
	return ST_OK;
}

static enum status
department_file(struct request *rq, struct response *rs,
    enum chart_format format)
{
	struct department_data data;
	struct report_ask q = { 0 };
	struct report_days days = { 0 };
	struct chart c;
	bool unchanged = false;
	enum status st;

	if ((st = report_file_read(rq, rs, &q, &unchanged)) != ST_OK ||
	    unchanged)
		return st;
	if ((st = report_department_get(rq, &q, &days)) != ST_OK)
		return st;
	data = report_drawing(rq, &q, &days);
	department_chart(rq->arena, &data, q.indicator, &c);
	return draw(rq, rs, &q, &c, format);
}

enum status
page_report_svg(struct request *rq, struct response *rs)
{
	return department_file(rq, rs, CHART_SVG);
}

enum status
page_report_png(struct request *rq, struct response *rs)
{
	return department_file(rq, rs, CHART_PNG);
}

/* Highest first, unknown last, then by code as they came. */
static void
sort_items(struct chart_item *v, size_t n)
{
	size_t i, j;

	for (i = 1; i < n; i++) {
		struct chart_item x = v[i];

		for (j = i; j > 0 && !isnan(x.value) &&
		    (isnan(v[j - 1].value) || v[j - 1].value < x.value); j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

static void
region_chart(struct request *rq, const struct report_ask *q,
    const struct report_region_day *data, enum chart_kind kind,
    struct chart *ret)
{
	const struct report_spec *s = &report_specs[q->indicator];
	struct chart_item *items = ARENA_ARRAY(rq->arena, data->n,
	    struct chart_item);
	struct arena *a = rq->arena;
	size_t i;

	for (i = 0; i < data->n; i++)
		items[i] = (struct chart_item){ data->item[i].code,
		    data->item[i].name, s->value(&data->item[i].sums) };
	if (kind == CHART_RANK)
		sort_items(items, data->n);
	*ret = (struct chart){ .kind = kind,
	    .unit = s->rate ? CHART_RATE : CHART_NUMBER,
	    .zoom = s->rate, .digits = s->rate ? 1 : 0,
	    .created_utc = q->cut.at_utc,
	    .title = arena_printf(a, "%s par département", s->title),
	    .subtitle = arena_printf(a, "%s, %s, %s", q->region->name,
		report_scope_label(a, q), fr_date(a, q->last_day)),
	    .alt = arena_printf(a, "%s par département, %s, %s. Les valeurs "
		"sont dans le tableau de la page.", s->title,
		q->region->name, fr_date(a, q->last_day)),
	    .source = arena_printf(a, "Données connues au %s (heure de "
		"Paris).", fr_instant(a, rq->app->paris, q->cut.at_utc)),
	    .items = items, .n_items = data->n, .map = rq->app->map };
}

static enum status
region_file(struct request *rq, struct response *rs, enum chart_kind kind)
{
	struct report_region_day *data = ARENA_NEW(rq->arena,
	    struct report_region_day);
	const struct region *region = NULL;
	const char *departement;
	struct report_ask q = { 0 };
	struct chart c;
	enum status st;

	if ((st = report_region(rq, rs, &region, &departement)) != ST_OK)
		return st;
	if (region == NULL)
		return ST_DENIED;
	if ((st = report_ask_read(rq, rs, true, &q)) != ST_OK)
		return st;
	q.region = region;
	if (!q.has_cut)
		return no_figures(rs);
	if (report_unchanged(rq, rs, &q))
		return ST_OK;
	if ((st = report_region_get(rq, &q, data)) != ST_OK)
		return st;
	region_chart(rq, &q, data, kind, &c);
	return draw(rq, rs, &q, &c, CHART_SVG);
}

enum status
page_report_map(struct request *rq, struct response *rs)
{
	return region_file(rq, rs, CHART_MAP);
}

enum status
page_report_rank(struct request *rq, struct response *rs)
{
	return region_file(rq, rs, CHART_RANK);
}
