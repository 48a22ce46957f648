/* tap.h - the Test Anything Protocol in a few lines. */
#ifndef TAP_H
#define TAP_H

#include <stdio.h>
#include <string.h>

static int tap_n, tap_failed;

#define OK(cond, ...) tap_ok(!!(cond), #cond, __FILE__, __LINE__, __VA_ARGS__)
#define IS(got, want, ...) tap_is((got), (want), __FILE__, __LINE__, __VA_ARGS__)

static inline void
tap_ok(int ok, const char *expr, const char *file, int line, const char *name)
{
	printf("%sok %d - %s\n", ok ? "" : "not ", ++tap_n, name);
	if (!ok) {
		tap_failed++;
		printf("# %s:%d: %s\n", file, line, expr);
	}
}

static inline void
tap_is(const char *got, const char *want, const char *file, int line,
    const char *name)
{
	int ok = got != NULL && strcmp(got, want) == 0;

	printf("%sok %d - %s\n", ok ? "" : "not ", ++tap_n, name);
	if (!ok) {
		tap_failed++;
		printf("# %s:%d: got \"%s\", want \"%s\"\n", file, line,
		    got == NULL ? "(null)" : got, want);
	}
}

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_n);
	return tap_failed != 0;
}

#endif
