/* Distances, and which places a filter leaves. */
#include "domain/nearby.h"
#include "tap.h"

#include <math.h>

static void
distances(void)
{
	/* Expected: the great circle of two cities, in km, from their
	 * coordinates with an independent formula (law of cosines). */
	static const struct {
		const char *name;
		double lat1, lon1, lat2, lon2, km;
	} cases[] = {
		{ "the same point", 48.714, 2.246, 48.714, 2.246, 0 },
		{ "a degree of a meridian", 45, 0, 46, 0, 111.195 },
		{ "a degree of the equator", 0, 10, 0, 11, 111.195 },
		{ "Paris to Marseille", 48.8566, 2.3522, 43.2965, 5.3698,
		  660.48 },
		{ "half of the Earth", 0, 0, 0, 180, 20015.115 },
		{ "across the date line", -20, 179.5, -20, -179.5, 104.489 },
		{ "pole to pole", 90, 0, -90, 0, 20015.115 },
	};
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		double km = distance_km(cases[i].lat1, cases[i].lon1,
		    cases[i].lat2, cases[i].lon2);
		double back = distance_km(cases[i].lat2, cases[i].lon2,
		    cases[i].lat1, cases[i].lon1);

		OK(fabs(km - cases[i].km) < 0.01, cases[i].name);
		OK(fabs(km - back) < 1e-9, "the same way back");
	}
}

static struct departement departements[] = {
	{ .code = "91", .name = "Essonne", .region_code = "11" },
	{ .code = "92", .name = "Hauts-de-Seine", .region_code = "11" },
};
static const struct geography geo = { .departements = departements,
	.n_departements = N_ELEM(departements) };

/* Degrees of a meridian at this many km of the commune. */
#define NORTH(km)	(48.0 + (km) / 111.19508)

static void
filters(void)
{
	static const int32_t both[] = { 0, 1 };
	static const struct commune here = { .code = "91000", .name = "Ici",
	    .positioned = true, .lat = 48.0, .lon = 2.0 };
	static const int64_t marked[] = { 2, 4 };
	struct place places[] = {
		{ .id = 1, .positioned = true, .lat = NORTH(9.9), .lon = 2 },
		{ .id = 2, .positioned = true, .lat = NORTH(10.1), .lon = 2 },
		{ .id = 3 },
		{ .id = 4, .departement = 1, .positioned = true, .lat = 48,
		  .lon = 2 },
	};
	size_t first[] = { 0, 3, 3, 4 };
	struct snapshot s = { .geo = &geo, .places = places, .n = 4,
	    .first = first };
	struct avail_ask none = { 0 }, near = { 0 }, mine = { 0 }, and = { 0 };
	struct nearby q = { 0 };
	struct arena a;

	arena_init(&a, 1 << 20);
	nearby_apply(&s, &q, both, 2, &a, &none);
	OK(none.out == NULL && none.km == NULL, "nothing asked: nothing made");
	q = (struct nearby){ .around = &here, .km = 10 };
	nearby_apply(&s, &q, both, 2, &a, &near);
	OK(near.out[0] == AVAIL_IN && near.out[1] == AVAIL_FAR,
	    "10 km: 9.9 is in, 10.1 is far");
	OK(near.out[2] == AVAIL_NOWHERE && near.km[2] < 0,
	    "no position is not far: it is said apart");
	OK(near.out[3] == AVAIL_IN && near.km[3] < 0.001F,
	    "across the border of the département");
	OK(fabs((double)near.km[0] - 9.9) < 0.01, "the distance is kept");
	q = (struct nearby){ .marked = marked, .n_marked = 2 };
	nearby_apply(&s, &q, both, 2, &a, &mine);
	OK(mine.out[0] == AVAIL_UNMARKED && mine.out[1] == AVAIL_IN &&
	    mine.out[3] == AVAIL_IN && mine.km == NULL, "favourites alone");
	q = (struct nearby){ .around = &here, .km = 10, .marked = marked,
	    .n_marked = 2 };
	nearby_apply(&s, &q, both, 2, &a, &and);
	OK(and.out[0] == AVAIL_UNMARKED && and.out[1] == AVAIL_FAR &&
	    and.out[3] == AVAIL_IN, "both filters together");
	q = (struct nearby){ .marked = marked, .n_marked = 0 };
	nearby_apply(&s, &q, both, 2, &a, &mine);
	OK(mine.out[1] == AVAIL_UNMARKED, "no favourite: no place, not all");
	arena_free(&a);
}

int
main(void)
{
	distances();
	filters();
	return tap_done();
}
