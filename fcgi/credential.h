/* credential.h - what a program shows of itself: token, secret, certificate.
 *
 * Nothing here decides; the database compares.  Nothing here is ever logged.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_CREDENTIAL_H
#define FCGI_CREDENTIAL_H

#include "request.h"

enum { ACCESS_TOKEN_HEX = 64 };

/* The access token of « Authorization: Bearer … », NULL when there is none of
 * our form. */
const char *credential_bearer(const struct request *);

/* Name and secret of « Authorization: Basic … » (RFC 6749, 2.3.1: each is
 * form-encoded).  False: no such header, or not well formed. */
bool	 credential_basic(struct request *, const char **ret_name,
	    const char **ret_secret);

/* '{subject,SHA-256}' of the certificate that nginx verified, as an array of
 * the database; '{}' without one. */
const char *credential_certificate(struct request *);

#endif
