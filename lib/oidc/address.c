/* address.c - the addresses a browser is sent to, and the digests in them. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "oidc/encode.h"
#include "oidc/provider.h"

enum { SHA256_BYTES = 32 };

static void
add(struct str *s, const char *name, const char *value)
{
	str_addc(s, '&');
	str_add(s, name);
	str_addc(s, '=');
	str_add_url(s, value);
}

const char *
provider_authorization_url(const struct provider *p, struct arena *a,
    const struct authorization *w)
{
	const char *base = p->url[EP_AUTHORIZATION], *out = NULL;
	struct str s;

	str_init(&s, 8192);
	str_add(&s, base);
	str_addc(&s, strchr(base, '?') == NULL ? '?' : '&');
	str_add(&s, "response_type=code");
	add(&s, "client_id", p->client_id);
	add(&s, "redirect_uri", w->redirect_uri);
	add(&s, "scope", p->scope);
	add(&s, "state", w->state);
	add(&s, "nonce", w->nonce);
	add(&s, "code_challenge", w->challenge);
	add(&s, "code_challenge_method", "S256");
	if (p->acr_values[0] != '\0')
		add(&s, "acr_values", p->acr_values);
	if (str_ok(&s))
		out = arena_strdup(a, s.data);
	str_free(&s);
	return out;
}

const char *
oidc_base64(struct arena *a, const void *data, size_t n)
{
	unsigned char *out = arena_alloc(a, 4 * (n / 3 + 1) + 1);

	(void)EVP_EncodeBlock(out, data, (int)n);
	return (const char *)out;
}

/* The first bytes of a SHA-256, in the alphabet of URLs, without padding. */
static const char *
sha256_base64url(struct arena *a, const char *text, size_t n_bytes)
{
	unsigned char md[EVP_MAX_MD_SIZE] = { 0 };
	unsigned int n = 0;
	char *out, *c;

	if (EVP_Digest(text, strlen(text), md, &n, EVP_sha256(), NULL) != 1 ||
	    n_bytes > n)
		abort();	/* never a digest that is not one */
	out = arena_strdup(a, oidc_base64(a, md, n_bytes));
	for (c = out; *c != '\0'; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	out[strcspn(out, "=")] = '\0';
	return out;
}

const char *
oidc_digest(struct arena *a, const char *label, const char *secret,
    const char *salt)
{
	return sha256_base64url(a, arena_printf(a, "%s %s %s", label, secret,
	    salt), SHA256_BYTES);
}

const char *
oidc_challenge(struct arena *a, const char *verifier)
{
	return sha256_base64url(a, verifier, SHA256_BYTES);
}

const char *
oidc_at_hash(struct arena *a, const char *access_token)
{
	return sha256_base64url(a, access_token, SHA256_BYTES / 2);
}

const char *
oidc_origin(struct arena *a, const char *url)
{
	return url == NULL ? NULL : arena_strndup(a, url,
	    8 + strcspn(url + 8, "/?#"));
}
