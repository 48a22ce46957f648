/* flow.h - the page being filled, while measuring and while drawing.
 *
 * Layer: chart (private).  May include: base, cairo, pango.
 */
#ifndef CHART_FLOW_H
#define CHART_FLOW_H

#include "chart/bulletin.h"
#include "chart/canvas.h"

enum {				/* points */
	PAGE_W = 595, PAGE_H = 842,
	MARGIN = 48,
	FLOW_W = PAGE_W - 2 * MARGIN,
	FLOW_TOP = 62,		/* first line of pages after the first */
	FLOW_BOTTOM = PAGE_H - 58
};

struct flow {
	struct canvas		*cv;
	cairo_surface_t		*surface;	/* NULL while measuring */
	const struct bulletin	*doc;
	double			 y;		/* next free */
	int			 page;		/* from 1 */
	int			 pages;		/* 0 while measuring */
};

/* Room of h points on this page, or else on a new one. */
void	 flow_need(struct flow *, double h);
void	 flow_new_page(struct flow *);

/* A table, broken between rows, its head on each page. */
void	 flow_table(struct flow *, const struct table *);

/* Height of title, head and two rows: what a heading wants below it. */
double	 flow_table_start(struct flow *, const struct table *);

#endif
