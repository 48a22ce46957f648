/* availability.c - /disponibilites: what is free, from the worker's copy.
 *
 * The answer costs no statement of its own: the copy is brought up to date
 * with the session.  The body is the same for all who ask the same, so it is
 * kept; only the frame around it is theirs.
 */
#include "pages/availability.h"

#include <stdio.h>
#include <string.h>

#include "base/french.h"
#include "handlers.h"

static const char *const keys[] = { AVAIL_KEYS(TMPL_KEY_NAME) };

const struct page_spec page_spec_availability = { "availability.html", keys,
	N_ELEM(keys) };

#define REGION_DEFAULT	"11"

static const struct { const char *word; enum avail_order order; } orders[] = {
	{ "dispo", AVAIL_BY_FREE }, { "uo", AVAIL_BY_UNIT },
	{ "maj", AVAIL_BY_AGE },
};

static const struct { const char *code, *name; int hours; } ages[] = {
	{ "", "Toutes", 0 }, { "3", "Moins de 3 heures", 3 },
	{ "24", "Moins de 24 heures", 24 },
};

/* The first région or département that the account has a grant for. */
static const char *
region_of_account(const struct request *rq)
{
	const struct session *s = &rq->session;
	size_t i;

	for (i = 0; i < s->n_grants; i++) {
		const struct grant *g = &s->grants[i];
		const struct departement *d;

		if (g->scope == SCOPE_REGION &&
		    geography_region(&rq->app->geo, g->code) != NULL)
			return g->code;
		if (g->scope == SCOPE_DEPARTEMENT && (d =
		    geography_departement(&rq->app->geo, g->code)) != NULL)
			return d->region_code;
	}
	return REGION_DEFAULT;
}

/* NULL for an absent or an empty field: forms send empty ones. */
static const char *
asked(const struct request *rq, const char *name)
{
	const char *s = request_query(rq, name);

	return s == NULL || s[0] == '\0' ? NULL : s;
}

/* No such code: 404; nothing that could be one: 400. */
static enum status
code_unknown(struct response *rs, const char *code, const char *message)
{
	size_t n = strlen(code);

	return response_error(rs, n >= 2 && n <= 3 &&
	    strspn(code, "0123456789AB") == n ? ST_NOTFOUND : ST_INPUT,
	    message);
}

static enum status
ask_territory(struct request *rq, struct response *rs, struct question *q)
{
	const struct geography *g = &rq->app->geo;
	const char *region = asked(rq, "region");
	const char *dep = asked(rq, "departement");
	const struct departement *d = NULL;
	size_t i;

	if (dep != NULL && (d = geography_departement(g, dep)) == NULL)
		return code_unknown(rs, dep, "Ce département "
		    "n’existe pas. Les codes sont ceux de l’INSEE, par exemple "
		    "91, 2A ou 971.");
	if (region == NULL)
		region = d != NULL ? d->region_code : region_of_account(rq);
	if ((q->region = geography_region(g, region)) == NULL)
		return code_unknown(rs, region, "Cette région n’existe "
		    "pas. Les codes sont ceux de l’INSEE, par exemple 11 pour "
		    "l’Île-de-France.");
	q->dep = -1;
	for (i = 0; i < g->n_departements; i++) {
		if (strcmp(g->departements[i].region_code, region) != 0 ||
		    q->n_deps == AVAIL_DEPARTEMENTS_MAX)
			continue;
		q->deps[q->n_deps++] = (int32_t)i;
		if (d == &g->departements[i])
			q->dep = (int32_t)i;
	}
	/* Another région chosen in the form: its own départements then. */
	q->elsewhere = d != NULL && q->dep < 0;
	return ST_OK;
}

static enum status
ask_order(struct request *rq, struct response *rs, struct question *q)
{
	const char *order = asked(rq, "tri"), *page = asked(rq, "page");
	size_t i;

	q->order = AVAIL_BY_FREE;
	q->page = 1;
	for (i = 0; order != NULL && i < N_ELEM(orders); i++)
		if (strcmp(orders[i].word, order) == 0)
			break;
	if (i == N_ELEM(orders))
		return response_error(rs, ST_INPUT, "Ce tri n’existe pas" "\xe2\x80\xaf"
		    ": dispo, uo ou maj.");
	if (order != NULL)
		q->order = orders[i].order;
	if (page != NULL && (str_to_int(page, 10000, &q->page) != ST_OK ||
	    q->page < 1))
		return response_error(rs, ST_INPUT,
		    "Le numéro de page n’est pas un nombre.");
	return ST_OK;
}

static enum status
ask_read(struct request *rq, struct response *rs, struct question *q)
{
	const char *category = asked(rq, "categorie");
	const char *age = asked(rq, "age"), *format = asked(rq, "format");
	enum status st;
	size_t i;

	*q = (struct question){ .category = -1 };
	if ((st = ask_territory(rq, rs, q)) != ST_OK ||
	    (st = ask_order(rq, rs, q)) != ST_OK)
		return st;
	if (category != NULL && (q->category = snapshot_category_find(
	    &rq->app->snapshot, category)) < 0)
		return response_error(rs, ST_NOTFOUND,
		    "Cette catégorie de lits ou de places n’existe pas.");
	for (i = 0; age != NULL && i < N_ELEM(ages); i++)
		if (strcmp(ages[i].code, age) == 0)
			break;
	if (i == N_ELEM(ages))
		return response_error(rs, ST_INPUT, "Ce filtre de fraîcheur "
		    "n’existe pas" "\xe2\x80\xaf" ": 3 ou 24 heures.");
	q->age_h = ages[i].hours;
	if (format != NULL && strcmp(format, "csv") != 0)
		return response_error(rs, ST_INPUT, "Ce format n’existe pas"
		    "\xe2\x80\xaf" ": csv.");
	q->csv = format != NULL;
	return ST_OK;
}

/* Who counts, and who lists, the places of sensitive units: docs/adr/0010. */
static void
scene_init(struct request *rq, const struct question *q, struct scene *sc)
{
	const unsigned counts = R(ROLE_CLINICIAN) | R(ROLE_BED_MANAGER) |
	    R(ROLE_DIRECTOR) | R(ROLE_STEWARD) | R(ROLE_ANALYST) |
	    R(ROLE_ADMIN);
	const unsigned lists = R(ROLE_STEWARD) | R(ROLE_ADMIN);

	*sc = (struct scene){ .app = rq->app, .copy = &rq->app->snapshot,
	    .q = q, .until_utc = INT64_MAX };
	sc->ask = (struct avail_ask){ .now = rq->now,
	    .max_age_s = q->age_h * 3600,
	    .sensitive = (rq->session.roles & counts) != 0 };
	sc->show_sensitive = (rq->session.roles & lists) != 0;
	sc->base = q->age_h == 0 ? arena_printf(rq->arena, "region=%s",
	    q->region->code) : arena_printf(rq->arena, "region=%s&age=%d",
	    q->region->code, q->age_h);
}

static void
scene_count(struct request *rq, struct scene *sc)
{
	const struct question *q = sc->q;

	sc->sums = ARENA_ARRAY(rq->arena, sc->copy->n_categories *
	    (q->n_deps + 1), struct avail_sum);
	avail_matrix(sc->copy, &sc->ask, q->deps, q->n_deps, sc->sums,
	    &sc->until_utc);
	if (q->category >= 0)
		avail_list(sc->copy, &sc->ask, q->category, q->dep < 0 ?
		    q->deps : &q->dep, q->dep < 0 ? q->n_deps : 1, q->order,
		    sc->show_sensitive, rq->arena, &sc->rows);
}

static enum status
answer_csv(struct request *rq, struct response *rs, struct scene *sc)
{
	const struct question *q = sc->q;
	const char *day = day_iso(rq->arena, zone_day(rq->app->paris,
	    rq->now));

	scene_count(rq, sc);
	if (q->category < 0)
		matrix_csv(rs->body, sc, rq->arena);
	else
		list_csv(rs->body, sc, rq->arena);
	response_file(rs, "text/csv", q->category < 0 ?
	    arena_printf(rq->arena, "disponibilites-%s-%s.csv",
	    q->region->code, day) :
	    arena_printf(rq->arena, "disponibilites-%s-%s-%s.csv",
	    q->dep < 0 ? q->region->code :
	    rq->app->geo.departements[q->dep].code,
	    sc->copy->categories[q->category].slug, day));
	return ST_OK;
}

static void
region_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;
	const struct region *r = &sc->app->geo.regions[i];

	view_text(v, K_code, r->code);
	view_text(v, K_name, r->name);
	view_flag(v, K_selected, r == sc->q->region);
}

static void
age_row(struct view *v, size_t i, const void *data)
{
	const struct scene *sc = data;

	view_text(v, K_code, ages[i].code);
	view_text(v, K_name, ages[i].name);
	view_flag(v, K_selected, ages[i].hours == sc->q->age_h);
}

static void
filters_show(struct view *v, struct scene *sc)
{
	const struct question *q = sc->q;
	struct arena *a = view_arena(v);
	const char *dep = q->dep < 0 ? "" :
	    sc->app->geo.departements[q->dep].code;
	const char *slug = q->category < 0 ? NULL :
	    sc->copy->categories[q->category].slug;
	const char *self;

	self = arena_printf(a, "?%s%s%s%s%s", sc->base,
	    slug == NULL ? "" : "&categorie=", slug == NULL ? "" : slug,
	    q->dep < 0 ? "" : "&departement=", dep);
	view_text(v, K_region_name, q->region->name);
	view_text(v, K_region_code, q->region->code);
	view_text(v, K_category_slug, slug);
	view_text(v, K_order, orders[q->order].word);
	view_text(v, K_href_self, self);
	view_text(v, K_href_csv, arena_printf(a, "?%s&format=csv", sc->base));
	view_text(v, K_href_list_csv, arena_printf(a, "%s&format=csv", self));
	view_list(v, K_regions, sc->app->geo.n_regions, region_row, sc);
	view_list(v, K_ages, N_ELEM(ages), age_row, sc);
	if (q->elsewhere) {
		view_text(v, K_alert_kind, "info");
		view_text(v, K_alert, arena_printf(a, "Le département demandé "
		    "n’est pas dans cette région" "\xe2\x80\xaf" ": toute la région %s "
		    "est affichée.", q->region->name));
	}
}

/* Everything that the body depends on, besides data and time. */
static const char *
block_key(struct request *rq, const struct scene *sc)
{
	const struct question *q = sc->q;

	return arena_printf(rq->arena, "avail %s %d %d %d %d %lld %d %d %d",
	    q->region->code, q->dep, q->category, q->age_h, (int)q->order,
	    (long long)q->page, q->elsewhere, sc->ask.sensitive,
	    sc->show_sensitive);
}

/* The body, rendered at most once a minute while nothing changes.
 * NULL: the list has no such page. */
static struct kept_block *
body_get(struct request *rq, struct scene *sc)
{
	const char *key = block_key(rq, sc);
	int64_t minute = (rq->now / 60 + 1) * 60;
	int64_t stamp = snapshot_stamp(sc->copy, sc->q->deps, sc->q->n_deps);
	struct kept_block *b = block_find(&rq->app->blocks, key, stamp, rq->now);
	struct view *v;

	if (b != NULL)
		return b;
	scene_count(rq, sc);
	if (sc->q->page > 1 && (size_t)(sc->q->page - 1) * AVAIL_PAGE_ROWS >=
	    sc->rows.n)
		return NULL;
	v = view_new(rq->arena);
	filters_show(v, sc);
	matrix_show(v, sc);
	if (sc->q->category >= 0)
		list_show(v, sc);
	age_show(v, rq->app->paris, "heure de Paris", rq->now, rq->now);
	b = block_new(&rq->app->blocks, key);
	tmpl_render(rq->app->tmpl[PAGE_availability], v, &b->text);
	block_keep(b, stamp, sc->until_utc < minute ? sc->until_utc : minute);
	return b;
}

/* Body and frame: the frame holds the account's name and form token. */
static const char *
page_etag(struct request *rq, const struct kept_block *b)
{
	const struct session *s = &rq->session;
	uint64_t h = hash_text(HASH_START, s->csrf, strlen(s->csrf));

	h = hash_text(h, s->name, strlen(s->name));
	h = hash_text(h, rq->query_string, strlen(rq->query_string));
	h = hash_text(h, rq->theme == NULL ? "" : rq->theme,
	    rq->theme == NULL ? 0 : strlen(rq->theme));
	return arena_printf(rq->arena, "\"%s-%llx-%llx-%x\"", ROR_VERSION,
	    (unsigned long long)b->hash, (unsigned long long)h, s->roles);
}

enum status
page_availability(struct request *rq, struct response *rs)
{
	struct question q;
	struct scene sc;
	struct kept_block *b;
	enum status st;

	if ((st = ask_read(rq, rs, &q)) != ST_OK)
		return st;
	scene_init(rq, &q, &sc);
	if (q.csv)
		return answer_csv(rq, rs, &sc);
	if ((b = body_get(rq, &sc)) == NULL)
		return response_error(rs, ST_NOTFOUND,
		    "La liste n’a pas autant de pages.");
	if (!str_ok(&b->text))
		return ST_LIMIT;
	rs->etag = page_etag(rq, b);
	return page_end_block(rq, rs, page_begin(rq, q.category < 0 ?
	    "Disponibilités" : sc.copy->categories[q.category].label,
	    NAV_AVAILABILITY), &b->text);
}
