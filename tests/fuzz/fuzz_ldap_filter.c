/* What somebody types as a login never becomes syntax of a filter, and what a
 * directory answers never hurts its reader. */
#include <stdlib.h>
#include <string.h>

#include "ldap/filter.h"
#include "ldap/policy.h"

int	 LLVMFuzzerTestOneInput(const unsigned char *, size_t);

/* Between "(mail=" and ")" only plain bytes and \xx. */
static void
check(const char *filter)
{
	size_t n = strlen(filter), i;

	if (n < 7 || strncmp(filter, "(mail=", 6) != 0 || filter[n - 1] != ')')
		abort();
	for (i = 6; i < n - 1; i++)
		if (strchr("()*&|!=<>~ ", filter[i]) != NULL ||
		    (unsigned char)filter[i] >= 0x7f ||
		    (unsigned char)filter[i] < 0x20)
			abort();
		else if (filter[i] == '\\' && (i + 2 >= n - 1 ||
		    strspn(filter + i + 1, "0123456789abcdef") < 2))
			abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	char *login = malloc(n + 1);
	struct policy policy;
	struct str s;

	memcpy(login, data, n);
	login[n] = '\0';
	str_init(&s, 2048);
	if (filter_make(&s, "(mail=%s)", login) == ST_OK)
		check(s.data);
	str_free(&s);
	free(login);
	if (policy_decode(data, n, &policy) == ST_OK &&
	    (policy.error < POLICY_NONE || policy.error >= POLICY__MAX ||
	    policy.expires_s < -1 || policy.grace < -1))
		abort();
	return 0;
}
