/* status.h - how a function says that it failed, and why.
 *
 * Fallible functions return enum status and touch their outputs only on
 * ST_OK.  The module that sees the cause fills a struct fault once; libraries
 * never log: the edge of the program does, once (fcgi/response.c,
 * reports/main.c).
 * Layer: base.  May include: libc.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#define MUST_CHECK	__attribute__((warn_unused_result))
#define PRINTF(f, a)	__attribute__((format(printf, f, a)))
#define NORETURN	__attribute__((noreturn))
#define N_ELEM(a)	(sizeof(a) / sizeof((a)[0]))

enum status {
	ST_OK,
	ST_INPUT,	/* the caller's data is wrong: he corrects it */
	ST_SIGNIN,	/* nobody is signed in, or the session is over */
	ST_DENIED,	/* signed in, but not allowed */
	ST_NOTFOUND,	/* no such thing */
	ST_METHOD,	/* the thing exists, the verb does not */
	ST_CONFLICT,	/* somebody else changed it first */
	ST_LIMIT,	/* too large, too many, too long */
	ST_RATE,	/* too often: later */
	ST_BUSY,	/* a part is overloaded or starting: later */
	ST_DB,		/* PostgreSQL lost, or a statement refused */
	ST_LDAP,	/* directory lost or too slow */
	ST_IO,		/* file or network of this machine */
	ST__MAX
};

/* The cause of a failure, in English, for the log.  Never a secret. */
struct fault {
	char	text[480];
};

/* Write the cause; the first one wins until fault_clear(). */
void		 fault_set(struct fault *, const char *fmt, ...) PRINTF(2, 3);
void		 fault_clear(struct fault *);

/* Short lower-case name for logs and metrics: "ok", "input", ... */
const char	*status_name(enum status);

#endif
