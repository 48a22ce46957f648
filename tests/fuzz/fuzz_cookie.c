/* Cookie headers: never two session cookies, never a crash. */
#include <assert.h>
#include <string.h>

#include "fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct fault f = { "" };
	struct fields out;
	struct arena a;
	size_t i, ours = 0;

	arena_init(&a, 64 << 20);
	if (fields_cookies(&a, arena_strndup(&a, (const char *)data, n), &f,
	    &out) == ST_OK)
		for (i = 0; i < out.n; i++)
			ours += strcmp(out.v[i].name, SESSION_COOKIE) == 0;
	assert(ours <= 1);
	arena_free(&a);
	return 0;
}
