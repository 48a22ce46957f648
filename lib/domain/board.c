#include "domain/board_row.h"

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

int
place_value(const struct place_state *s, enum capacity_mode mode,
    enum capacity_field f)
{
	return mode == CAP_SIMPLE && f == CAP_DISPO_IND ? s->total :
	    s->value[f];
}

static void
place_fill(struct arena *a, const struct rows *r, size_t i,
    struct board_place *p)
{
	board_row_state(a, r, i, &board_row_places, &p->state);
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
	p->n_calls = row_int(r, i, COL_board_places_calls, 0);
	p->call_outcome = row_text(r, i, COL_board_places_call_outcome);
	p->call_number = (int)row_int(r, i, COL_board_places_call_number,
	    CAP_NULL);
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

/* Give each place its assignments; both lists are complete. */
static void
assignments_fill(struct arena *a, const struct rows *r, struct board *b)
{
	struct board_assignment *v = ARENA_ARRAY(a, r->n,
	    struct board_assignment);
	size_t i, k;

	for (i = 0; i < b->n; i++) {
		struct board_place *p = &b->v[i];

		k = board_row_find(r, COL_board_assignments_place_id,
		    p->state.place_id);
		if (k == r->n)
			continue;
		p->assignments = v + k;
		for (; k < r->n && row_int(r, k,
		    COL_board_assignments_place_id, 0) == p->state.place_id;
		    k++)
			board_row_assignment(a, r, k, &p->state,
			    &p->assignments[p->n_assignments++]);
	}
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
	const char *const assignments[] = { account, NULL };
	struct board b = { .page = 1, .n_pages = 1 };
	struct rows r[5];
	enum status st;
	size_t i;

	db_queue(db, Q_board_sites, sites, N_ELEM(sites));
	db_queue(db, Q_board_places, places, N_ELEM(places));
	db_queue(db, Q_board_assignments, assignments, N_ELEM(assignments));
	board_context_queue(db, f->account_id, f->now);
	if ((st = db_flush(db, r, N_ELEM(r))) != ST_OK)
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
	assignments_fill(db->arena, &r[2], &b);
	board_context_fill(db, &r[3], &b.context);
	*ret = b;
	return ST_OK;
}

const struct board_place *
board_place(const struct board *b, int64_t place_id)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->v[i].state.place_id == place_id)
			return &b->v[i];
	return NULL;
}

bool
place_is_expired(const struct place_state *s, int64_t now)
{
	return s->at_utc == -1 || now >= s->at_utc + s->ttl_s;
}

enum board_id
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
		    .zone = board_row_zone(row_text(&r, i,
			COL_board_stale_time_zone)) };
		l.n_beds = row_int(&r, i, COL_board_stale_n_beds, 0);
		l.n_places = row_int(&r, i, COL_board_stale_n_places, 0);
	}
	*ret = l;
	return ST_OK;
}
