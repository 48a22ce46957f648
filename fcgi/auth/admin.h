/* admin.h - what the pages that administer accounts share.
 *
 * Whom one sees, manages, and which right one may give is asked in the
 * database (sql/migrations/0100, 0101): no handler decides it.
 * Layer: fcgi/auth.  May include: fcgi, lib.
 */
#ifndef AUTH_ADMIN_H
#define AUTH_ADMIN_H

#include "request.h"
#include "response.h"

#define ACCOUNTS	"/administration/comptes"
#define REQUESTS	"/administration/demandes"
#define INVITATIONS	ACCOUNTS "/invitations"

/* Why an act was not done, as the functions of the database say it. */
struct refusal {
	const char	*outcome;
	int		 http;
	const char	*text;		/* French, a sentence */
};

/* NULL: done.  An outcome that is not known is the last of the list. */
const struct refusal *admin_refusal(const char *outcome);

/* The status of those outcomes that are a page of their own (denied, unknown);
 * ST_OK for done and for those that the form tells. */
enum status admin_outcome(const char *outcome) MUST_CHECK;

/* Who asks, as an argument of a statement. */
const char *admin_id(struct request *);
const char *admin_now(struct request *);

/* A field of the form, trimmed; NULL when it is empty or not there. */
const char *admin_typed(struct request *, const char *field);
const char *admin_asked(struct request *, const char *field);	/* query */

/* The same as a number of the database, "12"; NULL when it is none, or above
 * max. */
const char *admin_number(struct request *, const char *text, int64_t max);

/* Characters, of valid UTF-8. */
bool	 admin_longer(const char *text, size_t max);

const char *admin_day(struct request *, int64_t at_utc);	/* 20/11/2026 */

/* What happened, by the names that the audit has. */
const char *admin_event(struct arena *, const char *event,
	    const char *reason);

/* The page of the account in the path, with why the last act was refused.
 * ST_NOTFOUND: there is none, or it is not seen. */
enum status account_show(struct request *, struct response *,
	    const struct refusal *) MUST_CHECK;

/* « C’est fait » of an act by the name it has in ?fait=; NULL: none. */
const char *act_done(const char *name);

#endif
