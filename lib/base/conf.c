#include "base/conf.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum conf_type { TEXT, PATH, INT, BOOL, FILE_ };
#define CONF_TYPE_TEXT	TEXT
#define CONF_TYPE_PATH	PATH
#define CONF_TYPE_INT	INT
#define CONF_TYPE_BOOL	BOOL
#define CONF_TYPE_FILE	FILE_

static const struct setting {
	const char	*name;
	enum conf_type	 type;
	const char	*def;
	int64_t		 min, max;
	const char	*help;
} settings[CONF__MAX] = {
#define X(key, name, type, def, min, max, help) \
	[CONF_##key] = { name, CONF_TYPE_##type, def, min, max, help },
#include "base/conf.def"
#undef X
};

/* Which settings a block may hold, by the start of their names, and what its
 * own name is made of. */
static const struct { const char *kind, *prefix, *letters; } blocks[] = {
	{ "directory", "ldap_", "23456789" },
	{ "public", "login_", "abcdefghijklmnopqrstuvwxyz-" },
};

struct conf_block {
	const char		*kind, *name;
	struct conf		 conf;
	struct conf_block	*next;
};

static const char *const type_names[] = { "text", "path", "number", "yes|no",
	"secret file" };

static enum status
check(const struct setting *s, const char *value, struct fault *f)
{
	int64_t n = (int64_t)strlen(value);

	if (s->type == BOOL && strcmp(value, "yes") != 0 &&
	    strcmp(value, "no") != 0) {
		fault_set(f, "setting %s: yes or no is wanted", s->name);
		return ST_INPUT;
	}
	if (s->type == INT && str_to_int(value, s->max, &n) != ST_OK)
		n = -1;
	if (s->type != BOOL && (n < s->min || n > s->max)) {
		fault_set(f, "setting %s: %s from %lld to %lld is wanted",
		    s->name, s->type == INT ? "a number" : "a text of length",
		    (long long)s->min, (long long)s->max);
		return ST_INPUT;
	}
	return ST_OK;
}

static void
defaults(struct conf *c)
{
	size_t i;

	*c = (struct conf){ .blocks = NULL };
	for (i = 0; i < CONF__MAX; i++)
		c->value[i] = settings[i].def;
}

static struct conf *
block_find(const struct conf *c, const char *kind, const char *name)
{
	struct conf_block *b;

	for (b = c->blocks; b != NULL; b = b->next)
		if (strcmp(b->kind, kind) == 0 && strcmp(b->name, name) == 0)
			return &b->conf;
	return NULL;
}

/* "directory.2.ldap_uri": the block, made at its first line, and the name
 * left in it; NULL: no such group. */
static struct conf *
block_of(struct conf *c, char **name, struct arena *a)
{
	char *kind = *name, *block = strchr(kind, '.'), *rest;
	struct conf_block *b;
	struct conf *found;
	size_t i;

	if (block == NULL)
		return NULL;
	*block++ = '\0';
	if ((rest = strchr(block, '.')) == NULL)
		return NULL;
	*rest++ = '\0';
	for (i = 0; i < N_ELEM(blocks); i++)
		if (strcmp(blocks[i].kind, kind) == 0 && block[0] != '\0' &&
		    block[strspn(block, blocks[i].letters)] == '\0' &&
		    strncmp(rest, blocks[i].prefix,
		    strlen(blocks[i].prefix)) == 0)
			break;
	if (i == N_ELEM(blocks))
		return NULL;
	*name = rest;
	if ((found = block_find(c, kind, block)) != NULL)
		return found;
	b = ARENA_NEW(a, struct conf_block);
	*b = (struct conf_block){ .kind = kind, .name = block,
	    .next = c->blocks };
	defaults(&b->conf);
	c->blocks = b;
	return &b->conf;
}

static enum status
set_line(struct conf *c, char *line, struct arena *a, struct fault *f)
{
	const char *written;
	char *eq, *name;
	size_t i;

	line = str_trim(a, line);
	if (line[0] == '\0' || line[0] == '#')
		return ST_OK;
	if ((eq = strchr(line, '=')) == NULL) {
		fault_set(f, "\"name = value\" is wanted, not: %s", line);
		return ST_INPUT;
	}
	*eq = '\0';
	name = str_trim(a, line);
	written = arena_strdup(a, name);
	if (strchr(name, '.') != NULL && (c = block_of(c, &name, a)) == NULL) {
		fault_set(f, "unknown setting %s (see site.conf(5), blocks)",
		    written);
		return ST_INPUT;
	}
	for (i = 0; i < CONF__MAX; i++)
		if (strcmp(settings[i].name, name) == 0)
			break;
	if (i == CONF__MAX) {
		fault_set(f, "unknown setting %s (see --help-config)",
		    written);
		return ST_INPUT;
	}
	c->value[i] = str_trim(a, eq + 1);
	return check(&settings[i], c->value[i], f);
}

enum status
conf_load(struct conf *c, const char *path, struct arena *a, struct fault *f)
{
	char line[1024];
	enum status st = ST_OK;
	FILE *file;
	int n = 0;

	defaults(c);
	if (path == NULL)
		return ST_OK;
	if ((file = fopen(path, "r")) == NULL) {
		fault_set(f, "settings %s: can't be read", path);
		return ST_IO;
	}
	while (st == ST_OK && fgets(line, sizeof(line), file) != NULL) {
		struct fault why = { "" };

		n++;
		if ((st = set_line(c, line, a, &why)) != ST_OK)
			fault_set(f, "%s:%d: %s", path, n, why.text);
	}
	(void)fclose(file);
	return st;
}

const char *
conf_text(const struct conf *c, enum conf_key k)
{
	return c->value[k];
}

int64_t
conf_int(const struct conf *c, enum conf_key k)
{
	return strtoll(c->value[k], NULL, 10);
}

const struct conf *
conf_block(const struct conf *c, const char *kind, const char *name)
{
	return block_find(c, kind, name);
}

bool
conf_bool(const struct conf *c, enum conf_key k)
{
	return strcmp(c->value[k], "yes") == 0;
}

enum status
conf_secret(const struct conf *c, enum conf_key k, struct arena *a,
    struct fault *f, const char **ret)
{
	char line[512] = "";
	FILE *file;

	if (c->value[k][0] == '\0') {
		*ret = "";
		return ST_OK;
	}
	if ((file = fopen(c->value[k], "r")) == NULL) {
		fault_set(f, "setting %s: the file can't be read",
		    settings[k].name);
		return ST_IO;
	}
	(void)!fgets(line, sizeof(line), file);
	(void)fclose(file);
	*ret = str_trim(a, line);
	memset(line, 0, sizeof(line));
	return ST_OK;
}

void
conf_print_help(FILE *out)
{
	size_t i;

	for (i = 0; i < CONF__MAX; i++)
		(void)fprintf(out, "%s = %s\n\t%s (%s, %lld to %lld)\n",
		    settings[i].name, settings[i].def, settings[i].help,
		    type_names[settings[i].type], (long long)settings[i].min,
		    (long long)settings[i].max);
}
