/* Ticks: values, rates, days. */
#include "tap.h"

#include <math.h>

#include "base/clock.h"
#include "base/status.h"
#include "chart/scale.h"
#include "chart/series.h"

static const struct value_case {
	const char	*name;
	double		 lo, hi;
	struct scale_want want;
	double		 want_lo, want_hi, want_step;
} values[] = {
	{ "a plain count", 3, 97, { 6, true, true }, 0, 100, 20 },
	{ "counts above 100", 120, 158, { 6, true, true }, 0, 200, 50 },
	{ "a line may leave zero out", 0.902, 0.936, { 6, false, false },
	    0.90, 0.94, 0.01 },
	{ "zero is kept when wanted", 0.902, 0.936, { 6, true, false },
	    0, 1, 0.2 },
	{ "a rate above 100 %", 0.4, 1.37, { 6, true, false }, 0, 1.5, 0.5 },
	{ "small counts have no halves", 0, 2, { 8, true, true }, 0, 2, 1 },
	{ "small decimals have", 0, 2, { 8, true, false }, 0, 2, 0.5 },
	{ "all zero", 0, 0, { 6, true, true }, 0, 1, 1 },
	{ "one value, zoomed", 50, 50, { 6, false, true }, 49, 51, 1 },
	{ "one rate, zoomed", 0.5, 0.5, { 6, false, false }, 0.46, 0.54,
	    0.02 },
	{ "nothing known", INFINITY, -INFINITY, { 6, true, true }, 0, 1, 1 },
	{ "not a number", NAN, NAN, { 6, true, false }, 0, 1, 0.2 },
	{ "negative too", -12, 30, { 6, true, true }, -20, 30, 10 },
	{ "exact ends get no extra tick", 0, 100, { 6, true, true }, 0, 100,
	    20 },
	{ "0.3 is a tick of tenths, whatever 0.3 / 0.1 is", 0.3, 0.7,
	    { 6, false, false }, 0.3, 0.7, 0.1 },
	{ "so is 1.1", 0.6, 1.1, { 6, false, false }, 0.6, 1.1, 0.1 },
	{ "a country", 0, 28902, { 6, true, true }, 0, 30000, 10000 },
};

static void
test_values(void)
{
	for (size_t i = 0; i < N_ELEM(values); i++) {
		const struct value_case *c = &values[i];
		struct scale s = scale_fit(c->lo, c->hi, c->want);
		int ok = fabs(s.lo - c->want_lo) < 1e-9 &&
		    fabs(s.hi - c->want_hi) < 1e-9 &&
		    fabs(s.step - c->want_step) < 1e-9;

		if (!ok)
			printf("# %g..%g step %g\n", s.lo, s.hi, s.step);
		OK(ok, c->name);
		OK(s.n >= 2 && s.n <= c->want.max_ticks, "  within max_ticks");
		OK(fabs(scale_tick(&s, 0) - s.lo) < 1e-12 &&
		    fabs(scale_tick(&s, s.n - 1) - s.hi) < 1e-12,
		    "  both ends are ticks");
	}
}

static void
test_ticks(void)
{
	struct scale s = scale_fit(0, 1, (struct scale_want){ 11, true, false });

	OK(s.n == 11 && scale_tick(&s, 3) >= 0.3 && scale_tick(&s, 3) <= 0.3,
	    "tick 3 of tenths is 0.3, not 0.30000000000000004");
	OK(scale_digits(&s, true) == 0, "tenths of a rate need no decimals");
	OK(scale_digits(&s, false) == 1, "tenths of a number need one");
	s = scale_fit(0.91, 0.913, (struct scale_want){ 6, false, false });
	OK(scale_digits(&s, true) == 1, "thousandths of a rate need one");
	OK(scale_pos(&s, 5) <= 1 && scale_pos(&s, -5) >= 0, "clamped");
}

static const struct day_case {
	const char	*name;
	struct date	 first;
	int		 n_days;
	size_t		 max, want_n;
	const char	*want_first, *want_second, *want_last;
} days[] = {
	{ "a week, every day", { 2026, 11, 27 }, 7, 8, 7, "27 nov.",
	    "28 nov.", "3 déc." },
	{ "one day", { 2026, 11, 20 }, 1, 8, 1, "20 nov.", NULL, "20 nov." },
	{ "a first of the month", { 2026, 11, 30 }, 3, 8, 3, "30 nov.",
	    "1er déc.", "2 déc." },
	{ "a month, Mondays", { 2026, 11, 1 }, 30, 8, 5, "2 nov.", "9 nov.",
	    "30 nov." },
	{ "a quarter, second Mondays", { 2026, 9, 1 }, 90, 8, 6, "7 sept.",
	    "21 sept.", "16 nov." },
	{ "a year, months", { 2025, 11, 21 }, 365, 12, 12, "déc.", "janv.",
	    "nov." },
	{ "a year, second months", { 2025, 11, 21 }, 365, 8, 6, "janv.",
	    "mars", "nov." },
	{ "three years, half-years", { 2024, 1, 1 }, 1096, 8, 6, "janv.",
	    "juil.", "juil." },
	{ "ten years", { 2017, 1, 1 }, 3652, 10, 10, "2017", "2018", "2026" },
	{ "before 1970", { 1969, 12, 25 }, 7, 3, 3, "26 déc.", "28 déc.",
	    "30 déc." },
};

static void
test_days(void)
{
	for (size_t i = 0; i < N_ELEM(days); i++) {
		const struct day_case *c = &days[i];
		struct day_tick t[DAY_TICKS_MAX];
		int32_t first = day_of_date(c->first);
		size_t n = scale_days(first, first + c->n_days - 1, c->max, t);

		if (n != c->want_n)
			printf("# %zu ticks\n", n);
		OK(n == c->want_n, c->name);
		IS(n > 0 ? t[0].label : NULL, c->want_first, "  first");
		if (c->want_second != NULL)
			IS(n > 1 ? t[1].label : NULL, c->want_second,
			    "  second");
		IS(n > 0 ? t[n - 1].label : NULL, c->want_last, "  last");
	}
}

static void
test_years(void)
{
	struct day_tick t[DAY_TICKS_MAX];
	int32_t first = day_of_date((struct date){ 2025, 12, 30 });

	(void)scale_days(first, first + 4, 8, t);
	IS(t[0].year, "2025", "the first tick says its year");
	IS(t[1].year, "", "the next does not say it again");
	IS(t[2].year, "2026", "a new year is said");
}

static void
test_runs(void)
{
	struct chart_point p[] = { chart_point(NAN), chart_point(1),
		chart_point(2), chart_point(INFINITY), chart_point(0),
		chart_point(NAN) };
	struct chart_series s = { "x", p };
	size_t from = 0;
	struct run r = { 0 };

	OK(series_run(&s, 6, point_known, &from, &r) && r.from == 1 &&
	    r.to == 3, "days 1 and 2 are a run");
	OK(series_run(&s, 6, point_known, &from, &r) && r.from == 4 &&
	    r.to == 5, "zero is known, infinite is not");
	OK(!series_run(&s, 6, point_known, &from, &r), "no more");
	from = 0;
	OK(!series_run(&s, 6, point_bounded, &from, &r), "no bounds");
}

static void
test_classes(void)
{
	static const double limits[] = { 0.90, 0.95 };

	OK(class_of(0.8999, limits, 2) == 0, "below the first limit");
	OK(class_of(0.90, limits, 2) == 1, "a limit belongs above");
	OK(class_of(2, limits, 2) == 2, "above the last");
	OK(class_of(2, limits, 0) == 0, "no limits, one class");
}

int
main(void)
{
	test_values();
	test_ticks();
	test_days();
	test_years();
	test_runs();
	test_classes();
	return tap_done();
}
