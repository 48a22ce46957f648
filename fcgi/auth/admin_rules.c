/* admin_rules.c - rules of accounts: who gives which role, and which roles
 * must have a second factor. */
#include <string.h>

#include "auth/admin.h"
#include "auth/enter.h"
#include "handlers.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(alert) X(alert_kind) X(granters) X(role) \
	X(cells) X(yes) X(granted_roles) X(granted) X(may_change)	\
	X(no_key) X(roles) X(value) X(label) X(checked) X(since) X(read)
PAGE_SPEC(account_rules, "account_rules.html", KEYS);

struct rules {
	struct request	*rq;
	struct rows	 delegation, second;
	int		 granter[ROLE__MAX], n_granters;
};

/* Whether there is a line for both names. */
static bool
delegates(const struct rules *u, const char *granter, const char *granted)
{
	const struct rows *r = &u->delegation;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (strcmp(row_text(r, i, COL_delegation_list_granter),
		    granter) == 0 && (granted == NULL || strcmp(row_text(r, i,
		    COL_delegation_list_granted), granted) == 0))
			return true;
	return false;
}

/* A line a role that is given, a column a role that gives. */
struct line { const struct rules *u; enum role granted; };

static void
cell_row(struct view *v, size_t i, const void *data)
{
	const struct line *l = data;

	view_flag(v, K_yes, delegates(l->u, role_name((enum role)
	    l->u->granter[i]), role_name(l->granted)));
}

static void
granted_row(struct view *v, size_t i, const void *data)
{
	const struct rules *u = data;
	struct line *l = ARENA_NEW(view_arena(v), struct line);

	*l = (struct line){ u, (enum role)i };
	view_text(v, K_granted, role_label((enum role)i));
	view_list(v, K_cells, (size_t)u->n_granters, cell_row, l);
}

static void
granter_row(struct view *v, size_t i, const void *data)
{
	const struct rules *u = data;

	view_text(v, K_role, role_label((enum role)u->granter[i]));
}

static void
second_row(struct view *v, size_t i, const void *data)
{
	const struct rules *u = data;
	const struct rows *r = &u->second;
	struct arena *a = view_arena(v);
	const char *name = role_name((enum role)i), *by;
	size_t k = 0;

	view_text(v, K_value, name);
	view_text(v, K_label, role_label((enum role)i));
	while (k < r->n && strcmp(row_text(r, k, COL_second_role_list_role),
	    name) != 0)
		k++;
	view_flag(v, K_checked, k < r->n);
	if (k == r->n) {
		view_text(v, K_since, NULL);
		return;
	}
	by = row_text(r, k, COL_second_role_list_required_by);
	view_text(v, K_since, arena_printf(a, "depuis le %s, par %s",
	    admin_day(u->rq, row_instant(r, k,
	    COL_second_role_list_required_at, 0)), by == NULL ?
	    "l’exploitation" : by));
}

/* "admin steward": what the form was made from. */
static const char *
roles_read(struct arena *a, const struct rows *r)
{
	const char *out = "";
	size_t i;

	for (i = 0; i < r->n; i++)
		out = arena_printf(a, "%s%s%s", out, i == 0 ? "" : " ",
		    row_text(r, i, COL_second_role_list_role));
	return out;
}

static bool
admin_of_france(const struct session *s)
{
	size_t i;

	for (i = 0; i < s->n_grants; i++)
		if (s->grants[i].role == ROLE_ADMIN && s->grants[i].scope ==
		    SCOPE_FRANCE)
			return true;
	return false;
}

static enum status
show(struct request *rq, struct response *rs, const struct refusal *why)
{
	struct rules *u = ARENA_NEW(rq->arena, struct rules);
	struct rows r[2];
	struct view *v;
	enum status st;
	int i;

	db_queue(rq->db, Q_delegation_list, DB_NONE);
	db_queue(rq->db, Q_second_role_list, DB_NONE);
	if ((st = db_flush(rq->db, r, N_ELEM(r))) != ST_OK)
		return st;
	*u = (struct rules){ .rq = rq, .delegation = r[0], .second = r[1] };
	for (i = 0; i < ROLE__MAX; i++)
		if (delegates(u, role_name((enum role)i), NULL))
			u->granter[u->n_granters++] = i;
	v = page_begin(rq, "Règles des comptes", NAV_TOOLS);
	view_text(v, K_alert, why != NULL ? why->text :
	    request_query(rq, "fait") == NULL ? NULL : "C’est enregistré"
	    "\u202f: la règle vaut à partir de la prochaine connexion de "
	    "chacun.");
	view_text(v, K_alert_kind, why == NULL ? "success" : "error");
	view_list(v, K_granters, (size_t)u->n_granters, granter_row, u);
	view_list(v, K_granted_roles, ROLE__MAX, granted_row, u);
	view_list(v, K_roles, ROLE__MAX, second_row, u);
	view_text(v, K_read, roles_read(rq->arena, &u->second));
	view_flag(v, K_no_key, rq->app->second_key == NULL);
	view_flag(v, K_may_change, admin_of_france(&rq->session));
	if (why != NULL)
		rs->http = why->http;
	return page_end(rq, rs, PAGE_account_rules, v);
}

enum status
admin_rules(struct request *rq, struct response *rs)
{
	return show(rq, rs, NULL);
}

/* Words between spaces, those of them that are roles, as an array. */
static const char *
roles_array(struct request *rq, const char *text)
{
	const char *names[ROLE__MAX];
	size_t n = 0;
	int i;

	for (i = 0; text != NULL && i < ROLE__MAX; i++) {
		const char *name = role_name((enum role)i);
		const char *at = strstr(text, name);

		if (at != NULL && (at == text || at[-1] == ' ') &&
		    strchr(" ", at[strlen(name)]) != NULL)
			names[n++] = name;
	}
	return db_text_array(rq->arena, names, n);
}

enum status
admin_rules_save(struct request *rq, struct response *rs)
{
	const char *read = request_form(rq, "lu"), *outcome;
	const char *names[ROLE__MAX];
	struct rows r;
	enum status st;
	size_t n = 0;
	int i;

	if (read == NULL)
		return response_error(rs, ST_INPUT, "Ce formulaire est "
		    "incomplet. Rechargez la page et recommencez.");
	for (i = 0; i < ROLE__MAX; i++)
		if (request_form(rq, role_name((enum role)i)) != NULL)
			names[n++] = role_name((enum role)i);
	if ((st = db_write(rq->db, Q_second_roles_set, DB_ARGS(admin_id(rq),
	    client_address(rq), db_text_array(rq->arena, names, n),
	    roles_array(rq, read), admin_now(rq)), &r)) != ST_OK)
		return st;
	outcome = row_text(&r, 0, COL_second_roles_set_outcome);
	if ((st = admin_outcome(outcome)) != ST_OK)
		return st;
	if (strcmp(outcome, "changed") == 0)
		return show(rq, rs, admin_refusal("rules"));
	if (strcmp(outcome, "ok") != 0)
		return show(rq, rs, admin_refusal(outcome));
	response_redirect(rs, ACCOUNTS "/regles?fait=1");
	return ST_OK;
}
