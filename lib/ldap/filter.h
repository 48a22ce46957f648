/* filter.h - search filters from what somebody typed.
 *
 * Layer: ldap.  May include: base.
 */
#ifndef LDAP_FILTER_H
#define LDAP_FILTER_H

#include "base/str.h"

/* The value as RFC 4515 wants it inside a filter.  Stricter than it asks:
 * every byte but ASCII letters, digits and "@.-_+" becomes \xx, so that
 * nothing typed is ever read as syntax. */
void	 filter_add_value(struct str *, const char *value);

/* The pattern with its one %s replaced by the escaped value.
 * ST_INPUT: the pattern has not exactly one %s; ST_LIMIT: out grew broken. */
enum status filter_make(struct str *out, const char *pattern,
	    const char *value) MUST_CHECK;

#endif
