/* claims.h - what a verified token says, and whether it is for us and now.
 *
 * Source: OpenID Connect Core 1.0 §3.1.3.7, Back-Channel Logout 1.0 §2.6;
 * the limits are docs/adr/0056's.
 * Layer: oidc.  May include: base, jansson.
 */
#ifndef OIDC_CLAIMS_H
#define OIDC_CLAIMS_H

#include <stdint.h>

#include "oidc/token.h"

enum { CLAIMS_LEEWAY_S = 30, CLAIMS_AGE_S = 600, CLAIM_TEXT_MAX = 255 };

struct expected {
	const char	*issuer;
	const char	*client_id;
	const char	*nonce;		/* of an id_token */
	const char	*acr_accepted;	/* values, separated by spaces */
	const char	*at_hash;	/* of the access token beside it */
	int64_t		 now_utc;
};

/* Who the provider says it is.  NULL: not said. */
struct identity {
	const char	*iss, *sub;	/* the key of a link; never NULL */
	const char	*sid;		/* of the provider's session */
	const char	*jti;		/* of the message, if it has one */
	const char	*name_id;	/* SubjectNameID: national number */
	const char	*given_name, *family_name, *email;
};

/* OIDC_ISS, _AUD, _AZP, _SUB, _EXP, _IAT, _NONCE, _ACR, _AT_HASH, in this
 * order; at_hash may be absent, §3.1.3.6. */
enum oidc_reason claims_check_id(const struct json_t *claims,
	    const struct expected *) MUST_CHECK;

/* OIDC_ISS, _AUD, _EXP, _IAT, _EVENTS, _JTI, _HAS_NONCE, _NO_SID.  Whether
 * it came before, the caller remembers. */
enum oidc_reason claims_check_logout(const struct json_t *claims,
	    const struct expected *) MUST_CHECK;

/* Add what these claims say to what others said before: a token says whose
 * session it is, userinfo may only describe the person.  Texts live in the
 * arena; longer than CLAIM_TEXT_MAX bytes counts as not said. */
void	 claims_subject(struct arena *, const struct json_t *claims,
	    struct identity *);
void	 claims_person(struct arena *, const struct json_t *claims,
	    struct identity *);

/* The userinfo answer is about the same person: OIDC_USERINFO_SUB. */
enum oidc_reason claims_check_userinfo(const struct json_t *claims,
	    const char *sub) MUST_CHECK;

#endif
