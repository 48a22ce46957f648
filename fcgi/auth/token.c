/* token.c - POST /auth/token: OAuth2 client credentials for feeds (RFC 6749,
 * 4.4; a certificate alone: RFC 8705, 2.1).
 *
 * The client is known by Basic, by fields of the body, or by the certificate
 * that nginx verified.  Every refusal is audited where it is decided, in
 * auth.feed_sign_in().
 */
#include <string.h>

#include "credential.h"
#include "handlers.h"

enum { SCOPES_MAX = 64, NAME_MAX_BYTES = 63, SECRET_MAX_BYTES = 256 };

struct client {
	const char	*name;
	const char	*secret;	/* NULL: none was given */
	bool		 basic;
};

static enum status
answer(struct response *rs, int http, const char *text)
{
	rs->http = http;
	response_json(rs, text);
	return ST_OK;
}

/* error: a code of RFC 6749, 5.2. */
static enum status
refuse(struct request *rq, struct response *rs, int http, const char *error,
    const char *description)
{
	fault_set(&rq->fault, "token: %s: %s", error, description);
	if (http == 401)
		rs->challenge = "Basic realm=\"ror\"";
	return answer(rs, http, arena_printf(rq->arena, "{\"error\":\"%s\","
	    "\"error_description\":\"%s\"}\n", error, description));
}

/* False: none, two ways at once, or too long. */
static bool
client_read(struct request *rq, struct client *ret)
{
	const char *id = request_form(rq, "client_id");
	struct client c = { .name = id,
	    .secret = request_form(rq, "client_secret") };
	const char *name, *secret;

	if (credential_basic(rq, &name, &secret)) {
		if (c.secret != NULL || (id != NULL && strcmp(id, name) != 0))
			return false;
		c = (struct client){ name, secret, true };
	} else if (rq->authorization != NULL) {
		return false;
	}
	if (c.name == NULL || strlen(c.name) > NAME_MAX_BYTES ||
	    (c.secret != NULL && strlen(c.secret) > SECRET_MAX_BYTES))
		return false;
	*ret = c;
	return true;
}

/* The sites asked for, as an array of the database; NULL: none in particular. */
static const char *
scope_array(struct arena *a, const char *text)
{
	const char *v[SCOPES_MAX];
	size_t n = 0;

	if (text == NULL)
		return "{}";
	for (text += strspn(text, " "); *text != '\0' && n < SCOPES_MAX;
	    text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");

		v[n++] = arena_strndup(a, text, len);
		text += len;
	}
	return db_text_array(a, v, n);
}

static enum status
sign_in(struct request *rq, struct response *rs, const struct client *c)
{
	const char *scope = request_form(rq, "scope");
	char token[ACCESS_TOKEN_HEX + 1];
	const char *outcome;
	struct rows r;
	enum status st;

	random_hex(token, ACCESS_TOKEN_HEX / 2);
	if ((st = db_write(rq->db, Q_feed_sign_in, DB_ARGS(c->name, c->secret,
	    credential_certificate(rq), scope_array(rq->arena,
	    scope), token, request_inet(rq)), &r)) != ST_OK)
		return st;
	outcome = row_text(&r, 0, COL_feed_sign_in_outcome);
	if (strcmp(outcome, "scope") == 0)
		return refuse(rq, rs, 400, "invalid_scope", "Un des "
		    "établissements demandés n’est pas déclaré pour cette "
		    "remontée.");
	if (strcmp(outcome, "suspended") == 0)
		return refuse(rq, rs, 401, "invalid_client", "Cette remontée "
		    "est suspendue.");
	if (strcmp(outcome, "ok") != 0)
		return refuse(rq, rs, 401, "invalid_client", "Identifiant, "
		    "secret ou certificat incorrect.");
	scope = row_text(&r, 0, COL_feed_sign_in_scope);
	return answer(rs, 200, arena_printf(rq->arena, "{\"access_token\":"
	    "\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%lld,"
	    "\"scope\":\"%s\"}\n", token, (long long)row_int(&r, 0,
	    COL_feed_sign_in_expires_s, 0), scope == NULL ? "" : scope));
}

enum status
auth_token(struct request *rq, struct response *rs)
{
	const char *grant = request_form(rq, "grant_type");
	struct client c;

	if (grant == NULL)
		return refuse(rq, rs, 400, "invalid_request", "grant_type est "
		    "attendu, en application/x-www-form-urlencoded.");
	if (strcmp(grant, "client_credentials") != 0)
		return refuse(rq, rs, 400, "unsupported_grant_type", "Seul "
		    "client_credentials est possible.");
	if (!client_read(rq, &c))
		return refuse(rq, rs, 401, "invalid_client", "Un identifiant "
		    "et un secret sont attendus, d’une seule façon.");
	return sign_in(rq, rs, &c);
}
