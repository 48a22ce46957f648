/* rhythm.h - how often somebody speaks, and when to say that he is silent.
 *
 * A subject (a feed, a place whose figures people type) has news at instants.
 * From them a rhythm is learned: the median gap, and how many news each hour
 * of the local week usually brings.  Silence is an alarm when both say so:
 *	it is longer than `times` median gaps, and than the kind's floor, and
 *	that many news less half a one were due in the hours that went by:
 * nights and weekends in which nothing is ever said bring no news that could
 * be missed.  All the rule is here and in rhythm_rules[].
 *
 * No input or output, no clock: now is given (tests/unit/test_rhythm.c).
 * Instants are UTC seconds.
 * Layer: domain.  May include: base.
 */
#ifndef DOMAIN_RHYTHM_H
#define DOMAIN_RHYTHM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum { RHYTHM_NEWS_MIN = 14, RHYTHM_HOURS = 7 * 24 };

enum rhythm_kind {
	RHYTHM_FEED,		/* a feed spoke */
	RHYTHM_PLACE,		/* somebody typed the figures of a place */
	RHYTHM_CHANGE,		/* a figure of a feed changed: flat line */
	RHYTHM__MAX
};

struct rhythm_rule {
	int	times;		/* median gaps without news */
	int64_t	floor_s;	/* never sooner; 0: the time limit of the place */
	int	longest;	/* nor than that many of the longest gap */
};
extern const struct rhythm_rule rhythm_rules[RHYTHM__MAX];

struct rhythm {
	int64_t	 n;			/* news it was learned from */
	int64_t	 median_s;		/* gap between two */
	int64_t	 limit_s;		/* silence before hours are looked at */
	int32_t	 hours[RHYTHM_HOURS];	/* thousandths of news due in an hour */
};

/* Learn from n instants in ascending order (equal ones are one); the first
 * hour is Monday 00:00 of the zone.  floor_s: the rule's when it has one.
 * False: fewer than RHYTHM_NEWS_MIN, nothing can be said. */
bool	 rhythm_learn(struct arena *, enum rhythm_kind, const int64_t *at_utc,
	    size_t n, const struct zone *, int64_t floor_s, struct rhythm *ret);

/* Whether the silence since last_utc is an alarm at now_utc.
 * Cost: one step an hour, until enough is missing. */
bool	 rhythm_overdue(enum rhythm_kind, const struct rhythm *,
	    const struct zone *, int64_t last_utc, int64_t now_utc);

/* Row-count drop: a feed speaks of fewer than half of the places that it
 * always speaks of within that time, and of at least 3 fewer.  usual is the
 * least of the last nights, -1 when too few are known. */
bool	 rhythm_dropped(int64_t heard, int64_t usual);

#endif
