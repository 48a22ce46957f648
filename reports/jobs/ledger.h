/* ledger.h - observations of many places, read once, given place by place.
 *
 * Rows come in any order from a binary COPY and are put in order of place,
 * kind, effective, recorded, entry by one counting pass; within a series they
 * nearly are in order already.
 * Owns: its memory, 36 bytes a row; ledger_free() gives it back.
 * Layer: reports/jobs.  May include: reports, lib.
 */
#ifndef REPORTS_JOBS_LEDGER_H
#define REPORTS_JOBS_LEDGER_H

#include "db/copy.h"
#include "domain/sweep.h"

struct ledger_row {
	int64_t		effective_us, recorded_us, entry;
	int32_t		value;		/* SWEEP_NULL: retracted */
	uint32_t	key;		/* place << 5 | kind << 2 | source */
};

struct ledger {
	const int64_t		*places;	/* ids, ascending */
	size_t			 n_places;
	size_t			 last;		/* place found last */
	const uint8_t		*sources;	/* by two-digit code */
	struct ledger_row	*row;
	size_t			 n, cap;
	uint32_t		*order;		/* rows, in order */
	uint32_t		*start;		/* of series place * 8 + kind */
	struct sweep_obs	*obs;		/* one place's, handed out */
	size_t			 obs_cap;
};

enum { LEDGER_SOURCES = 100 };

/* sources: what kind each code is; LEDGER_SOURCES elements. */
void	 ledger_init(struct ledger *, const int64_t *places, size_t n,
	    const uint8_t *sources);
void	 ledger_free(struct ledger *);

copy_row ledger_add;		/* rows of fct_ledger, fct_ledger_whole */
copy_row ledger_add_state;	/* rows of fct_state */

/* Put in order; before the first ledger_place(). */
void	 ledger_sort(struct ledger *);

/* Series of place i (index in places); observations recorded after since_us
 * are new.  They live until the next call.  Returns how many there are. */
size_t	 ledger_place(struct ledger *, size_t i, int64_t since_us,
	    struct sweep_series ret[SWEEP__MAX]);

#endif
