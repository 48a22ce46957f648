/* search_source.c - what of the directory goes into the search index. */
#include <stdlib.h>
#include <string.h>

#include "db/db.h"
#include "domain/search_build.h"

enum { PART = 20000 };		/* rows a statement, as its LIMIT says */

struct source {
	struct db		*db;
	struct arena		*arena;
	struct search_entry	*v;
	size_t			 n, max;
};

static struct search_entry *
entry_new(struct source *s)
{
	size_t max = s->max == 0 ? PART : s->max * 2;
	struct search_entry *v;

	if (s->n == s->max) {
		if ((v = realloc(s->v, max * sizeof(*v))) == NULL)
			return NULL;
		s->v = v;
		s->max = max;
	}
	return &s->v[s->n++];
}

static const char *
kept(struct source *s, const char *text)
{
	return text == NULL ? "" : arena_strdup(s->arena, text);
}

/* The part of structures ('s') or units ('u') after an id. */
static enum status
part_read(struct source *s, char kind, int64_t after, struct rows *r)
{
	enum query q = kind == 's' ? Q_search_structures : Q_search_units;
	struct search_entry *e;
	enum status st;
	size_t i;

	if ((st = db_run(s->db, q, DB_ARGS(db_int(s->db, after)), r)) != ST_OK)
		return st;
	for (i = 0; i < r->n; i++) {
		/* Both statements have the same columns. */
		if ((e = entry_new(s)) == NULL)
			return ST_LIMIT;
		*e = (struct search_entry){ .kind = row_bool(r, i,
			COL_search_units_inside) ? 'o' : kind,
		    .id = row_int(r, i, COL_search_units_id, 0),
		    .name = kept(s, row_text(r, i, COL_search_units_name)),
		    .words = kept(s, row_text(r, i, COL_search_units_words)),
		    .departement = kept(s, row_text(r, i,
			COL_search_units_departement)),
		    .fields = (unsigned)row_int(r, i, COL_search_units_fields,
			0),
		    .type = (unsigned)row_int(r, i, COL_search_units_type, 0),
		};
	}
	return ST_OK;
}

static enum status
kind_read(struct source *s, char kind)
{
	int64_t after = 0;
	struct rows r;
	enum status st;

	do {
		if ((st = part_read(s, kind, after, &r)) != ST_OK)
			return st;
		if (r.n > 0)
			after = s->v[s->n - 1].id;
		r.n = r.n == PART ? r.n : 0;
		arena_reset(s->db->arena);
	} while (r.n > 0);
	return ST_OK;
}

enum status
search_build_directory(struct db *db, struct arena *a, const char *path,
    int64_t *ret_generation)
{
	struct source s = { .db = db, .arena = a };
	int64_t generation = 0;
	struct rows r;
	enum status st;

	/* Before the rows: a change meanwhile makes the index old, not wrong. */
	if ((st = db_run(db, Q_search_generation, DB_NONE, &r)) != ST_OK)
		return st;
	generation = row_int(&r, 0, COL_search_generation_number, 0);
	if ((st = kind_read(&s, 's')) == ST_OK &&
	    (st = kind_read(&s, 'u')) == ST_OK)
		st = search_build(path, generation, s.v, s.n, &db->fault);
	free(s.v);
	if (st == ST_OK)
		*ret_generation = generation;
	return st;
}
