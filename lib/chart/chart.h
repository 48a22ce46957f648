/* chart.h - describe a chart, get its bytes as SVG, PNG or PDF.
 *
 * The caller fills a struct chart (usually in its arena) and calls
 * chart_render().  Nothing is kept between calls; the same description gives
 * the same bytes, in any process with the same fonts (docs/adr/0020).
 *
 * Unknown is NAN, never 0: a line stops at an unknown day, a bar chart hatches
 * it, a map hatches the département.  Rates are 0..1 and may pass 1.
 * Sizes are in CSS pixels; text is never smaller than 11 px, so ask for the
 * width that will be shown (CHART_WIDE_PX, or CHART_NARROW_PX on a phone)
 * instead of letting a page shrink the picture.
 * Owns: nothing of the caller's; all pointers must live during the call.
 * Layer: chart.  May include: base, cairo, pango.
 */
#ifndef CHART_CHART_H
#define CHART_CHART_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/str.h"

enum chart_kind {
	CHART_LINE,		/* series over days, gaps, bounds, reporting */
	CHART_BARS,		/* series over days, stacked, from zero */
	CHART_RANK,		/* items, one row each, in the caller's order */
	CHART_HEAT,		/* series = rows, days = columns */
	CHART_MAP,		/* items = départements */
	CHART_MULTIPLES,	/* one small line chart per series, one scale */
	CHART_STEPS,		/* one value over instants, gaps where unknown */
	CHART_KIND__MAX
};

enum chart_format { CHART_SVG, CHART_PNG, CHART_PDF, CHART_FORMAT__MAX };
enum chart_theme { CHART_LIGHT, CHART_DARK, CHART_THEME__MAX };
enum chart_unit { CHART_NUMBER, CHART_RATE, CHART_UNIT__MAX };

enum {
	CHART_WIDE_PX = 720,
	CHART_NARROW_PX = 358,
	CHART_MIN_PX = 280,		/* smaller asks are refused */
	CHART_MAX_PX = 4000,
	CHART_SERIES_MAX = 128,		/* rows of a heat map */
	CHART_LINES_MAX = 12,		/* series of a line or bar chart */
	CHART_DAYS_MAX = 4000,
	CHART_STEPS_MAX = 20000,
	CHART_ITEMS_MAX = 128,
	CHART_LIMITS_MAX = 5
};

struct chart_point {
	double	value;			/* NAN: unknown */
	double	low, high;		/* bounds; NAN: none */
	int	reporting, expected;	/* places; expected <= 0: not counted */
};

struct chart_series {
	const char			*name;
	const struct chart_point	*points;	/* n_days of the chart */
};

struct chart_item {
	const char	*code;		/* département: "75", "2A", "971" */
	const char	*name;
	double		 value;		/* NAN: unknown */
};

/* A value held from one instant to another, in days since the first day's
 * start (2.5: noon of the third day); in order, apart.  Between two that do
 * not touch nothing is known. */
struct chart_step {
	double	from, to;
	double	value;
};

/* Every fixed word a drawing may show.  chart_words_fr is the default. */
struct chart_words {
	const char	*empty;		/* in place of a chart without data */
	const char	*unknown;	/* key of the hatching */
	const char	*bounds;	/* key of the band */
	const char	*reporting;	/* above the reporting row */
	const char	*less, *to, *more;	/* classes of a colour scale */
	const char	*no_outline;	/* under squares that replace a map */
	const char	*credit;	/* of the outlines, under a map */
};

extern const struct chart_words chart_words_fr;

struct map;

struct chart {
	enum chart_kind		 kind;
	enum chart_theme	 theme;
	enum chart_unit		 unit;
	bool			 zoom;		/* the value axis may leave zero
						 * out; bars ignore it */
	int			 digits;	/* decimals of printed values */
	int			 width_px;
	int			 height_px;	/* 0: what the content wants */
	double			 png_scale;	/* 0: 1 pixel per px */
	int64_t			 created_utc;	/* PDF creation date */
	const char		*font;		/* NULL: DejaVu Sans */
	const char		*title;		/* never NULL */
	const char		*subtitle;	/* NULL: none */
	const char		*alt;		/* SVG <desc>; NULL: none */
	const char		*source;	/* line under the chart */
	int32_t			 first_day;
	size_t			 n_days;
	const struct chart_series *series;
	size_t			 n_series;
	const struct chart_item	*items;
	size_t			 n_items;
	const struct chart_step	*steps;
	size_t			 n_steps;
	const double		*limits;	/* ascending, between classes */
	size_t			 n_limits;	/* 0: equal steps of the data */
	const struct map	*map;		/* NULL: squares */
	const struct chart_words *words;	/* NULL: chart_words_fr */
};

/* A point without bounds and counts. */
static inline struct chart_point
chart_point(double value)
{
	return (struct chart_point){ .value = value, .low = NAN, .high = NAN };
}

/* Append the picture to ret_bytes, whose max must leave room for it (an SVG of
 * 10 x 365 points has 110 kB).
 * ST_INPUT: description outside its limits, text not UTF-8; ST_LIMIT: the
 * bytes do not fit; ST_IO: cairo or libpng refused.  fault says which.
 * Cost: 10 x 365 points, see the ratios of `make bench`. */
enum status chart_render(const struct chart *, enum chart_format,
	    struct str *ret_bytes, struct fault *) MUST_CHECK;

/* The same into a file: written beside it as path.tmp, then renamed. */
enum status chart_save(const struct chart *, enum chart_format,
	    const char *path, struct fault *) MUST_CHECK;

/* "image/svg+xml", ... */
const char *chart_mime(enum chart_format);

#endif
