#include "domain/closure.h"

#include <string.h>

enum status
closure_list(struct db *db, const struct closure_filter *f,
    struct closure_list *ret)
{
	struct arena *a = db->arena;
	struct closure_list l = { .n_total = 0 };
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_closure_list, DB_ARGS(db_int(db,
	    f->account_id), f->site, day_iso(a, f->first_day),
	    f->last_day == INT32_MAX ? NULL : day_iso(a, f->last_day),
	    db_int(db, f->skip)), &r)) != ST_OK)
		return st;
	l.n = r.n;
	l.v = ARENA_ARRAY(a, r.n, struct closure);
	for (i = 0; i < r.n; i++)
		l.v[i] = (struct closure){
		    .id = row_int(&r, i, COL_closure_list_id, 0),
		    .place_id = row_int(&r, i, COL_closure_list_place_id, 0),
		    .place = row_text(&r, i, COL_closure_list_place),
		    .nature = row_text(&r, i, COL_closure_list_nature),
		    .unit_id = row_int(&r, i, COL_closure_list_unit_id, 0),
		    .unit = row_text(&r, i, COL_closure_list_unit),
		    .site_finess = row_text(&r, i,
			COL_closure_list_site_finess),
		    .site = row_text(&r, i, COL_closure_list_site),
		    .from_day = row_day(&r, i, COL_closure_list_from_day, 0),
		    .to_day = row_day(&r, i, COL_closure_list_to_day, 0),
		    .beds = (int)row_int(&r, i, COL_closure_list_beds, 0),
		    .reopenable = row_bool(&r, i,
			COL_closure_list_reopenable),
		    .reason = row_text(&r, i, COL_closure_list_reason),
		    .who = row_text(&r, i, COL_closure_list_who),
		    .recorded_utc = row_instant(&r, i,
			COL_closure_list_recorded_at, 0) };
	if (r.n > 0)
		l.n_total = row_int(&r, 0, COL_closure_list_n_total, 0);
	*ret = l;
	return ST_OK;
}

enum status
closure_get(struct db *db, int64_t account_id, int64_t id,
    struct closure *ret)
{
	struct rows r;
	enum status st;

	if ((st = db_run(db, Q_closure_get, DB_ARGS(db_int(db, account_id),
	    db_int(db, id)), &r)) != ST_OK)
		return st;
	if (r.n == 0)
		return ST_NOTFOUND;
	*ret = (struct closure){
	    .id = id,
	    .place_id = row_int(&r, 0, COL_closure_get_place_id, 0),
	    .place = row_text(&r, 0, COL_closure_get_place),
	    .site_finess = row_text(&r, 0, COL_closure_get_site_finess),
	    .site = row_text(&r, 0, COL_closure_get_site),
	    .from_day = row_day(&r, 0, COL_closure_get_from_day, 0),
	    .to_day = row_day(&r, 0, COL_closure_get_to_day, 0),
	    .beds = (int)row_int(&r, 0, COL_closure_get_beds, 0),
	    .reopenable = row_bool(&r, 0, COL_closure_get_reopenable),
	    .reason = row_text(&r, 0, COL_closure_get_reason),
	    .may = row_bool(&r, 0, COL_closure_get_may),
	    .cancelled = row_bool(&r, 0, COL_closure_get_cancelled) };
	return ST_OK;
}

static enum status
places_read(struct db *db, int64_t account_id, const char *site,
    struct closure_scope *s)
{
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_closure_places, DB_ARGS(db_int(db, account_id),
	    site), &r)) != ST_OK)
		return st;
	s->n_places = r.n;
	s->places = ARENA_ARRAY(db->arena, r.n, struct closure_place);
	for (i = 0; i < r.n; i++)
		s->places[i] = (struct closure_place){
		    row_int(&r, i, COL_closure_places_place_id, 0),
		    row_text(&r, i, COL_closure_places_name),
		    row_text(&r, i, COL_closure_places_nature),
		    (int)row_int(&r, i, COL_closure_places_installed, -1) };
	return ST_OK;
}

enum status
closure_scope(struct db *db, int64_t account_id, const char *site,
    struct closure_scope *ret)
{
	struct closure_scope s = { .n_places = 0 };
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_closure_sites, DB_ARGS(db_int(db,
	    account_id)), &r)) != ST_OK)
		return st;
	s.n_sites = r.n;
	s.sites = ARENA_ARRAY(db->arena, r.n, struct closure_site);
	for (i = 0; i < r.n; i++)
		s.sites[i] = (struct closure_site){
		    row_text(&r, i, COL_closure_sites_finess),
		    row_text(&r, i, COL_closure_sites_name),
		    row_text(&r, i, COL_closure_sites_departement) };
	if (site == NULL && s.n_sites == 1)
		site = s.sites[0].finess;
	if (site != NULL &&
	    (st = places_read(db, account_id, site, &s)) != ST_OK)
		return st;
	*ret = s;
	return ST_OK;
}

static enum closure_outcome
outcome_of(const char *text)
{
	static const char *const names[CLOSURE__MAX] = { "ok", "replayed",
		"refused", "confirm", "changed", "unknown", "denied", "over" };
	int i;

	for (i = 0; i < CLOSURE__MAX; i++)
		if (strcmp(names[i], text) == 0)
			return (enum closure_outcome)i;
	return CLOSURE_REFUSED;
}

/* '{2026-01-01}', '{NULL}' for a day that was not given. */
static const char *
day_array(struct arena *a, int32_t day)
{
	return day == INT32_MIN ? "{NULL}" :
	    arena_printf(a, "{%s}", day_iso(a, day));
}

enum status
closure_save(struct db *db, int64_t account_id, const char *address,
    const char *key, bool confirmed, const struct closure_ask *c,
    struct closure_saved *ret)
{
	struct arena *a = db->arena;
	const char *beds = c->beds < 0 ? "{NULL}" :
	    db_int_array(a, &c->beds, 1);
	struct rows r;
	enum status st;

	if ((st = db_write(db, Q_closure_save, DB_ARGS(
	    db_int(db, account_id), address, key, confirmed ? "t" : "f",
	    c->place_id < 0 ? "{NULL}" : db_int_array(a, &c->place_id, 1),
	    day_array(a, c->from_day), day_array(a, c->to_day), beds,
	    c->reopenable ? "{t}" : "{f}", db_text_array(a, &c->reason, 1),
	    c->replaces == 0 ? "{NULL}" : db_int_array(a, &c->replaces, 1)),
	    &r)) != ST_OK)
		return st;
	*ret = (struct closure_saved){
	    outcome_of(row_text(&r, 0, COL_closure_save_outcome)),
	    row_text(&r, 0, COL_closure_save_field),
	    row_text(&r, 0, COL_closure_save_error),
	    row_text(&r, 0, COL_closure_save_warning) };
	return ST_OK;
}

enum status
closure_cancel(struct db *db, int64_t account_id, const char *address,
    int64_t id, enum closure_outcome *ret)
{
	struct rows r;
	enum status st;

	if ((st = db_write(db, Q_closure_cancel, DB_ARGS(db_int(db,
	    account_id), address, db_int(db, id)), &r)) != ST_OK)
		return st;
	*ret = outcome_of(row_text(&r, 0, COL_closure_cancel_outcome));
	return ST_OK;
}

enum status
closure_proposals(struct db *db, const int64_t *places, size_t n,
    int64_t at_utc, struct closure_proposals *ret)
{
	struct arena *a = db->arena;
	struct closure_proposals p = { NULL, 0 };
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_closure_proposal, DB_ARGS(db_int_array(a,
	    places, n), instant_sql(a, at_utc)), &r)) != ST_OK)
		return st;
	p.n = r.n;
	p.v = ARENA_ARRAY(a, r.n, struct closure_proposal);
	for (i = 0; i < r.n; i++)
		p.v[i] = (struct closure_proposal){
		    row_int(&r, i, COL_closure_proposal_place_id, 0),
		    (int)row_int(&r, i, COL_closure_proposal_closed_nr, 0),
		    (int)row_int(&r, i, COL_closure_proposal_closed_r, 0),
		    row_text(&r, i, COL_closure_proposal_reason),
		    row_day(&r, i, COL_closure_proposal_last_day, 0) };
	*ret = p;
	return ST_OK;
}
