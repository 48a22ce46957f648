#include "io.h"

#include <fcgiapp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct io {
	FCGX_Request	rq;
};

enum status
io_listen(const char *path, int backlog, int *ret_fd)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(un.sun_path) || FCGX_Init() != 0)
		return ST_IO;
	memcpy(un.sun_path, path, strlen(path) + 1);
	(void)unlink(path);
	/* Not FCGX_OpenSocket(): it ends the process when it fails. */
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		return ST_IO;
	if (bind(fd, (struct sockaddr *)&un, sizeof(un)) != 0 ||
	    chmod(path, 0660) != 0 || listen(fd, backlog) != 0) {
		(void)close(fd);
		return ST_IO;
	}
	*ret_fd = fd;
	return ST_OK;
}

enum status
io_new(int listen_fd, struct io **ret)
{
	struct io *io = calloc(1, sizeof(*io));

	/* Without FAIL_ACCEPT_ON_INTR a signal would not end accept(). */
	if (io == NULL || FCGX_InitRequest(&io->rq, listen_fd,
	    FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		free(io);
		return ST_IO;
	}
	*ret = io;
	return ST_OK;
}

enum status
io_accept(struct io *io)
{
	int rc = FCGX_Accept_r(&io->rq);

	return rc >= 0 ? ST_OK : ST_BUSY;
}

const char *
io_param(const struct io *io, const char *name)
{
	return FCGX_GetParam(name, io->rq.envp);
}

size_t
io_read(struct io *io, char *buf, size_t n)
{
	int got = FCGX_GetStr(buf, (int)n, io->rq.in);

	return got > 0 ? (size_t)got : 0;
}

bool
io_write(struct io *io, const char *buf, size_t n)
{
	while (n > 0) {
		size_t part = n < 1 << 20 ? n : 1 << 20;

		if (FCGX_PutStr(buf, (int)part, io->rq.out) != (int)part)
			return false;
		buf += part;
		n -= part;
	}
	return true;
}

void
io_finish(struct io *io)
{
	FCGX_Finish_r(&io->rq);
}
