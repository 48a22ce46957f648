#include "chart/draw.h"

#include <math.h>
#include <string.h>

#include "chart/series.h"

static const struct kind {
	const struct chart_drawing	*drawing;
	size_t				 max_series;	/* 0: it has items */
} kinds[CHART_KIND__MAX] = {
	[CHART_LINE]		= { &draw_line, CHART_LINES_MAX },
	[CHART_BARS]		= { &draw_bars, CHART_LINES_MAX },
	[CHART_RANK]		= { &draw_rank, 0 },
	[CHART_HEAT]		= { &draw_heat, CHART_SERIES_MAX },
	[CHART_MAP]		= { &draw_map, 0 },
	[CHART_MULTIPLES]	= { &draw_multiples, CHART_SERIES_MAX },
	[CHART_STEPS]		= { &draw_steps, 0 },
};

/* --- checks ----------------------------------------------------------- */

enum { TEXT_BYTES_MAX = 2000 };

static bool
text_ok(const char *s)
{
	size_t n;

	if (s == NULL)
		return true;
	n = strnlen(s, TEXT_BYTES_MAX + 1);
	return n <= TEXT_BYTES_MAX && utf8_valid(s, n);
}

static const char *
why_not_texts(const struct chart *c)
{
	const char *const texts[] = { c->title, c->subtitle, c->alt,
	    c->source };

	for (size_t i = 0; i < N_ELEM(texts); i++)
		if (!text_ok(texts[i]))
			return "text too long or not UTF-8";
	for (size_t i = 0; i < c->n_series; i++)
		if (c->series[i].name == NULL || !text_ok(c->series[i].name))
			return "name of a series";
	for (size_t i = 0; i < c->n_items; i++)
		if (c->items[i].name == NULL || c->items[i].code == NULL ||
		    !text_ok(c->items[i].name) || !text_ok(c->items[i].code))
			return "name of an item";
	return NULL;
}

static const char *
why_not(const struct chart *c)
{
	if (c->kind < 0 || c->kind >= CHART_KIND__MAX ||
	    c->theme < 0 || c->theme >= CHART_THEME__MAX ||
	    c->unit < 0 || c->unit >= CHART_UNIT__MAX)
		return "unknown kind, theme or unit";
	if (c->width_px < CHART_MIN_PX || c->width_px > CHART_MAX_PX ||
	    c->height_px < 0 || c->height_px > CHART_MAX_PX)
		return "size";
	if (!(c->png_scale >= 0 && c->png_scale <= 4))
		return "png_scale";
	if (c->digits < 0 || c->digits > 6)
		return "digits";
	if (c->title == NULL)
		return "no title";
	if (kinds[c->kind].max_series > 0 &&
	    c->n_series > kinds[c->kind].max_series)
		return "too many series for this kind";
	if (c->n_series > CHART_SERIES_MAX || c->n_days > CHART_DAYS_MAX ||
	    c->n_items > CHART_ITEMS_MAX || c->n_limits > CHART_LIMITS_MAX)
		return "too many days, items or limits";
	if (c->n_steps > CHART_STEPS_MAX)
		return "too many steps";
	return why_not_texts(c);
}

enum status
draw_check(const struct chart *c, struct fault *f)
{
	const char *why = why_not(c);

	if (why == NULL)
		return ST_OK;
	fault_set(f, "chart: %s", why);
	return ST_INPUT;
}

/* --- the whole -------------------------------------------------------- */

struct chart
draw_prepare(struct arena *a, const struct chart *c)
{
	struct chart p = *c;
	bool items = kinds[c->kind].max_series == 0;
	struct range r = items ? items_range(c) : series_range(c, false);
	struct scale s;
	double *limits;
	int digits;

	if (c->n_limits > 0 || (c->kind != CHART_MAP && c->kind != CHART_HEAT))
		return p;
	s = scale_fit(r.lo, r.hi, (struct scale_want){
	    .max_ticks = CHART_LIMITS_MAX + 1, .whole = c->unit == CHART_NUMBER
	    && c->digits == 0 });
	limits = ARENA_ARRAY(a, CHART_LIMITS_MAX, double);
	for (int i = 1; i < s.n - 1; i++)
		limits[p.n_limits++] = scale_tick(&s, i);
	if (p.n_limits == 0)
		limits[p.n_limits++] = s.hi;
	digits = scale_digits(&s, c->unit == CHART_RATE);
	p.digits = digits > p.digits ? digits : p.digits;
	p.limits = limits;
	return p;
}

static bool
is_empty(const struct chart *c)
{
	if (c->kind == CHART_STEPS)
		return c->n_steps == 0 || c->n_days == 0;
	if (kinds[c->kind].max_series == 0)
		return c->n_items == 0;
	return c->n_series == 0 || c->n_days == 0;
}

static double
body_height(struct canvas *cv, const struct chart *c, double w)
{
	return is_empty(c) ? 120 : kinds[c->kind].drawing->height(cv, c, w);
}

double
draw_height(struct canvas *cv, const struct chart *c, double w)
{
	cairo_t *cr = cv->cr;
	struct box room = { PAD, PAD, w - 2 * PAD, 0 };
	double h;

	cv->cr = NULL;
	h = frame_head(cv, c, room) + body_height(cv, c, room.w) +
	    frame_foot(cv, c, room) + 2 * PAD;
	cv->cr = cr;
	return ceil(h);
}

void
draw_chart(struct canvas *cv, const struct chart *c, struct box room,
    bool paper)
{
	double head, foot;
	cairo_t *cr = cv->cr;

	if (!paper) {
		canvas_rect(cv, room, COL_BG);
		room.x += PAD;
		room.y += PAD;
		room.w -= 2 * PAD;
		room.h -= 2 * PAD;
	}
	head = frame_head(cv, c, room);
	room.y += head;
	room.h -= head;
	cv->cr = NULL;
	foot = frame_foot(cv, c, room);
	cv->cr = cr;
	room.h = fmax(room.h - foot, 40);
	if (is_empty(c))
		frame_empty(cv, c, room);
	else
		kinds[c->kind].drawing->draw(cv, c, room);
	room.y += room.h;
	(void)frame_foot(cv, c, room);
}

enum colour
draw_series_colour(const struct chart *c, size_t k)
{
	static const enum colour calm[] = { COL_C4, COL_C2, COL_C5 };

	if (c->n_series == 1 || c->kind == CHART_MULTIPLES)
		return COL_C4;
	/* few parts of one whole: shades of one colour */
	if (c->kind == CHART_BARS && c->n_series <= N_ELEM(calm))
		return calm[k % N_ELEM(calm)];
	return COL_S0 + (enum colour)(k % CHART_LINES_MAX);
}
