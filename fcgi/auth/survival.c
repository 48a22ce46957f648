#include "auth/survival.h"

#include <openssl/evp.h>
#include <string.h>

enum { MD5_BYTES = 16 };

/* nginx wants base64 in the alphabet of URLs, without the padding. */
static char *
base64url(struct arena *a, const unsigned char *p, size_t n)
{
	unsigned char *out = arena_alloc(a, 4 * (n / 3 + 1) + 1);
	unsigned char *c;

	(void)EVP_EncodeBlock(out, p, (int)n);
	for (c = out; *c != '\0'; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	out[strcspn((char *)out, "=")] = '\0';
	return (char *)out;
}

const char *
survival_cookie(struct arena *a, const char *secret, int64_t now)
{
	unsigned char md5[EVP_MAX_MD_SIZE];
	const char *text;

	if (secret == NULL || secret[0] == '\0')
		return NULL;
	/* The same text as secure_link_md5 in nginx/nginx.conf.in; MD5 is
	 * what that module offers. */
	text = arena_printf(a, "%lld %s", (long long)now + SURVIVAL_S, secret);
	if (EVP_Digest(text, strlen(text), md5, NULL, EVP_md5(), NULL) != 1)
		return NULL;
	return arena_printf(a, "ror_secours=%s,%lld; Path=/; Max-Age=%d; "
	    "Secure; HttpOnly; SameSite=Lax", base64url(a, md5, MD5_BYTES),
	    (long long)now + SURVIVAL_S, SURVIVAL_S);
}
