/* call.h - what clinicians heard when they called a place.
 *
 * An answer never changes a capacity: it is kept beside the figure that was
 * shown (cap.call, append-only), told to the next reader for two hours, and
 * counted for ninety days as the accuracy of what the place publishes.  An
 * account's answer on the same place within ten minutes replaces its last.
 * Source: cap.call_add(), cap.call_counted; docs/adr/0047.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_CALL_H
#define DOMAIN_CALL_H

#include "db/db.h"

/* Fewer calls say nothing of a place. */
enum { CALL_JUDGED_MIN = 5, CALL_NUMBER_MAX = 32767 };

enum call_outcome { CALL_CONFIRMED, CALL_NONE, CALL_DIFFERENT, CALL__MAX };

struct call {
	int64_t			place_id;
	enum call_outcome	outcome;
	int64_t			number;		/* CALL_DIFFERENT; -1: not said */
	int64_t			at_utc;
};

/* An answer given, with the figure that was shown. */
struct call_given {
	struct call	call;
	int64_t		account_id;
	int64_t		shown;			/* -1: none was */
	int64_t		shown_at_utc;
};

struct calls {
	struct call	*v;			/* by place */
	size_t		 n;
};

/* How right a place's figures were, over ninety days. */
struct call_rate {
	int64_t		place_id;
	int64_t		judged, accurate;
	bool		has_last;		/* within two hours */
	struct call	last;
};

struct call_rates {
	struct call_rate	*v;		/* by place */
	size_t			 n;
};

struct call_site {
	const char	*finess, *name, *departement;	/* code */
	int64_t		 places, calls;
	int64_t		 by_outcome[CALL__MAX];
	int64_t		 judged, accurate;
	int64_t		 last_utc;
};

struct call_sites {
	struct call_site	*v;		/* by département, name */
	size_t			 n;
};

/* "confirmed", "none", "different"; false when it is no such word. */
bool	 call_outcome_parse(const char *, enum call_outcome *ret);

/* Keep an answer.  ST_NOTFOUND: no such place; ST_DENIED: the account answers
 * for this place itself; ST_RATE: sixty in an hour; ST_DB. */
enum status call_add(struct db *, const struct call_given *) MUST_CHECK;

/* The last answer of two hours on each place of a région and category.
 * Cost: one statement, an index on two hours of calls. */
enum status call_recent(struct db *, const char *region, int category_id,
	    int64_t now, struct calls *ret) MUST_CHECK;

/* Of these places, those that were called within ninety days. */
enum status call_places(struct db *, const int64_t *places, size_t n,
	    int64_t now, struct call_rates *ret) MUST_CHECK;

/* By site, of the places that the account may report on. */
enum status call_sites(struct db *, int64_t account_id, const char *region,
	    int64_t now, struct call_sites *ret) MUST_CHECK;

/* NULL when the place has none. */
const struct call	*calls_find(const struct calls *, int64_t place_id);
const struct call_rate	*call_rates_find(const struct call_rates *,
			    int64_t place_id);

#endif
