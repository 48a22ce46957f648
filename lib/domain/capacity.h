/* capacity.h - what somebody may say about the capacity of a place.
 *
 * The simple mode has four indicators; a null one is "not reported", never
 * zero.  Here is what can be refused without asking the database; what needs
 * it (versions, locks, scopes, indicators that the form does not show) is
 * cap.save()'s.
 * Units: beds, places or rooms, 0 to 9,999.
 * Source: DOMAIN 4, the indicators' table ref.indicator.
 * Layer: domain.  May include: base.
 */
#ifndef DOMAIN_CAPACITY_H
#define DOMAIN_CAPACITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

enum capacity_field { CAP_INST, CAP_FERM_NR, CAP_DISPO_IND, CAP_SUPPL_MOB,
	CAP__MAX };

enum { CAP_NULL = -1, CAP_VALUE_MAX = 9999, CAP_COMMENT_MAX = 200 };

#define CAP_COMMENT_FIELD	"commentaire"

/* One row of a form: what was typed, and what it means. */
struct capacity_entry {
	int64_t		 place_id;
	int64_t		 version;	/* the one that the form was made from */
	const char	*typed[CAP__MAX];/* NULL: not in the form, stays */
	const char	*typed_comment;	/* NULL: stays */
	int		 value[CAP__MAX];/* CAP_NULL: empty, so retracted */
	const char	*comment;
	const char	*bad;		/* name of the wrong field, or NULL */
	const char	*error;		/* French; NULL: fit to be saved */
};

/* Name in forms ("inst") and number in ref.indicator. */
const char	*capacity_field_name(enum capacity_field);
int		 capacity_indicator(enum capacity_field);

/* Read typed, typed_comment into value, comment; the first fault, in the order
 * of the columns, goes to bad and error.  Returns whether there is none. */
bool		 capacity_entry_read(struct arena *, struct capacity_entry *);

/* A save's own number, as browsers and we write it: 8-4-4-4-12 hex digits. */
bool		 capacity_key_valid(const char *);

#endif
