#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "routes.h"

static const struct { const char *name, *label; } roles[ROLE__MAX] = {
	[ROLE_CLINICIAN]   = { "clinician", "Professionnel de santé" },
	[ROLE_BED_MANAGER] = { "bed_manager", "Resp. disponibilités" },
	[ROLE_EDITOR]	   = { "editor", "Référent" },
	[ROLE_DIRECTOR]	   = { "director", "Direction" },
	[ROLE_STEWARD]	   = { "steward", "Gestionnaire" },
	[ROLE_ANALYST]	   = { "analyst", "ARS" },
	[ROLE_ADMIN]	   = { "admin", "Administration" },
};

static const char *const scopes[SCOPE__MAX] = { "france", "region",
	"departement", "ej", "eg", "unit" };

const char *
role_name(enum role r)
{
	return roles[r].name;
}

const char *
role_label(enum role r)
{
	return roles[r].label;
}

void
random_hex(char *buf, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char c;
	size_t i;

	for (i = 0; i < n; i++) {
		if (getrandom(&c, 1, 0) != 1)
			abort();
		buf[2 * i] = digits[c >> 4];
		buf[2 * i + 1] = digits[c & 15];
	}
	buf[2 * n] = '\0';
}

void
random_base64url(char *buf, size_t n_chars)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char c;
	size_t i;

	for (i = 0; i < n_chars; i++) {
		if (getrandom(&c, 1, 0) != 1)
			abort();
		buf[i] = digits[c & 63];
	}
	buf[n_chars] = '\0';
}

/* "role:scope:code" */
static bool
grant_parse(char *text, struct grant *ret)
{
	char *scope = strchr(text, ':'), *code;
	int r, s;

	if (scope == NULL || (code = strchr(scope + 1, ':')) == NULL)
		return false;
	*scope++ = *code++ = '\0';
	for (r = 0; r < ROLE__MAX; r++)
		if (strcmp(roles[r].name, text) == 0)
			break;
	for (s = 0; s < SCOPE__MAX; s++)
		if (strcmp(scopes[s], scope) == 0)
			break;
	if (r == ROLE__MAX || s == SCOPE__MAX)
		return false;
	*ret = (struct grant){ (enum role)r, (enum scope)s, code };
	return true;
}

static void
session_fill(struct request *rq, const struct rows *r, const char *token)
{
	struct session *s = &rq->session;
	char **texts;
	size_t n, i;

	s->signed_in = true;
	s->token = token;
	s->account_id = row_int(r, 0, COL_session_get_account_id, 0);
	s->name = row_text(r, 0, COL_session_get_name);
	s->csrf = row_text(r, 0, COL_session_get_csrf);
	s->step = row_bool(r, 0, COL_session_get_second_due) ? STEP_SECOND :
	    row_bool(r, 0, COL_session_get_must_change) ? STEP_PASSWORD :
	    row_bool(r, 0, COL_session_get_conditions_due) ?
	    STEP_CONDITIONS : STEP_DONE;
	s->last_seen_utc = row_instant(r, 0, COL_session_get_last_seen_at, 0);
	n = row_array(rq->arena, r, 0, COL_session_get_grants, &texts);
	s->grants = ARENA_ARRAY(rq->arena, n, struct grant);
	for (i = 0; i < n; i++)
		if (grant_parse(texts[i], &s->grants[s->n_grants]))
			s->roles |= R(s->grants[s->n_grants++].role);
}

static bool
token_valid(const char *t)
{
	return t != NULL && strlen(t) == SESSION_TOKEN_HEX &&
	    strspn(t, "0123456789abcdef") == SESSION_TOKEN_HEX;
}

enum status
session_check(struct request *rq)
{
	const struct conf *c = rq->app->conf;
	const char *token = request_cookie(rq, SESSION_COOKIE);
	struct snapshot *copy = (rq->route->flags & F_SNAPSHOT) == 0 ? NULL :
	    &rq->app->snapshot;
	struct rows r[2];
	enum status st;

	if (!token_valid(token))
		return ST_OK;
	db_queue(rq->db, Q_session_get, DB_ARGS(token,
	    instant_sql(rq->arena, rq->now),
	    conf_text(c, CONF_SESSION_IDLE_S),
	    conf_text(c, CONF_SESSION_MAX_S)));
	if (copy != NULL)
		snapshot_queue(copy, rq->db);
	if ((st = db_flush(rq->db, r, copy == NULL ? 1 : 2)) != ST_OK)
		return st;
	if (r[0].n == 1)
		session_fill(rq, &r[0], token);
	return copy == NULL ? ST_OK : snapshot_apply(copy, rq->db, &r[1]);
}

void
session_touch(struct request *rq)
{
	struct rows r;

	if (!rq->session.signed_in || rq->background ||
	    rq->now - rq->session.last_seen_utc < 60)
		return;
	/* Failing to renew is no failure of a page already sent. */
	(void)!db_write(rq->db, Q_session_touch, DB_ARGS(rq->session.token,
	    instant_sql(rq->arena, rq->now)), &r);
}

bool
session_has(const struct session *s, enum role r)
{
	return (s->roles & R(r)) != 0;
}

/* Whether a grant of the role covers the territory; region may be NULL. */
static bool
covers(const struct session *s, enum role role, const char *departement,
    const char *region)
{
	size_t i;

	for (i = 0; i < s->n_grants; i++) {
		const struct grant *g = &s->grants[i];

		if (g->role != role)
			continue;
		if (g->scope == SCOPE_FRANCE ||
		    (g->scope == SCOPE_REGION && region != NULL &&
		    strcmp(g->code, region) == 0) ||
		    (g->scope == SCOPE_DEPARTEMENT && departement != NULL &&
		    strcmp(g->code, departement) == 0))
			return true;
	}
	return false;
}

bool
session_covers_departement(const struct request *rq, enum role role,
    const char *departement)
{
	const struct departement *d = geography_departement(&rq->app->geo,
	    departement);

	return d != NULL && covers(&rq->session, role, d->code,
	    d->region_code);
}

bool
session_covers_region(const struct request *rq, enum role role,
    const char *region)
{
	return covers(&rq->session, role, NULL, region);
}

enum status
csrf_check(struct request *rq, const char *site, const char *origin)
{
	const char *token;

	if (site != NULL) {
		if (strcmp(site, "same-origin") != 0) {
			fault_set(&rq->fault, "csrf: Sec-Fetch-Site");
			return ST_DENIED;
		}
	} else if (origin == NULL || strcmp(origin,
	    conf_text(rq->app->conf, CONF_PUBLIC_URL)) != 0) {
		fault_set(&rq->fault, "csrf: Origin");
		return ST_DENIED;
	}
	if (!rq->session.signed_in || (rq->route->flags & F_NO_TOKEN) != 0)
		return ST_OK;
	token = request_form(rq, "jeton");
	if (token == NULL || !str_equal_secret(rq->session.csrf, token)) {
		fault_set(&rq->fault, "csrf: jeton");
		return ST_DENIED;
	}
	return ST_OK;
}
