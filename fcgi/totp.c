#include "totp.h"

#include <liboath/oath.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { NONCE_BYTES = 12, TAG_BYTES = 16, DIGITS = 6, QUIET = 4,
	SEALED_BYTES = NONCE_BYTES + TOTP_SECRET_BYTES + TAG_BYTES };

static bool
from_hex(const char *hex, unsigned char *out, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	if (strlen(hex) != 2 * n || strspn(hex, digits) != 2 * n)
		return false;
	for (i = 0; i < n; i++)
		out[i] = (unsigned char)(
		    (strchr(digits, hex[2 * i]) - digits) << 4 |
		    (strchr(digits, hex[2 * i + 1]) - digits));
	return true;
}

static char *
to_hex(struct arena *a, const unsigned char *p, size_t n)
{
	char *out = arena_alloc(a, 2 * n + 1);
	size_t i;

	for (i = 0; i < n; i++) {
		out[2 * i] = "0123456789abcdef"[p[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
	}
	return out;
}

const unsigned char *
totp_key(struct arena *a, const char *hex)
{
	unsigned char *key = arena_alloc(a, TOTP_KEY_BYTES);

	return from_hex(hex, key, TOTP_KEY_BYTES) ? key : NULL;
}

void
totp_new(struct totp_secret *s)
{
	if (RAND_bytes(s->bytes, TOTP_SECRET_BYTES) != 1)
		abort();
}

/* One pass of AES-256-GCM; the account is authenticated, not hidden. */
static bool
cipher(bool seal, const unsigned char *key, const unsigned char *nonce,
    const char *account_id, const unsigned char *in, unsigned char *out,
    unsigned char *tag)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int n;
	bool ok = c != NULL && EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL,
	    key, nonce, seal) == 1 &&
	    EVP_CipherUpdate(c, NULL, &n, (const unsigned char *)account_id,
	    (int)strlen(account_id)) == 1 &&
	    EVP_CipherUpdate(c, out, &n, in, TOTP_SECRET_BYTES) == 1 &&
	    (seal || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG_BYTES,
	    tag) == 1) && EVP_CipherFinal_ex(c, out + n, &n) == 1 &&
	    (!seal || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_BYTES,
	    tag) == 1);

	EVP_CIPHER_CTX_free(c);
	return ok;
}

const char *
totp_seal(struct arena *a, const unsigned char *key, const char *account_id,
    const struct totp_secret *s)
{
	unsigned char box[SEALED_BYTES];

	if (RAND_bytes(box, NONCE_BYTES) != 1 || !cipher(true, key, box,
	    account_id, s->bytes, box + NONCE_BYTES,
	    box + NONCE_BYTES + TOTP_SECRET_BYTES))
		abort();
	return to_hex(a, box, sizeof(box));
}

enum status
totp_open(const unsigned char *key, const char *account_id,
    const char *sealed_hex, struct totp_secret *ret)
{
	unsigned char box[SEALED_BYTES];
	struct totp_secret s = { { 0 } };

	if (!from_hex(sealed_hex, box, sizeof(box)) || !cipher(false, key, box,
	    account_id, box + NONCE_BYTES, s.bytes,
	    box + NONCE_BYTES + TOTP_SECRET_BYTES))
		return ST_IO;
	*ret = s;
	return ST_OK;
}

int64_t
totp_check(const struct totp_secret *s, const char *code, int64_t now,
    int64_t last_step)
{
	int64_t step = now / TOTP_STEP_S, found = 0, i;
	char typed[DIGITS + 1] = "", want[DIGITS + 1];
	size_t n = 0;

	for (; *code != '\0' && n <= DIGITS; code++)
		if (*code != ' ' && n++ < DIGITS)
			typed[n - 1] = *code;
	if (n != DIGITS)
		return 0;
	for (i = step - 1; i <= step + 1; i++)
		if (oath_hotp_generate((const char *)s->bytes,
		    TOTP_SECRET_BYTES, (uint64_t)i, DIGITS, false,
		    OATH_HOTP_DYNAMIC_TRUNCATION, want) == OATH_OK &&
		    str_equal_secret(want, typed) && i > last_step)
			found = i;
	return found;
}

static char *
base32(struct arena *a, const struct totp_secret *s)
{
	char *out = NULL, *copy;
	size_t n;

	if (oath_base32_encode((const char *)s->bytes, TOTP_SECRET_BYTES, &out,
	    &n) != OATH_OK)
		abort();
	copy = arena_strndup(a, out, strcspn(out, "="));
	explicit_bzero(out, n);
	free(out);
	return copy;
}

const char *
totp_text(struct arena *a, const struct totp_secret *s)
{
	const char *p = base32(a, s);
	char *out = arena_alloc(a, 2 * strlen(p) + 1), *w = out;
	size_t i;

	for (i = 0; p[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			*w++ = ' ';
		*w++ = p[i];
	}
	return out;
}

const char *
totp_uri(struct arena *a, const struct totp_secret *s, const char *login)
{
	const char *out;
	struct str u;

	str_init(&u, 2048);
	str_add(&u, "otpauth://totp/ROR:");
	str_add_url(&u, login);
	str_addf(&u, "?secret=%s&issuer=ROR&algorithm=SHA1&digits=%d&period=%d",
	    base32(a, s), DIGITS, TOTP_STEP_S);
	out = arena_strdup(a, str_ok(&u) ? u.data : "");
	str_free(&u);
	return out;
}

const char *
totp_qr(struct arena *a, const char *uri, int *ret_side)
{
	QRcode *q = QRcode_encodeString8bit(uri, 0, QR_ECLEVEL_M);
	const char *out = NULL;
	struct str d;
	int x, y;

	if (q == NULL)
		return NULL;
	str_init(&d, 64 * 1024);
	for (y = 0; y < q->width; y++)
		for (x = 0; x < q->width; x++)
			if (q->data[y * q->width + x] & 1)
				str_addf(&d, "M%d %dh1v1h-1z", x + QUIET,
				    y + QUIET);
	if (str_ok(&d)) {
		out = arena_strdup(a, d.data);
		*ret_side = q->width + 2 * QUIET;
	}
	str_free(&d);
	QRcode_free(q);
	return out;
}
