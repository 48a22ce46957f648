/* tree.h - the organisation of a structure, in the order a list shows it.
 *
 * Layer: fcgi/pages.
 */
#ifndef PAGES_TREE_H
#define PAGES_TREE_H

#include "domain/structure.h"

struct tree_item {
	const struct node	*node;
	bool			 opens;		/* has children: they follow */
	bool			 open;		/* unfolded at first */
	bool			 current;
	size_t			 closes;	/* levels that end after it */
};

struct tree {
	struct tree_item	*v;
	size_t			 n;
	int64_t			*units;		/* ids below the current thing */
	size_t			 n_units;	/* in increasing order */
};

/* Structures and units of nodes, depth first, below the legal entity or, for
 * a site without one, below the site.  thing: what the page shows; what leads
 * to it is unfolded.  Cost: n log n. */
void	 tree_build(struct arena *, const struct nodes *,
	    const struct structure *, const char *thing, struct tree *ret);

/* Whether one of the place's units is below the thing. */
bool	 tree_has_place(const struct tree *, const struct node *place);
/* The same, and another of them is not. */
bool	 tree_shares_place(const struct tree *, const struct node *place);

/* "EG", "UO"…: the tag, its CSS class, and in words. */
const char *level_tag(const char *level);
const char *level_class(struct arena *, const char *level);
const char *level_label(const char *level);

#endif
