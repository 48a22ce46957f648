/* CSV: reading ends, lines only grow, and what was read can be written and
 * read again as the same fields. */
#include <assert.h>
#include <string.h>

#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
again(const struct csv_record *c, struct arena *a)
{
	struct csv_reader r;
	struct csv_record d;
	struct str s;
	size_t i;

	str_init(&s, 16 << 20);
	csv_start(&s);
	for (i = 0; i < c->n; i++)
		csv_text(&s, c->field[i]);
	csv_end(&s);
	assert(str_ok(&s) && csv_open(&r, s.data, s.len) == ST_OK);
	r.sep = ';';
	assert(csv_next(&r, a, &d) == ST_OK && d.n == c->n);
	for (i = 0; i < c->n; i++) {
		const char *was = c->field[i], *is = d.field[i];

		/* a formula's first character got a quote before it */
		assert(strcmp(was, is) == 0 || strcmp(was, is + 1) == 0);
	}
	str_free(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct csv_reader r;
	struct csv_record c;
	struct arena a;
	int line = 0;

	arena_init(&a, 512 << 20);
	if (csv_open(&r, (const char *)data, n) == ST_OK)
		while (csv_next(&r, &a, &c) == ST_OK && c.n > 0) {
			assert(r.line > line);
			line = r.line;
			again(&c, &a);
		}
	arena_free(&a);
	return 0;
}
