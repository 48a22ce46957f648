/* Rhythms learned from simulated histories: when an outage is noticed, and
 * that eight weeks of ordinary life raise nothing.  SEED= repeats a run. */
#include "tap.h"

#include <inttypes.h>
#include <stdlib.h>

#include "domain/rhythm.h"

enum { MIN = 60, H = 3600, DAY = 86400, WEEK = 7 * DAY, NEWS_MAX = 200000,
	WATCH = 8 * WEEK };

static struct arena arena;
static const struct zone *paris;
static uint64_t seed;

/* xorshift: the same seed, the same history, on every machine. */
static uint64_t
chance(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

struct history {
	int64_t	*at;
	size_t	 n;
};

static void
say(struct history *h, int64_t at)
{
	if (h->n < NEWS_MAX && (h->n == 0 || at > h->at[h->n - 1]))
		h->at[h->n++] = at;
}

static int64_t
start_of(const char *iso)
{
	int32_t d;

	if (day_parse(iso, &d) != ST_OK)
		abort();
	return zone_day_start(paris, d);
}

/* Every gap, from three fifths to seven fifths of it; one in fifty is lost. */
static void
regular(struct history *h, int64_t from, int64_t to, int64_t gap)
{
	int64_t t;

	for (t = from; t < to; t += gap * 3 / 5 +
	    (int64_t)chance((uint64_t)gap * 4 / 5))
		if (chance(50) != 0)
			say(h, t);
}

static bool
holiday(int32_t day)
{
	static const char *const off[] = { "2026-04-06", "2026-05-01",
		"2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14",
		"2026-08-15", "2026-11-11" };
	int32_t d;
	size_t i;

	for (i = 0; i < N_ELEM(off); i++)
		if (day_parse(off[i], &d) == ST_OK && d == day)
			return true;
	return false;
}

/* Staff in office hours: around 9:00 and, when twice, around 16:00. */
static void
office(struct history *h, int64_t from, int64_t to, bool twice)
{
	int32_t d;

	for (d = zone_day(paris, from); d <= zone_day(paris, to); d++) {
		if (day_weekday(d) > 5 || holiday(d))
			continue;
		say(h, zone_instant(paris, d, 9 * H + (int)chance(H)));
		if (twice)
			say(h, zone_instant(paris, d, 16 * H +
			    (int)chance(H)));
	}
	while (h->n > 0 && h->at[h->n - 1] >= to)
		h->n--;
}

/* Once a week, on a weekday of its own or the next; in August two weeks of
 * three are skipped. */
static void
weekly(struct history *h, int64_t from, int64_t to, int weekday)
{
	int32_t d;

	for (d = zone_day(paris, from); d <= zone_day(paris, to); d++)
		if (day_weekday(d) == weekday &&
		    (date_of_day(d).month != 8 || d / 7 % 3 == 0))
			say(h, zone_instant(paris, d + (int)chance(2),
			    10 * H + (int)chance(5 * H)));
	while (h->n > 0 && h->at[h->n - 1] >= to)
		h->n--;
}

/* The number of news before an instant. */
static size_t
until(const struct history *h, int64_t at)
{
	size_t n = 0;

	while (n < h->n && h->at[n] <= at)
		n++;
	return n;
}

static bool
learn(struct history *h, enum rhythm_kind kind, int64_t now, int64_t floor_s,
    struct rhythm *r)
{
	size_t n = until(h, now), from = 0;

	while (from < n && h->at[from] < now - 26 * WEEK)
		from++;
	return rhythm_learn(&arena, kind, h->at + from, n - from, paris,
	    floor_s, r);
}

/* Alarms in [from, to): learned each night, looked at each minute. */
static int
alarms(struct history *h, enum rhythm_kind kind, int64_t floor_s,
    int64_t from, int64_t to)
{
	struct rhythm r;
	size_t i = until(h, from);
	bool known = false, silent = false;
	int n = 0;
	int64_t t;

	for (t = from; t < to; t += MIN) {
		bool was = silent;

		if ((t - from) % DAY == 0)
			known = learn(h, kind, t, floor_s, &r);
		while (i < h->n && h->at[i] <= t)
			i++;
		silent = known && i > 0 && rhythm_overdue(kind, &r, paris,
		    h->at[i - 1], t);
		n += silent && !was;
	}
	return n;
}

/* Minutes from the last news to the alarm, learned at the outage. */
static int64_t
delay(struct history *h, enum rhythm_kind kind, int64_t floor_s, int64_t out,
    struct rhythm *r)
{
	int64_t last = h->at[until(h, out) - 1], t;

	if (!learn(h, kind, out, floor_s, r))
		return -1;
	for (t = last; t < last + 60 * DAY; t += MIN)
		if (rhythm_overdue(kind, r, paris, last, t))
			return t - last;
	return -1;
}

static void
fresh(struct history *h)
{
	h->n = 0;
}

/* --- feeds: 5 minutes to a day ---------------------------------------------- */

static void
test_feeds(struct history *h)
{
	static const struct { const char *name; int64_t gap; } feeds[] = {
		{ "5 min", 5 * MIN }, { "1 h", H }, { "6 h", 6 * H },
		{ "daily", DAY },
	};
	int64_t from = start_of("2026-03-02"), out = from + 6 * WEEK;
	struct rhythm r;
	size_t i;

	for (i = 0; i < N_ELEM(feeds); i++) {
		int64_t gap = feeds[i].gap, d;

		fresh(h);
		regular(h, from, out + WATCH, gap);
		OK(alarms(h, RHYTHM_FEED, 0, out, out + WATCH) == 0,
		    arena_printf(&arena, "%s: no alarm in 8 weeks of jitter",
		    feeds[i].name));
		d = delay(h, RHYTHM_FEED, 0, out, &r);
		printf("# %s: median %" PRId64 " s, alarm after %.2f gaps\n",
		    feeds[i].name, r.median_s, (double)d / (double)gap);
		OK(llabs(r.median_s - gap) <= gap / 5, "its median");
		OK(r.limit_s == (4 * r.median_s > 30 * MIN ? 4 * r.median_s :
		    30 * MIN), "4 times that, or the floor");
		OK(d > r.limit_s && d <= r.limit_s + r.median_s,
		    "is when it is noticed, or within one gap more");
	}
}

/* --- people ------------------------------------------------------------------ */

/* Working days wholly within ]from, to[ on which something was due. */
static int
working_days(int64_t from, int64_t to)
{
	int32_t d;
	int n = 0;

	for (d = zone_day(paris, from) + 1; d <= zone_day(paris, to); d++)
		n += day_weekday(d) <= 5;
	return n;
}

static void
test_office(struct history *h)
{
	static const char *const starts[] = { "2026-04-20", "2026-07-06",
		"2026-10-05" };
	struct rhythm r;
	size_t i;
	int twice;

	for (twice = 0; twice < 2; twice++)
		for (i = 0; i < N_ELEM(starts); i++) {
			int64_t from = start_of(starts[i]), d;
			const char *name = arena_printf(&arena,
			    "office hours, %s, from %s", twice ?
			    "twice a day" : "once a day", starts[i]);
			int days;

			fresh(h);
			office(h, from - 8 * WEEK, from + WATCH, twice);
			OK(alarms(h, RHYTHM_PLACE, DAY, from, from + WATCH)
			    == 0, name);
			d = delay(h, RHYTHM_PLACE, DAY, from + 20 * DAY, &r);
			days = working_days(h->at[until(h, from + 20 * DAY)
			    - 1], h->at[until(h, from + 20 * DAY) - 1] + d);
			printf("# %s: alarm after %.1f days, %d working\n",
			    name, (double)d / DAY, days);
			OK(d > 0 && days >= (twice ? 2 : 4) &&
			    days <= (twice ? 3 : 5), "an outage is noticed "
			    "when 4 are due, on a working day");
		}
}

static void
test_weekly(struct history *h)
{
	int64_t from = start_of("2026-07-06"), spring = start_of("2026-04-20");
	int place, bad = 0, august = 0, late = 0, early = 0;
	int64_t worst = 0;
	struct rhythm r;

	for (place = 0; place < 20; place++) {
		int64_t d;

		fresh(h);
		weekly(h, from - 26 * WEEK, from + WATCH, 1 + place % 5);
		august += alarms(h, RHYTHM_PLACE, WEEK, from, from + WATCH);
		bad += alarms(h, RHYTHM_PLACE, WEEK, spring, spring + WATCH);
		d = delay(h, RHYTHM_PLACE, WEEK, spring, &r);
		late += d < 0 || d > 5 * WEEK;
		early += d < 4 * WEEK - DAY;
		worst = d > worst ? d : worst;
	}
	OK(bad == 0, "20 weekly places, 8 weeks: no alarm");
	OK(august == 0, "nor in August, with two weeks of three off");
	printf("# weekly: alarm after %.2f weeks at most\n",
	    (double)worst / WEEK);
	OK(early == 0 && late == 0, "noticed in the fifth week");
}

/* Nothing before four gaps, and nobody is blamed before enough is known. */
static void
test_edges(struct history *h)
{
	struct rhythm r;
	int64_t from = start_of("2026-03-02"), last;
	int i;

	fresh(h);
	for (i = 0; i < RHYTHM_NEWS_MIN - 1; i++)
		say(h, from + i * H);
	OK(!learn(h, RHYTHM_FEED, from + DAY, 0, &r), "13 news say nothing");
	h->at[h->n] = h->at[h->n - 1];
	OK(!rhythm_learn(&arena, RHYTHM_FEED, h->at, h->n + 1, paris, 0, &r),
	    "an instant twice is one");
	say(h, from + i * H);
	OK(learn(h, RHYTHM_FEED, from + DAY, 0, &r) && r.n == 14 &&
	    r.median_s == H && r.limit_s == 4 * H, "14 do");
	last = h->at[h->n - 1];
	OK(!rhythm_overdue(RHYTHM_FEED, &r, paris, last, last + 4 * H),
	    "4 gaps: not yet");
	OK(rhythm_overdue(RHYTHM_FEED, &r, paris, last, last + 4 * H + 1),
	    "one second more: an alarm");
	OK(!rhythm_overdue(RHYTHM_FEED, &r, paris, last, last - H),
	    "news of a clock that is ahead is no silence");
	OK(!rhythm_learn(&arena, RHYTHM_FEED, NULL, 0, paris, 0, &r),
	    "nothing at all");
}

/* An outage of the past does not make deaf, a feed off at night is known. */
static void
test_life(struct history *h)
{
	int64_t from = start_of("2026-03-02"), out = from + 6 * WEEK, d;
	struct rhythm r;
	int32_t day;
	int m;

	fresh(h);
	regular(h, from, from + 2 * WEEK, H);
	regular(h, from + 3 * WEEK, out, H);
	d = delay(h, RHYTHM_FEED, 0, out, &r);
	OK(d > 3 * H && d < 6 * H, "a week's outage before: still 4 gaps");
	fresh(h);
	for (day = zone_day(paris, from); day < zone_day(paris, out); day++)
		for (m = 6 * 60; m < 22 * 60; m += 15)
			say(h, zone_instant(paris, day, m * MIN));
	OK(alarms(h, RHYTHM_FEED, 0, out - 2 * WEEK, out - 3 * H) == 0,
	    "a feed that is off at night raises nothing");
	d = delay(h, RHYTHM_FEED, 0, out - DAY + 12 * H, &r);
	OK(d > H - 2 * MIN && d < 2 * H, "and by day its outage is seen");
}

static void
test_change(struct history *h)
{
	int64_t from = start_of("2026-03-02"), out = from + 6 * WEEK, t, d;
	struct rhythm r;

	/* At random, three hours apart on average. */
	fresh(h);
	for (t = from; t < out + WATCH; t += 5 * MIN)
		if (chance(36) == 0)
			say(h, t);
	OK(alarms(h, RHYTHM_CHANGE, 0, out, out + WATCH) == 0,
	    "changes at random: no flat line in 8 weeks");
	d = delay(h, RHYTHM_CHANGE, 0, out, &r);
	printf("# flat line: median %.1f h, alarm after %.1f h\n",
	    (double)r.median_s / H, (double)d / H);
	OK(d >= 24 * H && d > r.limit_s && d < r.limit_s + 6 * H,
	    "values that froze are seen");
	/* A week in which a full ward moved once, between busy ones. */
	fresh(h);
	for (t = from; t < out; t += 2 * H)
		if ((t - from) / (3 * DAY) % 5 != 4)
			say(h, t);
	OK(learn(h, RHYTHM_CHANGE, out, 0, &r) && r.limit_s > 6 * DAY &&
	    r.median_s == 2 * H, "bursts: twice the longest calm");
}

static void
test_dropped(void)
{
	static const struct { int64_t heard, usual; bool want; } rows[] = {
		{ 40, 40, false }, { 20, 40, false }, { 19, 40, true },
		{ 0, 40, true }, { 0, 3, true }, { 0, 2, false },
		{ 1, 3, false }, { 1, 4, true }, { 50, 40, false },
		{ 0, -1, false },
	};
	size_t i;

	for (i = 0; i < N_ELEM(rows); i++)
		OK(rhythm_dropped(rows[i].heard, rows[i].usual) ==
		    rows[i].want, arena_printf(&arena, "%" PRId64 " places "
		    "of %" PRId64, rows[i].heard, rows[i].usual));
}

int
main(void)
{
	const char *given = getenv("SEED");
	struct history h = { 0 };

	seed = given == NULL ? 20261121 : strtoull(given, NULL, 10) | 1;
	printf("# SEED=%" PRIu64 "\n", seed);
	arena_init(&arena, (size_t)1 << 30);
	if (zone_get("Europe/Paris", &paris) != ST_OK)
		return 1;
	h.at = ARENA_ARRAY(&arena, NEWS_MAX, int64_t);
	test_edges(&h);
	test_feeds(&h);
	test_office(&h);
	test_weekly(&h);
	test_life(&h);
	test_change(&h);
	test_dropped();
	arena_free(&arena);
	return tap_done();
}
