/* fields.h - application/x-www-form-urlencoded and cookies, strictly. */
#ifndef FCGI_FIELDS_H
#define FCGI_FIELDS_H

#include "request.h"

enum { FIELD_NAME_MAX = 64, FIELD_VALUE_MAX = 4096 };

/* Decode a=b&c=d.  ST_INPUT: bad escape, %00, not UTF-8, a name twice;
 * ST_LIMIT: more than max fields, or one too long. */
enum status fields_parse(struct arena *, const char *text, size_t n,
	    size_t max, struct fault *, struct fields *ret) MUST_CHECK;

/* Decode a Cookie header; only a repeated __Host-ror is refused. */
enum status fields_cookies(struct arena *, const char *text, struct fault *,
	    struct fields *ret) MUST_CHECK;

/* Order by name, as fields_get() wants it. */
void	 fields_sort(struct fields *);

const char *fields_get(const struct fields *, const char *name);

#endif
