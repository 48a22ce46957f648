/* local_time.h - days and hours that people type, in the zone of a place.
 *
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_PAGES_LOCAL_TIME_H
#define FCGI_PAGES_LOCAL_TIME_H

#include <stdbool.h>

#include "base/clock.h"

/* Whether anything was typed in either field. */
bool	 local_instant_given(const char *day, const char *time);

/* "2026-11-20" and "14:30" (NULL or "": the instant no_time_s seconds after
 * the day's start, on the clock: 0 its start, 86400 its end).
 * ST_INPUT: not a day or not an hour. */
enum status local_instant(const struct zone *, const char *day,
	    const char *time, int32_t no_time_s, int64_t *ret_utc) MUST_CHECK;

/* Seconds that a clock shows at "14:30" or "14:30:15".  ST_INPUT. */
enum status local_second(const char *time, int32_t *ret) MUST_CHECK;

char	*local_time_text(struct arena *, const struct zone *, int64_t at_utc);
const char *local_zone_label(const struct zone *);	/* « heure de Paris » */

#endif
