#include "chart/frame.h"

#include <math.h>

#include "base/french.h"
#include "chart/series.h"

static const double MARK_W = 18;	/* of a key's mark, gap included */

const struct chart_words chart_words_fr = {
	.empty		= "Aucune donnée sur la période",
	.unknown	= "sans donnée",
	.bounds		= "bornes basse et haute",
	.reporting	= "Lieux déclarants / attendus",
	.less		= "moins de",
	.to		= "à",
	.more		= "et plus",
	.no_outline	= "Contours non installés\u202f: un carré par département",
	.credit		= "Contours\u202f: V. Cazanave, CC BY 4.0",
};

const struct chart_words *
frame_words(const struct chart *c)
{
	return c->words == NULL ? &chart_words_fr : c->words;
}

char *
frame_value(struct canvas *cv, const struct chart *c, double v, int digits)
{
	if (c->unit == CHART_RATE)
		return fr_pct(cv->arena, v, digits);
	return fr_decimal(cv->arena, v, digits);
}

/* --- keys ------------------------------------------------------------- */

static void
key_mark(struct canvas *cv, const struct key *k, double x, double y)
{
	struct box b = { x, y - 6, 12, 12 };

	switch (k->mark) {
	case KEY_LINE:
		canvas_line(cv, x, y, x + 13, y, k->colour, 3);
		break;
	case KEY_BOX:
		canvas_rect(cv, b, k->colour);
		break;
	case KEY_HATCH:
		canvas_hatch_rect(cv, b);
		break;
	}
}

double
frame_keys(struct canvas *cv, double x, double y, double w,
    const struct key *keys, size_t n)
{
	double at = x, row = y + LINE_H / 2.0;
	struct style st = { FACE_TEXT, ALIGN_LEFT, COL_TEXT, w - MARK_W };

	for (size_t i = 0; i < n; i++) {
		double tw = fmin(canvas_text_w(cv, FACE_TEXT, keys[i].text),
		    st.max_w);

		if (at > x && at + MARK_W + tw > x + w) {
			at = x;
			row += LINE_H;
		}
		key_mark(cv, &keys[i], at, row);
		(void)canvas_text(cv, at + MARK_W, row, st, keys[i].text);
		at += MARK_W + tw + 14;
	}
	return n == 0 ? 0 : row + LINE_H / 2.0 + 4 - y;
}

static const char *
class_text(struct canvas *cv, const struct chart *c, size_t i)
{
	const struct chart_words *w = frame_words(c);
	const char *from = i == 0 ? "" :
	    frame_value(cv, c, c->limits[i - 1], c->digits);
	const char *to = i == c->n_limits ? "" :
	    frame_value(cv, c, c->limits[i], c->digits);

	if (i == 0)
		return arena_printf(cv->arena, "%s %s", w->less, to);
	if (i == c->n_limits)
		return arena_printf(cv->arena, "%s %s", from, w->more);
	/* the unit once is enough */
	if (c->unit == CHART_RATE)
		from = fr_decimal(cv->arena, c->limits[i - 1] * 100,
		    c->digits);
	return arena_printf(cv->arena, "%s %s %s", from, w->to, to);
}

double
frame_class_keys(struct canvas *cv, const struct chart *c, double x, double y,
    double w, bool unknown)
{
	struct key keys[CHART_LIMITS_MAX + 2];
	size_t n = 0;

	for (size_t i = 0; i <= c->n_limits; i++)
		keys[n++] = (struct key){ KEY_BOX,
			theme_class((int)i, (int)c->n_limits + 1),
			class_text(cv, c, i) };
	if (unknown)
		keys[n++] = (struct key){ KEY_HATCH, COL_AXIS,
			frame_words(c)->unknown };
	return frame_keys(cv, x, y, w, keys, n);
}

/* --- head and foot ---------------------------------------------------- */

double
frame_head(struct canvas *cv, const struct chart *c, struct box room)
{
	double y = room.y;

	y += canvas_para(cv, room.x, y, room.w, FACE_TITLE, COL_TEXT,
	    c->title);
	if (c->subtitle != NULL)
		y += 2 + canvas_para(cv, room.x, y + 2, room.w, FACE_TEXT,
		    COL_MUTED, c->subtitle);
	return y + 10 - room.y;
}

double
frame_foot(struct canvas *cv, const struct chart *c, struct box room)
{
	if (c->source == NULL)
		return 0;
	return 8 + canvas_para(cv, room.x, room.y + 8, room.w, FACE_TEXT,
	    COL_MUTED, c->source);
}

void
frame_empty(struct canvas *cv, const struct chart *c, struct box room)
{
	struct style st = { FACE_TEXT, ALIGN_MIDDLE, COL_MUTED, room.w - 20 };

	canvas_rect(cv, room, COL_ALT);
	(void)canvas_text(cv, room.x + room.w / 2, room.y + room.h / 2, st,
	    frame_words(c)->empty);
}

/* --- axes ------------------------------------------------------------- */

double
plot_x(const struct plot *p, const struct chart *c, size_t i)
{
	return p->in.x + ((double)i + 0.5) * p->in.w / (double)c->n_days;
}

double
plot_y(const struct plot *p, double v)
{
	return p->in.y + p->in.h * (1 - scale_pos(&p->y, v));
}

double
frame_axis_w(struct canvas *cv, const struct chart *c, const struct scale *s)
{
	int digits = scale_digits(s, c->unit == CHART_RATE);
	double w = 0;

	for (int i = 0; i < s->n; i++)
		w = fmax(w, canvas_text_w(cv, FACE_TEXT,
		    frame_value(cv, c, scale_tick(s, i), digits)));
	return w;
}

void
frame_axis(struct canvas *cv, const struct chart *c, const struct plot *p)
{
	int digits = scale_digits(&p->y, c->unit == CHART_RATE);
	struct style st = { FACE_TEXT, ALIGN_RIGHT, COL_MUTED, 0 };
	double right = p->in.x + p->in.w;

	for (int i = 0; i < p->y.n; i++) {
		double v = scale_tick(&p->y, i);
		double y = canvas_crisp(plot_y(p, v));
		/* zero and, for rates that pass it, 100 % stand out */
		bool base = fabs(v) < p->y.step / 1e6 ||
		    (c->unit == CHART_RATE && p->y.hi > 1.0 + 1e-9 &&
		    fabs(v - 1) < p->y.step / 1e6);

		canvas_line(cv, p->in.x, y, right, y,
		    base ? COL_AXIS : COL_GRID, 1);
		(void)canvas_text(cv, p->in.x - 8, y, st,
		    frame_value(cv, c, v, digits));
	}
}

static size_t
day_ticks(const struct chart *c, const struct plot *p, struct day_tick *ret)
{
	return scale_days(c->first_day, c->first_day + (int32_t)c->n_days - 1,
	    (size_t)fmax(p->in.w / 58, 2), ret);
}

/* x such that text w wide stays inside lo..hi. */
static double
keep(double x, double w, double lo, double hi)
{
	return fmax(fmin(x, hi - w / 2), lo + w / 2);
}

double
frame_days(struct canvas *cv, const struct chart *c, const struct plot *p)
{
	struct day_tick ticks[DAY_TICKS_MAX];
	struct style st = { FACE_TEXT, ALIGN_MIDDLE, COL_MUTED, 0 };
	size_t n = day_ticks(c, p, ticks);
	double y = p->in.y + p->in.h;

	for (size_t i = 0; i < n; i++) {
		double x = plot_x(p, c,
		    (size_t)(ticks[i].day - c->first_day));
		double w = canvas_text_w(cv, FACE_TEXT, ticks[i].label);
		double at = keep(x, w, p->in.x - 24, p->in.x + p->in.w + 12);

		canvas_line(cv, canvas_crisp(x), y, canvas_crisp(x), y + 5,
		    COL_AXIS, 1);
		(void)canvas_text(cv, at, y + 15, st, ticks[i].label);
		(void)canvas_text(cv, at, y + 31, st, ticks[i].year);
	}
	return 42;
}

/* --- who reported ----------------------------------------------------- */

/* Share of expected places that reported, as an area under a step line: one
 * path, however many days. */
static void
reporting_strip(struct canvas *cv, const struct chart *c,
    const struct chart_series *s, struct box b, enum colour colour)
{
	double dx = b.w / (double)c->n_days;

	canvas_rect(cv, b, COL_C0);
	if (cv->cr == NULL)
		return;
	canvas_colour(cv, colour);
	cairo_move_to(cv->cr, b.x, b.y + b.h);
	for (size_t i = 0; i < c->n_days; i++) {
		const struct chart_point *p = &s->points[i];
		double share = p->expected <= 0 ? 0 :
		    fmin(fmax((double)p->reporting / p->expected, 0), 1);
		double top = b.y + b.h * (1 - share);

		cairo_line_to(cv->cr, b.x + dx * (double)i, top);
		cairo_line_to(cv->cr, b.x + dx * (double)(i + 1), top);
	}
	cairo_line_to(cv->cr, b.x + b.w, b.y + b.h);
	cairo_close_path(cv->cr);
	cairo_fill(cv->cr);
}

/* "12/14" under the strip at day ticks, as many as have room. */
static void
reporting_texts(struct canvas *cv, const struct chart *c,
    const struct plot *p, const struct chart_series *s, double y)
{
	struct day_tick ticks[DAY_TICKS_MAX];
	struct style st = { FACE_TEXT, ALIGN_MIDDLE, COL_MUTED, 0 };
	size_t n = day_ticks(c, p, ticks);
	double free_from = -INFINITY;

	for (size_t i = 0; i < n; i++) {
		size_t day = (size_t)(ticks[i].day - c->first_day);
		const struct chart_point *q = &s->points[day];
		double x = plot_x(p, c, day), w;
		const char *text;

		if (q->expected <= 0)
			continue;
		text = arena_printf(cv->arena, "%s/%s",
		    fr_int(cv->arena, q->reporting),
		    fr_int(cv->arena, q->expected));
		w = canvas_text_w(cv, FACE_TEXT, text);
		x = keep(x, w, p->in.x - 24, p->in.x + p->in.w + 12);
		if (x - w / 2 < free_from)
			continue;
		(void)canvas_text(cv, x, y, st, text);
		free_from = x + w / 2 + 8;
	}
}

void
frame_reporting_bare(struct canvas *cv, const struct chart *c,
    const struct plot *p, double y)
{
	reporting_strip(cv, c, &c->series[0], (struct box){ p->in.x, y,
	    p->in.w, 10 }, COL_C2);
	reporting_texts(cv, c, p, &c->series[0], y + 20);
}

/* Few series: a strip and the numbers for each. */
static double
reporting_full(struct canvas *cv, const struct chart *c,
    const struct plot *p, double y)
{
	struct style st = { FACE_TEXT, ALIGN_LEFT, COL_MUTED, p->in.w };
	double top = y;

	for (size_t k = 0; k < c->n_series; k++) {
		const struct chart_series *s = &c->series[k];
		const char *what = frame_words(c)->reporting;

		if (!series_has_counts(s, c->n_days))
			continue;
		if (c->n_series > 1)
			what = arena_printf(cv->arena, "%s – %s", what,
			    s->name);
		(void)canvas_text(cv, p->in.x, y + LINE_H / 2.0, st, what);
		reporting_strip(cv, c, s, (struct box){ p->in.x, y + LINE_H,
		    p->in.w, 10 }, COL_C2);
		reporting_texts(cv, c, p, s, y + LINE_H + 20);
		y += LINE_H + 34;
	}
	return y - top;
}

double
frame_reporting(struct canvas *cv, const struct chart *c,
    const struct plot *p, double y, double name_w)
{
	struct style st = { FACE_TEXT, ALIGN_LEFT, COL_MUTED, p->in.w };
	size_t n = series_with_counts(c);
	double top = y;

	if (n == 0)
		return 0;
	if (n <= 2)
		return reporting_full(cv, c, p, y);
	(void)canvas_text(cv, p->in.x, y + LINE_H / 2.0, st,
	    frame_words(c)->reporting);
	y += LINE_H + 2;
	for (size_t k = 0; k < c->n_series; k++) {
		const struct chart_series *s = &c->series[k];
		struct box b = { p->in.x, y + 2, p->in.w, 12 };

		if (!series_has_counts(s, c->n_days))
			continue;
		reporting_strip(cv, c, s, b, COL_C2);
		st = (struct style){ FACE_TEXT, ALIGN_LEFT,
			COL_S0 + (enum colour)(k % CHART_LINES_MAX), name_w };
		(void)canvas_text(cv, b.x + b.w + 8, y + 8, st, name_w > 0 ?
		    s->name : arena_printf(cv->arena, "%zu", k + 1));
		y += 16;
	}
	return y + 4 - top;
}
