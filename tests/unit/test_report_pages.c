/* Reports' pages: the period asked for, what is provisional, figures in words. */
#include <math.h>

#include "base/french.h"
#include "pages/report.h"
#include "tap.h"

static struct arena arena;

static int32_t
day(const char *iso)
{
	int32_t d = 0;

	OK(day_parse(iso, &d) == ST_OK, iso);
	return d;
}

static void
test_period(void)
{
	static const struct {
		const char *name;
		const char *du, *au, *first, *last;	/* first NULL: refused */
	} cases[] = {
		{ "nothing asked", NULL, NULL, "2026-02-19", "2026-03-20" },
		{ "empty fields", "", "", "2026-02-19", "2026-03-20" },
		{ "last day alone", NULL, "2026-03-10", "2026-02-09", "2026-03-10" },
		{ "first day alone", "2026-03-18", NULL, "2026-03-18", "2026-03-20" },
		{ "one day", "2026-03-01", "2026-03-01", "2026-03-01", "2026-03-01" },
		{ "400 days", "2025-02-15", "2026-03-21", "2025-02-15", "2026-03-21" },
		{ "401 days", "2025-02-14", "2026-03-21", NULL, NULL },
		{ "backwards", "2026-03-02", "2026-03-01", NULL, NULL },
		{ "from after the newest", "2026-03-21", NULL, NULL, NULL },	/* after the newest */
		{ "a day that does not exist", "2026-02-30", NULL, NULL, NULL },
		{ "another way to write it", NULL, "20260301", NULL, NULL },
	};
	int32_t newest = day("2026-03-20");
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		int32_t first = -1, last = -1;
		const char *why = report_period(cases[i].du, cases[i].au,
		    newest, REPORT_DAYS_DEFAULT, &first, &last);

		if (cases[i].first == NULL) {
			OK(why != NULL && first == -1 && last == -1,
			    cases[i].name);
			continue;
		}
		OK(why == NULL, cases[i].name);
		IS(day_iso(&arena, first), cases[i].first, "first day");
		IS(day_iso(&arena, last), cases[i].last, "last day");
	}
}

static void
test_provisional(void)
{
	OK(report_provisional(100, 101), "the day after, it may move");
	OK(report_provisional(100, 113), "and thirteen days after");
	OK(!report_provisional(100, 114), "not on the fourteenth");
}

static void
test_figures(void)
{
	IS(report_figure(&arena, (double)NAN, false, 1), "–", "unknown is a dash");
	IS(report_figure(&arena, 0, false, 0), "0", "zero is a zero");
	IS(report_figure(&arena, 1.034, true, 1), "103,4" NNBSP "%", "more than all is not cut");
	IS(report_range(&arena, 40, 50, false, 0), "40 à 50", "two bounds");
	IS(report_range(&arena, 40.2, 40.4, false, 0), "40", "bounds that read the same");
	IS(report_range(&arena, (double)NAN, (double)NAN, true, 1), "–", "unknown bounds");
	IS(report_places(&arena, &(struct report_sums){ 0 }), "–", "nobody expected");
	IS(report_places(&arena, &(struct report_sums){
	    .places_expected = 1200 }), "0 / 1" NNBSP "200", "nobody reported");
}

/* Three days: 10 free, unknown, 30 free of 100 in service. */
static void
test_summary(void)
{
	struct report_day v[3] = {
		{ 20500, { .day_s = 10, .known_s = 10, .available_s = 100,
		    .in_service_known_s = 1000, .available_paired_s = 100 } },
		{ 20501, { .day_s = 10 } },
		{ 20502, { .day_s = 10, .known_s = 10, .available_s = 300,
		    .in_service_known_s = 1000, .available_paired_s = 300 } },
	};
	struct report_days days = { v, 3 };

	IS(report_summary(&arena, DEPARTMENT_AVAILABILITY, "lits", &days),
	    "De 10,0 à 30,0 lits disponibles en moyenne sur la journée, 30,0 "
	    "le 18/02/2026. 1 jour sans donnée.", "three days, one unknown");
	IS(report_summary(&arena, DEPARTMENT_OCCUPANCY, "lits", &days),
	    "De 70,0" NNBSP "% à 90,0" NNBSP "% d’occupation au plus, 70,0"
	    NNBSP "% le 18/02/2026. 1 jour sans donnée.", "a rate");
	v[0].sums.installed_s = 1000;
	v[0].sums.closed_nr_s = 50;
	IS(report_summary(&arena, DEPARTMENT_CLOSED, "places", &days),
	    "5,0 places fermées en moyenne sur la journée, le 16/02/2026. "
	    "2 jours sans donnée.", "places are feminine");
	v[0].sums.installed_s = 0;
	days.n = 1;
	IS(report_summary(&arena, DEPARTMENT_AVAILABILITY, "lits", &days),
	    "10,0 lits disponibles en moyenne sur la journée, le "
	    "16/02/2026.", "one day");
	IS(report_summary(&arena, DEPARTMENT_CLOSED, "lits", &days),
	    "Aucune donnée sur cette période.", "nothing known");
}

int
main(void)
{
	arena_init(&arena, 1 << 20);
	test_period();
	test_provisional();
	test_figures();
	test_summary();
	arena_free(&arena);
	return tap_done();
}
