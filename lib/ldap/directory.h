/* directory.h - who somebody is, asked of the LDAP directory.
 *
 * One question is one connection: StartTLS checked against our authority, a
 * bind as the account that searches, one search, a bind as the entry found,
 * the end.  It never goes in clear, never follows a referral, and never waits
 * longer than DIRECTORY_TOTAL_MS.  After a failure the next questions are
 * refused at once for DIRECTORY_BREAK_MS: waiting would take all workers.
 *
 * An unknown login binds the decoy entry, and so does a locked one, so that
 * the time of an answer does not tell who has an account.
 *
 * Owns: answers live in the arena given.  One handle per process.
 * Clock: reads the monotonic one, for durations only.
 * Layer: ldap.  May include: base, libldap.
 */
#ifndef LDAP_DIRECTORY_H
#define LDAP_DIRECTORY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/status.h"

enum { DIRECTORY_CONNECT_MS = 2000, DIRECTORY_TOTAL_MS = 3000,
	DIRECTORY_BREAK_MS = 2000, DIRECTORY_PASSWORD_MAX = 256,
	DIRECTORY_LOGIN_MAX = 254 };

struct directory {
	const char	*uri, *ca, *base, *filter, *user, *decoy;
	const char	*password;	/* of user; never logged */
	int64_t		 broken_until_ms;
};

enum answer {
	ANSWER_OK,
	ANSWER_MUST_CHANGE,	/* right, but the password is provisional */
	ANSWER_UNKNOWN,		/* no such login, or two */
	ANSWER_BAD,		/* wrong password, or none */
	ANSWER_LOCKED,		/* too many refusals: later */
	ANSWER_EXPIRED,		/* the password is over, no sign-in left */
	ANSWER__MAX
};

struct person {
	enum answer	 answer;
	const char	*mail;		/* first of the entry; or NULL */
	const char	*name;		/* displayName; or NULL */
	int		 expires_s;	/* of the password; -1: not said */
	int		 grace;		/* sign-ins left after expiry; -1 */
};

/* Take the settings.  ST_INPUT: one is missing or makes no sense (ldap_ca is
 * required: without it nobody is who they say).  ST_IO: a file is unreadable.
 * Contacts nobody. */
enum status directory_init(struct directory *, const struct conf *,
	    struct arena *, struct fault *) MUST_CHECK;

/* Is it this person's password?  Any answer is ST_OK; only the first two let
 * somebody in.
 *
 * login, password	UTF-8 as typed; past the limits above: a wrong one
 *
 * ST_LDAP: not reached, too slow, or not set up as we need; the fault says
 * which, never a login, a DN or a password.
 * Cost: 20 to 60 ms, the directory's password hash; at most
 * DIRECTORY_TOTAL_MS and a connection; asked once more after a lost
 * connection, never after a time-out. */
enum status directory_sign_in(struct directory *, struct arena *,
	    struct fault *, const char *login, const char *password,
	    struct person *ret) MUST_CHECK;

const char *answer_name(enum answer);	/* "bad_password", for audit, log */

#endif
