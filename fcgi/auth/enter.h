/* enter.h - the session that a sign-in opens.
 *
 * Layer: fcgi/auth.  May include: fcgi, lib.
 */
#ifndef AUTH_ENTER_H
#define AUTH_ENTER_H

#include "request.h"
#include "response.h"

/* The provider's session that opened ours. */
struct psc_origin {
	const char	*iss, *sub;
	const char	*sid;		/* or NULL */
	const char	*sid_sha256;	/* as the database writes it, or NULL */
	const char	*id_token;	/* hint for leaving it */
};

struct entry {
	const char		*account_id;
	const char		*back;		/* a local path */
	const char		*directory;	/* that proved it, or NULL */
	bool			 must_change;
	const struct psc_origin	*psc;		/* NULL: by password */
};

/* Inside a transaction of the caller, which it commits: a session with a new
 * token; neither the one that the browser came with nor the account's dead
 * ones stay.  A session of method psc counts as strong; one by password waits
 * for the second factor where the account has one or must have one, and both
 * for the conditions of use.
 * ST_DB.  Cost: five or six statements in one round trip, and the commit. */
enum status enter(struct request *, struct response *, const struct entry *)
	    MUST_CHECK;

/* Inside a transaction likewise, which the caller commits: another token for
 * the session in hand, in its cookie; what it waited for and is done, ends. */
enum renewal { RENEW_SECOND = 1, RENEW_PASSWORD = 2 };
enum status session_renew(struct request *, struct response *, unsigned done)
	    MUST_CHECK;

/* The cookie of the survival pages, for a session that is past its second
 * factor; nothing where there is no secret for it. */
void	 survival_open(struct request *, struct response *);

/* Where a step of signing in leads when it is over: field retour of its form,
 * or of its address; "/". */
const char *entry_back(const struct request *);

/* The client's address for the database; NULL when it is not one. */
const char *client_address(const struct request *);

#endif
