/* rollup.c - the order of one vintage; the statements are sql/warehouse. */
#include "rollup.h"

#include <string.h>

/* What a statement of the sequence is given. */
enum gives { GIVE_NOTHING, GIVE_CUT };

struct step {
	enum query	query;
	enum gives	gives;
};

static const struct step dimensions[] = {
	{ Q_dim_place_close, GIVE_CUT }, { Q_dim_place_open, GIVE_CUT },
	{ Q_dim_lock_close, GIVE_CUT }, { Q_dim_lock_open, GIVE_CUT },
};
static const struct step merge[] = {
	{ Q_fct_stage_gone, GIVE_CUT }, { Q_fct_close, GIVE_CUT },
	{ Q_fct_open, GIVE_NOTHING },
};
static const struct step publish_cells[] = {
	{ Q_rpt_close, GIVE_CUT }, { Q_rpt_open, GIVE_CUT },
};

static enum status
steps(struct rollup *r, const struct step *s, size_t n)
{
	struct db *db = &r->run->db;
	struct rows rows;
	enum status st;
	size_t i;

	for (i = 0; i < n; i++) {
		st = s[i].gives == GIVE_CUT ?
		    db_run(db, s[i].query, DB_ARGS(r->cut), &rows) :
		    db_run(db, s[i].query, DB_NONE, &rows);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum status
analyze(struct rollup *r, const char *const *tables, size_t n)
{
	struct rows rows;
	enum status st;
	size_t i;

	for (i = 0; i < n; i++)
		if ((st = db_run(&r->run->db, Q_roll_analyze,
		    DB_ARGS(tables[i]), &rows)) != ST_OK)
			return st;
	return ST_OK;
}

/* Days asked for by the caller, and days that a late observation put before
 * the first one. */
static enum status
dirty_days(struct rollup *r)
{
	struct db *db = &r->run->db;
	const char *first = day_iso(db->arena, r->first_day);
	const char *last = day_iso(db->arena, r->last_day);
	struct rows rows;
	enum status st;

	if (r->since == NULL)
		return ST_OK;
	if ((st = db_run(db, Q_dim_dirty, DB_ARGS(first, last, r->cut,
	    r->since), &rows)) != ST_OK)
		return st;
	if (r->first_day < r->known_first && r->known_first != INT32_MAX &&
	    (st = db_run(db, Q_dim_dirty_all, DB_ARGS(first,
	    day_iso(db->arena, r->known_first - 1)), &rows)) != ST_OK)
		return st;
	if (r->whole && r->du <= r->last_day && r->au >= r->first_day)
		st = db_run(db, Q_dim_dirty_all, DB_ARGS(
		    day_iso(db->arena, r->du < r->first_day ? r->first_day :
		    r->du), day_iso(db->arena, r->au > r->last_day ?
		    r->last_day : r->au)), &rows);
	return st;
}

static enum status
stage_dimensions(struct rollup *r)
{
	static const char *const staged[] = { "stage_place", "stage_lock" };
	struct db *db = &r->run->db;
	struct rows rows;
	enum status st;

	if ((st = db_run(db, Q_roll_loops, DB_ARGS("off"), &rows)) != ST_OK ||
	    (st = db_run(db, Q_roll_clear, DB_NONE, &rows)) != ST_OK ||
	    (st = db_run(db, Q_dim_place_stage, DB_NONE, &rows)) != ST_OK ||
	    (st = db_run(db, Q_dim_lock_stage, DB_NONE, &rows)) != ST_OK ||
	    (st = analyze(r, staged, N_ELEM(staged))) != ST_OK ||
	    (st = db_run(db, Q_dim_first_day, DB_ARGS(r->cut, r->since,
	    r->known_first == INT32_MAX ? NULL :
	    day_iso(db->arena, r->known_first)), &rows)) != ST_OK)
		return st;
	r->first_day = row_day(&rows, 0, COL_dim_first_day_day, INT32_MAX);
	if (r->since == NULL || r->whole)
		return ST_OK;
	return db_run(db, Q_roll_loops, DB_ARGS("on"), &rows);
}

/* Windows from the dimensions as they were, then the new ones in place. */
static enum status
stage_windows(struct rollup *r)
{
	static const char *const staged[] = { "stage_window", "stage_days" };
	struct db *db = &r->run->db;
	struct rows rows;
	enum status st;

	if ((st = dirty_days(r)) != ST_OK ||
	    (st = db_run(db, Q_fct_window, DB_ARGS(r->cut, r->since,
	    day_iso(db->arena, r->first_day), r->whole ? "t" : "f"), &rows))
	    != ST_OK ||
	    (st = analyze(r, staged, N_ELEM(staged))) != ST_OK)
		return st;
	return steps(r, dimensions, N_ELEM(dimensions));
}

static enum status
stage_cells(struct rollup *r)
{
	static const char *const before[] = { "stage_days", "stage_fact" };
	static const char *const after[] = { "stage_cell" };
	static const char *const facts[] = { "fct_place_day", "dim_place" };
	struct rows rows;
	enum status st;

	if ((st = analyze(r, before, N_ELEM(before))) != ST_OK ||
	    (r->since == NULL &&
	    (st = analyze(r, facts, N_ELEM(facts))) != ST_OK) ||
	    (st = steps(r, merge, N_ELEM(merge))) != ST_OK ||
	    (st = db_run(&r->run->db, Q_rpt_cells, DB_ARGS(r->cut), &rows))
	    != ST_OK)
		return st;
	return analyze(r, after, N_ELEM(after));
}

static enum status
add_up(struct rollup *r)
{
	static const char *const summed[] = { "stage_report" };
	struct rows rows;
	enum status st;

	if ((st = db_run(&r->run->db, Q_rpt_sum, DB_ARGS(r->cut), &rows))
	    != ST_OK ||
	    (st = analyze(r, summed, N_ELEM(summed))) != ST_OK)
		return st;
	return steps(r, publish_cells, N_ELEM(publish_cells));
}

/* Each check returns rows where something is wrong; the first is told. */
static enum status
check(struct rollup *r, enum query q, const char *what)
{
	struct rows rows;
	enum status st;

	if ((st = db_run(&r->run->db, q, DB_NONE, &rows)) != ST_OK)
		return st;
	if (rows.n == 0)
		return ST_OK;
	fault_set(&r->run->fault, "check %s: %zu wrong, first: %s %s", what,
	    rows.n, row_text(&rows, 0, 0), row_text(&rows, 0, 1));
	return ST_CONFLICT;
}

static enum status
checks(struct rollup *r)
{
	static const struct { enum query query; const char *name; } all[] = {
		{ Q_check_grain, "grain" },
		{ Q_check_states, "states add up" },
		{ Q_check_cross_foot, "departements = France" },
		{ Q_check_drill_down, "drill-down = cell" },
	};
	enum status st = ST_OK;
	size_t i;

	for (i = 0; st == ST_OK && i < N_ELEM(all); i++)
		st = check(r, all[i].query, all[i].name);
	return st;
}

static enum status
publish(struct rollup *r)
{
	struct db *db = &r->run->db;
	struct rows rows;
	enum status st;

	st = db_run(db, Q_roll_publish, DB_ARGS(r->cut,
	    day_iso(db->arena, r->first_day), day_iso(db->arena, r->last_day),
	    db_int(db, r->run->metric[METRIC_DIRTY])), &rows);
	if (st == ST_OK)
		st = db_run(db, Q_roll_clear, DB_NONE, &rows);
	return st;
}

enum status
rollup_run(struct rollup *r)
{
	struct windows ws;
	const struct zone *east;
	enum status st;

	if ((st = stage_dimensions(r)) != ST_OK)
		return st;
	/* La Réunion's days end first among the départements'. */
	if ((st = zone_get("Indian/Reunion", &east)) != ST_OK)
		return st;
	r->last_day = zone_day(east, r->cut_us / 1000000) - 1;
	if (r->first_day > r->last_day) {
		r->first_day = r->last_day + 1;	/* nothing is over yet */
		return publish(r);
	}
	if ((st = stage_windows(r)) != ST_OK ||
	    (st = windows_load(r, &ws)) != ST_OK ||
	    (st = facts_stage(r, &ws)) != ST_OK ||
	    (st = stage_cells(r)) != ST_OK ||
	    (st = add_up(r)) != ST_OK ||
	    (st = checks(r)) != ST_OK)
		return st;
	return publish(r);
}
