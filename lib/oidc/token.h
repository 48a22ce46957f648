/* token.h - a signed token (JWS, compact form), read without believing it.
 *
 * The header is judged before any key is looked at: the algorithm is RS256,
 * nothing is critical, no key or address of one is brought along, and the
 * key's name is there.  What the claims say counts only after keys_verify().
 * Owns: everything lives in the arena given.
 * Layer: oidc.  May include: base, jansson, libcjose.
 */
#ifndef OIDC_TOKEN_H
#define OIDC_TOKEN_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"
#include "oidc/reason.h"

enum { TOKEN_BYTES_MAX = 16 * 1024 };

struct json_t;

struct token {
	const char	*compact;	/* as it came, not copied */
	size_t		 n;		/* bytes of it */
	const char	*kid;
	struct json_t	*claims;	/* an object */
};

/* Take a token apart.  OIDC_SHAPE, OIDC_ALG, OIDC_CRIT, OIDC_EMBEDDED,
 * OIDC_NO_KID; compact must outlive ret. */
enum oidc_reason token_read(struct arena *, const char *compact,
	    struct token *ret) MUST_CHECK;

/* A JSON text, freed with the arena; NULL: not JSON, or not an object.
 * A key that comes twice is its last value: real tokens carry acr twice. */
struct json_t	*token_json(struct arena *, const char *text, size_t n);

#endif
