/* conf.h - settings, from one table and one file.
 *
 * The file has lines "name = value"; # starts a comment.  An unknown name, a
 * value out of bounds or a missing secret file stops the program and says
 * what to do.
 *
 * Settings of a group that may come several times are written again with the
 * name of a block: directory.2.ldap_uri (groups: conf.c, blocks[]).
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

struct conf_block;

struct conf {
	const char		*value[CONF__MAX];	/* never NULL; a FILE's path */
	struct conf_block	*blocks;
};

/* Defaults, then the file at path (NULL: none), in the arena.
 * ST_INPUT: fault has file, line, name and reason.  ST_IO: unreadable. */
enum status conf_load(struct conf *, const char *path, struct arena *,
	    struct fault *) MUST_CHECK;

const char *conf_text(const struct conf *, enum conf_key);
int64_t	 conf_int(const struct conf *, enum conf_key);
bool	 conf_bool(const struct conf *, enum conf_key);

/* The settings of one block, defaults where it says nothing; NULL when no
 * line names it. */
const struct conf *conf_block(const struct conf *, const char *kind,
	    const char *name);

/* The first line of a FILE setting, in the arena; "" where none is set.
 * ST_IO: unreadable; the fault names the setting, never its content. */
enum status conf_secret(const struct conf *, enum conf_key, struct arena *,
	    struct fault *, const char **ret) MUST_CHECK;

/* Every setting with default, bounds and help: the body of site.conf(5). */
void	 conf_print_help(FILE *);

#endif
