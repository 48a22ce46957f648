#include "oidc/claims.h"

#include <jansson.h>
#include <string.h>

#include "base/str.h"

#define LOGOUT_EVENT "http://schemas.openid.net/event/backchannel-logout"

static const char *
text(const json_t *claims, const char *name)
{
	return json_string_value(json_object_get(claims, name));
}

static bool
is(const json_t *claims, const char *name, const char *want)
{
	const char *v = text(claims, name);

	return v != NULL && strcmp(v, want) == 0;
}

static bool
text_is(const json_t *v, const char *want)
{
	const char *s = json_string_value(v);

	return s != NULL && strcmp(s, want) == 0;
}

static bool
audience_has(const json_t *aud, const char *client_id)
{
	const json_t *v;
	size_t i;

	if (json_is_string(aud))
		return text_is(aud, client_id);
	json_array_foreach(aud, i, v)
		if (text_is(v, client_id))
			return true;
	return false;
}

/* For several, the token says which of them asked for it; said, it is us. */
static bool
party_is_us(const json_t *claims, const char *client_id)
{
	if (json_object_get(claims, "azp") == NULL)
		return json_array_size(json_object_get(claims, "aud")) <= 1;
	return is(claims, "azp", client_id);
}

static enum oidc_reason
time_check(const json_t *claims, bool exp_required, int64_t now_utc)
{
	const json_t *exp = json_object_get(claims, "exp");
	const json_t *iat = json_object_get(claims, "iat");
	double now = (double)now_utc, at = json_number_value(iat);

	if ((exp_required || exp != NULL) && (!json_is_number(exp) ||
	    json_number_value(exp) <= now - CLAIMS_LEEWAY_S))
		return OIDC_EXP;
	if (!json_is_number(iat) || at > now + CLAIMS_LEEWAY_S ||
	    at < now - CLAIMS_AGE_S - CLAIMS_LEEWAY_S)
		return OIDC_IAT;
	return OIDC_OK;
}

/* Whether the word is in the list. */
static bool
listed(const char *list, const char *word)
{
	size_t n = strlen(word), len;

	for (; *list != '\0'; list += len) {
		list += strspn(list, " ");
		len = strcspn(list, " ");
		if (len > 0 && len == n && memcmp(list, word, n) == 0)
			return true;
	}
	return false;
}

enum oidc_reason
claims_check_id(const json_t *claims, const struct expected *e)
{
	const char *sub = text(claims, "sub"), *nonce = text(claims, "nonce");
	const char *acr = text(claims, "acr");
	const json_t *at_hash = json_object_get(claims, "at_hash");
	enum oidc_reason why;

	if (!is(claims, "iss", e->issuer))
		return OIDC_ISS;
	if (!audience_has(json_object_get(claims, "aud"), e->client_id))
		return OIDC_AUD;
	if (!party_is_us(claims, e->client_id))
		return OIDC_AZP;
	if (sub == NULL || sub[0] == '\0' || strlen(sub) > CLAIM_TEXT_MAX)
		return OIDC_SUB;
	if ((why = time_check(claims, true, e->now_utc)) != OIDC_OK)
		return why;
	if (nonce == NULL || !str_equal_secret(nonce, e->nonce))
		return OIDC_NONCE;
	if (acr == NULL || !listed(e->acr_accepted, acr))
		return OIDC_ACR;
	if (at_hash != NULL && (e->at_hash == NULL ||
	    !text_is(at_hash, e->at_hash)))
		return OIDC_AT_HASH;
	return OIDC_OK;
}

enum oidc_reason
claims_check_logout(const json_t *claims, const struct expected *e)
{
	const json_t *events = json_object_get(claims, "events");
	enum oidc_reason why;

	if (!is(claims, "iss", e->issuer))
		return OIDC_ISS;
	if (!audience_has(json_object_get(claims, "aud"), e->client_id))
		return OIDC_AUD;
	if ((why = time_check(claims, false, e->now_utc)) != OIDC_OK)
		return why;
	if (!json_is_object(json_object_get(events, LOGOUT_EVENT)))
		return OIDC_EVENTS;
	if (text(claims, "jti") == NULL)
		return OIDC_JTI;
	if (json_object_get(claims, "nonce") != NULL)
		return OIDC_HAS_NONCE;
	if (text(claims, "sid") == NULL && text(claims, "sub") == NULL)
		return OIDC_NO_SID;
	return OIDC_OK;
}

enum oidc_reason
claims_check_userinfo(const json_t *claims, const char *sub)
{
	return is(claims, "sub", sub) ? OIDC_OK : OIDC_USERINFO_SUB;
}

static void
take(struct arena *a, const json_t *claims, const char *name, const char **ret)
{
	const char *v = text(claims, name);

	if (v != NULL && v[0] != '\0' && strlen(v) <= CLAIM_TEXT_MAX)
		*ret = arena_strdup(a, v);
}

void
claims_subject(struct arena *a, const json_t *claims, struct identity *id)
{
	take(a, claims, "iss", &id->iss);
	take(a, claims, "sub", &id->sub);
	take(a, claims, "sid", &id->sid);
	take(a, claims, "jti", &id->jti);
}

void
claims_person(struct arena *a, const json_t *claims, struct identity *id)
{
	take(a, claims, "SubjectNameID", &id->name_id);
	take(a, claims, "given_name", &id->given_name);
	take(a, claims, "family_name", &id->family_name);
	take(a, claims, "email", &id->email);
}
