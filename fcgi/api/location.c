/* location.c - PATCH /fhir/Location?identifier=… and /fhir/Location/{place}: a
 * feed says what it counts. */
#include <string.h>

#include "api/feed_answer.h"
#include "api/location.h"
#include "credential.h"
#include "handlers.h"

bool
api_content_known(const struct request *rq)
{
	static const char *const types[] = { FHIR_JSON, "application/json" };
	size_t i;

	for (i = 0; i < N_ELEM(types); i++) {
		size_t n = strlen(types[i]);

		if (strncasecmp(rq->content_type, types[i], n) == 0 &&
		    strchr("; ", rq->content_type[n]) != NULL)
			return true;
	}
	return false;
}

static enum status
send_issue(struct response *rs, int http, const char *code, const char *text)
{
	outcome_write(rs, http, &(struct outcome_issue){ code, text, NULL },
	    1);
	return ST_OK;
}

json_t *
api_body(struct request *rq, struct response *rs)
{
	json_t *root;

	if (!api_content_known(rq)) {
		(void)send_issue(rs, 415, "not-supported", "Types de contenu "
		    "acceptés : application/fhir+json, application/json");
		return NULL;
	}
	root = json_read(rq->arena, rq->body == NULL ? "" : rq->body,
	    rq->body_n, &rq->fault);
	if (root == NULL)
		(void)send_issue(rs, 400, "structure", arena_printf(rq->arena,
		    "JSON illisible (%s)", rq->fault.text));
	return root;
}

void
api_client(struct request *rq, struct feed_client *ret)
{
	*ret = (struct feed_client){ .token = credential_bearer(rq),
	    .certificate = credential_certificate(rq) };
}

/* Why not, and whose request it was, for the log. */
static void
note(struct request *rq, const struct feed_client *c,
    const struct outcome_issue *issue)
{
	fault_set(&rq->fault, "feed %s: %s: %.300s", c->name == NULL ? "-" :
	    c->name, issue->code, issue->diagnostics);
}

enum status
api_location(struct request *rq, struct response *rs)
{
	struct feed_request q = { .version = feed_if_match(rq->if_match) };
	struct feed_client client;
	struct feed_result r;
	struct feed_answer out;
	struct patch *p = ARENA_NEW(rq->arena, struct patch);
	json_t *root = api_body(rq, rs);
	enum status st;

	api_client(rq, &client);
	if (root == NULL)
		return ST_OK;
	patch_read(rq->arena, root, p);
	/* No code has a slash: « /l12 » is a place by its number. */
	if (p->http == 0 && request_arg(rq, 0) != NULL)
		q.place = arena_printf(rq->arena, "/%s", request_arg(rq, 0));
	else if (p->http == 0)
		(void)feed_identifier(rq->arena, request_query(rq,
		    "identifier"), p, &q);
	if (p->http != 0) {
		note(rq, &client, &p->issue[0]);
		outcome_write(rs, p->http, p->issue, p->n_issues);
		return ST_OK;
	}
	q.v = p->v;
	q.n = p->n;
	if ((st = feed_save(rq->db, &client, &q, 1, &r)) != ST_OK)
		return st;
	feed_answer(rq->arena, &q, &r, &out);
	if (r.outcome != FEED_OK)
		note(rq, &client, &out.issue[0]);
	if (r.outcome == FEED_TOKEN)
		rs->challenge = BEARER_INVALID;
	if (out.done) {
		rs->etag = feed_etag(rq->arena, out.version);
		rs->modified = instant_http(rq->arena, out.touched_utc);
	}
	outcome_write(rs, out.http, out.issue, out.n_issues);
	return ST_OK;
}
