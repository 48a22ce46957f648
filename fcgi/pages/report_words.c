/* report_words.c - the figures of reports, said in French. */
#include <math.h>
#include <string.h>

#include "base/french.h"
#include "pages/report.h"

#define DASH	"–"

static double
mean(int64_t beds_s, const struct report_sums *s)
{
	return s->installed_s == 0 ? (double)NAN :
	    (double)beds_s / (double)s->day_s;
}

double
report_closed_nr(const struct report_sums *s)
{
	return mean(s->closed_nr_s, s);
}

double
report_closed_r(const struct report_sums *s)
{
	return mean(s->closed_r_s, s);
}

double
report_fresh_rate(const struct report_sums *s)
{
	return s->places_expected == 0 ? (double)NAN :
	    (double)s->places_fresh / (double)s->places_expected;
}

const struct report_spec report_specs[DEPARTMENT__MAX] = {
	[DEPARTMENT_AVAILABILITY] = {
		.name = "Disponibilité",
		.title = "Disponibilité",
		.said = "disponibles en moyenne sur la journée",
		.said_f = "disponibles en moyenne sur la journée",
		.help = "Moyenne sur la journée. Le minimum compte comme "
		    "occupés les lieux qui n’ont rien dit, le maximum les "
		    "compte comme disponibles.",
		.value = report_available,
		.n_columns = 2,
		.columns = {
			{ "Disponibles, de … à …", false, report_available,
			    report_available_high },
			{ "Capacité installée", false, report_installed,
			    NULL },
		} },
	[DEPARTMENT_OCCUPANCY] = {
		.name = "Occupation",
		.title = "Taux d’occupation majoré",
		.said = "d’occupation au plus",
		.said_f = "d’occupation au plus",
		.help = "1 − disponibles / en service, sur le temps où les "
		    "deux sont connus. C’est un majorant" NNBSP ": ce qui "
		    "n’est pas disponible n’est pas toujours occupé. Peut "
		    "dépasser 100" NNBSP "%.",
		.rate = true,
		.value = report_occupancy_bound,
		.n_columns = 3,
		.columns = {
			{ "Majorant", true, report_occupancy_bound, NULL },
			{ "Bornes, de … à …", true, report_occupancy_low,
			    report_occupancy_high },
			{ "Mesuré", true, report_occupancy_measured, NULL },
		} },
	[DEPARTMENT_CLOSED] = {
		.name = "Fermetures",
		.title = "Fermetures",
		.said = "fermés en moyenne sur la journée",
		.said_f = "fermées en moyenne sur la journée",
		.help = "Réactivables" NNBSP ": réouverture possible dans "
		    "les 24 heures.",
		.value = report_closed,
		.n_columns = 3,
		.columns = {
			{ "Non réactivables", false, report_closed_nr, NULL },
			{ "Réactivables", false, report_closed_r, NULL },
			{ "Part de la capacité", true, report_closure_rate,
			    NULL },
		} },
	[DEPARTMENT_COVERAGE] = {
		.name = "Couverture",
		.title = "Couverture de la saisie",
		.said = "du temps renseigné",
		.said_f = "du temps renseigné",
		.help = "Part du temps où la disponibilité des lieux attendus "
		    "est connue. Saturation" NNBSP ": part du temps connu "
		    "sans aucune disponibilité.",
		.rate = true,
		.value = report_coverage,
		.n_columns = 3,
		.columns = {
			{ "Couverture", true, report_coverage, NULL },
			{ "Lieux à jour", true, report_fresh_rate, NULL },
			{ "Saturation", true, report_saturation, NULL },
		} },
};

const char *
report_figure(struct arena *a, double v, bool rate, int digits)
{
	if (isnan(v))
		return DASH;
	return rate ? fr_pct(a, v, digits) : fr_decimal(a, v, digits);
}

const char *
report_range(struct arena *a, double low, double high, bool rate, int digits)
{
	const char *l = report_figure(a, low, rate, digits);
	const char *h = report_figure(a, high, rate, digits);

	return isnan(high) || strcmp(l, h) == 0 ? l :
	    arena_printf(a, "%s à %s", l, h);
}

const char *
report_places(struct arena *a, const struct report_sums *s)
{
	if (s->places_expected == 0)
		return DASH;
	return arena_printf(a, "%s / %s", fr_int(a, s->places_reporting),
	    fr_int(a, s->places_expected));
}

const char *
report_scope_label(struct arena *a, const struct report_ask *q)
{
	if (q->category != NULL)
		return q->category->label;
	return arena_printf(a, "%s les %s suivi%s", q->many[0] == 'l' ?
	    "tous" : "toutes", q->many, q->many[0] == 'l' ? "s" : "es");
}

const struct report_day *
report_last_known(const struct report_days *days)
{
	size_t i;

	for (i = days->n; i > 0; i--)
		if (days->day[i - 1].sums.places_expected > 0)
			return &days->day[i - 1];
	return NULL;
}

/* What a series of days amounts to. */
struct extent {
	double	low, high, last;
	int32_t	last_day;
	size_t	n_unknown;
};

static struct extent
extent_of(const struct report_spec *s, const struct report_days *days)
{
	struct extent e = { .low = (double)NAN, .high = (double)NAN };
	size_t i;

	for (i = 0; i < days->n; i++) {
		double v = s->value(&days->day[i].sums);

		if (isnan(v)) {
			e.n_unknown++;
			continue;
		}
		if (isnan(e.low) || v < e.low)
			e.low = v;
		if (isnan(e.high) || v > e.high)
			e.high = v;
		e.last = v;
		e.last_day = days->day[i].day;
	}
	return e;
}

const char *
report_summary(struct arena *a, enum department_chart which,
    const char *many, const struct report_days *days)
{
	const struct report_spec *s = &report_specs[which];
	struct extent e = extent_of(s, days);
	const char *noun = s->rate ? "" : arena_printf(a, " %s", many);
	const char *said = many[0] == 'l' ? s->said : s->said_f;
	const char *gap = "", *low, *high;

	if (isnan(e.low))
		return "Aucune donnée sur cette période.";
	if (e.n_unknown > 0)
		gap = arena_printf(a, " %s sans donnée.", fr_count(a,
		    (int64_t)e.n_unknown, "jour", "jours"));
	low = report_figure(a, e.low, s->rate, 1);
	high = report_figure(a, e.high, s->rate, 1);
	if (strcmp(low, high) == 0)
		return arena_printf(a, "%s%s %s, le %s.%s", low, noun, said,
		    fr_date(a, e.last_day), gap);
	return arena_printf(a, "De %s à %s%s %s, %s le %s.%s", low, high, noun,
	    said, report_figure(a, e.last, s->rate, 1), fr_date(a,
	    e.last_day), gap);
}
