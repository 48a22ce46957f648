/* report_csv.c - reports as files for spreadsheets, one record a day. */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "pages/report.h"

static const struct {
	const char	*name;
	double		(*value)(const struct report_sums *);
} figures[] = {
	{ "installes", report_installed },
	{ "disponibles_min", report_available },
	{ "disponibles_max", report_available_high },
	{ "occupation_majoree", report_occupancy_bound },
	{ "occupation_min", report_occupancy_low },
	{ "occupation_max", report_occupancy_high },
	{ "occupation_mesuree", report_occupancy_measured },
	{ "fermes_non_reactivables", report_closed_nr },
	{ "fermes_reactivables", report_closed_r },
	{ "couverture", report_coverage },
	{ "saturation", report_saturation },
};

static const char *const heads[] = { "departement", "nom", "nature",
	"categorie", "jour", "connu_le", "provisoire", "lieux_attendus",
	"lieux_renseignes", "lieux_a_jour" };

void
report_csv_head(struct str *out)
{
	size_t i;

	csv_start(out);
	for (i = 0; i < N_ELEM(heads); i++)
		csv_text(out, heads[i]);
	for (i = 0; i < N_ELEM(figures); i++)
		csv_text(out, figures[i].name);
	csv_end(out);
}

/* Decimal comma and no thousands; unknown is an empty field. */
static void
number(struct str *out, struct arena *a, double v)
{
	char *text, *point;

	if (isnan(v)) {
		csv_num(out, NULL);
		return;
	}
	text = arena_printf(a, "%.4f", v);
	if ((point = strchr(text, '.')) != NULL)
		*point = ',';
	csv_num(out, text);
}

static void
whole(struct str *out, struct arena *a, int64_t n)
{
	csv_num(out, arena_printf(a, "%lld", (long long)n));
}

void
report_csv_row(struct str *out, struct request *rq,
    const struct report_ask *q, const char *code, const char *name,
    int32_t day, const struct report_sums *s)
{
	const struct zone *paris = rq->app->paris;
	struct arena *a = rq->arena;
	size_t i;

	csv_text(out, code);
	csv_text(out, name);
	csv_text(out, q->many);
	csv_text(out, q->category == NULL ? "toutes" : q->category->label);
	csv_text(out, day_iso(a, day));
	csv_text(out, instant_iso(a, paris, q->cut.at_utc));
	csv_text(out, report_provisional(day, zone_day(paris,
	    q->cut.at_utc)) ? "oui" : "non");
	whole(out, a, s->places_expected);
	whole(out, a, s->places_reporting);
	whole(out, a, s->places_fresh);
	for (i = 0; i < N_ELEM(figures); i++)
		number(out, a, figures[i].value(s));
	csv_end(out);
}
