#include "chart/flow.h"

#include <math.h>

static const double CELL_PAD = 5, ROW_PAD = 4;
static const char UNKNOWN[] = "–";

/* Left edge and width of the columns. */
struct grid {
	double	x[TABLE_COLUMNS_MAX], w[TABLE_COLUMNS_MAX];
};

static struct grid
grid_of(const struct table *t)
{
	struct grid g = { 0 };
	double sum = 0, x = MARGIN;

	for (size_t i = 0; i < t->n_columns; i++)
		sum += t->columns[i].weight;
	for (size_t i = 0; i < t->n_columns; i++) {
		g.x[i] = x;
		g.w[i] = FLOW_W * t->columns[i].weight / sum;
		x += g.w[i];
	}
	return g;
}

/* Wrapped text in a cell with its top at y; returns the height. */
static double
cell(struct canvas *cv, const struct table_column *col, double x, double y,
    double w, enum face face, enum colour colour, const char *text)
{
	PangoLayout *l = canvas_layout(cv, face, w - 2 * CELL_PAD, text);
	PangoRectangle r;

	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	if (col->number)
		pango_layout_set_alignment(l, PANGO_ALIGN_RIGHT);
	pango_layout_get_extents(l, NULL, &r);
	if (cv->cr != NULL) {
		canvas_colour(cv, colour);
		cairo_move_to(cv->cr, x + CELL_PAD, y);
		pango_cairo_show_layout(cv->cr, l);
	}
	g_object_unref(l);
	return (double)r.height / PANGO_SCALE;
}

static double
row(struct canvas *cv, const struct table *t, const struct grid *g, double y,
    const struct table_row *r)
{
	double h = 0;

	for (size_t i = 0; i < t->n_columns; i++) {
		const char *text = r == NULL ? t->columns[i].title :
		    r->cells[i] == NULL ? UNKNOWN : r->cells[i];

		h = fmax(h, cell(cv, &t->columns[i], g->x[i], y + ROW_PAD,
		    g->w[i], r == NULL || r->strong ? FACE_DOC_CELL_STRONG :
		    FACE_DOC_CELL, COL_TEXT, text));
	}
	return h + 2 * ROW_PAD;
}

static double
row_height(struct flow *f, const struct table *t, const struct grid *g,
    const struct table_row *r)
{
	cairo_t *cr = f->cv->cr;
	double h;

	f->cv->cr = NULL;
	h = row(f->cv, t, g, 0, r);
	f->cv->cr = cr;
	return h;
}

static void
head(struct flow *f, const struct table *t, const struct grid *g)
{
	double h = row_height(f, t, g, NULL);

	canvas_rect(f->cv, (struct box){ MARGIN, f->y, FLOW_W, h }, COL_ALT);
	(void)row(f->cv, t, g, f->y, NULL);
	f->y += h;
	canvas_line(f->cv, MARGIN, f->y, MARGIN + FLOW_W, f->y, COL_AXIS, 1);
}

static double
title(struct flow *f, const struct table *t, bool paint)
{
	cairo_t *cr = f->cv->cr;
	double h;

	if (t->title == NULL)
		return 0;
	if (!paint)
		f->cv->cr = NULL;
	h = 4 + canvas_para(f->cv, MARGIN, f->y, FLOW_W, FACE_DOC_CELL_STRONG,
	    COL_TEXT, t->title);
	f->cv->cr = cr;
	return h;
}

double
flow_table_start(struct flow *f, const struct table *t)
{
	struct grid g = grid_of(t);
	double h = title(f, t, false) + row_height(f, t, &g, NULL);

	for (size_t i = 0; i < t->n_rows && i < 2; i++)
		h += row_height(f, t, &g, &t->rows[i]);
	return h;
}

void
flow_table(struct flow *f, const struct table *t)
{
	struct grid g = grid_of(t);

	flow_need(f, flow_table_start(f, t));
	f->y += title(f, t, true);
	head(f, t, &g);
	for (size_t i = 0; i < t->n_rows; i++) {
		const struct table_row *r = &t->rows[i];
		double h = row_height(f, t, &g, r);
		int page = f->page;

		flow_need(f, h);
		if (f->page != page)
			head(f, t, &g);
		if (r->strong)
			canvas_line(f->cv, MARGIN, f->y, MARGIN + FLOW_W,
			    f->y, COL_TEXT, 1);
		(void)row(f->cv, t, &g, f->y, r);
		f->y += h;
		canvas_line(f->cv, MARGIN, f->y, MARGIN + FLOW_W, f->y,
		    COL_GRID, 0.6);
	}
	f->y += 14;
}
