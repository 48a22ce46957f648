/* Forms with a file: whatever comes, fields are valid UTF-8 and found again,
 * and the file lies inside what was sent. */
#include <assert.h>
#include <string.h>

#include "fields.h"
#include "multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *text = (const char *)data;
	struct form_file file = { .data = NULL };
	struct fault f = { "" };
	struct fields out;
	struct arena a;
	size_t i;

	arena_init(&a, 64 << 20);
	if (multipart_parse(&a, "b", text, n, &f, &out, &file) == ST_OK) {
		for (i = 0; i < out.n; i++) {
			assert(utf8_valid(out.v[i].value,
			    strlen(out.v[i].value)));
			assert(fields_get(&out, out.v[i].name) ==
			    out.v[i].value);
		}
		assert(file.data == NULL || (file.data >= text &&
		    file.data + file.n <= text + n));
	}
	arena_free(&a);
	return 0;
}
