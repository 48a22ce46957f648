/* menu.h - the pages that have no entry of their own in the header.
 *
 * One table says what they are called and for what; the route table says who
 * may open them, so that no page links to what its reader would be refused.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_MENU_H
#define FCGI_MENU_H

#include "request.h"

enum menu_group { MENU_PEOPLE, MENU_CAPACITY, MENU_SETTINGS, MENU_REPORTS,
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
