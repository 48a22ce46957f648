#include "tree.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 8 };

static const struct { const char *level, *tag, *label; } levels[] = {
	{ "EJ", "EJ", "Entité juridique" },
	{ "EG", "EG", "Établissement" },
	{ "P", "P", "Pôle" },
	{ "S", "S", "Service" },
	{ "F", "UF", "Unité fonctionnelle" },
	{ "UO", "UO", "Unité opérationnelle" },
	{ "L", "L", "Lieu de réalisation" },
};

struct builder {
	const struct node	**by_parent;	/* not places */
	size_t			 n;
	const struct structure	*shown;
	const char		*thing;
	struct tree		*tree;
	size_t			 n_units_max;
};

const char *
level_tag(const char *level)
{
	size_t i;

	for (i = 0; i < N_ELEM(levels); i++)
		if (strcmp(levels[i].level, level) == 0)
			return levels[i].tag;
	return level;
}

const char *
level_label(const char *level)
{
	size_t i;

	for (i = 0; i < N_ELEM(levels); i++)
		if (strcmp(levels[i].level, level) == 0)
			return levels[i].label;
	return level;
}

const char *
level_class(struct arena *a, const char *level)
{
	char *s = arena_strdup(a, level_tag(level)), *p;

	for (p = s; *p != '\0'; p++)
		*p = (char)(*p | 0x20);		/* they are ASCII letters */
	return s;
}

/* By parent, then in the order the statement gave (level, name). */
static int
by_parent(const void *a, const void *b)
{
	const struct node *const *x = a, *const *y = b;

	if ((*x)->parent_id != (*y)->parent_id)
		return (*x)->parent_id < (*y)->parent_id ? -1 : 1;
	return *x < *y ? -1 : *x > *y;
}

/* The first child of a structure in by_parent; n where there is none. */
static size_t
first_child(const struct builder *b, int64_t parent)
{
	size_t lo = 0, hi = b->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (b->by_parent[mid]->parent_id < parent)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < b->n && b->by_parent[lo]->parent_id == parent ? lo : b->n;
}

/* Whether a node is the thing or leads to it. */
static bool
leads(const struct builder *b, const struct node *n)
{
	size_t i;

	for (i = 0; i < b->shown->n_crumbs; i++)
		if (strcmp(b->shown->crumbs[i].href, n->href) == 0)
			return true;
	return strcmp(n->href, b->thing) == 0;
}

static void
add(struct builder *b, const struct node *n, bool inside, int depth)
{
	struct tree_item *it = &b->tree->v[b->tree->n++];
	bool unit = strcmp(n->level, "UO") == 0;
	size_t i = unit || depth == DEPTH_MAX ? b->n : first_child(b, n->id);

	it->node = n;
	it->current = strcmp(n->href, b->thing) == 0;
	it->opens = i < b->n;
	it->open = leads(b, n);
	inside = inside || it->current;
	if (unit && inside)
		b->tree->units[b->tree->n_units++] = n->id;
	if (!it->opens)
		return;
	for (; i < b->n && b->by_parent[i]->parent_id == n->id; i++)
		add(b, b->by_parent[i], inside, depth + 1);
	b->tree->v[b->tree->n - 1].closes++;
}

static int
by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void
tree_build(struct arena *a, const struct nodes *nodes,
    const struct structure *shown, const char *thing, struct tree *ret)
{
	struct builder b = { .shown = shown, .thing = thing, .tree = ret };
	int64_t root = shown->ej_id >= 0 ? shown->ej_id : shown->site_id;
	size_t i;

	*ret = (struct tree){
		.v = ARENA_ARRAY(a, nodes->n, struct tree_item),
		.units = ARENA_ARRAY(a, nodes->n, int64_t) };
	b.by_parent = ARENA_ARRAY(a, nodes->n, const struct node *);
	for (i = 0; i < nodes->n; i++)
		if (strcmp(nodes->v[i].level, "L") != 0)
			b.by_parent[b.n++] = &nodes->v[i];
	if (b.n > 1)
		qsort(b.by_parent, b.n, sizeof(const struct node *),
		    by_parent);
	for (i = 0; i < nodes->n; i++)
		if (nodes->v[i].id == root &&
		    strcmp(nodes->v[i].level, "L") != 0 &&
		    strcmp(nodes->v[i].level, "UO") != 0) {
			add(&b, &nodes->v[i], false, 0);
			break;
		}
	if (ret->n_units > 1)
		qsort(ret->units, ret->n_units, sizeof(int64_t), by_value);
}

static size_t
units_below(const struct tree *t, const struct node *place)
{
	size_t n = 0, i;

	for (i = 0; i < place->n_units; i++) {
		int64_t id = strtoll(place->units[i], NULL, 10);

		n += t->n_units > 0 && bsearch(&id, t->units, t->n_units,
		    sizeof(id), by_value) != NULL;
	}
	return n;
}

bool
tree_has_place(const struct tree *t, const struct node *place)
{
	return units_below(t, place) > 0;
}

bool
tree_shares_place(const struct tree *t, const struct node *place)
{
	size_t n = units_below(t, place);

	return n > 0 && n < place->n_units;
}
