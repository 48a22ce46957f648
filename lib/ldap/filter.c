#include "ldap/filter.h"

#include <string.h>

static bool
is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("@.-_+", c) != NULL);
}

void
filter_add_value(struct str *s, const char *value)
{
	for (; *value != '\0'; value++)
		if (is_plain((unsigned char)*value))
			str_addc(s, *value);
		else
			str_addf(s, "\\%02x", (unsigned char)*value);
}

enum status
filter_make(struct str *out, const char *pattern, const char *value)
{
	const char *at = strstr(pattern, "%s");

	if (at == NULL || strstr(at + 2, "%s") != NULL)
		return ST_INPUT;
	str_addn(out, pattern, (size_t)(at - pattern));
	filter_add_value(out, value);
	str_add(out, at + 2);
	return str_ok(out) ? ST_OK : ST_LIMIT;
}
