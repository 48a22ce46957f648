/* bench_chart.c - what a chart of 10 series x 365 days costs.
 *
 * usage: bench_chart data             the figures, as tests/bench/chart.gp reads
 *        bench_chart svg|png|pdf N    draw N charts, print CPU ms of one, and its bytes
 * tests/bench/chart.sh compares it with gnuplot.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "chart/chart.h"

enum { SERIES = 10, DAYS = 365, HEIGHT_PX = 420 };

static const char *const names[SERIES] = { "Paris", "Seine-et-Marne",
	"Yvelines", "Essonne", "Hauts-de-Seine", "Seine-Saint-Denis",
	"Val-de-Marne", "Val-d’Oise", "Haute-Garonne", "Hérault" };

/* A rhythm of weeks and a little noise, one week unknown. */
static void
fill(struct chart_point points[SERIES][DAYS])
{
	uint32_t noise = 20261120;

	for (int k = 0; k < SERIES; k++)
		for (int i = 0; i < DAYS; i++) {
			double v = 60 + 18 * k + 12 * sin(i * 2 * M_PI / 7 + k);

			noise = noise * 1664525u + 1013904223u;
			v += (double)(noise >> 24) / 16;
			points[k][i] = chart_point(
			    i >= 200 && i < 207 ? NAN : round(v));
		}
}

static void
print_data(const struct chart *c)
{
	for (size_t i = 0; i < c->n_days; i++) {
		(void)printf("%lld", (long long)(c->first_day + (int)i) *
		    86400);
		for (size_t k = 0; k < c->n_series; k++) {
			double v = c->series[k].points[i].value;

			if (isfinite(v))
				(void)printf(" %.0f", v);
			else
				(void)printf(" NaN");
		}
		(void)printf("\n");
	}
}

static int
draw(const struct chart *c, enum chart_format format, int n)
{
	struct fault f = { 0 };
	struct str out;
	clock_t t0;

	str_init(&out, 16 * 1024 * 1024);
	t0 = clock();
	for (int i = 0; i < n; i++) {
		str_reset(&out);
		if (chart_render(c, format, &out, &f) != ST_OK) {
			(void)fprintf(stderr, "bench_chart: %s\n", f.text);
			return 1;
		}
	}
	(void)printf("%.3f %zu\n", (double)(clock() - t0) * 1e3 /
	    CLOCKS_PER_SEC / n, out.len);
	str_free(&out);
	return 0;
}

int
main(int argc, char **argv)
{
	static const char *const formats[CHART_FORMAT__MAX] = {
		[CHART_SVG] = "svg", [CHART_PNG] = "png", [CHART_PDF] = "pdf" };
	static struct chart_point points[SERIES][DAYS];
	struct chart_series series[SERIES];
	struct chart c = { .kind = CHART_LINE, .width_px = CHART_WIDE_PX,
		.height_px = HEIGHT_PX, .title = "Lits disponibles",
		.first_day = day_of_date((struct date){ 2025, 11, 21 }),
		.n_days = DAYS, .series = series, .n_series = SERIES };

	fill(points);
	for (int k = 0; k < SERIES; k++)
		series[k] = (struct chart_series){ names[k], points[k] };
	if (argc == 2 && strcmp(argv[1], "data") == 0) {
		print_data(&c);
		return 0;
	}
	for (int i = 0; argc == 3 && i < CHART_FORMAT__MAX; i++)
		if (strcmp(argv[1], formats[i]) == 0)
			return draw(&c, (enum chart_format)i,
			    (int)strtol(argv[2], NULL, 10));
	(void)fprintf(stderr, "usage: bench_chart data | svg|png|pdf N\n");
	return 2;
}
