/* clock.h - instants, civil days and time zones.
 *
 * An instant is int64_t seconds since 1970-01-01T00:00:00Z ("_utc").  A civil
 * day is int32_t days since 1970-01-01 ("day").  A zone maps one to the other;
 * its days have 23, 24 or 25 hours, so always divide by
 * zone_day_start(d + 1) - zone_day_start(d), never by 86400.
 * Only a main() asks the time; everything else is told.
 * Layer: base.  May include: libc.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

struct zone;

/* The zone of an IANA name ("Europe/Paris"), made once and kept for the life
 * of the process.  Offsets are known from 2000 to 2050; outside, the nearest
 * known one is used.
 * ST_INPUT: unknown name (tzdata missing is one cause).
 * Cost: 4 ms the first time, then a search among those in use. */
enum status zone_get(const char *name, const struct zone **ret_zone) MUST_CHECK;

const char *zone_name(const struct zone *);
int32_t	 zone_offset_s(const struct zone *, int64_t at_utc);	/* east > 0 */
int32_t	 zone_day(const struct zone *, int64_t at_utc);
int64_t	 zone_day_start(const struct zone *, int32_t day);	/* 00:00 local */
/* The instant that a wall clock shows second_of_day on that day; where the
 * clock skips it the instant after the gap, where it comes twice the first. */
int64_t	 zone_instant(const struct zone *, int32_t day, int32_t second_of_day);
/* All of them, in order: 1, none where the clock skips it, 2 where it comes
 * twice.  Returns their number. */
int	 zone_instants(const struct zone *, int32_t day, int32_t second_of_day,
	    int64_t ret[2]);

struct date {
	int	year, month, mday;	/* month 1..12 */
};

int32_t	 day_of_date(struct date);
struct date date_of_day(int32_t day);
int	 day_weekday(int32_t day);	/* 1 = Monday .. 7 = Sunday */

/* "2026-03-29"; exactly that form, a day that exists, 1900 to 2199. */
enum status day_parse(const char *, int32_t *ret_day) MUST_CHECK;
char	*day_iso(struct arena *, int32_t day);

/* "2026-11-20T10:02:00+01:00", for datetime attributes and files. */
char	*instant_iso(struct arena *, const struct zone *, int64_t at_utc);
/* "20261120T090200Z" style is not used; HTTP dates: "Fri, 20 Nov ... GMT" */
char	*instant_http(struct arena *, int64_t at_utc);
/* The text form PostgreSQL takes for timestamptz, in UTC. */
char	*instant_sql(struct arena *, int64_t at_utc);
/* PostgreSQL's text form under TimeZone=UTC, "2026-11-20 09:02:00.5+00";
 * fractions are cut. */
enum status instant_parse(const char *, int64_t *ret_at_utc) MUST_CHECK;

#endif
