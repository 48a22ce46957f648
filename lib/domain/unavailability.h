/* unavailability.h - total unavailability of a unit: declaring and lifting it.
 *
 * While it lasts the unit's places are locked (entry refused, known zero in
 * every total), a shared place only while all its units are unavailable.  The
 * planned end is the end: what nobody lifted is open again from then on, and
 * pages say so (docs/adr/0048).
 * Owns: results live in the arena of the db handle.
 * Source: dir.unavailability, its functions of migration 0085.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_UNAVAILABILITY_H
#define DOMAIN_UNAVAILABILITY_H

#include "db/db.h"

enum { UNAVAILABILITY_LAPSED_S = 7 * 86400 };

struct unavailability {
	int64_t		 id, unit;
	const char	*name, *site_name;	/* of the unit; in lists of many */
	const struct zone *zone;
	const char	*reason;
	int64_t		 from_utc;	/* -1: called off before it began */
	int64_t		 until_utc;	/* -1: no end known */
	int64_t		 planned_utc;	/* -1: none was said */
	const char	*set_by;	/* NULL: an import */
	int64_t		 set_utc;
	const char	*lifted_by;	/* NULL: nobody lifted it */
	int64_t		 lifted_utc;	/* -1 likewise */
};

struct unavailability_list {
	struct unavailability	*v;
	size_t			 n;
};

struct unavailability_unit {
	const char	*name, *site_finess, *site_name;
	const struct zone *zone;
	bool		 may;		/* the account may declare and lift */
	char		**places, **shared;	/* names; shared with others */
	size_t		 n_places, n_shared;
	struct unavailability_list list;	/* the newest first, 20 at most */
};

enum unavailability_state {
	UNAVAILABILITY_NOW, UNAVAILABILITY_COMING,
	UNAVAILABILITY_LAPSED,		/* ended by itself */
	UNAVAILABILITY_LIFTED
};

enum unavailability_state unavailability_state(const struct unavailability *,
	    int64_t now);

/* The unit with its periods.  ST_NOTFOUND: no such unit today.  ST_DB.
 * Cost: two statements, one round trip. */
enum status unavailability_read(struct db *, int64_t account_id, int64_t unit,
	    struct unavailability_unit *ret) MUST_CHECK;

/* In force, to come, or over by themselves for a week, of the account's
 * units; site: FINESS number or NULL.  ST_DB.  Cost: one statement. */
enum status unavailability_mine(struct db *, int64_t account_id,
	    const char *site, int64_t now, struct unavailability_list *ret)
	    MUST_CHECK;

enum unavailability_outcome {
	UNAVAILABILITY_OK, UNAVAILABILITY_DENIED, UNAVAILABILITY_UNKNOWN,
	UNAVAILABILITY_REASON, UNAVAILABILITY_PAST, UNAVAILABILITY_ORDER,
	UNAVAILABILITY_FAR, UNAVAILABILITY_OVERLAP, UNAVAILABILITY_NONE,
	UNAVAILABILITY_OVER, UNAVAILABILITY__MAX
};

struct unavailability_ask {
	int64_t		 account_id, unit;
	const char	*address;	/* of the client, for the audit */
	int64_t		 from_utc;	/* -1: now */
	int64_t		 until_utc;	/* -1: no end known */
	const char	*reason;
	bool		 replace;	/* what is in force, said anew */
};

/* Each answers an outcome; anything but UNAVAILABILITY_OK changed nothing.
 * ST_DB: lost; doing it again is safe.  Cost: one statement, and every worker
 * loads its copy of the directory again. */
enum status unavailability_set(struct db *, const struct unavailability_ask *,
	    enum unavailability_outcome *ret) MUST_CHECK;
enum status unavailability_lift(struct db *, int64_t account_id,
	    const char *address, int64_t unit, int64_t id,
	    enum unavailability_outcome *ret) MUST_CHECK;

#endif
