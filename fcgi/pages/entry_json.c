#include "entry.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/french.h"

static void
forget(void *p)
{
	json_decref(p);
}

/* Give a value to the response; it ends with the request. */
static void
answer(struct request *rq, struct response *rs, json_t *v)
{
	char *text = json_dumps(v, JSON_COMPACT);

	arena_defer(rq->arena, forget, v);
	if (text == NULL)
		abort();		/* out of memory, as in the arena */
	arena_defer(rq->arena, free, text);
	response_json(rs, text);
}

static json_t *
row_name(struct request *rq, int64_t place_id, int64_t assignment_id)
{
	return json_string(entry_row_name(rq->arena, place_id,
	    assignment_id));
}

static json_t *
value_json(int v)
{
	return v == CAP_NULL ? json_null() : json_integer(v);
}

static json_t *
state_json(struct request *rq, const struct place_state *s,
    enum capacity_mode mode)
{
	struct arena *a = rq->arena;
	int64_t age_s = entry_age_s(s, rq->now);
	json_t *o = json_object(), *values = json_object();
	int f;

	for (f = 0; f < CAP__MAX; f++)
		if (mode == CAP_FULL || capacity_fields[f].simple)
			(void)json_object_set_new(values,
			    capacity_fields[f].name, value_json(place_value(s,
			    mode, (enum capacity_field)f)));
	(void)json_object_set_new(o, "place", row_name(rq, s->place_id,
	    s->assignment_id));
	(void)json_object_set_new(o, "version", json_sprintf("%lld",
	    (long long)s->version));
	(void)json_object_set_new(o, "values", values);
	(void)json_object_set_new(o, "comment", json_string(s->comment));
	if (s->at_utc == -1)
		return o;
	(void)json_object_set_new(o, "at", json_string(instant_iso(a, s->zone,
	    s->at_utc)));
	(void)json_object_set_new(o, "at_title", json_string(entry_at_title(a,
	    s)));
	(void)json_object_set_new(o, "by", json_string(s->by));
	(void)json_object_set_new(o, "level", json_integer(entry_level(s,
	    rq->now)));
	(void)json_object_set_new(o, "age", json_string(fr_age(a, age_s)));
	return o;
}

/* FNV-1a over what can change of a row: a board's entity tag. */
static uint64_t
mix(uint64_t h, const char *text)
{
	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211u;
	return (h ^ '|') * 1099511628211u;
}

static const char *
board_tag(struct arena *a, const struct board *b)
{
	uint64_t h = 14695981039346656037u;
	size_t i;

	for (i = 0; i < b->n; i++) {
		const struct place_state *s = &b->v[i].state;

		h = mix(h, arena_printf(a, "%lld %lld %lld %d %zu %d",
		    (long long)s->place_id, (long long)s->version,
		    (long long)s->at_utc, b->v[i].locked,
		    b->v[i].n_assignments, b->context.shown.mode));
	}
	return arena_printf(a, "\"%016llx\"", (unsigned long long)h);
}

/* A place, and its assignments as rows of their own. */
static void
place_add(struct request *rq, json_t *rows, const struct board_place *p,
    enum capacity_mode mode)
{
	size_t i;

	(void)json_array_append_new(rows, state_json(rq, &p->state, mode));
	for (i = 0; i < p->n_assignments; i++)
		(void)json_array_append_new(rows, state_json(rq,
		    &p->assignments[i].state, mode));
}

void
entry_json_board(struct request *rq, struct response *rs,
    const struct board *b)
{
	json_t *o, *rows;
	size_t i;

	rs->etag = board_tag(rq->arena, b);
	if (rq->if_none_match != NULL &&
	    strcmp(rq->if_none_match, rs->etag) == 0)
		return;			/* becomes a 304 */
	o = json_object();
	rows = json_array();
	for (i = 0; i < b->n; i++)
		place_add(rq, rows, &b->v[i], b->context.shown.mode);
	(void)json_object_set_new(o, "now", json_string(instant_iso(rq->arena,
	    rq->app->paris, rq->now)));
	(void)json_object_set_new(o, "rows", rows);
	answer(rq, rs, o);
}

static json_t *
rows_json(struct request *rq, const struct entry_form *f)
{
	json_t *rows = json_array();
	size_t i;

	for (i = 0; i < f->n; i++)
		(void)json_array_append_new(rows, state_json(rq,
		    &f->v[i].saved.state, f->v[i].entry.mode));
	return rows;
}

void
entry_json_saved(struct request *rq, struct response *rs,
    const struct entry_form *f)
{
	json_t *o;

	if (f->one) {
		answer(rq, rs, state_json(rq, &f->v[0].saved.state,
		    f->v[0].entry.mode));
		return;
	}
	o = json_object();
	(void)json_object_set_new(o, "rows", rows_json(rq, f));
	answer(rq, rs, o);
}

void
entry_json_site(struct request *rq, struct response *rs,
    const struct entry_form *f, const char *message)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "rows", rows_json(rq, f));
	(void)json_object_set_new(o, "message", json_string(message));
	answer(rq, rs, o);
}

void
entry_json_message(struct request *rq, struct response *rs, bool done,
    const char *message)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "done", json_boolean(done));
	(void)json_object_set_new(o, done ? "message" : "error", json_string(
	    message));
	answer(rq, rs, o);
}

static json_t *
conflict_json(struct request *rq, const struct entry_row *r)
{
	json_t *o = state_json(rq, &r->saved.state, r->entry.mode);
	json_t *yours = json_object();
	int f;

	for (f = 0; f < CAP__MAX; f++)
		if (r->entry.typed[f] != NULL)
			(void)json_object_set_new(yours,
			    capacity_fields[f].name, value_json(
			    r->entry.value[f]));
	if (r->entry.comment != NULL)
		(void)json_object_set_new(yours, CAP_COMMENT_FIELD,
		    json_string(r->entry.comment));
	(void)json_object_set_new(o, "yours", yours);
	if (r->saved.state.who != NULL)
		(void)json_object_set_new(o, "who", json_string(
		    r->saved.state.who));
	(void)json_object_set_new(o, "error", json_string(r->error));
	return o;
}

/* The first refusal that is no conflict, by its place and field. */
static json_t *
error_json(struct request *rq, const struct entry_row *r)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "error", json_string(r->error));
	(void)json_object_set_new(o, "place", row_name(rq, r->entry.place_id,
	    r->entry.assignment_id));
	if (r->entry.bad != NULL)
		(void)json_object_set_new(o, "field", json_string(
		    r->entry.bad));
	return o;
}

/* A row that is asked about: why, and what it would change. */
static json_t *
asked_json(struct request *rq, const struct entry_row *r)
{
	json_t *o = json_object(), *warnings = json_array();
	size_t i;

	for (i = 0; i < r->saved.n_warnings; i++)
		(void)json_array_append_new(warnings, json_string(
		    entry_warning_text(rq->arena, &r->saved.warnings[i])));
	(void)json_object_set_new(o, "place", row_name(rq, r->entry.place_id,
	    r->entry.assignment_id));
	(void)json_object_set_new(o, "changes", json_string(entry_changes(
	    rq->arena, r)));
	(void)json_object_set_new(o, "warnings", warnings);
	return o;
}

void
entry_json_refused(struct request *rq, struct response *rs,
    const struct entry_form *f, const char *alert)
{
	json_t *o, *conflicts = json_array(), *asked = json_array();
	size_t i;

	for (i = 0; i < f->n; i++) {
		const struct entry_row *r = &f->v[i];

		if (r->error == NULL && r->saved.n_warnings > 0)
			(void)json_array_append_new(asked, asked_json(rq, r));
		if (r->error == NULL)
			continue;
		if (!r->conflict || f->one) {
			json_decref(conflicts);
			json_decref(asked);
			answer(rq, rs, r->conflict ? conflict_json(rq, r) :
			    error_json(rq, r));
			return;
		}
		(void)json_array_append_new(conflicts, conflict_json(rq, r));
	}
	o = json_object();
	(void)json_object_set_new(o, "error", json_string(alert));
	(void)json_object_set_new(o, "rows", conflicts);
	if (json_array_size(conflicts) == 0)
		(void)json_object_set_new(o, "ask", asked);
	else
		json_decref(asked);
	answer(rq, rs, o);
}
