/* worker.h - one process of a pool: one request at a time, until told to stop.
 *
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_WORKER_H
#define FCGI_WORKER_H

#include "app.h"

/* Serve until SIGTERM, then finish the request in hand.  Returns the exit
 * status: 0 after draining, else why it could not start (already logged). */
int	 worker_run(enum pool, const struct conf *, int listen_fd);

#endif
