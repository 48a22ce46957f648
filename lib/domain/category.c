#include "domain/category.h"

#include <string.h>

static void
categories_take(struct category_book *b, struct arena *a,
    const struct rows *r, const struct rows *own)
{
	size_t i, k;

	b->v = ARENA_ARRAY(a, r->n, struct category);
	b->n = r->n;
	b->own_order = own->n > 0;
	for (i = 0; i < r->n; i++) {
		struct category *c = &b->v[i];

		c->id = (int)row_int(r, i, COL_category_list_id, 0);
		c->slug = row_text(r, i, COL_category_list_slug);
		c->label = row_text(r, i, COL_category_list_label);
		c->nature = row_text(r, i, COL_category_list_nature);
		c->many = row_text(r, i, COL_category_list_many);
		c->places = row_int(r, i, COL_category_list_places, 0);
		c->shown = true;
		c->turn = (int)(own->n + i);
		for (k = 0; k < own->n; k++)
			if (row_int(own, k, COL_category_region_list_category_id,
			    0) == c->id) {
				c->shown = row_bool(own, k,
				    COL_category_region_list_shown);
				c->turn = (int)k;
			}
	}
}

/* NULL and "" are both « any ». */
static const char *
any(const char *s)
{
	return s == NULL ? "" : s;
}

static void
rules_take(struct category_book *b, struct arena *a, const struct rows *r)
{
	size_t i;

	b->rules = ARENA_ARRAY(a, r->n, struct category_rule);
	b->n_rules = r->n;
	for (i = 0; i < r->n; i++)
		b->rules[i] = (struct category_rule){
		    .category = (int)row_int(r, i,
			COL_category_rule_list_category_id, 0),
		    .type = any(row_text(r, i,
			COL_category_rule_list_unit_type)),
		    .activity = any(row_text(r, i,
			COL_category_rule_list_activity)),
		    .mode = any(row_text(r, i,
			COL_category_rule_list_care_mode)),
		    .field = any(row_text(r, i,
			COL_category_rule_list_field)) };
}

static void
codes_take(struct category_book *b, struct arena *a, const struct rows *r)
{
	size_t i;

	b->codes = ARENA_ARRAY(a, r->n, struct category_code);
	b->n_codes = r->n;
	for (i = 0; i < r->n; i++)
		b->codes[i] = (struct category_code){
		    .kind = row_text(r, i, COL_category_code_list_kind),
		    .code = row_text(r, i, COL_category_code_list_code),
		    .label = row_text(r, i, COL_category_code_list_label) };
}

enum status
category_load(struct db *db, const char *region, struct category_book *ret)
{
	struct category_book b = { 0 };
	const char *const args[] = { region };
	struct rows r[5];
	enum status st;

	db_queue(db, Q_category_list, DB_NONE);
	db_queue(db, Q_category_region_list, args, N_ELEM(args));
	db_queue(db, Q_category_rule_list, DB_NONE);
	db_queue(db, Q_category_code_list, DB_NONE);
	db_queue(db, Q_category_version, DB_NONE);
	if ((st = db_flush(db, r, N_ELEM(r))) != ST_OK)
		return st;
	categories_take(&b, db->arena, &r[0], &r[1]);
	rules_take(&b, db->arena, &r[2]);
	codes_take(&b, db->arena, &r[3]);
	b.version = row_int(&r[4], 0, COL_category_version_number, 0);
	b.changed_utc = row_instant(&r[4], 0, COL_category_version_changed_at,
	    0);
	*ret = b;
	return ST_OK;
}

const struct category *
category_by_id(const struct category_book *b, int id)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->v[i].id == id)
			return &b->v[i];
	return NULL;
}

const struct category *
category_by_slug(const struct category_book *b, const char *slug)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (strcmp(b->v[i].slug, slug) == 0)
			return &b->v[i];
	return NULL;
}

/* Whether the rule takes every place of the nature that comes to it. */
static bool
takes_all(const struct category_book *b, const struct category_rule *r,
    const char *nature)
{
	const struct category *c = category_by_id(b, r->category);

	return c != NULL && strcmp(c->nature, nature) == 0 &&
	    r->type[0] == '\0' && r->activity[0] == '\0' &&
	    r->mode[0] == '\0' && r->field[0] == '\0';
}

const char *
category_uncovered(const struct category_book *b,
    const struct category_rule *rules, size_t n)
{
	size_t i, k;

	for (i = 0; i < b->n; i++) {
		for (k = 0; k < n; k++)
			if (takes_all(b, &rules[k], b->v[i].nature))
				break;
		if (k == n)
			return b->v[i].many;
	}
	return NULL;
}

/* The rules as five arrays, which is how SQL takes them. */
struct columns {
	const char	*v[5];
};

static struct columns
columns_of(struct arena *a, const struct category_rule *rules, size_t n)
{
	int64_t *ids = ARENA_ARRAY(a, n, int64_t);
	const char **text[4];
	struct columns c;
	size_t i;

	for (i = 0; i < 4; i++)
		text[i] = ARENA_ARRAY(a, n, const char *);
	for (i = 0; i < n; i++) {
		ids[i] = rules[i].category;
		text[0][i] = rules[i].type;
		text[1][i] = rules[i].activity;
		text[2][i] = rules[i].mode;
		text[3][i] = rules[i].field;
	}
	c.v[0] = db_int_array(a, ids, n);
	for (i = 0; i < 4; i++)
		c.v[i + 1] = db_text_array(a, text[i], n);
	return c;
}

static void
move_add(struct category_preview *p, int was, int becomes, int64_t places)
{
	size_t i;

	p->moved += places;
	for (i = 0; i < p->n_moves; i++)
		if (p->moves[i].was == was && p->moves[i].becomes == becomes) {
			p->moves[i].places += places;
			return;
		}
	if (p->n_moves < CATEGORY_MOVES_MAX)
		p->moves[p->n_moves++] = (struct category_move){ was, becomes,
		    places };
}

enum status
category_try(struct db *db, const struct category_rule *rules, size_t n,
    struct category_preview *ret)
{
	struct columns c = columns_of(db->arena, rules, n);
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_category_preview, c.v, N_ELEM(c.v), &r)) !=
	    ST_OK)
		return st;
	*ret = (struct category_preview){ .decides = ARENA_ARRAY(db->arena,
	    n + 1, int64_t) };
	for (i = 0; i < r.n; i++) {
		int64_t rule = row_int(&r, i, COL_category_preview_rule, 0);
		int64_t places = row_int(&r, i, COL_category_preview_places,
		    0);
		int was = (int)row_int(&r, i, COL_category_preview_was, 0);
		int becomes = (int)row_int(&r, i,
		    COL_category_preview_becomes, 0);

		if (rule >= 1 && (size_t)rule <= n)
			ret->decides[rule - 1] += places;
		if (was != 0 && was != becomes)
			move_add(ret, was, becomes, places);
	}
	return ST_OK;
}

static enum status
result_status(const struct rows *r, int col)
{
	static const struct { const char *word; enum status st; } results[] = {
		{ "ok", ST_OK }, { "conflict", ST_CONFLICT },
		{ "exists", ST_INPUT }, { "full", ST_LIMIT },
	};
	size_t i;

	for (i = 0; i < N_ELEM(results); i++)
		if (strcmp(row_text(r, 0, col), results[i].word) == 0)
			return results[i].st;
	return ST_DB;
}

enum status
category_rules_apply(struct db *db, const struct category_actor *by,
    const struct category_rule *rules, size_t n)
{
	struct columns c = columns_of(db->arena, rules, n);
	const char *const args[] = { db_int(db, by->account_id), by->address,
	    db_int(db, by->version), instant_sql(db->arena, by->now),
	    c.v[0], c.v[1], c.v[2], c.v[3], c.v[4] };
	struct rows r[2];
	enum status st;

	/* Placing a country's places anew takes longer than a page may. */
	db_queue(db, Q_category_patience, DB_NONE);
	db_queue(db, Q_category_rules_set, args, N_ELEM(args));
	if ((st = db_flush_write(db, r, N_ELEM(r))) != ST_OK)
		return st;
	return result_status(&r[1], COL_category_rules_set_result);
}

enum status
category_lines_apply(struct db *db, const struct category_actor *by,
    const int64_t *ids, const char *const *labels, size_t n)
{
	struct rows r;
	enum status st;

	if ((st = db_write(db, Q_category_lines_set, DB_ARGS(db_int(db,
	    by->account_id), by->address, db_int(db, by->version),
	    instant_sql(db->arena, by->now), db_int_array(db->arena, ids, n),
	    db_text_array(db->arena, labels, n)), &r)) != ST_OK)
		return st;
	return result_status(&r, COL_category_lines_set_result);
}

enum status
category_region_apply(struct db *db, const struct category_actor *by,
    const char *region, const int64_t *ids, const int64_t *shown, size_t n)
{
	struct rows r;
	enum status st;

	if ((st = db_write(db, Q_category_region_set, DB_ARGS(db_int(db,
	    by->account_id), by->address, db_int(db, by->version),
	    instant_sql(db->arena, by->now), region,
	    db_int_array(db->arena, ids, n),
	    db_int_array(db->arena, shown, n)), &r)) != ST_OK)
		return st;
	return result_status(&r, COL_category_region_set_result);
}

enum status
category_add(struct db *db, const struct category_actor *by, const char *slug,
    const char *label, const char *nature)
{
	struct rows r;
	enum status st;

	if ((st = db_write(db, Q_category_add, DB_ARGS(db_int(db,
	    by->account_id), by->address, db_int(db, by->version),
	    instant_sql(db->arena, by->now), slug, label, nature), &r)) !=
	    ST_OK)
		return st;
	return result_status(&r, COL_category_add_result);
}
