/* sentinel.h - who is silent, and which channel a place listens to.
 *
 * `ror-report sentinelle` finds the alarms (rhythm.h says by which rule);
 * here they are read for pages, and places are moved to manual entry and back.
 * Owns: results live in the arena of the db handle.
 * Source: cap.silence, cap.feed_place, cap.channel.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_SENTINEL_H
#define DOMAIN_SENTINEL_H

#include "db/db.h"

enum silence_kind {
	SILENCE_NONE,
	SILENCE_SILENT,		/* no news for far longer than usual */
	SILENCE_FLAT,		/* speaks, but no figure ever changes */
	SILENCE_DROPPED,	/* speaks of far fewer places */
	SILENCE__MAX
};

/* "silent": the name in the database; NULL for SILENCE_NONE. */
const char	*silence_name(enum silence_kind);

/* An alarm on one site: of a feed and the places it feeds there, or of one
 * place whose figures people type. */
struct silence {
	bool			 is_feed;
	enum silence_kind	 kind;
	const char		*name;		/* of the feed, or the place */
	const char		*contact;	/* of the feed, or NULL */
	const char		*phone;		/* or NULL */
	const char		*site_finess, *site_name, *departement;
	const char		*nature, *field; /* of place_id */
	const struct zone	*zone;
	int64_t			 place_id;	/* one of them */
	int64_t			 since_utc, detected_utc;
	int64_t			 ended_utc;	/* -1: not over */
	int64_t			 median_s;	/* its usual rhythm */
	int64_t			 heard, usual;	/* places, of a drop */
	int64_t			 n_places, n_beds, n_manual;
};

struct silence_ask {
	int64_t		 account_id;
	const char	*roles;		/* "{steward,admin}" */
	const char	*subject;	/* "feed", "place", NULL = both */
	enum silence_kind kind;		/* SILENCE_NONE = all */
	const char	*departement;	/* NULL = all */
	bool		 ended;		/* over, within 30 days */
	int64_t		 now;
	int		 most;		/* rows */
};

struct silence_list {
	struct silence	*v;		/* feeds first, the longest silent first */
	size_t		 n;
	int64_t		 n_all;		/* of which the first n are here */
};

/* Alarms on places that one of the roles covers.
 * ST_DB.  Cost: one statement. */
enum status	 silence_list(struct db *, const struct silence_ask *,
		    struct silence_list *ret) MUST_CHECK;

enum channel_mode { CHANNEL_ANY, CHANNEL_FEED, CHANNEL_MANUAL };

/* How a place gets its figures, for a board. */
struct place_watch {
	int64_t			 place_id;
	enum channel_mode	 mode;		/* ANY: nobody chose */
	int64_t			 mode_since_utc; /* -1: nobody chose */
	const char		*feed;		/* NULL: none speaks of it */
	int64_t			 heard_utc;	/* by that feed; -1: never */
	enum silence_kind	 kind;		/* NONE: no alarm */
	bool			 of_feed;	/* the alarm is the feed's */
	int64_t			 since_utc;	/* of the alarm; -1: none */
};

/* ret: n elements in the order of places; one that does not exist has
 * CHANNEL_ANY and no feed.
 * ST_DB.  Cost: one statement. */
enum status	 sentinel_places(struct db *, const int64_t *places, size_t n,
		    struct place_watch *ret) MUST_CHECK;

struct channel_change {
	int64_t		 account_id;
	const char	*address;	/* of the client, for the audit */
	int64_t		 place_id;
	bool		 site;		/* with the others of its feed and site */
	enum channel_mode mode;		/* FEED or MANUAL */
};

/* Move places to manual entry (their feed's values are refused) or back (its
 * values count when they were true from *ret_since on).  ret_n: how many
 * moved, 0 = they were so already; ret_since -1: nobody ever chose.
 * ST_NOTFOUND, ST_DENIED; ST_DB: may have been done, again is harmless.
 * Cost: one statement. */
enum status	 channel_set(struct db *, const struct channel_change *,
		    int64_t *ret_n, int64_t *ret_since_utc) MUST_CHECK;

#endif
