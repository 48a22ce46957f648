/* machine.h - places and figures as a program that may read them sees them.
 *
 * Whose the token is, its territory and its profile are judged by
 * cap.machine_read(), in the same statement that reads.
 * Owns: results live in the arena of the db handle.
 * Units: beds, places or rooms; instants in seconds.
 * Source: DOMAIN 4, « Who sees capacity over the API »; docs/adr/0064.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_MACHINE_H
#define DOMAIN_MACHINE_H

#include "domain/feed.h"

enum machine_outcome { MACHINE_OK, MACHINE_TOKEN, MACHINE_SUSPENDED,
	MACHINE_RIGHT, MACHINE_OUTCOME__MAX };

/* What is asked for: a code, of a site or of any; or a number. */
struct machine_ask {
	const char	*site;		/* FINESS, or NULL */
	const char	*code;		/* or NULL */
	int64_t		 place_id;	/* 0: by code */
};

struct machine_figure {
	const char	*code[FEED_CODE__MAX];	/* NULL: does not apply */
	int		 value;			/* >= 0 */
	int64_t		 effective_utc;		/* or confirmed since */
};

struct machine_place {
	int64_t			 id;
	const char		*name;
	const char		*site, *site_name;
	char			**codes;	/* by which feeds name it */
	size_t			 n_codes;
	int64_t			 version;
	int64_t			 touched_utc;	/* -1: nothing was ever said */
	struct machine_figure	*v;		/* what the profile shows */
	size_t			 n;
};

struct machine_reading {
	enum machine_outcome	 outcome;
	const char		*detail;	/* why it is suspended */
	struct machine_place	*v;
	size_t			 n;
};

/* Read; client->name is filled.  With another outcome than MACHINE_OK there
 * are no places.  ST_DB.  Cost: one statement by keys. */
enum status	 machine_read(struct db *, struct feed_client *,
		    const struct machine_ask *, struct machine_reading *ret)
		    MUST_CHECK;

#endif
