/* session.h - who is asking: sessions, roles, scopes, request forgery.
 *
 * The cookie __Host-ror holds 256 random bits; the database holds their
 * SHA-256, made there, so that no copy of a session opens one.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_SESSION_H
#define FCGI_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define SESSION_COOKIE	"__Host-ror"

enum { SESSION_TOKEN_HEX = 64, CSRF_LEN = 43 };

enum role {
	ROLE_CLINICIAN, ROLE_BED_MANAGER, ROLE_EDITOR, ROLE_DIRECTOR,
	ROLE_STEWARD, ROLE_ANALYST, ROLE_ADMIN, ROLE__MAX
};

/* Bits of the route table. */
#define R(role)		(1u << (role))
#define R_PUBLIC	0u
#define R_ANY		((1u << ROLE__MAX) - 1)
/* Whoever is signed in, also while no right of his is in force: his own
 * account, and the way out. */
#define R_SELF		(R_ANY | 1u << (ROLE__MAX + 1))
/* A feed with an access token: no session, no role.  The router wants the
 * token; whose it is, the route's statement checks with what it writes. */
#define R_FEED		(1u << ROLE__MAX)

enum scope {
	SCOPE_FRANCE, SCOPE_REGION, SCOPE_DEPARTEMENT, SCOPE_EJ, SCOPE_EG,
	SCOPE_UNIT, SCOPE__MAX
};

struct grant {
	enum role	 role;
	enum scope	 scope;
	const char	*code;
};

/* What a session still waits for, in this order; until then only the page of
 * that step answers (routes.c), and what F_LOCKED_OUT_OK marks. */
enum step {
	STEP_DONE,
	STEP_SECOND,			/* the second factor, or making one */
	STEP_PASSWORD,			/* a provisional password */
	STEP_CONDITIONS,		/* the conditions of use */
	STEP__MAX
};

struct session {
	bool		 signed_in;
	enum step	 step;
	int64_t		 account_id;
	const char	*name;
	const char	*csrf;
	const char	*token;		/* of the cookie */
	int64_t		 last_seen_utc;
	unsigned	 roles;		/* bits R(role) */
	struct grant	*grants;
	size_t		 n_grants;
};

struct request;

/* Fill rq->session from the cookie; nobody is a success.
 * A route with F_SNAPSHOT has it brought up to date in the same round trip.
 * ST_DB.  Cost: one or two statements when there is a cookie. */
enum status session_check(struct request *) MUST_CHECK;

/* Renew last_seen, at most once a minute, after the answer was sent. */
void	 session_touch(struct request *);

bool	 session_has(const struct session *, enum role);

/* Whether a grant of that role covers the département or region (in INSEE
 * codes); an EJ, EG or unit grant covers no territory. */
bool	 session_covers_departement(const struct request *, enum role,
	    const char *departement);
bool	 session_covers_region(const struct request *, enum role,
	    const char *region);

/* POST from our own pages only: Sec-Fetch-Site or Origin, then the token
 * (field jeton) when signed in.  ST_DENIED with the reason in the fault. */
enum status csrf_check(struct request *, const char *sec_fetch_site,
	    const char *origin) MUST_CHECK;

/* n random bytes as 2n hexadecimal digits and NUL; ends the process when the
 * system has none. */
void	 random_hex(char *buf, size_t n);

/* n_chars of 6 random bits each, and NUL; likewise. */
void	 random_base64url(char *buf, size_t n_chars);

const char *role_name(enum role);	/* "bed_manager" */
const char *role_label(enum role);	/* French, for the header */

#endif
