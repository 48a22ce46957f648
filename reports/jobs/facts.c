/* facts.c - the ledger through the sweep into the staging tables.
 *
 * Days that no vintage had yet go straight to their table; days computed
 * again go to staging, to be compared there.  One of the two is large (the
 * first, or a rebuild) and streams while places are swept; the other waits in
 * memory, since a connection carries one COPY at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "ledger.h"
#include "rollup.h"

enum {
	SLICE_ROWS	= 24 * 1000 * 1000,	/* 36 bytes each */
	STREAM_BYTES	= 1 << 20,
	FIELDS		= 20,
};

struct sink {
	struct rollup	*r;
	int32_t		 fresh_from;	/* of the place in hand */
	struct copy_rows fresh, again, days;
};

static void
add_value(struct copy_rows *c, int32_t v)
{
	if (v == SWEEP_NULL)
		copy_add_null(c);
	else
		copy_add_int4(c, v);
}

static enum status
emit(void *arg, const struct sweep_fact *f)
{
	struct sink *s = arg;
	struct copy_rows *c = f->day >= s->fresh_from ? &s->fresh : &s->again;

	if (c == &s->fresh && sweep_fact_empty(f))
		return ST_OK;
	copy_add_row(c, FIELDS);
	copy_add_int8(c, f->place_id);
	copy_add_int2(c, sweep_indicator(f->kind));
	copy_add_day(c, f->day);
	copy_add_instant_us(c, s->r->cut_us);
	copy_add_int4(c, f->day_s);
	copy_add_int4(c, f->known_s);
	copy_add_int8(c, f->value_s);
	add_value(c, f->min);
	add_value(c, f->max);
	add_value(c, f->at_08);
	add_value(c, f->at_19);
	add_value(c, f->at_24);
	copy_add_int4(c, f->zero_s);
	copy_add_int4(c, f->by_source_s[SWEEP_MANUAL]);
	copy_add_int4(c, f->by_source_s[SWEEP_FEED]);
	copy_add_int4(c, f->n_obs);
	copy_add_int8(c, f->service_s);
	copy_add_int8(c, f->paired_s);
	if (f->at_24 == SWEEP_NULL) {
		copy_add_null(c);
		copy_add_null(c);
	} else {
		copy_add_int2(c, f->source);
		copy_add_instant_us(c, f->since_utc * 1000000);
	}
	return ST_OK;
}

/* A day computed again on which the place is not followed: facts published
 * before are over. */
static enum status
emit_gone(struct sink *s, const struct window *w,
    const struct sweep_calendar *cal, int32_t day)
{
	const struct sweep_bounds *b = &cal->day[day - cal->first];
	enum status st;
	int k;

	if (day >= s->fresh_from)
		return ST_OK;
	for (k = 0; k < SWEEP__MAX; k++) {
		struct sweep_fact f = { .place_id = w->place_id,
			.kind = (enum sweep_kind)k, .day = day,
			.day_s = (int32_t)(b[1].start_utc - b->start_utc),
			.min = SWEEP_NULL, .max = SWEEP_NULL,
			.at_08 = SWEEP_NULL, .at_19 = SWEEP_NULL,
			.at_24 = SWEEP_NULL };

		if ((st = emit(s, &f)) != ST_OK)
			return st;
	}
	return ST_OK;
}

/* Split dirty days into those to compute (returned) and those that are gone. */
static enum status
split(struct sink *s, const struct window *w, const struct sweep_calendar *cal,
    const struct sweep_days *dirty, size_t n, struct sweep_days *ret,
    size_t *ret_n)
{
	size_t i, f = 0, out = 0;
	enum status st;
	int32_t day;

	for (i = 0; i < n; i++) {
		day = dirty[i].first;
		while (day <= dirty[i].last) {
			int32_t end;

			while (f < w->n_followed && w->followed[f].last < day)
				f++;
			if (f < w->n_followed && w->followed[f].first <= day) {
				end = w->followed[f].last < dirty[i].last ?
				    w->followed[f].last : dirty[i].last;
				ret[out++] = (struct sweep_days){ day, end };
				day = end + 1;
			} else if ((st = emit_gone(s, w, cal, day++)) != ST_OK) {
				return st;
			}
		}
	}
	*ret_n = out;
	return ST_OK;
}

/* All days of one place that this run computes, and the sweep over them. */
static enum status
place_stage(struct sink *s, struct ledger *l, const struct windows *ws,
    size_t i, size_t slice_first)
{
	const struct window *w = &ws->window[i];
	const struct zone_days *z = &ws->zones[w->zone];
	struct run *run = s->r->run;
	struct sweep_place p = { .id = w->place_id, .calendar = &z->calendar,
		.ttl = w->ttl, .n_ttl = w->n_ttl, .locked = w->locked,
		.n_locked = w->n_locked };
	struct sweep_days *dirty, *days;
	enum status st;
	size_t n, j;

	if (z->last_day < s->r->first_day)
		return ST_OK;
	n = ledger_place(l, i - slice_first, s->r->since_us, p.series);
	dirty = calloc(n + w->n_dirty + 1, sizeof(dirty[0]));
	if (dirty == NULL)
		abort();
	n = s->r->since == NULL ? 0 : sweep_dirty(&p, z->last_day, dirty);
	if (w->n_dirty > 0)
		memcpy(dirty + n, w->dirty, w->n_dirty * sizeof(dirty[0]));
	n += w->n_dirty;
	dirty[n++] = (struct sweep_days){ z->fresh_from, z->last_day };
	n = sweep_days_merge(dirty, n, s->r->first_day, z->last_day);

	for (j = 0; j < n; j++) {
		copy_add_row(&s->days, 3);
		copy_add_int8(&s->days, w->place_id);
		copy_add_day(&s->days, dirty[j].first);
		copy_add_day(&s->days, dirty[j].last);
		run->metric[METRIC_DIRTY] += dirty[j].last - dirty[j].first + 1;
	}
	days = calloc(n + w->n_followed + 1, sizeof(days[0]));
	if (days == NULL)
		abort();
	s->fresh_from = z->fresh_from;
	st = split(s, w, &z->calendar, dirty, n, days, &p.n_days);
	p.days = days;
	if (st == ST_OK)
		st = sweep_place(&p, emit, s);
	free(dirty);
	free(days);
	return st;
}

static enum status
read_ledger(struct rollup *r, struct ledger *l)
{
	struct db *db = &r->run->db;
	const char *first = db_int(db, l->places[0]);
	const char *last = db_int(db, l->places[l->n_places - 1]);
	/* Most windows start at the first day that is new; two days before
	 * the last cut holds them in any zone. */
	const char *recent = r->since == NULL ? NULL : instant_sql(db->arena,
	    r->since_us / 1000000 - 2 * 86400);
	enum status st;

	if (r->whole || r->since == NULL)
		st = db_copy_out(db, Q_fct_ledger_whole, DB_ARGS(r->cut, first,
		    last), ledger_add, l);
	else if ((st = db_copy_out(db, Q_fct_state, DB_ARGS(first, last),
	    ledger_add_state, l)) == ST_OK)
		st = db_copy_out(db, Q_fct_ledger, DB_ARGS(r->cut, recent,
		    first, last), ledger_add, l);
	r->run->metric[METRIC_OBSERVATIONS] += (int64_t)l->n;
	ledger_sort(l);
	return st;
}

static enum status
slice_stage(struct sink *s, const struct windows *ws, size_t from, size_t to,
    const uint8_t *sources)
{
	struct db *db = &s->r->run->db;
	bool first_run = s->r->since == NULL;
	struct copy_rows *stream = first_run ? &s->fresh : &s->again;
	int64_t facts = 0;
	struct ledger l;
	enum status st;
	size_t i;

	ledger_init(&l, ws->places + from, to - from, sources);
	if ((st = read_ledger(s->r, &l)) == ST_OK)
		st = db_copy_in(db, first_run ? Q_fct_copy_new :
		    Q_fct_copy_stage);
	for (i = from; st == ST_OK && i < to; i++) {
		st = place_stage(s, &l, ws, i, from);
		if (st == ST_OK && stream->len > STREAM_BYTES) {
			facts += stream->n;
			st = db_copy_put(db, stream);
		}
	}
	facts += stream->n;
	s->r->run->metric[METRIC_FACTS] += facts;
	if (st == ST_OK && (st = db_copy_put(db, stream)) == ST_OK)
		st = db_copy_end(db);
	ledger_free(&l);
	return st;
}

static enum status
send_rest(struct db *db, enum query q, struct copy_rows *c)
{
	enum status st;

	if (c->n == 0)
		return ST_OK;
	if ((st = db_copy_in(db, q)) != ST_OK ||
	    (st = db_copy_put(db, c)) != ST_OK)
		return st;
	return db_copy_end(db);
}

/* What kind each source code is, by its two digits. */
static enum status
load_sources(struct db *db, uint8_t ret[LEDGER_SOURCES])
{
	struct rows r;
	enum status st;
	int64_t code;
	size_t i;

	memset(ret, SWEEP_OTHER, LEDGER_SOURCES);
	if ((st = db_run(db, Q_ref_sources, DB_NONE, &r)) != ST_OK)
		return st;
	for (i = 0; i < r.n; i++) {
		const char *kind = row_text(&r, i, COL_ref_sources_kind);

		if (str_to_int(row_text(&r, i, COL_ref_sources_code),
		    LEDGER_SOURCES - 1, &code) != ST_OK)
			continue;
		if (strcmp(kind, "manual") == 0)
			ret[code] = SWEEP_MANUAL;
		else if (strcmp(kind, "feed") == 0)
			ret[code] = SWEEP_FEED;
	}
	return ST_OK;
}

/* Places per slice, so that a slice's observations fit in memory. */
static enum status
slice_size(struct rollup *r, size_t n_places, size_t *ret)
{
	struct rows rows;
	enum status st;
	size_t slices = 1;

	if (r->whole || r->since == NULL) {
		if ((st = db_run(&r->run->db, Q_fct_ledger_size, DB_NONE,
		    &rows)) != ST_OK)
			return st;
		slices += (size_t)row_int(&rows, 0,
		    COL_fct_ledger_size_rows_about, 0) / SLICE_ROWS;
	}
	*ret = (n_places + slices - 1) / slices;
	return ST_OK;
}

enum status
facts_stage(struct rollup *r, struct windows *ws)
{
	struct sink s = { .r = r };
	struct db *db = &r->run->db;
	uint8_t sources[LEDGER_SOURCES];
	size_t size, from;
	enum status st;

	r->run->metric[METRIC_PLACES] += (int64_t)ws->n;
	if (ws->n == 0)
		return ST_OK;
	if ((st = load_sources(db, sources)) != ST_OK ||
	    (st = slice_size(r, ws->n, &size)) != ST_OK)
		return st;
	for (from = 0; st == ST_OK && from < ws->n; from += size)
		st = slice_stage(&s, ws, from, from + size < ws->n ?
		    from + size : ws->n, sources);
	if (r->since != NULL) {
		r->run->metric[METRIC_FACTS] += s.fresh.n;
		if (st == ST_OK)
			st = send_rest(db, Q_fct_copy_new, &s.fresh);
	}
	if (st == ST_OK)
		st = send_rest(db, Q_days_copy, &s.days);
	copy_rows_free(&s.fresh);
	copy_rows_free(&s.again);
	copy_rows_free(&s.days);
	return st;
}
