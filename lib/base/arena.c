#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024, EXIT_MEMORY = 70 };

struct arena_chunk {
	struct arena_chunk	*next;
	size_t			 size;		/* of data */
	size_t			 used;
	max_align_t		 data[];
};

struct arena_defer {
	struct arena_defer	*next;
	void			(*fn)(void *);
	void			*p;
};

static NORETURN void
out_of_memory(const struct arena *a, size_t n)
{
	char buf[128];
	int len;

	len = snprintf(buf, sizeof(buf),
	    "level=err event=arena_limit used=%zu asked=%zu limit=%zu\n",
	    a->used, n, a->limit);
	if (len > 0)
		(void)!write(STDERR_FILENO, buf, (size_t)len);
	_exit(EXIT_MEMORY);
}

static void
chunk_push(struct arena *a, size_t n)
{
	struct arena_chunk *c;
	size_t size = n > CHUNK_BYTES ? n : CHUNK_BYTES;

	if ((c = malloc(sizeof(*c) + size)) == NULL)
		out_of_memory(a, n);
	c->size = size;
	c->used = 0;
	c->next = a->head;
	a->head = c;
}

void
arena_init(struct arena *a, size_t limit)
{
	*a = (struct arena){ .limit = limit };
}

static void
run_defers(struct arena *a)
{
	while (a->defers != NULL) {
		struct arena_defer *d = a->defers;

		a->defers = d->next;
		d->fn(d->p);
	}
}

static void
wipe(struct arena *a)
{
	struct arena_chunk *c;

	for (c = a->head; c != NULL && a->wipe; c = c->next)
		explicit_bzero(c->data, c->used);
}

void
arena_reset(struct arena *a)
{
	run_defers(a);
	wipe(a);
	while (a->head != NULL && (a->head->next != NULL ||
	    a->head->size > CHUNK_BYTES)) {
		struct arena_chunk *c = a->head;

		a->head = c->next;
		free(c);
	}
	if (a->head != NULL)
		a->head->used = 0;
	a->used = 0;
}

void
arena_free(struct arena *a)
{
	run_defers(a);
	wipe(a);
	while (a->head != NULL) {
		struct arena_chunk *c = a->head;

		a->head = c->next;
		free(c);
	}
	a->used = 0;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t al = alignof(max_align_t);
	struct arena_chunk *c;
	void *p;

	if (n > SIZE_MAX - al)
		out_of_memory(a, n);
	n = n == 0 ? al : (n + al - 1) / al * al;
	if (n > a->limit || a->used > a->limit - n)
		out_of_memory(a, n);
	if (a->head == NULL || a->head->size - a->head->used < n)
		chunk_push(a, n);
	c = a->head;
	p = (char *)c->data + c->used;
	c->used += n;
	a->used += n;
	return memset(p, 0, n);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		out_of_memory(a, SIZE_MAX);
	return arena_alloc(a, n * size);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *p = arena_alloc(a, len + 1);

	memcpy(p, s, len);
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		out_of_memory(a, 0);
	p = arena_alloc(a, (size_t)len + 1);
	(void)vsnprintf(p, (size_t)len + 1, fmt, ap);
	return p;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}

void
arena_defer(struct arena *a, void (*fn)(void *), void *p)
{
	struct arena_defer *d = ARENA_NEW(a, struct arena_defer);

	d->fn = fn;
	d->p = p;
	d->next = a->defers;
	a->defers = d;
}
