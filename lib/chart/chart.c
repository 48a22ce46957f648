#include "chart/chart.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>

#include "chart/draw.h"
#include "chart/output.h"
#include "chart/png.h"
#include "chart/tidy.h"

static const double PT_PER_PX = 0.75;

/* One rendering on its way. */
struct job {
	const struct chart	*chart;		/* prepared */
	struct arena		*arena;
	double			 w, h;		/* px */
	struct str		*ret;
	struct fault		*fault;
};

static void
paint(const struct job *j, cairo_t *cr, double scale)
{
	struct canvas cv;

	cairo_scale(cr, scale, scale);
	canvas_init(&cv, cr, j->arena, j->chart->theme, j->chart->font);
	draw_chart(&cv, j->chart, (struct box){ 0, 0, j->w, j->h }, false);
	canvas_free(&cv);
}

static enum status
render_svg(const struct job *j)
{
	struct str raw;
	cairo_surface_t *surface;
	cairo_t *cr;
	enum status st;

	str_init(&raw, OUTPUT_SCRATCH_BYTES);
	surface = cairo_svg_surface_create_for_stream(output_write, &raw,
	    j->w, j->h);
	cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
	cr = cairo_create(surface);
	paint(j, cr, 1);
	cairo_surface_finish(surface);
	st = output_status(cr, surface, &raw, j->fault);
	if (st == ST_OK)
		st = tidy_svg(j->arena, raw.data, raw.len, j->chart->title,
		    j->chart->alt, j->ret, j->fault);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	str_free(&raw);
	return st;
}

static enum status
render_png(const struct job *j)
{
	double scale = j->chart->png_scale > 0 ? j->chart->png_scale : 1;
	cairo_surface_t *surface = cairo_image_surface_create(
	    CAIRO_FORMAT_RGB24, (int)ceil(j->w * scale),
	    (int)ceil(j->h * scale));
	cairo_t *cr = cairo_create(surface);
	enum status st;

	/* 4 x 4 samples a pixel: half the time of the default, and lines look
	 * the same (docs/adr/0020) */
	cairo_set_antialias(cr, CAIRO_ANTIALIAS_FAST);
	paint(j, cr, scale);
	st = output_status(cr, surface, NULL, j->fault);
	if (st == ST_OK)
		st = png_write(j->arena, surface, j->ret, j->fault);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return st;
}

static enum status
render_pdf(const struct job *j)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
	    output_write, j->ret, j->w * PT_PER_PX, j->h * PT_PER_PX);
	cairo_t *cr = cairo_create(surface);
	enum status st;

	output_pdf_info(surface, j->chart->title, NULL, j->chart->subtitle,
	    j->chart->created_utc);
	paint(j, cr, PT_PER_PX);
	cairo_show_page(cr);
	cairo_surface_finish(surface);
	st = output_status(cr, surface, j->ret, j->fault);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return st;
}

static const struct format {
	enum status	(*render)(const struct job *);
	const char	*mime;
} formats[CHART_FORMAT__MAX] = {
	[CHART_SVG]	= { render_svg, "image/svg+xml" },
	[CHART_PNG]	= { render_png, "image/png" },
	[CHART_PDF]	= { render_pdf, "application/pdf" },
};

enum status
chart_render(const struct chart *c, enum chart_format format,
    struct str *ret_bytes, struct fault *f)
{
	struct arena arena;
	struct canvas measure;
	struct chart p;
	struct job j;
	enum status st;

	if ((st = draw_check(c, f)) != ST_OK)
		return st;
	arena_init(&arena, OUTPUT_SCRATCH_BYTES);
	p = draw_prepare(&arena, c);
	j = (struct job){ .chart = &p, .arena = &arena, .w = c->width_px,
		.h = c->height_px, .ret = ret_bytes, .fault = f };
	if (c->height_px == 0) {
		canvas_init(&measure, NULL, &arena, c->theme, c->font);
		j.h = draw_height(&measure, &p, j.w);
		canvas_free(&measure);
	}
	st = formats[format].render(&j);
	arena_free(&arena);
	return st;
}

enum status
chart_save(const struct chart *c, enum chart_format format, const char *path,
    struct fault *f)
{
	struct str bytes;
	enum status st;

	str_init(&bytes, OUTPUT_SCRATCH_BYTES);
	st = chart_render(c, format, &bytes, f);
	if (st == ST_OK)
		st = output_file(path, &bytes, f);
	str_free(&bytes);
	return st;
}

const char *
chart_mime(enum chart_format format)
{
	return formats[format].mime;
}
