/* sweep.h - one place's observations, swept in time order into day facts.
 *
 * The formula is docs/glossary.md's: a segment runs from one observation to
 * the next, a volatile one no longer than its time limit (half-open), clipped
 * to the civil day of the place's own zone; days have 23, 24 or 25 hours.
 * No input or output, no clock: everything is given, so each rule is a row of
 * tests/unit/test_sweep.c and the same input gives the same facts.
 *
 * Instants are UTC seconds, days are civil days (base/clock.h); fractions of
 * a second are floored before they come here.
 * Cost: linear in observations + days.
 * Layer: domain.  May include: base.
 */
#ifndef DOMAIN_SWEEP_H
#define DOMAIN_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"

enum sweep_kind {
	SWEEP_INST,
	SWEEP_FERM_NR,
	SWEEP_FERM_R,
	SWEEP_OCC,
	SWEEP_SUPPL_MOB,
	SWEEP_DISPO,
	SWEEP__MAX
};

/* ref.indicator ids of the kinds, and whether a value expires. */
int		 sweep_indicator(enum sweep_kind);
bool		 sweep_volatile(enum sweep_kind);
/* SWEEP__MAX: an indicator that reports do not follow. */
enum sweep_kind	 sweep_kind_of(int indicator_id);

enum sweep_source { SWEEP_MANUAL, SWEEP_FEED, SWEEP_OTHER, SWEEP_SOURCE__MAX };

enum { SWEEP_NULL = -1 };	/* a value that was retracted, or is unknown */

struct sweep_obs {
	int64_t		effective_utc;
	int32_t		value;		/* >= 0, or SWEEP_NULL */
	uint8_t		source;		/* enum sweep_source */
	bool		is_new;		/* recorded since the last cut */
};

struct sweep_series {			/* in order of effective, recorded, entry */
	const struct sweep_obs	*obs;
	size_t			 n;
};

struct sweep_span { int64_t from_utc, to_utc; };	/* half-open */
struct sweep_ttl  { int64_t from_utc; int32_t ttl_s; };
struct sweep_days { int32_t first, last; };		/* both included */

/* Bounds of the days of a zone, shared by its places. */
struct sweep_calendar {
	int32_t		 first, last;
	struct sweep_bounds {
		int64_t	start_utc, at_08_utc, at_19_utc;
	}		*day;		/* last - first + 2: the end too */
};

struct sweep_place {
	int64_t				 id;
	const struct sweep_calendar	*calendar;
	const struct sweep_ttl		*ttl;	/* by from_utc; first covers all before */
	size_t				 n_ttl;
	const struct sweep_span		*locked;	/* total unavailability, */
	size_t				 n_locked;	/* ordered, apart */
	const struct sweep_days		*days;	/* to compute, ordered, apart, */
	size_t				 n_days;	/* inside the calendar */
	struct sweep_series		 series[SWEEP__MAX];
};

struct sweep_fact {
	int64_t		place_id;
	enum sweep_kind	kind;
	int32_t		day;
	int32_t		day_s, known_s;
	int64_t		value_s;	/* sum of value x seconds */
	int64_t		service_s;	/* beds in service x the seconds known here */
	int64_t		paired_s;	/* value_s where beds in service are known */
	int32_t		min, max;	/* SWEEP_NULL: nothing known */
	int32_t		at_08, at_19, at_24;	/* at_24: just before midnight */
	int64_t		since_utc;	/* effective instant of at_24 */
	int32_t		source;		/* of at_24 */
	int32_t		zero_s, by_source_s[SWEEP_SOURCE__MAX];
	int32_t		n_obs;		/* effective on that day */
};

typedef enum status sweep_emit(void *arg, const struct sweep_fact *);

void	 sweep_calendar_init(struct sweep_calendar *, struct arena *,
	    const struct zone *, int32_t first, int32_t last);

/* Nothing is known and nothing was observed: not worth a row, but it says
 * that a row published before is over. */
static inline bool
sweep_fact_empty(const struct sweep_fact *f)
{
	return f->known_s == 0 && f->n_obs == 0;
}

/* Facts of the days asked for, day by day, all kinds in order, empty ones
 * too.  Stops at the first failure of emit and returns it. */
enum status sweep_place(const struct sweep_place *, sweep_emit *, void *arg)
	    MUST_CHECK;

/* The days on which observations with is_new can have changed a fact: from
 * each to its successor or time limit, no later than last.  ret has room for
 * as many ranges as new observations; they come ordered and merged.
 * Returns their number. */
size_t	 sweep_dirty(const struct sweep_place *, int32_t last,
	    struct sweep_days *ret);

/* Order and merge n ranges in place, keep what is in [first, last]; the
 * number left. */
size_t	 sweep_days_merge(struct sweep_days *, size_t n, int32_t first,
	    int32_t last);

#endif
