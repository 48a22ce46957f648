#include "base/log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const char *const names[LVL__MAX] = { "debug", "info", "notice", "warn",
	"err" };

static int fd = STDERR_FILENO;
static char path[512];
static enum level least = LVL_INFO;

enum status
log_open(const char *p, enum level l)
{
	int n;

	least = l;
	if (p == NULL || p[0] == '\0')
		return ST_OK;
	n = open(p, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (n == -1)
		return ST_IO;
	if (p != path)
		(void)snprintf(path, sizeof(path), "%s", p);
	if (fd != STDERR_FILENO)
		(void)close(fd);
	fd = n;
	return ST_OK;
}

void
log_reopen(void)
{
	if (path[0] != '\0' && log_open(path, least) != ST_OK)
		log_line(LVL_ERR, "event=log_reopen_failed");
}

void
log_line(enum level l, const char *fmt, ...)
{
	char buf[2048];
	struct timespec ts;
	struct tm tm;
	va_list ap;
	int n, m;

	if (l < least)
		return;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	(void)gmtime_r(&ts.tv_sec, &tm);
	n = snprintf(buf, sizeof(buf),
	    "ts=%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ level=%s ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
	    tm.tm_min, tm.tm_sec, ts.tv_nsec / 1000000, names[l]);
	va_start(ap, fmt);
	m = vsnprintf(buf + n, sizeof(buf) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	if (m < 0)
		return;
	n += m;
	if ((size_t)n > sizeof(buf) - 2)
		n = (int)sizeof(buf) - 2;
	buf[n++] = '\n';
	(void)!write(fd, buf, (size_t)n);
}

const char *
log_quote(char *buf, unsigned long size, const char *v)
{
	unsigned long n = 0;

	buf[n++] = '"';
	for (; *v != '\0' && n + 4 < size; v++) {
		if (*v == '"' || *v == '\\')
			buf[n++] = '\\';
		buf[n++] = (unsigned char)*v < 0x20 ? ' ' : *v;
	}
	buf[n++] = '"';
	buf[n] = '\0';
	return buf;
}
