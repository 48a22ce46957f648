#include "domain/nearby.h"

#include <math.h>
#include <stdlib.h>

#define EARTH_KM	6371.0088
#define RADIANS		(3.14159265358979323846 / 180)

double
distance_km(double lat1, double lon1, double lat2, double lon2)
{
	double dlat = (lat2 - lat1) * RADIANS / 2;
	double dlon = (lon2 - lon1) * RADIANS / 2;
	double h = sin(dlat) * sin(dlat) + cos(lat1 * RADIANS) *
	    cos(lat2 * RADIANS) * sin(dlon) * sin(dlon);

	/* Rounding can take opposite points past 1. */
	return 2 * EARTH_KM * asin(sqrt(h > 1 ? 1 : h));
}

enum status
commune_find(struct db *db, const char *typed, const char *insee,
    struct communes *ret)
{
	struct communes out = { 0 };
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_commune_find, DB_ARGS(typed, insee),
	    &r)) != ST_OK)
		return st;
	out.n = r.n > COMMUNES_MAX ? COMMUNES_MAX : r.n;
	out.more = r.n > COMMUNES_MAX;
	out.v = ARENA_ARRAY(db->arena, out.n, struct commune);
	for (i = 0; i < out.n; i++)
		out.v[i] = (struct commune){
		    .code = row_text(&r, i, COL_commune_find_code),
		    .name = row_text(&r, i, COL_commune_find_name),
		    .departement = row_text(&r, i,
			COL_commune_find_departement_code),
		    .positioned = row_int(&r, i, COL_commune_find_sites, 0) > 0,
		    .lat = row_double(&r, i, COL_commune_find_lat, 0),
		    .lon = row_double(&r, i, COL_commune_find_lon, 0) };
	*ret = out;
	return ST_OK;
}

enum status
favourite_places(struct db *db, int64_t account_id, int64_t **ret,
    size_t *ret_n)
{
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_favourite_place, DB_ARGS(db_int(db,
	    account_id)), &r)) != ST_OK)
		return st;
	*ret = ARENA_ARRAY(db->arena, r.n + 1, int64_t);
	for (i = 0; i < r.n; i++)
		(*ret)[i] = row_int(&r, i, COL_favourite_place_place_id, 0);
	*ret_n = r.n;
	return ST_OK;
}

static int
id_order(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static enum avail_out
out_of(const struct nearby *q, const struct place *p, float *ret_km)
{
	*ret_km = -1;
	if (q->around != NULL && p->positioned)
		*ret_km = (float)distance_km(q->around->lat, q->around->lon,
		    p->lat, p->lon);
	if (q->marked != NULL && bsearch(&p->id, q->marked, q->n_marked,
	    sizeof(q->marked[0]), id_order) == NULL)
		return AVAIL_UNMARKED;
	if (q->around == NULL)
		return AVAIL_IN;
	if (!p->positioned)
		return AVAIL_NOWHERE;
	return *ret_km <= (float)q->km ? AVAIL_IN : AVAIL_FAR;
}

void
nearby_apply(const struct snapshot *s, const struct nearby *q,
    const int32_t *departements, size_t n, struct arena *a,
    struct avail_ask *ask)
{
	uint8_t *out;
	float *km;
	size_t d, i;

	if (q->around == NULL && q->marked == NULL)
		return;
	out = ARENA_ARRAY(a, s->n + 1, uint8_t);
	km = ARENA_ARRAY(a, s->n + 1, float);
	for (d = 0; d < n; d++)
		for (i = s->first[2 * departements[d]];
		    i < s->first[2 * departements[d] + 1]; i++)
			out[i] = (uint8_t)out_of(q, &s->places[i], &km[i]);
	ask->out = out;
	ask->km = q->around == NULL ? NULL : km;
}
