/* closure.h - planned closures of beds: a calendar, never a capacity.
 *
 * What is planned changes no figure: on its days the entry board proposes the
 * closed values (closure_proposals) and only a person writes them.  Days are
 * those of the place's zone, the last one included.
 * Owns: results live in the arena of the db handle.
 * Source: cap.closure, its functions of migration 0086.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_CLOSURE_H
#define DOMAIN_CLOSURE_H

#include "db/db.h"

enum { CLOSURE_PAGE = 500 };

struct closure {
	int64_t		 id, place_id;
	const char	*place, *nature;
	int64_t		 unit_id;	/* 0: none */
	const char	*unit, *site_finess, *site;
	int32_t		 from_day, to_day;
	int		 beds;
	bool		 reopenable;	/* within 24 h */
	const char	*reason;
	const char	*who;
	int64_t		 recorded_utc;
	bool		 may;		/* closure_get(): the account may change it */
	bool		 cancelled;	/* closure_get(): or changed */
};

struct closure_list {
	struct closure	*v;
	size_t		 n;
	int64_t		 n_total;
};

struct closure_filter {
	int64_t		 account_id;
	const char	*site;		/* FINESS number, NULL = all */
	int32_t		 first_day;
	int32_t		 last_day;	/* INT32_MAX: no limit */
	int64_t		 skip;
};

/* By first day, CLOSURE_PAGE at most.  ST_DB.  Cost: one statement. */
enum status closure_list(struct db *, const struct closure_filter *,
	    struct closure_list *ret) MUST_CHECK;

/* ST_NOTFOUND: no such closure.  ST_DB.  Cost: one statement. */
enum status closure_get(struct db *, int64_t account_id, int64_t id,
	    struct closure *ret) MUST_CHECK;

struct closure_site {
	const char	*finess, *name, *departement;
};

struct closure_place {
	int64_t		 id;
	const char	*name, *nature;
	int		 installed;	/* -1: never said */
};

struct closure_scope {
	struct closure_site	*sites;		/* by name */
	size_t			 n_sites;
	struct closure_place	*places;	/* of one site */
	size_t			 n_places;
};

/* The sites of the account, and where site is not NULL its places (with one
 * site alone, that one's).  ST_DB.  Cost: one or two statements. */
enum status closure_scope(struct db *, int64_t account_id, const char *site,
	    struct closure_scope *ret) MUST_CHECK;

/* One closure to plan; what is not known yet is -1 (INT32_MIN: a day). */
struct closure_ask {
	int64_t		 place_id;
	int32_t		 from_day, to_day;
	int64_t		 beds;
	bool		 reopenable;
	const char	*reason;
	int64_t		 replaces;	/* a change of this one; 0: a new one */
};

enum closure_outcome { CLOSURE_OK, CLOSURE_REPLAYED, CLOSURE_REFUSED,
	CLOSURE_CONFIRM, CLOSURE_CHANGED, CLOSURE_UNKNOWN, CLOSURE_DENIED,
	CLOSURE_OVER, CLOSURE__MAX };

struct closure_saved {
	enum closure_outcome	 outcome;
	const char		*field;		/* of the first error, or NULL */
	const char		*error;		/* French, or NULL */
	const char		*warning;	/* French, or NULL */
};

/* Plan one; unless CLOSURE_OK or _REPLAYED nothing was written.  A warning
 * (an overlap) is refused once, with CLOSURE_CONFIRM.
 * ST_DB: lost; sending it again with the key is safe.  Cost: one statement. */
enum status closure_save(struct db *, int64_t account_id, const char *address,
	    const char *key, bool confirmed, const struct closure_ask *,
	    struct closure_saved *ret) MUST_CHECK;

enum status closure_cancel(struct db *, int64_t account_id,
	    const char *address, int64_t id, enum closure_outcome *ret)
	    MUST_CHECK;

/* What a board may propose for a place on a day with planned closures: values
 * that can be saved as they are, never more than what is installed. */
struct closure_proposal {
	int64_t		 place_id;
	int		 closed_nr, closed_r;	/* FERM_NR, FERM_R */
	const char	*reason;
	int32_t		 last_day;	/* of the closure that ends first */
};

struct closure_proposals {
	struct closure_proposal	*v;	/* by place; others propose nothing */
	size_t			 n;
};

/* Of n places, on the day that it is there at that instant.
 * ST_DB.  Cost: one statement, an index look-up a place. */
enum status closure_proposals(struct db *, const int64_t *places, size_t n,
	    int64_t at_utc, struct closure_proposals *ret) MUST_CHECK;

#endif
