#include "domain/unavailability.h"

#include <string.h>

static const struct zone *
zone_of(const char *name)
{
	const struct zone *z;

	return zone_get(name, &z) == ST_OK ||
	    zone_get("Europe/Paris", &z) == ST_OK ? z : NULL;
}

enum unavailability_state
unavailability_state(const struct unavailability *u, int64_t now)
{
	if (u->lifted_utc != -1)
		return UNAVAILABILITY_LIFTED;
	if (u->from_utc > now)
		return UNAVAILABILITY_COMING;
	return u->until_utc == -1 || u->until_utc > now ?
	    UNAVAILABILITY_NOW : UNAVAILABILITY_LAPSED;
}

static void
list_fill(struct arena *a, const struct rows *r, int64_t unit,
    const struct zone *zone, struct unavailability_list *ret)
{
	size_t i;

	ret->n = r->n;
	ret->v = ARENA_ARRAY(a, r->n, struct unavailability);
	for (i = 0; i < r->n; i++)
		ret->v[i] = (struct unavailability){
		    .id = row_int(r, i, COL_unavailability_of_id, 0),
		    .unit = unit,
		    .zone = zone,
		    .reason = row_text(r, i, COL_unavailability_of_reason),
		    .from_utc = row_instant(r, i,
			COL_unavailability_of_from_at, -1),
		    .until_utc = row_instant(r, i,
			COL_unavailability_of_until_at, -1),
		    .planned_utc = row_instant(r, i,
			COL_unavailability_of_planned_end, -1),
		    .set_by = row_text(r, i, COL_unavailability_of_set_by),
		    .set_utc = row_instant(r, i,
			COL_unavailability_of_set_at, -1),
		    .lifted_by = row_text(r, i,
			COL_unavailability_of_lifted_by),
		    .lifted_utc = row_instant(r, i,
			COL_unavailability_of_lifted_at, -1) };
}

enum status
unavailability_read(struct db *db, int64_t account_id, int64_t unit,
    struct unavailability_unit *ret)
{
	const char *const of_unit[] = { db_int(db, account_id),
		db_int(db, unit) };
	const char *const of_list[] = { of_unit[1] };
	struct unavailability_unit u = { .may = false };
	struct arena *a = db->arena;
	struct rows r[2];
	enum status st;

	db_queue(db, Q_unavailability_unit, of_unit, N_ELEM(of_unit));
	db_queue(db, Q_unavailability_of, of_list, N_ELEM(of_list));
	if ((st = db_flush(db, r, 2)) != ST_OK)
		return st;
	if (r[0].n == 0)
		return ST_NOTFOUND;
	u.name = row_text(&r[0], 0, COL_unavailability_unit_name);
	u.site_finess = row_text(&r[0], 0,
	    COL_unavailability_unit_site_finess);
	u.site_name = row_text(&r[0], 0, COL_unavailability_unit_site_name);
	u.zone = zone_of(row_text(&r[0], 0,
	    COL_unavailability_unit_time_zone));
	u.may = row_bool(&r[0], 0, COL_unavailability_unit_may);
	u.n_places = row_array(a, &r[0], 0, COL_unavailability_unit_places,
	    &u.places);
	u.n_shared = row_array(a, &r[0], 0, COL_unavailability_unit_shared,
	    &u.shared);
	list_fill(a, &r[1], unit, u.zone, &u.list);
	*ret = u;
	return ST_OK;
}

enum status
unavailability_mine(struct db *db, int64_t account_id, const char *site,
    int64_t now, struct unavailability_list *ret)
{
	struct unavailability_list l = { NULL, 0 };
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_unavailability_mine, DB_ARGS(db_int(db,
	    account_id), site, instant_sql(db->arena, now)), &r)) != ST_OK)
		return st;
	l.n = r.n;
	l.v = ARENA_ARRAY(db->arena, r.n, struct unavailability);
	for (i = 0; i < r.n; i++)
		l.v[i] = (struct unavailability){
		    .unit = row_int(&r, i, COL_unavailability_mine_unit, 0),
		    .name = row_text(&r, i, COL_unavailability_mine_name),
		    .site_name = row_text(&r, i,
			COL_unavailability_mine_site_name),
		    .zone = zone_of(row_text(&r, i,
			COL_unavailability_mine_time_zone)),
		    .reason = row_text(&r, i, COL_unavailability_mine_reason),
		    .from_utc = row_instant(&r, i,
			COL_unavailability_mine_from_at, -1),
		    .until_utc = row_instant(&r, i,
			COL_unavailability_mine_until_at, -1),
		    .set_utc = -1, .lifted_utc = -1, .planned_utc = -1 };
	*ret = l;
	return ST_OK;
}

static enum unavailability_outcome
outcome_of(const char *text)
{
	static const char *const names[UNAVAILABILITY__MAX] = { "ok",
		"denied", "unknown", "reason", "past", "order", "far",
		"overlap", "none", "over" };
	int i;

	for (i = 0; i < UNAVAILABILITY__MAX; i++)
		if (strcmp(names[i], text) == 0)
			return (enum unavailability_outcome)i;
	return UNAVAILABILITY_UNKNOWN;
}

enum status
unavailability_set(struct db *db, const struct unavailability_ask *q,
    enum unavailability_outcome *ret)
{
	struct arena *a = db->arena;
	struct rows r;
	enum status st;

	if ((st = db_write(db, Q_unavailability_set, DB_ARGS(
	    db_int(db, q->account_id), q->address, db_int(db, q->unit),
	    q->from_utc == -1 ? NULL : instant_sql(a, q->from_utc),
	    q->until_utc == -1 ? NULL : instant_sql(a, q->until_utc),
	    q->reason, q->replace ? "t" : "f"), &r)) != ST_OK)
		return st;
	*ret = outcome_of(row_text(&r, 0, COL_unavailability_set_outcome));
	return ST_OK;
}

enum status
unavailability_lift(struct db *db, int64_t account_id, const char *address,
    int64_t unit, int64_t id, enum unavailability_outcome *ret)
{
	struct rows r;
	enum status st;

	if ((st = db_write(db, Q_unavailability_lift, DB_ARGS(
	    db_int(db, account_id), address, db_int(db, unit),
	    db_int(db, id)), &r)) != ST_OK)
		return st;
	*ret = outcome_of(row_text(&r, 0, COL_unavailability_lift_outcome));
	return ST_OK;
}
