/* http.h - one HTTPS question to the provider.
 *
 * https only, TLS 1.2 or later, the certificate checked against our authority,
 * no redirects, no cookies, HTTP_CONNECT_MS to connect, HTTP_TOTAL_MS in all,
 * at most HTTP_BYTES_MAX of answer.
 * Owns: the answer lives in the arena given.
 * Layer: oidc.  May include: base, libcurl.
 */
#ifndef OIDC_HTTP_H
#define OIDC_HTTP_H

#include "base/arena.h"
#include "base/status.h"
#include "oidc/reason.h"

enum { HTTP_CONNECT_MS = 2000, HTTP_TOTAL_MS = 5000,
	HTTP_BYTES_MAX = 256 * 1024 };

/* What all questions of a worker have in common; "" or NULL: none. */
struct http_client {
	const char	*ca;		/* file; the system's when empty */
	const char	*cert, *key;	/* files, for mutual TLS */
	const char	*proxy;
};

struct http_call {
	const char	*what;		/* for the fault: "token" */
	const char	*url;
	const char	*form;		/* of a POST; NULL: GET */
	const char	*authorization;	/* whole header line, or NULL */
};

struct http_answer {
	int		 status;
	char		*body;		/* NUL-terminated */
	size_t		 n;
};

/* Once per process, before any call. */
enum status http_start(struct fault *) MUST_CHECK;

/* Any HTTP status is OIDC_OK.  OIDC_DOWN, OIDC_SLOW, OIDC_TOO_LARGE; the fault
 * says which call, never what was sent. */
enum oidc_reason http_ask(const struct http_client *, const struct http_call *,
	    struct arena *, struct fault *, struct http_answer *ret) MUST_CHECK;

#endif
