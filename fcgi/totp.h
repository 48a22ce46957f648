/* totp.h - codes of a second factor (RFC 6238: SHA-1, 30 s, 6 digits).
 *
 * A secret is 20 random bytes.  At rest it is sealed with AES-256-GCM under the
 * key of second_factor_key_file, bound to its account (docs/adr/0060).
 * Layer: fcgi.  May include: lib, liboath, libqrencode, libcrypto.
 */
#ifndef FCGI_TOTP_H
#define FCGI_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

enum { TOTP_KEY_BYTES = 32, TOTP_SECRET_BYTES = 20, TOTP_SEALED_HEX = 96,
	TOTP_STEP_S = 30 };

struct totp_secret {
	unsigned char	bytes[TOTP_SECRET_BYTES];
};

/* 64 hexadecimal digits to a key; NULL: not of that form. */
const unsigned char *totp_key(struct arena *, const char *hex);

void		 totp_new(struct totp_secret *);

/* Sealed, in hexadecimal.  account_id: whose it is. */
const char	*totp_seal(struct arena *, const unsigned char *key,
		    const char *account_id, const struct totp_secret *);

/* ST_IO: another key, another account, or damaged. */
enum status	 totp_open(const unsigned char *key, const char *account_id,
		    const char *sealed_hex, struct totp_secret *ret) MUST_CHECK;

/* The step whose code this is, among this one and its neighbours, newer than
 * last_step; 0: none.  Spaces in the code are left out. */
int64_t		 totp_check(const struct totp_secret *, const char *code,
		    int64_t now, int64_t last_step);

/* For a person: base 32 in groups of four, and the address that applications
 * read. */
const char	*totp_text(struct arena *, const struct totp_secret *);
const char	*totp_uri(struct arena *, const struct totp_secret *,
		    const char *login);

/* The address as squares: the d of an SVG path, one unit a module, and the
 * side with its quiet zone.  NULL: too long. */
const char	*totp_qr(struct arena *, const char *uri, int *ret_side);

#endif
