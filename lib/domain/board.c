#include "domain/board.h"

#include <stdlib.h>
#include <string.h>

static const struct { const char *natures, *fields; } scopes[BOARD__MAX] = {
	[BOARD_BEDS]	= { "{01,04}", "{01,02,03}" },
	[BOARD_PLACES]	= { "{02}", "{01,02,03}" },
	[BOARD_SOCIAL]	= { "{02}", "{04,06}" },
};

void
board_scope(enum board_id id, const char **ret_natures,
    const char **ret_fields)
{
	*ret_natures = scopes[id].natures;
	*ret_fields = scopes[id].fields;
}

/* A place whose zone this machine does not know is shown in UTC's stead. */
static const struct zone *
zone_of(const char *name)
{
	const struct zone *z;

	return zone_get(name, &z) == ST_OK ||
	    zone_get("Europe/Paris", &z) == ST_OK ? z : NULL;
}

/* The columns that two statements have in common, by their own numbers. */
struct state_cols {
	int	place_id, name, time_zone, version, comment, touched_at,
		source_label, who, total, indicators, figures;
};

#define STATE_COLS(q) {							\
	COL_##q##_place_id, COL_##q##_name, COL_##q##_time_zone,	\
	COL_##q##_version, COL_##q##_comment, COL_##q##_touched_at,	\
	COL_##q##_source_label, COL_##q##_who, COL_##q##_total,		\
	COL_##q##_indicators, COL_##q##_figures }

static const struct state_cols of_places = STATE_COLS(board_places);
static const struct state_cols of_state = STATE_COLS(board_state);

int
place_value(const struct place_state *s, enum capacity_mode mode,
    enum capacity_field f)
{
	return mode == CAP_SIMPLE && f == CAP_DISPO_IND ? s->total :
	    s->value[f];
}

/* The figures of two parallel columns into a value for each field. */
static void
figures_fill(struct arena *a, const struct rows *r, size_t i, int indicators,
    int figures, int *value)
{
	char **ids, **values;
	size_t n = row_array(a, r, i, indicators, &ids), k;
	int f;

	(void)row_array(a, r, i, figures, &values);
	for (f = 0; f < CAP__MAX; f++)
		value[f] = CAP_NULL;
	for (k = 0; k < n; k++) {
		f = capacity_field_of(strtol(ids[k], NULL, 10));
		if (f != CAP__MAX)
			value[f] = (int)strtol(values[k], NULL, 10);
	}
}

static void
state_fill(struct arena *a, const struct rows *r, size_t i,
    const struct state_cols *c, struct place_state *s)
{
	s->place_id = row_int(r, i, c->place_id, 0);
	s->name = row_text(r, i, c->name);
	s->zone = zone_of(row_text(r, i, c->time_zone));
	s->version = row_int(r, i, c->version, 0);
	s->comment = row_text(r, i, c->comment);
	s->at_utc = row_instant(r, i, c->touched_at, -1);
	s->by = row_text(r, i, c->source_label);
	s->who = row_text(r, i, c->who);
	s->total = (int)row_int(r, i, c->total, CAP_NULL);
	figures_fill(a, r, i, c->indicators, c->figures, s->value);
}

static void
place_fill(struct arena *a, const struct rows *r, size_t i,
    struct board_place *p)
{
	state_fill(a, r, i, &of_places, &p->state);
	p->nature = row_text(r, i, COL_board_places_nature);
	p->site_finess = row_text(r, i, COL_board_places_site_finess);
	p->site_name = row_text(r, i, COL_board_places_site_name);
	p->departement = row_text(r, i, COL_board_places_departement);
	p->path_label = row_text(r, i, COL_board_places_path_label);
	p->phone = row_text(r, i, COL_board_places_phone);
	p->n_units = row_array(a, r, i, COL_board_places_unit_ids, &p->units);
	(void)row_array(a, r, i, COL_board_places_unit_names, &p->unit_names);
	p->locked = row_bool(r, i, COL_board_places_locked);
	p->locked_until = row_instant(r, i, COL_board_places_locked_until, -1);
	p->locked_reason = row_text(r, i, COL_board_places_locked_reason);
	p->favourite = row_bool(r, i, COL_board_places_favourite);
}

static void
sites_fill(struct arena *a, const struct rows *r, struct board *b)
{
	size_t i;

	b->n_sites = r->n;
	b->sites = ARENA_ARRAY(a, r->n, struct board_site);
	for (i = 0; i < r->n; i++)
		b->sites[i] = (struct board_site){
		    row_text(r, i, COL_board_sites_finess),
		    row_text(r, i, COL_board_sites_name),
		    row_text(r, i, COL_board_sites_departement),
		    row_int(r, i, COL_board_sites_n, 0) };
}

enum status
board_read(struct db *db, const struct board_filter *f, struct board *ret)
{
	const char *account = db_int(db, f->account_id);
	const char *const sites[] = { account, scopes[f->id].natures,
		scopes[f->id].fields };
	const char *const places[] = { account, scopes[f->id].natures,
		scopes[f->id].fields, f->site, f->favourites ? "t" : "f",
		db_int(db, f->page), instant_sql(db->arena, f->now) };
	struct board b = { .page = 1, .n_pages = 1 };
	struct rows r[2];
	enum status st;
	size_t i;

	db_queue(db, Q_board_sites, sites, N_ELEM(sites));
	db_queue(db, Q_board_places, places, N_ELEM(places));
	if ((st = db_flush(db, r, 2)) != ST_OK)
		return st;
	sites_fill(db->arena, &r[0], &b);
	b.n = r[1].n;
	b.v = ARENA_ARRAY(db->arena, b.n, struct board_place);
	for (i = 0; i < b.n; i++)
		place_fill(db->arena, &r[1], i, &b.v[i]);
	if (b.n > 0) {
		b.page = row_int(&r[1], 0, COL_board_places_page, 1);
		b.n_pages = row_int(&r[1], 0, COL_board_places_n_pages, 1);
		b.n_total = row_int(&r[1], 0, COL_board_places_n_total, 0);
	}
	*ret = b;
	return ST_OK;
}

/* Arguments of cap.save(): one element a place, one a place and indicator. */
struct save_args {
	int64_t		*place, *version, *obs_place, *obs_indicator;
	const char	**comment, **obs_value;
	size_t		 n, n_obs;
};

static void
save_args_fill(struct db *db, const struct capacity_entry *e, size_t n,
    struct save_args *s)
{
	struct arena *a = db->arena;
	size_t i;
	int f;

	*s = (struct save_args){ .n = n,
	    .place = ARENA_ARRAY(a, n, int64_t),
	    .version = ARENA_ARRAY(a, n, int64_t),
	    .comment = ARENA_ARRAY(a, n, const char *),
	    .obs_place = ARENA_ARRAY(a, n * CAP__MAX, int64_t),
	    .obs_indicator = ARENA_ARRAY(a, n * CAP__MAX, int64_t),
	    .obs_value = ARENA_ARRAY(a, n * CAP__MAX, const char *) };
	for (i = 0; i < n; i++) {
		s->place[i] = e[i].place_id;
		s->version[i] = e[i].version;
		s->comment[i] = e[i].comment;
		for (f = 0; f < CAP__MAX; f++) {
			if (e[i].typed[f] == NULL)
				continue;
			s->obs_place[s->n_obs] = e[i].place_id;
			s->obs_indicator[s->n_obs] =
			    capacity_fields[f].indicator;
			s->obs_value[s->n_obs++] = e[i].value[f] == CAP_NULL ?
			    NULL : db_int(db, e[i].value[f]);
		}
	}
}

static enum save_outcome
outcome_of(const char *text)
{
	static const char *const names[SAVE__MAX] = { "ok", "replayed",
		"conflict", "locked", "denied", "unknown", "closed", "future" };
	int i;

	for (i = 0; i < SAVE__MAX; i++)
		if (strcmp(names[i], text) == 0)
			break;
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
	return e->comment == NULL || strcmp(e->comment, s->comment) == 0;
}

/* The row of a place among rows ordered by place; n when there is none. */
static size_t
find(const struct rows *r, int col, int64_t place_id)
{
	size_t lo = 0, hi = r->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (row_int(r, mid, col, 0) < place_id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->n && row_int(r, lo, col, 0) == place_id ? lo : r->n;
}

static void
saved_fill(struct arena *a, const struct capacity_entry *e,
    const struct rows *outcomes, const struct rows *states, struct saved_place *ret)
{
	size_t o = find(outcomes, COL_capacity_save_place_id, e->place_id);
	size_t s = find(states, COL_board_state_place_id, e->place_id);

	/* A place that does not exist has no row to be replayed from. */
	*ret = (struct saved_place){ .outcome = SAVE_UNKNOWN };
	if (o < outcomes->n)
		ret->outcome = outcome_of(row_text(outcomes, o,
		    COL_capacity_save_outcome));
	if (s < states->n) {
		state_fill(a, states, s, &of_state, &ret->state);
		ret->known = true;
	}
	if (ret->outcome == SAVE_REPLAYED && !(ret->known &&
	    is_there(e, &ret->state)))
		ret->outcome = SAVE_CONFLICT;
}

enum status
board_save(struct db *db, int64_t account_id, const char *key,
    const struct capacity_entry *e, size_t n, struct saved_place *ret)
{
	struct arena *a = db->arena;
	struct save_args s;
	struct rows r[2];
	const char *places;
	enum status st;
	size_t i;

	save_args_fill(db, e, n, &s);
	places = db_int_array(a, s.place, n);
	db_queue(db, Q_capacity_save, DB_ARGS(db_int(db, account_id),
	    n > 0 && e[0].mode == CAP_FULL ? "full" : "simple", key, places, db_int_array(a, s.version, n),
	    db_text_array(a, s.comment, n),
	    db_int_array(a, s.obs_place, s.n_obs),
	    db_int_array(a, s.obs_indicator, s.n_obs),
	    db_text_array(a, s.obs_value, s.n_obs)));
	db_queue(db, Q_board_state, DB_ARGS(places));
	if ((st = db_flush_write(db, r, 2)) != ST_OK)
		return st;
	for (i = 0; i < n; i++)
		saved_fill(a, &e[i], &r[0], &r[1], &ret[i]);
	return ST_OK;
}

static enum board_id
board_of(const char *nature, const char *field)
{
	if (strcmp(nature, "02") != 0)
		return BOARD_BEDS;
	return strcmp(field, "04") < 0 ? BOARD_PLACES : BOARD_SOCIAL;
}

enum status
board_stale(struct db *db, int64_t account_id, int64_t now,
    struct stale_list *ret)
{
	struct stale_list l = { .now = now };
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_board_stale, DB_ARGS(db_int(db, account_id),
	    instant_sql(db->arena, now)), &r)) != ST_OK)
		return st;
	l.n = r.n;
	l.v = ARENA_ARRAY(db->arena, r.n, struct stale_place);
	for (i = 0; i < r.n; i++) {
		l.v[i] = (struct stale_place){
		    .name = row_text(&r, i, COL_board_stale_name),
		    .site_name = row_text(&r, i, COL_board_stale_site_name),
		    .site_finess = row_text(&r, i, COL_board_stale_site_finess),
		    .place_id = row_int(&r, i, COL_board_stale_place_id, 0),
		    .board = board_of(row_text(&r, i, COL_board_stale_nature),
			row_text(&r, i, COL_board_stale_field)),
		    .at_utc = row_instant(&r, i, COL_board_stale_touched_at,
			-1),
		    .zone = zone_of(row_text(&r, i,
			COL_board_stale_time_zone)) };
		l.n_beds = row_int(&r, i, COL_board_stale_n_beds, 0);
		l.n_places = row_int(&r, i, COL_board_stale_n_places, 0);
	}
	*ret = l;
	return ST_OK;
}
