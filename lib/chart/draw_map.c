/* Départements as outlines, zoomed to those that are given; those without an
 * outline (overseas, or all of them when there is no map) are squares. */
#include "chart/draw.h"

#include <math.h>
#include <string.h>

#include "chart/map.h"
#include "chart/series.h"

static const double TILE_W = 74, TILE_H = 46, TILE_GAP = 8;

/* Too small for a label on a map of France: drawn again in a corner. */
static const char *const inset_codes[] = { "75", "92", "93", "94" };
enum { INSET_FROM = 30 };	/* départements on the map */

/* From map units to the drawing. */
struct view {
	double	k, x, y;
};

static bool
is_inset(const char *code)
{
	for (size_t i = 0; i < N_ELEM(inset_codes); i++)
		if (strcmp(inset_codes[i], code) == 0)
			return true;
	return false;
}

static size_t
outlines(const struct chart *c, bool inset, struct map_box *ret)
{
	size_t n = 0;

	*ret = (struct map_box){ INFINITY, INFINITY, -INFINITY, -INFINITY };
	for (size_t i = 0; i < c->n_items; i++) {
		const struct map_outline *o;

		if (inset && !is_inset(c->items[i].code))
			continue;
		if ((o = map_find(c->map, c->items[i].code)) == NULL)
			continue;
		ret->x0 = fmin(ret->x0, o->box.x0);
		ret->y0 = fmin(ret->y0, o->box.y0);
		ret->x1 = fmax(ret->x1, o->box.x1);
		ret->y1 = fmax(ret->y1, o->box.y1);
		n++;
	}
	return n;
}

static struct view
fit(struct map_box m, struct box b)
{
	struct view v;

	v.k = fmin(b.w / (m.x1 - m.x0), b.h / (m.y1 - m.y0));
	v.x = b.x + (b.w - v.k * (m.x1 - m.x0)) / 2 - v.k * m.x0;
	v.y = b.y + (b.h - v.k * (m.y1 - m.y0)) / 2 - v.k * m.y0;
	return v;
}

static enum colour
fill_of(const struct chart *c, const struct chart_item *it)
{
	return theme_class(class_of(it->value, c->limits, c->n_limits),
	    (int)c->n_limits + 1);
}

static bool
any_unknown(const struct chart *c)
{
	for (size_t i = 0; i < c->n_items; i++)
		if (!isfinite(c->items[i].value))
			return true;
	return false;
}

/* --- shapes ----------------------------------------------------------- */

static void
outline_path(struct canvas *cv, const struct map_outline *o, struct view v)
{
	for (size_t r = 0; r < o->n_rings; r++) {
		cairo_new_sub_path(cv->cr);
		for (size_t i = 0; i < o->rings[r].n; i++)
			cairo_line_to(cv->cr,
			    v.x + v.k * o->rings[r].at[i].x,
			    v.y + v.k * o->rings[r].at[i].y);
		cairo_close_path(cv->cr);
	}
}

static void
shape(struct canvas *cv, const struct chart *c, const struct chart_item *it,
    struct view v)
{
	const struct map_outline *o = map_find(c->map, it->code);

	if (o == NULL || cv->cr == NULL)
		return;
	outline_path(cv, o, v);
	if (isfinite(it->value)) {
		canvas_colour(cv, fill_of(c, it));
		cairo_fill_preserve(cv->cr);
	} else {
		canvas_hatch(cv);
		outline_path(cv, o, v);
	}
	/* pale fills need an edge of their own on the page */
	canvas_colour(cv, COL_AXIS);
	cairo_set_line_width(cv->cr, 0.8);
	cairo_set_line_join(cv->cr, CAIRO_LINE_JOIN_ROUND);
	cairo_stroke(cv->cr);
}

/* Text inside a fill is set in the ink that reads best; where it passes the
 * edge, or over hatching, it needs a rim. */
static void
label(struct canvas *cv, const struct chart *c, const struct chart_item *it,
    struct view v)
{
	const struct map_outline *o = map_find(c->map, it->code);
	struct style st = { FACE_TITLE, ALIGN_MIDDLE, COL_TEXT, 0 };
	double x, y, r;

	if (o == NULL || (r = v.k * o->label_r) < 7)
		return;
	x = v.x + v.k * o->label.x;
	y = v.y + v.k * o->label.y;
	if (r < 14 || !isfinite(it->value)) {
		st.face = r < 14 ? FACE_TINY : FACE_STRONG;
		canvas_text_halo(cv, x, y, st, it->code);
		return;
	}
	st.colour = theme_ink(cv->theme, fill_of(c, it));
	if (r < 26) {
		st.face = FACE_STRONG;
		(void)canvas_text(cv, x, y, st, it->code);
		return;
	}
	(void)canvas_text(cv, x, y - 9, st, it->code);
	st.face = FACE_TEXT;
	(void)canvas_text(cv, x, y + 10, st,
	    frame_value(cv, c, it->value, c->digits));
}

static void
draw_view(struct canvas *cv, const struct chart *c, struct view v, bool inset)
{
	for (size_t i = 0; i < c->n_items; i++)
		if (!inset || is_inset(c->items[i].code))
			shape(cv, c, &c->items[i], v);
	for (size_t i = 0; i < c->n_items; i++)
		if (!inset || is_inset(c->items[i].code))
			label(cv, c, &c->items[i], v);
}

/* --- squares ---------------------------------------------------------- */

static size_t
per_row(double w)
{
	return (size_t)fmax((w + TILE_GAP) / (TILE_W + TILE_GAP), 1);
}

static size_t
n_tiles(const struct chart *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_items; i++)
		n += map_find(c->map, c->items[i].code) == NULL;
	return n;
}

static double
tiles_height(const struct chart *c, double w)
{
	size_t n = n_tiles(c), row = per_row(w);
	size_t rows = (n + row - 1) / row;

	return n == 0 ? 0 : (double)rows * (TILE_H + TILE_GAP) + TILE_GAP;
}

static void
tile(struct canvas *cv, const struct chart *c, const struct chart_item *it,
    struct box b)
{
	bool known = isfinite(it->value);
	enum colour ink = COL_TEXT;
	struct style st = { FACE_STRONG, ALIGN_MIDDLE, ink, 0 };
	double x = b.x + b.w / 2, y = b.y + b.h / 2;

	if (known) {
		canvas_rect(cv, b, fill_of(c, it));
		st.colour = theme_ink(cv->theme, fill_of(c, it));
		(void)canvas_text(cv, x, y - 9, st, it->code);
		st.face = FACE_TEXT;
		(void)canvas_text(cv, x, y + 9, st,
		    frame_value(cv, c, it->value, c->digits));
	} else {
		canvas_hatch_rect(cv, b);
		canvas_text_halo(cv, x, y, st, it->code);
	}
	if (cv->cr == NULL)
		return;
	cairo_rectangle(cv->cr, b.x, b.y, b.w, b.h);
	canvas_colour(cv, COL_AXIS);
	cairo_set_line_width(cv->cr, 0.8);
	cairo_stroke(cv->cr);
}

static void
tiles(struct canvas *cv, const struct chart *c, struct box room)
{
	size_t per = per_row(room.w), n = 0;

	for (size_t i = 0; i < c->n_items; i++) {
		size_t column = n % per, row = n / per;

		if (map_find(c->map, c->items[i].code) != NULL)
			continue;
		tile(cv, c, &c->items[i], (struct box){
		    room.x + (double)column * (TILE_W + TILE_GAP) + 1,
		    room.y + TILE_GAP + (double)row * (TILE_H + TILE_GAP),
		    TILE_W, TILE_H });
		n++;
	}
}

/* --- the chart -------------------------------------------------------- */

static const char *
note(const struct chart *c)
{
	struct map_box m;

	if (c->map == NULL)
		return frame_words(c)->no_outline;
	return outlines(c, false, &m) > 0 ? frame_words(c)->credit : "";
}

static double
foot(struct canvas *cv, const struct chart *c, struct box room)
{
	double h = 10 + frame_class_keys(cv, c, room.x, room.y + 10, room.w,
	    any_unknown(c));

	return h + canvas_para(cv, room.x, room.y + h, room.w, FACE_TEXT,
	    COL_MUTED, note(c));
}

static double
foot_h(struct canvas *cv, const struct chart *c, double w)
{
	cairo_t *cr = cv->cr;
	double h;

	cv->cr = NULL;
	h = foot(cv, c, (struct box){ 0, 0, w, 0 });
	cv->cr = cr;
	return h;
}

static double
height(struct canvas *cv, const struct chart *c, double w)
{
	struct map_box m;
	double h = foot_h(cv, c, w) + tiles_height(c, w);

	if (outlines(c, false, &m) > 0)
		h += fmin(w * (m.y1 - m.y0) / (m.x1 - m.x0), fmin(w, 560));
	return h;
}

static void
draw_inset(struct canvas *cv, const struct chart *c, struct box b)
{
	struct map_box m;
	double side = fmin(b.w, b.h) * 0.22;
	struct box in = { b.x + 1, b.y + 1, side, side };

	if (outlines(c, true, &m) < 2)
		return;
	if (cv->cr != NULL) {
		cairo_rectangle(cv->cr, in.x, in.y, in.w, in.h);
		canvas_colour(cv, COL_GRID);
		cairo_set_line_width(cv->cr, 1);
		cairo_stroke(cv->cr);
	}
	in = (struct box){ in.x + 6, in.y + 6, side - 12, side - 12 };
	draw_view(cv, c, fit(m, in), true);
}

static void
draw(struct canvas *cv, const struct chart *c, struct box room)
{
	struct map_box m;
	double tiles_h = tiles_height(c, room.w);
	size_t n = outlines(c, false, &m);
	struct box in = room;

	in.h = fmax(room.h - tiles_h - foot_h(cv, c, room.w), 0);
	if (n > 0) {
		draw_view(cv, c, fit(m, in), false);
		if (n >= INSET_FROM)
			draw_inset(cv, c, in);
		room.y += in.h;
	}
	tiles(cv, c, (struct box){ room.x, room.y, room.w, tiles_h });
	(void)foot(cv, c, (struct box){ room.x, room.y + tiles_h, room.w, 0 });
}

const struct chart_drawing draw_map = { height, draw };
