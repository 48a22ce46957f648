/* directory.c - searching the directory. */
#include <stdlib.h>
#include <string.h>

#include "base/french.h"
#include "domain/search.h"
#include "handlers.h"
#include "page.h"
#include "tree.h"

#define KEYS(X) LAYOUT_KEYS(X) X(departements) X(champs) X(types) X(code) \
	X(label) X(selected) X(mss) X(favoris) X(preparing) X(corrected) \
	X(heading) X(has_rows) X(results) X(commune) X(item_class)	\
	X(item_label) X(href) X(name) X(site) X(field) X(units) X(at_iso) \
	X(at_title) X(age) X(level) X(no_result) X(missing) X(q_url)	\
	X(invitation) X(has_pages) X(page_prev) X(page_next) X(pages)	\
	X(page_label) X(page_href) X(page_current)
PAGE_SPEC(directory, "directory.html", KEYS);

enum { PER_PAGE = 25, PAGES_MAX = 400, WINDOW = 3, Q_MAX = 100 };

static const struct { const char *code, *label; unsigned fields; }
    champs[] = {
	{ "sanitaire", "Sanitaire", 1u << 1 | 1u << 2 | 1u << 3 },
	{ "mss", "Médico-social et social", 1u << 4 | 1u << 6 },
	{ "ville", "Ville", 1u << 5 },
};

struct listing {
	struct request		*rq;
	const char		*q, *departement, *champ, *type;
	bool			 mss, own;	/* own: favourites or grants */
	size_t			 page;		/* from 1 */
	struct search_result	 found;
	struct rows		 types, shown;
	bool			 preparing;
};

static void
departement_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;
	const struct departement *d = &l->rq->app->geo.departements[i];

	view_text(v, K_code, d->code);
	view_text(v, K_label, d->name);
	view_flag(v, K_selected, l->departement != NULL &&
	    strcmp(l->departement, d->code) == 0);
}

static void
champ_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;

	view_text(v, K_code, champs[i].code);
	view_text(v, K_label, champs[i].label);
	view_flag(v, K_selected, l->champ != NULL &&
	    strcmp(l->champ, champs[i].code) == 0);
}

static void
type_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;
	const char *code = row_text(&l->types, i, COL_search_types_code);

	view_text(v, K_code, code);
	view_text(v, K_label, row_text(&l->types, i, COL_search_types_label));
	view_flag(v, K_selected, l->type != NULL &&
	    strcmp(l->type, code) == 0);
}

static void
result_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;
	const struct rows *r = &l->shown;
	struct arena *a = view_arena(v);
	const char *level = row_text(r, i, COL_search_show_level);
	int64_t at = row_instant(r, i, COL_search_show_touched_at, -1);
	int64_t age = l->rq->now > at ? l->rq->now - at : 0;

	view_text(v, K_commune, row_text(r, i, COL_search_show_commune));
	view_text(v, K_item_label, level_tag(level));
	view_text(v, K_item_class, level_class(a, level));
	view_text(v, K_href, row_text(r, i, COL_search_show_href));
	view_text(v, K_name, row_text(r, i, COL_search_show_name));
	view_text(v, K_site, row_text(r, i, COL_search_show_site));
	view_text(v, K_field, row_text(r, i, COL_search_show_field));
	view_text(v, K_units, fr_count(a, row_int(r, i,
	    COL_search_show_units, 0), "unité", "unités"));
	view_text(v, K_at_iso, at < 0 ? NULL :
	    instant_iso(a, l->rq->app->paris, at));
	view_text(v, K_at_title, at < 0 ? NULL : arena_printf(a,
	    "%s (heure de Paris)",
	    fr_instant_long(a, l->rq->app->paris, at)));
	view_text(v, K_age, at < 0 ? "sans capacité suivie" : fr_age(a, age));
	view_int(v, K_level, at < 0 ? 6 : fr_age_level(age));
}

static const char *
url_text(struct arena *a, const char *text)
{
	const char *out;
	struct str s;

	str_init(&s, 4 * Q_MAX + 64);
	str_add_url(&s, text);
	out = s.data == NULL ? "" : arena_strdup(a, s.data);
	str_free(&s);
	return out;
}

/* The same search, another page. */
static const char *
page_address(const struct listing *l, size_t page)
{
	return arena_printf(l->rq->arena, "/repertoire?q=%s%s%s%s%s%s%s%s%s"
	    "&page=%zu", url_text(l->rq->arena, l->q),
	    l->departement == NULL ? "" : "&departement=",
	    l->departement == NULL ? "" : l->departement,
	    l->champ == NULL ? "" : "&champ=", l->champ == NULL ? "" : l->champ,
	    l->type == NULL ? "" : "&type=", l->type == NULL ? "" : l->type,
	    l->mss ? "&mss=1" : "", l->own ? "&favoris=1" : "", page);
}

struct pager {
	const struct listing	*l;
	size_t			 first;
};

static void
page_row(struct view *v, size_t i, const void *data)
{
	const struct pager *p = data;

	view_int(v, K_page_label, (int64_t)(p->first + i));
	view_text(v, K_page_href, page_address(p->l, p->first + i));
	view_flag(v, K_page_current, p->first + i == p->l->page);
}

static void
pages_fill(struct view *v, const struct listing *l)
{
	struct pager *p = ARENA_NEW(l->rq->arena, struct pager);
	size_t last = (l->found.total + PER_PAGE - 1) / PER_PAGE;
	size_t to;

	last = last > PAGES_MAX ? PAGES_MAX : last;
	if (last < 2)
		return;
	*p = (struct pager){ l, l->page > WINDOW ? l->page - WINDOW : 1 };
	to = l->page + WINDOW < last ? l->page + WINDOW : last;
	view_flag(v, K_has_pages, true);
	view_list(v, K_pages, to - p->first + 1, page_row, p);
	if (l->page > 1)
		view_text(v, K_page_prev, page_address(l, l->page - 1));
	if (l->page < last)
		view_text(v, K_page_next, page_address(l, l->page + 1));
}

static const char *
non_empty(const char *s)
{
	return s != NULL && s[0] != '\0' ? s : NULL;
}

static enum status
listing_read(struct listing *l, struct request *rq, struct response *rs)
{
	const char *page = non_empty(request_query(rq, "page"));
	const char *q = request_query(rq, "q");
	int64_t n = 1;

	*l = (struct listing){ .rq = rq, .q = q == NULL ? "" : q,
	    .departement = non_empty(request_query(rq, "departement")),
	    .champ = non_empty(request_query(rq, "champ")),
	    .type = non_empty(request_query(rq, "type")),
	    .mss = request_query(rq, "mss") != NULL,
	    .own = request_query(rq, "favoris") != NULL };
	if (strlen(l->q) > 4 * Q_MAX)
		return response_error(rs, ST_INPUT, "La recherche est trop "
		    "longue : 100 caractères suffisent.");
	if (l->departement != NULL && geography_departement(&rq->app->geo,
	    l->departement) == NULL)
		return response_error(rs, ST_INPUT, "Ce département n’existe "
		    "pas : choisissez-le dans la liste.");
	if (page != NULL && (str_to_int(page, PAGES_MAX, &n) != ST_OK ||
	    n < 1))
		return response_error(rs, ST_INPUT, "Cette page de résultats "
		    "n’existe pas.");
	l->page = (size_t)n;
	return ST_OK;
}

static enum status
filters_read(const struct listing *l, struct response *rs,
    struct search_query *q)
{
	int64_t type = 0;
	size_t i;

	*q = (struct search_query){ .text = l->q,
	    .departement = l->departement, .n = PER_PAGE,
	    .first = (l->page - 1) * PER_PAGE };
	for (i = 0; l->champ != NULL && i < N_ELEM(champs); i++)
		if (strcmp(l->champ, champs[i].code) == 0)
			q->fields |= champs[i].fields;
	if (l->mss)
		q->fields |= champs[1].fields;
	if (l->champ != NULL && q->fields == 0)
		return response_error(rs, ST_INPUT,
		    "Ce champ n’existe pas : choisissez-le dans la liste.");
	if (l->type != NULL && str_to_int(l->type, 9999, &type) != ST_OK)
		return response_error(rs, ST_INPUT,
		    "Ce type n’existe pas : choisissez-le dans la liste.");
	q->type = (unsigned)type;
	return ST_OK;
}

/* Whether anything besides the favourites was asked for. */
static bool
filtered(const struct listing *l)
{
	return l->q[0] != '\0' || l->departement != NULL ||
	    l->champ != NULL || l->type != NULL || l->mss;
}

/* Favourites, or without any word or filter the account's own sites. */
static enum status
own_read(struct listing *l)
{
	struct request *rq = l->rq;
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(rq->db, Q_search_own, DB_ARGS(db_int(rq->db,
	    rq->session.account_id), l->own ? "t" : "f"), &r)) != ST_OK)
		return st;
	for (i = 0; i < r.n && i < SEARCH_PAGE_MAX; i++)
		l->found.hits[l->found.n++] = (struct search_hit){
		    row_text(&r, i, COL_search_own_kind)[0],
		    row_int(&r, i, COL_search_own_id, 0) };
	l->found.total = l->found.n;
	return ST_OK;
}

static enum status
found_read(struct listing *l, struct response *rs)
{
	struct app *app = l->rq->app;
	struct search_query q;
	enum status st;

	if ((st = filters_read(l, rs, &q)) != ST_OK)
		return st;
	if (l->own || !filtered(l))
		st = own_read(l);
	if (st != ST_OK || !filtered(l))
		return st;
	if (l->own) {
		q.n_only = l->found.n;
		q.only = memcpy(ARENA_ARRAY(l->rq->arena, q.n_only,
		    struct search_hit), l->found.hits,
		    q.n_only * sizeof(q.only[0]));
	}
	st = search_refresh(arena_printf(l->rq->arena, "%s/" SEARCH_FILE,
	    conf_text(app->conf, CONF_DATA_DIR)), &app->search);
	if (st != ST_OK) {
		l->preparing = true;
		return ST_OK;
	}
	search_run(app->search, l->rq->arena, &q, &l->found);
	return ST_OK;
}

/* What the hits are by now; and the types for the filter. */
static enum status
show_read(struct listing *l)
{
	struct request *rq = l->rq;
	const char *kinds[SEARCH_PAGE_MAX];
	int64_t ids[SEARCH_PAGE_MAX];
	struct rows r[2];
	enum status st;
	size_t i;

	for (i = 0; i < l->found.n; i++) {
		kinds[i] = arena_printf(rq->arena, "%c",
		    l->found.hits[i].kind);
		ids[i] = l->found.hits[i].id;
	}
	db_queue(rq->db, Q_search_types, DB_NONE);
	db_queue(rq->db, Q_search_show, DB_ARGS(
	    db_text_array(rq->arena, kinds, l->found.n),
	    db_int_array(rq->arena, ids, l->found.n)));
	if ((st = db_flush(rq->db, r, 2)) != ST_OK)
		return st;
	l->types = r[0];
	l->shown = r[1];
	return ST_OK;
}

static const char *
heading(const struct listing *l)
{
	struct arena *a = l->rq->arena;

	if (l->preparing)
		return "Recherche en préparation";
	if (l->own)
		return "Mes favoris";
	if (!filtered(l))
		return "Mes établissements";
	return fr_count(a, (int64_t)l->found.total, "résultat", "résultats");
}

static const char *
invitation(const struct listing *l)
{
	if (l->found.n > 0 || l->preparing)
		return NULL;
	if (l->own && !filtered(l))
		return "Vous n’avez pas encore de favori : l’étoile d’une "
		    "fiche ou d’une ligne du capacitaire en ajoute un.";
	if (!filtered(l))
		return "Écrivez un nom, une commune, un numéro FINESS ou une "
		    "activité. Le début des mots suffit, sans accent.";
	return NULL;
}

static void
listing_fill(struct view *v, const struct listing *l)
{
	const struct app *app = l->rq->app;

	view_text(v, K_search_q, l->q);
	view_text(v, K_q_url, url_text(l->rq->arena, l->q));
	view_list(v, K_departements, app->geo.n_departements, departement_row,
	    l);
	view_list(v, K_champs, N_ELEM(champs), champ_row, l);
	view_list(v, K_types, l->types.n, type_row, l);
	view_flag(v, K_mss, l->mss);
	view_flag(v, K_favoris, l->own);
	view_flag(v, K_preparing, l->preparing);
	view_text(v, K_corrected, l->found.corrected);
	view_text(v, K_missing, l->found.missing);
	view_text(v, K_heading, heading(l));
	view_text(v, K_invitation, invitation(l));
	view_flag(v, K_has_rows, l->shown.n > 0);
	view_list(v, K_results, l->shown.n, result_row, l);
	view_flag(v, K_no_result, l->shown.n == 0 && !l->preparing &&
	    invitation(l) == NULL);
	pages_fill(v, l);
}

enum status
page_directory(struct request *rq, struct response *rs)
{
	struct listing l;
	struct view *v;
	enum status st;

	if ((st = listing_read(&l, rq, rs)) != ST_OK ||
	    (st = found_read(&l, rs)) != ST_OK ||
	    (st = show_read(&l)) != ST_OK)
		return st;
	v = page_begin(rq, "Répertoire", NAV_DIRECTORY);
	listing_fill(v, &l);
	return page_end(rq, rs, PAGE_directory, v);
}
