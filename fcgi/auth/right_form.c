#include "auth/right_form.h"

#include <string.h>

#include "auth/admin.h"
#include "auth/right_words.h"

#define KEYS(X) LAYOUT_KEYS(X) RIGHT_KEYS(X)
enum { KEYS(TMPL_KEY_ENUM) K__MAX };

enum { Q_MAX = 100 };

static enum status
lists_fetch(struct request *rq, struct right *r)
{
	const char *by = admin_id(rq), *now = admin_now(rq);
	struct rows got[3];
	size_t n = r->q == NULL ? 2 : 3;
	enum status st;

	db_queue(rq->db, Q_admin_role_list, DB_ARGS(by, now));
	db_queue(rq->db, Q_admin_territory_list, DB_ARGS(by, now));
	if (r->q != NULL)
		db_queue(rq->db, Q_admin_place_find, DB_ARGS(by, now, r->q));
	if ((st = db_flush(rq->db, got, n)) != ST_OK)
		return st;
	r->roles = got[0];
	r->territories = got[1];
	if (r->q != NULL)
		r->places = got[2];
	return ST_OK;
}

enum status
right_new(struct request *rq, const char *role, struct right *r)
{
	*r = (struct right){ .role = role, .from_utc = rq->now,
	    .to_utc = -1 };
	return lists_fetch(rq, r);
}

/* "eg:910000017" */
static bool
place_split(struct request *rq, const char *text, struct right *r)
{
	size_t n = text == NULL ? 0 : strcspn(text, ":");

	if (text == NULL || text[n] != ':' || text[n + 1] == '\0')
		return false;
	r->scope = arena_strndup(rq->arena, text, n);
	r->code = text + n + 1;
	return true;
}

/* Words that were looked up and of which one place was chosen; words that
 * name one place alone; or a territory of the list. */
static const char *
place_decide(struct request *rq, struct right *r)
{
	const char *found = admin_typed(rq, "trouve");

	if (r->q == NULL)
		return place_split(rq, admin_typed(rq, "territoire"), r) ?
		    NULL : "where";
	if (found != NULL && strcmp(found, r->q) == 0 &&
	    place_split(rq, admin_typed(rq, "lieu"), r))
		return NULL;
	if (r->places.n == 0)
		return "nowhere";
	if (r->places.n > 1)
		return "choose";
	r->scope = row_text(&r->places, 0, COL_admin_place_find_scope);
	r->code = row_text(&r->places, 0, COL_admin_place_find_code);
	return NULL;
}

/* From the start of a day that is not over to the end of another. */
static bool
days_read(struct request *rq, struct right *r)
{
	const struct zone *paris = rq->app->paris;
	int32_t today = zone_day(paris, rq->now), day;

	r->from_utc = rq->now;
	r->to_utc = -1;
	if (r->from != NULL) {
		if (day_parse(r->from, &day) != ST_OK || day < today)
			return false;
		if (day > today)
			r->from_utc = zone_day_start(paris, day);
	}
	if (r->to != NULL) {
		if (day_parse(r->to, &day) != ST_OK)
			return false;
		r->to_utc = zone_day_start(paris, day + 1);
		return r->to_utc > r->from_utc;
	}
	return true;
}

static bool
role_known(const struct right *r)
{
	size_t i;

	for (i = 0; r->role != NULL && i < r->roles.n; i++)
		if (strcmp(row_text(&r->roles, i, COL_admin_role_list_role),
		    r->role) == 0)
			return true;
	return false;
}

enum status
right_read(struct request *rq, struct right *r, const char **ret_wrong)
{
	const char *place;
	enum status st;
	bool days;

	*r = (struct right){ .role = admin_typed(rq, "role"),
	    .q = admin_typed(rq, "etablissement"),
	    .from = admin_typed(rq, "du"), .to = admin_typed(rq, "au") };
	if (r->q != NULL && admin_longer(r->q, Q_MAX))
		r->q = NULL;
	if ((st = lists_fetch(rq, r)) != ST_OK)
		return st;
	place = place_decide(rq, r);
	days = days_read(rq, r);
	*ret_wrong = request_form(rq, "chercher") != NULL ?
	    (r->q != NULL && r->places.n == 0 ? "nowhere" : "search") :
	    !role_known(r) ? "role" : place != NULL ? place :
	    days ? NULL : "period";
	return ST_OK;
}

const char *
right_end(struct request *rq, const struct right *r)
{
	return r->to_utc < 0 ? NULL : instant_sql(rq->arena, r->to_utc);
}

/* --- showing --- */

static void
option(struct view *v, const char *value, const char *text, const char *chosen)
{
	view_text(v, K_right_value, value);
	view_text(v, K_right_text, text);
	view_flag(v, K_right_chosen, chosen != NULL && strcmp(chosen,
	    value) == 0);
}

static void
role_row(struct view *v, size_t i, const void *data)
{
	const struct right *r = data;
	const char *role = row_text(&r->roles, i, COL_admin_role_list_role);

	option(v, role, right_role(role), r->role);
}

/* One kind of territory: first and how many, as the list is ordered. */
struct span { const struct right *r; const char *chosen; size_t first, n; };

static void
territory_row(struct view *v, size_t i, const void *data)
{
	const struct span *s = data;
	const struct rows *t = &s->r->territories;
	struct arena *a = view_arena(v);
	const char *scope, *code, *name;

	i += s->first;
	scope = row_text(t, i, COL_admin_territory_list_scope);
	code = row_text(t, i, COL_admin_territory_list_code);
	name = row_text(t, i, COL_admin_territory_list_name);
	option(v, arena_printf(a, "%s:%s", scope, code),
	    strcmp(scope, "departement") != 0 ? name :
	    arena_printf(a, "%s – %s", code, name), s->chosen);
}

static size_t
territories(struct request *rq, struct view *v, int key,
    const struct right *r, const char *scope)
{
	const struct rows *t = &r->territories;
	struct span *s = ARENA_NEW(rq->arena, struct span);
	size_t i;

	*s = (struct span){ .r = r, .chosen = admin_typed(rq, "territoire") };
	for (i = 0; i < t->n; i++)
		if (strcmp(row_text(t, i, COL_admin_territory_list_scope),
		    scope) == 0 && s->n++ == 0)
			s->first = i;
	view_list(v, key, s->n, territory_row, s);
	return s->n;
}

static void
place_row(struct view *v, size_t i, const void *data)
{
	const struct right *r = data;
	const struct rows *p = &r->places;
	struct arena *a = view_arena(v);
	const char *scope = row_text(p, i, COL_admin_place_find_scope);
	const char *code = row_text(p, i, COL_admin_place_find_code);
	const char *where = row_text(p, i, COL_admin_place_find_locality);
	const char *text = right_scope(a, scope, code, row_text(p, i,
	    COL_admin_place_find_name));

	option(v, arena_printf(a, "%s:%s", scope, code), where == NULL ? text :
	    arena_printf(a, "%s, %s", text, where), r->scope == NULL ? NULL :
	    arena_printf(a, "%s:%s", r->scope, r->code));
}

static const struct { const char *wrong; int key; const char *text; }
    fields[] = {
	{ "role", K_bad_role, "Choisissez un rôle." },
	{ "where", K_bad_place, "Choisissez un territoire dans la liste, ou "
	    "cherchez un établissement." },
	{ "nowhere", K_bad_place, "Aucun établissement de votre périmètre ne "
	    "correspond." },
	{ "choose", K_bad_place, "Plusieurs établissements correspondent"
	    "\u202f: choisissez-en un." },
	{ "place", K_bad_place, "Ce lieu n’existe pas, ou n’est plus "
	    "ouvert." },
	{ "right", K_bad_role, "Vos droits ne vous permettent pas de donner "
	    "ce rôle à cet endroit." },
	{ "period", K_bad_period, "Le premier jour ne peut pas être passé, "
	    "et le dernier doit le suivre." },
};

static bool
error_fill(struct view *v, const char *wrong)
{
	size_t i;

	for (i = 0; wrong != NULL && i < N_ELEM(fields); i++)
		if (strcmp(fields[i].wrong, wrong) == 0) {
			view_flag(v, fields[i].key, true);
			view_text(v, K_error, fields[i].text);
			return true;
		}
	return false;
}

bool
right_fill(struct request *rq, struct view *v, const struct right *r,
    const char *wrong)
{
	size_t n;

	view_list(v, K_right_roles, r->roles.n, role_row, r);
	n = territories(rq, v, K_right_france, r, "france");
	if (territories(rq, v, K_right_regions, r, "region") > 0)
		view_flag(v, K_has_regions, true);
	if (territories(rq, v, K_right_departements, r, "departement") > 0)
		view_flag(v, K_has_departements, true);
	view_flag(v, K_has_territory, n > 0 || r->territories.n > 0);
	view_text(v, K_right_q, admin_typed(rq, "etablissement"));
	if (r->q != NULL) {
		view_list(v, K_right_places, r->places.n, place_row, r);
		view_text(v, K_right_found, r->q);
	}
	view_text(v, K_right_from, r->from);
	view_text(v, K_right_to, r->to);
	view_text(v, K_right_today, day_iso(rq->arena, zone_day(
	    rq->app->paris, rq->now)));
	return error_fill(v, wrong);
}
