#include "domain/availability.h"

#include <stdlib.h>
#include <string.h>

static const struct period *
lock_next(const struct place *p, int64_t now)
{
	size_t i;

	for (i = 0; i < p->n_locked; i++)
		if (now < p->locked[i].to_utc)
			return &p->locked[i];
	return NULL;
}

/* Nothing unknown is negative: a place not described can free no bed. */
static int32_t
in_service(const struct figures *f, int64_t now, int64_t ttl_s)
{
	int32_t n = f->value[FIG_INST];

	if (n < 0)
		return 0;
	if (f->value[FIG_CLOSED_NR] > 0)
		n -= f->value[FIG_CLOSED_NR];
	if (f->value[FIG_CLOSED_R] > 0)
		n -= f->value[FIG_CLOSED_R];
	if (f->value[FIG_EXTRA] > 0 && now < f->at_utc[FIG_EXTRA] + ttl_s)
		n += f->value[FIG_EXTRA];
	return n < 0 ? 0 : n;
}

struct avail_reading
avail_read(const struct snapshot *s, int32_t place,
    const struct avail_ask *ask)
{
	const struct place *p = &s->places[place];
	const struct figures *f = &s->figures[place];
	const struct period *lock = lock_next(p, ask->now);
	int64_t ttl_s = s->categories[p->category].ttl_s;
	struct avail_reading r = { .state = AVAIL_NEVER,
	    .available = f->value[FIG_FREE], .installed = f->value[FIG_INST],
	    .in_service = in_service(f, ask->now, ttl_s),
	    .at_utc = f->at_utc[FIG_FREE], .until_utc = INT64_MAX };

	if (ask->max_age_s > 0 && ask->max_age_s < ttl_s)
		ttl_s = ask->max_age_s;
	if (r.available >= 0) {
		r.state = ask->now < r.at_utc + ttl_s ? AVAIL_FRESH :
		    AVAIL_EXPIRED;
		if (r.state == AVAIL_FRESH)
			r.until_utc = r.at_utc + ttl_s;
	}
	if (lock == NULL)
		return r;
	if (ask->now >= lock->from_utc) {
		r.state = AVAIL_LOCKED;
		r.available = 0;
		r.at_utc = lock->from_utc;
		r.until_utc = lock->to_utc;
	} else if (lock->from_utc < r.until_utc) {
		r.until_utc = lock->from_utc;
	}
	return r;
}

static void
sum_place(struct avail_sum *t, const struct snapshot *s, int32_t place,
    const struct avail_reading *r, int64_t now)
{
	const struct place *p = &s->places[place];
	int32_t source = s->figures[place].source;

	t->places++;
	t->expected += p->followed;
	t->reporting += r->state != AVAIL_NEVER;
	if (r->installed > 0)
		t->installed += r->installed;
	if (r->state != AVAIL_FRESH && r->state != AVAIL_LOCKED) {
		t->high += r->in_service;
		return;
	}
	t->fresh++;
	t->expected_fresh += p->followed;
	t->available += r->available;
	t->high += r->available;
	if (r->installed > 0)
		t->installed_fresh += r->installed;
	/* A closure has no age: it is true while it lasts. */
	if (r->state == AVAIL_LOCKED)
		return;
	t->by_level[fr_age_level(now - r->at_utc)]++;
	if (source >= 0)
		t->by_source[s->sources[source].kind]++;
	if (r->at_utc < t->oldest_utc)
		t->oldest_utc = r->at_utc;
}

static void
sum_add(struct avail_sum *t, const struct avail_sum *x)
{
	size_t i;

	t->places += x->places;
	t->expected += x->expected;
	t->reporting += x->reporting;
	t->fresh += x->fresh;
	t->expected_fresh += x->expected_fresh;
	t->available += x->available;
	t->high += x->high;
	t->installed += x->installed;
	t->installed_fresh += x->installed_fresh;
	if (x->oldest_utc < t->oldest_utc)
		t->oldest_utc = x->oldest_utc;
	for (i = 0; i < FR_AGE_LEVELS; i++)
		t->by_level[i] += x->by_level[i];
	for (i = 0; i < SOURCE__MAX; i++)
		t->by_source[i] += x->by_source[i];
}

static bool
asked(const struct snapshot *s, int32_t place, const struct avail_ask *ask)
{
	return place >= 0 &&
	    (ask->sensitive || !s->places[place].sensitive) &&
	    (ask->out == NULL || ask->out[place] == AVAIL_IN);
}

/* Whether other places already count the same beds in the row: the place's
 * parent, or what of it is followed where it is not. */
static bool
inside(const struct snapshot *s, const struct place *p,
    const struct avail_ask *ask)
{
	const struct place *up;

	if (asked(s, p->part, ask))
		return true;
	if (!asked(s, p->parent, ask))
		return false;
	up = &s->places[p->parent];
	return up->category == p->category && !asked(s, up->part, ask);
}

void
avail_matrix(const struct snapshot *s, const struct avail_ask *ask,
    const int32_t *departements, size_t n, struct avail_sum *ret,
    int64_t *ret_until)
{
	int64_t until = INT64_MAX;
	size_t c, d, i;

	for (i = 0; i < s->n_categories * (n + 1); i++)
		ret[i] = (struct avail_sum){ .oldest_utc = INT64_MAX };
	for (d = 0; d < n; d++) {
		const size_t *group = &s->first[2 * departements[d]];

		for (i = group[0]; i < group[1]; i++) {
			const struct place *p = &s->places[i];
			struct avail_reading r;

			if ((p->sensitive && !ask->sensitive) ||
			    (ask->out != NULL && ask->out[i] != AVAIL_IN) ||
			    inside(s, p, ask))
				continue;
			r = avail_read(s, (int32_t)i, ask);
			if (r.until_utc < until)
				until = r.until_utc;
			sum_place(&ret[(size_t)p->category * (n + 1) + d], s,
			    (int32_t)i, &r, ask->now);
		}
	}
	for (c = 0; c < s->n_categories; c++)
		for (d = 0; d < n; d++)
			sum_add(&ret[c * (n + 1) + n], &ret[c * (n + 1) + d]);
	*ret_until = until;
}

struct sort_key {
	struct avail_row	 row;
	int64_t			 key;		/* descending */
	const char		*name, *unit;
};

static int
row_order(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;
	int c;

	if (x->key != y->key)
		return x->key < y->key ? 1 : -1;
	if ((c = strcasecmp(x->name, y->name)) != 0 ||
	    (c = strcasecmp(x->unit, y->unit)) != 0)
		return c;
	return x->row.place - y->row.place;
}

static struct sort_key
sort_key(const struct snapshot *s, const struct avail_ask *ask,
    int32_t place, struct avail_reading r, enum avail_order order)
{
	const struct place *p = &s->places[place];
	const char *unit = p->n_units > 0 ? p->unit_names[0] : p->name;
	bool known = r.state == AVAIL_FRESH || r.state == AVAIL_LOCKED;
	struct sort_key k = { .row = { .place = place, .is = r },
	    .name = p->site_name, .unit = unit };

	switch (order) {
	case AVAIL_BY_FREE:
		k.key = known ? r.available : -1;
		break;
	case AVAIL_BY_AGE:
		k.key = r.state == AVAIL_NEVER ? INT64_MIN : r.at_utc;
		break;
	case AVAIL_BY_DISTANCE:
		k.key = ask->km == NULL || ask->km[place] < 0 ? INT64_MIN :
		    -(int64_t)((double)ask->km[place] * 1000);
		break;
	case AVAIL_BY_UNIT:
		k.name = unit;
		k.unit = p->site_name;
		break;
	}
	return k;
}

/* Whether the place is a row of the list; what is left out is counted. */
static bool
listed(const struct snapshot *s, const struct avail_ask *ask, int32_t place,
    bool show_sensitive, struct avail_rows *out, struct avail_reading *ret)
{
	const struct place *p = &s->places[place];
	struct avail_reading r = avail_read(s, place, ask);

	if (p->sensitive && !show_sensitive) {
		if (!inside(s, p, ask))
			sum_place(&out->hidden, s, place, &r, ask->now);
		return false;
	}
	if (ask->max_age_s > 0 &&
	    (r.state == AVAIL_EXPIRED || r.state == AVAIL_NEVER)) {
		out->aged++;
		return false;
	}
	*ret = r;
	return true;
}

void
avail_list(const struct snapshot *s, const struct avail_ask *ask,
    int32_t category, const int32_t *departements, size_t n,
    enum avail_order order, bool show_sensitive, struct arena *a,
    struct avail_rows *ret)
{
	struct avail_rows out = { .hidden = { .oldest_utc = INT64_MAX } };
	size_t max = 0, d, i, from;
	struct sort_key *k;

	for (d = 0; d < n; d++)
		max += s->first[2 * departements[d] + 1] -
		    s->first[2 * departements[d]];
	k = ARENA_ARRAY(a, max, struct sort_key);
	for (d = 0; d < n; d++) {
		const size_t *group = &s->first[2 * departements[d]];

		from = out.n;
		for (i = group[0]; i < group[1]; i++) {
			const struct place *p = &s->places[i];
			struct avail_reading r;

			if (p->category != category ||
			    (p->sensitive && !ask->sensitive) ||
			    (ask->out != NULL && ask->out[i] != AVAIL_IN) ||
			    !listed(s, ask, (int32_t)i, show_sensitive, &out,
			    &r))
				continue;
			k[out.n] = sort_key(s, ask, (int32_t)i, r, order);
			k[out.n++].row.inside = inside(s, p, ask);
		}
		if (order == AVAIL_BY_DISTANCE)
			from = 0;
		qsort(&k[from], out.n - from, sizeof(k[0]), row_order);
	}
	out.v = ARENA_ARRAY(a, out.n, struct avail_row);
	for (i = 0; i < out.n; i++)
		out.v[i] = k[i].row;
	*ret = out;
}

int
avail_median_level(const struct avail_sum *t)
{
	int32_t n = 0, half = 0;
	int i;

	for (i = 0; i < FR_AGE_LEVELS; i++)
		n += t->by_level[i];
	for (i = 0; i < FR_AGE_LEVELS; i++)
		if (n > 0 && (half += t->by_level[i]) * 2 >= n)
			return i;
	return -1;
}

bool
avail_tense(const struct avail_sum *t)
{
	return t->available > 0 && t->available * 1000 <
	    t->installed_fresh * AVAIL_TENSION_PER_MILLE;
}
