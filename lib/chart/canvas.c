#include "chart/canvas.h"

#include <math.h>
#include <string.h>

static const char DEFAULT_FONT[] = "DejaVu Sans";
static const double HATCH_GAP = 6;

void
canvas_init(struct canvas *cv, cairo_t *cr, struct arena *a,
    enum chart_theme theme, const char *font)
{
	cairo_font_options_t *opt = cairo_font_options_create();

	*cv = (struct canvas){ .cr = cr, .arena = a, .theme = theme };
	cairo_font_options_set_hint_style(opt, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(opt, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(opt, CAIRO_ANTIALIAS_GRAY);
	cv->pango = pango_font_map_create_context(
	    pango_cairo_font_map_get_default());
	pango_cairo_context_set_font_options(cv->pango, opt);
	pango_cairo_context_set_resolution(cv->pango, 96);
	pango_context_set_round_glyph_positions(cv->pango, FALSE);
	pango_context_set_base_dir(cv->pango, PANGO_DIRECTION_LTR);
	pango_context_set_language(cv->pango,
	    pango_language_from_string("fr"));
	cairo_font_options_destroy(opt);

	for (int i = 0; i < FACE__MAX; i++) {
		PangoFontDescription *d = pango_font_description_new();

		pango_font_description_set_family(d,
		    font == NULL ? DEFAULT_FONT : font);
		pango_font_description_set_weight(d, theme_faces[i].bold ?
		    PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
		pango_font_description_set_absolute_size(d,
		    theme_faces[i].size * PANGO_SCALE);
		cv->fonts[i] = d;
	}
	if (cr != NULL)
		pango_cairo_update_context(cr, cv->pango);
}

void
canvas_free(struct canvas *cv)
{
	for (int i = 0; i < CANVAS_CACHE; i++)
		if (cv->cache[i].layout != NULL)
			g_object_unref(cv->cache[i].layout);
	for (int i = 0; i < FACE__MAX; i++)
		if (cv->fonts[i] != NULL)
			pango_font_description_free(cv->fonts[i]);
	if (cv->pango != NULL)
		g_object_unref(cv->pango);
	*cv = (struct canvas){ 0 };
}

void
canvas_colour(struct canvas *cv, enum colour colour)
{
	uint32_t rgb = theme_rgb(cv->theme, colour);

	if (cv->cr != NULL)
		cairo_set_source_rgb(cv->cr, (rgb >> 16) / 255.0,
		    (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0);
}

/* --- text ------------------------------------------------------------- */

PangoLayout *
canvas_layout(struct canvas *cv, enum face face, double w, const char *text)
{
	PangoLayout *l = pango_layout_new(cv->pango);

	pango_layout_set_font_description(l, cv->fonts[face]);
	if (w > 0)
		pango_layout_set_width(l, (int)(w * PANGO_SCALE));
	pango_layout_set_text(l, text, -1);
	return l;
}

static double
layout_w(PangoLayout *l)
{
	PangoRectangle r;

	pango_layout_get_extents(l, NULL, &r);
	return (double)r.width / PANGO_SCALE;
}

/* Tick labels come again and again; shaping is the dear part of a label. */
static struct canvas_text *
cached(struct canvas *cv, enum face face, double max_w, const char *text)
{
	uint32_t h = 2166136261u ^ (uint32_t)face;
	struct canvas_text *t;

	for (const char *p = text; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	t = &cv->cache[h % CANVAS_CACHE];
	if (t->layout != NULL && t->face == face &&
	    fabs(t->max_w - max_w) < 0.01 && strcmp(t->text, text) == 0)
		return t;
	if (t->layout != NULL)
		g_object_unref(t->layout);
	*t = (struct canvas_text){ .face = face, .max_w = max_w,
		.text = arena_strdup(cv->arena, text),
		.layout = canvas_layout(cv, face, max_w, text) };
	pango_layout_set_single_paragraph_mode(t->layout, TRUE);
	if (max_w > 0)
		pango_layout_set_ellipsize(t->layout, PANGO_ELLIPSIZE_END);
	t->w = layout_w(t->layout);
	return t;
}

static double
aligned(double x, enum align align, double w)
{
	switch (align) {
	case ALIGN_LEFT:
		break;
	case ALIGN_MIDDLE:
		return x - w / 2;
	case ALIGN_RIGHT:
		return x - w;
	}
	return x;
}

/* Move to the start of the baseline. */
static void
place(struct canvas *cv, const struct canvas_text *t, double x, double y,
    enum align align)
{
	cairo_move_to(cv->cr, aligned(x, align, t->w),
	    y + 0.364 * theme_faces[t->face].size);
}

double
canvas_text(struct canvas *cv, double x, double y, struct style st,
    const char *text)
{
	struct canvas_text *t = cached(cv, st.face, st.max_w, text);

	if (cv->cr == NULL || *text == '\0')
		return t->w;
	canvas_colour(cv, st.colour);
	place(cv, t, x, y, st.align);
	pango_cairo_show_layout_line(cv->cr,
	    pango_layout_get_line_readonly(t->layout, 0));
	return t->w;
}

double
canvas_text_w(struct canvas *cv, enum face face, const char *text)
{
	return cached(cv, face, 0, text)->w;
}

void
canvas_text_halo(struct canvas *cv, double x, double y, struct style st,
    const char *text)
{
	struct canvas_text *t = cached(cv, st.face, st.max_w, text);

	if (cv->cr == NULL)
		return;
	place(cv, t, x, y, st.align);
	pango_cairo_layout_line_path(cv->cr,
	    pango_layout_get_line_readonly(t->layout, 0));
	canvas_colour(cv, COL_BG);
	cairo_set_line_width(cv->cr, 3.5);
	cairo_set_line_join(cv->cr, CAIRO_LINE_JOIN_ROUND);
	cairo_stroke(cv->cr);
	(void)canvas_text(cv, x, y, st, text);
}

double
canvas_para(struct canvas *cv, double x, double y, double w, enum face face,
    enum colour colour, const char *text)
{
	PangoLayout *l = canvas_layout(cv, face, w, text);
	PangoRectangle r;

	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_get_extents(l, NULL, &r);
	if (cv->cr != NULL) {
		canvas_colour(cv, colour);
		cairo_move_to(cv->cr, x, y);
		pango_cairo_show_layout(cv->cr, l);
	}
	g_object_unref(l);
	return (double)r.height / PANGO_SCALE;
}

/* --- shapes ----------------------------------------------------------- */

void
canvas_line(struct canvas *cv, double x0, double y0, double x1, double y1,
    enum colour colour, double width)
{
	if (cv->cr == NULL)
		return;
	canvas_colour(cv, colour);
	cairo_set_line_width(cv->cr, width);
	cairo_move_to(cv->cr, x0, y0);
	cairo_line_to(cv->cr, x1, y1);
	cairo_stroke(cv->cr);
}

void
canvas_rect(struct canvas *cv, struct box b, enum colour colour)
{
	if (cv->cr == NULL)
		return;
	canvas_colour(cv, colour);
	cairo_rectangle(cv->cr, b.x, b.y, b.w, b.h);
	cairo_fill(cv->cr);
}

void
canvas_dot(struct canvas *cv, double x, double y, double r,
    enum colour colour)
{
	if (cv->cr == NULL)
		return;
	canvas_colour(cv, colour);
	cairo_new_sub_path(cv->cr);
	cairo_arc(cv->cr, x, y, r, 0, 2 * M_PI);
	cairo_fill(cv->cr);
}

void
canvas_hatch(struct canvas *cv)
{
	double x0, y0, x1, y1;

	if (cv->cr == NULL)
		return;
	cairo_path_extents(cv->cr, &x0, &y0, &x1, &y1);
	cairo_save(cv->cr);
	canvas_colour(cv, COL_ALT);
	cairo_fill_preserve(cv->cr);
	cairo_clip(cv->cr);
	/* on a grid of the whole page, so that neighbours' lines meet */
	for (int i = (int)floor((x0 + y0) / HATCH_GAP);
	    i * HATCH_GAP < x1 + y1; i++) {
		double k = i * HATCH_GAP;

		cairo_move_to(cv->cr, k - y1, y1);
		cairo_line_to(cv->cr, k - y0, y0);
	}
	canvas_colour(cv, COL_AXIS);
	cairo_set_line_width(cv->cr, 1);
	cairo_stroke(cv->cr);
	cairo_restore(cv->cr);
}

void
canvas_hatch_rect(struct canvas *cv, struct box b)
{
	if (cv->cr == NULL)
		return;
	cairo_rectangle(cv->cr, b.x, b.y, b.w, b.h);
	canvas_hatch(cv);
}

double
canvas_crisp(double v)
{
	return floor(v) + 0.5;
}
