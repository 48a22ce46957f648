/* second.h - the second factor of who asks.
 *
 * Layer: fcgi/auth.  May include: fcgi, lib.
 */
#ifndef AUTH_SECOND_H
#define AUTH_SECOND_H

#include "request.h"
#include "response.h"
#include "totp.h"

struct second {
	bool			 confirmed;	/* a first code proved it */
	int64_t			 codes_left;	/* recovery codes not used */
	struct totp_secret	 secret;
};

/* The account's factor; one that waits for its first code is made when there
 * is none, or has waited for half an hour.  ST_IO: sealed with another key.  ST_NOTFOUND: switched off. */
enum status second_get(struct request *, struct second *ret) MUST_CHECK;

/* How a code was judged; every one of them is in the audit. */
enum verdict { VERDICT_RIGHT, VERDICT_RECOVERY, VERDICT_WRONG,
	VERDICT_REPLAYED, VERDICT_TOO_MANY, VERDICT__MAX };

/* Judge the field « code »: six digits, or a recovery code, which is used up.
 * The try is counted and committed before the answer is known. */
enum status second_check(struct request *, enum verdict *ret,
	    bool *ret_confirmed) MUST_CHECK;

const char *verdict_words(enum verdict);	/* French, for a refusal */

/* Ten new recovery codes in place of those before, queued and committed by
 * the caller's transaction; to be shown once. */
enum { RECOVERY_CODES = 10 };
enum status recovery_make(struct request *,
	    const char *ret[RECOVERY_CODES]) MUST_CHECK;

/* Whether this account must keep a second factor. */
enum status second_required(struct request *, bool *ret) MUST_CHECK;

#endif
