#include "domain/snapshot.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SNAPSHOT_BYTES_MAX = 256 * 1024 * 1024, COMMENT_STEP = 64 };

/* ref.indicator's numbers; the others are not shown. */
static const struct { int indicator; enum figure figure; } kept[] = {
	{ 1, FIG_INST }, { 2, FIG_CLOSED_NR }, { 3, FIG_CLOSED_R },
	{ 5, FIG_WOMEN }, { 6, FIG_MEN }, { 9, FIG_EXTRA }, { 20, FIG_FREE },
};

void
snapshot_init(struct snapshot *s, const struct geography *geo)
{
	*s = (struct snapshot){ .geo = geo, .generation = -1 };
	arena_init(&s->arena, SNAPSHOT_BYTES_MAX);
}

void
snapshot_free(struct snapshot *s)
{
	arena_free(&s->arena);
}

void
figures_parse(struct figures *f, const char *text)
{
	char *end;
	size_t i;

	for (i = 0; i < FIG__MAX; i++) {
		f->value[i] = -1;
		f->at_utc[i] = 0;
	}
	while (text != NULL && *text != '\0') {
		long long id = strtoll(text, &end, 10);
		long long value = strtoll(end, &end, 10);
		long long at = strtoll(end, &end, 10);

		if (end == text)
			return;
		text = end;
		for (i = 0; i < N_ELEM(kept); i++)
			if (kept[i].indicator == id) {
				f->value[kept[i].figure] = (int32_t)value;
				f->at_utc[kept[i].figure] = at;
			}
	}
}

static int32_t
source_find(const struct snapshot *s, const char *code)
{
	size_t i;

	for (i = 0; code != NULL && i < s->n_sources; i++)
		if (strcmp(s->sources[i].code, code) == 0)
			return (int32_t)i;
	return -1;
}

/* A comment is at most 200 characters, so growing by doubling is bounded. */
static void
comment_set(struct arena *a, struct figures *f, const char *text)
{
	size_t n = text == NULL ? 0 : strlen(text);

	if (f->comment == NULL || n >= f->comment_cap) {
		f->comment_cap = n == 0 ? 1 : (n / COMMENT_STEP + 1) *
		    COMMENT_STEP * 2;
		f->comment = arena_alloc(a, f->comment_cap);
	}
	memcpy(f->comment, n == 0 ? "" : text, n + 1);
}

/* Columns of snapshot_value and snapshot_changed, which are alike. */
struct value_cols {
	int	place, version, touched, source, comment, figures;
};

static const struct value_cols value_cols = {
	COL_snapshot_value_place_id, COL_snapshot_value_version,
	COL_snapshot_value_touched_s, COL_snapshot_value_source,
	COL_snapshot_value_comment, COL_snapshot_value_figures,
};

static const struct value_cols changed_cols = {
	COL_snapshot_changed_place_id, COL_snapshot_changed_version,
	COL_snapshot_changed_touched_s, COL_snapshot_changed_source,
	COL_snapshot_changed_comment, COL_snapshot_changed_figures,
};

static void
values_take(struct snapshot *s, const struct rows *r,
    const struct value_cols *c)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		int32_t at = row_null(r, i, c->place) ? -1 :
		    snapshot_find(s, row_int(r, i, c->place, 0));
		struct figures *f;

		/* A place the directory doesn't show is in its next generation. */
		if (at < 0)
			continue;
		f = &s->figures[at];
		f->version = row_int(r, i, c->version, 0);
		f->touched_utc = row_int(r, i, c->touched, 0);
		f->source = source_find(s, row_text(r, i, c->source));
		figures_parse(f, row_text(r, i, c->figures));
		comment_set(&s->arena, f, row_text(r, i, c->comment));
		s->stamp[s->places[at].departement] = ++s->clock;
	}
}

static int
key_order(const void *a, const void *b)
{
	const struct place_key *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

int32_t
snapshot_find(const struct snapshot *s, int64_t place_id)
{
	const struct place_key key = { .id = place_id }, *k;

	if (s->n == 0)
		return -1;
	k = bsearch(&key, s->by_id, s->n, sizeof(key), key_order);
	return k == NULL ? -1 : k->index;
}

int32_t
snapshot_category_find(const struct snapshot *s, const char *slug)
{
	size_t i;

	for (i = 0; i < s->n_categories; i++)
		if (strcmp(s->categories[i].slug, slug) == 0)
			return (int32_t)i;
	return -1;
}

int64_t
snapshot_stamp(const struct snapshot *s, const int32_t *departements, size_t n)
{
	int64_t newest = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (s->stamp[departements[i]] > newest)
			newest = s->stamp[departements[i]];
	return newest;
}

/* The first followed place inside an unfollowed one of its category; one that
 * everybody may see before others. */
static void
part_find(struct snapshot *s, int32_t place)
{
	const struct place *p = &s->places[place];
	struct place *up;

	if (p->parent < 0 || !p->followed)
		return;
	up = &s->places[p->parent];
	if (!up->followed && up->category == p->category &&
	    (up->part < 0 || !p->sensitive))
		up->part = place;
}

void
snapshot_index(struct snapshot *s)
{
	size_t n_dep = s->geo->n_departements, i;
	int32_t last = -1;

	s->by_id = ARENA_ARRAY(&s->arena, s->n, struct place_key);
	s->first = ARENA_ARRAY(&s->arena, 2 * n_dep, size_t);
	s->stamp = ARENA_ARRAY(&s->arena, n_dep, int64_t);
	s->clock++;
	for (i = 0; i < n_dep; i++)
		s->stamp[i] = s->clock;
	for (i = 0; i < s->n; i++) {
		int32_t d = s->places[i].departement;

		s->by_id[i] = (struct place_key){ s->places[i].id,
		    (int32_t)i };
		if (d != last)
			s->first[2 * d] = i;
		s->first[2 * d + 1] = i + 1;
		last = d;
	}
	qsort(s->by_id, s->n, sizeof(s->by_id[0]), key_order);
	for (i = 0; i < s->n; i++) {
		s->places[i].parent = s->places[i].subset_of == 0 ? -1 :
		    snapshot_find(s, s->places[i].subset_of);
		s->places[i].part = -1;
	}
	for (i = s->n; i-- > 0;)
		part_find(s, (int32_t)i);
}

/* The same text as the row before (a site's places lie together): one copy. */
static const char *
text_again(struct arena *a, const char *before, const char *text)
{
	if (text == NULL)
		return NULL;
	if (before != NULL && strcmp(before, text) == 0)
		return before;
	return arena_strdup(a, text);
}

static void
locked_parse(struct arena *a, struct place *p, const char *text)
{
	const char *c;
	char *end;
	size_t n = 1;

	if (text == NULL)
		return;
	for (c = text; *c != '\0'; c++)
		n += *c == ' ';
	p->locked = ARENA_ARRAY(a, n, struct period);
	while (*text != '\0') {
		struct period *d = &p->locked[p->n_locked++];

		d->from_utc = strtoll(text, &end, 10);
		d->to_utc = strtoll(end, &end, 10);
		text = end;
	}
}

static int32_t
departement_index(const struct geography *g, const char *code)
{
	const struct departement *d = geography_departement(g, code);

	return d == NULL ? -1 : (int32_t)(d - g->departements);
}

static int32_t
category_index(const struct snapshot *s, int64_t id)
{
	size_t i;

	for (i = 0; i < s->n_categories; i++)
		if (s->categories[i].id == id)
			return (int32_t)i;
	return -1;
}

static void
place_fill(struct snapshot *s, const struct rows *r, size_t i,
    const struct place *before, struct place *p)
{
	struct arena *a = &s->arena;
	size_t n;

	p->id = row_int(r, i, COL_snapshot_place_place_id, 0);
	p->subset_of = row_int(r, i, COL_snapshot_place_subset_of, 0);
	p->followed = row_bool(r, i, COL_snapshot_place_followed);
	p->sensitive = row_bool(r, i, COL_snapshot_place_sensitive);
	p->name = arena_strdup(a, row_text(r, i, COL_snapshot_place_name));
	p->site_finess = text_again(a, before->site_finess,
	    row_text(r, i, COL_snapshot_place_site_finess));
	p->site_name = text_again(a, before->site_name,
	    row_text(r, i, COL_snapshot_place_site_name));
	p->commune = text_again(a, before->commune,
	    row_text(r, i, COL_snapshot_place_commune_name));
	p->phone = text_again(a, before->phone,
	    row_text(r, i, COL_snapshot_place_phone));
	p->locked_reason = text_again(a, before->locked_reason,
	    row_text(r, i, COL_snapshot_place_locked_reason));
	p->n_units = row_array(a, r, i, COL_snapshot_place_unit_ids,
	    &p->unit_ids);
	n = row_array(a, r, i, COL_snapshot_place_unit_names, &p->unit_names);
	if (n < p->n_units)
		p->n_units = n;
	locked_parse(a, p, row_text(r, i, COL_snapshot_place_locked));
	p->positioned = !row_null(r, i, COL_snapshot_place_lat) &&
	    !row_null(r, i, COL_snapshot_place_lon);
	p->lat = row_double(r, i, COL_snapshot_place_lat, 0);
	p->lon = row_double(r, i, COL_snapshot_place_lon, 0);
}

static void
places_take(struct snapshot *s, const struct rows *r)
{
	static const struct place none;
	const struct place *before = &none;
	size_t i, j;

	s->places = ARENA_ARRAY(&s->arena, r->n, struct place);
	s->figures = ARENA_ARRAY(&s->arena, r->n, struct figures);
	for (i = 0; i < r->n; i++) {
		struct place *p = &s->places[s->n];

		p->departement = departement_index(s->geo, row_text(r, i,
		    COL_snapshot_place_departement_code));
		p->category = category_index(s, row_int(r, i,
		    COL_snapshot_place_category_id, 0));
		if (p->departement < 0 || p->category < 0)
			continue;	/* newer code lists than ours */
		place_fill(s, r, i, before, p);
		s->figures[s->n].source = -1;
		s->figures[s->n].comment = arena_strdup(&s->arena, "");
		for (j = 0; j < FIG__MAX; j++)
			s->figures[s->n].value[j] = -1;
		before = p;
		s->n++;
	}
}

static enum source_kind
source_kind(const char *word)
{
	return strcmp(word, "feed") == 0 ? SOURCE_FEED :
	    strcmp(word, "import") == 0 ? SOURCE_IMPORT : SOURCE_MANUAL;
}

static void
lists_take(struct snapshot *s, const struct rows *c, const struct rows *src)
{
	struct arena *a = &s->arena;
	size_t i;

	for (i = 0; i < c->n && i < SNAPSHOT_CATEGORIES_MAX; i++)
		s->categories[s->n_categories++] = (struct snapshot_category){
		    .id = (int)row_int(c, i, COL_snapshot_category_id, 0),
		    .slug = arena_strdup(a, row_text(c, i,
			COL_snapshot_category_slug)),
		    .label = arena_strdup(a, row_text(c, i,
			COL_snapshot_category_label)),
		    .nature = arena_strdup(a, row_text(c, i,
			COL_snapshot_category_nature)),
		    .one = arena_strdup(a, row_text(c, i,
			COL_snapshot_category_one)),
		    .many = arena_strdup(a, row_text(c, i,
			COL_snapshot_category_many)),
		    .ttl_s = row_int(c, i, COL_snapshot_category_ttl_s, 0) };
	for (i = 0; i < src->n && i < SNAPSHOT_SOURCES_MAX; i++)
		s->sources[s->n_sources++] = (struct snapshot_source){
		    .code = arena_strdup(a, row_text(src, i,
			COL_snapshot_source_code)),
		    .label = arena_strdup(a, row_text(src, i,
			COL_snapshot_source_label)),
		    .kind = source_kind(row_text(src, i,
			COL_snapshot_source_kind)) };
}

/* Rows come région by région. */
static void
orders_take(struct snapshot *s, const struct rows *r)
{
	struct snapshot_order *o = NULL;
	size_t i;

	for (i = 0; i < r->n; i++) {
		const char *region = row_text(r, i,
		    COL_snapshot_order_region_code);
		int32_t c = category_index(s, row_int(r, i,
		    COL_snapshot_order_category_id, 0));

		if (o == NULL || strcmp(o->region, region) != 0) {
			if (s->n_orders == SNAPSHOT_ORDERS_MAX)
				return;
			o = &s->orders[s->n_orders++];
			o->region = arena_strdup(&s->arena, region);
		}
		if (c >= 0)
			o->category[o->n++] = c;
	}
}

const struct snapshot_order *
snapshot_order(const struct snapshot *s, const char *region)
{
	size_t i;

	for (i = 0; i < s->n_orders; i++)
		if (strcmp(s->orders[i].region, region) == 0)
			return &s->orders[i];
	return NULL;
}

static void
seen_take(struct snapshot *s, struct db *db, const struct rows *r)
{
	const char *seen = row_text(r, 0, COL_snapshot_changed_seen);

	/* Longer only with hundreds of writers at once: load again next time
	 * rather than forget some. */
	if (snprintf(s->seen, sizeof(s->seen), "%s", seen) >=
	    (int)sizeof(s->seen)) {
		s->seen[0] = '\0';
		s->generation = -1;
		return;
	}
	s->generation = row_int(r, 0, COL_snapshot_changed_generation, 0);
	s->connect = db->n_connects;
}

/* The mark is taken before what it marks: what commits between comes twice,
 * which is harmless. */
static enum status
snapshot_load(struct snapshot *s, struct db *db)
{
	struct snapshot next;
	struct rows r[6];
	enum status st;

	snapshot_init(&next, s->geo);
	next.clock = s->clock;
	db_queue(db, Q_snapshot_changed, DB_ARGS(NULL));
	db_queue(db, Q_snapshot_category, DB_NONE);
	db_queue(db, Q_snapshot_source, DB_NONE);
	db_queue(db, Q_snapshot_place, DB_NONE);
	db_queue(db, Q_snapshot_value, DB_NONE);
	db_queue(db, Q_snapshot_order, DB_NONE);
	if ((st = db_flush(db, r, N_ELEM(r))) != ST_OK)
		return st;
	seen_take(&next, db, &r[0]);
	lists_take(&next, &r[1], &r[2]);
	orders_take(&next, &r[5]);
	places_take(&next, &r[3]);
	snapshot_index(&next);
	values_take(&next, &r[4], &value_cols);
	arena_free(&s->arena);
	*s = next;
	return ST_OK;
}

void
snapshot_queue(struct snapshot *s, struct db *db)
{
	s->args[0] = s->seen[0] == '\0' ? NULL : s->seen;
	db_queue(db, Q_snapshot_changed, s->args, 1);
}

enum status
snapshot_apply(struct snapshot *s, struct db *db, const struct rows *changed)
{
	assert(changed->n > 0);
	if (s->generation == -1 || s->connect != db->n_connects ||
	    s->generation != row_int(changed, 0,
	    COL_snapshot_changed_generation, 0))
		return snapshot_load(s, db);
	values_take(s, changed, &changed_cols);
	seen_take(s, db, changed);
	return ST_OK;
}
