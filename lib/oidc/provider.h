/* provider.h - the OpenID provider (Pro Santé Connect): where it is, its
 * keys, and the questions it is asked.
 *
 * Every address comes from its discovery document, read again every hour, or
 * from a setting.  Keys are read every hour and, for a key nobody knows, at
 * most once a minute for sign-ins and, apart from them, once a minute for
 * logout messages: whoever can post to one can't use up the other's.
 * After a failure of the network the next questions are refused at once for
 * PROVIDER_BREAK_MS: waiting would take all workers of the pool.
 * Owns: addresses and keys, until they are read again.  One per process.
 * Clock: reads the monotonic one, for the breaker only.
 * Layer: oidc.  May include: base, libcurl, jansson, libcjose, libcrypto.
 */
#ifndef OIDC_PROVIDER_H
#define OIDC_PROVIDER_H

#include <stdbool.h>

#include "base/conf.h"
#include "oidc/claims.h"
#include "oidc/http.h"
#include "oidc/keys.h"

enum { PROVIDER_FRESH_S = 3600, PROVIDER_REFETCH_S = 60,
	PROVIDER_BREAK_MS = 5000, PROVIDER_URL_MAX = 1000 };

enum endpoint { EP_AUTHORIZATION, EP_TOKEN, EP_USERINFO, EP_KEYS, EP_LOGOUT,
	EP__MAX };

/* On whose behalf a key is looked for. */
enum asker { ASKER_SIGN_IN, ASKER_LOGOUT, ASKER__MAX };

struct provider {
	bool			 on;
	const char		*discovery_url, *issuer_set;
	const char		*client_id, *secret;
	const char		*scope, *acr_values, *acr_accepted;
	const char		*set[EP__MAX];	/* by a setting, or "" */
	struct http_client	 http;

	struct arena		 memory;	/* of the discovery */
	const char		*issuer;
	const char		*url[EP__MAX];	/* NULL: has none */
	bool			 says_iss;	/* RFC 9207 */
	int64_t			 known_utc;	/* 0: not yet */

	struct arena		 key_memory;
	struct keys		 keys;
	int64_t			 keys_utc;	/* 0: none */
	int64_t			 refetched_utc[ASKER__MAX];
	int64_t			 broken_until_ms;
};

/* What somebody's code was worth; texts in the arena of the call. */
struct redeemed {
	const char	*id_token;
	const char	*access_token;
};

/* Take the settings; contacts nobody.  ST_INPUT: one is missing or makes no
 * sense.  ST_IO: the secret is unreadable. */
enum status provider_init(struct provider *, const struct conf *,
	    struct arena *life, struct fault *) MUST_CHECK;

/* Where it is, asked when not known or not fresh. OIDC_DISCOVERY when the
 * answer is not the document of this issuer; and http_ask()'s reasons. */
enum oidc_reason provider_find(struct provider *, int64_t now_utc,
	    struct arena *, struct fault *) MUST_CHECK;

/* Read a token and check who signed it.  token_read()'s, keys_verify()'s,
 * keys_read()'s and http_ask()'s reasons.  Needs provider_find(). */
enum oidc_reason provider_verify(struct provider *, enum asker,
	    const char *compact, int64_t now_utc, struct arena *,
	    struct fault *, struct token *ret) MUST_CHECK;

/* The code for tokens.  OIDC_REDEEM: refused; OIDC_TOKEN_ANSWER: not what the
 * standard says; and http_ask()'s.  Asked once: a code is good once. */
enum oidc_reason provider_redeem(struct provider *, const char *code,
	    const char *verifier, const char *redirect_uri, struct arena *,
	    struct fault *, struct redeemed *ret) MUST_CHECK;

/* What it knows about the person.  OIDC_USERINFO, OIDC_USERINFO_SUB. */
enum oidc_reason provider_userinfo(struct provider *, const char *access_token,
	    const char *sub, struct arena *, struct fault *,
	    struct json_t **ret) MUST_CHECK;

/* The address that a browser is sent to.  Needs provider_find(). */
struct authorization {
	const char	*redirect_uri, *state, *nonce, *challenge;
};
const char *provider_authorization_url(const struct provider *, struct arena *,
	    const struct authorization *);

/* 43 characters of base64url: SHA-256 of « label secret salt ». */
const char *oidc_digest(struct arena *, const char *label, const char *secret,
	    const char *salt);

/* The PKCE challenge (S256) of a verifier. */
const char *oidc_challenge(struct arena *, const char *verifier);

/* The at_hash of an access token beside an RS256 id_token: the left half of its
 * SHA-256. */
const char *oidc_at_hash(struct arena *, const char *access_token);

/* « https://host:port » of an address, for a policy; NULL of NULL. */
const char *oidc_origin(struct arena *, const char *url);

#endif
