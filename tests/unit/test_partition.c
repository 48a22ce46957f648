/* Thousands of random directories: shared places, places inside others, locked
 * and expired ones; the sum over any partition is the total, and each bed is in
 * it once.  SEED repeats a run. */
#include <stdlib.h>
#include <time.h>

#include "domain/availability.h"
#include "tap.h"

enum { NOW = 1800000000, H = 3600, DAY = 86400, DIRECTORIES = 4000,
	CATEGORIES = 3, DEPARTEMENTS = 5, REGIONS = 2, SITES = 12, UNITS = 30,
	PLACES_MAX = 60 };

/* Départements 0 to 2 are of the first région, 3 and 4 of the second. */
static struct departement departements[DEPARTEMENTS] = {
	{ .code = "75", .region_code = "11" },
	{ .code = "77", .region_code = "11" },
	{ .code = "91", .region_code = "11" },
	{ .code = "31", .region_code = "76" },
	{ .code = "65", .region_code = "76" },
};
static const struct geography geo = { .departements = departements,
	.n_departements = DEPARTEMENTS };
static const int32_t all[DEPARTEMENTS] = { 0, 1, 2, 3, 4 };

static uint64_t state;

/* xorshift64*: the same everywhere for a seed. */
static uint32_t
draw(uint32_t below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * UINT64_C(2685821657736338717)) >> 33) %
	    below;
}

static bool
one_in(uint32_t n)
{
	return draw(n) == 0;
}

static char unit_text[UNITS][12];

static void
units_draw(struct arena *a, struct place *p)
{
	size_t i;

	/* One place in three is shared, by two to four units. */
	p->n_units = one_in(3) ? 2 + draw(3) : 1;
	p->unit_ids = ARENA_ARRAY(a, p->n_units, char *);
	for (i = 0; i < p->n_units; i++)
		p->unit_ids[i] = unit_text[draw(UNITS)];
	p->unit_names = p->unit_ids;
}

static void
figures_draw(struct figures *f)
{
	int i;

	figures_parse(f, NULL);
	for (i = 0; i < FIG__MAX; i++)
		f->at_utc[i] = NOW - (int64_t)draw(9 * DAY);
	if (!one_in(8))
		f->value[FIG_INST] = (int32_t)draw(40);
	if (!one_in(5))
		f->value[FIG_FREE] = (int32_t)draw(12);
	if (one_in(3))
		f->value[FIG_CLOSED_NR] = (int32_t)draw(9);
	if (one_in(4))
		f->value[FIG_EXTRA] = (int32_t)draw(4);
}

static void
place_draw(struct snapshot *s, size_t i)
{
	struct place *p = &s->places[i];
	static const char *const sites[SITES] = { "a", "b", "c", "d", "e",
		"f", "g", "h", "i", "j", "k", "l" };
	/* Places come département by département; a site is in one. */
	size_t site = i * SITES / s->n;

	*p = (struct place){ .id = (int64_t)(100 + i),
	    .category = (int32_t)draw(CATEGORIES),
	    .departement = (int32_t)(site * DEPARTEMENTS / SITES),
	    .followed = !one_in(6), .sensitive = one_in(9), .name = "Lieu",
	    .site_name = sites[site], .site_finess = sites[site] };
	units_draw(&s->arena, p);
	if (one_in(7)) {
		int64_t from = NOW - 3 * DAY + (int64_t)draw(6 * DAY);

		p->locked = ARENA_NEW(&s->arena, struct period);
		*p->locked = (struct period){ from, from + 1 + draw(2 * DAY) };
		p->n_locked = 1;
	}
	/* Inside a place of the same site that is not inside another. */
	if (i > 0 && one_in(5) && s->places[i - 1].subset_of == 0 &&
	    s->places[i - 1].site_name == p->site_name)
		p->subset_of = s->places[i - 1].id;
	figures_draw(&s->figures[i]);
}

static void
directory_draw(struct snapshot *s)
{
	size_t i;

	snapshot_init(s, &geo);
	for (i = 0; i < CATEGORIES; i++)
		s->categories[i] = (struct snapshot_category){ (int)i + 1, "c",
		    "C", i == 2 ? "02" : "01", "lit", "lits",
		    i == 2 ? 7 * DAY : DAY };
	s->n_categories = CATEGORIES;
	s->n = SITES + draw(PLACES_MAX - SITES);
	s->places = ARENA_ARRAY(&s->arena, s->n, struct place);
	s->figures = ARENA_ARRAY(&s->arena, s->n, struct figures);
	for (i = 0; i < s->n; i++)
		place_draw(s, i);
	snapshot_index(s);
}

/* --- slow and obvious --- */

/* Not followed, and something of its category inside it is. */
static bool
in_parts(const struct snapshot *s, const struct avail_ask *ask,
    const struct place *p)
{
	size_t k;

	for (k = 0; !p->followed && k < s->n; k++)
		if (s->places[k].subset_of == p->id &&
		    s->places[k].followed &&
		    s->places[k].category == p->category &&
		    (ask->sensitive || !s->places[k].sensitive))
			return true;
	return false;
}

static bool
counts(const struct snapshot *s, const struct avail_ask *ask, size_t i)
{
	const struct place *p = &s->places[i];
	size_t k;

	if (p->sensitive && !ask->sensitive)
		return false;
	if (in_parts(s, ask, p))
		return false;
	for (k = 0; p->subset_of != 0 && k < s->n; k++)
		if (s->places[k].id == p->subset_of &&
		    s->places[k].category == p->category &&
		    (ask->sensitive || !s->places[k].sensitive))
			return in_parts(s, ask, &s->places[k]);
	return true;
}

/* What the place adds: nothing when it is closed or not known. */
static int64_t
beds(const struct snapshot *s, const struct avail_ask *ask, size_t i)
{
	const struct place *p = &s->places[i];
	const struct figures *f = &s->figures[i];
	int64_t ttl = s->categories[p->category].ttl_s;

	if (p->n_locked > 0 && p->locked->from_utc <= ask->now &&
	    ask->now < p->locked->to_utc)
		return 0;
	if (f->value[FIG_FREE] < 0 || f->at_utc[FIG_FREE] + ttl <= ask->now)
		return 0;
	return f->value[FIG_FREE];
}

struct tally {
	int64_t	available, high, installed, places, fresh, expected;
};

static struct tally
tally_of(const struct avail_sum *t)
{
	return (struct tally){ t->available, t->high, t->installed, t->places,
	    t->fresh, t->expected };
}

static struct tally
plus(struct tally a, struct tally b)
{
	return (struct tally){ a.available + b.available, a.high + b.high,
	    a.installed + b.installed, a.places + b.places,
	    a.fresh + b.fresh, a.expected + b.expected };
}

static bool
same(struct tally a, struct tally b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

/* --- partitions --- */

struct failures {
	int	oracle, departement, region, rows, site, unit, by_unit;
};

static void
by_place(const struct snapshot *s, const struct avail_ask *ask, int category,
    const struct avail_sum *total, struct failures *f)
{
	int64_t available = 0, installed = 0, places = 0, again = 0;
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct figures *x = &s->figures[i];

		if (s->places[i].category != category || !counts(s, ask, i))
			continue;
		available += beds(s, ask, i);
		installed += x->value[FIG_INST] > 0 ? x->value[FIG_INST] : 0;
		places++;
		again += beds(s, ask, i) * (int64_t)s->places[i].n_units;
	}
	f->oracle += available != total->available ||
	    installed != total->installed || places != total->places;
	/* Counting by unit would be another number: the trap is there. */
	f->by_unit += again != available;
}

/* Whole columns: each département, and the two régions. */
static void
by_territory(const struct snapshot *s, const struct avail_ask *ask,
    int category, const struct avail_sum *m, struct failures *f)
{
	static const int32_t regions[REGIONS][3] = { { 0, 1, 2 }, { 3, 4 } };
	static const size_t n[REGIONS] = { 3, 2 };
	const struct avail_sum *row = &m[category * (DEPARTEMENTS + 1)];
	struct tally sum = { 0 }, sum_regions = { 0 };
	struct avail_sum part[CATEGORIES * (DEPARTEMENTS + 1)];
	int64_t until;
	size_t i;

	for (i = 0; i < DEPARTEMENTS; i++) {
		avail_matrix(s, ask, &all[i], 1, part, &until);
		sum = plus(sum, tally_of(&part[category * 2 + 1]));
		f->departement += !same(tally_of(&part[category * 2 + 1]),
		    tally_of(&row[i]));
	}
	for (i = 0; i < REGIONS; i++) {
		avail_matrix(s, ask, regions[i], n[i], part, &until);
		sum_regions = plus(sum_regions, tally_of(&part[(size_t)category
		    * (n[i] + 1) + n[i]]));
	}
	f->departement += !same(sum, tally_of(&row[DEPARTEMENTS]));
	f->region += !same(sum_regions, tally_of(&row[DEPARTEMENTS]));
}

static int64_t
low_of(const struct avail_row *r)
{
	return !r->inside && (r->is.state == AVAIL_FRESH ||
	    r->is.state == AVAIL_LOCKED) ? r->is.available : 0;
}

/* The rows of the detail, one by one and group by group: sites, lead units. */
static void
by_row(const struct snapshot *s, const struct avail_ask *ask, int category,
    const struct avail_sum *total, bool show, struct failures *f)
{
	int64_t rows = 0, site[SITES] = { 0 }, unit[UNITS] = { 0 };
	int64_t sites, units;
	struct avail_proof proof;
	struct avail_rows list;
	struct arena a;
	size_t i;

	arena_init(&a, 1 << 22);
	avail_list(s, ask, category, all, DEPARTEMENTS, AVAIL_BY_FREE, show,
	    &a, &list);
	for (i = 0; i < list.n; i++) {
		const struct place *p = &s->places[list.v[i].place];

		rows += low_of(&list.v[i]);
		site[p->site_name[0] - 'a'] += low_of(&list.v[i]);
		unit[atoll(p->unit_ids[0])] += low_of(&list.v[i]);
	}
	sites = units = list.hidden.available;
	for (i = 0; i < SITES; i++)
		sites += site[i];
	for (i = 0; i < UNITS; i++)
		units += unit[i];
	avail_proof(s, ask, category, all, DEPARTEMENTS, show, &a, &proof);
	f->rows += rows + list.hidden.available != total->available ||
	    proof.low != total->available || proof.high != total->high;
	f->site += sites != total->available;
	f->unit += units != total->available;
	arena_free(&a);
}

int
main(void)
{
	const char *given = getenv("SEED");
	uint64_t seed = given != NULL ? strtoull(given, NULL, 10) :
	    (uint64_t)time(NULL);
	struct failures f = { 0 };
	int i, c;

	printf("# SEED=%llu\n", (unsigned long long)seed);
	state = seed * 2 + 1;
	for (i = 0; i < UNITS; i++)
		(void)snprintf(unit_text[i], sizeof(unit_text[i]), "%d", i);
	for (i = 0; i < DIRECTORIES; i++) {
		struct avail_sum m[CATEGORIES * (DEPARTEMENTS + 1)];
		struct avail_ask ask = { .now = NOW, .sensitive = one_in(2) };
		struct snapshot s;
		int64_t until;

		directory_draw(&s);
		avail_matrix(&s, &ask, all, DEPARTEMENTS, m, &until);
		for (c = 0; c < CATEGORIES; c++) {
			const struct avail_sum *t = &m[c * (DEPARTEMENTS + 1) +
			    DEPARTEMENTS];

			by_place(&s, &ask, c, t, &f);
			by_territory(&s, &ask, c, m, &f);
			by_row(&s, &ask, c, t, one_in(2), &f);
		}
		snapshot_free(&s);
	}
	OK(f.oracle == 0, "each bed is in the total once");
	OK(f.departement == 0, "sum of départements = total");
	OK(f.region == 0, "sum of régions = total");
	OK(f.rows == 0, "rows of the detail and of the proof = cell");
	OK(f.site == 0, "sum of sites = total");
	OK(f.unit == 0, "sum of lead units = total");
	OK(f.by_unit > DIRECTORIES, "and summing over all units is wrong");
	return tap_done();
}
