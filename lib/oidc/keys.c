#include "oidc/keys.h"

#include <cjose/jwk.h>
#include <cjose/jws.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void
key_drop(void *jwk)
{
	(void)cjose_jwk_release(jwk);
}

static const char *
text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* Absent, or exactly this. */
static bool
absent_or(const json_t *key, const char *name, const char *want)
{
	const json_t *v = json_object_get(key, name);

	return v == NULL || (json_is_string(v) &&
	    strcmp(json_string_value(v), want) == 0);
}

static bool
usable(const json_t *key)
{
	const char *kty = text(key, "kty"), *kid = text(key, "kid");

	return kty != NULL && strcmp(kty, "RSA") == 0 && kid != NULL &&
	    kid[0] != '\0' && absent_or(key, "use", "sig") &&
	    absent_or(key, "alg", "RS256");
}

static void
key_add(struct arena *a, const json_t *key, struct keys *ks)
{
	char *dump = json_dumps(key, JSON_COMPACT);
	cjose_jwk_t *jwk = dump == NULL ? NULL :
	    cjose_jwk_import(dump, strlen(dump), NULL);

	free(dump);
	if (jwk == NULL)
		return;
	arena_defer(a, key_drop, jwk);
	if (cjose_jwk_get_keysize(jwk, NULL) < KEY_BITS_MIN)
		return;
	ks->v[ks->n].kid = arena_strdup(a, text(key, "kid"));
	ks->v[ks->n++].jwk = jwk;
}

enum oidc_reason
keys_read(struct arena *a, const char *json, size_t n, struct keys *ret)
{
	const json_t *set = token_json(a, json, n);
	const json_t *list = json_object_get(set, "keys"), *key;
	struct keys ks = { .n = 0 };
	size_t i;

	json_array_foreach(list, i, key)
		if (ks.n < KEYS_MAX && usable(key))
			key_add(a, key, &ks);
	if (ks.n == 0)
		return OIDC_KEYS;
	*ret = ks;
	return OIDC_OK;
}

static bool
signed_by(const struct token *t, const cjose_jwk_t *jwk)
{
	cjose_jws_t *jws = cjose_jws_import(t->compact, t->n, NULL);
	bool yes = jws != NULL && cjose_jws_verify(jws, jwk, NULL);

	cjose_jws_release(jws);
	return yes;
}

enum oidc_reason
keys_verify(const struct keys *ks, const struct token *t)
{
	enum oidc_reason why = OIDC_KID;
	size_t i;

	for (i = 0; i < ks->n; i++) {
		if (strcmp(ks->v[i].kid, t->kid) != 0)
			continue;
		if (signed_by(t, ks->v[i].jwk))
			return OIDC_OK;
		why = OIDC_SIGNATURE;
	}
	return why;
}
