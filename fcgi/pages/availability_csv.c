/* availability_csv.c - the two tables as files, one record a cell or place. */
#include <string.h>

#include "base/csv.h"
#include "base/french.h"
#include "pages/availability.h"

static const char *const matrix_head[] = { "categorie", "nature",
	"departement", "nom", "disponibles", "au_plus", "installes", "lieux",
	"attendus", "renseignes", "a_jour", "plus_ancienne", "saisies",
	"flux" };

static const char *const list_head[] = { "departement", "finess",
	"etablissement", "commune", "unite", "lieu", "unites_partageant",
	"disponibles", "femmes", "hommes", "installes", "fermes",
	"supplementaires", "etat", "valeur_du", "source", "telephone",
	"commentaire", "distance_km" };

static const char *const state_words[] = { [AVAIL_FRESH] = "à jour",
	[AVAIL_EXPIRED] = "périmé", [AVAIL_NEVER] = "jamais renseigné",
	[AVAIL_LOCKED] = "indisponibilité totale" };

static void
head(struct str *out, const char *const *names, size_t n)
{
	size_t i;

	csv_start(out);
	for (i = 0; i < n; i++)
		csv_text(out, names[i]);
	csv_end(out);
}

/* A negative number is an unknown one: an empty field. */
static void
number(struct str *out, struct arena *a, int64_t n)
{
	csv_num(out, n < 0 ? NULL : arena_printf(a, "%lld", (long long)n));
}

static void
matrix_record(struct str *out, struct scene *sc, struct arena *a,
    const struct snapshot_category *c, size_t column)
{
	size_t columns = sc->q->n_deps + 1;
	bool total = column == sc->q->n_deps;
	const struct avail_sum *t = &sc->sums[(size_t)(c -
	    sc->copy->categories) * columns + column];

	csv_text(out, c->label);
	csv_text(out, c->one);
	csv_text(out, total ? "total" : scene_departement(sc, column)->code);
	csv_text(out, total ? sc->q->region->name :
	    scene_departement(sc, column)->name);
	number(out, a, t->fresh == 0 ? -1 : t->available);
	number(out, a, t->high);
	number(out, a, t->installed);
	number(out, a, t->places);
	number(out, a, t->expected);
	number(out, a, t->reporting);
	number(out, a, t->fresh);
	csv_text(out, t->oldest_utc == INT64_MAX ? NULL : instant_iso(a,
	    sc->app->paris, t->oldest_utc));
	number(out, a, t->by_source[SOURCE_MANUAL]);
	number(out, a, t->by_source[SOURCE_FEED]);
	csv_end(out);
}

void
matrix_csv(struct str *out, struct scene *sc, struct arena *a)
{
	const struct snapshot *s = sc->copy;
	int32_t order[SNAPSHOT_CATEGORIES_MAX];
	size_t columns = sc->q->n_deps + 1, n = scene_lines(sc, order), i, d;

	head(out, matrix_head, N_ELEM(matrix_head));
	for (i = 0; i < n; i++)
		for (d = 0; d < columns; d++)
			if (sc->sums[(size_t)order[i] * columns + d].places > 0)
				matrix_record(out, sc, a,
				    &s->categories[order[i]], d);
}

static void
list_figures(struct str *out, struct arena *a, const struct figures *f,
    const struct avail_reading *r)
{
	bool fresh = r->state == AVAIL_FRESH;
	int32_t closed = f->value[FIG_CLOSED_NR];

	if (f->value[FIG_CLOSED_R] >= 0)
		closed = (closed < 0 ? 0 : closed) + f->value[FIG_CLOSED_R];
	number(out, a, r->available);
	number(out, a, fresh ? f->value[FIG_WOMEN] : -1);
	number(out, a, fresh ? f->value[FIG_MEN] : -1);
	number(out, a, r->installed);
	number(out, a, closed);
	number(out, a, fresh ? f->value[FIG_EXTRA] : -1);
}

static void
list_record(struct str *out, struct scene *sc, struct arena *a,
    const struct avail_row *row)
{
	const struct place *p = &sc->copy->places[row->place];
	const struct figures *f = &sc->copy->figures[row->place];
	const struct departement *d =
	    &sc->app->geo.departements[p->departement];

	csv_text(out, d->code);
	csv_text(out, p->site_finess);
	csv_text(out, p->site_name);
	csv_text(out, p->commune);
	csv_text(out, p->n_units > 0 ? p->unit_names[0] : NULL);
	csv_text(out, p->name);
	number(out, a, (int64_t)p->n_units);
	list_figures(out, a, f, &row->is);
	csv_text(out, row->inside ? "inclus dans un autre lieu" :
	    state_words[row->is.state]);
	csv_text(out, row->is.state == AVAIL_NEVER ? NULL : instant_iso(a,
	    d->zone, row->is.at_utc));
	csv_text(out, f->source < 0 ? NULL :
	    sc->copy->sources[f->source].label);
	csv_text(out, p->phone);
	csv_text(out, f->comment);
	csv_num(out, sc->ask.km == NULL || sc->ask.km[row->place] < 0 ? NULL :
	    fr_decimal(a, (double)sc->ask.km[row->place], 1));
	csv_end(out);
}

void
list_csv(struct str *out, struct scene *sc, struct arena *a)
{
	size_t i;

	head(out, list_head, N_ELEM(list_head));
	for (i = 0; i < sc->rows.n; i++)
		list_record(out, sc, a, &sc->rows.v[i]);
}
