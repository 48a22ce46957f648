/* home.c - the first page after signing in, and three small answers. */
#include <string.h>

#include "base/french.h"
#include "handlers.h"
#include "local_path.h"
#include "page.h"

#define KEYS(X) LAYOUT_KEYS(X) X(today) X(alert) X(alert_kind) X(stale)	\
	X(name) X(site) X(href) X(at_iso) X(at_title) X(age) X(level)
PAGE_SPEC(home, "home.html", KEYS);

enum status
page_root(struct request *rq, struct response *rs)
{
	response_redirect(rs, session_has(&rq->session, ROLE_BED_MANAGER) ?
	    "/capacitaire/lits" : "/accueil");
	return ST_OK;
}

enum status
page_home(struct request *rq, struct response *rs)
{
	struct view *v = page_begin(rq, "Accueil", NAV_HOME);

	view_text(v, K_today, fr_instant_long(rq->arena, rq->app->paris,
	    rq->now));
	return page_end(rq, rs, PAGE_home, v);
}

enum status
page_theme(struct request *rq, struct response *rs)
{
	const char *theme = request_form(rq, "theme");

	if (theme == NULL || (strcmp(theme, "light") != 0 &&
	    strcmp(theme, "dark") != 0))
		theme = rq->theme != NULL && strcmp(rq->theme, "dark") == 0 ?
		    "light" : "dark";
	response_cookie(rs, arena_printf(rq->arena, "theme=%s; Path=/; "
	    "Max-Age=31536000; SameSite=Lax; Secure", theme));
	response_redirect(rs, local_path(request_form(rq, "retour"),
	    "/accueil"));
	return ST_OK;
}

/* For the load balancer: this worker and its database answer. */
enum status
page_health(struct request *rq, struct response *rs)
{
	struct rows r;
	enum status st;

	if ((st = db_run(rq->db, Q_health, DB_NONE, &r)) != ST_OK)
		return st;
	response_json(rs, "{\"status\":\"ok\"}\n");
	return ST_OK;
}
