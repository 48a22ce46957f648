/* multipart.h - multipart/form-data, strictly: how browsers send a file.
 *
 * Fields become like those of any form; at most one part is a file.
 * Limits: 32 parts, headers of 1,024 bytes a part, values as in fields.h.
 * Source: RFC 7578, RFC 2046 5.1.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_MULTIPART_H
#define FCGI_MULTIPART_H

#include "request.h"

/* The boundary that a Content-Type names, NULL when it is none of 1 to 70
 * characters. */
const char *multipart_boundary(struct arena *, const char *content_type);

/* Read n bytes of body; a file's data stays where it is in text.
 * ST_INPUT: not well formed, a field twice, two files, not UTF-8; ST_LIMIT:
 * too many parts, or one too long.  The fault says which. */
enum status multipart_parse(struct arena *, const char *boundary,
	    const char *text, size_t n, struct fault *,
	    struct fields *ret_fields, struct form_file *ret_file) MUST_CHECK;

#endif
