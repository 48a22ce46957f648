/* closures.h - planned closures, between the calendar and the form.
 *
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_PAGES_CLOSURES_H
#define FCGI_PAGES_CLOSURES_H

#include "request.h"

/* ?site=, NULL where absent or not a FINESS number. */
const char *closures_site(const struct request *);

/* A fresh number for one form: sent twice, it is one save. */
const char *closures_key(struct arena *);

/* « lit », « lits » of a nature of capacity. */
const char *closures_noun(const char *nature, int64_t n);

#endif
