#include "domain/sweep.h"

#include <stdlib.h>

static const struct {
	int	indicator_id;
	bool	is_volatile;
} kinds[SWEEP__MAX] = {
	[SWEEP_INST]		= { 1, false },
	[SWEEP_FERM_NR]		= { 2, false },
	[SWEEP_FERM_R]		= { 3, false },
	[SWEEP_OCC]		= { 7, true },
	[SWEEP_SUPPL_MOB]	= { 9, true },
	[SWEEP_DISPO]		= { 20, true },
};

/* Where one indicator stands at the sweep's instant. */
struct cursor {
	const struct sweep_obs	*obs;
	size_t			 n, next;	/* obs[next] is the next one */
	bool			 is_volatile;
	int64_t			 until_utc;	/* the state holds to here */
	int32_t			 value;		/* SWEEP_NULL: unknown */
};

struct sweep {
	const struct sweep_place	*place;
	struct cursor			 cur[SWEEP__MAX];
	struct sweep_fact		 fact[SWEEP__MAX];
	size_t				 lock;	/* first not yet over */
};

int
sweep_indicator(enum sweep_kind k)
{
	return kinds[k].indicator_id;
}

bool
sweep_volatile(enum sweep_kind k)
{
	return kinds[k].is_volatile;
}

enum sweep_kind
sweep_kind_of(int indicator_id)
{
	int k;

	for (k = 0; k < SWEEP__MAX; k++)
		if (kinds[k].indicator_id == indicator_id)
			break;
	return (enum sweep_kind)k;
}

void
sweep_calendar_init(struct sweep_calendar *c, struct arena *a,
    const struct zone *z, int32_t first, int32_t last)
{
	int32_t d;

	*c = (struct sweep_calendar){ .first = first, .last = last };
	c->day = ARENA_ARRAY(a, (size_t)(last - first + 2), struct sweep_bounds);
	for (d = first; d <= last + 1; d++)
		c->day[d - first] = (struct sweep_bounds){
			.start_utc = zone_day_start(z, d),
			.at_08_utc = zone_instant(z, d, 8 * 3600),
			.at_19_utc = zone_instant(z, d, 19 * 3600) };
}

static int32_t
ttl_at(const struct sweep_place *p, int64_t at)
{
	size_t i = p->n_ttl;

	while (i > 1 && p->ttl[i - 1].from_utc > at)
		i--;
	return i == 0 ? 0 : p->ttl[i - 1].ttl_s;
}

/* Bring a cursor to the state at t; returns how many observations it passed. */
static int32_t
cursor_move(struct cursor *c, const struct sweep_place *p, int64_t t)
{
	const struct sweep_obs *o;
	size_t was = c->next;
	int64_t end;

	while (c->next < c->n && c->obs[c->next].effective_utc <= t)
		c->next++;
	c->until_utc = c->next < c->n ? c->obs[c->next].effective_utc :
	    INT64_MAX;
	c->value = SWEEP_NULL;
	if (c->next == 0)
		return 0;
	o = &c->obs[c->next - 1];
	if (!c->is_volatile) {
		c->value = o->value;
	} else if (t < (end = o->effective_utc +
	    ttl_at(p, o->effective_utc))) {
		c->value = o->value;
		if (end < c->until_utc)
			c->until_utc = end;
	}
	return (int32_t)(c->next - was);
}

/* Is the place locked at t; lowers *until to where that changes. */
static bool
locked_at(struct sweep *s, int64_t t, int64_t *until)
{
	const struct sweep_place *p = s->place;
	const struct sweep_span *l;

	while (s->lock < p->n_locked && p->locked[s->lock].to_utc <= t)
		s->lock++;
	if (s->lock == p->n_locked)
		return false;
	l = &p->locked[s->lock];
	if (l->from_utc > t) {
		if (l->from_utc < *until)
			*until = l->from_utc;
		return false;
	}
	if (l->to_utc < *until)
		*until = l->to_utc;
	return true;
}

/* Beds in service: known as soon as the installed ones are.  The others
 * count while they are known: the simple mode never gives FERM_R. */
static bool
service_now(const struct sweep *s, int64_t *ret)
{
	static const struct { enum sweep_kind kind; int sign; } parts[] = {
		{ SWEEP_FERM_NR, -1 }, { SWEEP_FERM_R, -1 },
		{ SWEEP_SUPPL_MOB, 1 } };
	size_t i;

	if (s->cur[SWEEP_INST].value == SWEEP_NULL)
		return false;
	*ret = s->cur[SWEEP_INST].value;
	for (i = 0; i < N_ELEM(parts); i++)
		if (s->cur[parts[i].kind].value != SWEEP_NULL)
			*ret += parts[i].sign * s->cur[parts[i].kind].value;
	return true;
}

/* Count the segment [t, t + len) of one indicator. */
static void
fact_add(struct sweep_fact *f, int32_t value, int source, int64_t t,
    int32_t len, const struct sweep_bounds *b)
{
	f->known_s += len;
	f->value_s += (int64_t)value * len;
	f->by_source_s[source] += len;
	if (value == 0)
		f->zero_s += len;
	if (f->min == SWEEP_NULL || value < f->min)
		f->min = value;
	if (value > f->max)
		f->max = value;
	if (t <= b->at_08_utc && b->at_08_utc < t + len)
		f->at_08 = value;
	if (t <= b->at_19_utc && b->at_19_utc < t + len)
		f->at_19 = value;
}

/* All indicators over [t, t + len), in which none changes. */
static void
segment(struct sweep *s, int64_t t, int32_t len, bool locked,
    const struct sweep_bounds *b)
{
	int64_t service;
	bool serviced = service_now(s, &service);
	int k;

	for (k = 0; k < SWEEP__MAX; k++) {
		struct cursor *c = &s->cur[k];
		struct sweep_fact *f = &s->fact[k];
		bool lock = locked && k == SWEEP_DISPO;
		int32_t value = lock ? 0 : c->value;
		int source;

		if (value == SWEEP_NULL)
			continue;
		source = lock ? SWEEP_OTHER : c->obs[c->next - 1].source;
		fact_add(f, value, source, t, len, b);
		if (serviced) {
			f->service_s += service * len;
			f->paired_s += (int64_t)value * len;
		}
		if (t + len < b[1].start_utc)
			continue;
		f->at_24 = value;
		f->source = source;
		f->since_utc = lock ? t : c->obs[c->next - 1].effective_utc;
	}
}

static void
day_reset(struct sweep *s, int32_t day, const struct sweep_bounds *b)
{
	int k;

	for (k = 0; k < SWEEP__MAX; k++) {
		struct cursor *c = &s->cur[k];

		s->fact[k] = (struct sweep_fact){ .place_id = s->place->id,
			.kind = (enum sweep_kind)k, .day = day,
			.day_s = (int32_t)(b[1].start_utc - b->start_utc),
			.min = SWEEP_NULL, .max = SWEEP_NULL,
			.at_08 = SWEEP_NULL, .at_19 = SWEEP_NULL,
			.at_24 = SWEEP_NULL };
		while (c->next < c->n &&
		    c->obs[c->next].effective_utc < b->start_utc)
			c->next++;
		c->until_utc = INT64_MIN;
	}
}

static enum status
sweep_day(struct sweep *s, int32_t day, sweep_emit *emit, void *arg)
{
	const struct sweep_calendar *cal = s->place->calendar;
	const struct sweep_bounds *b = &cal->day[day - cal->first];
	int64_t t, until;
	enum status st;
	int k;

	day_reset(s, day, b);
	for (t = b->start_utc; t < b[1].start_utc; t = until) {
		bool locked;

		until = b[1].start_utc;
		for (k = 0; k < SWEEP__MAX; k++) {
			struct cursor *c = &s->cur[k];

			if (c->until_utc <= t)
				s->fact[k].n_obs +=
				    cursor_move(c, s->place, t);
			if (c->until_utc < until)
				until = c->until_utc;
		}
		locked = locked_at(s, t, &until);
		segment(s, t, (int32_t)(until - t), locked, b);
	}
	for (k = 0; k < SWEEP__MAX; k++)
		if ((st = emit(arg, &s->fact[k])) != ST_OK)
			return st;
	return ST_OK;
}

enum status
sweep_place(const struct sweep_place *p, sweep_emit *emit, void *arg)
{
	struct sweep s = { .place = p };
	enum status st;
	int32_t day;
	size_t i;
	int k;

	for (k = 0; k < SWEEP__MAX; k++)
		s.cur[k] = (struct cursor){ .obs = p->series[k].obs,
			.n = p->series[k].n,
			.is_volatile = kinds[k].is_volatile };
	for (i = 0; i < p->n_days; i++)
		for (day = p->days[i].first; day <= p->days[i].last; day++)
			if ((st = sweep_day(&s, day, emit, arg)) != ST_OK)
				return st;
	return ST_OK;
}

/* The day of an instant; outside the calendar, its nearest day. */
static int32_t
calendar_day(const struct sweep_calendar *c, int64_t at)
{
	int32_t lo = c->first, hi = c->last + 1;

	while (hi - lo > 1) {
		int32_t mid = lo + (hi - lo) / 2;

		if (c->day[mid - c->first].start_utc <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static int
days_compare(const void *a, const void *b)
{
	const struct sweep_days *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

size_t
sweep_days_merge(struct sweep_days *d, size_t n, int32_t first, int32_t last)
{
	size_t i, out = 0;

	if (n > 1)
		qsort(d, n, sizeof(d[0]), days_compare);
	for (i = 0; i < n; i++) {
		struct sweep_days x = d[i];

		if (x.first < first)
			x.first = first;
		if (x.last > last)
			x.last = last;
		if (x.first > x.last)
			continue;
		if (out > 0 && x.first <= d[out - 1].last + 1) {
			if (x.last > d[out - 1].last)
				d[out - 1].last = x.last;
		} else {
			d[out++] = x;
		}
	}
	return out;
}

size_t
sweep_dirty(const struct sweep_place *p, int32_t last, struct sweep_days *ret)
{
	const struct sweep_calendar *c = p->calendar;
	int32_t ttl = 0;
	size_t i, n = 0;
	int k;

	/* The longest limit: what a new value cuts short may have had it. */
	for (i = 0; i < p->n_ttl; i++)
		if (p->ttl[i].ttl_s > ttl)
			ttl = p->ttl[i].ttl_s;
	for (k = 0; k < SWEEP__MAX; k++) {
		const struct sweep_series *s = &p->series[k];

		for (i = 0; i < s->n; i++) {
			int64_t e = s->obs[i].effective_utc, until;

			if (!s->obs[i].is_new ||
			    e >= c->day[c->last + 1 - c->first].start_utc)
				continue;
			until = i + 1 < s->n ? s->obs[i + 1].effective_utc :
			    INT64_MAX;
			if (kinds[k].is_volatile && e + ttl < until)
				until = e + ttl;
			ret[n++] = (struct sweep_days){
			    .first = calendar_day(c, e),
			    .last = calendar_day(c, until > e ? until - 1 : e) };
		}
	}
	return sweep_days_merge(ret, n, c->first, last);
}
