/* policy.h - what the password policy of the directory says after a bind.
 *
 * Source: draft-behera-ldap-password-policy, response control; its value is
 *	SEQUENCE { warning [0] CHOICE { timeBeforeExpiration [0] INTEGER,
 *	    graceAuthNsRemaining [1] INTEGER } OPTIONAL,
 *	    error [1] ENUMERATED OPTIONAL }
 * Layer: ldap.  May include: base.
 */
#ifndef LDAP_POLICY_H
#define LDAP_POLICY_H

#include <stddef.h>

#include "base/status.h"

#define POLICY_OID	"1.3.6.1.4.1.42.2.27.8.5.1"

enum policy_error {
	POLICY_NONE = -1,
	POLICY_EXPIRED, POLICY_LOCKED, POLICY_MUST_CHANGE, POLICY_MOD_DENIED,
	POLICY_OLD_NEEDED, POLICY_QUALITY, POLICY_TOO_SHORT, POLICY_TOO_YOUNG,
	POLICY_IN_HISTORY, POLICY__MAX
};

struct policy {
	enum policy_error	error;
	int			expires_s;	/* until it expires; -1: unsaid */
	int			grace;		/* sign-ins left; -1: unsaid */
};

/* Decode the control's value.  ST_INPUT: not of that form; a decoder of a few
 * bytes of our own, because a directory's answer is input too. */
enum status policy_decode(const void *value, size_t n, struct policy *ret)
	    MUST_CHECK;

#endif
