/* availability_ask.c - the question of the availability pages, in the URL. */
#include <stdio.h>
#include <string.h>

#include "pages/availability.h"

#define NB	"\xe2\x80\xaf"		/* U+202F */
#define REGION_DEFAULT	"11"
#define KM_DEFAULT	30

/* In the order of the enum. */
static const char *const orders[] = { [AVAIL_BY_FREE] = "dispo",
	[AVAIL_BY_UNIT] = "uo", [AVAIL_BY_AGE] = "maj",
	[AVAIL_BY_DISTANCE] = "distance" };

static const struct choice ages[] = {
	{ "", "Toutes", 0 }, { "3", "Moins de 3 heures", 3 },
	{ "24", "Moins de 24 heures", 24 },
};

static const struct choice distances[] = {
	{ "5", "5" NB "km", 5 }, { "10", "10" NB "km", 10 },
	{ "20", "20" NB "km", 20 }, { "30", "30" NB "km", 30 },
	{ "50", "50" NB "km", 50 }, { "100", "100" NB "km", 100 },
	{ "200", "200" NB "km", 200 },
};

const struct choice *
question_ages(size_t *ret_n)
{
	*ret_n = N_ELEM(ages);
	return ages;
}

const struct choice *
question_distances(size_t *ret_n)
{
	*ret_n = N_ELEM(distances);
	return distances;
}

const char *
question_order(enum avail_order order)
{
	return orders[order];
}

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

/* The département to show: the one asked for, else, when no territory is
 * asked for at all, the one of last time. */
static const struct departement *
departement_asked(struct request *rq, const char **ret_code)
{
	const char *code = asked(rq, "departement");

	*ret_code = code;
	if (code == NULL && request_query(rq, "region") == NULL &&
	    request_query(rq, "departement") == NULL &&
	    asked(rq, "autour") == NULL)
		code = request_cookie(rq, AVAIL_COOKIE);
	return code == NULL ? NULL :
	    geography_departement(&rq->app->geo, code);
}

static enum status
ask_territory(struct request *rq, struct response *rs, struct question *q)
{
	const struct geography *g = &rq->app->geo;
	const char *region = asked(rq, "region"), *dep;
	const struct departement *d = departement_asked(rq, &dep);
	size_t i;

	if (dep != NULL && d == NULL)
		return code_unknown(rs, dep, "Ce département "
		    "n’existe pas. Les codes sont ceux de l’INSEE, par exemple "
		    "91, 2A ou 971.");
	if (d == NULL && q->near.around != NULL && region == NULL)
		region = geography_departement(g,
		    q->near.around->departement)->region_code;
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

	q->order = q->near.around != NULL ? AVAIL_BY_DISTANCE : AVAIL_BY_FREE;
	q->page = 1;
	for (i = 0; order != NULL && i < N_ELEM(orders); i++)
		if (strcmp(orders[i], order) == 0)
			break;
	if (i == N_ELEM(orders))
		return response_error(rs, ST_INPUT, "Ce tri n’existe pas" NB
		    ": dispo, uo, maj ou distance.");
	/* No commune, no distance: a link kept from another question. */
	if (order != NULL && (i != AVAIL_BY_DISTANCE ||
	    q->near.around != NULL))
		q->order = (enum avail_order)i;
	if (page != NULL && (str_to_int(page, 10000, &q->page) != ST_OK ||
	    q->page < 1))
		return response_error(rs, ST_INPUT,
		    "Le numéro de page n’est pas un nombre.");
	return ST_OK;
}

/* One of a table's words, or absent; *ret: its row, -1 when absent. */
static bool
choice_read(const struct request *rq, const char *name,
    const struct choice *v, size_t n, int *ret)
{
	const char *word = asked(rq, name);
	size_t i;

	*ret = -1;
	for (i = 0; word != NULL && i < n; i++)
		if (strcmp(v[i].code, word) == 0) {
			*ret = v[i].number;
			return true;
		}
	return word == NULL;
}

static enum status
ask_filters(struct request *rq, struct response *rs, struct question *q)
{
	const char *category = asked(rq, "categorie");
	const char *format = asked(rq, "format");

	if (category != NULL && (q->category = snapshot_category_find(
	    &rq->app->snapshot, category)) < 0)
		return response_error(rs, ST_NOTFOUND,
		    "Cette catégorie de lits ou de places n’existe pas.");
	if (!choice_read(rq, "age", ages, N_ELEM(ages), &q->age_h))
		return response_error(rs, ST_INPUT, "Ce filtre de fraîcheur "
		    "n’existe pas" NB ": 3 ou 24 heures.");
	if (q->age_h < 0)
		q->age_h = 0;
	if (format != NULL && strcmp(format, "csv") != 0)
		return response_error(rs, ST_INPUT, "Ce format n’existe pas"
		    NB ": csv.");
	q->csv = format != NULL;
	return ST_OK;
}

/* One commune that has a position is the answer; else it is said why not. */
static void
around_choose(struct arena *a, struct question *q)
{
	const struct communes *c = &q->communes;
	size_t i, n = 0;

	for (i = 0; i < c->n; i++)
		n += c->v[i].positioned;
	if (n == 1)
		q->near.around = &c->v[0];	/* the others come after */
	else if (c->n == 0)
		q->around_problem = arena_printf(a, "Aucune commune ne "
		    "s’appelle « %s » et aucun code postal n’est celui-là" NB
		    ": la distance n’est pas appliquée.", q->around);
	else if (n == 0)
		q->around_problem = arena_printf(a, "La position de %s n’est "
		    "pas connue" NB ": aucun établissement n’y est situé. "
		    "Choisissez une commune voisine" NB "; la distance n’est "
		    "pas appliquée.", c->v[0].name);
	else
		q->around_problem = arena_printf(a, "Plusieurs communes "
		    "répondent à « %s »" NB ": choisissez-en une. La distance "
		    "n’est pas encore appliquée.%s", q->around, c->more ?
		    " Toutes ne sont pas dans la liste." : "");
	if (n < 2)
		q->communes.n = 0;		/* nothing to choose */
}

static enum status
ask_around(struct request *rq, struct response *rs, struct question *q)
{
	const char *insee = asked(rq, "insee");
	enum status st;

	if (!choice_read(rq, "km", distances, N_ELEM(distances), &q->near.km))
		return response_error(rs, ST_INPUT, "Cette distance n’existe "
		    "pas" NB ": 5, 10, 20, 30, 50, 100 ou 200 km.");
	if (q->near.km < 0)
		q->near.km = KM_DEFAULT;
	if (asked(rq, "autour") == NULL)
		return ST_OK;
	q->around = str_trim(rq->arena, asked(rq, "autour"));
	if (q->around[0] == '\0') {
		q->around = NULL;
		return ST_OK;
	}
	if (strlen(q->around) > AVAIL_AROUND_BYTES)
		return response_error(rs, ST_INPUT, "Le nom de la commune est "
		    "trop long" NB ": 60 caractères au plus.");
	if (insee != NULL && (strlen(insee) != 5 ||
	    strspn(insee, "0123456789AB") != 5))
		return response_error(rs, ST_INPUT, "Ce code de commune n’en "
		    "est pas un" NB ": cinq chiffres, par exemple 91477.");
	if ((st = commune_find(rq->db, q->around, insee, &q->communes)) !=
	    ST_OK)
		return st;
	/* Another name typed, the commune of the last one still chosen. */
	if (insee != NULL && q->communes.n == 0 && (st = commune_find(rq->db,
	    q->around, NULL, &q->communes)) != ST_OK)
		return st;
	around_choose(rq->arena, q);
	return ST_OK;
}

static enum status
ask_favourites(struct request *rq, struct response *rs, struct question *q)
{
	const char *only = asked(rq, "favoris");
	int64_t *marked;
	enum status st;

	if (only == NULL)
		return ST_OK;
	if (strcmp(only, "1") != 0)
		return response_error(rs, ST_INPUT, "Ce choix n’existe pas" NB
		    ": favoris=1.");
	if ((st = favourite_places(rq->db, rq->session.account_id, &marked,
	    &q->near.n_marked)) != ST_OK)
		return st;
	q->near.marked = marked;
	return ST_OK;
}

/* What every link of the page carries. */
static const char *
base_text(struct arena *a, const struct question *q)
{
	const char *age = q->age_h == 0 ? "" : arena_printf(a, "&age=%d",
	    q->age_h);
	const char *around = "";
	struct str s;

	if (q->around != NULL) {
		str_init(&s, 4 * AVAIL_AROUND_BYTES);
		str_add_url(&s, q->around);
		around = arena_printf(a, "&autour=%s%s%s&km=%d", s.data,
		    q->near.around == NULL ? "" : "&insee=",
		    q->near.around == NULL ? "" : q->near.around->code,
		    q->near.km);
		str_free(&s);
	}
	return arena_printf(a, "region=%s%s%s%s", q->region->code, age,
	    around, q->near.marked == NULL ? "" : "&favoris=1");
}

enum status
question_read(struct request *rq, struct response *rs, struct question *q)
{
	enum status st;

	*q = (struct question){ .category = -1 };
	if ((st = ask_around(rq, rs, q)) != ST_OK ||
	    (st = ask_territory(rq, rs, q)) != ST_OK ||
	    (st = ask_order(rq, rs, q)) != ST_OK ||
	    (st = ask_filters(rq, rs, q)) != ST_OK ||
	    (st = ask_favourites(rq, rs, q)) != ST_OK)
		return st;
	q->base = base_text(rq->arena, q);
	return ST_OK;
}

const char *
question_href(struct arena *a, const struct question *q,
    const struct snapshot *copy, int32_t category, int32_t dep)
{
	return arena_printf(a, "?%s%s%s%s%s", q->base,
	    category < 0 ? "" : "&categorie=",
	    category < 0 ? "" : copy->categories[category].slug,
	    dep < 0 ? "" : "&departement=",
	    dep < 0 ? "" : copy->geo->departements[dep].code);
}
