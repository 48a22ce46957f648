#include "chart/series.h"

#include <math.h>

bool
point_known(const struct chart_point *p)
{
	return isfinite(p->value);
}

bool
point_bounded(const struct chart_point *p)
{
	return isfinite(p->low) && isfinite(p->high) && p->low <= p->high;
}

bool
series_run(const struct chart_series *s, size_t n_days, point_test *test,
    size_t *from, struct run *ret)
{
	size_t i = *from, to;

	while (i < n_days && !test(&s->points[i]))
		i++;
	if (i >= n_days)
		return false;
	for (to = i + 1; to < n_days && test(&s->points[to]); to++)
		continue;
	*ret = (struct run){ .from = i, .to = to };
	*from = to;
	return true;
}

static void
range_add(struct range *r, double v)
{
	r->lo = fmin(r->lo, v);
	r->hi = fmax(r->hi, v);
}

struct range
series_range(const struct chart *c, bool bounds)
{
	struct range r = { .lo = INFINITY, .hi = -INFINITY };

	for (size_t k = 0; k < c->n_series; k++)
		for (size_t i = 0; i < c->n_days; i++) {
			const struct chart_point *p = &c->series[k].points[i];

			if (point_known(p))
				range_add(&r, p->value);
			if (bounds && point_bounded(p)) {
				range_add(&r, p->low);
				range_add(&r, p->high);
			}
		}
	return r;
}

double
series_stack_max(const struct chart *c)
{
	double max = 0;

	for (size_t i = 0; i < c->n_days; i++) {
		double sum = 0;

		for (size_t k = 0; k < c->n_series; k++)
			if (point_known(&c->series[k].points[i]))
				sum += fmax(c->series[k].points[i].value, 0);
		max = fmax(max, sum);
	}
	return max;
}

struct range
items_range(const struct chart *c)
{
	struct range r = { .lo = INFINITY, .hi = -INFINITY };

	for (size_t i = 0; i < c->n_items; i++)
		if (isfinite(c->items[i].value))
			range_add(&r, c->items[i].value);
	return r;
}

static bool
any_point(const struct chart *c, point_test *test, bool want)
{
	for (size_t k = 0; k < c->n_series; k++)
		for (size_t i = 0; i < c->n_days; i++)
			if (test(&c->series[k].points[i]) == want)
				return true;
	return false;
}

bool
series_has_bounds(const struct chart *c)
{
	return any_point(c, point_bounded, true);
}

bool
series_has_unknown(const struct chart *c)
{
	return any_point(c, point_known, false);
}

bool
series_has_counts(const struct chart_series *s, size_t n_days)
{
	for (size_t i = 0; i < n_days; i++)
		if (s->points[i].expected > 0)
			return true;
	return false;
}

size_t
series_with_counts(const struct chart *c)
{
	size_t n = 0;

	for (size_t k = 0; k < c->n_series; k++)
		n += series_has_counts(&c->series[k], c->n_days);
	return n;
}

int
class_of(double v, const double *limits, size_t n_limits)
{
	int class = 0;

	while ((size_t)class < n_limits && v >= limits[class])
		class++;
	return class;
}
