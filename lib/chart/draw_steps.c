/* One value over instants: level while it held, upright where it changed,
 * nothing where nothing was known.  Times of no knowledge are hatched along
 * the foot, so that a gap is seen also where the line is thin. */
#include "chart/draw.h"

#include <math.h>

static const double PLOT_H = 200, PLOT_NARROW_H = 170, STRIP_H = 8;

static double
at_x(const struct plot *p, const struct chart *c, double days)
{
	return p->in.x + p->in.w * fmin(fmax(days, 0), (double)c->n_days) /
	    (double)c->n_days;
}

/* Whether step i goes on where the one before it ended: less than a second
 * apart is no gap. */
static bool
touches(const struct chart *c, size_t i)
{
	return i > 0 && c->steps[i].from - c->steps[i - 1].to < 1.0 / 86400;
}

static void
line(struct canvas *cv, const struct chart *c, const struct plot *p)
{
	if (cv->cr == NULL)
		return;
	for (size_t i = 0; i < c->n_steps; i++) {
		const struct chart_step *s = &c->steps[i];
		double y = plot_y(p, s->value);

		if (touches(c, i))
			cairo_line_to(cv->cr, at_x(p, c, s->from), y);
		else
			cairo_move_to(cv->cr, at_x(p, c, s->from), y);
		cairo_line_to(cv->cr, at_x(p, c, s->to), y);
	}
	canvas_colour(cv, COL_C4);
	cairo_set_line_width(cv->cr, 2);
	cairo_set_line_join(cv->cr, CAIRO_LINE_JOIN_BEVEL);
	cairo_stroke(cv->cr);
}

static void
unknown(struct canvas *cv, const struct chart *c, const struct plot *p)
{
	double until = 0;

	for (size_t i = 0; i <= c->n_steps; i++) {
		double from = i < c->n_steps ? c->steps[i].from :
		    (double)c->n_days;
		double x = at_x(p, c, until), w = at_x(p, c, from) - x;

		if (w > 0.5)
			canvas_hatch_rect(cv, (struct box){ x,
			    p->in.y + p->in.h - STRIP_H, w, STRIP_H });
		if (i < c->n_steps)
			until = c->steps[i].to;
	}
}

static bool
has_gap(const struct chart *c)
{
	double until = 0;

	for (size_t i = 0; i < c->n_steps; i++) {
		if (c->steps[i].from - until >= 1.0 / 86400)
			return true;
		until = c->steps[i].to;
	}
	return (double)c->n_days - until >= 1.0 / 86400;
}

static double
keys(struct canvas *cv, const struct chart *c, struct box room)
{
	struct key key = { KEY_HATCH, COL_GRID, frame_words(c)->unknown };

	return frame_keys(cv, room.x, room.y, room.w, &key, has_gap(c));
}

static double
height(struct canvas *cv, const struct chart *c, double w)
{
	return keys(cv, c, (struct box){ 0, 0, w, 0 }) + 8 +
	    (w < NARROW ? PLOT_NARROW_H : PLOT_H) + 42;
}

static void
draw(struct canvas *cv, const struct chart *c, struct box room)
{
	double used = keys(cv, c, room) + 8, max = 0, axis;
	struct plot p = { .in = room };

	for (size_t i = 0; i < c->n_steps; i++)
		max = fmax(max, c->steps[i].value);
	p.in.y += used;
	p.in.h = fmax(room.h - used - 42, 40);
	p.y = scale_fit(0, max, (struct scale_want){
	    .max_ticks = (int)fmax(p.in.h / 36, 3), .zero = true,
	    .whole = c->unit == CHART_NUMBER && c->digits == 0 });
	axis = frame_axis_w(cv, c, &p.y) + 8;
	p.in.x += axis;
	p.in.w -= axis + 8;

	frame_axis(cv, c, &p);
	unknown(cv, c, &p);
	line(cv, c, &p);
	(void)frame_days(cv, c, &p);
}

const struct chart_drawing draw_steps = { height, draw };
