/* sentinel.h - alarms in the words of a page, and what was done about them.
 *
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_PAGES_SENTINEL_H
#define FCGI_PAGES_SENTINEL_H

#include "domain/sentinel.h"
#include "request.h"

/* « remontée silencieuse depuis 9 heures », « chiffres inchangés depuis 3 jours »,
 * « ne parle plus que de 2 lieux sur 40 depuis 7 heures ».  For a place
 * « silencieux depuis 5 jours »: without is_feed only the first exists. */
const char	*silence_text(struct arena *, enum silence_kind, bool is_feed,
		    int64_t for_s, int64_t heard, int64_t usual);

/* « toutes les 5 minutes », « chaque jour »: a median gap. */
const char	*silence_rhythm(struct arena *, int64_t median_s);

/* '{bed_manager,steward}': the roles held that alarms concern; NULL: none. */
const char	*silence_roles(struct request *);

/* What the last change of channel was, from the address that it led to; NULL
 * when none did.  For the alert of the page that gave its own address as
 * `retour` (docs/adr/0054). */
const char	*channel_alert(struct request *);

#endif
