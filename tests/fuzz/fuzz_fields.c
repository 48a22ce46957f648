/* Query strings and form bodies: whatever comes, values are valid UTF-8
 * without NUL, names are unique, and every field is found again. */
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
	size_t i;

	arena_init(&a, 64 << 20);
	if (fields_parse(&a, (const char *)data, n, 256, &f, &out) == ST_OK)
		for (i = 0; i < out.n; i++) {
			assert(utf8_valid(out.v[i].value,
			    strlen(out.v[i].value)));
			assert(fields_get(&out, out.v[i].name) ==
			    out.v[i].value);
		}
	arena_free(&a);
	return 0;
}
