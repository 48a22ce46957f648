/* metrics.h - counters of a whole pool, in shared memory.
 *
 * The parent maps them before it forks and answers /metrics (OpenMetrics
 * text) on its own Unix socket; workers only add.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_METRICS_H
#define FCGI_METRICS_H

#include "routes.h"

/* Once, before the fork.  ST_IO: no shared memory. */
enum status metrics_init(enum pool, int n_workers) MUST_CHECK;

void	 metrics_count(const struct route *, int http, int64_t elapsed_us);
void	 metrics_worker_died(void);

/* Listen on path; metrics_serve() answers one waiting client, and returns at
 * once when there is none. */
enum status metrics_listen(const char *path, int *ret_fd) MUST_CHECK;
void	 metrics_serve(int fd);

#endif
