/* The formula of day facts, case by case: DOMAIN's worked examples first. */
#include "tap.h"

#include <math.h>
#include <stdlib.h>

#include "domain/sweep.h"

enum { H = 3600, OBS_MAX = 8, FACTS_MAX = 64, N = SWEEP_NULL };

static const struct sweep_ttl ttl_day[] = { { INT64_MIN, 24 * H } };
static struct arena arena;

struct got {
	struct sweep_fact	fact[FACTS_MAX];
	size_t			n;
};

static enum status
keep(void *arg, const struct sweep_fact *f)
{
	struct got *g = arg;

	if (sweep_fact_empty(f))
		return ST_OK;
	if (g->n == FACTS_MAX)
		return ST_LIMIT;
	g->fact[g->n++] = *f;
	return ST_OK;
}

static const struct zone *
zone(const char *name)
{
	const struct zone *z;

	if (zone_get(name, &z) != ST_OK)
		abort();
	return z;
}

static int32_t
day(const char *iso)
{
	int32_t d;

	if (day_parse(iso, &d) != ST_OK)
		abort();
	return d;
}

/* One indicator of one place over one day, instants in local hours. */
struct one {
	const char		*name, *zone, *day;
	enum sweep_kind		 kind;
	struct { double hour; int value; } obs[OBS_MAX];
	size_t			 n_obs;
	double			 lock_from, lock_to;
	struct {
		int		day_s, known_s;
		double		mean;
		int		min, max, at_08, at_19, at_24, zero_s, n_obs;
	}			 want;
};

static const struct one ones[] = {
	{ "23 h day, as known on 30 March", "Europe/Paris", "2026-03-29",
	  SWEEP_OCC, { { -5, 10 }, { 6, 20 } }, 2, 0, 0,
	  { 82800, 82800, 17.8261, 10, 20, 20, 20, 20, 0, 1 } },
	{ "23 h day, as known on 1 April", "Europe/Paris", "2026-03-29",
	  SWEEP_OCC, { { -5, 10 }, { 6, 20 }, { 12, 0 } }, 3, 0, 0,
	  { 82800, 82800, 7.3913, 0, 20, 20, 0, 0, 12 * H, 2 } },
	{ "25 h day", "Europe/Paris", "2026-10-25",
	  SWEEP_OCC, { { 0, 10 }, { 12, 20 } }, 2, 0, 0,
	  { 90000, 90000, 14.8, 10, 20, 10, 20, 20, 0, 2 } },
	{ "no clock change in Guadeloupe", "America/Guadeloupe", "2026-03-29",
	  SWEEP_OCC, { { 0, 10 }, { 6, 20 } }, 2, 0, 0,
	  { 86400, 86400, 17.5, 10, 20, 20, 20, 20, 0, 2 } },
	{ "American clock change in Saint-Pierre", "America/Miquelon",
	  "2026-03-08", SWEEP_OCC, { { 0, 1 } }, 1, 0, 0,
	  { 82800, 82800, 1, 1, 1, 1, 1, 1, 0, 1 } },
	{ "a volatile value expires, half-open", "Europe/Paris", "2026-06-02",
	  SWEEP_DISPO, { { -12, 4 } }, 1, 0, 0,
	  { 86400, 12 * H, 4, 4, 4, 4, N, N, 0, 0 } },
	{ "the last second before the limit", "Europe/Paris", "2026-06-02",
	  SWEEP_DISPO, { { -24 + 1 / 3600.0, 4 } }, 1, 0, 0,
	  { 86400, 1, 4, 4, 4, N, N, N, 0, 0 } },
	{ "a standing value carries forward", "Europe/Paris", "2026-06-02",
	  SWEEP_INST, { { -24 * 90, 30 } }, 1, 0, 0,
	  { 86400, 86400, 30, 30, 30, 30, 30, 30, 0, 0 } },
	{ "a retraction makes unknown", "Europe/Paris", "2026-06-02",
	  SWEEP_INST, { { -1, 30 }, { 6, N }, { 18, 28 } }, 3, 0, 0,
	  { 86400, 12 * H, 29, 28, 30, N, 28, 28, 0, 2 } },
	{ "a confirmation restarts the time limit", "Europe/Paris",
	  "2026-06-02", SWEEP_DISPO, { { -20, 3 }, { 2, 3 } }, 2, 0, 0,
	  { 86400, 86400, 3, 3, 3, 3, 3, 3, 0, 1 } },
	{ "same instant: the later one wins, no time for the first",
	  "Europe/Paris", "2026-06-02", SWEEP_DISPO,
	  { { 0, 9 }, { 0, 2 } }, 2, 0, 0,
	  { 86400, 86400, 2, 2, 2, 2, 2, 2, 0, 2 } },
	{ "an observation at midnight belongs to the day it starts",
	  "Europe/Paris", "2026-06-02", SWEEP_DISPO,
	  { { 0, 5 }, { 24, 8 } }, 2, 0, 0,
	  { 86400, 86400, 5, 5, 5, 5, 5, 5, 0, 1 } },
	{ "seconds at zero", "Europe/Paris", "2026-06-02", SWEEP_DISPO,
	  { { 0, 0 }, { 1, 2 }, { 3, 0 }, { 4, 1 } }, 4, 0, 0,
	  { 86400, 86400, (2 * 2 + 20) / 24.0, 0, 2, 1, 1, 1, 2 * H, 4 } },
	{ "locked: a known zero, the value comes back", "Europe/Paris",
	  "2026-06-02", SWEEP_DISPO, { { 0, 6 } }, 1, 6, 12,
	  { 86400, 86400, 4.5, 0, 6, 0, 6, 6, 6 * H, 1 } },
	{ "locked without any observation", "Europe/Paris", "2026-06-02",
	  SWEEP_DISPO, { { 30, 1 } }, 1, 6, 48,
	  { 86400, 18 * H, 0, 0, 0, 0, 0, 0, 18 * H, 0 } },
	{ "the lock says nothing of installed beds", "Europe/Paris",
	  "2026-06-02", SWEEP_INST, { { 0, 6 } }, 1, 0, 24,
	  { 86400, 86400, 6, 6, 6, 6, 6, 6, 0, 1 } },
	{ "more than there is room for is not clamped", "Europe/Paris",
	  "2026-06-02", SWEEP_OCC, { { 0, 2000000000 } }, 1, 0, 0,
	  { 86400, 86400, 2e9, 2000000000, 2000000000, 2000000000,
	    2000000000, 2000000000, 0, 1 } },
};

static void
run(const struct one *o, struct got *g)
{
	const struct zone *z = zone(o->zone);
	int32_t d = day(o->day);
	int64_t t0 = zone_day_start(z, d);
	struct sweep_obs obs[OBS_MAX];
	struct sweep_calendar cal;
	struct sweep_span lock = { 0 };
	struct sweep_days days = { d, d };
	struct sweep_place p = { .id = 7, .calendar = &cal, .ttl = ttl_day,
		.n_ttl = 1, .days = &days, .n_days = 1, .locked = &lock };
	size_t i;

	/* Wall clock within the day, elapsed hours outside it. */
	for (i = 0; i < o->n_obs; i++) {
		double h = o->obs[i].hour;

		obs[i] = (struct sweep_obs){ .value = o->obs[i].value,
		    .effective_utc = h > 0 && h < 24 ?
		    zone_instant(z, d, (int32_t)lround(h * H)) :
		    h >= 24 ? zone_day_start(z, d + 1) + lround((h - 24) * H) :
		    t0 + lround(h * H) };
	}
	lock = (struct sweep_span){ t0 + lround(o->lock_from * H),
	    t0 + lround(o->lock_to * H) };
	p.n_locked = o->lock_to > o->lock_from;
	p.series[o->kind] = (struct sweep_series){ obs, o->n_obs };
	sweep_calendar_init(&cal, &arena, z, d, d);
	g->n = 0;
	if (sweep_place(&p, keep, g) != ST_OK)
		abort();
}

static void
test_ones(void)
{
	struct got g;
	size_t i;

	for (i = 0; i < N_ELEM(ones); i++) {
		const struct one *o = &ones[i];
		const struct sweep_fact *f = &g.fact[0];
		size_t j;

		run(o, &g);
		for (j = 0; j < g.n && g.fact[j].kind != o->kind; j++)
			continue;
		f = &g.fact[j];
		OK(j < g.n && f->day_s == o->want.day_s &&
		    f->known_s == o->want.known_s &&
		    fabs((double)f->value_s / f->known_s - o->want.mean) < 5e-5
		    && f->min == o->want.min && f->max == o->want.max &&
		    f->at_08 == o->want.at_08 && f->at_19 == o->want.at_19 &&
		    f->at_24 == o->want.at_24 && f->zero_s == o->want.zero_s &&
		    f->n_obs == o->want.n_obs, o->name);
		if (j == g.n || tap_failed > 0)
			printf("# n=%zu known=%d value=%lld min=%d max=%d "
			    "08=%d 19=%d 24=%d zero=%d obs=%d\n", g.n,
			    f->known_s, (long long)f->value_s, f->min, f->max,
			    f->at_08, f->at_19, f->at_24, f->zero_s, f->n_obs);
	}
}

/* Beds in service, sources, and several days with a hole between them. */
static void
test_service(void)
{
	const struct zone *z = zone("Europe/Paris");
	int32_t d = day("2026-06-02");
	int64_t t0 = zone_day_start(z, d);
	const struct sweep_obs inst[] = { { t0 + 6 * H, 20, SWEEP_OTHER, 0 } };
	const struct sweep_obs ferm[] = { { t0, 4, SWEEP_MANUAL, 0 },
		{ t0 + 12 * H, 2, SWEEP_MANUAL, 0 } };
	const struct sweep_obs extra[] = { { t0 + 18 * H, 3, SWEEP_FEED, 0 } };
	const struct sweep_obs dispo[] = { { t0, 5, SWEEP_FEED, 0 },
		{ t0 + 20 * H, 1, SWEEP_MANUAL, 0 } };
	const struct sweep_days days[] = { { d, d }, { d + 2, d + 2 } };
	struct sweep_calendar cal;
	struct sweep_place p = { .calendar = &cal, .ttl = ttl_day, .n_ttl = 1,
		.days = days, .n_days = 2, .series = {
		[SWEEP_INST] = { inst, 1 }, [SWEEP_FERM_NR] = { ferm, 2 },
		[SWEEP_SUPPL_MOB] = { extra, 1 },
		[SWEEP_DISPO] = { dispo, 2 } } };
	struct got g = { .n = 0 };
	const struct sweep_fact *i = &g.fact[0], *a = &g.fact[3];

	sweep_calendar_init(&cal, &arena, z, d, d + 2);
	OK(sweep_place(&p, keep, &g) == ST_OK && g.n == 6,
	    "two days asked for, one skipped, expired kinds absent");
	OK(i->kind == SWEEP_INST && i->service_s ==
	    (int64_t)H * (6 * 16 + 6 * 18 + 6 * 21),
	    "in service = installed - closed + extra, while installed is known");
	OK(a->kind == SWEEP_DISPO && a->service_s == i->service_s &&
	    a->value_s == (int64_t)H * (20 * 5 + 4) &&
	    a->paired_s == (int64_t)H * (14 * 5 + 4),
	    "paired_s leaves out the hours whose beds in service are unknown");
	OK(a->by_source_s[SWEEP_FEED] == 20 * H &&
	    a->by_source_s[SWEEP_MANUAL] == 4 * H && a->known_s == 24 * H,
	    "seconds by source add up to the known ones");
	OK(a->since_utc == t0 + 20 * H && a->source == SWEEP_MANUAL,
	    "the state at the end of the day has its instant and source");
	OK(g.fact[4].kind == SWEEP_INST && g.fact[4].day == d + 2 &&
	    g.fact[4].service_s == (int64_t)24 * H * 18,
	    "an expired extra bed no longer counts");
}

static void
test_ttl(void)
{
	const struct zone *z = zone("Europe/Paris");
	int32_t d = day("2026-06-02");
	int64_t t0 = zone_day_start(z, d);
	const struct sweep_ttl ttl[] = { { INT64_MIN, 24 * H },
		{ t0 + 12 * H, 6 * H } };
	const struct sweep_obs obs[] = { { t0 + 12 * H - 1, 1, 0, 0 } };
	const struct sweep_obs late[] = { { t0 + 12 * H, 1, 0, 0 } };
	const struct sweep_days days = { d, d };
	struct sweep_calendar cal;
	struct sweep_place p = { .calendar = &cal, .ttl = ttl, .n_ttl = 2,
		.days = &days, .n_days = 1,
		.series = { [SWEEP_DISPO] = { obs, 1 } } };
	struct got g = { .n = 0 };

	sweep_calendar_init(&cal, &arena, z, d, d);
	OK(sweep_place(&p, keep, &g) == ST_OK && g.n == 1 &&
	    g.fact[0].known_s == 12 * H + 1,
	    "a new limit does not shorten what was true before it");
	p.series[SWEEP_DISPO].obs = late;
	g.n = 0;
	OK(sweep_place(&p, keep, &g) == ST_OK && g.n == 1 &&
	    g.fact[0].known_s == 6 * H, "it binds what comes from then on");
}

static void
test_dirty(void)
{
	const struct zone *z = zone("Europe/Paris");
	int32_t d = day("2026-06-02");
	int64_t t0 = zone_day_start(z, d);
	struct sweep_obs obs[] = { { t0 + H, 1, 0, false },
		{ t0 + 5 * 24 * H, 2, 0, false } };
	struct sweep_calendar cal;
	struct sweep_place p = { .calendar = &cal, .ttl = ttl_day, .n_ttl = 1,
		.series = { [SWEEP_DISPO] = { obs, 2 } } };
	struct sweep_days r[4];

	sweep_calendar_init(&cal, &arena, z, d - 3, d + 9);
	OK(sweep_dirty(&p, d + 9, r) == 0, "nothing new, nothing dirty");
	obs[0].is_new = true;
	OK(sweep_dirty(&p, d + 9, r) == 1 && r[0].first == d &&
	    r[0].last == d + 1, "a volatile value dirties to its time limit");
	p.series[SWEEP_INST] = p.series[SWEEP_DISPO];
	p.series[SWEEP_DISPO].n = 0;
	OK(sweep_dirty(&p, d + 9, r) == 1 && r[0].last == d + 4,
	    "a standing one to its successor, which ends the day before");
	obs[1].is_new = true;
	OK(sweep_dirty(&p, d + 9, r) == 1 && r[0].first == d &&
	    r[0].last == d + 9, "or to the end; ranges that touch are one");
	OK(sweep_dirty(&p, d + 2, r) == 1 && r[0].last == d + 2,
	    "but not past the last day");
}

int
main(void)
{
	arena_init(&arena, 1 << 20);
	test_ones();
	test_service();
	test_ttl();
	test_dirty();
	arena_free(&arena);
	return tap_done();
}
