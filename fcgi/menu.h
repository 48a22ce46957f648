/* menu.h - every page that can be gone to, by what it is for.
 *
 * One table says what they are called and for what; the route table says who
 * may open them, so that no page links to what its reader would be refused.
 * « Administration » shows the groups before MENU_TOOLS__MAX, which have no
 * entry of their own in the header; the site map shows all of them.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_MENU_H
#define FCGI_MENU_H

#include "request.h"

enum menu_group { MENU_PEOPLE, MENU_CAPACITY, MENU_SETTINGS, MENU_REPORTS,
	MENU_TOOLS__MAX, MENU_WORK = MENU_TOOLS__MAX, MENU_OWN, MENU_SITE,
	MENU__MAX };

struct menu_tool {
	enum menu_group	 group;
	const char	*path;		/* of a GET route */
	const char	*label;		/* French, as its own heading */
	const char	*about;		/* French, a sentence */
};

/* French, the heading over a group's tools. */
const char *menu_group_label(enum menu_group);

/* The group's tools this account may open, in the table's order; the array is
 * the request's.  Cost: a walk through the route table a tool. */
const struct menu_tool **menu_tools(struct request *, enum menu_group,
	    size_t *ret_n);

#endif
