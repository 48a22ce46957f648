/* right_form.h - the fields by which a right is given: role, where, from when.
 *
 * Shared by giving a right and inviting; their pages list RIGHT_KEYS right
 * after LAYOUT_KEYS, so that one function fills both (partials/right_fields).
 * Layer: fcgi/auth.  May include: fcgi, lib.
 */
#ifndef AUTH_RIGHT_FORM_H
#define AUTH_RIGHT_FORM_H

#include "page.h"

#define RIGHT_KEYS(X) X(right_roles) X(right_value) X(right_text)	\
	X(right_chosen) X(right_france) X(right_regions)		\
	X(right_departements) X(has_regions) X(has_departements)	\
	X(has_territory) X(right_places) X(right_found)		\
	X(right_q) X(right_from) X(right_to) X(right_today)		\
	X(bad_role) X(bad_place) X(bad_period) X(error)

struct right {
	const char	*role;		/* NULL: none chosen */
	const char	*scope, *code;	/* NULL: not decided */
	const char	*q;		/* words for a place, or NULL */
	const char	*from, *to;	/* days as typed, or NULL */
	int64_t		 from_utc;
	int64_t		 to_utc;	/* -1: no end */
	struct rows	 roles, territories, places;
};

/* Read the form and what its lists hold.  ret_wrong: an outcome of
 * admin_refusal(), or NULL; with several places for the words typed it is
 * "choose", and « Chercher » makes it "search".
 * ST_DB.  Cost: three statements, one round trip. */
enum status right_read(struct request *, struct right *, const char **ret_wrong)
	    MUST_CHECK;

/* A form that nobody filled yet; role may be NULL. */
enum status right_new(struct request *, const char *role, struct right *)
	    MUST_CHECK;

/* Its end as an argument of a statement; NULL: none. */
const char *right_end(struct request *, const struct right *);

/* Fill RIGHT_KEYS, with what is wrong.  The right lives until the page is
 * rendered.  Returns whether the error was one of its fields. */
bool	 right_fill(struct request *, struct view *, const struct right *,
	    const char *wrong);

#endif
