#include <assert.h>
#include <string.h>

#include "tmpl/node.h"

enum slot_kind { SLOT_NONE, SLOT_TEXT, SLOT_INT, SLOT_FLAG, SLOT_LIST };

struct slot {
	enum slot_kind	 kind;
	const char	*text;
	int64_t		 n;		/* number, flag, or rows */
	tmpl_row	*row;
	const void	*data;
};

/* What a key was before a row set it. */
struct undo {
	struct undo	*next;
	int		 key;
	struct slot	 was;
};

struct view {
	struct arena	*arena;
	struct undo	*undo;		/* of the row being rendered */
	struct undo	*spare;
	int		 depth;		/* of rows */
	struct slot	 slots[TMPL_KEYS_MAX];
};

struct view *
view_new(struct arena *a)
{
	struct view *v = ARENA_NEW(a, struct view);

	v->arena = a;
	return v;
}

struct arena *
view_arena(struct view *v)
{
	return v->arena;
}

static void
set(struct view *v, int key, struct slot s)
{
	assert(key >= 0 && key < TMPL_KEYS_MAX);
	if (v->depth > 0) {
		struct undo *u = v->spare;

		if (u != NULL)
			v->spare = u->next;
		else
			u = ARENA_NEW(v->arena, struct undo);
		*u = (struct undo){ v->undo, key, v->slots[key] };
		v->undo = u;
	}
	v->slots[key] = s;
}

void
view_text(struct view *v, int key, const char *text)
{
	set(v, key, (struct slot){ .kind = SLOT_TEXT, .text = text });
}

void
view_int(struct view *v, int key, int64_t n)
{
	set(v, key, (struct slot){ .kind = SLOT_INT, .n = n });
}

void
view_flag(struct view *v, int key, bool on)
{
	set(v, key, (struct slot){ .kind = SLOT_FLAG, .n = on });
}

void
view_list(struct view *v, int key, size_t n, tmpl_row *row, const void *data)
{
	set(v, key, (struct slot){ .kind = SLOT_LIST, .n = (int64_t)n,
	    .row = row, .data = data });
}

static bool
truth(const struct slot *s)
{
	switch (s->kind) {
	case SLOT_TEXT:
		return s->text != NULL && s->text[0] != '\0';
	case SLOT_INT:
		return true;
	case SLOT_FLAG:
	case SLOT_LIST:
		return s->n > 0;
	case SLOT_NONE:
		break;
	}
	return false;
}

bool
view_has(const struct view *v, int key)
{
	return truth(&v->slots[key]);
}

static void render(const struct node *, struct view *, struct str *);

static void
undo_to(struct view *v, struct undo *mark)
{
	while (v->undo != mark) {
		struct undo *u = v->undo;

		v->slots[u->key] = u->was;
		v->undo = u->next;
		u->next = v->spare;
		v->spare = u;
	}
}

static void
render_rows(const struct node *body, struct view *v, const struct slot *list,
    struct str *out)
{
	const struct slot l = *list;	/* a row may set the key itself */
	struct undo *mark = v->undo;
	int64_t i;

	assert(v->depth < TMPL_DEPTH_MAX);
	v->depth++;
	for (i = 0; i < l.n && str_ok(out); i++) {
		l.row(v, (size_t)i, l.data);
		render(body, v, out);
		undo_to(v, mark);
	}
	v->depth--;
}

static void
render_value(const struct slot *s, bool plain, struct str *out)
{
	if (s->kind == SLOT_INT)
		str_add_int(out, s->n);
	else if (s->kind == SLOT_TEXT && s->text != NULL && plain)
		str_add(out, s->text);
	else if (s->kind == SLOT_TEXT && s->text != NULL)
		str_add_html(out, s->text);
}

static void
render(const struct node *n, struct view *v, struct str *out)
{
	for (; n != NULL; n = n->next) {
		const struct slot *s = n->kind == NODE_TEXT ? NULL :
		    &v->slots[n->key];

		switch (n->kind) {
		case NODE_TEXT:
			str_addn(out, n->text, n->text_n);
			break;
		case NODE_VALUE:
		case NODE_PLAIN:
			render_value(s, n->kind == NODE_PLAIN, out);
			break;
		case NODE_SECTION:
			if (s->kind == SLOT_LIST)
				render_rows(n->child, v, s, out);
			else if (truth(s))
				render(n->child, v, out);
			break;
		case NODE_INVERTED:
			if (!truth(s))
				render(n->child, v, out);
			break;
		}
	}
}

void
tmpl_render(const struct tmpl *t, struct view *v, struct str *out)
{
	render(t->first, v, out);
}
