#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const names[ST__MAX] = {
	[ST_OK]		= "ok",
	[ST_INPUT]	= "input",
	[ST_SIGNIN]	= "signin",
	[ST_DENIED]	= "denied",
	[ST_NOTFOUND]	= "notfound",
	[ST_METHOD]	= "method",
	[ST_CONFLICT]	= "conflict",
	[ST_LIMIT]	= "limit",
	[ST_RATE]	= "rate",
	[ST_BUSY]	= "busy",
	[ST_DB]		= "db",
	[ST_LDAP]	= "ldap",
	[ST_IO]		= "io",
};

void
fault_set(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	if (f->text[0] != '\0')
		return;
	va_start(ap, fmt);
	(void)vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

void
fault_clear(struct fault *f)
{
	f->text[0] = '\0';
}

const char *
status_name(enum status st)
{
	return st < ST__MAX ? names[st] : "unknown";
}
