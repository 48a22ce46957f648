/* conf.h - settings, from one table and one file.
 *
 * The file has lines "name = value"; # starts a comment.  An unknown name, a
 * value out of bounds or a missing secret file stops the program and says
 * what to do.
 * Layer: base.  May include: libc.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/status.h"

enum conf_key {
#define X(key, name, type, def, min, max, help) CONF_##key,
#include "base/conf.def"
#undef X
	CONF__MAX
};

struct conf {
	const char	*value[CONF__MAX];	/* never NULL; a FILE's path */
};

/* Defaults, then the file at path (NULL: none), in the arena.
 * ST_INPUT: fault has file, line, name and reason.  ST_IO: unreadable. */
enum status conf_load(struct conf *, const char *path, struct arena *,
	    struct fault *) MUST_CHECK;

const char *conf_text(const struct conf *, enum conf_key);
int64_t	 conf_int(const struct conf *, enum conf_key);
bool	 conf_bool(const struct conf *, enum conf_key);

/* The first line of a FILE setting, in the arena; "" where none is set.
 * ST_IO: unreadable; the fault names the setting, never its content. */
enum status conf_secret(const struct conf *, enum conf_key, struct arena *,
	    struct fault *, const char **ret) MUST_CHECK;

/* Every setting with default, bounds and help: the body of site.conf(5). */
void	 conf_print_help(FILE *);

#endif
