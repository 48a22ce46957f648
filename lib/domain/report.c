#include "domain/report.h"

#include <math.h>

/* The sums, in the order that both statements give them. */
static const struct { size_t at; int days_col, departments_col; } fields[] = {
#define F(name) { offsetof(struct report_sums, name), \
	COL_report_department_days_##name, COL_report_departments_##name }
	F(places_expected), F(places_reporting), F(places_fresh), F(day_s),
	F(expected_s), F(known_s), F(installed_s), F(closed_nr_s),
	F(closed_r_s), F(suppl_s), F(in_service_s), F(in_service_known_s),
	F(available_s), F(available_high_s), F(available_paired_s),
	F(occupied_s), F(occupied_paired_s), F(in_service_occ_s), F(zero_s),
#undef F
};

static int64_t *
field(struct report_sums *s, size_t i)
{
	return (int64_t *)(void *)((char *)s + fields[i].at);
}

enum status
report_cut_get(struct db *db, int64_t before_utc, struct report_cut *ret)
{
	const char *before = before_utc == REPORT_NEWEST ? NULL :
	    instant_sql(db->arena, before_utc);
	enum status st;
	struct rows r;

	if ((st = db_run(db, Q_report_cut, DB_ARGS(before), &r)) != ST_OK)
		return st;
	if (r.n == 0)
		return ST_NOTFOUND;
	*ret = (struct report_cut){
		.id = row_int(&r, 0, COL_report_cut_id, 0),
		.at_utc = row_instant(&r, 0, COL_report_cut_cut_at, 0),
		.published_utc = row_instant(&r, 0,
		    COL_report_cut_published_at, 0),
		.first_day = row_day(&r, 0, COL_report_cut_day_from, 0),
		.last_day = row_day(&r, 0, COL_report_cut_day_to, 0) };
	return ST_OK;
}

/* The arguments that both statements take. */
struct ask {
	const char	*args[6];
};

static enum status
ask_init(struct ask *q, struct db *db, const struct report_cut *cut,
    const char *where, const struct report_scope *scope, int32_t first_day,
    int32_t last_day)
{
	if (last_day < first_day || last_day - first_day >= REPORT_DAYS_MAX)
		return ST_LIMIT;
	*q = (struct ask){ { db_int(db, cut->id), where, scope->nature,
	    scope->category_id == 0 ? NULL : db_int(db, scope->category_id),
	    day_iso(db->arena, first_day), day_iso(db->arena, last_day) } };
	return ST_OK;
}

enum status
report_department_days(struct db *db, const struct report_cut *cut,
    const char *departement, const struct report_scope *scope,
    int32_t first_day, int32_t last_day, struct report_days *ret)
{
	struct report_days out;
	struct ask q;
	struct rows r;
	enum status st;
	size_t i, j;

	if ((st = ask_init(&q, db, cut, departement, scope, first_day,
	    last_day)) != ST_OK ||
	    (st = db_run(db, Q_report_department_days, q.args,
	    N_ELEM(q.args), &r)) != ST_OK)
		return st;
	out.n = r.n;
	out.day = ARENA_ARRAY(db->arena, r.n, struct report_day);
	for (i = 0; i < r.n; i++) {
		out.day[i].day = row_day(&r, i,
		    COL_report_department_days_day, 0);
		for (j = 0; j < N_ELEM(fields); j++)
			*field(&out.day[i].sums, j) = row_int(&r, i,
			    fields[j].days_col, 0);
	}
	*ret = out;
	return ST_OK;
}

enum status
report_departments(struct db *db, const struct report_cut *cut,
    const char *region, const struct report_scope *scope, int32_t first_day,
    int32_t last_day, struct report_departments *ret)
{
	struct report_departments out;
	struct ask q;
	struct rows r;
	enum status st;
	size_t i, j;

	if ((st = ask_init(&q, db, cut, region, scope, first_day, last_day))
	    != ST_OK ||
	    (st = db_run(db, Q_report_departments, q.args, N_ELEM(q.args),
	    &r)) != ST_OK)
		return st;
	out.n = r.n;
	out.item = ARENA_ARRAY(db->arena, r.n, struct report_department);
	for (i = 0; i < r.n; i++) {
		struct report_department *d = &out.item[i];

		d->code = row_text(&r, i,
		    COL_report_departments_departement_code);
		d->name = row_text(&r, i, COL_report_departments_name);
		for (j = 0; j < N_ELEM(fields); j++)
			*field(&d->sums, j) = row_int(&r, i,
			    fields[j].departments_col, 0);
	}
	*ret = out;
	return ST_OK;
}

void
report_add(struct report_sums *to, const struct report_sums *s)
{
	struct report_sums copy = *s;
	size_t i;

	for (i = 0; i < N_ELEM(fields); i++)
		*field(to, i) += *field(&copy, i);
}

static double
ratio(int64_t a, int64_t b)
{
	return b == 0 ? (double)NAN : (double)a / (double)b;
}

double
report_available(const struct report_sums *s)
{
	return s->known_s == 0 ? (double)NAN : ratio(s->available_s, s->day_s);
}

double
report_available_high(const struct report_sums *s)
{
	return s->known_s == 0 ? (double)NAN :
	    ratio(s->available_high_s, s->day_s);
}

double
report_occupancy_measured(const struct report_sums *s)
{
	return ratio(s->occupied_paired_s, s->in_service_occ_s);
}

double
report_occupancy_bound(const struct report_sums *s)
{
	return ratio(s->in_service_known_s - s->available_paired_s,
	    s->in_service_known_s);
}

double
report_occupancy_low(const struct report_sums *s)
{
	return s->in_service_known_s == 0 ? (double)NAN :
	    ratio(s->in_service_known_s - s->available_paired_s,
	    s->in_service_s);
}

double
report_occupancy_high(const struct report_sums *s)
{
	return s->in_service_known_s == 0 ? (double)NAN :
	    ratio(s->in_service_s - s->available_paired_s, s->in_service_s);
}

double
report_installed(const struct report_sums *s)
{
	return s->installed_s == 0 ? (double)NAN :
	    ratio(s->installed_s, s->day_s);
}

double
report_closed(const struct report_sums *s)
{
	return s->installed_s == 0 ? (double)NAN :
	    ratio(s->closed_nr_s + s->closed_r_s, s->day_s);
}

double
report_closure_rate(const struct report_sums *s)
{
	return ratio(s->closed_nr_s + s->closed_r_s, s->installed_s);
}

double
report_coverage(const struct report_sums *s)
{
	return ratio(s->known_s, s->expected_s);
}

double
report_saturation(const struct report_sums *s)
{
	return ratio(s->zero_s, s->known_s);
}
