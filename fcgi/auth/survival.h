/* survival.h - the cookie that opens the survival pages for a day.
 *
 * When the database is down nobody can check a session: nginx itself checks
 * this cookie with its secure_link module.  It is the gate of those pages
 * only (last known beds and phone numbers): it says neither who somebody is
 * nor what he may do, and outlives sign-out, so that a shift that begins
 * during a breakdown finds the pages.
 * Layer: fcgi/auth.  May include: fcgi, lib, libcrypto.
 */
#ifndef AUTH_SURVIVAL_H
#define AUTH_SURVIVAL_H

#include <stdint.h>

#include "base/arena.h"

enum { SURVIVAL_S = 24 * 3600 };

/* The whole Set-Cookie value; NULL without a secret. */
const char *survival_cookie(struct arena *, const char *secret, int64_t now);

#endif
