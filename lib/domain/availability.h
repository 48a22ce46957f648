/* availability.h - what is free now, added up and place by place.
 *
 * A value is used until effective_at + ttl, half-open; a place in total
 * unavailability is a known 0.  What is not known is never 0: it is missing
 * from « available » and present in the upper bound.
 * A shared place counts once, in the category of its lead unit.  A place
 * inside another one (subset_of) counts in its own category, not again in its
 * parent's when both have the same: docs/adr/0011; but where the parent is not
 * followed and the place is, the parent is left out and what is inside counts
 * by itself.  Categories have one nature each and are never added to one
 * another.
 * Source of the rules: docs/glossary.md.
 * A place left out by a filter is as if it did not exist: one inside it counts
 * by itself.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_AVAILABILITY_H
#define DOMAIN_AVAILABILITY_H

#include "base/french.h"
#include "domain/snapshot.h"

/* Less than 1.2 % of the beds of the places that answered: « tension ». */
enum { AVAIL_TENSION_PER_MILLE = 12 };

/* How the question is asked. */
struct avail_ask {
	int64_t		 now;
	int64_t		 max_age_s;	/* 0: each value's own limit */
	bool		 sensitive;	/* count places of sensitive units */
	const uint8_t	*out;		/* enum avail_out by place; NULL: all in */
	const float	*km;		/* by place, < 0: not known; or NULL */
};

/* Why a place is no part of the question. */
enum avail_out { AVAIL_IN, AVAIL_FAR, AVAIL_NOWHERE, AVAIL_UNMARKED,
	AVAIL_OUT__MAX };

enum avail_state { AVAIL_FRESH, AVAIL_EXPIRED, AVAIL_NEVER, AVAIL_LOCKED };

/* What can be said of one place at that instant. */
struct avail_reading {
	enum avail_state state;
	int32_t		 available;	/* -1 when never reported */
	int32_t		 installed;	/* -1: unknown */
	int32_t		 in_service;	/* >= 0, unknown counted as 0 */
	int64_t		 at_utc;	/* of available */
	int64_t		 until_utc;	/* when this may change by itself */
};

/* A sum over places: adds up over départements. */
struct avail_sum {
	int32_t	places, expected, reporting, fresh;
	int32_t	expected_fresh;		/* of the expected, those fresh */
	int64_t	available;		/* of fresh places: the lower bound */
	int64_t	high;			/* unknown places all free */
	int64_t	installed, installed_fresh;
	int64_t	oldest_utc;		/* of the fresh values; INT64_MAX */
	int32_t	by_source[SOURCE__MAX];	/* fresh values by kind of source */
	int32_t	by_level[FR_AGE_LEVELS];	/* fresh values by age */
};

struct avail_row {
	int32_t			place;	/* index */
	bool			inside;	/* counted in its parent, or its parts */
	struct avail_reading	is;
};

/* By distance: not département by département. */
enum avail_order { AVAIL_BY_FREE, AVAIL_BY_UNIT, AVAIL_BY_AGE,
	AVAIL_BY_DISTANCE };

struct avail_rows {
	struct avail_row	*v;
	size_t			 n;
	struct avail_sum	 hidden;	/* sensitive: not in v */
	int32_t			 aged;		/* left out by max_age_s */
};

/* What a place brings to its cell, for the proof. */
enum avail_part {
	AVAIL_PART_COUNTED,		/* its value is in the sum */
	AVAIL_PART_CLOSED,		/* total unavailability: a known 0 */
	AVAIL_PART_EXPIRED,		/* past its limit: upper bound only */
	AVAIL_PART_AGED,		/* older than asked: likewise */
	AVAIL_PART_NEVER,		/* never reported: likewise */
	AVAIL_PART_INSIDE,		/* in its parent's number already */
	AVAIL_PART__MAX
};

struct avail_proof_row {
	int32_t			place;	/* index */
	enum avail_part		part;
	struct avail_reading	is;
	int32_t			low, high;	/* what it adds to the bounds */
};

/* Every place of a cell, and what the rows add up to. */
struct avail_proof {
	struct avail_proof_row	*v;	/* by part, then site and name */
	size_t			 n;
	size_t			 n_part[AVAIL_PART__MAX];
	struct avail_sum	 hidden;	/* sensitive: not in v */
	int64_t			 low, high;	/* rows and hidden together */
	int64_t			 unknown;	/* of high, in rows not known */
	int32_t			 unfollowed;	/* rows that nobody expects */
	int32_t			 left_out[AVAIL_OUT__MAX];	/* by the filters */
};

struct avail_reading avail_read(const struct snapshot *, int32_t place,
	    const struct avail_ask *);

/* Sums by category and département: ret has snapshot->n_categories rows of
 * n + 1 columns, the total last.  ret_until: the figures are true until then,
 * unless the snapshot's stamp moves.
 * Cost: one pass over the places, 10 ns each. */
void	 avail_matrix(const struct snapshot *, const struct avail_ask *,
	    const int32_t *departements, size_t n, struct avail_sum *ret,
	    int64_t *ret_until);

/* Places of a category in some départements, in their order; within one by
 * the order asked for, then name.
 * show_sensitive: list them; else they are added up in hidden. */
void	 avail_list(const struct snapshot *, const struct avail_ask *,
	    int32_t category, const int32_t *departements, size_t n,
	    enum avail_order, bool show_sensitive, struct arena *,
	    struct avail_rows *ret);

/* The proof of the cell of a category in some départements.  The rows are
 * added up by themselves, not taken from avail_matrix(): the two must agree.
 * Cost: one pass, and a sort. */
void	 avail_proof(const struct snapshot *, const struct avail_ask *,
	    int32_t category, const int32_t *departements, size_t n,
	    bool show_sensitive, struct arena *, struct avail_proof *ret);

/* The level (base/french.h) that at least half of the fresh values are at or
 * below; -1 without any. */
int	 avail_median_level(const struct avail_sum *);

bool	 avail_tense(const struct avail_sum *);

#endif
