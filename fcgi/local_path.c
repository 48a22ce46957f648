#include "local_path.h"

#include <stddef.h>

const char *
local_path(const char *path, const char *fallback)
{
	const char *p;

	if (path == NULL || path[0] != '/' || path[1] == '/')
		return fallback;
	for (p = path; *p != '\0'; p++)
		if ((unsigned char)*p <= 0x20 || *p == '\\' || *p == 0x7f)
			return fallback;
	return path;
}
