/* availability_matrix.c - categories in rows, départements in columns. */
#include <string.h>

#include "base/french.h"
#include "pages/availability.h"

#define NB	"\xe2\x80\xaf"		/* U+202F */

static const char *const level_text[FR_AGE_LEVELS] = { "<" NB "1" NB "h",
	"<" NB "3" NB "h", "<" NB "6" NB "h", "<" NB "12" NB "h",
	"<" NB "24" NB "h", "≥" NB "24" NB "h" };

/* A line of the table, or a group of lines of one nature. */
struct line {
	const struct scene	*sc;
	int32_t			 category;	/* of the group: its first */
	const struct line	*lines;		/* of the group */
	size_t			 n;
};

const struct departement *
scene_departement(const struct scene *sc, size_t i)
{
	return &sc->app->geo.departements[sc->q->deps[i]];
}

/* Who said the fresh values: M by hand, F a feed, I an import. */
static const char *
source_letters(const struct avail_sum *t)
{
	static const char *const letters[] = { NULL, "M", "F", "MF", "I", "MI",
		"FI", "MFI" };

	return letters[(t->by_source[SOURCE_MANUAL] > 0) +
	    2 * (t->by_source[SOURCE_FEED] > 0) +
	    4 * (t->by_source[SOURCE_IMPORT] > 0)];
}

/* The number's reserve, said in words: bounds, coverage, ages. */
static const char *
cell_tip(struct arena *a, const struct scene *sc,
    const struct snapshot_category *c, const struct avail_sum *t)
{
	const char *bounds = "", *cover = "", *age = "";

	if (t->fresh == 0)
		return arena_printf(a, "Aucune valeur à jour" NB ": %s, dont "
		    "%s déjà renseigné%s", fr_count(a, t->places,
		    "lieu", "lieux"), fr_int(a, t->reporting),
		    t->reporting > 1 ? "s" : "");
	if (t->high > t->available)
		bounds = arena_printf(a, "de %s à %s" NB "; ", fr_int(a,
		    t->available), fr_count(a, t->high, c->one, c->many));
	if (t->expected_fresh < t->expected)
		cover = arena_printf(a, "%s à jour sur %s, %s déjà "
		    "renseigné%s" NB "; ", fr_count(a, t->expected_fresh,
		    "lieu", "lieux"), fr_int(a, t->expected), fr_int(a,
		    t->reporting), t->reporting > 1 ? "s" : "");
	if (t->oldest_utc != INT64_MAX)
		age = arena_printf(a, "âge médian %s, le plus ancien %s",
		    level_text[avail_median_level(t)],
		    fr_age(a, sc->ask.now - t->oldest_utc));
	else
		age = "fermeture déclarée";
	return arena_printf(a, "%s%s%s", bounds, cover, age);
}

static const char *
cell_class(const struct scene *sc, const struct avail_sum *t, size_t column)
{
	static const char *const names[3][4] = {
		{ NULL, "is-0", "is-1", "is-q" },
		{ "is-sel", "is-0 is-sel", "is-1 is-sel", "is-q is-sel" },
		{ "is-total", "is-0 is-total", "is-1 is-total",
		  "is-q is-total" },
	};
	int where = column == sc->q->n_deps ? 2 :
	    sc->q->deps[column] == sc->q->dep ? 1 : 0;
	int state = t->places == 0 ? 0 : t->fresh == 0 ? 3 :
	    t->available == 0 ? 1 : avail_tense(t) ? 2 : 0;

	return names[where][state];
}

static void
cell_row(struct view *v, size_t i, const void *data)
{
	const struct line *l = data;
	const struct scene *sc = l->sc;
	const struct snapshot_category *c = &sc->copy->categories[l->category];
	const struct avail_sum *t = &sc->sums[(size_t)l->category *
	    (sc->q->n_deps + 1) + i];
	struct arena *a = view_arena(v);
	int level = avail_median_level(t);

	view_text(v, K_cell_class, cell_class(sc, t, i));
	if (t->places == 0)
		return;
	view_text(v, K_cell_href, arena_printf(a, "%s#detail", question_href(a,
	    sc->q, sc->copy, l->category, i == sc->q->n_deps ? -1 :
	    sc->q->deps[i])));
	view_text(v, K_cell_tip, cell_tip(a, sc, c, t));
	if (t->expected_fresh < t->expected)
		view_text(v, K_cell_cover, arena_printf(a, "%d/%d",
		    t->expected_fresh, t->expected));
	view_text(v, K_cell_of, fr_int(a, t->installed));
	if (t->high > t->available)
		view_text(v, K_cell_high, fr_int(a, t->high));
	view_text(v, K_cell_source, source_letters(t));
	view_flag(v, K_cell_unknown, t->fresh == 0);
	if (t->fresh == 0)
		return;
	view_text(v, K_cell_age, level < 0 ? NULL : level_text[level]);
	view_text(v, K_cell_n, fr_int(a, t->available));
	view_flag(v, K_cell_tense, avail_tense(t));
	view_flag(v, K_cell_zero, t->available == 0);
}

static void
line_row(struct view *v, size_t i, const void *data)
{
	const struct line *l = &((const struct line *)data)[i];
	const struct scene *sc = l->sc;
	const struct snapshot_category *c = &sc->copy->categories[l->category];

	view_text(v, K_line_label, c->label);
	view_flag(v, K_line_now, l->category == sc->q->category);
	view_list(v, K_cells, sc->q->n_deps + 1, cell_row, l);
}

static void
nature_row(struct view *v, size_t i, const void *data)
{
	const struct line *g = &((const struct line *)data)[i];
	const struct snapshot_category *c =
	    &g->sc->copy->categories[g->category];
	struct arena *a = view_arena(v);
	char *label = arena_strdup(a, c->many);

	label[0] = (char)(label[0] - 'a' + 'A');
	view_text(v, K_nature_label, label);
	view_int(v, K_columns_n, (int64_t)g->sc->q->n_deps + 2);
	view_list(v, K_lines, g->n, line_row, g->lines);
}

static void
dep_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;
	const struct departement *d = scene_departement(sc, i);
	struct arena *a = view_arena(v);

	view_text(v, K_code, d->code);
	view_text(v, K_name, d->name);
	view_flag(v, K_selected, sc->q->deps[i] == sc->q->dep);
	view_text(v, K_dep_href, question_href(a, sc->q, sc->copy,
	    sc->q->category, sc->q->deps[i]));
}

/* Categories that have a place in the région, in its order and in groups of
 * one nature: both orders keep natures together. */
void
matrix_show(struct view *v, struct scene *sc)
{
	const struct snapshot *s = sc->copy;
	size_t columns = sc->q->n_deps + 1, n = 0, n_groups = 0, i;
	int32_t order[SNAPSHOT_CATEGORIES_MAX], c;
	size_t n_order = scene_lines(sc, order);
	struct arena *a = view_arena(v);
	struct line *lines = ARENA_ARRAY(a, s->n_categories, struct line);
	struct line *groups = ARENA_ARRAY(a, s->n_categories, struct line);

	for (i = 0; i < n_order; i++) {
		c = order[i];
		if (sc->sums[(size_t)c * columns + columns - 1].places == 0)
			continue;
		lines[n] = (struct line){ .sc = sc, .category = c };
		if (n_groups == 0 || strcmp(s->categories[c].nature,
		    s->categories[groups[n_groups - 1].category].nature) != 0)
			groups[n_groups++] = (struct line){ sc, c,
			    &lines[n], 0 };
		groups[n_groups - 1].n++;
		n++;
	}
	view_int(v, K_columns_n, (int64_t)columns + 1);
	view_flag(v, K_has_dep, sc->q->dep >= 0);
	view_list(v, K_deps, sc->q->n_deps, dep_row, sc);
	view_list(v, K_natures, n_groups, nature_row, groups);
}
