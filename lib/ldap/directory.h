/* directory.h - who somebody is, asked of the LDAP directories.
 *
 * There may be several (regional, of an establishment…), tried in their order.
 * One question to one of them is one connection: StartTLS checked against our
 * authority, a bind as the account that searches, one search, a bind as the
 * entry found, the end.  It never goes in clear, never follows a referral, and
 * never waits longer than DIRECTORY_TOTAL_MS.  After a failure the next
 * questions to that directory are refused at once for DIRECTORY_BREAK_MS:
 * waiting would take all workers.  Where there are several, the pause doubles
 * while the directory goes on failing, up to DIRECTORY_BREAK_MAX_MS.
 *
 * An unknown login binds a decoy entry, and so does a locked one, and every
 * directory is searched whoever it is, so that the time of an answer does not
 * tell who has an account.
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
	DIRECTORY_BREAK_MS = 2000, DIRECTORY_BREAK_MAX_MS = 32000,
	DIRECTORY_PASSWORD_MAX = 256, DIRECTORY_LOGIN_MAX = 254,
	DIRECTORIES_MAX = 9 };

struct directory_server {
	const char	*name;		/* kept with the accounts it proves */
	const char	*label;		/* " name" in faults; "" when alone */
	const char	*uri, *ca, *base, *filter, *user, *decoy;
	const char	*attr_mail, *attr_name;
	const char	*password;	/* of user; never logged */
	bool		 writable;	/* passwords are changed here */
	bool		 creates;	/* entries too */
	int64_t		 broken_until_ms;
	int		 break_ms, break_max_ms;
};

struct directory {
	struct directory_server	 v[DIRECTORIES_MAX];
	size_t			 n;
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
	const char	*name;		/* as shown; or NULL */
	const char	*directory;	/* name of the one that knows him; NULL */
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
 * home			the directory that proved the account before: no other
 *			may; NULL: the first that knows the login
 *
 * ST_LDAP: the one that matters was not reached, too slow, or not set up as we
 * need; the fault says which, never a login, a DN or a password.  Another one
 * that fails is told in the fault too, with ST_OK.
 * Cost: 20 to 60 ms, the directory's password hash; at most
 * DIRECTORY_TOTAL_MS a directory; asked once more after a lost connection,
 * never after a time-out. */
enum status directory_sign_in(struct directory *, struct arena *,
	    struct fault *, const char *login, const char *password,
	    const char *home, struct person *ret) MUST_CHECK;

/* What became of a new password.  Any is ST_OK. */
enum password_change {
	CHANGE_OK,
	CHANGE_OLD_BAD,		/* the old one is wrong, or locked */
	CHANGE_SHORT,
	CHANGE_QUALITY,
	CHANGE_HISTORY,		/* it was in use before */
	CHANGE_YOUNG,		/* the last change is too near */
	CHANGE_DENIED,		/* by the directory, or it is read-only here */
	CHANGE_UNKNOWN,		/* no entry of this login */
	CHANGE__MAX
};

/* By the person, who proves the old password: counts as a try at it. */
enum status directory_change(struct directory *, struct arena *,
	    struct fault *, const char *login, const char *old,
	    const char *fresh, const char *home, enum password_change *ret) MUST_CHECK;

enum reset_kind {
	RESET_BY_HIMSELF,	/* he proved his mail */
	RESET_PROVISIONAL	/* somebody else knows it: to be changed */
};

/* By the service account: a new password, no more lock.  Where the directory
 * lets us, an account without entry gets one.
 * name		of the account, for a new entry
 * ret_home	the directory that has it now */
enum status directory_reset(struct directory *, struct arena *,
	    struct fault *, const char *login, const char *name,
	    const char *fresh, const char *home, enum reset_kind,
	    enum password_change *ret, const char **ret_home) MUST_CHECK;

/* Whether passwords of the accounts of home are changed here. */
bool	 directory_writable(const struct directory *, const char *home);

const char *answer_name(enum answer);	/* "bad_password", for audit, log */
const char *change_name(enum password_change);	/* "history", likewise */

#endif
