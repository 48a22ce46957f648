/* bulletin.h - a paginated A4 document of text, charts and tables.
 *
 * The caller lists blocks in reading order; pages break between blocks,
 * between the lines of a paragraph and between the rows of a table, whose
 * head is repeated.  A heading never stands alone at the foot of a page.
 * Every page has a footer with the cut and "Page n/N"; text can be selected;
 * headings are the PDF's outline.  Same description, same bytes.
 * Layer: chart.  May include: base, cairo, pango.
 */
#ifndef CHART_BULLETIN_H
#define CHART_BULLETIN_H

#include <stddef.h>

#include "chart/chart.h"

enum block_kind {
	BLOCK_HEADING,		/* text */
	BLOCK_TEXT,		/* text */
	BLOCK_CHART,		/* chart, and chart_right for two side by side */
	BLOCK_TABLE,		/* table */
	BLOCK_PAGE,		/* what follows starts a page */
	BLOCK_KIND__MAX
};

enum {
	BULLETIN_BLOCKS_MAX = 256,
	TABLE_COLUMNS_MAX = 12,
	TABLE_ROWS_MAX = 5000
};

struct table_column {
	const char	*title;
	double		 weight;	/* share of the width, > 0 */
	bool		 number;	/* set to the right */
};

struct table_row {
	const char	*const *cells;	/* one per column; NULL: a dash */
	bool		 strong;	/* a total: bold, line above */
};

struct table {
	const char			*title;		/* NULL: none */
	const struct table_column	*columns;
	size_t				 n_columns;
	const struct table_row		*rows;
	size_t				 n_rows;
};

struct block {
	enum block_kind		 kind;
	const char		*text;
	const struct chart	*chart, *chart_right;	/* sizes and theme are
							 * the bulletin's */
	const struct table	*table;
};

struct bulletin {
	const char		*title;		/* never NULL */
	const char		*subtitle;	/* NULL: none */
	const char		*author;	/* metadata; NULL: none */
	const char		*subject;	/* metadata; NULL: none */
	const char		*cut;		/* footer: "Données arrêtées au …" */
	const char		*page_word;	/* NULL: "Page" */
	const char		*font;		/* NULL: DejaVu Sans */
	int64_t			 created_utc;	/* of the cut, not of the clock */
	const struct block	*blocks;
	size_t			 n_blocks;
};

/* Append the PDF to ret_bytes and say how many pages it has.
 * ST_INPUT: a block without what its kind needs, a chart that chart_render()
 * would refuse, text not UTF-8; ST_LIMIT: no room in ret_bytes; ST_IO: cairo.
 * Cost: every block is measured once and drawn once. */
enum status bulletin_render(const struct bulletin *, struct str *ret_bytes,
	    int *ret_pages, struct fault *) MUST_CHECK;

#endif
