/* proof.h - is this person who he says: e-mail and password, asked of the
 * directory, and an account of ours.
 *
 * Layer: fcgi/auth.  May include: fcgi, lib.
 */
#ifndef AUTH_PROOF_H
#define AUTH_PROOF_H

#include "request.h"

struct proof {
	const char	*login;		/* as typed, trimmed; never NULL */
	const char	*account_id;	/* NULL: no account has this login */
	bool		 seen;		/* it signed in before */
	bool		 second;	/* a password alone is not enough */
	bool		 must_change;	/* the password is provisional */
	const char	*name;		/* as the directory says; or NULL */
	const char	*directory;	/* that knows the login; or NULL */
	int		 expires_s, grace;	/* of the password; -1: unsaid */
	const char	*reason;	/* NULL: proved; else a word for the
					 * audit, never for the page */
};

/* login, password	as typed; NULL is empty.
 * ST_DB, ST_LDAP.  Cost: one statement and directory_sign_in(). */
enum status proof_check(struct request *, const char *login,
	    const char *password, struct proof *ret) MUST_CHECK;

#endif
