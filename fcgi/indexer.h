/* indexer.h - the process that keeps the search index up to date.
 *
 * One beside the workers of the pool app: it looks at dir.generation every
 * few seconds and writes a new index when it moved.  Workers only map it.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_INDEXER_H
#define FCGI_INDEXER_H

#include "base/conf.h"

/* Until SIGTERM.  Returns the exit status, as worker_run(). */
int	 indexer_run(const struct conf *);

#endif
