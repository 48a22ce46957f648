/* report.h - figures of départements by civil day, as known at a cut.
 *
 * Owns: results live in the arena of the db handle.
 * Source: mart.rpt_department_day, written by ror-report; a cut is a row of
 * mart.cut that was published.  Asked again with the same cut, the same
 * question has the same answer for ever.
 * Figures are sums (beds x seconds, places x seconds), so they can be added
 * over days, categories and départements; only then are they divided.  A
 * ratio is NAN where nothing is known, and may pass 1: nothing is clamped.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_REPORT_H
#define DOMAIN_REPORT_H

#include "base/status.h"
#include "db/db.h"

enum { REPORT_DAYS_MAX = 1100 };

struct report_cut {
	int64_t	id;
	int64_t	at_utc;			/* « données connues au » */
	int64_t	published_utc;
	int32_t	first_day, last_day;	/* days that have figures */
};

/* What is added up: one category, or (0) all of a nature without the beds
 * that are inside other beds.  Natures never add up. */
struct report_scope {
	const char	*nature;	/* "01" beds, "02" places, "04" rooms */
	int		 category_id;	/* 0: all */
};

/* Sums over the places that are followed and open.  *_s: beds x seconds, but
 * expected_s, known_s, zero_s: places x seconds. */
struct report_sums {
	int64_t	places_expected, places_reporting, places_fresh;
	int64_t	day_s;			/* length of the day, or days */
	int64_t	expected_s, known_s, zero_s;
	int64_t	installed_s, closed_nr_s, closed_r_s, suppl_s, in_service_s;
	int64_t	available_s, available_high_s;	/* unknown: none, all free */
	int64_t	available_paired_s, in_service_known_s;	/* same seconds */
	int64_t	occupied_s;
	int64_t	occupied_paired_s, in_service_occ_s;	/* same seconds */
};

struct report_day {
	int32_t			day;
	struct report_sums	sums;
};

struct report_days {
	struct report_day	*day;		/* every day asked for */
	size_t			 n;
};

struct report_department {
	const char		*code;		/* "75", "2A", "971" */
	const char		*name;
	struct report_sums	 sums;		/* over all days asked for;
						 * places_* are place-days */
};

struct report_departments {
	struct report_department	*item;	/* by code */
	size_t				 n;
};

enum { REPORT_NEWEST = -1 };

/* The last published cut before an instant (REPORT_NEWEST: of all).  For a
 * date « connu le », give the end of that day in Europe/Paris.
 * ST_NOTFOUND: nothing was published by then; ST_DB. */
enum status report_cut_get(struct db *, int64_t before_utc,
	    struct report_cut *ret) MUST_CHECK;

/* The figures of a département, one element per day from first to last; a
 * day without figures is all zeros (its ratios are NAN).
 * departement: COG code, already checked by the route
 * ST_LIMIT: more than REPORT_DAYS_MAX days, or last before first; ST_DB.
 * Cost: one statement, primary key; 6 ms for a year of 20 categories. */
enum status report_department_days(struct db *, const struct report_cut *,
	    const char *departement, const struct report_scope *,
	    int32_t first_day, int32_t last_day,
	    struct report_days *ret) MUST_CHECK;

/* All départements of a region (NULL: France) that have figures in the
 * period, each with its sums.  ST_LIMIT, ST_DB. */
enum status report_departments(struct db *, const struct report_cut *,
	    const char *region, const struct report_scope *,
	    int32_t first_day, int32_t last_day,
	    struct report_departments *ret) MUST_CHECK;

void	 report_add(struct report_sums *, const struct report_sums *);

/* Ratios and means, NAN where the denominator is 0. */

/* Beds available on average over the day; low counts unknown places as none
 * available, high as all.  The value is the low bound. */
double	 report_available(const struct report_sums *);
double	 report_available_high(const struct report_sums *);
/* OCC / in service, over the seconds that both are known. */
double	 report_occupancy_measured(const struct report_sums *);
/* 1 - available / in service over the seconds that both are known: an upper
 * bound, since a bed that is not available need not be occupied. */
double	 report_occupancy_bound(const struct report_sums *);
/* The same if all unknown beds were available, or none. */
double	 report_occupancy_low(const struct report_sums *);
double	 report_occupancy_high(const struct report_sums *);
double	 report_installed(const struct report_sums *);	/* mean beds */
double	 report_closed(const struct report_sums *);	/* mean beds */
double	 report_closure_rate(const struct report_sums *);
double	 report_coverage(const struct report_sums *);	/* known / expected */
double	 report_saturation(const struct report_sums *);	/* zero / known */

#endif
