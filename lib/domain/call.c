#include "domain/call.h"

#include <string.h>

static const char *const words[CALL__MAX] = { [CALL_CONFIRMED] = "confirmed",
	[CALL_NONE] = "none", [CALL_DIFFERENT] = "different" };

bool
call_outcome_parse(const char *word, enum call_outcome *ret)
{
	int i;

	for (i = 0; i < CALL__MAX; i++)
		if (strcmp(words[i], word) == 0) {
			*ret = (enum call_outcome)i;
			return true;
		}
	return false;
}

enum status
call_add(struct db *db, const struct call_given *g)
{
	static const struct { const char *word; enum status st; } results[] = {
		{ "ok", ST_OK }, { "unknown", ST_NOTFOUND },
		{ "own", ST_DENIED }, { "often", ST_RATE },
	};
	struct rows r;
	enum status st;
	size_t i;

	st = db_write(db, Q_call_add, DB_ARGS(db_int(db, g->account_id),
	    db_int(db, g->call.place_id), words[g->call.outcome],
	    g->call.number < 0 ? NULL : db_int(db, g->call.number),
	    g->shown < 0 ? NULL : db_int(db, g->shown),
	    g->shown < 0 ? NULL : instant_sql(db->arena, g->shown_at_utc),
	    instant_sql(db->arena, g->call.at_utc)), &r);
	if (st != ST_OK)
		return st;
	for (i = 0; i < N_ELEM(results); i++)
		if (strcmp(row_text(&r, 0, COL_call_add_result),
		    results[i].word) == 0)
			return results[i].st;
	return ST_DB;
}

static struct call
call_read(const struct rows *r, size_t i, int place, int outcome, int number,
    int at)
{
	struct call c = { .place_id = row_int(r, i, place, 0),
	    .number = row_int(r, i, number, -1),
	    .at_utc = row_instant(r, i, at, 0) };

	(void)call_outcome_parse(row_text(r, i, outcome), &c.outcome);
	return c;
}

enum status
call_recent(struct db *db, const char *region, int category_id, int64_t now,
    struct calls *ret)
{
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_call_recent, DB_ARGS(region, db_int(db,
	    category_id), instant_sql(db->arena, now)), &r)) != ST_OK)
		return st;
	ret->v = ARENA_ARRAY(db->arena, r.n, struct call);
	for (i = 0; i < r.n; i++)
		ret->v[i] = call_read(&r, i, COL_call_recent_place_id,
		    COL_call_recent_outcome, COL_call_recent_number,
		    COL_call_recent_called_at);
	ret->n = r.n;
	return ST_OK;
}

enum status
call_places(struct db *db, const int64_t *places, size_t n, int64_t now,
    struct call_rates *ret)
{
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_call_place, DB_ARGS(db_int_array(db->arena,
	    places, n), instant_sql(db->arena, now)), &r)) != ST_OK)
		return st;
	ret->v = ARENA_ARRAY(db->arena, r.n, struct call_rate);
	for (i = 0; i < r.n; i++) {
		struct call_rate *c = &ret->v[i];

		c->place_id = row_int(&r, i, COL_call_place_place_id, 0);
		c->judged = row_int(&r, i, COL_call_place_judged, 0);
		c->accurate = row_int(&r, i, COL_call_place_accurate, 0);
		c->has_last = !row_null(&r, i, COL_call_place_outcome);
		if (c->has_last)
			c->last = call_read(&r, i, COL_call_place_place_id,
			    COL_call_place_outcome, COL_call_place_number,
			    COL_call_place_called_at);
	}
	ret->n = r.n;
	return ST_OK;
}

enum status
call_sites(struct db *db, int64_t account_id, const char *region, int64_t now,
    struct call_sites *ret)
{
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_call_site, DB_ARGS(db_int(db, account_id),
	    region, instant_sql(db->arena, now)), &r)) != ST_OK)
		return st;
	ret->v = ARENA_ARRAY(db->arena, r.n, struct call_site);
	for (i = 0; i < r.n; i++)
		ret->v[i] = (struct call_site){
		    .finess = row_text(&r, i, COL_call_site_site_finess),
		    .name = row_text(&r, i, COL_call_site_site_name),
		    .departement = row_text(&r, i,
			COL_call_site_departement_code),
		    .places = row_int(&r, i, COL_call_site_places, 0),
		    .calls = row_int(&r, i, COL_call_site_calls, 0),
		    .by_outcome = {
			[CALL_CONFIRMED] = row_int(&r, i,
			    COL_call_site_confirmed, 0),
			[CALL_NONE] = row_int(&r, i, COL_call_site_none, 0),
			[CALL_DIFFERENT] = row_int(&r, i,
			    COL_call_site_different, 0) },
		    .judged = row_int(&r, i, COL_call_site_judged, 0),
		    .accurate = row_int(&r, i, COL_call_site_accurate, 0),
		    .last_utc = row_instant(&r, i, COL_call_site_last_at, 0) };
	ret->n = r.n;
	return ST_OK;
}

const struct call *
calls_find(const struct calls *l, int64_t place_id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].place_id == place_id)
			return &l->v[i];
	return NULL;
}

const struct call_rate *
call_rates_find(const struct call_rates *l, int64_t place_id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].place_id == place_id)
			return &l->v[i];
	return NULL;
}
