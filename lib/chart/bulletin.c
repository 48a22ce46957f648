#include "chart/bulletin.h"

#include <cairo-pdf.h>
#include <string.h>

#include "chart/draw.h"
#include "chart/flow.h"
#include "chart/output.h"

static const double CHART_GAP = 14;

/* --- checks ----------------------------------------------------------- */

static bool
text_ok(const char *s)
{
	return s == NULL || utf8_valid(s, strlen(s));
}

static const char *
why_not_table(const struct table *t)
{
	if (t == NULL || t->n_columns == 0 ||
	    t->n_columns > TABLE_COLUMNS_MAX || t->n_rows > TABLE_ROWS_MAX ||
	    !text_ok(t->title))
		return "table";
	for (size_t i = 0; i < t->n_columns; i++)
		if (t->columns[i].title == NULL || !(t->columns[i].weight > 0)
		    || !text_ok(t->columns[i].title))
			return "column of a table";
	for (size_t r = 0; r < t->n_rows; r++)
		for (size_t i = 0; i < t->n_columns; i++)
			if (!text_ok(t->rows[r].cells[i]))
				return "cell of a table is not UTF-8";
	return NULL;
}

/* The chart as it is drawn on paper: light, as wide as its column. */
static struct chart
on_paper(const struct chart *c, bool half)
{
	struct chart p = *c;

	p.theme = CHART_LIGHT;
	p.width_px = half ? CHART_NARROW_PX : CHART_WIDE_PX;
	p.height_px = 0;
	return p;
}

static enum status
check_block(const struct block *b, struct fault *f)
{
	const char *why = NULL;
	struct chart c;
	enum status st;

	switch (b->kind) {
	case BLOCK_HEADING:
	case BLOCK_TEXT:
		if (b->text == NULL || !text_ok(b->text))
			why = "text of a block";
		break;
	case BLOCK_CHART:
		if (b->chart == NULL) {
			why = "block without its chart";
			break;
		}
		c = on_paper(b->chart, b->chart_right != NULL);
		if ((st = draw_check(&c, f)) != ST_OK)
			return st;
		if (b->chart_right == NULL)
			return ST_OK;
		c = on_paper(b->chart_right, true);
		return draw_check(&c, f);
	case BLOCK_TABLE:
		why = why_not_table(b->table);
		break;
	case BLOCK_PAGE:
		break;
	case BLOCK_KIND__MAX:
		why = "unknown kind of block";
		break;
	}
	if (why == NULL)
		return ST_OK;
	fault_set(f, "bulletin: %s", why);
	return ST_INPUT;
}

static enum status
check(const struct bulletin *d, struct fault *f)
{
	enum status st;

	if (d->title == NULL || !text_ok(d->title) || !text_ok(d->subtitle) ||
	    !text_ok(d->author) || !text_ok(d->subject) || !text_ok(d->cut) ||
	    !text_ok(d->page_word) || d->n_blocks > BULLETIN_BLOCKS_MAX) {
		fault_set(f, "bulletin: title, texts or number of blocks");
		return ST_INPUT;
	}
	for (size_t i = 0; i < d->n_blocks; i++)
		if ((st = check_block(&d->blocks[i], f)) != ST_OK)
			return st;
	return ST_OK;
}

/* --- pages ------------------------------------------------------------ */

static void
footer(struct flow *f)
{
	double y = PAGE_H - 36;
	struct style left = { FACE_DOC_SMALL, ALIGN_LEFT, COL_MUTED,
		FLOW_W - 90 };
	struct style right = { FACE_DOC_SMALL, ALIGN_RIGHT, COL_MUTED, 0 };
	const char *word = f->doc->page_word;

	canvas_line(f->cv, MARGIN, y - 12, PAGE_W - MARGIN, y - 12, COL_GRID,
	    0.8);
	if (f->doc->cut != NULL)
		(void)canvas_text(f->cv, MARGIN, y, left, f->doc->cut);
	(void)canvas_text(f->cv, PAGE_W - MARGIN, y, right,
	    arena_printf(f->cv->arena, "%s %d/%d",
	    word == NULL ? "Page" : word, f->page, f->pages));
}

static void
running_title(struct flow *f)
{
	struct style st = { FACE_DOC_SMALL, ALIGN_LEFT, COL_MUTED, FLOW_W };
	const char *sub = f->doc->subtitle;

	(void)canvas_text(f->cv, MARGIN, 36, st, sub == NULL ? f->doc->title :
	    arena_printf(f->cv->arena, "%s – %s", f->doc->title, sub));
	canvas_line(f->cv, MARGIN, 46, PAGE_W - MARGIN, 46, COL_GRID, 0.8);
	f->y = FLOW_TOP;
}

static void
first_head(struct flow *f)
{
	canvas_rect(f->cv, (struct box){ 0, 0, PAGE_W, 8 }, COL_ACCENT);
	f->y = 40;
	f->y += canvas_para(f->cv, MARGIN, f->y, FLOW_W, FACE_DOC_TITLE,
	    COL_TEXT, f->doc->title);
	if (f->doc->subtitle != NULL)
		f->y += 3 + canvas_para(f->cv, MARGIN, f->y + 3, FLOW_W,
		    FACE_DOC_TEXT, COL_MUTED, f->doc->subtitle);
	f->y += 10;
	canvas_line(f->cv, MARGIN, f->y, MARGIN + FLOW_W, f->y, COL_ACCENT,
	    1.2);
	f->y += 14;
}

static void
end_page(struct flow *f)
{
	footer(f);
	if (f->cv->cr != NULL)
		cairo_show_page(f->cv->cr);
}

void
flow_new_page(struct flow *f)
{
	end_page(f);
	f->page++;
	running_title(f);
}

void
flow_need(struct flow *f, double h)
{
	if (f->y + h > FLOW_BOTTOM && f->y > FLOW_TOP)
		flow_new_page(f);
}

/* --- blocks ----------------------------------------------------------- */

static void
outline(struct flow *f, const char *text)
{
	if (f->surface != NULL)
		(void)cairo_pdf_surface_add_outline(f->surface,
		    CAIRO_PDF_OUTLINE_ROOT, text,
		    arena_printf(f->cv->arena, "page=%d pos=[%d %d]",
		    f->page, MARGIN, (int)f->y),
		    (cairo_pdf_outline_flags_t)0);
}

static double chart_height(struct flow *, const struct block *);

/* What must stay with a heading on its page. */
static double
start_of(struct flow *f, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_CHART:
		return chart_height(f, b);
	case BLOCK_TABLE:
		return flow_table_start(f, b->table);
	case BLOCK_HEADING:
	case BLOCK_TEXT:
		return 30;
	case BLOCK_PAGE:
	case BLOCK_KIND__MAX:
		break;
	}
	return 0;
}

static void
heading(struct flow *f, const struct block *b, const struct block *next)
{
	flow_need(f, 26 + (next == NULL ? 0 : start_of(f, next)));
	if (f->y > FLOW_TOP)
		f->y += 4;
	outline(f, b->text);
	f->y += 6 + canvas_para(f->cv, MARGIN, f->y, FLOW_W, FACE_DOC_HEADING,
	    COL_TEXT, b->text);
}

static void
paragraph(struct flow *f, const char *text)
{
	PangoLayout *l = canvas_layout(f->cv, FACE_DOC_TEXT, FLOW_W, text);
	int n;

	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	n = pango_layout_get_line_count(l);
	for (int i = 0; i < n; i++) {
		/* no line of a paragraph of several stays alone */
		flow_need(f, i == 0 && n > 1 ? 30 : i == n - 2 ? 30 : 15);
		if (f->cv->cr != NULL) {
			canvas_colour(f->cv, COL_TEXT);
			cairo_move_to(f->cv->cr, MARGIN, f->y + 11);
			pango_cairo_show_layout_line(f->cv->cr,
			    pango_layout_get_line_readonly(l, i));
		}
		f->y += 15;
	}
	g_object_unref(l);
	f->y += 7;
}

static double
scale_of(bool half)
{
	return half ? (FLOW_W - CHART_GAP) / 2 / CHART_NARROW_PX :
	    (double)FLOW_W / CHART_WIDE_PX;
}

/* Height in points of one chart on paper, at most a page. */
static double
one_height(struct flow *f, const struct chart *c, bool half)
{
	struct chart paper = on_paper(c, half);
	struct chart p = draw_prepare(f->cv->arena, &paper);
	double h = draw_height(f->cv, &p, p.width_px) * scale_of(half);

	return h < FLOW_BOTTOM - FLOW_TOP ? h : FLOW_BOTTOM - FLOW_TOP;
}

static double
chart_height(struct flow *f, const struct block *b)
{
	bool half = b->chart_right != NULL;
	double h = one_height(f, b->chart, half), other;

	if (!half)
		return h;
	other = one_height(f, b->chart_right, true);
	return other > h ? other : h;
}

static void
one_chart(struct flow *f, const struct chart *c, double x, bool half)
{
	struct chart paper = on_paper(c, half);
	struct chart p = draw_prepare(f->cv->arena, &paper);
	double k = scale_of(half), h = one_height(f, c, half);

	if (f->cv->cr == NULL)
		return;
	cairo_save(f->cv->cr);
	cairo_translate(f->cv->cr, x, f->y);
	cairo_scale(f->cv->cr, k, k);
	draw_chart(f->cv, &p, (struct box){ 0, 0, p.width_px, h / k }, true);
	cairo_restore(f->cv->cr);
}

static void
charts(struct flow *f, const struct block *b)
{
	bool half = b->chart_right != NULL;
	double h = chart_height(f, b);

	flow_need(f, h);
	one_chart(f, b->chart, MARGIN, half);
	if (half)
		one_chart(f, b->chart_right,
		    MARGIN + (FLOW_W + CHART_GAP) / 2, true);
	f->y += h + 10;
}

static void
flow_block(struct flow *f, size_t i)
{
	const struct block *b = &f->doc->blocks[i];

	switch (b->kind) {
	case BLOCK_HEADING:
		heading(f, b, i + 1 < f->doc->n_blocks ? b + 1 : NULL);
		break;
	case BLOCK_TEXT:
		paragraph(f, b->text);
		break;
	case BLOCK_CHART:
		charts(f, b);
		break;
	case BLOCK_TABLE:
		flow_table(f, b->table);
		break;
	case BLOCK_PAGE:
		flow_new_page(f);
		break;
	case BLOCK_KIND__MAX:
		break;
	}
}

/* One pass over the document; returns the number of pages. */
static int
pass(const struct bulletin *d, struct arena *a, cairo_surface_t *surface,
    cairo_t *cr, int pages)
{
	struct canvas cv;
	struct flow f = { .cv = &cv, .surface = surface, .doc = d, .page = 1,
		.pages = pages };

	canvas_init(&cv, cr, a, CHART_LIGHT, d->font);
	first_head(&f);
	for (size_t i = 0; i < d->n_blocks; i++)
		flow_block(&f, i);
	end_page(&f);
	canvas_free(&cv);
	return f.page;
}

enum status
bulletin_render(const struct bulletin *d, struct str *ret_bytes,
    int *ret_pages, struct fault *f)
{
	struct arena arena;
	cairo_surface_t *surface;
	cairo_t *cr;
	enum status st;
	int pages;

	if ((st = check(d, f)) != ST_OK)
		return st;
	arena_init(&arena, OUTPUT_SCRATCH_BYTES);
	pages = pass(d, &arena, NULL, NULL, 0);
	surface = cairo_pdf_surface_create_for_stream(output_write, ret_bytes,
	    PAGE_W, PAGE_H);
	output_pdf_info(surface, d->title, d->author, d->subject,
	    d->created_utc);
	cr = cairo_create(surface);
	(void)pass(d, &arena, surface, cr, pages);
	cairo_surface_finish(surface);
	st = output_status(cr, surface, ret_bytes, f);
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	arena_free(&arena);
	if (st == ST_OK)
		*ret_pages = pages;
	return st;
}
