/* availability_list.c - one category, structure by structure. */
#include <string.h>

#include "base/french.h"
#include "pages/availability.h"
#include "pages/call.h"

#define NB	"\xe2\x80\xaf"		/* U+202F */

/* What the statement snapshot_place writes for a period without end. */
#define NO_END_UTC	INT64_C(99999999999)

struct group {
	const struct scene	*sc;
	int32_t			 dep;
	const struct avail_row	*rows;
	size_t			 n;
};

void
age_show(struct view *v, const struct zone *z, const char *of_zone,
    int64_t at_utc, int64_t now)
{
	struct arena *a = view_arena(v);

	view_int(v, K_level, fr_age_level(now - at_utc));
	view_text(v, K_age, fr_age(a, now - at_utc));
	view_text(v, K_at_iso, instant_iso(a, z, at_utc));
	view_text(v, K_at_title, arena_printf(a, "%s (%s)",
	    fr_instant_long(a, z, at_utc), of_zone));
}

void
place_age_show(struct view *v, const struct scene *sc, const struct place *p,
    int64_t at_utc)
{
	const struct zone *z = sc->app->geo.departements[p->departement].zone;

	age_show(v, z, strcmp(zone_name(z), "Europe/Paris") == 0 ?
	    "heure de Paris" : "heure locale", at_utc, sc->ask.now);
}

const char *
inside_words(struct arena *a, const struct snapshot *s,
    const struct place *p)
{
	return p->part >= 0 ? "Non suivi" NB ": compté par les lieux suivis "
	    "qu’il contient" : arena_printf(a, "Compris dans %s, compté une "
	    "fois", s->places[p->parent].name);
}

const char *
distance_text(struct arena *a, const struct scene *sc, int32_t place)
{
	double km = sc->ask.km == NULL ? -1 : (double)sc->ask.km[place];

	if (km < 0)
		return NULL;
	return arena_printf(a, "%s" NB "km", fr_decimal(a, km, km < 9.95 ? 1 :
	    0));
}

static void
where_show(struct view *v, const struct place *p,
    const struct snapshot_category *c, const struct avail_reading *r)
{
	struct arena *a = view_arena(v);
	size_t i;
	char *others = arena_strdup(a, "");

	view_text(v, K_site, p->site_name);
	view_text(v, K_site_href, arena_printf(a, "/fiche/%s",
	    p->site_finess));
	view_text(v, K_commune, p->commune);
	view_text(v, K_unit, p->n_units > 0 ? p->unit_names[0] : p->name);
	view_text(v, K_unit_href, p->n_units > 0 ?
	    arena_printf(a, "/fiche/u%s", p->unit_ids[0]) :
	    arena_printf(a, "/fiche/l%lld", (long long)p->id));
	if (p->n_units > 0 && strcmp(p->name, p->unit_names[0]) != 0)
		view_text(v, K_place, p->name);
	if (p->n_units < 2)
		return;
	for (i = 1; i < p->n_units; i++)
		others = arena_printf(a, "%s%s%s", others, i > 1 ? ", " : "",
		    p->unit_names[i]);
	view_text(v, K_others, others);
	view_text(v, K_mut, r->available >= 0 ? arena_printf(a,
	    "jusqu’à %s, partagés par %zu unités", fr_count(a, r->available,
	    c->one, c->many), p->n_units) : arena_printf(a,
	    "partagés par %zu unités", p->n_units));
}

/* « dont 1 femme, 2 hommes » where the full mode said so. */
static const char *
people(struct arena *a, const struct figures *f)
{
	const char *women = f->value[FIG_WOMEN] > 0 ? fr_count(a,
	    f->value[FIG_WOMEN], "femme", "femmes") : NULL;
	const char *men = f->value[FIG_MEN] > 0 ? fr_count(a,
	    f->value[FIG_MEN], "homme", "hommes") : NULL;

	if (women == NULL && men == NULL)
		return NULL;
	return arena_printf(a, "dont %s%s%s", women == NULL ? "" : women,
	    women != NULL && men != NULL ? ", " : "", men == NULL ? "" : men);
}

static void
figures_show(struct view *v, const struct scene *sc, const struct figures *f,
    const struct avail_reading *r, const struct snapshot_category *c)
{
	struct arena *a = view_arena(v);
	bool fresh = r->state == AVAIL_FRESH;

	view_text(v, K_noun, c->many);
	view_text(v, K_installed, r->installed < 0 ? "?" :
	    fr_int(a, r->installed));
	view_int(v, K_free_key, fresh || r->state == AVAIL_LOCKED ?
	    r->available : -1);
	view_flag(v, K_free_unknown, r->state == AVAIL_NEVER);
	if (r->state != AVAIL_NEVER)
		view_text(v, K_free, fr_int(a, r->available));
	view_flag(v, K_free_old, r->state == AVAIL_EXPIRED);
	if (fresh)
		view_text(v, K_people, people(a, f));
	if (fresh && f->value[FIG_EXTRA] > 0 && sc->ask.now <
	    f->at_utc[FIG_EXTRA] + c->ttl_s)
		view_text(v, K_extra, fr_count(a, f->value[FIG_EXTRA],
		    "supplémentaire mobilisé", "supplémentaires mobilisés"));
}

/* « Travaux – fin prévue le 24/11/2026 18:00 » */
static const char *
locked_text(struct arena *a, const struct place *p, const struct zone *z,
    int64_t now)
{
	const char *reason = p->locked_reason == NULL ?
	    "Indisponibilité totale" : p->locked_reason;
	size_t i;

	for (i = 0; i < p->n_locked; i++)
		if (now < p->locked[i].to_utc)
			break;
	if (i == p->n_locked || p->locked[i].to_utc >= NO_END_UTC)
		return arena_printf(a, "%s – sans fin connue", reason);
	return arena_printf(a, "%s – fin prévue le %s", reason,
	    fr_instant(a, z, p->locked[i].to_utc));
}

/* What was heard, and the buttons to say what one hears. */
static void
call_show(struct view *v, const struct scene *sc, const struct place *p,
    const struct avail_reading *r)
{
	const struct zone *z = sc->app->geo.departements[p->departement].zone;
	const struct call *c = calls_find(&sc->calls, p->id);
	struct arena *a = view_arena(v);

	view_text(v, K_place_key, arena_printf(a, "l%lld", (long long)p->id));
	view_text(v, K_call_note, c == NULL ? NULL : call_note(a, z, c));
	view_text(v, K_call_class, c != NULL && c->outcome == CALL_CONFIRMED ?
	    "ror-fr--0" : "ror-fr--5");
	view_flag(v, K_can_call, sc->may_call && r->state != AVAIL_LOCKED);
	view_text(v, K_shown, r->state == AVAIL_NEVER ? NULL :
	    arena_printf(a, "%d.%lld", r->available, (long long)r->at_utc));
}

static void
place_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = data;
	const struct scene *sc = g->sc;
	const struct avail_row *row = &g->rows[i];
	const struct place *p = &sc->copy->places[row->place];
	const struct figures *f = &sc->copy->figures[row->place];
	const struct snapshot_category *c = &sc->copy->categories[p->category];
	const struct avail_reading *r = &row->is;
	struct arena *a = view_arena(v);

	where_show(v, p, c, r);
	call_show(v, sc, p, r);
	view_text(v, K_distance, distance_text(a, sc, row->place));
	figures_show(v, sc, f, r, c);
	if (row->inside)
		view_text(v, K_inside, inside_words(a, sc->copy, p));
	if (r->state == AVAIL_LOCKED)
		view_text(v, K_locked, locked_text(a, p,
		    sc->app->geo.departements[p->departement].zone,
		    sc->ask.now));
	view_int(v, K_at_key, r->state == AVAIL_NEVER ? INT32_MAX :
	    (sc->ask.now - r->at_utc) / 60);
	view_text(v, K_at_iso, NULL);
	view_text(v, K_age, "Jamais renseigné");
	if (r->state != AVAIL_NEVER) {
		place_age_show(v, sc, p, r->at_utc);
		view_text(v, K_source, r->state == AVAIL_LOCKED ||
		    f->source < 0 ? NULL : sc->copy->sources[f->source].label);
	}
	view_text(v, K_comment, f->comment);
	if (p->phone == NULL)
		return;
	view_text(v, K_phone, fr_phone(a, p->phone));
	view_text(v, K_phone_href, fr_phone_href(a, p->phone));
}

static void
group_row(struct view *v, size_t i, const void *data)
{
	const struct group *g = &((const struct group *)data)[i];
	const struct departement *d;

	if (g->dep < 0) {
		view_text(v, K_group_label, arena_printf(view_arena(v),
		    "À %d" NB "km au plus de %s", g->sc->q->near.km,
		    g->sc->q->near.around->name));
	} else {
		d = &g->sc->app->geo.departements[g->dep];
		view_text(v, K_group_label, arena_printf(view_arena(v),
		    "%s (%s)", d->name, d->code));
	}
	view_list(v, K_rows, g->n, place_row, g);
}

/* The URL of the list with another order or page. */
static const char *
list_href(struct arena *a, const struct scene *sc, enum avail_order order,
    int64_t page)
{
	const struct question *q = sc->q;

	return arena_printf(a, "%s&tri=%s&page=%lld#detail", question_href(a,
	    q, sc->copy, q->category, q->dep), question_order(order),
	    (long long)page);
}

static void
page_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;

	view_int(v, K_page_label, (int64_t)i + 1);
	view_text(v, K_page_href, list_href(view_arena(v), sc, sc->q->order,
	    (int64_t)i + 1));
	view_flag(v, K_page_current, (int64_t)i + 1 == sc->q->page);
}

static void
pages_show(struct view *v, struct scene *sc)
{
	size_t n = (sc->rows.n + AVAIL_PAGE_ROWS - 1) / AVAIL_PAGE_ROWS;
	const struct question *q = sc->q;
	struct arena *a = view_arena(v);

	view_flag(v, K_has_pages, n > 1);
	view_list(v, K_pages, n, page_row, sc);
	if (q->page > 1)
		view_text(v, K_page_prev, list_href(a, sc, q->order,
		    q->page - 1));
	if (q->page < (int64_t)n)
		view_text(v, K_page_next, list_href(a, sc, q->order,
		    q->page + 1));
}

static void
order_show(struct view *v, const struct scene *sc)
{
	struct arena *a = view_arena(v);

	view_text(v, K_sort_unit, list_href(a, sc, AVAIL_BY_UNIT, 1));
	view_text(v, K_sort_free, list_href(a, sc, AVAIL_BY_FREE, 1));
	view_text(v, K_sort_age, list_href(a, sc, AVAIL_BY_AGE, 1));
	if (sc->q->near.around != NULL)
		view_text(v, K_sort_distance, list_href(a, sc,
		    AVAIL_BY_DISTANCE, 1));
	view_flag(v, K_by_distance, sc->q->order == AVAIL_BY_DISTANCE);
	view_flag(v, K_by_unit, sc->q->order == AVAIL_BY_UNIT);
	view_flag(v, K_by_free, sc->q->order == AVAIL_BY_FREE);
	view_flag(v, K_by_age, sc->q->order == AVAIL_BY_AGE);
}

/* What the rows don't show, so that they add up to the matrix. */
static void
rest_show(struct view *v, const struct scene *sc,
    const struct snapshot_category *c)
{
	const struct avail_sum *h = &sc->rows.hidden;
	struct arena *a = view_arena(v);

	if (h->places > 0)
		view_text(v, K_hidden, arena_printf(a, "Non détaillé" NB ": %s "
		    "d’accès restreint, %s disponibles sur %s, comptés dans la "
		    "synthèse.", fr_count(a, h->places, "lieu", "lieux"),
		    h->fresh == 0 ? "?" : fr_int(a, h->available),
		    fr_count(a, h->installed, c->one, c->many)));
	if (sc->rows.aged > 0)
		view_text(v, K_aged, arena_printf(a, "%s sans valeur de moins "
		    "de %d" NB "h.", fr_count(a, sc->rows.aged, "lieu masqué",
		    "lieux masqués"), sc->q->age_h));
}

void
list_show(struct view *v, struct scene *sc)
{
	const struct question *q = sc->q;
	const struct snapshot_category *c = &sc->copy->categories[q->category];
	struct arena *a = view_arena(v);
	size_t from = (size_t)(q->page - 1) * AVAIL_PAGE_ROWS, to, i, n = 0;
	struct group *g = ARENA_ARRAY(a, q->n_deps, struct group);

	to = from + AVAIL_PAGE_ROWS < sc->rows.n ? from + AVAIL_PAGE_ROWS :
	    sc->rows.n;
	for (i = from; i < to; i++) {
		int32_t d = q->order == AVAIL_BY_DISTANCE ? -1 :
		    sc->copy->places[sc->rows.v[i].place].departement;

		if (n == 0 || g[n - 1].dep != d)
			g[n++] = (struct group){ sc, d, &sc->rows.v[i], 0 };
		g[n - 1].n++;
	}
	view_flag(v, K_has_list, true);
	view_text(v, K_list_title, arena_printf(a, "%s – %s", c->label,
	    q->dep < 0 ? q->region->name :
	    sc->app->geo.departements[q->dep].name));
	view_flag(v, K_list_empty, sc->rows.n == 0);
	view_list(v, K_groups, n, group_row, g);
	view_text(v, K_query, arena_printf(a, "%s&tri=%s&page=%lld",
	    question_href(a, q, sc->copy, q->category, q->dep),
	    question_order(q->order), (long long)q->page));
	order_show(v, sc);
	pages_show(v, sc);
	rest_show(v, sc, c);
}
