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
place_name(int64_t id)
{
	return json_sprintf("l%lld", (long long)id);
}

static json_t *
value_json(int v)
{
	return v == CAP_NULL ? json_null() : json_integer(v);
}

static json_t *
state_json(struct request *rq, const struct place_state *s)
{
	struct arena *a = rq->arena;
	int64_t age_s = entry_age_s(s, rq->now);
	json_t *o = json_object(), *values = json_object();
	int f;

	for (f = 0; f < CAP__MAX; f++)
		if (capacity_fields[f].simple)
			(void)json_object_set_new(values,
			    capacity_fields[f].name, value_json(place_value(s,
			    CAP_SIMPLE, (enum capacity_field)f)));
	(void)json_object_set_new(o, "place", place_name(s->place_id));
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
	(void)json_object_set_new(o, "level", json_integer(fr_age_level(
	    age_s)));
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

		h = mix(h, arena_printf(a, "%lld %lld %lld %d",
		    (long long)s->place_id, (long long)s->version,
		    (long long)s->at_utc, b->v[i].locked));
	}
	return arena_printf(a, "\"%016llx\"", (unsigned long long)h);
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
		(void)json_array_append_new(rows, state_json(rq,
		    &b->v[i].state));
	(void)json_object_set_new(o, "now", json_string(instant_iso(rq->arena,
	    rq->app->paris, rq->now)));
	(void)json_object_set_new(o, "rows", rows);
	answer(rq, rs, o);
}

void
entry_json_saved(struct request *rq, struct response *rs,
    const struct entry_row *r, size_t n, bool one)
{
	json_t *o, *rows;
	size_t i;

	if (one) {
		answer(rq, rs, state_json(rq, &r->saved.state));
		return;
	}
	o = json_object();
	rows = json_array();
	for (i = 0; i < n; i++)
		(void)json_array_append_new(rows, state_json(rq,
		    &r[i].saved.state));
	(void)json_object_set_new(o, "rows", rows);
	answer(rq, rs, o);
}

static json_t *
conflict_json(struct request *rq, const struct entry_row *r)
{
	json_t *o = state_json(rq, &r->saved.state), *yours = json_object();
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
error_json(const struct entry_row *r)
{
	json_t *o = json_object();

	(void)json_object_set_new(o, "error", json_string(r->error));
	(void)json_object_set_new(o, "place", place_name(r->entry.place_id));
	if (r->entry.bad != NULL)
		(void)json_object_set_new(o, "field", json_string(
		    r->entry.bad));
	return o;
}

void
entry_json_refused(struct request *rq, struct response *rs,
    const struct entry_row *r, size_t n, bool one, const char *alert)
{
	json_t *o = json_object(), *rows = json_array();
	size_t i;

	for (i = 0; i < n; i++) {
		if (r[i].error == NULL)
			continue;
		if (!r[i].conflict || one) {
			json_decref(rows);
			json_decref(o);
			answer(rq, rs, r[i].conflict ? conflict_json(rq,
			    &r[i]) : error_json(&r[i]));
			return;
		}
		(void)json_array_append_new(rows, conflict_json(rq, &r[i]));
	}
	(void)json_object_set_new(o, "rows", rows);
	(void)json_object_set_new(o, "error", json_string(alert));
	answer(rq, rs, o);
}
