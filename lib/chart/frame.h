/* frame.h - what surrounds the plot: title, keys, axes, reporting rows.
 *
 * Each function takes the canvas and the room left, and says what it used, so
 * that the same code measures and paints.
 * Layer: chart (private).  May include: base, cairo, pango.
 */
#ifndef CHART_FRAME_H
#define CHART_FRAME_H

#include "chart/canvas.h"
#include "chart/chart.h"
#include "chart/scale.h"

enum {
	PAD = 12,		/* around everything */
	LINE_H = 18,		/* of keys and rows of text */
	NARROW = 520		/* below, names leave the right margin */
};

const struct chart_words *frame_words(const struct chart *);

/* A value in the chart's unit, French: "588", "93,1 %". */
char	*frame_value(struct canvas *, const struct chart *, double v,
	    int digits);

enum key_mark { KEY_LINE, KEY_BOX, KEY_HATCH };

struct key {
	enum key_mark	 mark;
	enum colour	 colour;
	const char	*text;
};

/* Keys in rows as wide as w; returns the height, 0 without keys. */
double	 frame_keys(struct canvas *, double x, double y, double w,
	    const struct key *, size_t n);

/* Keys of the classes of a colour scale, and of "unknown" if it is there. */
double	 frame_class_keys(struct canvas *, const struct chart *, double x,
	    double y, double w, bool unknown);

/* Title and subtitle in the width of room; returns the height. */
double	 frame_head(struct canvas *, const struct chart *, struct box room);

/* Source line under everything; returns the height. */
double	 frame_foot(struct canvas *, const struct chart *, struct box room);

/* A sentence in place of the plot. */
void	 frame_empty(struct canvas *, const struct chart *, struct box room);

/* The field where values and days meet. */
struct plot {
	struct box	in;
	struct scale	y;
};

double	 plot_x(const struct plot *, const struct chart *, size_t i);
double	 plot_y(const struct plot *, double v);

/* Widest label of the value axis. */
double	 frame_axis_w(struct canvas *, const struct chart *,
	    const struct scale *);
void	 frame_axis(struct canvas *, const struct chart *,
	    const struct plot *);

/* Day labels under the plot; returns the height (two lines). */
double	 frame_days(struct canvas *, const struct chart *,
	    const struct plot *);

/* Rows "n reporting / expected" under the day labels, with top at y;
 * name_w: room for names on the right, 0 for none.  Returns the height. */
double	 frame_reporting(struct canvas *, const struct chart *,
	    const struct plot *, double y, double name_w);

/* The first series' strip and numbers, without the words, top at y. */
void	 frame_reporting_bare(struct canvas *, const struct chart *,
	    const struct plot *, double y);

#endif
