/* A ranking: one row per item.  From zero it is a lollipop, whose length
 * means something; on a zoomed axis only a dot on a guide line. */
#include "chart/draw.h"

#include <math.h>

#include "chart/series.h"

static const double ROW_H = 25, ROW_NARROW_H = 40, AXIS_H = 26;

static double
row_h(double w)
{
	return w < NARROW ? ROW_NARROW_H : ROW_H;
}

static double
height(struct canvas *cv, const struct chart *c, double w)
{
	(void)cv;
	return row_h(w) * (double)c->n_items + AXIS_H + 4;
}

static double
names_w(struct canvas *cv, const struct chart *c, double w)
{
	double max = 0;

	for (size_t i = 0; i < c->n_items; i++)
		max = fmax(max, canvas_text_w(cv, FACE_TEXT,
		    c->items[i].name));
	return ceil(fmin(max + 1, w * 0.36));
}

static double
values_w(struct canvas *cv, const struct chart *c)
{
	double max = 0;

	for (size_t i = 0; i < c->n_items; i++)
		if (isfinite(c->items[i].value))
			max = fmax(max, canvas_text_w(cv, FACE_STRONG,
			    frame_value(cv, c, c->items[i].value,
			    c->digits)));
	return max;
}

static void
axis(struct canvas *cv, const struct chart *c, struct box in,
    const struct scale *s)
{
	struct style st = { FACE_TEXT, ALIGN_MIDDLE, COL_MUTED, 0 };
	int digits = scale_digits(s, c->unit == CHART_RATE);

	for (int i = 0; i < s->n; i++) {
		double v = scale_tick(s, i);
		double x = canvas_crisp(in.x + in.w * scale_pos(s, v));

		canvas_line(cv, x, in.y, x, in.y + in.h,
		    fabs(v) < s->step / 1e6 ? COL_AXIS : COL_GRID, 1);
		(void)canvas_text(cv, x, in.y + in.h + 14, st,
		    frame_value(cv, c, v, digits));
	}
}

static void
row(struct canvas *cv, const struct chart *c, struct box in,
    const struct scale *s, const struct chart_item *it, double y)
{
	struct style value = { FACE_STRONG, ALIGN_LEFT, COL_TEXT, 0 };
	double x0 = in.x + in.w * scale_pos(s, 0), x;

	if (!isfinite(it->value)) {
		value = (struct style){ FACE_TEXT, ALIGN_LEFT, COL_MUTED, 0 };
		canvas_hatch_rect(cv, (struct box){ in.x, y - 5, 24, 10 });
		(void)canvas_text(cv, in.x + 32, y, value,
		    frame_words(c)->unknown);
		return;
	}
	x = in.x + in.w * scale_pos(s, it->value);
	if (c->zoom)
		canvas_line(cv, in.x, y, in.x + in.w, y, COL_GRID, 1);
	else
		canvas_line(cv, x0, y, x, y, COL_C2, 3);
	canvas_dot(cv, x, y, 5.5, COL_C4);
	canvas_text_halo(cv, fmax(x, x0) + 11, y, value,
	    frame_value(cv, c, it->value, c->digits));
}

static void
draw(struct canvas *cv, const struct chart *c, struct box room)
{
	bool narrow = room.w < NARROW;
	double name_w = narrow ? 0 : names_w(cv, c, room.w) + 12;
	struct range r = items_range(c);
	struct box in = { room.x + name_w + 12, room.y,
		room.w - name_w - 12 - values_w(cv, c) - 16,
		fmax(room.h - AXIS_H, 20) };
	double h = in.h / (double)c->n_items;
	struct scale s = scale_fit(r.lo, r.hi, (struct scale_want){
	    .max_ticks = (int)fmax(in.w / 62, 3), .zero = !c->zoom,
	    .whole = c->unit == CHART_NUMBER && c->digits == 0 });

	axis(cv, c, in, &s);
	for (size_t i = 0; i < c->n_items; i++) {
		double y = in.y + h * ((double)i + 0.5);
		struct style st = { FACE_TEXT, ALIGN_RIGHT, COL_TEXT, 0 };

		if (narrow) {
			st.align = ALIGN_LEFT;
			st.max_w = room.w;
			canvas_text_halo(cv, room.x, y - 9, st,
			    c->items[i].name);
			y += 9;
		} else {
			st.max_w = name_w - 12;
			(void)canvas_text(cv, in.x - 12, y, st,
			    c->items[i].name);
		}
		row(cv, c, in, &s, &c->items[i], y);
	}
}

const struct chart_drawing draw_rank = { height, draw };
