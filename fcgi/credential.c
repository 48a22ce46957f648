#include "credential.h"

#include <openssl/evp.h>
#include <string.h>

enum { BASIC_MAX = 1024, PEM_MAX = 16 * 1024, SHA256_BYTES = 32 };

const char *
credential_bearer(const struct request *rq)
{
	const char *t = rq->authorization;

	if (t == NULL || strncasecmp(t, "Bearer ", 7) != 0)
		return NULL;
	t += 7;
	return strlen(t) == ACCESS_TOKEN_HEX &&
	    strspn(t, "0123456789abcdef") == ACCESS_TOKEN_HEX ? t : NULL;
}

static int
base64_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

/* Base64 up to the first character that is none; white space is left out. */
static char *
base64_decode(struct arena *a, const char *s, size_t *ret_n)
{
	char *out = arena_alloc(a, strlen(s) + 1);
	unsigned bits = 0, n_bits = 0;
	size_t n = 0;

	for (; *s != '\0'; s++) {
		int v = base64_value(*s);

		if (*s == '\n' || *s == '\r' || *s == ' ')
			continue;
		if (v < 0)
			break;
		bits = bits << 6 | (unsigned)v;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			out[n++] = (char)(bits >> n_bits & 0xff);
			bits &= (1u << n_bits) - 1;
		}
	}
	*ret_n = n;
	return out;
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789ABCDEFabcdef";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	if (p == NULL)
		return -1;
	return (int)(p - digits) < 16 ? (int)(p - digits) :
	    (int)(p - digits) - 6;
}

/* %XX; with plus, + is a space, as in forms.  NULL: not well formed. */
static char *
percent_decode(struct arena *a, const char *s, bool plus)
{
	char *out = arena_alloc(a, strlen(s) + 1), *w = out;

	for (; *s != '\0'; s++) {
		int hi, lo;

		if (*s != '%') {
			*w++ = plus && *s == '+' ? ' ' : *s;
			continue;
		}
		if ((hi = hex_value(s[1])) < 0 || (lo = hex_value(s[2])) < 0 ||
		    (hi | lo) == 0)
			return NULL;
		*w++ = (char)(hi << 4 | lo);
		s += 2;
	}
	return out;
}

bool
credential_basic(struct request *rq, const char **ret_name,
    const char **ret_secret)
{
	char *pair, *colon, *name, *secret;
	size_t n;

	if (rq->authorization == NULL ||
	    strncasecmp(rq->authorization, "Basic ", 6) != 0 ||
	    strlen(rq->authorization) > BASIC_MAX)
		return false;
	pair = base64_decode(rq->arena, rq->authorization + 6, &n);
	if (strlen(pair) != n || (colon = strchr(pair, ':')) == NULL)
		return false;
	*colon = '\0';
	name = percent_decode(rq->arena, pair, true);
	secret = percent_decode(rq->arena, colon + 1, true);
	if (name == NULL || secret == NULL ||
	    !utf8_valid(name, strlen(name)) ||
	    !utf8_valid(secret, strlen(secret)))
		return false;
	*ret_name = name;
	*ret_secret = secret;
	return true;
}

/* SHA-256 of the DER that the PEM holds, in hexadecimal; NULL: no PEM. */
static const char *
fingerprint(struct arena *a, const char *escaped)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	unsigned char digest[EVP_MAX_MD_SIZE];
	char *pem, *der, *hex, *w;
	size_t n, i;

	if (strlen(escaped) > PEM_MAX ||
	    (pem = percent_decode(a, escaped, false)) == NULL ||
	    strncmp(pem, begin, sizeof(begin) - 1) != 0)
		return NULL;
	der = base64_decode(a, pem + sizeof(begin) - 1, &n);
	if (n == 0 || EVP_Digest(der, n, digest, NULL, EVP_sha256(), NULL) != 1)
		return NULL;
	hex = w = arena_alloc(a, 2 * SHA256_BYTES + 1);
	for (i = 0; i < SHA256_BYTES; i++) {
		*w++ = "0123456789abcdef"[digest[i] >> 4];
		*w++ = "0123456789abcdef"[digest[i] & 15];
	}
	return hex;
}

const char *
credential_certificate(struct request *rq)
{
	const char *v[2];

	if (!rq->certificate.verified)
		return "{}";
	v[0] = rq->certificate.subject;
	v[1] = fingerprint(rq->arena, rq->certificate.pem);
	return db_text_array(rq->arena, v, v[1] == NULL ? 1 : 2);
}
