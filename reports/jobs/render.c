/* render.c - the charts and the bulletin of every département, as files.
 *
 * out/rapports/departement/CODE/INDICATOR.svg, -sombre.svg and .png, and
 * bulletin.pdf, dated by the cut; the same figures give the same bytes, and such a file is left
 * alone.  A département that fails does not take the others with it.
 */
#include "base/log.h"
#include "chart/department_sheet.h"
#include "domain/report.h"
#include "output.h"

enum { DAYS_DEFAULT = 90, FILE_MAX = 8 * 1024 * 1024,
	SCRATCH_MAX = 64 * 1024 * 1024 };

static const struct {
	enum chart_format	 format;
	enum chart_theme	 theme;
	const char		*suffix;
} files[] = {
	{ CHART_SVG, CHART_LIGHT, ".svg" },
	{ CHART_SVG, CHART_DARK, "-sombre.svg" },
	{ CHART_PNG, CHART_LIGHT, ".png" },
};

struct render {
	struct run		*run;
	const struct zone	*paris;
	struct report_cut	 cut;
	int32_t			 first_day, last_day;
};

static struct department_point
point(const struct report_sums *s)
{
	double day_s = (double)s->day_s;
	bool installed = s->installed_s > 0;

	return (struct department_point){
		.available = report_available(s),
		.available_high = report_available_high(s),
		.occupancy = report_occupancy_bound(s),
		.occupancy_low = report_occupancy_low(s),
		.occupancy_high = report_occupancy_high(s),
		.measured = report_occupancy_measured(s),
		.closed_nr = installed ? (double)s->closed_nr_s / day_s :
		    (double)NAN,
		.closed_r = s->closed_r_s > 0 ? (double)s->closed_r_s / day_s :
		    (double)NAN,
		.coverage = report_coverage(s),
		.reporting = (int)s->places_reporting,
		.expected = (int)s->places_expected };
}

static enum status
load(struct render *r, const struct report_department *d,
    struct department_data *ret)
{
	const struct report_scope beds = { .nature = "01" };
	struct arena *a = r->run->arena;
	struct department_point *points;
	struct report_days days;
	enum status st;
	size_t i;

	if ((st = report_department_days(&r->run->db, &r->cut, d->code, &beds,
	    r->first_day, r->last_day, &days)) != ST_OK)
		return st;
	points = ARENA_ARRAY(a, days.n, struct department_point);
	for (i = 0; i < days.n; i++)
		points[i] = point(&days.day[i].sums);
	*ret = (struct department_data){ .name = d->name,
		.scope = "tous les lits suivis", .many = "lits",
		.first_day = r->first_day, .n_days = days.n, .points = points,
		.cut_utc = r->cut.at_utc, .zone = r->paris };
	return ST_OK;
}

static enum status
draw(struct render *r, struct arena *scratch, const char *folder,
    const struct department_data *data, enum department_chart which)
{
	struct chart c;
	struct str bytes;
	enum status st = ST_OK;
	size_t i;

	department_chart(scratch, data, which, &c);
	for (i = 0; st == ST_OK && i < N_ELEM(files); i++) {
		c.theme = files[i].theme;
		str_init(&bytes, FILE_MAX);
		st = chart_render(&c, files[i].format, &bytes,
		    &r->run->fault);
		if (st == ST_OK)
			st = report_file(r->run, arena_printf(scratch,
			    "%s/%s%s", folder, department_word(which),
			    files[i].suffix), &bytes, r->cut.at_utc);
		str_free(&bytes);
	}
	return st;
}

static enum status
bulletin(struct render *r, struct arena *scratch, const char *folder,
    const struct department_data *data)
{
	struct bulletin b;
	struct str bytes;
	enum status st;
	int pages;

	department_bulletin(scratch, data, &b);
	str_init(&bytes, FILE_MAX);
	st = bulletin_render(&b, &bytes, &pages, &r->run->fault);
	if (st == ST_OK)
		st = report_file(r->run, arena_printf(scratch,
		    "%s/bulletin.pdf", folder), &bytes, r->cut.at_utc);
	str_free(&bytes);
	return st;
}

static enum status
departement(struct render *r, struct arena *scratch,
    const struct report_department *d)
{
	const char *folder = arena_printf(scratch,
	    "%s/rapports/departement/%s", r->run->out, d->code);
	struct department_data data;
	enum status st;
	int i;

	if ((st = report_folder(r->run, folder)) != ST_OK ||
	    (st = load(r, d, &data)) != ST_OK)
		return st;
	for (i = 0; st == ST_OK && i < DEPARTMENT__MAX; i++)
		st = draw(r, scratch, folder, &data, (enum department_chart)i);
	return st == ST_OK ? bulletin(r, scratch, folder, &data) : st;
}

static enum status
all(struct render *r)
{
	const struct report_scope beds = { .nature = "01" };
	struct report_departments list;
	struct arena scratch;
	enum status st, first = ST_OK;
	size_t i;

	if ((st = report_departments(&r->run->db, &r->cut, NULL, &beds,
	    r->first_day, r->last_day, &list)) != ST_OK)
		return st;
	arena_init(&scratch, SCRATCH_MAX);
	for (i = 0; i < list.n; i++) {
		st = departement(r, &scratch, &list.item[i]);
		if (st != ST_OK) {
			log_line(LVL_ERR, "event=render departement=%s "
			    "status=%s", list.item[i].code, status_name(st));
			if (first == ST_OK)
				first = st;
		}
		arena_reset(&scratch);
	}
	arena_free(&scratch);
	return first;
}

enum status
job_render(struct run *run)
{
	struct render r = { .run = run };
	enum status st;

	/* A cut is asked for by an instant it is not later than. */
	if ((st = zone_get("Europe/Paris", &r.paris)) != ST_OK ||
	    (st = report_cut_get(&run->db, run->cut_utc == -1 ?
	    REPORT_NEWEST : run->cut_utc + 1, &r.cut)) != ST_OK) {
		if (st == ST_NOTFOUND)
			fault_set(&run->fault, "no cut was published by then");
		return st;
	}
	r.last_day = run->has_days ? run->last_day : r.cut.last_day;
	r.first_day = run->has_days ? run->first_day :
	    r.last_day - DAYS_DEFAULT + 1;
	run->metric[METRIC_CUT] = r.cut.at_utc;
	return all(&r);
}
