/* rollup.h - one vintage of the marts: from a cut to publication.
 *
 * All of it is one transaction: dimensions, facts, département days, checks,
 * publication.  A vintage that fails a check leaves nothing behind.
 * Layer: reports/jobs.  May include: reports, lib.
 */
#ifndef REPORTS_JOBS_ROLLUP_H
#define REPORTS_JOBS_ROLLUP_H

#include "domain/sweep.h"
#include "job.h"

/* Instants are kept as PostgreSQL's text too: a cut has microseconds. */
struct rollup {
	struct run	*run;
	const char	*cut;		/* K */
	int64_t		 cut_us;
	const char	*since;		/* the cut before; NULL: none */
	int64_t		 since_us;	/* INT64_MIN: none */
	int32_t		 known_first;	/* first day then; INT32_MAX: none */
	bool		 whole;		/* read all, compute [du, au] again */
	int32_t		 du, au;
	int32_t		 first_day;	/* of all figures, set by the run */
	int32_t		 last_day;	/* last day that is over anywhere */
};

/* What one place needs to be swept. */
struct window {
	int64_t			 place_id;
	size_t			 zone;
	int32_t			 first_day;
	struct sweep_days	*followed, *dirty;
	size_t			 n_followed, n_dirty;
	struct sweep_span	*locked;
	size_t			 n_locked;
	struct sweep_ttl	*ttl;
	size_t			 n_ttl;
};

enum { ZONES_MAX = 16 };

struct zone_days {
	const struct zone	*zone;
	struct sweep_calendar	 calendar;	/* first_day .. last_day */
	int32_t			 last_day;	/* over at the cut */
	int32_t			 fresh_from;	/* days from here on are new */
};

struct windows {
	struct window		*window;	/* by place_id */
	int64_t			*places;
	size_t			 n;
	struct zone_days	 zones[ZONES_MAX];
	size_t			 n_zones;
};

/* Inside the caller's transaction.  ST_CONFLICT: a check refused the vintage,
 * run->fault says which. */
enum status rollup_run(struct rollup *) MUST_CHECK;

/* Read stage_window and what belongs to it.  windows.c */
enum status windows_load(struct rollup *, struct windows *) MUST_CHECK;

/* Read the ledger, sweep, stage facts and the days computed.  facts.c */
enum status facts_stage(struct rollup *, struct windows *) MUST_CHECK;

#endif
