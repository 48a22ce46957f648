/* arena.h - memory that lives as long as one request, job or start-up.
 *
 * Invariants: what arena_alloc() returns is zeroed, aligned for any type and
 * valid until arena_reset() or arena_free().  There is no free of one object.
 * Running past the limit ends the process (docs/adr/0004): a worker serves
 * one request, so nobody else is hurt and the supervisor starts another.
 * Layer: base.  May include: libc.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct arena_chunk;
struct arena_defer;

struct arena {
	struct arena_chunk	*head;
	struct arena_defer	*defers;
	size_t			 used;		/* bytes handed out */
	size_t			 limit;		/* bytes; past it the process ends */
	bool			 wipe;		/* what is forgotten is zeroed */
};

/* limit: bytes.  The first chunk is allocated on first use. */
void	 arena_init(struct arena *, size_t limit);

/* Run the defers newest first, forget all objects, keep one chunk. */
void	 arena_reset(struct arena *);

/* The same, and give all memory back.  A zeroed arena is fine. */
void	 arena_free(struct arena *);

/* n bytes, zeroed, never NULL; n = 0 gives a unique pointer. */
void	*arena_alloc(struct arena *, size_t n);

/* n objects of size bytes; the product is checked. */
void	*arena_array(struct arena *, size_t n, size_t size);

char	*arena_strdup(struct arena *, const char *);
char	*arena_strndup(struct arena *, const char *, size_t n);
char	*arena_printf(struct arena *, const char *fmt, ...) PRINTF(2, 3);
char	*arena_vprintf(struct arena *, const char *fmt, va_list) PRINTF(2, 0);

/* Call fn(p) at the next reset: how foreign handles enter the arena. */
void	 arena_defer(struct arena *, void (*fn)(void *), void *p);

#define ARENA_NEW(a, type)	((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type)	((type *)arena_array((a), (n), sizeof(type)))

#endif
