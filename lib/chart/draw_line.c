/* Lines over days: gaps stay gaps, bounds are a band, names stand at the end
 * of the lines where there is room. */
#include "chart/draw.h"

#include <math.h>

#include "chart/series.h"

static const double PLOT_H = 230, PLOT_NARROW_H = 190;
static const double LABEL_GAP = 16;

/* Eighths of a pixel: nobody sees more, and an SVG is a third shorter. */
static double
snap(double v)
{
	return round(v * 8) / 8;
}

static void
to_point(struct canvas *cv, const struct chart *c, const struct plot *p,
    size_t i, double v)
{
	cairo_line_to(cv->cr, snap(plot_x(p, c, i)), snap(plot_y(p, v)));
}

static void
band_run(struct canvas *cv, const struct chart *c, const struct plot *p,
    const struct chart_series *s, struct run r)
{
	const struct chart_point *q = &s->points[r.from];

	if (r.to - r.from == 1) {
		double w = fmin(p->in.w / (double)c->n_days, 6);
		double top = plot_y(p, q->high);

		cairo_rectangle(cv->cr, plot_x(p, c, r.from) - w / 2, top, w,
		    fmax(plot_y(p, q->low) - top, 1));
		return;
	}
	cairo_new_sub_path(cv->cr);
	for (size_t i = r.from; i < r.to; i++)
		to_point(cv, c, p, i, s->points[i].high);
	for (size_t i = r.to; i-- > r.from;)
		to_point(cv, c, p, i, s->points[i].low);
	cairo_close_path(cv->cr);
}

void
draw_band(struct canvas *cv, const struct chart *c, const struct plot *p,
    size_t k)
{
	uint32_t rgb = theme_rgb(cv->theme, draw_series_colour(c, k));
	size_t from = 0;
	struct run r;

	if (cv->cr == NULL)
		return;
	while (series_run(&c->series[k], c->n_days, point_bounded, &from, &r))
		band_run(cv, c, p, &c->series[k], r);
	if (c->n_series == 1 || c->kind == CHART_MULTIPLES)
		canvas_colour(cv, COL_BAND);
	else
		cairo_set_source_rgba(cv->cr, (rgb >> 16) / 255.0,
		    (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0, 0.14);
	cairo_fill(cv->cr);
}

void
draw_curve(struct canvas *cv, const struct chart *c, const struct plot *p,
    size_t k, double width)
{
	const struct chart_series *s = &c->series[k];
	enum colour colour = draw_series_colour(c, k);
	bool few = p->in.w / (double)c->n_days >= 14;
	size_t from = 0;
	struct run r;

	if (cv->cr == NULL)
		return;
	while (series_run(s, c->n_days, point_known, &from, &r)) {
		if (r.to - r.from == 1)
			continue;
		cairo_new_sub_path(cv->cr);
		for (size_t i = r.from; i < r.to; i++)
			to_point(cv, c, p, i, s->points[i].value);
	}
	canvas_colour(cv, colour);
	cairo_set_line_width(cv->cr, width);
	/* round joins of hundreds of zigzags cost more than all the rest */
	cairo_set_line_join(cv->cr, CAIRO_LINE_JOIN_BEVEL);
	cairo_stroke(cv->cr);

	from = 0;
	while (series_run(s, c->n_days, point_known, &from, &r))
		for (size_t i = r.from; i < r.to; i++)
			if (few || r.to - r.from == 1)
				canvas_dot(cv, plot_x(p, c, i),
				    plot_y(p, s->points[i].value),
				    width + 0.8, colour);
}

bool
draw_last(const struct chart *c, size_t k, size_t *ret_day)
{
	for (size_t i = c->n_days; i-- > 0;)
		if (point_known(&c->series[k].points[i])) {
			*ret_day = i;
			return true;
		}
	return false;
}

/* --- names ------------------------------------------------------------ */

struct end_label {
	double		 y;
	size_t		 series;
};

/* Keep the order of the line ends, at least LABEL_GAP apart. */
static void
spread(struct end_label *l, size_t n, double top, double bottom)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j > 0 && l[j].y < l[j - 1].y; j--) {
			struct end_label t = l[j];

			l[j] = l[j - 1];
			l[j - 1] = t;
		}
	for (size_t i = 0; i < n; i++)
		l[i].y = fmax(l[i].y, i == 0 ? top : l[i - 1].y + LABEL_GAP);
	for (size_t i = n; i-- > 0;)
		l[i].y = fmin(l[i].y,
		    i == n - 1 ? bottom : l[i + 1].y - LABEL_GAP);
}

static void
end_labels(struct canvas *cv, const struct chart *c, const struct plot *p,
    double name_w)
{
	struct end_label l[CHART_LINES_MAX];
	size_t n = 0, day;

	for (size_t k = 0; k < c->n_series && n < CHART_LINES_MAX; k++)
		if (draw_last(c, k, &day))
			l[n++] = (struct end_label){ plot_y(p,
			    c->series[k].points[day].value), k };
	spread(l, n, p->in.y, p->in.y + p->in.h);
	for (size_t i = 0; i < n; i++) {
		size_t k = l[i].series;
		struct style st = { FACE_STRONG, ALIGN_LEFT,
			draw_series_colour(c, k), name_w };

		(void)canvas_text(cv, p->in.x + p->in.w + 8, l[i].y, st,
		    name_w > 0 ? c->series[k].name :
		    arena_printf(cv->arena, "%zu", k + 1));
	}
}

/* The one line's last value, beside its last point. */
static void
end_value(struct canvas *cv, const struct chart *c, const struct plot *p)
{
	struct style st = { FACE_STRONG, ALIGN_LEFT, COL_TEXT, 0 };
	size_t day;
	double v;

	if (!draw_last(c, 0, &day))
		return;
	v = c->series[0].points[day].value;
	canvas_dot(cv, plot_x(p, c, day), plot_y(p, v), 4, COL_C4);
	canvas_text_halo(cv, plot_x(p, c, day) + 8, plot_y(p, v), st,
	    frame_value(cv, c, v, c->digits));
}

static double
names_w(struct canvas *cv, const struct chart *c, double w)
{
	double max = 0;

	if (c->n_series < 2 || w < NARROW)
		return 0;
	for (size_t k = 0; k < c->n_series; k++)
		max = fmax(max, canvas_text_w(cv, FACE_STRONG,
		    c->series[k].name));
	return ceil(fmin(max + 1, w * 0.26));
}

static double
keys(struct canvas *cv, const struct chart *c, struct box room)
{
	struct key key[CHART_LINES_MAX + 1];
	size_t n = 0;

	if (c->n_series > 1 && room.w < NARROW)
		for (size_t k = 0; k < c->n_series; k++)
			key[n++] = (struct key){ KEY_LINE,
				draw_series_colour(c, k),
				arena_printf(cv->arena, "%zu %s", k + 1,
				    c->series[k].name) };
	if (series_has_bounds(c))
		key[n++] = (struct key){ KEY_BOX,
			c->n_series == 1 ? COL_BAND : COL_GRID,
			frame_words(c)->bounds };
	return frame_keys(cv, room.x, room.y, room.w, key, n);
}

/* --- the chart -------------------------------------------------------- */

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
	double plot = w < NARROW ? PLOT_NARROW_H : PLOT_H;

	if (c->n_series > 6)
		plot += 60;
	return keys(cv, c, (struct box){ 0, 0, w, 0 }) + 8 + plot +
	    below(cv, c, w);
}

static double
right_margin(struct canvas *cv, const struct chart *c, double name_w)
{
	size_t day;

	if (name_w > 0)
		return name_w + 8;
	if (c->n_series > 1)
		return 24;
	if (!draw_last(c, 0, &day))
		return 8;
	return 12 + canvas_text_w(cv, FACE_STRONG, frame_value(cv, c,
	    c->series[0].points[day].value, c->digits));
}

static void
draw(struct canvas *cv, const struct chart *c, struct box room)
{
	struct range r = series_range(c, true);
	double name_w = names_w(cv, c, room.w), used = keys(cv, c, room) + 8;
	struct plot p;
	double axis;

	p.in = room;
	p.in.y += used;
	p.in.h = fmax(room.h - used - below(cv, c, room.w), 40);
	p.y = scale_fit(r.lo, r.hi, (struct scale_want){
	    .max_ticks = (int)fmax(p.in.h / 36, 3), .zero = !c->zoom,
	    .whole = c->unit == CHART_NUMBER && c->digits == 0 });
	axis = frame_axis_w(cv, c, &p.y) + 8;
	p.in.x += axis;
	p.in.w -= axis + right_margin(cv, c, name_w);

	for (size_t k = 0; k < c->n_series; k++)
		draw_band(cv, c, &p, k);
	frame_axis(cv, c, &p);
	for (size_t k = c->n_series; k-- > 0;)
		draw_curve(cv, c, &p, k, c->n_series > 3 ? 1.6 : 2);
	if (c->n_series == 1)
		end_value(cv, c, &p);
	else
		end_labels(cv, c, &p, name_w);
	if (r.lo > r.hi)
		frame_empty(cv, c, p.in);
	used = frame_days(cv, c, &p);
	(void)frame_reporting(cv, c, &p, p.in.y + p.in.h + used, name_w);
}

const struct chart_drawing draw_line = { height, draw };
