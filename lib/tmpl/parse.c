#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmpl/node.h"

enum { FILE_BYTES_MAX = 512 * 1024, PARTIAL_DEPTH_MAX = 8, TAG_MAX = 64 };

struct parser {
	struct arena		*arena;
	struct fault		*fault;
	const char		*dir;
	const char *const	*keys;
	size_t			 n_keys;
	int			 depth;		/* of partials */
	bool		 plain;		/* a .txt: nothing is escaped */
};

struct source {
	const char	*file;
	const char	*text;		/* whole, NUL at the end */
	const char	*p;
};

struct tag {
	char		 sigil;		/* one of # ^ / > !, or 0 */
	char		 name[TAG_MAX];
	const char	*from, *to;	/* the braces, or the line it owns */
};

static enum status parse_nodes(struct parser *, struct source *,
    const char *close, struct node **ret);

static int
line_of(const struct source *s, const char *p)
{
	const char *q;
	int n = 1;

	for (q = s->text; q < p; q++)
		n += *q == '\n';
	return n;
}

static enum status
fail(struct parser *ps, const struct source *s, const char *at,
    const char *why, const char *what)
{
	fault_set(ps->fault, "template %s:%d: %s %s", s->file,
	    line_of(s, at), why, what);
	return ST_INPUT;
}

static enum status
file_read(struct parser *ps, const char *path, const char **ret)
{
	FILE *f = fopen(path, "r");
	char *buf;
	size_t n;

	if (f == NULL) {
		fault_set(ps->fault, "template %s: can't be read", path);
		return ST_IO;
	}
	if ((buf = malloc(FILE_BYTES_MAX + 1)) == NULL) {
		(void)fclose(f);
		return ST_IO;
	}
	n = fread(buf, 1, FILE_BYTES_MAX + 1, f);
	(void)fclose(f);
	if (n > FILE_BYTES_MAX || !utf8_valid(buf, n)) {
		fault_set(ps->fault, "template %s: too large or not UTF-8",
		    path);
		free(buf);
		return ST_INPUT;
	}
	*ret = arena_strndup(ps->arena, buf, n);
	free(buf);
	return ST_OK;
}

/* A section, comment or partial alone on its line takes the whole line. */
static void
own_line(const struct source *s, struct tag *t)
{
	const char *a = t->from, *b = t->to;

	if (t->sigil == '\0')
		return;
	while (a > s->text && (a[-1] == ' ' || a[-1] == '\t'))
		a--;
	while (*b == ' ' || *b == '\t')
		b++;
	if ((a == s->text || a[-1] == '\n') && (*b == '\n' || *b == '\0')) {
		t->from = a;
		t->to = *b == '\n' ? b + 1 : b;
	}
}

/* The next tag from s->p; from = NULL when there is none. */
static enum status
tag_next(struct parser *ps, const struct source *s, struct tag *t)
{
	const char *a = strstr(s->p, "{{"), *b, *e;
	size_t n;

	*t = (struct tag){ .from = a };
	if (a == NULL)
		return ST_OK;
	if ((e = strstr(a + 2, "}}")) == NULL)
		return fail(ps, s, a, "tag without end", "");
	t->to = e + 2;
	b = a + 2;
	if (*b == '{' || *b == '&')
		return fail(ps, s, a, "there is no raw tag", "");
	if (strchr("#^/>!", *b) != NULL)
		t->sigil = *b++;
	if (t->sigil != '!') {
		b += strspn(b, " ");
		while (e > b && e[-1] == ' ')
			e--;
		n = (size_t)(e - b);
		if (n == 0 || n >= TAG_MAX || strspn(b,
		    "abcdefghijklmnopqrstuvwxyz0123456789_-") < n)
			return fail(ps, s, a, "bad name in a tag", "");
		memcpy(t->name, b, n);
	}
	own_line(s, t);
	return ST_OK;
}

static int
key_find(const struct parser *ps, const char *name)
{
	size_t i;

	for (i = 0; i < ps->n_keys; i++)
		if (strcmp(ps->keys[i], name) == 0)
			return (int)i;
	return -1;
}

static struct node **
append(struct parser *ps, struct node **tail, struct node n)
{
	*tail = ARENA_NEW(ps->arena, struct node);
	**tail = n;
	return &(*tail)->next;
}

static enum status
partial(struct parser *ps, const char *name, struct node **ret)
{
	struct source s;
	enum status st;

	if (ps->depth == PARTIAL_DEPTH_MAX) {
		fault_set(ps->fault, "partial %s: includes itself", name);
		return ST_INPUT;
	}
	s.file = arena_printf(ps->arena, "%s/partials/%s.html", ps->dir, name);
	if ((st = file_read(ps, s.file, &s.text)) != ST_OK)
		return st;
	s.p = s.text;
	ps->depth++;
	st = parse_nodes(ps, &s, NULL, ret);
	ps->depth--;
	return st;
}

/* One tag other than a closing one: append what it stands for. */
static enum status
tag_node(struct parser *ps, struct source *s, const struct tag *t,
    struct node ***tail)
{
	struct node n = { .kind = t->sigil == '#' ? NODE_SECTION :
	    t->sigil == '^' ? NODE_INVERTED : ps->plain ? NODE_PLAIN :
	    NODE_VALUE };
	enum status st;

	if (t->sigil == '!')
		return ST_OK;
	if (t->sigil == '>') {
		if ((st = partial(ps, t->name, *tail)) != ST_OK)
			return st;
		while (**tail != NULL)
			*tail = &(**tail)->next;
		return ST_OK;
	}
	if ((n.key = key_find(ps, t->name)) < 0)
		return fail(ps, s, t->from, "unknown key", t->name);
	if (t->sigil != '\0' &&
	    (st = parse_nodes(ps, s, t->name, &n.child)) != ST_OK)
		return st;
	*tail = append(ps, *tail, n);
	return ST_OK;
}

static enum status
parse_nodes(struct parser *ps, struct source *s, const char *close,
    struct node **ret)
{
	struct node **tail = ret;
	const char *start = s->p;
	struct tag t;
	enum status st;

	*ret = NULL;
	for (;;) {
		if ((st = tag_next(ps, s, &t)) != ST_OK)
			return st;
		if (t.from == NULL)
			t.from = s->p + strlen(s->p);
		if (t.from > s->p)
			tail = append(ps, tail, (struct node){
			    .kind = NODE_TEXT, .text = s->p,
			    .text_n = (size_t)(t.from - s->p) });
		if (t.to == NULL)
			break;
		s->p = t.to;
		if (t.sigil == '/') {
			if (close == NULL || strcmp(close, t.name) != 0)
				return fail(ps, s, t.from,
				    "closing tag without its opening:", t.name);
			return ST_OK;
		}
		if ((st = tag_node(ps, s, &t, &tail)) != ST_OK)
			return st;
	}
	if (close != NULL)
		return fail(ps, s, start, "section never closed:", close);
	return ST_OK;
}

enum status
tmpl_load(struct arena *a, const char *dir, const char *name,
    const char *const *keys, size_t n_keys, struct fault *fault,
    const struct tmpl **ret)
{
	struct parser ps = { .arena = a, .fault = fault, .dir = dir,
	    .keys = keys, .n_keys = n_keys };
	struct source s;
	struct tmpl *t = ARENA_NEW(a, struct tmpl);
	enum status st;

	if (n_keys > TMPL_KEYS_MAX) {
		fault_set(fault, "template %s: too many keys", name);
		return ST_LIMIT;
	}
	s.file = arena_printf(a, "%s/%s", dir, name);
	ps.plain = strlen(name) > 4 &&
	    strcmp(name + strlen(name) - 4, ".txt") == 0;
	if ((st = file_read(&ps, s.file, &s.text)) != ST_OK)
		return st;
	s.p = s.text;
	if ((st = parse_nodes(&ps, &s, NULL, &t->first)) != ST_OK)
		return st;
	t->n_keys = n_keys;
	*ret = t;
	return ST_OK;
}
