/* keys.h - the provider's public keys, and whether one of them signed.
 *
 * Owns: keys live in the arena that keys_read() was given.
 * Layer: oidc.  May include: base, jansson, libcjose.
 */
#ifndef OIDC_KEYS_H
#define OIDC_KEYS_H

#include "oidc/token.h"

enum { KEYS_MAX = 16, KEY_BITS_MIN = 2048 };

struct _cjose_jwk_int;

struct keys {
	struct {
		const char		*kid;
		struct _cjose_jwk_int	*jwk;
	}	 v[KEYS_MAX];
	size_t	 n;
};

/* Take the keys of a JWKS that may check RS256: RSA of 2,048 bits or more,
 * named, not for encryption; the others are passed over, and so is what
 * follows the first KEYS_MAX.
 * OIDC_KEYS: not a JWKS, or none is left. */
enum oidc_reason keys_read(struct arena *, const char *json, size_t n,
	    struct keys *ret) MUST_CHECK;

/* OIDC_KID: no key has the token's kid; OIDC_SIGNATURE: none of those that
 * have it made the signature.  Cost: 40 us. */
enum oidc_reason keys_verify(const struct keys *, const struct token *)
	    MUST_CHECK;

#endif
