#include "routes.h"

#include <stdio.h>
#include <string.h>

#include "credential.h"
#include "domain/capacity.h"
#include "handlers.h"
#include "pages/call.h"

/* Who reads reports. */
#define R_REPORTS	(R(ROLE_ANALYST) | R(ROLE_STEWARD))

/* Who declares units unavailable and plans closures. */
#define R_CLOSERS	(R(ROLE_BED_MANAGER) | R(ROLE_DIRECTOR) | R(ROLE_STEWARD))

/* Who reads what was said of a place; who says it afterwards. */
#define R_PAST		(R(ROLE_BED_MANAGER) | R(ROLE_EDITOR) | \
			R(ROLE_DIRECTOR) | R(ROLE_STEWARD) | R(ROLE_ANALYST))
#define R_CORRECT	(R(ROLE_BED_MANAGER) | R(ROLE_STEWARD))

/* Who moves places to manual entry, and who watches over feeds. */
#define R_CHANNEL	(R(ROLE_BED_MANAGER) | R(ROLE_STEWARD) | R(ROLE_ADMIN))
#define R_WATCH		(R(ROLE_STEWARD) | R(ROLE_ANALYST) | R(ROLE_ADMIN))

/* Who finds a tool of fcgi/menu.c there. */
#define R_TOOLS		(R(ROLE_DIRECTOR) | R(ROLE_STEWARD) | \
			R(ROLE_ANALYST) | R(ROLE_ADMIN))

/* Who administers accounts, each within his own scope (auth.delegation); who
 * acts on passwords and sessions; who answers requests. */
#define R_GIVERS	(R(ROLE_ADMIN) | R(ROLE_STEWARD) | R(ROLE_DIRECTOR))
#define R_MANAGERS	(R(ROLE_ADMIN) | R(ROLE_STEWARD))

/* Who sees feeds; only an administrator acts on them. */
#define R_FEEDS		(R(ROLE_ADMIN) | R(ROLE_STEWARD))

/*	method	path			handler			roles	scope	keep	st.	flags */
static const struct route app_routes[] = {
	{ M_GET,  "/",			page_root,		R_PUBLIC, ACROSS, 0,	1,	0 },
	{ M_GET,  "/accueil",		page_home,		R_ANY,	IN_QUERY, 0,	4,	0 },
	{ M_GET,  "/administration",	page_tools,		R_TOOLS, ACROSS, 0,	1,	0 },
	/* Without a commune, favourites or a detail: 2. */
	{ M_GET,  "/disponibilites",	page_availability,	R_ANY,	ACROSS,	0,	6,	F_POLLED | F_SNAPSHOT },
	{ M_GET,  "/disponibilites/preuve", page_proof,		R_ANY,	ACROSS,	0,	6,	F_SNAPSHOT },
	{ M_POST, "/disponibilites/appel", page_call,		CALL_ROLES, ACROSS, 0,	4,	F_SNAPSHOT },
	/* A board is 7 statements, a save 3; refused without script, the board
	 * comes again. */
	{ M_GET,  "/capacitaire",	page_entry_first,	R(ROLE_BED_MANAGER), IN_QUERY, 0, 1,	0 },
	{ M_GET,  "/capacitaire/lits",	page_entry,		R(ROLE_BED_MANAGER), IN_QUERY, 0, 8,	F_POLLED },
	{ M_GET,  "/capacitaire/places", page_entry,		R(ROLE_BED_MANAGER), IN_QUERY, 0, 8,	F_POLLED },
	{ M_GET,  "/capacitaire/places-medico-sociales", page_entry, R(ROLE_BED_MANAGER), IN_QUERY, 0, 8, F_POLLED },
	{ M_POST, "/capacitaire",	page_entry_save_all,	R(ROLE_BED_MANAGER), IN_QUERY, 0, 16,	0 },
	{ M_POST, "/capacitaire/annuler", page_entry_undo,	R(ROLE_BED_MANAGER), IN_QUERY, 0, 2,	0 },
	{ M_POST, "/capacitaire/affichage", page_entry_display,	R(ROLE_BED_MANAGER), IN_QUERY, 0, 2,	0 },
	{ M_POST, "/capacitaire/reprise", page_entry_resume,	R(ROLE_BED_MANAGER), IN_QUERY, 0, 7,	F_NO_TOKEN },
	{ M_POST, "/capacitaire/{place}", page_entry_save,	R(ROLE_BED_MANAGER), IN_QUERY, 0, 11,	0 },
	{ M_GET,  "/capacitaire/{place}/affectation", page_assignment, R(ROLE_BED_MANAGER), IN_QUERY, 0, 2, 0 },
	{ M_POST, "/capacitaire/{place}/affectation", page_assignment_add, R(ROLE_BED_MANAGER), IN_QUERY, 0, 3, 0 },
	{ M_POST, "/capacitaire/{place}/affectation/fin", page_assignment_end, R(ROLE_BED_MANAGER), IN_QUERY, 0, 2, 0 },
	{ M_GET,  "/administration/saisie", page_board_settings, R(ROLE_STEWARD) | R(ROLE_ADMIN), IN_QUERY, 0, 2, 0 },
	{ M_POST, "/administration/saisie", page_board_setting_save, R(ROLE_STEWARD) | R(ROLE_ADMIN), IN_QUERY, 0, 3, 0 },
	{ M_GET,  "/capacitaire/indisponibilite/{unit}", page_unavailability, R_CLOSERS, IN_QUERY, 0, 3, 0 },
	{ M_POST, "/capacitaire/indisponibilite/{unit}", page_unavailability_set, R_CLOSERS, IN_QUERY, 0, 4, 0 },
	{ M_GET,  "/capacitaire/indisponibilite/{unit}/lever", page_unavailability_ask, R_CLOSERS, IN_QUERY, 0, 3, 0 },
	{ M_POST, "/capacitaire/indisponibilite/{unit}/lever", page_unavailability_lift, R_CLOSERS, IN_QUERY, 0, 4, 0 },
	{ M_GET,  "/capacitaire/fermetures", page_closures,	R_CLOSERS, IN_QUERY, 0,	5,	0 },
	{ M_POST, "/capacitaire/fermetures", page_closure_save,	R_CLOSERS, IN_QUERY, 0,	4,	0 },
	{ M_GET,  "/capacitaire/fermetures/nouvelle", page_closure_new, R_CLOSERS, IN_QUERY, 0, 3, 0 },
	{ M_GET,  "/capacitaire/fermetures/{closure}/modifier", page_closure_edit, R_CLOSERS, IN_QUERY, 0, 4, 0 },
	{ M_GET,  "/capacitaire/fermetures/{closure}/annuler", page_closure_ask, R_CLOSERS, IN_QUERY, 0, 2, 0 },
	{ M_POST, "/capacitaire/fermetures/{closure}/annuler", page_closure_cancel, R_CLOSERS, IN_QUERY, 0, 2, 0 },
	{ M_GET,  "/capacitaire/{place}/historique", page_history, R_PAST, IN_QUERY, 0, 4,	0 },
	{ M_GET,  "/capacitaire/{place}/historique.svg", page_history_svg, R_PAST, IN_QUERY, 0, 3, 0 },
	{ M_GET,  "/capacitaire/{place}/correction", page_correction, R_CORRECT, IN_QUERY, 0, 3, 0 },
	{ M_POST, "/capacitaire/{place}/correction", page_correction_save, R_CORRECT, IN_QUERY, 0, 4, 0 },
	{ M_GET,  "/capacitaire/jour",	page_gone,		R_PAST,	IN_QUERY, 0, 4,	0 },
	{ M_POST, "/capacitaire/{place}/manuel", page_channel_manual, R_CHANNEL, IN_QUERY, 0, 3, 0 },
	{ M_POST, "/capacitaire/{place}/remontee", page_channel_feed, R_CHANNEL, IN_QUERY, 0, 3, 0 },
	{ M_GET,  "/administration/sentinelle", page_sentinel, R_WATCH, IN_QUERY, 0, 3,	0 },
	/* Saving a file is a statement for each 500 of its lines. */
	{ M_GET,  "/capacitaire/import", page_upload,		R(ROLE_BED_MANAGER), IN_QUERY, 0, 2,	0 },
	{ M_POST, "/capacitaire/import", page_upload_take,	R(ROLE_BED_MANAGER), IN_QUERY, 0, 5,	F_UPLOAD },
	{ M_GET,  "/capacitaire/import/modele.csv", page_upload_model, R(ROLE_BED_MANAGER), IN_QUERY, 0, 3, 0 },
	{ M_GET,  "/capacitaire/import/{key}", page_upload_look, R_CLOSERS, IN_QUERY, 0, 3,	0 },
	{ M_GET,  "/capacitaire/import/{key}/refus.csv", page_upload_refused, R_CLOSERS, IN_QUERY, 0, 2, 0 },
	{ M_POST, "/capacitaire/import/{key}", page_upload_save, R_CLOSERS, IN_QUERY, 0, 46,	0 },
	{ M_GET,  "/capacitaire/fermetures/import", page_upload, R_CLOSERS, IN_QUERY, 0, 2,	0 },
	{ M_POST, "/capacitaire/fermetures/import", page_upload_take, R_CLOSERS, IN_QUERY, 0, 5, F_UPLOAD },
	{ M_GET,  "/capacitaire/fermetures/import/modele.csv", page_upload_model, R_CLOSERS, IN_QUERY, 0, 3, 0 },
	{ M_POST, "/favoris",		page_favourite,		R_ANY,	ACROSS,	0,	2,	0 },
	{ M_GET,  "/repertoire",	page_directory,		R_ANY,	ACROSS,	0,	4,	0 },
	{ M_GET,  "/fiche/{id}",	page_sheet,		R_ANY,	ACROSS,	0,	4,	0 },
	{ M_GET,  "/administration/categories", page_categories, R(ROLE_STEWARD) | R(ROLE_ADMIN), IN_REGION, 0, 6, 0 },
	/* The form names the région; the handler compares it with the grants. */
	{ M_POST, "/administration/categories", page_categories_save, R(ROLE_STEWARD) | R(ROLE_ADMIN), IN_QUERY, 0, 11, 0 },
	{ M_GET,  "/rapports",		page_reports,		R_REPORTS, IN_REGION, 0, 4,	F_SNAPSHOT },
	{ M_GET,  "/rapports/appels",	page_calls,		R_REPORTS, IN_QUERY, 0,	2,	0 },
	{ M_GET,  "/rapports/carte.svg", page_report_map,	R_REPORTS, IN_REGION, 0, 4,	F_SNAPSHOT },
	{ M_GET,  "/rapports/classement.svg", page_report_rank,	R_REPORTS, IN_REGION, 0, 4,	F_SNAPSHOT },
	{ M_GET,  "/rapports/departement/{code}", page_report_department, R_REPORTS, IN_DEPARTEMENT, 0, 4, F_SNAPSHOT },
	{ M_GET,  "/rapports/departement/{code}.svg", page_report_svg, R_REPORTS, IN_DEPARTEMENT, 0, 4, F_SNAPSHOT },
	{ M_GET,  "/rapports/departement/{code}.png", page_report_png, R_REPORTS, IN_DEPARTEMENT, 0, 4, F_SNAPSHOT },
	{ M_GET,  "/rapports/departement/{code}.pdf", page_report_pdf, R_REPORTS, IN_DEPARTEMENT, 0, 4, F_SNAPSHOT },
	{ M_GET,  "/administration/remontees", page_feeds,	R_FEEDS, IN_QUERY, 0,	2,	0 },
	{ M_POST, "/administration/remontees", page_feed_add,	R(ROLE_ADMIN), IN_FRANCE, 0, 4,	0 },
	{ M_GET,  "/administration/remontees/{feed}", page_feed, R_FEEDS, IN_QUERY, 0,	2,	0 },
	{ M_POST, "/administration/remontees/{feed}", page_feed_act, R(ROLE_ADMIN), IN_FRANCE, 0, 4, 0 },
	/* The file: a statement for each 5,000 lines, and its own event. */
	{ M_GET,  "/administration/journal", page_journal,	R(ROLE_ADMIN), IN_FRANCE, 0, 7,	0 },
	{ M_GET,  "/mentions-legales",	page_legal,		R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_GET,  "/donnees-personnelles", page_privacy,	R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_GET,  "/cookies",		page_cookies,		R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_GET,  "/accessibilite",	page_accessibility,	R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_GET,  "/plan-du-site",	page_site_map,		R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_GET,  "/conditions",	page_terms,		R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_GET,  "/assistance",	page_assistance,	R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_POST, "/theme",		page_theme,		R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_GET,  "/healthz",		page_health,		R_PUBLIC, ACROSS, 0,	2,	0 },
};

static const struct route auth_routes[] = {
	{ M_GET,  "/connexion",		auth_login_page,	R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_POST, "/auth/connexion",	auth_login,		R_PUBLIC, ACROSS, 0,	7,	F_LOCKED_OUT_OK | F_NO_TOKEN },
	{ M_POST, "/auth/deconnexion",	auth_logout,		R_SELF, ACROSS,	0,	5,	F_LOCKED_OUT_OK },
	{ M_POST, "/auth/token",	auth_token,		R_PUBLIC, ACROSS, 0,	2,	F_MACHINE },
	{ M_GET,  "/auth/mot-de-passe",	auth_password_page,	R_SELF, ACROSS,	0,	2,	F_PASSWORD },
	{ M_POST, "/auth/mot-de-passe",	auth_password,		R_SELF, ACROSS,	0,	9,	F_PASSWORD },
	{ M_GET,  "/auth/oubli",	auth_forgotten_page,	R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_POST, "/auth/oubli",	auth_forgotten,		R_PUBLIC, ACROSS, 0,	2,	F_LOCKED_OUT_OK | F_NO_TOKEN },
	{ M_GET,  "/auth/nouveau-mot-de-passe", auth_reset_page, R_PUBLIC, ACROSS, 0,	2,	F_LOCKED_OUT_OK },
	{ M_POST, "/auth/nouveau-mot-de-passe", auth_reset,	R_PUBLIC, ACROSS, 0,	10,	F_LOCKED_OUT_OK | F_NO_TOKEN },
	{ M_GET,  "/auth/demande",	auth_ask_page,		R_PUBLIC, ACROSS, 0,	1,	F_LOCKED_OUT_OK },
	{ M_POST, "/auth/demande",	auth_ask,		R_PUBLIC, ACROSS, 0,	2,	F_LOCKED_OUT_OK | F_NO_TOKEN },
	{ M_GET,  "/auth/code",		auth_code_page,		R_SELF, ACROSS,	0,	3,	F_SECOND },
	{ M_POST, "/auth/code",		auth_code,		R_SELF, ACROSS,	0,	8,	F_SECOND },
	{ M_GET,  "/auth/conditions",	auth_conditions_page,	R_SELF, ACROSS,	0,	1,	F_CONDITIONS },
	{ M_POST, "/auth/conditions",	auth_conditions,	R_SELF, ACROSS,	0,	5,	F_CONDITIONS },
	{ M_GET,  "/auth/reste",	auth_stay,		R_SELF, ACROSS,	0,	1,	0 },
	{ M_GET,  "/auth/provisoire/{account}", auth_provisional_page, R_MANAGERS, IN_QUERY, 0, 2, 0 },
	{ M_POST, "/auth/provisoire/{account}", auth_provisional, R_MANAGERS, IN_QUERY, 0, 6,	0 },
	/* An act that is refused shows the page again. */
	{ M_GET,  "/administration/comptes", admin_accounts,	R_GIVERS, IN_QUERY, 0,	4,	0 },
	{ M_GET,  "/administration/comptes/{account}", admin_account, R_GIVERS, IN_QUERY, 0, 7,	0 },
	{ M_POST, "/administration/comptes/{account}", admin_account_act, R_GIVERS, IN_QUERY, 0, 8, 0 },
	{ M_GET,  "/administration/comptes/{account}/acte", admin_account_ask, R_GIVERS, IN_QUERY, 0, 3, 0 },
	{ M_GET,  "/administration/comptes/{account}/droit", admin_grant_page, R_GIVERS, IN_QUERY, 0, 4, 0 },
	{ M_POST, "/administration/comptes/{account}/droit", admin_grant, R_GIVERS, IN_QUERY, 0, 12, 0 },
	{ M_GET,  "/administration/comptes/invitations", admin_invitations, R_GIVERS, IN_QUERY, 0, 2, 0 },
	{ M_POST, "/administration/comptes/invitations", admin_invitation_act, R_GIVERS, IN_QUERY, 0, 3, 0 },
	{ M_GET,  "/administration/comptes/invitation", admin_invite_page, R_GIVERS, IN_QUERY, 0, 4, 0 },
	{ M_POST, "/administration/comptes/invitation", admin_invite, R_GIVERS, IN_QUERY, 0, 6,	0 },
	{ M_GET,  "/administration/comptes/regles", admin_rules, R(ROLE_ADMIN), ACROSS, 0, 3,	0 },
	{ M_POST, "/administration/comptes/regles", admin_rules_save, R(ROLE_ADMIN), IN_FRANCE, 0, 4, 0 },
	{ M_GET,  "/administration/demandes", admin_requests,	R_MANAGERS, IN_QUERY, 0, 3,	0 },
	{ M_GET,  "/administration/demandes/refus", admin_refusal_page, R_MANAGERS, IN_QUERY, 0, 4, 0 },
	{ M_POST, "/administration/demandes/refus", admin_refuse, R_MANAGERS, IN_QUERY, 0, 4,	0 },
	{ M_GET,  "/mon-compte",	auth_me,		R_SELF, ACROSS,	0,	8,	0 },
	{ M_POST, "/mon-compte/sessions", auth_me_sessions,	R_SELF, ACROSS,	0,	4,	0 },
	{ M_GET,  "/mon-compte/second-facteur", auth_second,	R_SELF, ACROSS,	0,	3,	0 },
	{ M_POST, "/mon-compte/second-facteur", auth_second_set, R_SELF, ACROSS,	0,	9,	0 },
	{ M_GET,  "/auth/psc",		auth_psc_start,		R_PUBLIC, ACROSS, 0,	4,	F_PSC },
	{ M_GET,  "/auth/psc/retour",	auth_psc_return,	R_PUBLIC, ACROSS, 0,	11,	F_PSC },
	{ M_GET,  "/auth/psc/lier",	auth_psc_pending,	R_PUBLIC, ACROSS, 0,	2,	F_PSC },
	{ M_POST, "/auth/psc/lier",	auth_psc_link,		R_PUBLIC, ACROSS, 0,	12,	F_PSC | F_NO_TOKEN },
	{ M_GET,  "/auth/psc/carte",	auth_psc_card,		R_SELF, ACROSS,	0,	3,	F_PSC },
	{ M_POST, "/auth/psc/carte",	auth_psc_card_link,	R_SELF, ACROSS,	0,	12,	F_PSC },
	{ M_POST, "/auth/psc/deconnexion", auth_psc_ended,	R_PUBLIC, ACROSS, 0,	3,	F_PSC | F_MACHINE },
};

static const struct route api_routes[] = {
	{ M_GET,  "/fhir/healthz",	page_health,		R_PUBLIC, ACROSS, 0,	2,	0 },
	{ M_GET,  "/fhir/Location",	api_location_search,	R_FEED,	IN_QUERY, 0,	1,	F_MACHINE },
	{ M_GET,  "/fhir/Location/{place}", api_location_read,	R_FEED,	IN_QUERY, 0,	1,	F_MACHINE },
	{ M_PATCH, "/fhir/Location",	api_location,		R_FEED,	IN_QUERY, 0,	1,	F_MACHINE },
	{ M_PATCH, "/fhir/Location/{place}", api_location,	R_FEED,	IN_QUERY, 0,	1,	F_MACHINE },
	{ M_POST, "/fhir",		api_batch,		R_FEED,	IN_QUERY, 0,	1,	F_MACHINE },
	{ M_POST, "/fhir/",		api_batch,		R_FEED,	IN_QUERY, 0,	1,	F_MACHINE },
};

static const struct { const struct route *v; size_t n; } tables[POOL__MAX] = {
	[POOL_APP]  = { app_routes, N_ELEM(app_routes) },
	[POOL_AUTH] = { auth_routes, N_ELEM(auth_routes) },
	[POOL_API]  = { api_routes, N_ELEM(api_routes) },
};

static bool
is_cog(const char *s)
{
	size_t n = strlen(s);

	return n >= 2 && n <= 3 && strspn(s, "0123456789AB") == n;
}

/* FINESS number, or a letter and a number: p12 s3 f4 u56 l78. */
static bool
is_thing(const char *s)
{
	size_t n = strlen(s);

	if (s[0] != '\0' && strchr("psful", s[0]) != NULL)
		return n >= 2 && n <= 13 && s[1] != '0' &&
		    strspn(s + 1, "0123456789") == n - 1;
	return n == 9 && s[0] >= '0' && s[0] <= '9' &&
	    strspn(s + 1, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n - 1 &&
	    strspn(s + 2, "0123456789") == n - 2;
}

static bool
is_place(const char *s)
{
	return s[0] == 'l' && is_thing(s);
}

static bool
is_unit(const char *s)
{
	return s[0] == 'u' && is_thing(s);
}

/* "c12": a planned closure. */
static bool
is_closure(const char *s)
{
	size_t n = strlen(s);

	return s[0] == 'c' && n >= 2 && n <= 13 && s[1] != '0' &&
	    strspn(s + 1, "0123456789") == n - 1;
}

static bool
is_number(const char *s)
{
	size_t n = strlen(s);

	return n >= 1 && n <= 18 && s[0] != '0' &&
	    strspn(s, "0123456789") == n;
}

/* "r12": a feed (remontée). */
static bool
is_feed(const char *s)
{
	size_t n = strlen(s);

	return s[0] == 'r' && n >= 2 && n <= 13 && s[1] != '0' &&
	    strspn(s + 1, "0123456789") == n - 1;
}

static bool
is_key(const char *s)
{
	return capacity_key_valid(s);
}

/* The {arguments} a path may have, and what each must look like. */
static const struct { const char *name; bool (*valid)(const char *); }
    arguments[] = {
	{ "{closure}", is_closure },
	{ "{account}", is_number },
	{ "{code}", is_cog },
	{ "{feed}", is_feed },
	{ "{id}", is_thing },
	{ "{key}", is_key },
	{ "{place}", is_place },
	{ "{unit}", is_unit },
};

static bool
argument_valid(const char *pattern, const char *value)
{
	size_t i;

	for (i = 0; i < N_ELEM(arguments); i++)
		if (strncmp(pattern, arguments[i].name,
		    strlen(arguments[i].name)) == 0)
			return arguments[i].valid(value);
	return false;
}

/* Whether the path fits the route's pattern; fills the arguments. */
static bool
path_match(struct request *rq, const char *pattern)
{
	const char *p = rq->path;
	int n = 0;

	while (*pattern != '\0') {
		const char *end;
		size_t len;

		if (*pattern != '{') {
			if (*pattern++ != *p++)
				return false;
			continue;
		}
		end = strchr(pattern, '}') + 1;
		len = strcspn(p, "/.");
		rq->args[n] = arena_strndup(rq->arena, p, len);
		if (!argument_valid(pattern, rq->args[n++]))
			return false;
		p += len;
		pattern = end;
	}
	return *p == '\0';
}

static enum status
route_find(struct request *rq)
{
	const struct route *t = tables[rq->app->pool].v;
	size_t n = tables[rq->app->pool].n, i;
	bool path_known = false;

	for (i = 0; i < n; i++) {
		if (!path_match(rq, t[i].path) || ((t[i].flags & F_PSC) != 0 &&
		    !conf_bool(rq->app->conf, CONF_PSC)))
			continue;
		path_known = true;
		if (t[i].method == rq->method) {
			rq->route = &t[i];
			return ST_OK;
		}
	}
	return path_known ? ST_METHOD : ST_NOTFOUND;
}

static const char *const verbs[] = { "GET, HEAD", "POST", "PATCH", "-" };

const char *
routes_allow(struct request *rq)
{
	const struct route *t = tables[rq->app->pool].v;
	size_t n = tables[rq->app->pool].n, i;
	const char *out = NULL;

	for (i = 0; i < n; i++)
		if (path_match(rq, t[i].path) && ((t[i].flags & F_PSC) == 0 ||
		    conf_bool(rq->app->conf, CONF_PSC)))
			out = out == NULL ? verbs[t[i].method] :
			    arena_printf(rq->arena, "%s, %s", out,
			    verbs[t[i].method]);
	return out;
}

/* Whether one of the route's roles is held over the territory asked for. */
static bool
in_scope(const struct request *rq)
{
	const struct route *t = rq->route;
	const char *region = request_query(rq, "region");
	int r;

	if (t->scope == ACROSS || t->scope == IN_QUERY ||
	    (t->scope == IN_REGION && region == NULL))
		return true;
	for (r = 0; r < ROLE__MAX; r++) {
		if ((t->roles & R(r)) == 0)
			continue;
		/* Without a région only grants of France cover. */
		if (t->scope == IN_DEPARTEMENT ?
		    session_covers_departement(rq, (enum role)r, rq->args[0]) :
		    session_covers_region(rq, (enum role)r, t->scope ==
		    IN_FRANCE ? NULL : region))
			return true;
	}
	return false;
}

static enum status
access_check(struct request *rq, struct response *rs)
{
	const struct route *t = rq->route;

	if (t->roles == R_PUBLIC)
		return ST_OK;
	if (t->roles == R_FEED)
		return credential_bearer(rq) == NULL ? ST_SIGNIN : ST_OK;
	if (!rq->session.signed_in)
		return ST_SIGNIN;
	if (t->roles == R_SELF)
		return ST_OK;
	if (rq->session.roles == 0) {
		fault_set(&rq->fault, "no right in force");
		return response_error(rs, ST_DENIED, "Votre compte n’a aucun "
		    "droit en ce moment\u202f: aucun n’a commencé, ou tous sont "
		    "terminés. « Mon compte » dit lesquels sont à venir.");
	}
	if ((t->roles & rq->session.roles) == 0) {
		fault_set(&rq->fault, "role");
		return ST_DENIED;
	}
	if (!in_scope(rq)) {
		fault_set(&rq->fault, "scope");
		return ST_DENIED;
	}
	return ST_OK;
}

/* Where a session that waits for something is sent. */
static const struct { const char *path; unsigned flag; } steps[STEP__MAX] = {
	[STEP_SECOND]	  = { "/auth/code", F_SECOND },
	[STEP_PASSWORD]	  = { "/auth/mot-de-passe", F_PASSWORD },
	[STEP_CONDITIONS] = { "/auth/conditions", F_CONDITIONS },
};

bool
routes_open(const struct request *rq, const char *path)
{
	bool psc = conf_bool(rq->app->conf, CONF_PSC);
	size_t i;
	int p;

	for (p = 0; p < POOL__MAX; p++)
		for (i = 0; i < tables[p].n; i++) {
			const struct route *t = &tables[p].v[i];

			if (t->method == M_GET && strcmp(t->path, path) == 0 &&
			    (psc || (t->flags & F_PSC) == 0))
				return t->roles == R_PUBLIC ||
				    (t->roles & rq->session.roles) != 0;
		}
	return false;
}

enum status
routes_run(struct request *rq, struct response *rs, struct io *io)
{
	enum status st;

	bool machine;

	if ((st = route_find(rq)) != ST_OK)
		return st;
	if (rq->multipart && (rq->route->flags & F_UPLOAD) == 0) {
		fault_set(&rq->fault, "multipart: this page takes no file");
		return ST_INPUT;
	}
	machine = (rq->route->flags & F_MACHINE) != 0;
	if ((!machine && (st = session_check(rq)) != ST_OK) ||
	    (st = access_check(rq, rs)) != ST_OK)
		return st;
	if (rq->method != M_GET && !machine && (st = csrf_check(rq,
	    io_param(io, "HTTP_SEC_FETCH_SITE"),
	    io_param(io, "HTTP_ORIGIN"))) != ST_OK)
		return st;
	if (rq->session.step != STEP_DONE && (rq->route->flags &
	    (F_LOCKED_OUT_OK | steps[rq->session.step].flag)) == 0) {
		response_redirect(rs, response_way(rq,
		    steps[rq->session.step].path));
		return ST_OK;
	}
	return rq->route->run(rq, rs);
}

const struct route *
routes_of(enum pool pool, size_t *ret_n)
{
	*ret_n = tables[pool].n;
	return tables[pool].v;
}

static void
roles_print(FILE *out, unsigned roles)
{
	int r;

	if (roles == R_PUBLIC)
		(void)fputs(" public", out);
	if (roles == R_FEED)
		(void)fputs(" feed", out);
	for (r = 0; r < ROLE__MAX; r++)
		if (roles & R(r))
			(void)fprintf(out, " %s", role_name((enum role)r));
}

void
routes_print(FILE *out)
{
	static const char *const rules[] = { "across", "france",
		"departement", "region", "query" };
	size_t i;
	int p;

	for (p = 0; p < POOL__MAX; p++)
		for (i = 0; i < tables[p].n; i++) {
			const struct route *t = &tables[p].v[i];

			(void)fprintf(out, "%s %.*s %s %s %u", pool_name(
			    (enum pool)p), (int)strcspn(verbs[t->method], ","),
			    verbs[t->method], t->path, rules[t->scope],
			    t->queries);
			roles_print(out, t->roles);
			(void)fputc('\n', out);
		}
}
