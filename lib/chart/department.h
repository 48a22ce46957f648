/* department.h - the four charts of a département, from plain day points.
 *
 * The nightly job and the pages draw the same pictures: the caller fetches
 * the figures (lib/domain/report), this says how they are shown.
 * Owns: everything made lives in the arena given.
 * Layer: chart.  May include: base, chart.
 */
#ifndef CHART_DEPARTMENT_H
#define CHART_DEPARTMENT_H

#include "base/arena.h"
#include "base/clock.h"
#include "chart/chart.h"

enum department_chart {
	DEPARTMENT_AVAILABILITY,
	DEPARTMENT_OCCUPANCY,
	DEPARTMENT_CLOSED,
	DEPARTMENT_COVERAGE,
	DEPARTMENT__MAX
};

/* One civil day; NAN is unknown.  Rates are 0..1 and may pass 1. */
struct department_point {
	double	available, available_high;	/* mean beds; low bound first */
	double	occupancy;			/* 1 - available / in service */
	double	occupancy_low, occupancy_high;	/* unknown all free, none */
	double	measured;			/* occupied / in service */
	double	closed_nr, closed_r;		/* mean beds */
	double	coverage;
	int	reporting, expected;		/* places */
};

struct department_data {
	const char			*name;		/* "Paris" */
	const char			*scope;		/* "tous les lits" */
	const char			*many;		/* "lits", "places" */
	int32_t				 first_day;
	size_t				 n_days;
	const struct department_point	*points;
	int64_t				 cut_utc;	/* data known at */
	const struct zone		*zone;		/* to print the cut in */
};

/* The word in URLs and file names: "disponibilite", "occupation", ... */
const char	*department_word(enum department_chart);
/* DEPARTMENT__MAX: no such word. */
enum department_chart department_of_word(const char *);

/* Describe one chart; theme and width are the caller's to change. */
void		 department_chart(struct arena *, const struct department_data *,
		    enum department_chart, struct chart *ret);

#endif
