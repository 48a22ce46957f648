#include "oidc/token.h"

#include <cjose/base64.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void
json_drop(void *json)
{
	json_decref(json);
}

static struct json_t *
json_keep(struct arena *a, json_t *json)
{
	if (json == NULL)
		return NULL;
	arena_defer(a, json_drop, json);
	return json_is_object(json) ? json : NULL;
}

struct json_t *
token_json(struct arena *a, const char *text, size_t n)
{
	return json_keep(a, json_loadb(text, n, 0, NULL));
}

/* One part between the dots: base64url without padding, an object. */
static struct json_t *
part_read(struct arena *a, const char *part, size_t n, size_t flags)
{
	uint8_t *bytes = NULL;
	size_t n_bytes = 0;
	json_t *json;

	if (n == 0 || n % 4 == 1 || strspn(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_") != n ||
	    !cjose_base64url_decode(part, n, &bytes, &n_bytes, NULL))
		return NULL;
	json = json_loadb((const char *)bytes, n_bytes, flags, NULL);
	free(bytes);
	return json_keep(a, json);
}

static enum oidc_reason
header_check(const json_t *header, struct token *ret)
{
	static const char *const brought[] = { "jwk", "jku", "x5u" };
	const char *alg = json_string_value(json_object_get(header, "alg"));
	const char *kid = json_string_value(json_object_get(header, "kid"));
	size_t i;

	if (alg == NULL || strcmp(alg, "RS256") != 0)
		return OIDC_ALG;
	if (json_object_get(header, "crit") != NULL)
		return OIDC_CRIT;
	for (i = 0; i < N_ELEM(brought); i++)
		if (json_object_get(header, brought[i]) != NULL)
			return OIDC_EMBEDDED;
	if (kid == NULL || kid[0] == '\0')
		return OIDC_NO_KID;
	ret->kid = kid;
	return OIDC_OK;
}

enum oidc_reason
token_read(struct arena *a, const char *compact, struct token *ret)
{
	struct token t = { .compact = compact,
	    .n = strnlen(compact, TOKEN_BYTES_MAX + 1) };
	const char *dot, *second;
	json_t *header;
	enum oidc_reason why;

	if (t.n > TOKEN_BYTES_MAX || (dot = strchr(compact, '.')) == NULL ||
	    (second = strchr(dot + 1, '.')) == NULL ||
	    strchr(second + 1, '.') != NULL)
		return OIDC_SHAPE;
	/* Here a key that comes twice is a trick: two readers, two headers. */
	header = part_read(a, compact, (size_t)(dot - compact),
	    JSON_REJECT_DUPLICATES);
	if (header == NULL)
		return OIDC_SHAPE;
	if ((why = header_check(header, &t)) != OIDC_OK)
		return why;
	t.claims = part_read(a, dot + 1, (size_t)(second - dot - 1), 0);
	if (t.claims == NULL)
		return OIDC_SHAPE;
	*ret = t;
	return OIDC_OK;
}
