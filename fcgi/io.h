/* io.h - the one place besides main.c that touches libfcgi.
 *
 * One connection is served at a time.  Input is read whole by request.c and
 * output written whole by response.c.
 * Layer: fcgi.  May include: base, libfcgi.
 */
#ifndef FCGI_IO_H
#define FCGI_IO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct io;

/* Listen on a Unix socket; the descriptor is shared by the workers.
 * ST_IO: the path is taken, too long or not writable. */
enum status io_listen(const char *path, int backlog, int *ret_fd) MUST_CHECK;

/* One per worker, for the life of the process. */
enum status io_new(int listen_fd, struct io **ret) MUST_CHECK;

/* Wait for a request.  ST_BUSY: a signal came instead.  ST_IO: the socket is
 * gone. */
enum status io_accept(struct io *) MUST_CHECK;

const char *io_param(const struct io *, const char *name);	/* or NULL */
size_t	 io_read(struct io *, char *buf, size_t n);		/* 0 at the end */
bool	 io_write(struct io *, const char *buf, size_t n);
void	 io_finish(struct io *);	/* the answer is complete */

#endif
