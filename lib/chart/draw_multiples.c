/* Small multiples: one panel per series, all on the same two scales. */
#include "chart/draw.h"

#include <math.h>

#include "chart/series.h"

static const double PANEL_W = 215, PANEL_GAP = 22, PLOT_H = 84;
static const double NAME_H = 27, DAYS_H = 42;

static size_t
columns(const struct chart *c, double w)
{
	size_t n = (size_t)fmax((w + PANEL_GAP) / (PANEL_W + PANEL_GAP), 1);

	return n < c->n_series ? n : c->n_series;
}

static double
panel_h(const struct chart *c)
{
	return NAME_H + PLOT_H + DAYS_H + 14 +
	    (series_with_counts(c) > 0 ? 34 : 0);
}

static double
keys(struct canvas *cv, const struct chart *c, struct box room)
{
	struct key key[2];
	size_t n = 0;

	if (series_has_bounds(c))
		key[n++] = (struct key){ KEY_BOX, COL_BAND,
			frame_words(c)->bounds };
	if (series_with_counts(c) > 0)
		key[n++] = (struct key){ KEY_BOX, COL_C2,
			frame_words(c)->reporting };
	return frame_keys(cv, room.x, room.y, room.w, key, n) + 6;
}

static double
height(struct canvas *cv, const struct chart *c, double w)
{
	size_t cols = columns(c, w), rows = (c->n_series + cols - 1) / cols;

	return keys(cv, c, (struct box){ 0, 0, w, 0 }) +
	    (double)rows * panel_h(c);
}

static void
panel_name(struct canvas *cv, const struct chart *c, struct box b, size_t k)
{
	struct style value = { FACE_STRONG, ALIGN_RIGHT, COL_C4, 0 };
	struct style name = { FACE_STRONG, ALIGN_LEFT, COL_TEXT, b.w };
	size_t day;

	if (draw_last(c, k, &day))
		name.max_w -= 8 + canvas_text(cv, b.x + b.w, b.y + 9, value,
		    frame_value(cv, c, c->series[k].points[day].value,
		    c->digits));
	(void)canvas_text(cv, b.x, b.y + 9, name, c->series[k].name);
}

static void
panel(struct canvas *cv, const struct chart *c, struct box b, size_t k,
    const struct scale *y, double axis_w)
{
	struct plot p = { .y = *y, .in = { b.x + axis_w, b.y + NAME_H,
		b.w - axis_w, PLOT_H } };
	struct chart one = *c;

	one.series = &c->series[k];
	one.n_series = 1;
	panel_name(cv, c, b, k);
	draw_band(cv, &one, &p, 0);
	frame_axis(cv, &one, &p);
	draw_curve(cv, &one, &p, 0, 1.6);
	(void)frame_days(cv, &one, &p);
	if (series_has_counts(one.series, c->n_days))
		frame_reporting_bare(cv, &one, &p,
		    p.in.y + p.in.h + DAYS_H + 2);
}

static void
draw(struct canvas *cv, const struct chart *c, struct box room)
{
	struct range r = series_range(c, true);
	struct scale y = scale_fit(r.lo, r.hi, (struct scale_want){
	    .max_ticks = 4, .zero = !c->zoom,
	    .whole = c->unit == CHART_NUMBER && c->digits == 0 });
	double axis_w = frame_axis_w(cv, c, &y) + 8;
	double top = room.y + keys(cv, c, room);
	size_t cols = columns(c, room.w);
	double w = (room.w - PANEL_GAP * (double)(cols - 1)) / (double)cols;

	for (size_t k = 0; k < c->n_series; k++) {
		size_t col = k % cols, row = k / cols;
		struct box b = { room.x + (double)col * (w + PANEL_GAP),
			top + (double)row * panel_h(c), w - 12, panel_h(c) };

		panel(cv, c, b, k, &y, axis_w);
	}
}

const struct chart_drawing draw_multiples = { height, draw };
