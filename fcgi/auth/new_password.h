/* new_password.h - what the two forms of a new password share.
 *
 * Layer: fcgi/auth.  May include: fcgi, lib.
 */
#ifndef AUTH_NEW_PASSWORD_H
#define AUTH_NEW_PASSWORD_H

#include "request.h"

/* Why the fields nouveau and encore can't be taken, in French; NULL: they can,
 * and *ret is the password. */
const char	*new_password_typed(const struct request *, const char **ret);

/* What a refusal means for the person, in French, with what to do. */
const char	*change_words(enum password_change);

#endif
