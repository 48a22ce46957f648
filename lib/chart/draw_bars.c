/* Columns over days, stacked, always from zero.  Where a part of the stack is
 * unknown the rest of the column is hatched: it may be anything. */
#include "chart/draw.h"

#include <math.h>

#include "chart/series.h"

static const double PLOT_H = 210;

static size_t
keys(const struct chart *c, struct key *key)
{
	size_t n = 0;

	for (size_t k = 0; c->n_series > 1 && k < c->n_series; k++)
		key[n++] = (struct key){ KEY_BOX, draw_series_colour(c, k),
			c->series[k].name };
	if (series_has_unknown(c))
		key[n++] = (struct key){ KEY_HATCH, COL_AXIS,
			frame_words(c)->unknown };
	return n;
}

static double
keys_draw(struct canvas *cv, const struct chart *c, struct box room)
{
	struct key key[CHART_LINES_MAX + 1];

	return frame_keys(cv, room.x, room.y, room.w, key, keys(c, key));
}

static double
below(struct canvas *cv, const struct chart *c, double w)
{
	struct plot p = { .in = { 0, 0, w, 0 } };
	cairo_t *cr = cv->cr;
	double h;

	cv->cr = NULL;
	h = 42 + frame_reporting(cv, c, &p, 0, 0);
	cv->cr = cr;
	return h;
}

static double
height(struct canvas *cv, const struct chart *c, double w)
{
	return keys_draw(cv, c, (struct box){ 0, 0, w, 0 }) + 8 + PLOT_H +
	    below(cv, c, w);
}

/* Sum of the known series before k on day i. */
static double
base_of(const struct chart *c, size_t k, size_t i)
{
	double sum = 0;

	for (size_t j = 0; j < k; j++)
		if (point_known(&c->series[j].points[i]))
			sum += fmax(c->series[j].points[i].value, 0);
	return sum;
}

static bool
all_known(const struct chart *c, size_t i)
{
	for (size_t k = 0; k < c->n_series; k++)
		if (!point_known(&c->series[k].points[i]))
			return false;
	return true;
}

static void
columns(struct canvas *cv, const struct chart *c, const struct plot *p,
    size_t k, double w)
{
	for (size_t i = 0; i < c->n_days; i++) {
		const struct chart_point *q = &c->series[k].points[i];
		double base = base_of(c, k, i), top;

		if (!point_known(q) || q->value <= 0)
			continue;
		top = plot_y(p, base + q->value);
		cairo_rectangle(cv->cr, plot_x(p, c, i) - w / 2, top, w,
		    plot_y(p, base) - top);
	}
	canvas_colour(cv, draw_series_colour(c, k));
	cairo_fill(cv->cr);
}

static void
draw_columns(struct canvas *cv, const struct chart *c, const struct plot *p)
{
	double cell = p->in.w / (double)c->n_days;
	double w = cell < 4 ? cell : fmin(cell * 0.76, 40);
	bool any = false;

	if (cv->cr == NULL)
		return;
	for (size_t i = 0; i < c->n_days; i++)
		if (!all_known(c, i)) {
			double y = plot_y(p, base_of(c, c->n_series, i));

			cairo_rectangle(cv->cr, plot_x(p, c, i) - cell / 2,
			    p->in.y, cell, y - p->in.y);
			any = true;
		}
	if (any)
		canvas_hatch(cv);
	for (size_t k = 0; k < c->n_series; k++)
		columns(cv, c, p, k, w);
}

static void
draw(struct canvas *cv, const struct chart *c, struct box room)
{
	double used = keys_draw(cv, c, room) + 8, axis;
	struct plot p = { .in = room };

	p.in.y += used;
	p.in.h = fmax(room.h - used - below(cv, c, room.w), 40);
	p.y = scale_fit(0, series_stack_max(c), (struct scale_want){
	    .max_ticks = (int)fmax(p.in.h / 36, 3), .zero = true,
	    .whole = c->unit == CHART_NUMBER && c->digits == 0 });
	axis = frame_axis_w(cv, c, &p.y) + 8;
	p.in.x += axis;
	p.in.w -= axis + 8;
	frame_axis(cv, c, &p);
	draw_columns(cv, c, &p);
	canvas_line(cv, p.in.x, canvas_crisp(plot_y(&p, 0)),
	    p.in.x + p.in.w, canvas_crisp(plot_y(&p, 0)), COL_AXIS, 1);
	used = frame_days(cv, c, &p);
	(void)frame_reporting(cv, c, &p, p.in.y + p.in.h + used, 0);
}

const struct chart_drawing draw_bars = { height, draw };
