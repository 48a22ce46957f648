/* right_words.h - rights in words: roles and what they are over.
 *
 * Layer: fcgi/auth.  May include: fcgi, lib.
 */
#ifndef AUTH_RIGHT_WORDS_H
#define AUTH_RIGHT_WORDS_H

#include "base/arena.h"

/* French, of a role's name as the database has it; the name when unknown. */
const char *right_role(const char *name);

/* « Région Île-de-France (11) », « France entière »; name may be NULL. */
const char *right_scope(struct arena *, const char *scope, const char *code,
	    const char *name);

#endif
