#include "domain/rhythm.h"

#include <stdlib.h>

enum { HOUR_S = 3600, FEWER_MIN = 3 };

const struct rhythm_rule rhythm_rules[RHYTHM__MAX] = {
	/* A reboot of who sends every few minutes is no outage. */
	[RHYTHM_FEED]	= { 4, 30 * 60, 0 },
	/* Until its time limit a typed figure holds: nobody has to repeat it. */
	[RHYTHM_PLACE]	= { 4, 0, 0 },
	/* Changes come at random and in bursts: a full ward stays full. */
	[RHYTHM_CHANGE]	= { 8, 24 * HOUR_S, 2 },
};

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Hour of the local week, 0 = Monday 00:00, and where it ends. */
static int
hour_of(const struct zone *z, int64_t at, int64_t *ret_end)
{
	int64_t local = at + zone_offset_s(z, at);
	int64_t hour = local / HOUR_S;

	*ret_end = at + HOUR_S - local % HOUR_S;
	return (day_weekday((int32_t)(hour / 24)) - 1) * 24 + (int)(hour % 24);
}

/* News of each hour of the week over how often that hour came. */
static void
hours_learn(const int64_t *at, size_t n, const struct zone *z,
    struct rhythm *r)
{
	int64_t came[RHYTHM_HOURS] = { 0 }, news[RHYTHM_HOURS] = { 0 };
	int64_t t, end;
	size_t i;
	int h;

	for (t = at[0]; t <= at[n - 1]; t = end)
		came[hour_of(z, t, &end)]++;
	for (i = 0; i < n; i++)
		news[hour_of(z, at[i], &end)] += i == 0 || at[i] > at[i - 1];
	/* An hour never seen, of less than a week, is like the others. */
	t = at[n - 1] - at[0] < HOUR_S ? HOUR_S : at[n - 1] - at[0];
	for (h = 0; h < RHYTHM_HOURS; h++)
		r->hours[h] = (int32_t)(came[h] == 0 ?
		    (int64_t)n * 1000 * HOUR_S / t : news[h] * 1000 / came[h]);
}

bool
rhythm_learn(struct arena *a, enum rhythm_kind kind, const int64_t *at,
    size_t n, const struct zone *z, int64_t floor_s, struct rhythm *ret)
{
	const struct rhythm_rule *rule = &rhythm_rules[kind];
	int64_t *gap = ARENA_ARRAY(a, n, int64_t);
	struct rhythm r = { 0 };
	size_t i, k = 0;

	for (i = 1; i < n; i++)
		if (at[i] > at[i - 1])
			gap[k++] = at[i] - at[i - 1];
	if (k + 1 < RHYTHM_NEWS_MIN)
		return false;
	qsort(gap, k, sizeof(*gap), compare);
	r.n = (int64_t)k + 1;
	r.median_s = gap[k / 2];
	r.limit_s = r.median_s * rule->times;
	if (r.limit_s < gap[k - 1] * rule->longest)
		r.limit_s = gap[k - 1] * rule->longest;
	if (rule->floor_s != 0)
		floor_s = rule->floor_s;
	if (r.limit_s < floor_s)
		r.limit_s = floor_s;
	hours_learn(at, n, z, &r);
	*ret = r;
	return true;
}

bool
rhythm_overdue(enum rhythm_kind kind, const struct rhythm *r,
    const struct zone *z, int64_t last, int64_t now)
{
	/* In thousandths of news times seconds of an hour. */
	int64_t enough = (int64_t)(2 * rhythm_rules[kind].times - 1) * 500 *
	    HOUR_S, missed = 0, t, end;

	if (now - last <= r->limit_s)
		return false;
	/* Nothing is due in the first half of a gap. */
	for (t = last + r->median_s / 2; t < now && missed < enough; t = end) {
		int h = hour_of(z, t, &end);

		missed += r->hours[h] * ((end < now ? end : now) - t);
	}
	return missed >= enough;
}

bool
rhythm_dropped(int64_t heard, int64_t usual)
{
	return 2 * heard < usual && usual - heard >= FEWER_MIN;
}
