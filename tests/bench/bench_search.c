/* bench_search.c - searches a second of one core over an index.
 *
 * usage: bench_search INDEX SECONDS <words      (a query a line)
 *        bench_search --build INDEX N           (an index of N invented names)
 * Prints searches, searches a second, and the slowest of each thousand in us.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "domain/search.h"
#include "domain/search_build.h"

enum { QUERIES_MAX = 4096, SAMPLES_MAX = 4 << 20 };

static int64_t
now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int
by_size(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int
measure(const char *path, int seconds)
{
	static char line[256], *queries[QUERIES_MAX];
	static struct search_result r;
	uint32_t *us = calloc(SAMPLES_MAX, sizeof(*us));
	struct search *s;
	struct arena a;
	size_t n = 0, done = 0;
	int64_t until, start;

	while (n < QUERIES_MAX && fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		queries[n++] = strdup(line);
	}
	if (us == NULL || n == 0 || search_open(path, &s) != ST_OK)
		return 1;
	arena_init(&a, (size_t)1 << 30);
	start = now_ns();
	until = start + (int64_t)seconds * 1000000000;
	while (done < SAMPLES_MAX && now_ns() < until) {
		int64_t t = now_ns();

		search_run(s, &a, &(struct search_query){
		    .text = queries[done % n], .n = 20 }, &r);
		arena_reset(&a);
		us[done++] = (uint32_t)((now_ns() - t) / 1000);
	}
	start = now_ns() - start;
	qsort(us, done, sizeof(*us), by_size);
	printf("%zu %.1f %u\n", done, (double)done * 1e9 / (double)start,
	    us[done * 99 / 100]);
	search_close(s);
	return 0;
}

static int
build(const char *path, size_t n)
{
	static const char *const kinds[] = { "Hôpital", "Clinique", "CH de",
		"Unité de cardiologie", "Réanimation", "EHPAD", "Foyer" };
	static const char *const names[] = { "Valmont", "Saint-Louis",
		"Malbecq", "les Tilleuls", "Sainte-Odile", "Bréval" };
	struct search_entry *v = calloc(n, sizeof(*v));
	struct fault f = { "" };
	struct arena a;
	size_t i;

	if (v == NULL)
		return 1;
	arena_init(&a, (size_t)4 << 30);
	for (i = 0; i < n; i++) {
		v[i].name = arena_printf(&a, "%s %s n%zx", kinds[i % 7],
		    names[i / 7 % 6], i * 2654435761u % 65536);
		v[i] = (struct search_entry){ .id = (int64_t)i + 1,
		    .kind = i % 6 == 0 ? 's' : 'u', .name = v[i].name,
		    .words = v[i].name, .departement = "75", .fields = 2 };
	}
	return search_build(path, 1, v, n, &f) == ST_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "--build") == 0)
		return build(argv[2], (size_t)strtoul(argv[3], NULL, 10));
	if (argc == 3)
		return measure(argv[1], (int)strtol(argv[2], NULL, 10));
	(void)fputs("usage: bench_search INDEX SECONDS <words\n", stderr);
	return 2;
}
