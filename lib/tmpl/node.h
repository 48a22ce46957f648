/* node.h - the parsed form, shared by parse.c and render.c only. */
#ifndef TMPL_NODE_H
#define TMPL_NODE_H

#include "tmpl/tmpl.h"

enum node_kind { NODE_TEXT, NODE_VALUE, NODE_PLAIN, NODE_SECTION, NODE_INVERTED };

struct node {
	enum node_kind	 kind;
	int		 key;		/* all but text */
	const char	*text;
	size_t		 text_n;
	struct node	*child;		/* first inside a section */
	struct node	*next;
};

struct tmpl {
	struct node	*first;
	size_t		 n_keys;
};

#endif
