/* correction.h - saying afterwards what was true at an instant of the past.
 *
 * Nothing is overwritten: a correction is one more entry, with its reason.
 * What was « connu le » stays, and the night computes the days again.
 * Owns: results live in the arena of the db handle.
 * Source: cap.known_at(), cap.save() with kind correction.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_CORRECTION_H
#define DOMAIN_CORRECTION_H

#include "db/db.h"
#include "domain/capacity.h"

enum { CORRECTION_DAYS = 14, CORRECTION_REASON_MAX = 200 };

/* What held at an instant, of one field. */
struct correction_then {
	int		 value;		/* CAP_NULL: unknown, expired, retracted */
	int64_t		 at_utc;	/* when it was said; -1: never before */
	const char	*source;	/* label, or NULL */
	int64_t		 next_utc;	/* the next thing said; -1: none */
	int64_t		 ttl_s;		/* 0: stays until the next */
};

/* ret: CAP__MAX elements.
 * ST_NOTFOUND: no such place, or no right to correct it.  Cost: a statement. */
enum status	 correction_read(struct db *, int64_t account_id,
		    int64_t place_id, int64_t at_utc,
		    struct correction_then *ret) MUST_CHECK;

/* What a correction changes; the three available ones go together, because
 * one that is not said goes on holding. */
bool		 correction_changed(const struct capacity_entry *,
		    const struct correction_then *, enum capacity_field);

/* The last instant (exclusive) whose figures move, no later than now. */
int64_t		 correction_until(const struct capacity_entry *,
		    const struct correction_then *, int64_t at_utc,
		    int64_t now);

enum correction_outcome { CORRECTION_OK, CORRECTION_REPLAYED,
	CORRECTION_CONFLICT, CORRECTION_LOCKED, CORRECTION_DENIED,
	CORRECTION_UNKNOWN, CORRECTION_CLOSED, CORRECTION_EXTRA,
	CORRECTION_FUTURE, CORRECTION_OLD, CORRECTION__MAX };

/* Save what is changed.  ST_DB: lost, sending it again with key is safe.
 * Cost: one statement. */
enum status	 correction_save(struct db *, int64_t account_id,
		    const char *key, int64_t at_utc, const char *reason,
		    const struct capacity_entry *,
		    const struct correction_then *,
		    enum correction_outcome *ret) MUST_CHECK;

/* Whether the account saved this form before: what it says then holds, and
 * nothing is left to correct.  Cost: one statement. */
enum status	 correction_known(struct db *, int64_t account_id,
		    const char *key, bool *ret) MUST_CHECK;

#endif
