/* Templates: parsing ends and says why; what parses renders without a raw
 * character of the values. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tmpl/tmpl.h"

#define KEYS(X) X(a) X(b) X(rows)
TMPL_KEYS(keys, KEYS);

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
row(struct view *v, size_t i, const void *data)
{
	(void)data;
	view_int(v, K_b, (int64_t)i);
}

static void
render(const struct tmpl *t, struct arena *a, const char *text, size_t n)
{
	struct view *v = view_new(a);
	struct str out;

	view_text(v, K_a, "\x01<\x01");		/* not in any template here */
	view_list(v, K_rows, 2, row, NULL);
	str_init(&out, 8 << 20);
	tmpl_render(t, v, &out);
	if (memmem(text, n, "\x01", 1) == NULL && out.data != NULL)
		assert(strstr(out.data, "\x01<") == NULL);
	str_free(&out);
}

static char dir[] = "/tmp/rorfuzzXXXXXX";
static char path[64];

static void
files_remove(void)
{
	(void)unlink(path);
	(void)rmdir(dir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct tmpl *t;
	struct fault f = { "" };
	struct arena a;
	FILE *file;

	if (path[0] == '\0') {
		if (mkdtemp(dir) == NULL)
			abort();
		(void)snprintf(path, sizeof(path), "%s/t.html", dir);
		(void)atexit(files_remove);
	}
	if ((file = fopen(path, "w")) == NULL)
		abort();
	(void)fwrite(data, 1, n, file);
	(void)fclose(file);
	arena_init(&a, 64 << 20);
	if (tmpl_load(&a, dir, "t.html", keys, K__MAX, &f, &t) == ST_OK)
		render(t, &a, (const char *)data, n);
	else
		assert(f.text[0] != '\0');
	arena_free(&a);
	return 0;
}
