/* draw.h - the kinds of charts, and a whole chart on a canvas.
 *
 * Adding a kind: a file draw_KIND.c with a height and a draw function, a row
 * in the table of draw.c, a word in enum chart_kind.
 * Layer: chart (private).  May include: base, cairo, pango.
 */
#ifndef CHART_DRAW_H
#define CHART_DRAW_H

#include "chart/canvas.h"
#include "chart/chart.h"
#include "chart/frame.h"

struct chart_drawing {
	/* Height the body wants in width w. */
	double	(*height)(struct canvas *, const struct chart *, double w);
	void	(*draw)(struct canvas *, const struct chart *, struct box);
};

extern const struct chart_drawing draw_line, draw_bars, draw_rank, draw_heat,
    draw_map, draw_multiples, draw_steps;

/* ST_INPUT: outside the limits of chart.h, or text not UTF-8. */
enum status draw_check(const struct chart *, struct fault *) MUST_CHECK;

/* A copy of c with the classes filled in where the caller gave none. */
struct chart draw_prepare(struct arena *, const struct chart *c);

/* Height of a prepared chart drawn w wide, padding included. */
double	 draw_height(struct canvas *, const struct chart *, double w);

/* A prepared chart into room; paper: without background and padding. */
void	 draw_chart(struct canvas *, const struct chart *, struct box room,
	    bool paper);

/* --- shared by the kinds ------------------------------------------------ */

enum colour draw_series_colour(const struct chart *, size_t k);

/* One series: band, then line with gaps, a lone day as a dot. */
void	 draw_band(struct canvas *, const struct chart *, const struct plot *,
	    size_t k);
void	 draw_curve(struct canvas *, const struct chart *,
	    const struct plot *, size_t k, double width);

/* Last known day of series k; false if there is none. */
bool	 draw_last(const struct chart *, size_t k, size_t *ret_day);

#endif
