/* mailer.h - the process that writes and sends the mails that were ordered.
 *
 * One beside the workers of the pool auth.  A page only orders a mail, one row
 * whoever is concerned, so that its time does not tell who has an account; the
 * link to a new password is made here, and only its hash is ever stored
 * (docs/adr/0059).
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_MAILER_H
#define FCGI_MAILER_H

#include "base/conf.h"

/* Until SIGTERM.  Returns the exit status, as worker_run(). */
int	 mailer_run(const struct conf *);

#endif
