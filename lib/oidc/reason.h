/* reason.h - why a sign-in through the OpenID provider did not happen.
 *
 * One word per cause, for audit.event and the log; what the person reads is
 * fcgi/auth/psc_notice.c's.  OIDC_OK is success everywhere in this folder.
 * Layer: oidc.  May include: base.
 */
#ifndef OIDC_REASON_H
#define OIDC_REASON_H

#define OIDC_REASONS(X)							\
	X(OK,		"ok")						\
	/* the token's form and signature */				\
	X(SHAPE,	"token_shape")	/* not three parts of JSON */	\
	X(ALG,		"alg")						\
	X(CRIT,		"crit")						\
	X(EMBEDDED,	"embedded_key")					\
	X(NO_KID,	"kid_missing")					\
	X(KID,		"kid_unknown")					\
	X(SIGNATURE,	"signature")					\
	/* what it says */						\
	X(ISS,		"iss")						\
	X(AUD,		"aud")						\
	X(AZP,		"azp")						\
	X(SUB,		"sub_missing")					\
	X(EXP,		"expired")					\
	X(IAT,		"iat")						\
	X(NONCE,	"nonce")					\
	X(ACR,		"acr")						\
	X(AT_HASH,	"at_hash")					\
	X(EVENTS,	"events")	/* of a logout token */		\
	X(JTI,		"jti_missing")					\
	X(JTI_USED,	"jti_used")					\
	X(HAS_NONCE,	"nonce_present")				\
	X(NO_SID,	"sid_missing")					\
	/* the answer that came with the browser */			\
	X(STATE,	"state")	/* absent, used, late, other browser */ \
	X(RESPONSE_ISS,	"response_iss")	/* RFC 9207 */			\
	X(CANCELLED,	"access_denied")				\
	X(ERROR,	"provider_error")				\
	X(NO_CODE,	"code_missing")					\
	/* calls to the provider */					\
	X(DOWN,		"provider_down")				\
	X(SLOW,		"provider_slow")				\
	X(TOO_LARGE,	"answer_too_large")				\
	X(DISCOVERY,	"discovery")	/* not what we need */		\
	X(KEYS,		"keys")		/* no usable key published */	\
	X(REDEEM,	"token_refused")				\
	X(TOKEN_ANSWER,	"token_answer")					\
	X(USERINFO,	"userinfo_answer")				\
	X(USERINFO_SUB,	"userinfo_sub")

enum oidc_reason {
#define X(key, name) OIDC_##key,
	OIDC_REASONS(X)
#undef X
	OIDC__MAX
};

const char *oidc_reason_name(enum oidc_reason);

#endif
