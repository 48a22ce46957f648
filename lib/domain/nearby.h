/* nearby.h - which places are around a commune, or marked by an account.
 *
 * A commune has no position in the lists that the registry may read: it is
 * the mean position of the establishments that FINESS places there; without
 * one it can't be asked for (docs/adr/0046).  Distances are as the crow flies.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_NEARBY_H
#define DOMAIN_NEARBY_H

#include "domain/availability.h"

enum { COMMUNES_MAX = 20 };

struct commune {
	const char	*code;		/* INSEE */
	const char	*name;
	const char	*departement;	/* code */
	bool		 positioned;
	double		 lat, lon;	/* degrees */
};

struct communes {
	struct commune	*v;
	size_t		 n;
	bool		 more;		/* than COMMUNES_MAX */
};

/* What is asked of the places. */
struct nearby {
	const struct commune	*around;	/* NULL: anywhere */
	int			 km;		/* with around, > 0 */
	const int64_t		*marked;	/* place ids, ascending; NULL: any */
	size_t			 n_marked;
};

/* Great-circle distance in km of two points in degrees, on a sphere of radius
 * 6,371.0088 km (the mean one): 0.5 % at most from the ellipsoid. */
double	 distance_km(double lat1, double lon1, double lat2, double lon2);

/* Communes of a postcode or a name, exact before those that begin so; those
 * without a position last.  insee: the one chosen among them, or NULL.
 * ST_DB.  Cost: one statement, on indexes. */
enum status commune_find(struct db *, const char *typed, const char *insee,
	    struct communes *ret) MUST_CHECK;

/* Places that the account marked, or whose unit or structure it did; numbers
 * ascending.  ST_DB.  Cost: one statement, one pass over the places of today. */
enum status favourite_places(struct db *, int64_t account_id, int64_t **ret,
	    size_t *ret_n) MUST_CHECK;

/* Fill ask->out and ask->km (in the arena) for the places of some
 * départements; both stay NULL when nothing is asked.
 * Exactly km is in.  Cost: 60 ns a place. */
void	 nearby_apply(const struct snapshot *, const struct nearby *,
	    const int32_t *departements, size_t n, struct arena *,
	    struct avail_ask *ask);

#endif
