/* feed.h - what a bed-management program says of places, and what became of it.
 *
 * A feed has an access token; it names a place by a code, and an indicator by
 * the codes of R330 to R337.  Everything that needs the database (token, site,
 * place, rules, order of time) is one call of cap.feed_save(), in one round
 * trip.
 * Units: beds, places or rooms, 0 to CAP_VALUE_MAX.
 * Source: DOMAIN 4; docs/adr/0040.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_FEED_H
#define DOMAIN_FEED_H

#include "db/db.h"

/* The codes that make an indicator, and two that say more of a value. */
enum feed_code { FEED_STATUS, FEED_HORIZON, FEED_GENDER, FEED_CLOSING,
	FEED_EXTRA, FEED_CRISIS, FEED_ASSIGNMENT, FEED_NATURE, FEED_SOURCE,
	FEED_CODE__MAX };

enum { FEED_OPS_MAX = 32, FEED_REQUESTS_MAX = 500, FEED_VALUE_NULL = -1 };
enum { FEED_VERSION_ANY = -1, FEED_VERSION_NONE = -2 };

enum feed_op { FEED_REPLACE, FEED_ADD, FEED_DELETE };

struct feed_change {
	enum feed_op	 op;
	const char	*code[FEED_CODE__MAX];	/* NULL: not said */
	int		 value;			/* FEED_VALUE_NULL: deleted */
	const char	*effective;		/* for PostgreSQL; NULL: now */
	bool		 by_criteria;		/* the path said which one */
};

/* All of its changes, or none. */
struct feed_request {
	const char		*site;		/* FINESS, or NULL */
	const char		*place;		/* the feed's code of it */
	int64_t			 version;	/* expected, or FEED_VERSION_* */
	struct feed_change	*v;
	size_t			 n;		/* 1 to FEED_OPS_MAX */
};

enum feed_outcome { FEED_OK, FEED_TOKEN, FEED_SUSPENDED, FEED_RIGHT, FEED_SITE,
	FEED_UNKNOWN, FEED_SEVERAL, FEED_INDICATOR, FEED_WRONG_NATURE,
	FEED_NO_ASSIGNMENT, FEED_FUTURE, FEED_PAST, FEED_LOCKED, FEED_MANUAL,
	FEED_BEFORE, FEED_ABSENT, FEED_TWICE, FEED_CONFLICT, FEED_CLOSED, FEED_BEYOND,
	FEED_OUTCOME__MAX };

struct feed_result {
	enum feed_outcome	 outcome;
	size_t			 change;	/* the wrong one, from 0 */
	const char		*detail;	/* or NULL */
	int64_t			 version;
	int64_t			 touched_utc;
};

/* An outcome about who asks, and so about all requests at once. */
bool	 feed_outcome_all(enum feed_outcome);

/* Which program asks: its token, 64 hexadecimal digits, and '{…}' of what
 * identifies its certificate. */
struct feed_client {
	const char	*token;
	const char	*certificate;
	const char	*name;		/* filled by feed_save(); NULL: nobody */
};

/* An instant of FHIR, date and time with a zone, as PostgreSQL takes it; NULL
 * when it is not one. */
const char	*feed_instant(struct arena *, const char *text);

/* "02/01/04/-/-/-": the indicator that codes mean, in the canonical form of
 * ref.indicator.tuple.  Gender 03, withdrawn, is 04; a forecast has none; what
 * has no temporality is of now. */
const char	*feed_tuple(struct arena *, const char *const *code);
const char	*feed_assignment(const char *const *code);	/* "01": none */

/* Write n requests, each for itself; ret has n elements, and one for n = 0,
 * which only asks whether the token is good.  With
 * feed_outcome_all() of the first, nothing was looked at.
 * ST_DB can mean that it was done: to send it again is harmless.
 * Cost: one round trip. */
enum status	 feed_save(struct db *, struct feed_client *,
		    const struct feed_request *, size_t n,
		    struct feed_result *ret) MUST_CHECK;

#endif
