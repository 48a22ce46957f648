#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	ZONES_MAX	= 32,
	CHANGES_MAX	= 160,
	DAY_S		= 86400,
};

struct change {
	int64_t	at_utc;			/* from here on ... */
	int32_t	offset_s;		/* ... this offset */
};

struct zone {
	char		name[40];
	int		n;
	struct change	changes[CHANGES_MAX];	/* the first has no start */
};

static struct zone zones[ZONES_MAX];	/* filled once each, then constant */
static int n_zones;

static int32_t
libc_offset(int64_t at)
{
	struct tm tm;
	time_t t = (time_t)at;

	return localtime_r(&t, &tm) == NULL ? 0 : (int32_t)tm.tm_gmtoff;
}

/* The first second in (lo, hi] with the offset of hi. */
static int64_t
find_change(int64_t lo, int64_t hi)
{
	int32_t after = libc_offset(hi);

	while (hi - lo > 1) {
		int64_t mid = lo + (hi - lo) / 2;

		if (libc_offset(mid) == after)
			hi = mid;
		else
			lo = mid;
	}
	return hi;
}

/* Read the zone's offsets out of libc, which knows tzdata: the process zone
 * is set for the time of this loop, and put back. */
static void
zone_fill(struct zone *z)
{
	const int64_t from = INT64_C(946684800);	/* 2000-01-01 */
	const int64_t until = INT64_C(2524608000);	/* 2050-01-01 */
	int64_t at;
	int32_t last;

	setenv("TZ", z->name, 1);
	tzset();
	last = libc_offset(from);
	z->changes[0] = (struct change){ .at_utc = INT64_MIN, .offset_s = last };
	z->n = 1;
	for (at = from; at < until && z->n < CHANGES_MAX; at += 7 * DAY_S) {
		int32_t now = libc_offset(at + 7 * DAY_S);

		if (now == last)
			continue;
		last = now;
		z->changes[z->n++] = (struct change){
		    .at_utc = find_change(at, at + 7 * DAY_S),
		    .offset_s = now };
	}
	setenv("TZ", "UTC", 1);
	tzset();
}

static bool
zone_exists(const char *name)
{
	char path[96];

	if (name[0] == '\0' || strstr(name, "..") != NULL ||
	    strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_-/+") != strlen(name))
		return false;
	(void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
	return access(path, R_OK) == 0;
}

enum status
zone_get(const char *name, const struct zone **ret_zone)
{
	struct zone *z;
	int i;

	for (i = 0; i < n_zones; i++)
		if (strcmp(zones[i].name, name) == 0) {
			*ret_zone = &zones[i];
			return ST_OK;
		}
	if (n_zones == ZONES_MAX || strlen(name) >= sizeof(z->name) ||
	    !zone_exists(name))
		return ST_INPUT;
	z = &zones[n_zones];
	(void)snprintf(z->name, sizeof(z->name), "%s", name);
	zone_fill(z);
	n_zones++;
	*ret_zone = z;
	return ST_OK;
}

const char *
zone_name(const struct zone *z)
{
	return z->name;
}

int32_t
zone_offset_s(const struct zone *z, int64_t at_utc)
{
	int lo = 0, hi = z->n;

	while (hi - lo > 1) {
		int mid = (lo + hi) / 2;

		if (z->changes[mid].at_utc <= at_utc)
			lo = mid;
		else
			hi = mid;
	}
	return z->changes[lo].offset_s;
}

static int32_t
floor_day(int64_t s)
{
	return (int32_t)(s >= 0 ? s / DAY_S : -((DAY_S - 1 - s) / DAY_S));
}

int32_t
zone_day(const struct zone *z, int64_t at_utc)
{
	return floor_day(at_utc + zone_offset_s(z, at_utc));
}

int64_t
zone_instant(const struct zone *z, int32_t day, int32_t second_of_day)
{
	int64_t wall = (int64_t)day * DAY_S + second_of_day;
	int32_t before = zone_offset_s(z, wall - DAY_S);
	int32_t after = zone_offset_s(z, wall + DAY_S);
	int64_t first = wall - before;

	/* Before the change the old offset shows this wall time. */
	if (before == after || zone_offset_s(z, first) == before)
		return first;
	if (zone_offset_s(z, wall - after) == after)
		return wall - after;
	return first;		/* skipped: as far past the gap as it was in */
}

int
zone_instants(const struct zone *z, int32_t day, int32_t second_of_day,
    int64_t ret[2])
{
	int64_t wall = (int64_t)day * DAY_S + second_of_day;
	int32_t before = zone_offset_s(z, wall - DAY_S);
	int32_t after = zone_offset_s(z, wall + DAY_S);
	int n = 0;

	if (zone_offset_s(z, wall - before) == before)
		ret[n++] = wall - before;
	if (after != before && zone_offset_s(z, wall - after) == after)
		ret[n++] = wall - after;
	return n;
}

int64_t
zone_day_start(const struct zone *z, int32_t day)
{
	return zone_instant(z, day, 0);
}

/* Days from civil, Gregorian, proleptic: years start in March so that the
 * leap day is the last one. */
int32_t
day_of_date(struct date d)
{
	int y = d.month <= 2 ? d.year - 1 : d.year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 +
	    d.mday - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

struct date
date_of_day(int32_t day)
{
	int z = day + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	struct date d;

	d.mday = doy - (153 * mp + 2) / 5 + 1;
	d.month = mp < 10 ? mp + 3 : mp - 9;
	d.year = yoe + era * 400 + (d.month <= 2);
	return d;
}

int
day_weekday(int32_t day)
{
	return (int)(((int64_t)day + 3) % 7 + 7) % 7 + 1;
}

/* Exactly n digits at s. */
static bool
digits(const char *s, int n, int *ret)
{
	int v = 0;

	for (; n > 0; n--, s++) {
		if (*s < '0' || *s > '9')
			return false;
		v = v * 10 + (*s - '0');
	}
	*ret = v;
	return true;
}

/* The "YYYY-MM-DD" at the start of s. */
static bool
date_head(const char *s, int32_t *ret_day)
{
	struct date d, back;

	if (!digits(s, 4, &d.year) || s[4] != '-' ||
	    !digits(s + 5, 2, &d.month) || s[7] != '-' ||
	    !digits(s + 8, 2, &d.mday) ||
	    d.year < 1900 || d.year > 2199 || d.month < 1 || d.month > 12)
		return false;
	back = date_of_day(day_of_date(d));
	if (back.mday != d.mday || back.month != d.month)
		return false;
	*ret_day = day_of_date(d);
	return true;
}

enum status
day_parse(const char *s, int32_t *ret_day)
{
	int32_t day;

	if (strlen(s) != 10 || !date_head(s, &day))
		return ST_INPUT;
	*ret_day = day;
	return ST_OK;
}

char *
day_iso(struct arena *a, int32_t day)
{
	struct date d = date_of_day(day);

	return arena_printf(a, "%04d-%02d-%02d", d.year, d.month, d.mday);
}

struct wall {
	struct date	date;
	int		h, m, s;
	int32_t		day;
};

static struct wall
wall_of(int64_t local_s)
{
	int32_t day = floor_day(local_s);
	int sec = (int)(local_s - (int64_t)day * DAY_S);

	return (struct wall){ .date = date_of_day(day), .h = sec / 3600,
	    .m = sec / 60 % 60, .s = sec % 60, .day = day };
}

char *
instant_iso(struct arena *a, const struct zone *z, int64_t at_utc)
{
	int32_t off = zone_offset_s(z, at_utc);
	struct wall w = wall_of(at_utc + off);
	int minutes = abs(off) / 60;

	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d",
	    w.date.year, w.date.month, w.date.mday, w.h, w.m, w.s,
	    off < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

char *
instant_http(struct arena *a, int64_t at_utc)
{
	static const char wd[] = "MonTueWedThuFriSatSun";
	static const char mo[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct wall w = wall_of(at_utc);

	return arena_printf(a, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
	    wd + 3 * (day_weekday(w.day) - 1), w.date.mday,
	    mo + 3 * (w.date.month - 1), w.date.year, w.h, w.m, w.s);
}

char *
instant_sql(struct arena *a, int64_t at_utc)
{
	struct wall w = wall_of(at_utc);

	return arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d+00",
	    w.date.year, w.date.month, w.date.mday, w.h, w.m, w.s);
}

enum status
instant_parse(const char *s, int64_t *ret_at_utc)
{
	const char *tail;
	int32_t day;
	int h, m, sec;

	if (strlen(s) < 22 || !date_head(s, &day) ||
	    (s[10] != ' ' && s[10] != 'T') ||
	    !digits(s + 11, 2, &h) || s[13] != ':' ||
	    !digits(s + 14, 2, &m) || s[16] != ':' ||
	    !digits(s + 17, 2, &sec) || h > 24 || m > 59 || sec > 60)
		return ST_INPUT;
	tail = s + 19;
	if (*tail == '.')
		tail += 1 + strspn(tail + 1, "0123456789");
	if (strcmp(tail, "+00") != 0)
		return ST_INPUT;
	*ret_at_utc = (int64_t)day * DAY_S + h * 3600 + m * 60 + sec;
	return ST_OK;
}
