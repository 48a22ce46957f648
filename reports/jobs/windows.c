/* windows.c - what each place needs to be swept, out of the staging tables. */
#include <string.h>

#include "rollup.h"

/* Rows of a list in place order, handed out place by place. */
struct list {
	struct rows	rows;
	size_t		at;
	int		place_col;
};

/* Rows [*ret_from, l->at) belong to the place; places come ascending. */
static size_t
list_take(struct list *l, int64_t place, size_t *ret_from)
{
	while (l->at < l->rows.n &&
	    row_int(&l->rows, l->at, l->place_col, 0) < place)
		l->at++;
	*ret_from = l->at;
	while (l->at < l->rows.n &&
	    row_int(&l->rows, l->at, l->place_col, 0) == place)
		l->at++;
	return l->at - *ret_from;
}

static int64_t
floor_s(int64_t us)
{
	return us >= 0 ? us / 1000000 : -((999999 - us) / 1000000);
}

static enum status
zone_find(struct rollup *r, struct windows *w, const char *name, size_t *ret)
{
	struct zone_days *z;
	enum status st;
	size_t i;

	for (i = 0; i < w->n_zones; i++)
		if (strcmp(zone_name(w->zones[i].zone), name) == 0) {
			*ret = i;
			return ST_OK;
		}
	if (w->n_zones == ZONES_MAX) {
		fault_set(&r->run->fault, "more than %d time zones", ZONES_MAX);
		return ST_LIMIT;
	}
	z = &w->zones[w->n_zones];
	if ((st = zone_get(name, &z->zone)) != ST_OK) {
		fault_set(&r->run->fault, "time zone %s is unknown", name);
		return st;
	}
	/* A day is computed once it is over; at its end itself it is. */
	z->last_day = zone_day(z->zone, floor_s(r->cut_us)) - 1;
	z->fresh_from = r->since == NULL ? r->first_day :
	    zone_day(z->zone, floor_s(r->since_us));
	if (z->last_day >= r->first_day)
		sweep_calendar_init(&z->calendar, r->run->arena, z->zone,
		    r->first_day, z->last_day);
	*ret = w->n_zones++;
	return ST_OK;
}

static void
take_runs(struct rollup *r, struct window *w, struct list *l)
{
	size_t from, n = list_take(l, w->place_id, &from), i;
	struct sweep_days *d = ARENA_ARRAY(r->run->arena, n, struct sweep_days);

	/* Kind 0 first: followed, then what is dirty. */
	w->followed = d;
	for (i = 0; i < n; i++) {
		d[i] = (struct sweep_days){
			.first = row_day(&l->rows, from + i,
			    COL_fct_runs_first_day, 0),
			.last = row_day(&l->rows, from + i,
			    COL_fct_runs_last_day, 0) };
		if (row_int(&l->rows, from + i, COL_fct_runs_kind, 0) == 0)
			w->n_followed++;
	}
	w->dirty = d + w->n_followed;
	w->n_dirty = n - w->n_followed;
	w->n_followed = sweep_days_merge(w->followed, w->n_followed,
	    r->first_day, INT32_MAX - 1);
}

static void
take_locks(struct rollup *r, struct window *w, struct list *l)
{
	size_t from, i;

	w->n_locked = list_take(l, w->place_id, &from);
	w->locked = ARENA_ARRAY(r->run->arena, w->n_locked, struct sweep_span);
	for (i = 0; i < w->n_locked; i++)
		w->locked[i] = (struct sweep_span){
			.from_utc = row_int(&l->rows, from + i,
			    COL_fct_locks_from_s, 0),
			.to_utc = row_int(&l->rows, from + i,
			    COL_fct_locks_to_s, 0) };
}

static void
take_limits(struct rollup *r, struct window *w, const struct zone *z,
    struct list *l)
{
	size_t from, i;

	w->n_ttl = list_take(l, w->place_id, &from);
	w->ttl = ARENA_ARRAY(r->run->arena, w->n_ttl, struct sweep_ttl);
	for (i = 0; i < w->n_ttl; i++) {
		int32_t day = row_day(&l->rows, from + i,
		    COL_fct_limits_from_day, INT32_MIN);

		w->ttl[i] = (struct sweep_ttl){
			.from_utc = day == INT32_MIN ? INT64_MIN :
			    zone_day_start(z, day),
			.ttl_s = (int32_t)row_int(&l->rows, from + i,
			    COL_fct_limits_ttl_s, 0) };
	}
}

enum status
windows_load(struct rollup *r, struct windows *ret)
{
	struct db *db = &r->run->db;
	struct list runs = { .place_col = COL_fct_runs_place_id };
	struct list locks = { .place_col = COL_fct_locks_place_id };
	struct list limits = { .place_col = COL_fct_limits_place_id };
	const char *first = day_iso(db->arena, r->first_day);
	const char *last = day_iso(db->arena, r->last_day);
	struct rows p;
	enum status st;
	size_t i;

	*ret = (struct windows){ 0 };
	if ((st = db_run(db, Q_fct_places, DB_NONE, &p)) != ST_OK ||
	    (st = db_run(db, Q_fct_runs, DB_ARGS(first, last), &runs.rows))
	    != ST_OK ||
	    (st = db_run(db, Q_fct_locks, DB_NONE, &locks.rows)) != ST_OK ||
	    (st = db_run(db, Q_fct_limits, DB_NONE, &limits.rows)) != ST_OK)
		return st;
	ret->n = p.n;
	ret->window = ARENA_ARRAY(r->run->arena, p.n, struct window);
	ret->places = ARENA_ARRAY(r->run->arena, p.n, int64_t);
	for (i = 0; i < p.n; i++) {
		struct window *w = &ret->window[i];

		w->place_id = row_int(&p, i, COL_fct_places_place_id, 0);
		w->first_day = row_day(&p, i, COL_fct_places_first_day, 0);
		ret->places[i] = w->place_id;
		if ((st = zone_find(r, ret, row_text(&p, i,
		    COL_fct_places_time_zone), &w->zone)) != ST_OK)
			return st;
		take_runs(r, w, &runs);
		take_locks(r, w, &locks);
		take_limits(r, w, ret->zones[w->zone].zone, &limits);
	}
	return ST_OK;
}
