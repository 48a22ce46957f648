/* categories.h - what the two files of the page of categories share.
 *
 * categories.c shows and decides; categories_form.c reads the forms.
 * Layer: fcgi/pages.  May include: fcgi, lib.
 */
#ifndef PAGES_CATEGORIES_H
#define PAGES_CATEGORIES_H

#include "domain/category.h"
#include "page.h"

enum { CATEGORY_BLANK_RULES = 3 };

struct desk {
	struct request			*rq;
	const struct region		*region;
	bool				 may_all, may_region;
	struct category_book		 book;
	struct category_rule		*rules;		/* shown: typed or stored */
	size_t				 n_rules;
	const struct category_preview	*preview;	/* or NULL */
	const char			*alert, *alert_kind;
};

/* The rules typed, in the order of their ranks; a row without rank is none.
 * NULL, or French: what is wrong and where. */
const char *desk_rules_read(struct desk *);

/* Labels in the order of their ranks. */
const char *desk_lines_read(struct desk *, int64_t **ret_ids,
	    const char ***ret_labels);

/* The région's lines in the order of their ranks, 1 or 0 for shown. */
const char *desk_region_read(struct desk *, int64_t **ret_ids,
	    int64_t **ret_shown);

/* A new line: its word for URLs, label and nature. */
const char *desk_add_read(struct desk *, const char **ret_slug,
	    const char **ret_label, const char **ret_nature);

#endif
