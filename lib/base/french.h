/* french.h - numbers, dates and ages as the screens write them.
 *
 * fr-FR: U+202F between thousands and before %, decimal comma; hours as
 * "10:02"; ages in hours up to 48 h, then in days (docs/glossary.md).
 * Layer: base.  May include: libc.
 */
#ifndef BASE_FRENCH_H
#define BASE_FRENCH_H

#include "base/arena.h"
#include "base/clock.h"

enum { FR_AGE_LEVELS = 6 };

char	*fr_int(struct arena *, int64_t);		/* 28 902 */
char	*fr_decimal(struct arena *, double, int digits);/* 17,8 */
char	*fr_pct(struct arena *, double rate, int digits);/* 0.931: 93,1 % */
char	*fr_count(struct arena *, int64_t n, const char *one,
	    const char *many);				/* 1 lit, 2 lits */
char	*fr_date(struct arena *, int32_t day);		/* 20/11/2026 */
char	*fr_date_long(struct arena *, int32_t day);	/* vendredi 20 novembre 2026 */
/* vendredi 20 novembre 2026, 10:02 */
char	*fr_instant_long(struct arena *, const struct zone *, int64_t at_utc);
char	*fr_instant(struct arena *, const struct zone *, int64_t at_utc); /* 20/11/2026 10:02 */
/* 12 minutes, 27 heures, 3 jours: whole ones that have passed */
char	*fr_span(struct arena *, int64_t span_s);
/* à l'instant, il y a 12 minutes, il y a 27 heures, il y a 3 jours */
char	*fr_age(struct arena *, int64_t age_s);

/* Ten digits in pairs, as they are said; anything else, and NULL, as it is. */
const char *fr_phone(struct arena *, const char *);
/* "tel:" and the number as it is dialled, without signs between; NULL: NULL */
const char *fr_phone_href(struct arena *, const char *);

/* Colour class of an age: 0 <1 h, 1 <3 h, 2 <6 h, 3 <12 h, 4 <24 h, 5 older.
 * Half-open: exactly 3 h is level 2.  The same limits are in static/ror.js. */
int	 fr_age_level(int64_t age_s);

/* The same for what stays news for ttl_s: up to a day the hours above; longer
 * (the weekly rhythm of places), 0 while it is news, 3 in the last two
 * sevenths of it, 5 from ttl_s on.  The same limits are in static/ror.js. */
int	 fr_age_level_of(int64_t age_s, int64_t ttl_s);

#endif
