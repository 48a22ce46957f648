/* scale.h - round ticks for values and French ticks for days.
 *
 * Layer: chart (private).  May include: base.
 */
#ifndef CHART_SCALE_H
#define CHART_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scale {
	double	lo, hi;		/* both are ticks */
	double	step;		/* 1, 2 or 5 times a power of ten */
	int	n;		/* ticks, >= 2 */
};

struct scale_want {
	int	max_ticks;	/* >= 3 */
	bool	zero;		/* zero is on the axis */
	bool	whole;		/* no tick between two integers */
};

/* The smallest round axis that holds lo..hi.  lo > hi or NAN: 0..1. */
struct scale scale_fit(double lo, double hi, struct scale_want);

/* Tick i, free of the dust of repeated addition. */
double	 scale_tick(const struct scale *, int i);

/* Where v falls, 0 at lo, 1 at hi; outside values are clamped. */
double	 scale_pos(const struct scale *, double v);

/* Decimals that tell the ticks apart; rates are counted in percent. */
int	 scale_digits(const struct scale *, bool rate);

enum { DAY_TICKS_MAX = 64 };

struct day_tick {
	int32_t	day;
	char	label[24];	/* "7 nov.", "nov." or "2026" */
	char	year[8];	/* under the label where the year begins, or "" */
};

/* Ticks from first to last day, at most max (<= DAY_TICKS_MAX): every day,
 * second day, Monday, second Monday, month, quarter, ... ; returns how many. */
size_t	 scale_days(int32_t first, int32_t last, size_t max,
	    struct day_tick *ret);

#endif
