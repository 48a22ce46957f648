/* geography.h - régions and départements, as the registry counts them.
 *
 * 101 départements and 975; 977 and 978 count with 971.  COG codes in URLs
 * and everywhere in C ("971", "2A"); FINESS's own ("9A") only in importers.
 * Source: ref.region, ref.departement (INSEE).
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_GEOGRAPHY_H
#define DOMAIN_GEOGRAPHY_H

#include "base/arena.h"
#include "base/clock.h"
#include "db/db.h"

struct region {
	const char	*code;
	const char	*name;
};

struct departement {
	const char		*code;
	const char		*name;
	const char		*region_code;
	const struct zone	*zone;
};

struct geography {
	struct region		*regions;	/* by name */
	size_t			 n_regions;
	struct departement	*departements;	/* by code */
	size_t			 n_departements;
};

/* Load both lists into the arena; the result is constant.
 * ST_DB; ST_INPUT: an unknown time zone (is tzdata installed?). */
enum status geography_load(struct db *, struct arena *,
	    struct geography *ret) MUST_CHECK;

/* NULL when there is none of that code. */
const struct region *geography_region(const struct geography *,
	    const char *code);
const struct departement *geography_departement(const struct geography *,
	    const char *code);

#endif
