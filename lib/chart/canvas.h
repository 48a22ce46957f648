/* canvas.h - text, colour and a few shapes on top of cairo and pango.
 *
 * A canvas without a surface (cr NULL) measures: drawing calls return what
 * they would use and paint nothing.  Metrics are never hinted, so that text
 * has the same width on every surface and the same bytes in every process.
 * Owns: its pango objects; canvas_free() releases them.
 * Layer: chart (private).  May include: base, cairo, pango.
 */
#ifndef CHART_CANVAS_H
#define CHART_CANVAS_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "base/arena.h"
#include "chart/theme.h"

enum align { ALIGN_LEFT, ALIGN_MIDDLE, ALIGN_RIGHT };

enum { CANVAS_CACHE = 128 };

struct canvas_text {
	enum face	 face;
	double		 max_w;
	char		*text;
	PangoLayout	*layout;
	double		 w;
};

struct canvas {
	cairo_t			*cr;		/* NULL: measure only */
	struct arena		*arena;		/* scratch of one rendering */
	enum chart_theme	 theme;
	PangoContext		*pango;
	PangoFontDescription	*fonts[FACE__MAX];
	struct canvas_text	 cache[CANVAS_CACHE];
};

struct box {
	double	x, y, w, h;
};

/* How one line of text is set.  max_w 0: no limit, else cut with "…". */
struct style {
	enum face	face;
	enum align	align;
	enum colour	colour;
	double		max_w;
};

void	 canvas_init(struct canvas *, cairo_t *, struct arena *,
	    enum chart_theme, const char *font);
void	 canvas_free(struct canvas *);

void	 canvas_colour(struct canvas *, enum colour);

/* One line, x at its left, middle or right, y at half the height of its
 * digits.  Returns the width. */
double	 canvas_text(struct canvas *, double x, double y, struct style,
	    const char *);
double	 canvas_text_w(struct canvas *, enum face, const char *);
/* The same with a rim of the background, for text on top of shapes. */
void	 canvas_text_halo(struct canvas *, double x, double y, struct style,
	    const char *);

/* A wrapped paragraph with its top at y; returns its height. */
double	 canvas_para(struct canvas *, double x, double y, double w, enum face,
	    enum colour, const char *);

/* A layout of the caller's own; g_object_unref() it. */
PangoLayout *canvas_layout(struct canvas *, enum face, double w, const char *);

void	 canvas_line(struct canvas *, double x0, double y0, double x1,
	    double y1, enum colour, double width);
void	 canvas_rect(struct canvas *, struct box, enum colour);
void	 canvas_dot(struct canvas *, double x, double y, double r,
	    enum colour);

/* Hatch the current path, then forget it: the sign of "unknown". */
void	 canvas_hatch(struct canvas *);
void	 canvas_hatch_rect(struct canvas *, struct box);

/* Nearest half pixel, so that a one-pixel line is one pixel. */
double	 canvas_crisp(double);

#endif
