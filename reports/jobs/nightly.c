/* nightly.c - take a cut, make its vintage, publish it or say why not. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "rollup.h"

/* PostgreSQL's text of an instant, with its fraction. */
static enum status
instant_us(const char *text, int64_t *ret)
{
	const char *dot = strchr(text, '.');
	int64_t at, us = 0;
	enum status st;
	int i;

	if ((st = instant_parse(text, &at)) != ST_OK)
		return st;
	for (i = 0; i < 6; i++)
		us = us * 10 + (dot != NULL && dot[1] >= '0' && dot[1] <= '9' ?
		    *++dot - '0' : 0);
	*ret = at * 1000000 + us;
	return ST_OK;
}

/* One run at a time; the lock ends with the session. */
static enum status
lock(struct run *run)
{
	struct rows rows;
	enum status st;

	if ((st = db_run(&run->db, Q_roll_lock, DB_NONE, &rows)) != ST_OK)
		return st;
	if (row_bool(&rows, 0, COL_roll_lock_held))
		return ST_OK;
	fault_set(&run->fault, "another run is under way: nothing was done");
	return ST_BUSY;
}

/* What the vintage comes after; none at all is fine. */
static enum status
previous(struct rollup *r)
{
	struct rows rows;
	enum status st;

	r->since = NULL;
	r->since_us = INT64_MIN;
	r->known_first = INT32_MAX;
	if ((st = db_run(&r->run->db, Q_roll_previous, DB_NONE, &rows))
	    != ST_OK || rows.n == 0)
		return st;
	r->since = row_text(&rows, 0, COL_roll_previous_cut_at);
	r->known_first = row_day(&rows, 0, COL_roll_previous_day_from,
	    INT32_MAX);
	return instant_us(r->since, &r->since_us);
}

static enum status
take_cut(struct rollup *r, const char *kind)
{
	struct db *db = &r->run->db;
	struct rows rows;
	enum status st;

	if ((st = db_write(db, Q_roll_cut, DB_NONE, &rows)) != ST_OK)
		return st;
	r->cut = row_text(&rows, 0, COL_roll_cut_cut_at);
	if ((st = instant_us(r->cut, &r->cut_us)) != ST_OK)
		return st;
	return db_write(db, Q_roll_start, DB_ARGS(r->cut, kind,
	    instant_sql(db->arena, r->run->now_utc)), &rows);
}

/* A refused vintage leaves its cut, with the reason, and nothing else. */
static void
refuse(struct rollup *r)
{
	struct rows rows;

	db_rollback(&r->run->db);
	if (db_write(&r->run->db, Q_roll_refuse, DB_ARGS(r->cut,
	    r->run->fault.text), &rows) != ST_OK)
		log_line(LVL_WARN, "event=refusal_not_kept");
}

static void
published(const struct rollup *r)
{
	const int64_t *m = r->run->metric;

	r->run->metric[METRIC_CUT] = r->cut_us / 1000000;
	log_line(LVL_NOTICE, "event=published cut=%.19sZ places=%" PRId64
	    " observations=%" PRId64 " dirty=%" PRId64 " facts=%" PRId64,
	    r->cut, m[METRIC_PLACES], m[METRIC_OBSERVATIONS],
	    m[METRIC_DIRTY], m[METRIC_FACTS]);
}

static enum status
make_vintage(struct run *run, const char *kind, bool whole)
{
	struct rollup r = { .run = run, .whole = whole, .du = run->first_day,
		.au = run->last_day };
	enum status st;

	if ((st = lock(run)) != ST_OK || (st = previous(&r)) != ST_OK ||
	    (st = take_cut(&r, kind)) != ST_OK ||
	    (st = db_begin(&run->db)) != ST_OK)
		return st;
	/* Asked again inside: a session lost since then lost the lock. */
	if ((st = lock(run)) == ST_OK)
		st = rollup_run(&r);
	if (st == ST_OK)
		st = db_commit(&run->db);
	if (st == ST_OK)
		published(&r);
	else
		refuse(&r);
	return st;
}

/* The marts were lost: make every published vintage again, in order. */
static enum status
replay(struct run *run)
{
	struct rollup r = { .run = run, .since_us = INT64_MIN,
		.known_first = INT32_MAX };
	struct rows cuts, rows;
	enum status st;
	size_t i;

	if ((st = lock(run)) != ST_OK ||
	    (st = db_begin(&run->db)) != ST_OK)
		return st;
	if ((st = lock(run)) == ST_OK &&
	    (st = db_run(&run->db, Q_roll_cuts, DB_NONE, &cuts)) == ST_OK)
		st = db_run(&run->db, Q_roll_forget, DB_NONE, &rows);
	for (i = 0; st == ST_OK && i < cuts.n; i++) {
		r.cut = row_text(&cuts, i, COL_roll_cuts_cut_at);
		if ((st = instant_us(r.cut, &r.cut_us)) != ST_OK ||
		    (st = rollup_run(&r)) != ST_OK)
			break;
		r.since = r.cut;
		r.since_us = r.cut_us;
		r.known_first = r.first_day;
	}
	if (st == ST_OK)
		st = db_commit(&run->db);
	else
		db_rollback(&run->db);
	if (st == ST_OK && cuts.n > 0)
		published(&r);
	return st;
}

enum status
job_nightly(struct run *run)
{
	return make_vintage(run, "nightly", false);
}

enum status
job_rebuild(struct run *run)
{
	return run->all_cuts ? replay(run) :
	    make_vintage(run, "rebuild", true);
}
