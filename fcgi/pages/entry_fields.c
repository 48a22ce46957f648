/* entry_fields.c - the figures of a row, and the heads above them. */
#include "entry_page.h"

#include <string.h>

/* Columns of one group of fields, in one row or (NULL) in the heads. */
struct column_group {
	const struct sheet	*sh;
	const struct entry_line	*row;
	size_t			 start, n;
};

const char *
entry_value_text(struct arena *a, int v)
{
	return v == CAP_NULL ? "" : arena_printf(a, "%d", v);
}

bool
entry_is_bad(const struct entry_line *r, const char *field)
{
	return r->sent != NULL && r->sent->error != NULL &&
	    r->sent->entry.bad != NULL &&
	    strcmp(r->sent->entry.bad, field) == 0;
}

const char *
entry_recorded_text(const struct entry_line *r, struct arena *a, enum capacity_field f)
{
	return entry_value_text(a, place_value(r->state,
	    r->sh->columns.shown.mode, f));
}

/* Whether the address asks for the row's planned closure in its fields. */
bool
entry_is_proposed(const struct entry_line *r)
{
	return r->proposal != NULL && r->sh->propose != NULL &&
	    strcmp(r->sh->propose, r->name) == 0;
}

static const char *
proposed_text(struct arena *a, const struct entry_line *r, enum capacity_field f)
{
	return f == CAP_FERM_NR ? entry_value_text(a, r->proposal->closed_nr) :
	    f == CAP_FERM_R ? entry_value_text(a, r->proposal->closed_r) :
	    NULL;
}

static void
field_show(struct view *v, const struct entry_line *r, enum capacity_field f)
{
	struct arena *a = view_arena(v);
	const char *name = capacity_fields[f].name;
	const char *recorded = entry_recorded_text(r, a, f);
	const char *typed = r->sent == NULL ? NULL : r->sent->entry.typed[f];
	bool bad = entry_is_bad(r, name);

	if (typed == NULL && entry_is_proposed(r))
		typed = proposed_text(a, r, f);
	view_text(v, K_field, name);
	view_text(v, K_label, capacity_head(r->sh->columns.shown.mode, f,
	    r->sh->kind->slots));
	view_text(v, K_value, typed != NULL ? typed : recorded);
	view_text(v, K_recorded, recorded);
	view_flag(v, K_bad, bad);
	view_flag(v, K_focus, bad && r->sent == r->sh->first_bad);
}

static void
field_row(struct view *v, size_t i, const void *data)
{
	const struct entry_line *r = data;

	field_show(v, r, r->sh->columns.field[i]);
}

/* --- columns in groups, of the full mode --- */

static void
grouped_field_row(struct view *v, size_t i, const void *data)
{
	const struct column_group *g = data;

	field_show(v, g->row, g->sh->columns.field[g->start + i]);
}

static enum capacity_group
group_of(const struct column_group *g)
{
	return capacity_fields[g->sh->columns.field[g->start]].group;
}

static void
field_group_row(struct view *v, size_t i, const void *data)
{
	const struct column_group *g = (const struct column_group *)data + i;

	view_text(v, K_field_group, capacity_groups[group_of(g)].label);
	view_flag(v, K_field_fold, capacity_groups[group_of(g)].hideable);
	view_int(v, K_span, (int64_t)g->n);
	view_list(v, K_fields, g->n, grouped_field_row, g);
}

static void
head_row(struct view *v, size_t i, const void *data)
{
	const struct sheet *sh = data;

	view_text(v, K_head, capacity_head(sh->columns.shown.mode,
	    sh->columns.field[i], sh->kind->slots));
}

static void
grouped_head_row(struct view *v, size_t i, const void *data)
{
	const struct column_group *g = data;

	head_row(v, g->start + i, g->sh);
}

static void
head_group_row(struct view *v, size_t i, const void *data)
{
	const struct column_group *g = (const struct column_group *)data + i;

	view_text(v, K_head_group, capacity_groups[group_of(g)].label);
	view_int(v, K_span, (int64_t)g->n);
	view_list(v, K_heads, g->n, grouped_head_row, g);
}

/* The columns, cut where the group changes. */
static const struct column_group *
column_groups(struct arena *a, const struct sheet *sh, const struct entry_line *row,
    size_t *ret_n)
{
	const struct entry_columns *c = &sh->columns;
	struct column_group *g = ARENA_ARRAY(a, CAP_G__MAX,
	    struct column_group);
	size_t n = 0, i;

	for (i = 0; i < c->n; i++) {
		if (i == 0 || capacity_fields[c->field[i]].group !=
		    capacity_fields[c->field[i - 1]].group)
			g[n++] = (struct column_group){ sh, row, i, 0 };
		g[n - 1].n++;
	}
	*ret_n = n;
	return g;
}

void
entry_show_heads(struct view *v, const struct sheet *sh)
{
	bool full = sh->columns.shown.mode == CAP_FULL;
	size_t n;
	const struct column_group *g = column_groups(view_arena(v), sh, NULL,
	    &n);

	view_flag(v, K_full, full);
	if (full)
		view_list(v, K_head_groups, n, head_group_row, g);
	else
		view_list(v, K_heads, sh->columns.n, head_row, sh);
	view_int(v, K_n_columns, (int64_t)(full ? n : sh->columns.n) + 5);
}

void
entry_show_fields(struct view *v, const struct entry_line *r)
{
	const struct entry_columns *c = &r->sh->columns;
	const struct column_group *groups;
	size_t n;

	if (c->shown.mode == CAP_SIMPLE) {
		view_list(v, K_fields, c->n, field_row, r);
		return;
	}
	groups = column_groups(view_arena(v), r->sh, r, &n);
	view_list(v, K_field_groups, n, field_group_row, groups);
}
