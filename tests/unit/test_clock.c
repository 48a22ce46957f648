/* Days of 23 and 25 hours, overseas zones, dates that do not exist. */
#include "base/clock.h"
#include "tap.h"

static void
lengths(void)
{
	static const struct {
		const char *zone, *day;
		int hours;
	} cases[] = {
		{ "Europe/Paris", "2026-03-29", 23 },
		{ "Europe/Paris", "2026-10-25", 25 },
		{ "Europe/Paris", "2026-11-20", 24 },
		{ "Indian/Reunion", "2026-03-29", 24 },
		{ "America/Miquelon", "2026-03-08", 23 },
		{ "America/Miquelon", "2026-11-01", 25 },
		{ "America/Cayenne", "2026-10-25", 24 },
	};
	const struct zone *z;
	int32_t day;
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		int ok = zone_get(cases[i].zone, &z) == ST_OK &&
		    day_parse(cases[i].day, &day) == ST_OK;

		OK(ok && zone_day_start(z, day + 1) - zone_day_start(z, day) ==
		    cases[i].hours * 3600, cases[i].day);
	}
}

/* None in the hour that is skipped, two in the one that comes again. */
static void
shown(void)
{
	static const struct {
		const char *zone, *day;
		int hour, n;
		int64_t first;		/* seconds after midnight UTC */
	} cases[] = {
		{ "Europe/Paris", "2026-03-29", 1, 1, 0 },
		{ "Europe/Paris", "2026-03-29", 2, 0, 0 },
		{ "Europe/Paris", "2026-03-29", 3, 1, 3600 },
		{ "Europe/Paris", "2026-10-25", 1, 1, -3600 },
		{ "Europe/Paris", "2026-10-25", 2, 2, 0 },
		{ "Europe/Paris", "2026-10-25", 3, 1, 7200 },
		{ "America/Miquelon", "2026-11-01", 1, 2, 3 * 3600 },
		{ "America/Miquelon", "2026-03-08", 2, 0, 0 },
		{ "Indian/Reunion", "2026-03-29", 2, 1, -7200 },
	};
	int64_t at[2] = { 0, 0 };
	const struct zone *z;
	int32_t day = 0;
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		int n = zone_get(cases[i].zone, &z) == ST_OK &&
		    day_parse(cases[i].day, &day) == ST_OK ?
		    zone_instants(z, day, cases[i].hour * 3600, at) : -1;

		OK(n == cases[i].n, "how often the hour comes");
		OK(n < 1 || at[0] == (int64_t)day * 86400 + cases[i].first,
		    "and when");
		OK(n < 2 || at[1] == at[0] + 3600, "again an hour later");
	}
}

static void
dates(void)
{
	static const char *const bad[] = { "", "2026-02-29", "2026-13-01",
		"2026-1-01", "2026-01-01x", "1899-12-31", "2200-01-01" };
	const struct zone *z;
	struct arena a;
	int32_t day;
	size_t i;

	arena_init(&a, 1 << 20);
	for (i = 0; i < N_ELEM(bad); i++)
		OK(day_parse(bad[i], &day) == ST_INPUT, bad[i]);
	OK(day_parse("2024-02-29", &day) == ST_OK, "a leap day");
	IS(day_iso(&a, day), "2024-02-29", "and back");
	OK(day_weekday(0) == 4, "1970-01-01 was a Thursday");
	OK(day_weekday(-1) == 3, "and the day before a Wednesday");
	OK(zone_get("Nulle/Part", &z) == ST_INPUT, "an unknown zone");
	OK(zone_get("../../etc/passwd", &z) == ST_INPUT, "a path is no zone");
	arena_free(&a);
}

static void
instants(void)
{
	const struct zone *z;
	struct arena a;
	int64_t at = 0;

	arena_init(&a, 1 << 20);
	OK(instant_parse("2026-11-20 09:02:00.123+00", &at) == ST_OK &&
	    zone_get("Europe/Paris", &z) == ST_OK, "PostgreSQL's form");
	IS(instant_iso(&a, z, at), "2026-11-20T10:02:00+01:00", "ISO");
	IS(instant_http(&a, at), "Fri, 20 Nov 2026 09:02:00 GMT", "HTTP");
	IS(instant_sql(&a, at), "2026-11-20 09:02:00+00", "SQL");
	OK(instant_parse("2026-11-20 09:02:00+01", &at) == ST_INPUT,
	    "only UTC");
	/* 2026-03-29 02:30 does not exist in Paris. */
	OK(zone_instant(z, 20541, 9000) == zone_day_start(z, 20541) + 9000,
	    "a skipped hour is as far past midnight");
	arena_free(&a);
}

int
main(void)
{
	lengths();
	shown();
	dates();
	instants();
	return tap_done();
}
