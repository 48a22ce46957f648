/* tools.c - « Administration »: what this account may open beside its work. */
#include "handlers.h"
#include "menu.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(groups) X(id) X(label) X(tools) X(href) X(about)
PAGE_SPEC(tools, "tools.html", KEYS);

struct group {
	enum menu_group			 is;
	const struct menu_tool		**v;
	size_t				 n;
};

static void
tool_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = data;

	view_text(v, K_href, g->v[i]->path);
	view_text(v, K_label, g->v[i]->label);
	view_text(v, K_about, g->v[i]->about);
}

static void
group_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = &((const struct group *)data)[i];

	view_int(v, K_id, (int64_t)i);
	view_text(v, K_label, menu_group_label(g->is));
	view_list(v, K_tools, g->n, tool_row, g);
}

enum status
page_tools(struct request *rq, struct response *rs)
{
	struct view *v = page_begin(rq, "Administration", NAV_TOOLS);
	struct group *groups = ARENA_ARRAY(rq->arena, MENU_TOOLS__MAX,
	    struct group);
	size_t n = 0;
	int i;

	for (i = 0; i < MENU_TOOLS__MAX; i++) {
		groups[n].is = (enum menu_group)i;
		groups[n].v = menu_tools(rq, groups[n].is, &groups[n].n);
		if (groups[n].n > 0)
			n++;
	}
	view_list(v, K_groups, n, group_row, groups);
	return page_end(rq, rs, PAGE_tools, v);
}
