/* batch.c - POST /fhir: a Bundle of type batch, a whole establishment at once.
 *
 * Each entry is a PATCH of a Location and has its own result; one that fails
 * undoes none of the others.  All of them are one call of cap.feed_save().
 */
#include <string.h>

#include "api/feed_answer.h"
#include "api/location.h"
#include "fields.h"
#include "handlers.h"

enum { OPS_IN_ALL_MAX = 2000, URL_FIELDS_MAX = 4 };

struct entry {
	struct patch		*patch;
	struct feed_request	 request;
	struct feed_answer	 answer;
};

static const char *
text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* "Location?identifier=…" */
static void
url_read(struct request *rq, const char *url, struct entry *e)
{
	static const char base[] = "Location?";
	struct fields f;

	if (url != NULL && url[0] == '/')
		url++;
	if (url == NULL || strncmp(url, base, sizeof(base) - 1) != 0) {
		patch_issue(e->patch, 404, "not-found", "Seule l'adresse "
		    "Location?identifier=… est possible", NULL);
		return;
	}
	url += sizeof(base) - 1;
	if (fields_parse(rq->arena, url, strlen(url), URL_FIELDS_MAX,
	    &(struct fault){ "" }, &f) != ST_OK) {
		patch_issue(e->patch, 400, "invalid", "Adresse mal codée",
		    NULL);
		return;
	}
	(void)feed_identifier(rq->arena, fields_get(&f, "identifier"),
	    e->patch, &e->request);
}

static void
entry_read(struct request *rq, const json_t *json, struct entry *e)
{
	const json_t *q = json_object_get(json, "request");
	const char *method = text_of(q, "method");

	e->patch = ARENA_NEW(rq->arena, struct patch);
	if (method == NULL || strcmp(method, "PATCH") != 0) {
		patch_issue(e->patch, method == NULL ? 400 : 405,
		    "not-supported", "Seule la méthode PATCH est possible",
		    NULL);
		return;
	}
	patch_read(rq->arena, json_object_get(json, "resource"), e->patch);
	if (e->patch->http == 0)
		url_read(rq, text_of(q, "url"), e);
	e->request.version = feed_if_match(text_of(q, "ifMatch"));
	e->request.v = e->patch->v;
	e->request.n = e->patch->n;
}

/* Send what can be sent.  ret_all: of the first, and feed_outcome_all() of it
 * is of all. */
static enum status
entries_save(struct request *rq, struct entry *v, size_t n,
    struct feed_client *client, struct feed_result *ret_all)
{
	struct feed_request *q = ARENA_ARRAY(rq->arena, n, struct feed_request);
	struct feed_result *r = ARENA_ARRAY(rq->arena, n, struct feed_result);
	struct entry **of = ARENA_ARRAY(rq->arena, n, struct entry *);
	enum status st;
	size_t n_ready = 0, i;

	for (i = 0; i < n; i++) {
		if (v[i].patch->http != 0)
			continue;
		of[n_ready] = &v[i];
		q[n_ready++] = v[i].request;
	}
	/* Also with nothing to write: a token that is over must be told. */
	if ((st = feed_save(rq->db, client, q, n_ready, r)) != ST_OK)
		return st;
	*ret_all = r[0];
	if (feed_outcome_all(r[0].outcome))
		return ST_OK;
	for (i = 0; i < n_ready; i++)
		feed_answer(rq->arena, &q[i], &r[i], &of[i]->answer);
	for (i = 0; i < n; i++) {
		if (v[i].patch->http == 0)
			continue;
		v[i].answer = (struct feed_answer){ .http = v[i].patch->http,
		    .n_issues = v[i].patch->n_issues };
		memcpy(v[i].answer.issue, v[i].patch->issue,
		    sizeof(v[i].answer.issue));
	}
	return ST_OK;
}

static const char *
status_line(int http)
{
	static const struct { int http; const char *text; } lines[] = {
		{ 200, "200 OK" }, { 400, "400 Bad Request" },
		{ 403, "403 Forbidden" }, { 404, "404 Not Found" },
		{ 405, "405 Method Not Allowed" },
		{ 412, "412 Precondition Failed" },
		{ 413, "413 Payload Too Large" },
		{ 422, "422 Unprocessable Entity" },
	};
	size_t i;

	for (i = 0; i < N_ELEM(lines); i++)
		if (lines[i].http == http)
			return lines[i].text;
	return "500 Internal Server Error";
}

static void
entry_write(struct request *rq, struct str *s, const struct entry *e)
{
	const struct feed_answer *x = &e->answer;

	str_addf(s, "{\"response\":{\"status\":\"%s\"", status_line(x->http));
	if (x->done)
		str_addf(s, ",\"etag\":\"W/\\\"%lld\\\"\","
		    "\"lastModified\":\"%s\"", (long long)x->version,
		    instant_iso(rq->arena, rq->app->paris, x->touched_utc));
	str_add(s, ",\"outcome\":");
	outcome_add(s, x->http, x->issue, x->n_issues);
	str_add(s, "}}");
}

static void
refuse(struct request *rq, struct response *rs, int http, const char *code,
    const char *text)
{
	fault_set(&rq->fault, "batch: %s: %s", code, text);
	outcome_write(rs, http, &(struct outcome_issue){ code, text, NULL },
	    1);
}

/* The entries of a Bundle that can be looked at; NULL: refused. */
static const json_t *
bundle_entries(struct request *rq, struct response *rs, const json_t *root)
{
	const char *kind = text_of(root, "resourceType");
	const char *type = text_of(root, "type");
	const json_t *list = json_object_get(root, "entry");
	size_t n = json_array_size(list);

	if (kind == NULL || strcmp(kind, "Bundle") != 0 || n == 0) {
		refuse(rq, rs, 400, "structure", "Le contenu attendu est un "
		    "Bundle avec au moins une entrée");
		return NULL;
	}
	if (type == NULL || strcmp(type, "batch") != 0) {
		refuse(rq, rs, 422, "not-supported", "Seuls les Bundle de "
		    "type batch sont acceptés");
		return NULL;
	}
	if (n > FEED_REQUESTS_MAX) {
		refuse(rq, rs, 413, "too-costly", "Trop d'entrées : 500 au "
		    "plus par Bundle");
		return NULL;
	}
	return list;
}

static void
batch_write(struct request *rq, struct response *rs, const struct entry *v,
    size_t n)
{
	size_t bad = 0, i;

	rs->type = FHIR_JSON;
	str_add(rs->body, "{\"resourceType\":\"Bundle\","
	    "\"type\":\"batch-response\",\"entry\":[");
	for (i = 0; i < n; i++) {
		if (i > 0)
			str_addc(rs->body, ',');
		entry_write(rq, rs->body, &v[i]);
		bad += !v[i].answer.done;
	}
	str_add(rs->body, "]}\n");
	if (bad > 0)
		fault_set(&rq->fault, "batch: %zu of %zu entries refused", bad,
		    n);
}

enum status
api_batch(struct request *rq, struct response *rs)
{
	const json_t *root = api_body(rq, rs), *list;
	struct feed_result all;
	struct feed_client client;
	struct feed_answer out;
	struct entry *v;
	enum status st;
	size_t n, n_ops = 0, i;

	api_client(rq, &client);
	if (root == NULL || (list = bundle_entries(rq, rs, root)) == NULL)
		return ST_OK;
	n = json_array_size(list);
	v = ARENA_ARRAY(rq->arena, n, struct entry);
	for (i = 0; i < n; i++) {
		entry_read(rq, json_array_get(list, i), &v[i]);
		n_ops += v[i].patch->n;
	}
	if (n_ops > OPS_IN_ALL_MAX) {
		refuse(rq, rs, 413, "too-costly", "Trop d'opérations : 2000 "
		    "au plus par Bundle");
		return ST_OK;
	}
	if ((st = entries_save(rq, v, n, &client, &all)) != ST_OK)
		return st;
	if (!feed_outcome_all(all.outcome)) {
		batch_write(rq, rs, v, n);
		return ST_OK;
	}
	feed_answer(rq->arena, NULL, &all, &out);
	rs->challenge = all.outcome == FEED_TOKEN ? BEARER_INVALID : NULL;
	refuse(rq, rs, out.http, out.issue[0].code, out.issue[0].diagnostics);
	return ST_OK;
}
