/* site_map.c - every page that its reader may open, from fcgi/menu.c. */
#include "handlers.h"
#include "menu.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(groups) X(id) X(label) X(tools) X(href)	\
	X(name) X(about)
PAGE_SPEC(site_map, "site_map.html", KEYS);

/* What one does first, then what one sets, then the rest. */
static const enum menu_group order[] = { MENU_WORK, MENU_PEOPLE,
	MENU_CAPACITY, MENU_SETTINGS, MENU_REPORTS, MENU_OWN, MENU_SITE };

struct group {
	enum menu_group			  is;
	const struct menu_tool		**v;
	size_t				  n;
};

static void
tool_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = data;

	view_text(v, K_href, g->v[i]->path);
	view_text(v, K_name, g->v[i]->label);
	view_text(v, K_about, g->v[i]->about);
}

static void
group_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = &((const struct group *)data)[i];

	view_int(v, K_id, (int64_t)i);
	view_text(v, K_label, g->is < MENU_TOOLS__MAX ? arena_printf(
	    view_arena(v), "Administration\u202f: %s",
	    menu_group_label(g->is)) : menu_group_label(g->is));
	view_list(v, K_tools, g->n, tool_row, g);
}

enum status
page_site_map(struct request *rq, struct response *rs)
{
	struct view *v = page_begin(rq, "Plan du site", NAV_NONE);
	struct group *groups = ARENA_ARRAY(rq->arena, N_ELEM(order),
	    struct group);
	size_t n = 0, i;

	for (i = 0; i < N_ELEM(order); i++) {
		groups[n].is = order[i];
		groups[n].v = menu_tools(rq, order[i], &groups[n].n);
		if (groups[n].n > 0)
			n++;
	}
	view_list(v, K_groups, n, group_row, groups);
	return page_end(rq, rs, PAGE_site_map, v);
}
