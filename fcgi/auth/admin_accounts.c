/* admin_accounts.c - the accounts that one sees, searched, paged, as a file. */
#include <string.h>

#include "auth/admin.h"
#include "auth/right_words.h"
#include "base/csv.h"
#include "base/french.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(count) X(roles) X(states) X(idles) X(sorts)  \
	X(regions) X(departements) X(value) X(label) X(selected)	\
	X(has_territory) X(f_place) X(people) X(href) X(name) X(login)	\
	X(state) X(disabled) X(never) X(invited) X(last_age) X(last_iso)	\
	X(last_title) X(rights) X(right) X(more_rights) X(no_result)	\
	X(filtered) X(csv_href) X(csv_cut) X(has_pages) X(page_prev)	\
	X(page_next) X(pages) X(page_label) X(page_href) X(page_current) \
	X(is_admin)
PAGE_SPEC(accounts, "accounts.html", KEYS);

enum { PER_PAGE = 50, PAGES_MAX = 200, WINDOW = 3, Q_MAX = 100,
	CSV_MAX = 10000, SHOWN_RIGHTS = 3, CSV_RIGHTS = 50 };

struct choice { const char *value, *label; };

static const struct choice states[] = {
	{ "active", "Actif" }, { "disabled", "Désactivé" },
	{ "never", "Jamais connecté" }, { "invited", "Invité" },
};
/* Days without a sign-in. */
static const struct choice idles[] = {
	{ "90", "Depuis plus de 3 mois" }, { "180", "Depuis plus de 6 mois" },
	{ "365", "Depuis plus d’un an" }, { "730", "Depuis plus de 2 ans" },
};
static const struct choice sorts[] = {
	{ "name", "Nom" }, { "login", "Dernière connexion, récentes d’abord" },
	{ "oldest", "Dernière connexion, anciennes d’abord" },
	{ "created", "Création, récentes d’abord" },
};

struct listing {
	struct request	*rq;
	const char	*q, *role, *territory, *finess, *state, *idle, *sort;
	const char	*scope, *code;	/* of the territory or the number */
	size_t		 page;		/* from 1 */
	struct rows	 found, role_list, territories;
};

static bool
choice_known(const struct choice *v, size_t n, const char *value)
{
	size_t i;

	for (i = 0; value != NULL && i < n; i++)
		if (strcmp(v[i].value, value) == 0)
			return true;
	return value == NULL;
}

/* "region:11", "departement:2A": from the list, so no more is checked than
 * that they can be an argument. */
static bool
territory_read(struct listing *l)
{
	const char *t = l->territory;
	size_t n = t == NULL ? 0 : strcspn(t, ":");

	if (l->finess != NULL) {
		l->scope = strlen(l->finess) == 9 ? "finess" : NULL;
		l->code = l->finess;
		return l->scope != NULL;
	}
	if (t == NULL)
		return true;
	l->scope = arena_strndup(l->rq->arena, t, n);
	l->code = t[n] == ':' ? t + n + 1 : "";
	return strcmp(l->scope, "region") == 0 ||
	    strcmp(l->scope, "departement") == 0;
}

static enum status
listing_read(struct listing *l, struct request *rq, struct response *rs)
{
	const char *page = admin_asked(rq, "page");
	int64_t n = 1;

	*l = (struct listing){ .rq = rq, .q = admin_asked(rq, "q"),
	    .role = admin_asked(rq, "role"),
	    .territory = admin_asked(rq, "territoire"),
	    .finess = admin_asked(rq, "finess"),
	    .state = admin_asked(rq, "etat"),
	    .idle = admin_asked(rq, "inactif"),
	    .sort = admin_asked(rq, "tri") };
	if (l->q != NULL && admin_longer(l->q, Q_MAX))
		return response_error(rs, ST_INPUT, "La recherche est trop "
		    "longue\u202f: 100 caractères suffisent.");
	if (page != NULL && (str_to_int(page, PAGES_MAX, &n) != ST_OK ||
	    n < 1))
		return response_error(rs, ST_INPUT, "Cette page de résultats "
		    "n’existe pas.");
	if (!territory_read(l))
		return response_error(rs, ST_INPUT, "Ce territoire n’est pas "
		    "reconnu\u202f: choisissez-le dans la liste, ou écrivez "
		    "un numéro FINESS de neuf caractères.");
	if (!choice_known(states, N_ELEM(states), l->state) ||
	    !choice_known(idles, N_ELEM(idles), l->idle) ||
	    !choice_known(sorts, N_ELEM(sorts), l->sort))
		return response_error(rs, ST_INPUT, "Ce filtre n’existe pas"
		    "\u202f: choisissez-le dans la liste.");
	l->page = (size_t)n;
	return ST_OK;
}

static enum status
listing_fetch(struct listing *l, size_t first, size_t n, int n_rights)
{
	struct request *rq = l->rq;
	struct rows r[3];
	const char *by = admin_id(rq), *now = admin_now(rq);
	int64_t days = 0;
	enum status st;

	if (l->idle != NULL && (st = str_to_int(l->idle, 10000, &days)) !=
	    ST_OK)
		return st;
	db_queue(rq->db, Q_admin_role_list, DB_ARGS(by, now));
	db_queue(rq->db, Q_admin_territory_list, DB_ARGS(by, now));
	db_queue(rq->db, Q_admin_account_search, DB_ARGS(by, now,
	    l->q == NULL ? "" : l->q, l->role, l->scope, l->code, l->state,
	    l->idle == NULL ? NULL : instant_sql(rq->arena,
	    rq->now - days * 86400), l->sort == NULL ? "name" : l->sort,
	    db_int(rq->db, (int64_t)first), db_int(rq->db, (int64_t)n),
	    db_int(rq->db, n_rights)));
	if ((st = db_flush(rq->db, r, N_ELEM(r))) != ST_OK)
		return st;
	l->role_list = r[0];
	l->territories = r[1];
	l->found = r[2];
	return ST_OK;
}

static int64_t
total(const struct listing *l)
{
	return l->found.n == 0 ? 0 : row_int(&l->found, 0,
	    COL_admin_account_search_total, 0);
}

/* --- the form --- */

struct select { const struct choice *v; const char *chosen; };

static void
choice_row(struct view *v, size_t i, const void *data)
{
	const struct select *s = data;

	view_text(v, K_value, s->v[i].value);
	view_text(v, K_label, s->v[i].label);
	view_flag(v, K_selected, s->chosen != NULL &&
	    strcmp(s->chosen, s->v[i].value) == 0);
}

static void
choices(struct request *rq, struct view *v, int key, const struct choice *list,
    size_t n, const char *chosen)
{
	struct select *s = ARENA_NEW(rq->arena, struct select);

	*s = (struct select){ list, chosen };
	view_list(v, key, n, choice_row, s);
}

static void
role_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;
	const char *name = role_name((enum role)i);

	view_text(v, K_value, name);
	view_text(v, K_label, role_label((enum role)i));
	view_flag(v, K_selected, l->role != NULL &&
	    strcmp(l->role, name) == 0);
}

/* One kind of territory, as a list of its own. */
static void
territories(struct listing *l, struct view *v, int key, const char *scope)
{
	struct request *rq = l->rq;
	struct choice *list = ARENA_ARRAY(rq->arena, l->territories.n + 1,
	    struct choice);
	size_t i, n = 0;

	for (i = 0; i < l->territories.n; i++) {
		const char *code = row_text(&l->territories, i,
		    COL_admin_territory_list_code);
		const char *name = row_text(&l->territories, i,
		    COL_admin_territory_list_name);

		if (strcmp(row_text(&l->territories, i,
		    COL_admin_territory_list_scope), scope) != 0)
			continue;
		list[n++] = (struct choice){ arena_printf(rq->arena, "%s:%s",
		    scope, code), strcmp(scope, "region") == 0 ? name :
		    arena_printf(rq->arena, "%s – %s", code, name) };
	}
	if (n > 0)
		view_flag(v, K_has_territory, true);
	choices(rq, v, key, list, n, l->territory);
}

static void
form_fill(struct view *v, struct listing *l)
{
	struct request *rq = l->rq;

	view_text(v, K_search_q, l->q);
	view_text(v, K_f_place, l->finess);
	view_list(v, K_roles, ROLE__MAX, role_row, l);
	choices(rq, v, K_states, states, N_ELEM(states), l->state);
	choices(rq, v, K_idles, idles, N_ELEM(idles), l->idle);
	choices(rq, v, K_sorts, sorts, N_ELEM(sorts), l->sort);
	territories(l, v, K_regions, "region");
	territories(l, v, K_departements, "departement");
	view_flag(v, K_filtered, l->q != NULL || l->role != NULL ||
	    l->scope != NULL || l->state != NULL || l->idle != NULL);
}

/* --- the answer --- */

struct rights { char **v; size_t n; };

static const char *
right_text(struct arena *a, const struct rights *r, size_t i)
{
	char **g = r->v + 4 * i;

	return arena_printf(a, "%s\u202f: %s", right_role(g[0]),
	    right_scope(a, g[1], g[2], g[3]));
}

static void
right_row(struct view *v, size_t i, const void *data)
{
	view_text(v, K_right, right_text(view_arena(v), data, i));
}

static void
last_fill(struct view *v, const struct listing *l, size_t i)
{
	struct arena *a = view_arena(v);
	const struct zone *paris = l->rq->app->paris;
	int64_t at = row_instant(&l->found, i,
	    COL_admin_account_search_last_login_at, -1);

	if (at < 0)
		return;
	view_text(v, K_last_age, fr_age(a, l->rq->now > at ?
	    l->rq->now - at : 0));
	view_text(v, K_last_iso, instant_iso(a, paris, at));
	view_text(v, K_last_title, fr_instant_long(a, paris, at));
}

static void
person_row(struct view *v, size_t i, const void *data)
{
	const struct listing *l = data;
	const struct rows *r = &l->found;
	struct arena *a = view_arena(v);
	struct rights *rights = ARENA_NEW(a, struct rights);
	const char *id = row_text(r, i, COL_admin_account_search_id);
	const char *state = row_text(r, i, COL_admin_account_search_state);
	int64_t n = row_int(r, i, COL_admin_account_search_n_rights, 0);

	rights->n = row_array(a, r, i, COL_admin_account_search_rights,
	    &rights->v) / 4;
	view_text(v, K_href, id == NULL ? INVITATIONS :
	    arena_printf(a, ACCOUNTS "/%s", id));
	view_text(v, K_name, row_text(r, i, COL_admin_account_search_name));
	view_text(v, K_login, row_text(r, i, COL_admin_account_search_login));
	view_flag(v, K_disabled, strcmp(state, "disabled") == 0);
	view_flag(v, K_never, strcmp(state, "never") == 0);
	view_flag(v, K_invited, id == NULL);
	last_fill(v, l, i);
	view_list(v, K_rights, rights->n, right_row, rights);
	view_text(v, K_more_rights, n <= (int64_t)rights->n ? NULL :
	    arena_printf(a, "et %s", fr_count(a, n - (int64_t)rights->n,
	    "autre droit", "autres droits")));
}

static void
add(struct str *s, const char *name, const char *value)
{
	if (value == NULL)
		return;
	str_addf(s, "%s%s=", s->len == 0 ? "" : "&", name);
	str_add_url(s, value);
}

/* The same search, with one field more. */
static const char *
address(const struct listing *l, const char *name, const char *value)
{
	const char *out;
	struct str s;

	str_init(&s, 8192);
	add(&s, "q", l->q);
	add(&s, "role", l->role);
	add(&s, "territoire", l->territory);
	add(&s, "finess", l->finess);
	add(&s, "etat", l->state);
	add(&s, "inactif", l->idle);
	add(&s, "tri", l->sort);
	add(&s, name, value);
	out = arena_printf(l->rq->arena, ACCOUNTS "?%s", s.data);
	str_free(&s);
	return out;
}

static const char *
page_address(const struct listing *l, size_t page)
{
	return address(l, "page", db_int(l->rq->db, (int64_t)page));
}

struct pager { const struct listing *l; size_t first; };

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
	size_t last = ((size_t)total(l) + PER_PAGE - 1) / PER_PAGE, to;

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

static void
csv_person(struct str *out, const struct listing *l, size_t i)
{
	struct arena *a = l->rq->arena;
	const struct rows *r = &l->found;
	const char *state = row_text(r, i, COL_admin_account_search_state);
	const char *all = "";
	struct rights g;
	int64_t at;
	size_t k;

	g.n = row_array(a, r, i, COL_admin_account_search_rights, &g.v) / 4;
	for (k = 0; k < g.n; k++)
		all = arena_printf(a, "%s%s%s", all, k == 0 ? "" : " | ",
		    right_text(a, &g, k));
	csv_text(out, row_text(r, i, COL_admin_account_search_login));
	csv_text(out, row_text(r, i, COL_admin_account_search_name));
	for (k = 0; k < N_ELEM(states); k++)
		if (strcmp(states[k].value, state) == 0)
			csv_text(out, states[k].label);
	csv_text(out, instant_iso(a, l->rq->app->paris, row_instant(r, i,
	    COL_admin_account_search_created_at, 0)));
	at = row_instant(r, i, COL_admin_account_search_last_login_at, -1);
	csv_text(out, at < 0 ? NULL : instant_iso(a, l->rq->app->paris, at));
	csv_text(out, all);
	csv_end(out);
}

static enum status
accounts_csv(struct listing *l, struct response *rs)
{
	static const char *const head[] = { "compte", "nom", "etat",
		"cree_ou_invite", "derniere_connexion", "droits" };
	enum status st;
	size_t i;

	if ((st = listing_fetch(l, 0, CSV_MAX, CSV_RIGHTS)) != ST_OK)
		return st;
	response_file(rs, "text/csv; charset=utf-8", "comptes.csv");
	csv_start(rs->body);
	for (i = 0; i < N_ELEM(head); i++)
		csv_text(rs->body, head[i]);
	csv_end(rs->body);
	for (i = 0; i < l->found.n; i++)
		csv_person(rs->body, l, i);
	return str_ok(rs->body) ? ST_OK : ST_LIMIT;
}

enum status
admin_accounts(struct request *rq, struct response *rs)
{
	struct listing *l = ARENA_NEW(rq->arena, struct listing);
	const char *format = request_query(rq, "format");
	struct view *v;
	enum status st;

	if ((st = listing_read(l, rq, rs)) != ST_OK)
		return st;
	if (format != NULL && strcmp(format, "csv") == 0)
		return accounts_csv(l, rs);
	if ((st = listing_fetch(l, (l->page - 1) * PER_PAGE, PER_PAGE,
	    SHOWN_RIGHTS)) != ST_OK)
		return st;
	v = page_begin(rq, "Comptes", NAV_TOOLS);
	form_fill(v, l);
	view_text(v, K_count, fr_count(rq->arena, total(l), "compte",
	    "comptes"));
	view_list(v, K_people, l->found.n, person_row, l);
	view_flag(v, K_no_result, l->found.n == 0);
	view_text(v, K_csv_href, address(l, "format", "csv"));
	view_flag(v, K_csv_cut, total(l) > CSV_MAX);
	view_flag(v, K_is_admin, session_has(&rq->session, ROLE_ADMIN));
	pages_fill(v, l);
	return page_end(rq, rs, PAGE_accounts, v);
}
