#include "chart/department_sheet.h"

#include "base/french.h"

enum { COLUMNS = 6, BLOCKS = 8 };

static const struct table_column columns[COLUMNS] = {
	{ "Jour", 1.4, false }, { "Disponibles", 1.6, true },
	{ "Occupation, au plus", 1.4, true }, { "Fermetures", 1, true },
	{ "Couverture", 1, true }, { "Lieux", 1, true },
};

/* A dash where nothing is known: the table writes it for NULL. */
static const char *
figure(struct arena *a, double v, bool rate)
{
	if (isnan(v))
		return NULL;
	return rate ? fr_pct(a, v, 1) : fr_decimal(a, v, 1);
}

static const char *
range(struct arena *a, double low, double high)
{
	if (isnan(low) || isnan(high))
		return figure(a, low, false);
	return arena_printf(a, "%s à %s", fr_decimal(a, low, 1),
	    fr_decimal(a, high, 1));
}

static struct table_row
row(struct arena *a, int32_t day, const struct department_point *p)
{
	const char **cells = ARENA_ARRAY(a, COLUMNS, const char *);
	double closed = isnan(p->closed_nr) ? p->closed_nr :
	    p->closed_nr + (isnan(p->closed_r) ? 0 : p->closed_r);

	cells[0] = fr_date(a, day);
	cells[1] = range(a, p->available, p->available_high);
	cells[2] = figure(a, p->occupancy, true);
	cells[3] = figure(a, closed, false);
	cells[4] = figure(a, p->coverage, true);
	cells[5] = p->expected == 0 ? NULL : arena_printf(a, "%d / %d",
	    p->reporting, p->expected);
	return (struct table_row){ .cells = cells };
}

static const struct table *
days(struct arena *a, const struct department_data *d)
{
	struct table *t = ARENA_NEW(a, struct table);
	struct table_row *rows = ARENA_ARRAY(a, d->n_days, struct table_row);
	size_t i;

	for (i = 0; i < d->n_days; i++)
		rows[i] = row(a, d->first_day + (int32_t)i, &d->points[i]);
	*t = (struct table){ .columns = columns, .n_columns = COLUMNS,
		.rows = rows, .n_rows = d->n_days };
	return t;
}

void
department_bulletin(struct arena *a, const struct department_data *d,
    struct bulletin *ret)
{
	struct chart *charts = ARENA_ARRAY(a, DEPARTMENT__MAX, struct chart);
	struct block *b = ARENA_ARRAY(a, BLOCKS, struct block);
	size_t n = 0;
	int i;

	b[n++] = (struct block){ BLOCK_HEADING, .text = "En graphiques" };
	for (i = 0; i < DEPARTMENT__MAX; i++) {
		department_chart(a, d, (enum department_chart)i, &charts[i]);
		b[n++] = (struct block){ BLOCK_CHART, .chart = &charts[i] };
	}
	b[n++] = (struct block){ BLOCK_HEADING, .text = "Jour par jour" };
	b[n++] = (struct block){ BLOCK_TABLE, .table = days(a, d) };
	b[n++] = (struct block){ BLOCK_TEXT, .text = "Disponibles : de ce "
	    "qui est connu à ce que ce serait si tout l’inconnu était "
	    "disponible. Lieux : renseignés / attendus. Un tiret : "
	    "inconnu, jamais zéro. Les quatorze derniers jours sont "
	    "provisoires." };
	*ret = (struct bulletin){
		.title = arena_printf(a, "Bulletin – %s", d->name),
		.subtitle = arena_printf(a, "Du %s au %s, %s",
		    fr_date(a, d->first_day), fr_date(a, d->first_day +
		    (int32_t)d->n_days - 1), d->scope),
		.author = "Répertoire de l’offre et des ressources en santé",
		.cut = arena_printf(a, "Données connues au %s (heure de Paris)",
		    fr_instant(a, d->zone, d->cut_utc)),
		.created_utc = d->cut_utc, .blocks = b, .n_blocks = n };
}
