/* psc.h - what the files of Pro Santé Connect share.
 *
 * A sign-in is a state (psc.c) that comes back once, in the browser that
 * started it.  An identity without account waits (psc_link.c) until e-mail
 * and password, or a signed-in account (psc_card.c), make it a link.  The
 * cookie __Host-ror-psc binds both to the browser; the database holds hashes.
 * Layer: fcgi/auth.  May include: fcgi, lib.
 */
#ifndef AUTH_PSC_H
#define AUTH_PSC_H

#include "auth/enter.h"

#define PSC_COOKIE "__Host-ror-psc"

enum { PSC_COOKIE_BYTES = 32, PSC_STATE_CHARS = 43, PSC_WAIT_S = 600,
	PSC_NAME_MAX = 100 };

/* What a refusal page says; psc_notice.c has the words. */
enum notice {
	NOTICE_AGAIN,		/* start again */
	NOTICE_CANCELLED, NOTICE_DOWN, NOTICE_UNTRUSTED, NOTICE_LEVEL,
	NOTICE_SETUP, NOTICE_DISABLED, NOTICE_TAKEN, NOTICE_EXPIRED,
	NOTICE_OTHER_ACCOUNT,
	NOTICE__MAX
};

/* Note it in the audit and the log, and show the page. */
enum status psc_refuse(struct request *, struct response *, enum notice,
	    const char *reason, const char *account_id) MUST_CHECK;

/* The same for what lib/oidc refused. */
enum status psc_refuse_answer(struct request *, struct response *,
	    enum oidc_reason) MUST_CHECK;

/* Only the page. */
enum status psc_notice(struct request *, struct response *, enum notice)
	    MUST_CHECK;

/* The cookie's value when it looks like ours, else NULL; a whole Set-Cookie
 * with a new value; and the end of it. */
const char *psc_cookie(const struct request *);
const char *psc_cookie_new(struct request *, struct response *);
void	 psc_cookie_end(struct response *);

/* "/auth/psc?retour=…" */
const char *psc_start_path(struct arena *, const char *back);

/* Who waits for a link in this browser; n = 0: nobody, or too late. */
enum status psc_waiting(struct request *, struct rows *ret) MUST_CHECK;

/* A first name and a name for the link: what the provider said, else what the
 * form says.  NULL in either: still missing. */
struct names {
	const char	*given, *family;
};
struct names psc_names(struct request *, const struct rows *waiting);

/* Make the link of who waits and a session with a new token.
 * account_id must be the one that asked, or NULL in the row. */
enum status psc_link_make(struct request *, struct response *,
	    const char *account_id, const struct names *, const char *back)
	    MUST_CHECK;

/* The hint of this session, NULL when a provider did not open it; and, the
 * session over, the page that leaves the provider's too. */
enum status psc_leave_hint(struct request *, const char **ret) MUST_CHECK;
enum status psc_leave(struct request *, struct response *, const char *hint)
	    MUST_CHECK;

#endif
