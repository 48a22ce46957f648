/* board_save.c - saving entries of the board, and taking a save back. */
#include <stdlib.h>
#include <string.h>

#include "domain/board_row.h"

/* Arguments of cap.save_ask(): one element a place, one an observation. */
struct save_args {
	int64_t		*place, *version, *assignment;
	int64_t		*obs_place, *obs_assignment, *obs_indicator;
	const char	**comment, **obs_value;
	size_t		 n, n_obs, n_assignments;
};

/* A place comes once, with its assignments; the oldest version counts. */
static void
place_add(struct save_args *s, const struct capacity_entry *e)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->place[i] == e->place_id)
			break;
	if (i == s->n) {
		s->place[s->n] = e->place_id;
		s->comment[s->n] = NULL;
		s->version[s->n++] = e->version;
	}
	if (e->version < s->version[i])
		s->version[i] = e->version;
	if (e->assignment_id != 0)
		s->assignment[s->n_assignments++] = e->assignment_id;
	else
		s->comment[i] = e->comment;
}

static void
observations_add(struct db *db, struct save_args *s,
    const struct capacity_entry *e)
{
	int f;

	for (f = 0; f < CAP__MAX; f++) {
		if (e->typed[f] == NULL)
			continue;
		s->obs_place[s->n_obs] = e->place_id;
		s->obs_assignment[s->n_obs] = e->assignment_id;
		s->obs_indicator[s->n_obs] = capacity_fields[f].indicator;
		s->obs_value[s->n_obs++] = e->value[f] == CAP_NULL ? NULL :
		    db_int(db, e->value[f]);
	}
}

static void
save_args_fill(struct db *db, const struct save_order *o,
    struct save_args *s)
{
	struct arena *a = db->arena;
	size_t n_obs = o->n * CAP__MAX, i;

	*s = (struct save_args){ .place = ARENA_ARRAY(a, o->n, int64_t),
	    .version = ARENA_ARRAY(a, o->n, int64_t),
	    .assignment = ARENA_ARRAY(a, o->n, int64_t),
	    .comment = ARENA_ARRAY(a, o->n, const char *),
	    .obs_place = ARENA_ARRAY(a, n_obs, int64_t),
	    .obs_assignment = ARENA_ARRAY(a, n_obs, int64_t),
	    .obs_indicator = ARENA_ARRAY(a, n_obs, int64_t),
	    .obs_value = ARENA_ARRAY(a, n_obs, const char *) };
	for (i = 0; i < o->n; i++) {
		place_add(s, &o->v[i]);
		observations_add(db, s, &o->v[i]);
	}
}

/* The observations as the arguments of two statements. */
struct obs_args { const char *place, *assignment, *indicator, *value, *mode; };

static struct obs_args
obs_args(struct arena *a, const struct save_order *o,
    const struct save_args *s)
{
	return (struct obs_args){
	    .place = db_int_array(a, s->obs_place, s->n_obs),
	    .assignment = db_int_array(a, s->obs_assignment, s->n_obs),
	    .indicator = db_int_array(a, s->obs_indicator, s->n_obs),
	    .value = db_text_array(a, s->obs_value, s->n_obs),
	    .mode = o->n > 0 && o->v[0].mode == CAP_FULL ? "full" : "simple" };
}

static int
index_of(const char *const *names, int n, const char *text)
{
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(names[i], text) == 0)
			break;
	return i;
}

static enum save_outcome
outcome_of(const char *text)
{
	static const char *const names[SAVE__MAX] = { "ok", "replayed",
		"conflict", "locked", "denied", "unknown", "closed", "future",
		"extra", "assignment", "warn" };
	int i = index_of(names, SAVE__MAX, text);

	return i == SAVE__MAX ? SAVE_CONFLICT : (enum save_outcome)i;
}

/* Whether the place holds what the entry says. */
static bool
is_there(const struct capacity_entry *e, const struct place_state *s)
{
	int f;

	for (f = 0; f < CAP__MAX; f++)
		if (e->typed[f] != NULL && e->value[f] != place_value(s,
		    e->mode, (enum capacity_field)f))
			return false;
	return e->assignment_id != 0 || e->comment == NULL ||
	    strcmp(e->comment, s->comment) == 0;
}

/* Of an assignment that is over nothing is known any more. */
static bool
assignment_state(struct arena *a, const struct rows *r,
    const struct capacity_entry *e, struct place_state *s)
{
	struct board_assignment x;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (row_int(r, i, COL_board_assignments_id, 0) ==
		    e->assignment_id && row_int(r, i,
		    COL_board_assignments_place_id, 0) == e->place_id)
			break;
	if (i == r->n)
		return false;
	board_row_assignment(a, r, i, s, &x);
	*s = x.state;
	return true;
}

/* r: outcomes, states, assignments. */
static void
saved_fill(struct arena *a, const struct capacity_entry *e,
    const struct rows r[3], struct saved_place *ret)
{
	size_t o = board_row_find(&r[0], COL_capacity_save_place_id,
	    e->place_id);
	size_t s = board_row_find(&r[1], COL_board_state_place_id,
	    e->place_id);

	/* A place that does not exist has no row to be replayed from. */
	*ret = (struct saved_place){ .outcome = SAVE_UNKNOWN };
	if (o < r[0].n)
		ret->outcome = outcome_of(row_text(&r[0], o,
		    COL_capacity_save_outcome));
	if (s < r[1].n) {
		board_row_state(a, &r[1], s, &board_row_state_of,
		    &ret->state);
		ret->known = e->assignment_id == 0 ||
		    assignment_state(a, &r[2], e, &ret->state);
	}
	if (ret->outcome == SAVE_REPLAYED && !(ret->known &&
	    is_there(e, &ret->state)))
		ret->outcome = SAVE_CONFLICT;
}

static void
warning_fill(const struct rows *r, size_t i, struct save_warning *w)
{
	static const char *const kinds[WARN__MAX] = { "installed", "over",
		"subset", "jump" };

	*w = (struct save_warning){
	    .kind = (enum warn_kind)index_of(kinds, WARN__MAX, row_text(r, i,
		COL_capacity_warnings_kind)),
	    .field = capacity_field_of(row_int(r, i,
		COL_capacity_warnings_indicator_id, 0)),
	    .before = (int)row_int(r, i, COL_capacity_warnings_before,
		CAP_NULL),
	    .after = (int)row_int(r, i, COL_capacity_warnings_after, CAP_NULL),
	    .low = (int)row_int(r, i, COL_capacity_warnings_low, CAP_NULL),
	    .high = (int)row_int(r, i, COL_capacity_warnings_high,
		CAP_NULL) };
}

static enum status
warnings_read(struct db *db, const struct save_order *o,
    const struct obs_args *args, struct saved_place *ret)
{
	struct rows r;
	enum status st;
	size_t i, k;

	if ((st = db_run(db, Q_capacity_warnings, DB_ARGS(args->mode,
	    args->place, args->assignment, args->indicator, args->value,
	    instant_sql(db->arena, o->now)), &r)) != ST_OK)
		return st;
	for (i = 0; i < o->n; i++) {
		struct saved_place *p = &ret[i];

		p->warnings = ARENA_ARRAY(db->arena, r.n + 1,
		    struct save_warning);
		for (k = 0; k < r.n; k++)
			if (row_int(&r, k, COL_capacity_warnings_place_id,
			    0) == o->v[i].place_id && row_int(&r, k,
			    COL_capacity_warnings_assignment_id, 0) ==
			    o->v[i].assignment_id)
				warning_fill(&r, k,
				    &p->warnings[p->n_warnings++]);
	}
	return ST_OK;
}

enum status
board_save(struct db *db, const struct save_order *o, struct saved_place *ret)
{
	struct arena *a = db->arena;
	struct rows r[3] = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	const char *account = db_int(db, o->account_id), *places;
	struct save_args s;
	struct obs_args obs;
	enum status st;
	size_t i;
	bool ask = false;

	save_args_fill(db, o, &s);
	obs = obs_args(a, o, &s);
	places = db_int_array(a, s.place, s.n);
	db_queue(db, Q_capacity_save, DB_ARGS(o->confirmed ? "t" : "f",
	    account, obs.mode, o->key, places,
	    db_int_array(a, s.version, s.n),
	    db_text_array(a, s.comment, s.n), obs.place, obs.assignment,
	    obs.indicator, obs.value));
	db_queue(db, Q_board_state, DB_ARGS(places));
	if (s.n_assignments > 0)
		db_queue(db, Q_board_assignments, DB_ARGS(account,
		    db_int_array(a, s.assignment, s.n_assignments)));
	if ((st = db_flush_write(db, r, s.n_assignments > 0 ? 3 : 2)) != ST_OK)
		return st;
	for (i = 0; i < o->n; i++) {
		saved_fill(a, &o->v[i], r, &ret[i]);
		ask = ask || ret[i].outcome == SAVE_WARN;
	}
	return ask ? warnings_read(db, o, &obs, ret) : ST_OK;
}

enum status
board_undo(struct db *db, int64_t account_id, const char *key,
    enum undo_outcome *ret, size_t *ret_n)
{
	static const char *const names[UNDO__MAX] = { "ok", "replayed",
		"late", "changed", "unknown" };
	struct rows r;
	enum status st;
	int i;

	if ((st = db_write(db, Q_capacity_undo, DB_ARGS(db_int(db,
	    account_id), key), &r)) != ST_OK)
		return st;
	i = r.n == 0 ? UNDO_UNKNOWN : index_of(names, UNDO__MAX,
	    row_text(&r, 0, COL_capacity_undo_outcome));
	*ret = i == UNDO__MAX ? UNDO_UNKNOWN : (enum undo_outcome)i;
	*ret_n = r.n;
	return ST_OK;
}
