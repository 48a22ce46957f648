/* log.h - one logfmt line per event, to a file or standard error.
 *
 * A line is written with one write(2), so lines of several workers do not
 * mix.  Never give it a name, a password, a token or a DN.
 * Layer: base.  May include: libc.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/status.h"

enum level { LVL_DEBUG, LVL_INFO, LVL_NOTICE, LVL_WARN, LVL_ERR, LVL__MAX };

/* path NULL or "": standard error.  Lines under least are dropped.
 * ST_IO: the file can't be opened; the log stays where it was. */
enum status log_open(const char *path, enum level least) MUST_CHECK;
void	 log_reopen(void);		/* after a rotation */

/* fmt gives "key=value key=value ..."; ts and level are put before.
 * Values with spaces are the caller's to quote with log_quote(). */
void	 log_line(enum level, const char *fmt, ...) PRINTF(2, 3);

/* v in quotes with " \ and control bytes escaped, cut to fit buf. */
const char *log_quote(char *buf, unsigned long size, const char *v);

#endif
