#include "domain/sentinel.h"

#include <string.h>

static const char *const kinds[SILENCE__MAX] = {
	[SILENCE_SILENT] = "silent", [SILENCE_FLAT] = "flat",
	[SILENCE_DROPPED] = "dropped",
};

const char *
silence_name(enum silence_kind k)
{
	return kinds[k];
}

static enum silence_kind
kind_of(const char *name)
{
	int k;

	for (k = SILENCE_NONE + 1; name != NULL && k < SILENCE__MAX; k++)
		if (strcmp(kinds[k], name) == 0)
			return (enum silence_kind)k;
	return SILENCE_NONE;
}

/* A place whose zone this machine does not know is shown in Paris's time. */
static const struct zone *
zone_of(const char *name)
{
	const struct zone *z;

	return zone_get(name, &z) == ST_OK ||
	    zone_get("Europe/Paris", &z) == ST_OK ? z : NULL;
}

#define TEXT(c)	row_text(r, i, COL_silence_list_##c)
#define NUMBER(c) row_int(r, i, COL_silence_list_##c, 0)
#define AT(c)	row_instant(r, i, COL_silence_list_##c, -1)

static void
silence_fill(const struct rows *r, size_t i, struct silence *s)
{
	const char *contact = TEXT(contact);

	*s = (struct silence){
	    .is_feed = strcmp(TEXT(subject), "feed") == 0,
	    .kind = kind_of(TEXT(kind)), .name = TEXT(name),
	    .contact = contact == NULL || contact[0] == '\0' ? NULL : contact,
	    .phone = TEXT(phone), .site_finess = TEXT(site_finess),
	    .site_name = TEXT(site_name), .departement = TEXT(departement),
	    .nature = TEXT(nature), .field = TEXT(field),
	    .zone = zone_of(TEXT(time_zone)), .place_id = NUMBER(place_id),
	    .since_utc = AT(since), .detected_utc = AT(detected_at),
	    .ended_utc = AT(ended_at), .median_s = NUMBER(median_s),
	    .heard = NUMBER(heard), .usual = NUMBER(usual),
	    .n_places = NUMBER(n_places), .n_beds = NUMBER(n_beds),
	    .n_manual = NUMBER(n_manual) };
}

enum status
silence_list(struct db *db, const struct silence_ask *q,
    struct silence_list *ret)
{
	struct silence_list l = { 0 };
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_silence_list, DB_ARGS(db_int(db,
	    q->account_id), q->roles, q->subject, silence_name(q->kind),
	    q->departement, q->ended ? "t" : "f", instant_sql(db->arena,
	    q->now), db_int(db, q->most)), &r)) != ST_OK)
		return st;
	l.n = r.n;
	l.v = ARENA_ARRAY(db->arena, r.n, struct silence);
	for (i = 0; i < r.n; i++) {
		silence_fill(&r, i, &l.v[i]);
		l.n_all = row_int(&r, i, COL_silence_list_n_rows, 0);
	}
	*ret = l;
	return ST_OK;
}

#undef TEXT
#undef NUMBER
#undef AT
#define COL(c) COL_place_watch_##c

static void
watch_fill(const struct rows *r, size_t i, struct place_watch *w)
{
	const char *mode = row_text(r, i, COL(mode));

	w->mode = mode == NULL ? CHANNEL_ANY :
	    strcmp(mode, "manual") == 0 ? CHANNEL_MANUAL : CHANNEL_FEED;
	w->mode_since_utc = row_instant(r, i, COL(mode_since), -1);
	w->feed = row_text(r, i, COL(feed));
	w->heard_utc = row_instant(r, i, COL(heard_at), -1);
	w->kind = kind_of(row_text(r, i, COL(kind)));
	w->of_feed = row_bool(r, i, COL(of_feed));
	w->since_utc = row_instant(r, i, COL(since), -1);
}

/* The row of a place among rows ordered by place; n when there is none. */
static size_t
row_of(const struct rows *r, int64_t place_id)
{
	size_t lo = 0, hi = r->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (row_int(r, mid, COL(place_id), 0) < place_id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < r->n && row_int(r, lo, COL(place_id), 0) == place_id ?
	    lo : r->n;
}

enum status
sentinel_places(struct db *db, const int64_t *places, size_t n,
    struct place_watch *ret)
{
	struct rows r;
	enum status st;
	size_t i, at;

	if ((st = db_run(db, Q_place_watch, DB_ARGS(db_int_array(db->arena,
	    places, n)), &r)) != ST_OK)
		return st;
	for (i = 0; i < n; i++) {
		ret[i] = (struct place_watch){ .place_id = places[i],
		    .mode_since_utc = -1, .heard_utc = -1, .since_utc = -1 };
		if ((at = row_of(&r, places[i])) < r.n)
			watch_fill(&r, at, &ret[i]);
	}
	return ST_OK;
}

enum status
channel_set(struct db *db, const struct channel_change *c, int64_t *ret_n,
    int64_t *ret_since_utc)
{
	struct rows r;
	enum status st;
	int64_t n = 0;
	size_t i;

	if ((st = db_write(db, Q_channel_set, DB_ARGS(db_int(db,
	    c->account_id), c->address, db_int(db, c->place_id),
	    c->site ? "t" : "f", c->mode == CHANNEL_MANUAL ? "manual" :
	    "feed"), &r)) != ST_OK)
		return st;
	for (i = 0; i < r.n; i++) {
		const char *o = row_text(&r, i, COL_channel_set_outcome);

		if (strcmp(o, "unknown") == 0)
			return ST_NOTFOUND;
		if (strcmp(o, "denied") == 0)
			return ST_DENIED;
		n += strcmp(o, "ok") == 0;
	}
	*ret_n = n;
	*ret_since_utc = r.n == 0 ? -1 : row_instant(&r, 0,
	    COL_channel_set_since, -1);
	return ST_OK;
}
