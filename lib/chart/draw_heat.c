/* Rows x days, one colour per class.  Cells of a class are one path. */
#include "chart/draw.h"

#include <math.h>

#include "chart/series.h"

static const double ROW_H = 22, DAYS_H = 42;

static double
keys(struct canvas *cv, const struct chart *c, struct box room)
{
	return 6 + frame_class_keys(cv, c, room.x, room.y + 6, room.w,
	    series_has_unknown(c));
}

static double
height(struct canvas *cv, const struct chart *c, double w)
{
	cairo_t *cr = cv->cr;
	double h;

	cv->cr = NULL;
	h = keys(cv, c, (struct box){ 0, 0, w, 0 });
	cv->cr = cr;
	return ROW_H * (double)c->n_series + DAYS_H + h;
}

static double
names_w(struct canvas *cv, const struct chart *c, double w)
{
	double max = 0;

	for (size_t k = 0; k < c->n_series; k++)
		max = fmax(max, canvas_text_w(cv, FACE_TEXT,
		    c->series[k].name));
	return ceil(fmin(max + 1, w * 0.34));
}

static struct box
cell_of(const struct chart *c, struct box in, size_t k, size_t i)
{
	double w = in.w / (double)c->n_days, h = in.h / (double)c->n_series;
	double gap = w > 7 ? 1 : 0;

	return (struct box){ in.x + w * (double)i, in.y + h * (double)k,
		w - gap, h - 1 };
}

/* Add the cells of that class (-1: unknown) to the path, neighbours of a row
 * as one rectangle where no gap divides them. */
static bool
add_cells(struct canvas *cv, const struct chart *c, struct box in, int class)
{
	bool any = false;

	for (size_t k = 0; k < c->n_series; k++)
		for (size_t i = 0; i < c->n_days; i++) {
			const struct chart_point *p = &c->series[k].points[i];
			struct box b;

			if (class != (point_known(p) ? class_of(p->value,
			    c->limits, c->n_limits) : -1))
				continue;
			b = cell_of(c, in, k, i);
			cairo_rectangle(cv->cr, b.x, b.y, b.w, b.h);
			any = true;
		}
	return any;
}

static void
cell_values(struct canvas *cv, const struct chart *c, struct box in)
{
	for (size_t k = 0; k < c->n_series; k++)
		for (size_t i = 0; i < c->n_days; i++) {
			const struct chart_point *p = &c->series[k].points[i];
			struct box b = cell_of(c, in, k, i);
			enum colour fill;

			if (!point_known(p))
				continue;
			fill = theme_class(class_of(p->value, c->limits,
			    c->n_limits), (int)c->n_limits + 1);
			(void)canvas_text(cv, b.x + b.w / 2, b.y + b.h / 2,
			    (struct style){ FACE_TEXT, ALIGN_MIDDLE,
			    theme_ink(cv->theme, fill), 0 },
			    frame_value(cv, c, p->value, 0));
		}
}

/* Is a cell wide enough for the longest value? */
static bool
values_fit(struct canvas *cv, const struct chart *c, struct box in)
{
	struct range r = series_range(c, false);
	struct box b = cell_of(c, in, 0, 0);

	return r.lo <= r.hi && b.h >= 16 && b.w >= 4 +
	    fmax(canvas_text_w(cv, FACE_TEXT, frame_value(cv, c, r.hi, 0)),
	    canvas_text_w(cv, FACE_TEXT, frame_value(cv, c, r.lo, 0)));
}

static void
draw(struct canvas *cv, const struct chart *c, struct box room)
{
	double name_w = names_w(cv, c, room.w) + 10, used;
	cairo_t *cr = cv->cr;
	struct plot p = { .in = room };

	cv->cr = NULL;
	used = keys(cv, c, room) + DAYS_H;
	cv->cr = cr;
	p.in.x += name_w;
	p.in.w -= name_w + 8;
	p.in.h = fmax(room.h - used, 20);
	for (size_t k = 0; k < c->n_series; k++) {
		struct box b = cell_of(c, p.in, k, 0);
		struct style st = { FACE_TEXT, ALIGN_RIGHT, COL_TEXT,
			name_w - 10 };

		(void)canvas_text(cv, p.in.x - 8, b.y + b.h / 2, st,
		    c->series[k].name);
	}
	if (cv->cr != NULL) {
		if (add_cells(cv, c, p.in, -1))
			canvas_hatch(cv);
		for (int i = 0; i <= (int)c->n_limits; i++) {
			(void)add_cells(cv, c, p.in, i);
			canvas_colour(cv, theme_class(i,
			    (int)c->n_limits + 1));
			cairo_fill(cv->cr);
		}
	}
	if (values_fit(cv, c, p.in))
		cell_values(cv, c, p.in);
	used = frame_days(cv, c, &p);
	(void)keys(cv, c, (struct box){ room.x, p.in.y + p.in.h + used,
	    room.w, 0 });
}

const struct chart_drawing draw_heat = { height, draw };
