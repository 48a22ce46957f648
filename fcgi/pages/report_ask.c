/* report_ask.c - the question of a report: territory, days, what, as known. */
#include <string.h>

#include "base/french.h"
#include "blocks.h"
#include "pages/report.h"

static const struct { const char *code, *many; } natures[] = {
	{ "01", "lits" }, { "02", "places" }, { "04", "salles" },
};

/* Alone in a document, beside another on a desk, on a phone. */
static const struct { const char *word; int px; } widths[] = {
	{ "large", CHART_WIDE_PX }, { "moyenne", 600 },
	{ "etroite", CHART_NARROW_PX },
};

/* NULL for an absent or an empty field: forms send empty ones. */
static const char *
asked(const struct request *rq, const char *name)
{
	const char *s = request_query(rq, name);

	return s == NULL || s[0] == '\0' ? NULL : s;
}

bool
report_provisional(int32_t day, int32_t cut_day)
{
	return cut_day < day + REPORT_FINAL_DAYS;
}

const char *
report_period(const char *du, const char *au, int32_t newest,
    int32_t n_default, int32_t *ret_first, int32_t *ret_last)
{
	bool has_first = du != NULL && du[0] != '\0';
	bool has_last = au != NULL && au[0] != '\0';
	int32_t first = 0, last = newest;

	if ((has_first && day_parse(du, &first) != ST_OK) ||
	    (has_last && day_parse(au, &last) != ST_OK))
		return "Cette date n’existe pas" NNBSP ": une date s’écrit "
		    "année-mois-jour, par exemple 2026-11-20.";
	if (!has_first)
		first = last - n_default + 1;
	if (first > last)
		return "Le premier jour est après le dernier.";
	if (last - first >= REPORT_ASK_DAYS_MAX)
		return "La période dépasse 400 jours" NNBSP ": demandez-en "
		    "une plus courte.";
	*ret_first = first;
	*ret_last = last;
	return NULL;
}

static enum status
ask_scope(struct request *rq, struct response *rs, struct report_ask *q)
{
	const struct snapshot *copy = &rq->app->snapshot;
	const char *nature = asked(rq, "nature"), *slug = asked(rq,
	    "categorie");
	int32_t c = -1;
	size_t i;

	if (slug != NULL && (c = snapshot_category_find(copy, slug)) < 0)
		return response_error(rs, ST_NOTFOUND,
		    "Cette catégorie de lits ou de places n’existe pas.");
	/* Another nature chosen in the form: all of that nature then. */
	if (c >= 0 && nature != NULL &&
	    strcmp(copy->categories[c].nature, nature) != 0)
		c = -1;
	if (c >= 0)
		nature = copy->categories[c].nature;
	for (i = 0; nature != NULL && i < N_ELEM(natures); i++)
		if (strcmp(natures[i].code, nature) == 0)
			break;
	if (i == N_ELEM(natures))
		return response_error(rs, ST_INPUT, "Cette nature n’existe pas"
		    NNBSP ": 01 lits, 02 places ou 04 salles.");
	q->category = c < 0 ? NULL : &copy->categories[c];
	q->scope = (struct report_scope){ .nature = natures[i].code,
	    .category_id = c < 0 ? 0 : copy->categories[c].id };
	q->many = natures[i].many;
	return ST_OK;
}

/* One word out of two, the first being the default. */
static enum status
ask_word(struct request *rq, struct response *rs, const char *name,
    const char *normal, const char *other, bool *ret)
{
	const char *s = asked(rq, name);

	*ret = s != NULL && strcmp(s, other) == 0;
	if (s == NULL || *ret || (normal != NULL && strcmp(s, normal) == 0))
		return ST_OK;
	return response_error(rs, ST_INPUT, arena_printf(rq->arena,
	    "Ce choix n’existe pas" NNBSP ": %s=%s.", name, other));
}

static enum status
ask_width(struct request *rq, struct response *rs, int *ret_px)
{
	const char *word = asked(rq, "largeur");
	size_t i;

	for (i = 0; word != NULL && i < N_ELEM(widths); i++)
		if (strcmp(widths[i].word, word) == 0)
			break;
	if (i == N_ELEM(widths))
		return response_error(rs, ST_INPUT, "Cette largeur n’existe "
		    "pas" NNBSP ": large, moyenne ou etroite.");
	*ret_px = widths[i].px;
	return ST_OK;
}

static enum status
ask_show(struct request *rq, struct response *rs, struct report_ask *q)
{
	const char *word = asked(rq, "indicateur");
	enum status st;

	q->indicator = word == NULL ? DEPARTMENT_OCCUPANCY :
	    department_of_word(word);
	if (q->indicator == DEPARTMENT__MAX)
		return response_error(rs, ST_INPUT, "Cet indicateur n’existe "
		    "pas" NNBSP ": disponibilite, occupation, fermes ou "
		    "couverture.");
	if ((st = ask_word(rq, rs, "format", NULL, "csv", &q->csv)) != ST_OK ||
	    (st = ask_word(rq, rs, "theme", "clair", "sombre", &q->dark))
	    != ST_OK)
		return st;
	return ask_width(rq, rs, &q->width_px);
}

/* The cut: the newest, or the last before the end of a day in Paris. */
static enum status
ask_cut(struct request *rq, struct response *rs, struct report_ask *q)
{
	int64_t before = REPORT_NEWEST;
	int32_t day;
	enum status st;

	q->known = asked(rq, "connu");
	if (q->known != NULL) {
		if (day_parse(q->known, &day) != ST_OK)
			return response_error(rs, ST_INPUT, "La date « connu "
			    "le » n’existe pas" NNBSP ": une date s’écrit "
			    "année-mois-jour, par exemple 2026-11-20.");
		before = zone_day_start(rq->app->paris, day + 1);
	}
	st = report_cut_get(rq->db, before, &q->cut);
	q->has_cut = st == ST_OK;
	return st == ST_NOTFOUND ? ST_OK : st;
}

static const char *
query_of(struct arena *a, const struct report_ask *q)
{
	return arena_printf(a, "nature=%s%s%s%s%s", q->scope.nature,
	    q->category == NULL ? "" : "&categorie=",
	    q->category == NULL ? "" : q->category->slug,
	    q->known == NULL ? "" : "&connu=",
	    q->known == NULL ? "" : q->known);
}

enum status
report_ask_read(struct request *rq, struct response *rs, bool one_day,
    struct report_ask *ret)
{
	struct report_ask q = { .region = NULL };
	const char *why;
	int32_t newest;
	enum status st;

	if ((st = ask_scope(rq, rs, &q)) != ST_OK ||
	    (st = ask_show(rq, rs, &q)) != ST_OK ||
	    (st = ask_cut(rq, rs, &q)) != ST_OK)
		return st;
	newest = q.has_cut ? q.cut.last_day :
	    zone_day(rq->app->paris, rq->now) - 1;
	why = report_period(one_day ? NULL : asked(rq, "du"),
	    asked(rq, "au"), newest, one_day ? 1 : REPORT_DAYS_DEFAULT,
	    &q.first_day, &q.last_day);
	if (why != NULL)
		return response_error(rs, ST_INPUT, why);
	q.query = query_of(rq->arena, &q);
	q.days = one_day ? arena_printf(rq->arena, "au=%s",
	    day_iso(rq->arena, q.last_day)) :
	    arena_printf(rq->arena, "du=%s&au=%s", day_iso(rq->arena,
	    q.first_day), day_iso(rq->arena, q.last_day));
	*ret = q;
	return ST_OK;
}

/* Whether a grant lets its holder report on a territory at all. */
static bool
reports(const struct grant *g)
{
	return g->role == ROLE_ANALYST || g->role == ROLE_STEWARD;
}

static const char *
region_default(const struct request *rq, const char **ret_departement)
{
	const struct session *s = &rq->session;
	size_t i;

	*ret_departement = NULL;
	for (i = 0; i < s->n_grants; i++) {
		const struct grant *g = &s->grants[i];

		if (!reports(g))
			continue;
		if (g->scope == SCOPE_FRANCE)
			return "11";
		if (g->scope == SCOPE_REGION)
			return g->code;
		if (g->scope == SCOPE_DEPARTEMENT && *ret_departement == NULL)
			*ret_departement = g->code;
	}
	return NULL;
}

enum status
report_region(struct request *rq, struct response *rs,
    const struct region **ret_region, const char **ret_departement)
{
	const char *code = asked(rq, "region");
	const struct region *r;

	*ret_departement = NULL;
	if (code == NULL)
		code = region_default(rq, ret_departement);
	if (code == NULL && *ret_departement != NULL)
		return ST_OK;
	if (code == NULL)
		return response_error(rs, ST_DENIED, "Votre compte n’a de "
		    "rapports sur aucun territoire.");
	if ((r = geography_region(&rq->app->geo, code)) == NULL)
		return response_error(rs, ST_NOTFOUND, "Cette région n’existe "
		    "pas. Les codes sont ceux de l’INSEE, par exemple 11 pour "
		    "l’Île-de-France.");
	*ret_departement = NULL;
	*ret_region = r;
	return ST_OK;
}

bool
report_unchanged(struct request *rq, struct response *rs,
    const struct report_ask *q)
{
	const char *what = arena_printf(rq->arena, "%s %s %s %s %d %d %d",
	    rq->path, q->region == NULL ? "" : q->region->code, q->query,
	    q->days, (int)q->indicator, q->dark, q->width_px);

	rs->etag = arena_printf(rq->arena, "\"%s-%lld-%lld-%llx\"",
	    ROR_VERSION, (long long)q->cut.id, (long long)q->cut.at_utc,
	    (unsigned long long)hash_text(HASH_START, what, strlen(what)));
	return rq->if_none_match != NULL &&
	    strcmp(rq->if_none_match, rs->etag) == 0;
}

enum status
report_region_get(struct request *rq, const struct report_ask *q,
    struct report_region_day *ret)
{
	const struct geography *g = &rq->app->geo;
	struct report_departments found = { .n = 0 };
	enum status st;
	size_t i, j;

	*ret = (struct report_region_day){ .n = 0 };
	if (q->has_cut && (st = report_departments(rq->db, &q->cut,
	    q->region->code, &q->scope, q->last_day, q->last_day, &found))
	    != ST_OK)
		return st;
	for (i = 0; i < g->n_departements; i++) {
		const struct departement *d = &g->departements[i];
		struct report_department *item = &ret->item[ret->n];

		if (strcmp(d->region_code, q->region->code) != 0 ||
		    ret->n == REPORT_DEPARTEMENTS_MAX)
			continue;
		*item = (struct report_department){ .code = d->code,
		    .name = d->name };
		for (j = 0; j < found.n; j++)
			if (strcmp(found.item[j].code, d->code) == 0)
				item->sums = found.item[j].sums;
		report_add(&ret->total, &item->sums);
		ret->n++;
	}
	/* Beds add up over départements, the length of the day does not. */
	ret->total.day_s = 0;
	for (i = 0; i < ret->n; i++)
		if (ret->item[i].sums.day_s > ret->total.day_s)
			ret->total.day_s = ret->item[i].sums.day_s;
	return ST_OK;
}

enum status
report_department_get(struct request *rq, const struct report_ask *q,
    struct report_days *ret)
{
	if (!q->has_cut) {
		*ret = (struct report_days){ .n = 0 };
		return ST_OK;
	}
	return report_department_days(rq->db, &q->cut, q->departement->code,
	    &q->scope, q->first_day, q->last_day, ret);
}
