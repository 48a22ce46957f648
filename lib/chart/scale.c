#include "chart/scale.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/status.h"

static const double nice[] = { 1, 2, 5, 10 };
static const double DUST = 1e-9;

static double
nice_step(double raw)
{
	double mag = pow(10, floor(log10(raw)));

	for (size_t i = 0; i < N_ELEM(nice); i++)
		if (raw / mag <= nice[i] + DUST)
			return nice[i] * mag;
	return 10 * mag;
}

/* Ends that can carry an axis, whatever the data were. */
static void
widen(double *lo, double *hi, struct scale_want want)
{
	double pad;

	if (!isfinite(*lo) || !isfinite(*hi) || *lo > *hi) {
		*lo = 0;
		*hi = 1;
	}
	if (want.zero) {
		*lo = fmin(*lo, 0);
		*hi = fmax(*hi, 0);
	}
	if (*hi - *lo > DUST * fmax(1, fabs(*hi)))
		return;
	if (want.zero) {
		*hi = *lo + 1;
		return;
	}
	pad = want.whole ? 1 : fmax(fabs(*hi) * 0.05, 0.01);
	*lo -= pad;
	*hi += pad;
}

struct scale
scale_fit(double lo, double hi, struct scale_want want)
{
	struct scale s;
	double raw;

	widen(&lo, &hi, want);
	raw = (hi - lo) / (want.max_ticks - 1);
	for (;;) {
		s.step = nice_step(raw);
		if (want.whole && s.step < 1)
			s.step = 1;
		s.lo = floor(lo / s.step + DUST) * s.step;
		s.hi = ceil(hi / s.step - DUST) * s.step;
		s.n = (int)lround((s.hi - s.lo) / s.step) + 1;
		if (s.n <= want.max_ticks)
			return s;
		raw = s.step * 1.01;
	}
}

double
scale_tick(const struct scale *s, int i)
{
	double k = round(s->lo / s->step) + i;

	/* 3 * 0.1 is not 0.3, 3 / 10 is */
	return s->step < 1 ? k / round(1 / s->step) : k * s->step;
}

double
scale_pos(const struct scale *s, double v)
{
	return fmin(fmax((v - s->lo) / (s->hi - s->lo), 0), 1);
}

int
scale_digits(const struct scale *s, bool rate)
{
	double digits = -floor(log10(rate ? s->step * 100 : s->step) + DUST);

	return digits > 0 ? (int)fmin(digits, 6) : 0;
}

/* --- days ------------------------------------------------------------- */

static const char *const months[] = { "janv.", "févr.", "mars", "avr.", "mai",
	"juin", "juil.", "août", "sept.", "oct.", "nov.", "déc." };

enum unit { DAYS, WEEKS, MONTHS, YEARS };

static const struct step {
	enum unit	unit;
	int		n;
} steps[] = {
	{ DAYS, 1 }, { DAYS, 2 }, { WEEKS, 1 }, { WEEKS, 2 }, { MONTHS, 1 },
	{ MONTHS, 2 }, { MONTHS, 3 }, { MONTHS, 6 }, { YEARS, 1 }, { YEARS, 2 },
	{ YEARS, 5 }, { YEARS, 10 }, { YEARS, 50 },
};

static int32_t
floor_mod(int32_t a, int32_t b)
{
	return (a % b + b) % b;
}

static bool
is_tick(const struct step *s, int32_t day)
{
	struct date d = date_of_day(day);

	switch (s->unit) {
	case DAYS:
		return floor_mod(day, s->n) == 0;
	case WEEKS:
		/* day -3 was a Monday */
		return floor_mod(day + 3, 7 * s->n) == 0;
	case MONTHS:
		return d.mday == 1 && (d.month - 1) % s->n == 0;
	case YEARS:
		break;
	}
	return d.mday == 1 && d.month == 1 && d.year % s->n == 0;
}

static void
label_tick(const struct step *s, struct day_tick *t)
{
	struct date d = date_of_day(t->day);

	if (s->unit == YEARS)
		(void)snprintf(t->label, sizeof(t->label), "%d", d.year);
	else if (s->unit == MONTHS)
		(void)snprintf(t->label, sizeof(t->label), "%s",
		    months[d.month - 1]);
	else
		(void)snprintf(t->label, sizeof(t->label), "%d%s %s", d.mday,
		    d.mday == 1 ? "er" : "", months[d.month - 1]);
}

static size_t
count_ticks(const struct step *s, int32_t first, int32_t last)
{
	size_t n = 0;

	for (int32_t d = first; d <= last; d++)
		n += is_tick(s, d);
	return n;
}

size_t
scale_days(int32_t first, int32_t last, size_t max, struct day_tick *ret)
{
	const struct step *s = steps;
	size_t n = 0;
	int year = 0;

	if (max > DAY_TICKS_MAX)
		max = DAY_TICKS_MAX;
	while (s < steps + N_ELEM(steps) - 1 &&
	    count_ticks(s, first, last) > max)
		s++;
	for (int32_t d = first; d <= last && n < max; d++) {
		struct day_tick *t = &ret[n];

		if (!is_tick(s, d))
			continue;
		n++;
		*t = (struct day_tick){ .day = d };
		label_tick(s, t);
		if (s->unit != YEARS && date_of_day(d).year != year) {
			year = date_of_day(d).year;
			(void)snprintf(t->year, sizeof(t->year), "%d", year);
		}
	}
	return n;
}
