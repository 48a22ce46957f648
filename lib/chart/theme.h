/* theme.h - colours and letter sizes of the drawings.
 *
 * The greys are those of the pages' theme, C0..C5 the sequential scale
 * --c0..--c5 of static/ror.css; both files change together.
 * Layer: chart (private).  May include: base.
 */
#ifndef CHART_THEME_H
#define CHART_THEME_H

#include <stdint.h>

#include "chart/chart.h"

enum colour {
	COL_BG, COL_ALT, COL_TEXT, COL_MUTED, COL_GRID, COL_AXIS, COL_ACCENT,
	COL_C0, COL_C1, COL_C2, COL_C3, COL_C4, COL_C5,
	COL_BAND,		/* bounds of a lone series */
	COL_S0,			/* twelve colours that can be told apart */
	COL__MAX = COL_S0 + CHART_LINES_MAX
};

uint32_t	 theme_rgb(enum chart_theme, enum colour);	/* 0xrrggbb */

/* Text on a fill of that colour: COL_BG or COL_TEXT, whichever is read best. */
enum colour	 theme_ink(enum chart_theme, enum colour fill);

/* Colour of class i of n on the sequential scale, spread over C0..C5. */
enum colour	 theme_class(int i, int n);

enum face {
	FACE_TITLE, FACE_TEXT, FACE_STRONG, FACE_TINY,
	FACE_DOC_TITLE, FACE_DOC_HEADING, FACE_DOC_TEXT, FACE_DOC_CELL,
	FACE_DOC_CELL_STRONG, FACE_DOC_SMALL,
	FACE__MAX
};

struct face_spec {
	double	size;		/* px in charts, points in documents */
	bool	bold;
};

extern const struct face_spec theme_faces[FACE__MAX];

#endif
