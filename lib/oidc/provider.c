#include "oidc/provider.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

#include "base/str.h"
#include "oidc/encode.h"

enum { DISCOVERY_BYTES = 64 * 1024, KEY_BYTES = 1024 * 1024 };

static const struct {
	const char	*name;		/* in the discovery document */
	enum conf_key	 setting;
	bool		 required;
} endpoints[EP__MAX] = {
	[EP_AUTHORIZATION] = { "authorization_endpoint",
	    CONF_PSC_AUTHORIZATION_URL, true },
	[EP_TOKEN]    = { "token_endpoint", CONF_PSC_TOKEN_URL, true },
	[EP_USERINFO] = { "userinfo_endpoint", CONF_PSC_USERINFO_URL, true },
	[EP_KEYS]     = { "jwks_uri", CONF_PSC_JWKS_URL, true },
	[EP_LOGOUT]   = { "end_session_endpoint", CONF_PSC_LOGOUT_URL, false },
};

/* An address that may stand in a header and be asked by libcurl. */
static bool
address_valid(const char *url)
{
	size_t n = strlen(url), i;

	if (n < 10 || n > PROVIDER_URL_MAX || strncmp(url, "https://", 8) != 0)
		return false;
	for (i = 0; i < n; i++)
		if (url[i] <= ' ' || url[i] > '~' ||
		    strchr("\"'<>\\;,", url[i]) != NULL)
			return false;
	return true;
}

static enum status
settings_check(const struct provider *p, struct fault *f)
{
	int i;

	if (!address_valid(p->discovery_url)) {
		fault_set(f, "psc_discovery_url: an https address is wanted");
		return ST_INPUT;
	}
	for (i = 0; i < EP__MAX; i++)
		if (p->set[i][0] != '\0' && !address_valid(p->set[i])) {
			fault_set(f, "setting for %s: an https address is "
			    "wanted", endpoints[i].name);
			return ST_INPUT;
		}
	if (p->client_id[0] == '\0' || p->acr_accepted[0] == '\0') {
		fault_set(f, "psc_client_id or psc_acr_accepted is missing");
		return ST_INPUT;
	}
	if (p->secret[0] == '\0' && p->http.cert[0] == '\0') {
		fault_set(f, "psc_client_secret_file or psc_client_cert is "
		    "missing");
		return ST_INPUT;
	}
	if ((p->http.cert[0] == '\0') != (p->http.key[0] == '\0')) {
		fault_set(f, "psc_client_cert and psc_client_key go together");
		return ST_INPUT;
	}
	return ST_OK;
}

enum status
provider_init(struct provider *p, const struct conf *c, struct arena *life,
    struct fault *f)
{
	enum status st;
	int i;

	*p = (struct provider){ .on = conf_bool(c, CONF_PSC),
	    .discovery_url = conf_text(c, CONF_PSC_DISCOVERY_URL),
	    .issuer_set = conf_text(c, CONF_PSC_ISSUER),
	    .client_id = conf_text(c, CONF_PSC_CLIENT_ID),
	    .scope = conf_text(c, CONF_PSC_SCOPE),
	    .acr_values = conf_text(c, CONF_PSC_ACR_VALUES),
	    .acr_accepted = conf_text(c, CONF_PSC_ACR_ACCEPTED),
	    .http = { .ca = conf_text(c, CONF_PSC_CA),
		.cert = conf_text(c, CONF_PSC_CLIENT_CERT),
		.key = conf_text(c, CONF_PSC_CLIENT_KEY),
		.proxy = conf_text(c, CONF_PSC_PROXY) } };
	if (!p->on)
		return ST_OK;
	for (i = 0; i < EP__MAX; i++)
		p->set[i] = conf_text(c, endpoints[i].setting);
	if ((st = conf_secret(c, CONF_PSC_CLIENT_SECRET, life, f,
	    &p->secret)) != ST_OK || (st = settings_check(p, f)) != ST_OK)
		return st;
	return http_start(f);
}

/* A question may take longer than the request's own instant is worth. */
static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* http_ask() behind the breaker. */
static enum oidc_reason
ask(struct provider *p, const struct http_call *call, struct arena *a,
    struct fault *f, struct http_answer *ret)
{
	enum oidc_reason why;

	if (now_ms() < p->broken_until_ms) {
		fault_set(f, "psc: %s: the provider failed a moment ago",
		    call->what);
		return OIDC_DOWN;
	}
	why = http_ask(&p->http, call, a, f, ret);
	if (why == OIDC_OK && ret->status >= 500) {
		fault_set(f, "psc: %s: status %d", call->what, ret->status);
		why = OIDC_DOWN;
	}
	if (why == OIDC_DOWN || why == OIDC_SLOW)
		p->broken_until_ms = now_ms() + PROVIDER_BREAK_MS;
	return why;
}

static const char *
text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* The document's issuer is the one of the setting, else the one that its own
 * address names: a document put elsewhere can't speak for another issuer. */
static bool
issuer_fits(const struct provider *p, const char *issuer)
{
	size_t n = issuer == NULL ? 0 : strlen(issuer);

	if (n == 0 || !address_valid(issuer))
		return false;
	if (p->issuer_set[0] != '\0')
		return strcmp(issuer, p->issuer_set) == 0;
	if (issuer[n - 1] == '/')
		n--;
	return strncmp(p->discovery_url, issuer, n) == 0 &&
	    strncmp(p->discovery_url + n, "/.well-known/", 13) == 0;
}

/* With a client certificate, the address made for it where there is one. */
static const char *
endpoint_said(const struct provider *p, const json_t *doc, const char *name)
{
	const char *alias = p->http.cert[0] == '\0' ? NULL :
	    text(json_object_get(doc, "mtls_endpoint_aliases"), name);

	return alias != NULL ? alias : text(doc, name);
}

static enum oidc_reason
discovery_read(const struct provider *p, const json_t *doc, struct provider *ret,
    struct fault *f)
{
	int i;

	if (!issuer_fits(p, text(doc, "issuer"))) {
		fault_set(f, "psc: discovery: not the document of this issuer");
		return OIDC_DISCOVERY;
	}
	ret->issuer = arena_strdup(&ret->memory, text(doc, "issuer"));
	ret->says_iss = json_is_true(json_object_get(doc,
	    "authorization_response_iss_parameter_supported"));
	for (i = 0; i < EP__MAX; i++) {
		const char *url = p->set[i][0] != '\0' ? p->set[i] :
		    endpoint_said(p, doc, endpoints[i].name);

		if (url == NULL && !endpoints[i].required)
			continue;
		if (url == NULL || !address_valid(url)) {
			fault_set(f, "psc: discovery: %s is missing or not "
			    "https", endpoints[i].name);
			return OIDC_DISCOVERY;
		}
		ret->url[i] = arena_strdup(&ret->memory, url);
	}
	return OIDC_OK;
}

static enum oidc_reason
discover(struct provider *p, int64_t now_utc, struct arena *a, struct fault *f)
{
	const struct http_call call = { .what = "discovery",
	    .url = p->discovery_url };
	struct provider fresh = { .known_utc = now_utc };
	struct http_answer answer;
	enum oidc_reason why;

	if ((why = ask(p, &call, a, f, &answer)) != OIDC_OK)
		return why;
	arena_init(&fresh.memory, DISCOVERY_BYTES);
	why = discovery_read(p, answer.status != 200 ? NULL :
	    token_json(a, answer.body, answer.n), &fresh, f);
	if (why != OIDC_OK) {
		arena_free(&fresh.memory);
		return why;
	}
	arena_free(&p->memory);
	p->memory = fresh.memory;
	p->issuer = fresh.issuer;
	p->says_iss = fresh.says_iss;
	memcpy(p->url, fresh.url, sizeof(p->url));
	p->known_utc = now_utc;
	return OIDC_OK;
}

enum oidc_reason
provider_find(struct provider *p, int64_t now_utc, struct arena *a,
    struct fault *f)
{
	return p->known_utc != 0 && now_utc - p->known_utc < PROVIDER_FRESH_S ?
	    OIDC_OK : discover(p, now_utc, a, f);
}

static enum oidc_reason
keys_fetch(struct provider *p, int64_t now_utc, struct arena *a,
    struct fault *f)
{
	const struct http_call call = { .what = "keys", .url = p->url[EP_KEYS] };
	struct arena memory;
	struct http_answer answer;
	struct keys ks;
	enum oidc_reason why;

	if ((why = ask(p, &call, a, f, &answer)) != OIDC_OK)
		return why;
	arena_init(&memory, KEY_BYTES);
	why = answer.status != 200 ? OIDC_KEYS :
	    keys_read(&memory, answer.body, answer.n, &ks);
	if (why != OIDC_OK) {
		fault_set(f, "psc: keys: status %d, none usable",
		    answer.status);
		arena_free(&memory);
		return why;
	}
	arena_free(&p->key_memory);
	p->key_memory = memory;
	p->keys = ks;
	p->keys_utc = now_utc;
	return OIDC_OK;
}

enum oidc_reason
provider_verify(struct provider *p, enum asker asker, const char *compact,
    int64_t now_utc, struct arena *a, struct fault *f, struct token *ret)
{
	enum oidc_reason why;
	struct token t;

	if ((why = token_read(a, compact, &t)) != OIDC_OK)
		return why;
	if ((p->keys_utc == 0 || now_utc - p->keys_utc >= PROVIDER_FRESH_S) &&
	    (why = keys_fetch(p, now_utc, a, f)) != OIDC_OK)
		return why;
	why = keys_verify(&p->keys, &t);
	if (why == OIDC_KID && now_utc - p->refetched_utc[asker] >=
	    PROVIDER_REFETCH_S) {
		p->refetched_utc[asker] = now_utc;
		if ((why = keys_fetch(p, now_utc, a, f)) == OIDC_OK)
			why = keys_verify(&p->keys, &t);
	}
	if (why == OIDC_OK)
		*ret = t;
	return why;
}

/* client_secret_basic: both parts form-encoded first (RFC 6749, 2.3.1). */
static const char *
basic(const struct provider *p, struct arena *a)
{
	const char *out = NULL;
	struct str s;

	str_init(&s, 4096);
	str_add_url(&s, p->client_id);
	str_addc(&s, ':');
	str_add_url(&s, p->secret);
	if (str_ok(&s))
		out = arena_printf(a, "Authorization: Basic %s",
		    oidc_base64(a, s.data, s.len));
	str_free(&s);
	return out;
}

static const char *
redeem_form(const struct provider *p, struct arena *a, const char *code,
    const char *verifier, const char *redirect_uri)
{
	const char *out = NULL;
	struct str s;

	str_init(&s, 16 * 1024);
	str_add(&s, "grant_type=authorization_code&code=");
	str_add_url(&s, code);
	str_add(&s, "&redirect_uri=");
	str_add_url(&s, redirect_uri);
	str_add(&s, "&code_verifier=");
	str_add_url(&s, verifier);
	if (p->secret[0] == '\0') {
		str_add(&s, "&client_id=");
		str_add_url(&s, p->client_id);
	}
	if (str_ok(&s))
		out = arena_strdup(a, s.data);
	str_free(&s);
	return out;
}

/* The provider's word for it (invalid_grant…), when it is one. */
static void
refusal_note(const json_t *answer, int status, struct fault *f)
{
	const char *error = text(answer, "error");

	if (error == NULL || strlen(error) > 40 ||
	    strspn(error, "abcdefghijklmnopqrstuvwxyz_") != strlen(error))
		error = "unsaid";
	fault_set(f, "psc: token: status %d, %s", status, error);
}

enum oidc_reason
provider_redeem(struct provider *p, const char *code, const char *verifier,
    const char *redirect_uri, struct arena *a, struct fault *f,
    struct redeemed *ret)
{
	const struct http_call call = { .what = "token",
	    .url = p->url[EP_TOKEN],
	    .form = redeem_form(p, a, code, verifier, redirect_uri),
	    .authorization = p->secret[0] == '\0' ? NULL : basic(p, a) };
	struct http_answer answer;
	const json_t *json;
	const char *type;
	enum oidc_reason why;

	if (call.form == NULL)
		return OIDC_REDEEM;
	if ((why = ask(p, &call, a, f, &answer)) != OIDC_OK)
		return why;
	json = token_json(a, answer.body, answer.n);
	if (answer.status != 200) {
		refusal_note(json, answer.status, f);
		return OIDC_REDEEM;
	}
	type = text(json, "token_type");
	if (type == NULL || strcasecmp(type, "Bearer") != 0 ||
	    text(json, "id_token") == NULL ||
	    text(json, "access_token") == NULL)
		return OIDC_TOKEN_ANSWER;
	ret->id_token = text(json, "id_token");
	ret->access_token = text(json, "access_token");
	return OIDC_OK;
}

enum oidc_reason
provider_userinfo(struct provider *p, const char *access_token,
    const char *sub, struct arena *a, struct fault *f, struct json_t **ret)
{
	const struct http_call call = { .what = "userinfo",
	    .url = p->url[EP_USERINFO], .authorization =
	    arena_printf(a, "Authorization: Bearer %s", access_token) };
	struct http_answer answer;
	json_t *json;
	enum oidc_reason why;

	if (strpbrk(access_token, "\r\n") != NULL)
		return OIDC_TOKEN_ANSWER;
	if ((why = ask(p, &call, a, f, &answer)) != OIDC_OK)
		return why;
	json = answer.status != 200 ? NULL :
	    token_json(a, answer.body, answer.n);
	if (json == NULL) {
		fault_set(f, "psc: userinfo: status %d", answer.status);
		return OIDC_USERINFO;
	}
	if ((why = claims_check_userinfo(json, sub)) == OIDC_OK)
		*ret = json;
	return why;
}
