#include "base/french.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NNBSP	"\xe2\x80\xaf"		/* U+202F narrow no-break space */
#define APOS	"\xe2\x80\x99"		/* U+2019 */

static const char *const weekdays[] = { "lundi", "mardi", "mercredi", "jeudi",
	"vendredi", "samedi", "dimanche" };
static const char *const months[] = { "janvier", "février", "mars", "avril",
	"mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
	"décembre" };

/* Digits of s in groups of three from the right. */
static char *
group(struct arena *a, const char *s)
{
	size_t n = strlen(s), i;
	char *out = arena_alloc(a, n + n / 3 * strlen(NNBSP) + 1), *p = out;

	for (i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0) {
			memcpy(p, NNBSP, strlen(NNBSP));
			p += strlen(NNBSP);
		}
		*p++ = s[i];
	}
	return out;
}

char *
fr_int(struct arena *a, int64_t n)
{
	char buf[24];
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	(void)snprintf(buf, sizeof(buf), "%llu", (unsigned long long)u);
	return n < 0 ? arena_printf(a, "-%s", group(a, buf)) : group(a, buf);
}

char *
fr_decimal(struct arena *a, double v, int digits)
{
	char buf[64];
	char *dot;

	(void)snprintf(buf, sizeof(buf), "%.*f", digits, fabs(v));
	if ((dot = strchr(buf, '.')) != NULL)
		*dot++ = '\0';
	return arena_printf(a, "%s%s%s%s", v < 0 ? "-" : "", group(a, buf),
	    dot == NULL ? "" : ",", dot == NULL ? "" : dot);
}

char *
fr_pct(struct arena *a, double rate, int digits)
{
	return arena_printf(a, "%s" NNBSP "%%",
	    fr_decimal(a, rate * 100, digits));
}

char *
fr_count(struct arena *a, int64_t n, const char *one, const char *many)
{
	return arena_printf(a, "%s %s", fr_int(a, n),
	    n >= -1 && n <= 1 ? one : many);
}

char *
fr_date(struct arena *a, int32_t day)
{
	struct date d = date_of_day(day);

	return arena_printf(a, "%02d/%02d/%04d", d.mday, d.month, d.year);
}

char *
fr_date_long(struct arena *a, int32_t day)
{
	struct date d = date_of_day(day);

	return arena_printf(a, "%s %d%s %s %d", weekdays[day_weekday(day) - 1],
	    d.mday, d.mday == 1 ? "er" : "", months[d.month - 1], d.year);
}

static char *
hour(struct arena *a, const struct zone *z, int64_t at_utc)
{
	int64_t s = at_utc + zone_offset_s(z, at_utc) -
	    (int64_t)zone_day(z, at_utc) * 86400;

	return arena_printf(a, "%02d:%02d", (int)(s / 3600),
	    (int)(s / 60 % 60));
}

char *
fr_instant_long(struct arena *a, const struct zone *z, int64_t at_utc)
{
	return arena_printf(a, "%s, %s", fr_date_long(a, zone_day(z, at_utc)),
	    hour(a, z, at_utc));
}

char *
fr_instant(struct arena *a, const struct zone *z, int64_t at_utc)
{
	return arena_printf(a, "%s %s", fr_date(a, zone_day(z, at_utc)),
	    hour(a, z, at_utc));
}

char *
fr_span(struct arena *a, int64_t span_s)
{
	static const struct { int64_t below_s, unit_s; const char *one, *many; }
	    steps[] = {
		{ 3600, 60, "minute", "minutes" },
		{ 48 * 3600, 3600, "heure", "heures" },
		{ INT64_MAX, 86400, "jour", "jours" },
	};
	size_t i = 0;

	while (span_s >= steps[i].below_s)
		i++;
	return fr_count(a, span_s / steps[i].unit_s, steps[i].one,
	    steps[i].many);
}

char *
fr_age(struct arena *a, int64_t age_s)
{
	if (age_s < 60)
		return arena_strdup(a, "à l" APOS "instant");
	return arena_printf(a, "il y a %s", fr_span(a, age_s));
}

const char *
fr_phone(struct arena *a, const char *p)
{
	if (p == NULL || strlen(p) != 10 || strspn(p, "0123456789") != 10)
		return p;
	return arena_printf(a, "%.2s %.2s %.2s %.2s %.2s", p, p + 2, p + 4,
	    p + 6, p + 8);
}

const char *
fr_phone_href(struct arena *a, const char *phone)
{
	char *out, *w;
	const char *p;

	if (phone == NULL)
		return NULL;
	out = w = arena_printf(a, "tel:%s", phone);
	for (p = out; *p != '\0'; p++)
		if (strchr(" .-/()", *p) == NULL)
			*w++ = *p;
	*w = '\0';
	return out;
}

int
fr_age_level(int64_t age_s)
{
	static const int64_t below_s[FR_AGE_LEVELS - 1] = {
		1 * 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600,
	};
	int level = 0;

	while (level < FR_AGE_LEVELS - 1 && age_s >= below_s[level])
		level++;
	return level;
}

int
fr_age_level_of(int64_t age_s, int64_t ttl_s)
{
	if (ttl_s <= 86400)
		return fr_age_level(age_s);
	return age_s >= ttl_s ? 5 : age_s >= ttl_s / 7 * 5 ? 3 : 0;
}
