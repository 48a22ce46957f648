/* series.h - what is known in a series of days, and where it stops.
 *
 * Layer: chart (private).  May include: base.
 */
#ifndef CHART_SERIES_H
#define CHART_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "chart/chart.h"

/* Days [from, to), all known, with an unknown day or the end on each side. */
struct run {
	size_t	from, to;
};

struct range {
	double	lo, hi;		/* lo > hi: nothing is known */
};

bool	 point_known(const struct chart_point *);
bool	 point_bounded(const struct chart_point *);	/* low and high known */

typedef bool point_test(const struct chart_point *);

/* The first run at or after *from whose points all pass; moves *from behind
 * it.  false: no more. */
bool	 series_run(const struct chart_series *s, size_t n_days,
	    point_test *test, size_t *from, struct run *ret);

/* Known values, and bounds if asked, of all series of c. */
struct range series_range(const struct chart *, bool bounds);

/* Largest day's sum of all series; days where all are unknown are left out.
 * 0 when nothing is known. */
double	 series_stack_max(const struct chart *);

struct range items_range(const struct chart *);

/* Does any point carry bounds, counts, an unknown value? */
bool	 series_has_bounds(const struct chart *);
bool	 series_has_counts(const struct chart_series *, size_t n_days);
bool	 series_has_unknown(const struct chart *);
size_t	 series_with_counts(const struct chart *);

/* Class of v among ascending limits, half-open: v == limit is above. */
int	 class_of(double v, const double *limits, size_t n_limits);

#endif
