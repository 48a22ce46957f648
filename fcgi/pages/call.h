/* call.h - « J’ai appelé » in words, for the pages that show it.
 *
 * Layer: fcgi/pages.  May include: fcgi, lib.
 */
#ifndef PAGES_CALL_H
#define PAGES_CALL_H

#include "base/clock.h"
#include "domain/call.h"
#include "session.h"

/* Who may say what they heard: analysts and administration enter nothing. */
#define CALL_ROLES	(R(ROLE_CLINICIAN) | R(ROLE_BED_MANAGER) |	\
			 R(ROLE_EDITOR) | R(ROLE_DIRECTOR) | R(ROLE_STEWARD))

/* « signalé plus de place à 14:05 », in the place's zone. */
const char *call_note(struct arena *, const struct zone *,
	    const struct call *);

/* « 83 % d’exactitude sur 12 appels en 90 jours »; « 3 appels en 90 jours,
 * trop peu pour en juger » below the minimum; NULL without any. */
const char *call_rate_text(struct arena *, int64_t judged,
	    int64_t accurate);

#endif
