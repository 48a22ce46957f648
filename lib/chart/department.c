#include "chart/department.h"

#include <string.h>

#include "base/french.h"

enum { SERIES_MAX = 2 };

/* A series of a chart: which values, and between which bounds. */
struct part {
	const char	*name;
	size_t		 value, low, high;	/* offsets; 0 of low: none */
	bool		 counts;		/* reporting places below it */
	bool		 optional;		/* left out if never known */
};

#define AT(field)	offsetof(struct department_point, field)
#define NONE		((size_t)-1)

static const struct {
	const char	*word, *title;
	const char	*how;		/* what the reader must know of it */
	enum chart_kind	 kind;
	enum chart_unit	 unit;
	bool		 zoom;
	struct part	 parts[SERIES_MAX];
	size_t		 n_parts;
} specs[DEPARTMENT__MAX] = {
	[DEPARTMENT_AVAILABILITY] = { "disponibilite", "Disponibilité moyenne",
	    "moyenne du jour ; la bande va jusqu’au cas où tout ce qui est "
	    "inconnu serait disponible", CHART_LINE, CHART_NUMBER, false, {
	    { "Disponibles", AT(available), AT(available),
	    AT(available_high), true, false } }, 1 },
	[DEPARTMENT_OCCUPANCY] = { "occupation", "Taux d’occupation majoré",
	    "1 − disponibles / en service : un lit qui n’est pas disponible "
	    "n’est pas toujours occupé", CHART_LINE, CHART_RATE, true, {
	    { "Majorant", AT(occupancy), AT(occupancy_low),
	    AT(occupancy_high), true, false },
	    { "Mesuré", AT(measured), NONE, NONE, false, true } }, 2 },
	[DEPARTMENT_CLOSED] = { "fermes", "Fermetures",
	    "moyenne du jour", CHART_BARS, CHART_NUMBER, false, {
	    { "Non réactivables", AT(closed_nr), NONE, NONE, true, false },
	    { "Réactivables", AT(closed_r), NONE, NONE, false, true } }, 2 },
	[DEPARTMENT_COVERAGE] = { "couverture", "Couverture de la saisie",
	    "part du temps où la disponibilité des unités attendues est "
	    "connue", CHART_LINE, CHART_RATE, false, {
	    { "Couverture", AT(coverage), NONE, NONE, true, false } }, 1 },
};

const char *
department_word(enum department_chart c)
{
	return specs[c].word;
}

enum department_chart
department_of_word(const char *word)
{
	int i;

	for (i = 0; i < DEPARTMENT__MAX; i++)
		if (strcmp(specs[i].word, word) == 0)
			break;
	return (enum department_chart)i;
}

static double
value_at(const struct department_point *p, size_t offset)
{
	double v;

	if (offset == NONE)
		return (double)NAN;
	memcpy(&v, (const char *)p + offset, sizeof(v));
	return v;
}

/* Fill one series; false if it is optional and nothing of it is known. */
static bool
series(struct arena *a, const struct department_data *d, const struct part *p,
    struct chart_series *ret)
{
	struct chart_point *points = ARENA_ARRAY(a, d->n_days,
	    struct chart_point);
	bool known = false;
	size_t i;

	for (i = 0; i < d->n_days; i++) {
		const struct department_point *x = &d->points[i];

		points[i] = (struct chart_point){
			.value = value_at(x, p->value),
			.low = value_at(x, p->low),
			.high = value_at(x, p->high),
			.reporting = p->counts ? x->reporting : 0,
			.expected = p->counts ? x->expected : 0 };
		known = known || !isnan(points[i].value);
	}
	*ret = (struct chart_series){ p->name, points };
	return known || !p->optional;
}

void
department_chart(struct arena *a, const struct department_data *d,
    enum department_chart which, struct chart *ret)
{
	struct chart_series *s = ARENA_ARRAY(a, SERIES_MAX,
	    struct chart_series);
	const char *days = arena_printf(a, "du %s au %s",
	    fr_date(a, d->first_day),
	    fr_date(a, d->first_day + (int32_t)d->n_days - 1));
	size_t n = 0, i;

	for (i = 0; i < specs[which].n_parts; i++)
		n += series(a, d, &specs[which].parts[i], &s[n]);
	*ret = (struct chart){
		.kind = specs[which].kind, .unit = specs[which].unit,
		.zoom = specs[which].zoom, .digits = 1,
		.width_px = CHART_WIDE_PX, .created_utc = d->cut_utc,
		.title = arena_printf(a, "%s – %s", specs[which].title,
		    d->name),
		.subtitle = arena_printf(a, "%s, %s%s%s", d->scope, days,
		    specs[which].unit == CHART_NUMBER ? ", en " : "",
		    specs[which].unit == CHART_NUMBER ? d->many : ""),
		.alt = arena_printf(a, "%s, %s, %s, %s. Les valeurs figurent "
		    "dans le tableau de la page.", specs[which].title,
		    d->name, d->scope, days),
		.source = arena_printf(a, "Données connues au %s (%s) : %s.",
		    fr_instant(a, d->zone, d->cut_utc), "heure de Paris",
		    specs[which].how),
		.first_day = d->first_day, .n_days = d->n_days,
		.series = s, .n_series = n };
}
