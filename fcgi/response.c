#include "response.h"

#include <string.h>

#include "base/log.h"
#include "local_path.h"
#include "metrics.h"
#include "outcome.h"
#include "page.h"
#include "routes.h"

#define KEYS(X) LAYOUT_KEYS(X) X(message) X(request_id) X(signin)	\
	X(has_resume) X(resume) X(resume_name) X(resume_value)
TMPL_KEYS(error_keys, KEYS);

#define ERROR_SPEC(name)						\
	const struct page_spec page_spec_error_##name = {		\
	    .file = "errors/" #name ".html", .keys = error_keys,	\
	    .n_keys = K__MAX }
ERROR_SPEC(input);
ERROR_SPEC(signin);
ERROR_SPEC(denied);
ERROR_SPEC(notfound);
ERROR_SPEC(method);
ERROR_SPEC(conflict);
ERROR_SPEC(limit);
ERROR_SPEC(rate);
ERROR_SPEC(busy);
ERROR_SPEC(directory);

#define BUSY	503, LVL_ERR, PAGE_error_busy, \
	"Service momentanément indisponible"

/* The one place where a status becomes an answer. */
static const struct outcome {
	int		 http;
	enum level	 level;
	enum page_id	 page;
	const char	*title;
} outcomes[ST__MAX] = {
	[ST_OK]	      = { 200, LVL_INFO, PAGE__MAX, "" },
	[ST_INPUT]    = { 400, LVL_NOTICE, PAGE_error_input,
			  "Demande incomprise" },
	[ST_SIGNIN]   = { 401, LVL_INFO, PAGE_error_signin,
			  "Connexion nécessaire" },
	[ST_DENIED]   = { 403, LVL_NOTICE, PAGE_error_denied,
			  "Accès refusé" },
	[ST_NOTFOUND] = { 404, LVL_INFO, PAGE_error_notfound,
			  "Page introuvable" },
	[ST_METHOD]   = { 405, LVL_NOTICE, PAGE_error_method,
			  "Action impossible à cette adresse" },
	[ST_CONFLICT] = { 409, LVL_INFO, PAGE_error_conflict,
			  "Modification simultanée" },
	[ST_LIMIT]    = { 413, LVL_NOTICE, PAGE_error_limit,
			  "Envoi trop volumineux" },
	[ST_RATE]     = { 429, LVL_NOTICE, PAGE_error_rate,
			  "Trop de demandes" },
	[ST_BUSY]     = { BUSY },
	[ST_DB]	      = { BUSY },
	[ST_LDAP]     = { 503, LVL_ERR, PAGE_error_directory,
			  "Connexion momentanément impossible" },
	[ST_IO]	      = { BUSY },
};

int
status_http(enum status st)
{
	return outcomes[st].http;
}

void
response_redirect(struct response *rs, const char *path)
{
	rs->http = 303;
	rs->location = path;
}

void
response_cookie(struct response *rs, const char *c)
{
	if (rs->n_cookies < RESPONSE_COOKIES_MAX)
		rs->cookies[rs->n_cookies++] = c;
}

void
response_json(struct response *rs, const char *text)
{
	rs->type = "application/json";
	str_add(rs->body, text);
}

void
response_file(struct response *rs, const char *type, const char *name)
{
	rs->type = type;
	rs->download = name;
}

enum status
response_error(struct response *rs, enum status st, const char *message)
{
	rs->message = message;
	return st;
}

const char *
response_way(struct request *rq, const char *first)
{
	const char *form = request_form(rq, "retour");
	const char *back = local_path(rq->method == M_GET ? rq->path : form,
	    "/");
	const char *out = first;
	struct str s;

	str_init(&s, 16 * 1024);
	str_add(&s, first);
	str_add(&s, "?retour=");
	str_add_url(&s, back);
	if (rq->method == M_GET && rq->query_string[0] != '\0') {
		str_add_url(&s, "?");
		str_add_url(&s, rq->query_string);
	}
	if (str_ok(&s))
		out = arena_strdup(rq->arena, s.data);
	str_free(&s);
	return out;
}

static void
error_json(struct request *rq, struct response *rs, enum status st)
{
	const char *p = rs->message == NULL ? outcomes[st].title : rs->message;

	str_add(rs->body, "{\"error\":\"");
	for (; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			str_addc(rs->body, '\\');
		if ((unsigned char)*p >= 0x20)
			str_addc(rs->body, *p);
	}
	str_addf(rs->body, "\",\"id\":\"%s\"", rq->id);
	/* Percent-encoded: no quote to escape. */
	if (st == ST_SIGNIN)
		str_addf(rs->body, ",\"signin\":\"%s\"", response_way(rq, "/connexion"));
	str_add(rs->body, "}\n");
	rs->type = "application/json";
}

static void
resume_row(struct view *v, size_t i, const void *data)
{
	const struct field *f = (const struct field *)data + i;

	view_text(v, K_resume_name, f->name);
	view_text(v, K_resume_value, f->value);
}

/* What was typed on the entry board when the session was over: the page keeps
 * it until somebody signed in again (docs/adr/0050). */
static void
show_resume(struct request *rq, struct view *v)
{
	struct field *f = ARENA_ARRAY(rq->arena, rq->form.n, struct field);
	size_t n = 0, i;

	if (strcmp(rq->path, "/capacitaire") != 0 &&
	    strcmp(rq->path, "/capacitaire/reprise") != 0)
		return;
	for (i = 0; i < rq->form.n; i++)
		if (strcmp(rq->form.v[i].name, "jeton") != 0)
			f[n++] = rq->form.v[i];
	view_flag(v, K_has_resume, n > 0);
	view_list(v, K_resume, n, resume_row, f);
}

static void
error_page(struct request *rq, struct response *rs, enum status st)
{
	struct view *v = page_begin(rq, outcomes[st].title, NAV_NONE);

	view_text(v, K_message, rs->message);
	view_text(v, K_request_id, rq->id);
	view_text(v, K_signin, response_way(rq, "/connexion"));
	if (st == ST_SIGNIN && rq->method == M_POST)
		show_resume(rq, v);
	if (page_end(rq, rs, outcomes[st].page, v) != ST_OK)
		str_reset(rs->body);
}

static void
fill_error(struct request *rq, struct response *rs, enum status st)
{
	str_reset(rs->body);
	rs->type = rs->etag = rs->download = rs->location = NULL;
	rs->modified = NULL;
	rs->http = outcomes[st].http;
	if (rs->http == 503)
		rs->retry_after = "5";
	if (st == ST_SIGNIN && rq->app->pool == POOL_API) {
		rs->challenge = "Bearer realm=\"ror\"";
		rs->message = "Jeton d’accès nécessaire (Authorization: "
		    "Bearer)";
	}
	if (rq->app->pool == POOL_API)
		outcome_write(rs, rs->http, &(struct outcome_issue){
		    .code = outcome_code(rs->http), .diagnostics =
		    rs->message == NULL ? outcomes[st].title : rs->message },
		    1);
	else if (rq->wants_json)
		error_json(rq, rs, st);
	else if (st == ST_SIGNIN && rq->method == M_GET)
		response_redirect(rs, response_way(rq, "/connexion"));
	else
		error_page(rq, rs, st);
}

static void
add_headers(struct request *rq, struct response *rs, struct str *h)
{
	size_t i;

	str_addf(h, "Status: %d\r\n", rs->http);
	if (rs->http != 304)
		str_addf(h, "Content-Type: %s%s\r\n", rs->type == NULL ?
		    "text/html" : rs->type, rs->type == NULL ||
		    strncmp(rs->type, "text/", 5) == 0 ?
		    "; charset=utf-8" : "");
	str_addf(h, "X-Request-Id: %s\r\n", rq->id);
	if (rq->route != NULL && rq->route->max_age_s > 0 && rs->http < 400)
		str_addf(h, "Cache-Control: private, max-age=%d\r\n",
		    rq->route->max_age_s);
	else
		str_add(h, rs->etag != NULL && rs->http < 400 ?
		    "Cache-Control: private, no-cache\r\n" :
		    "Cache-Control: no-store\r\n");
	if (rs->etag != NULL)
		str_addf(h, "ETag: %s\r\n", rs->etag);
	if (rs->modified != NULL)
		str_addf(h, "Last-Modified: %s\r\n", rs->modified);
	if (rs->challenge != NULL)
		str_addf(h, "WWW-Authenticate: %s\r\n", rs->challenge);
	if (rs->http == 405 && rq->route == NULL)
		str_addf(h, "Allow: %s\r\n", routes_allow(rq));
	if (rs->location != NULL)
		str_addf(h, "Location: %s\r\n", rs->location);
	if (rs->download != NULL)
		str_addf(h, "Content-Disposition: attachment; "
		    "filename=\"%s\"\r\n", rs->download);
	if (rs->retry_after != NULL)
		str_addf(h, "Retry-After: %s\r\n", rs->retry_after);
	/* nginx puts it into the policy (nginx/headers.conf). */
	if (rs->form_action != NULL)
		str_addf(h, "X-Form-Action: %s\r\n", rs->form_action);
	for (i = 0; i < rs->n_cookies; i++)
		str_addf(h, "Set-Cookie: %s\r\n", rs->cookies[i]);
	str_addf(h, "Content-Length: %zu\r\n\r\n", rs->body->len);
}

static void
log_request(struct request *rq, struct response *rs, enum status st,
    int64_t elapsed_us)
{
	char why[600] = "";

	if (rq->fault.text[0] == '\0' && rq->db->fault.text[0] != '\0')
		rq->fault = rq->db->fault;
	if (rq->fault.text[0] != '\0')
		(void)log_quote(why, sizeof(why), rq->fault.text);
	log_line(outcomes[st].level, "id=%s pool=%s method=%s route=%s "
	    "status=%d ms=%.1f db_ms=%.1f queries=%u bytes=%zu%s%s", rq->id,
	    pool_name(rq->app->pool), rq->method == M_GET ? "GET" :
	    rq->method == M_POST ? "POST" : rq->method == M_PATCH ? "PATCH" :
	    "other", rq->route == NULL ? "-" :
	    rq->route->path, rs->http, (double)elapsed_us / 1000,
	    (double)rq->db->spent_us / 1000, rq->db->n_statements,
	    rs->body->len, why[0] == '\0' ? "" : " why=", why);
}

void
response_send(struct request *rq, struct response *rs, struct io *io,
    enum status st, int64_t elapsed_us)
{
	struct str h;

	if (st == ST_OK && !str_ok(rs->body))
		st = ST_LIMIT;
	if (st != ST_OK)
		fill_error(rq, rs, st);
	else if (rs->http == 0)
		rs->http = 200;
	if (rq->method == M_GET && rs->http == 200 && rs->etag != NULL && rq->if_none_match != NULL &&
	    strcmp(rs->etag, rq->if_none_match) == 0) {
		rs->http = 304;
		str_reset(rs->body);
	}
	str_init(&h, 16 * 1024);
	add_headers(rq, rs, &h);
	if (str_ok(&h) && io_write(io, h.data, h.len) && !rq->head &&
	    rs->body->len > 0)
		(void)io_write(io, rs->body->data, rs->body->len);
	str_free(&h);
	io_finish(io);
	metrics_count(rq->route, rs->http, elapsed_us);
	log_request(rq, rs, st, elapsed_us);
}
