/* talk.h - one connection to one directory: the steps that questions share.
 *
 * A talk is made of its server, arena and fault, begins with talk_start() and
 * ends with talk_end(); every step waits until the deadline at most.
 * ST_LDAP: lost, too slow or refused; the fault says at which step, never a
 * login, a DN or a password.
 * Layer: ldap, inside this folder.  May include: base, libldap.
 */
#ifndef LDAP_TALK_H
#define LDAP_TALK_H

#include <ldap.h>

#include "ldap/directory.h"
#include "ldap/policy.h"

struct talk {
	struct directory_server	*server;
	struct arena		*arena;
	struct fault		*fault;
	LDAP			*ld;		/* NULL: not connected */
	int64_t			 deadline_ms;
	bool			 lost;		/* SERVER_DOWN: worth a retry */
	bool			 down;		/* the server failed, not what was
						 * asked of it */
};

/* What a search found; dn is NULL when there is none, or two. */
struct talk_entry {
	const char	*dn, *mail, *name;
};

int64_t		 talk_clock_ms(void);	/* a duration, not a time of day */

/* Connect, StartTLS, bind as the account that searches. */
enum status	 talk_start(struct talk *) MUST_CHECK;
enum status	 talk_search(struct talk *, const char *login,
		    struct talk_entry *ret) MUST_CHECK;
/* *ret_code is LDAP's word for it, whatever it is. */
enum status	 talk_bind(struct talk *, const char *dn, const char *password,
		    int *ret_code, struct policy *ret_policy) MUST_CHECK;
/* Wait for the answer to a message that was sent, and take it apart. */
enum status	 talk_answer(struct talk *, const char *what, int id,
		    int *ret_code, struct policy *ret_policy) MUST_CHECK;
/* Keep the first cause; a lost connection is told apart. */
enum status	 talk_failed(struct talk *, const char *what, int rc);
void		 talk_end(struct talk *);

/* Run step over a talk with this server, unless the server failed a moment
 * ago (down; an answer that we can't use stops nobody else); once more after a lost connection, never after a time-out.  The talk
 * stays open for the caller to end. */
typedef enum status talk_step(struct talk *, void *);
enum status	 talk_run(struct talk *, struct directory_server *,
		    struct arena *, struct fault *, talk_step *, void *)
		    MUST_CHECK;

/* The control that asks for the password policy's word. */
LDAPControl	**talk_policy_control(struct talk *);

#endif
