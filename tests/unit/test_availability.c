/* What is free: expiry, bounds, coverage, places inside others, closures. */
#include "domain/availability.h"
#include "tap.h"

enum { NOW = 1800000000, H = 3600, DAY = 86400 };

/* Île-de-France and La Réunion, cut down to three départements. */
static struct departement departements[] = {
	{ .code = "75", .name = "Paris", .region_code = "11" },
	{ .code = "91", .name = "Essonne", .region_code = "11" },
	{ .code = "974", .name = "La Réunion", .region_code = "04" },
};
static const struct geography geo = { .departements = departements,
	.n_departements = N_ELEM(departements) };

/* One place: figures of -1 are unknown; parent is an id. */
struct given {
	int64_t	id, parent;
	int	category, departement;
	bool	followed, sensitive;
	int	inst, closed, extra, free;
	int64_t	age_s;
	int64_t	lock_from, lock_to;	/* relative to NOW */
};

static void
build(struct snapshot *s, const struct given *g, size_t n)
{
	static char *units[] = { "1" }, *names[] = { "Unité" };
	size_t i, j;

	snapshot_init(s, &geo);
	s->categories[0] = (struct snapshot_category){ 1, "medecine",
	    "Médecine", "01", "lit", "lits", DAY };
	s->categories[1] = (struct snapshot_category){ 3, "rea_adulte",
	    "Réanimation adulte", "01", "lit", "lits", DAY };
	s->categories[2] = (struct snapshot_category){ 22, "dialyse",
	    "Dialyse", "02", "place", "places", 7 * DAY };
	s->n_categories = 3;
	s->n = n;
	s->places = ARENA_ARRAY(&s->arena, n, struct place);
	s->figures = ARENA_ARRAY(&s->arena, n, struct figures);
	for (i = 0; i < n; i++) {
		struct place *p = &s->places[i];
		struct figures *f = &s->figures[i];

		*p = (struct place){ .id = g[i].id, .subset_of = g[i].parent,
		    .category = g[i].category,
		    .departement = g[i].departement,
		    .followed = g[i].followed, .sensitive = g[i].sensitive,
		    .name = "Lieu", .site_name = "Site", .unit_ids = units,
		    .unit_names = names, .n_units = 1 };
		if (g[i].lock_to != 0) {
			p->locked = ARENA_NEW(&s->arena, struct period);
			*p->locked = (struct period){ NOW + g[i].lock_from,
			    NOW + g[i].lock_to };
			p->n_locked = 1;
		}
		figures_parse(f, NULL);
		f->value[FIG_INST] = g[i].inst;
		f->value[FIG_CLOSED_NR] = g[i].closed;
		f->value[FIG_EXTRA] = g[i].extra;
		f->value[FIG_FREE] = g[i].free;
		for (j = 0; j < FIG__MAX; j++)
			f->at_utc[j] = NOW - g[i].age_s;
	}
	snapshot_index(s);
}

static struct avail_sum
sum_of(const struct given *g, size_t n, struct avail_ask ask, size_t category,
    size_t column, int64_t *ret_until)
{
	static const int32_t idf[] = { 0, 1 };
	struct avail_sum all[3 * 3];
	struct snapshot s;

	build(&s, g, n);
	avail_matrix(&s, &ask, idf, 2, all, ret_until);
	snapshot_free(&s);
	return all[category * 3 + column];
}

static void
limits(void)
{
	static const struct {
		const char *name;
		int category;
		int64_t age_s, max_age_s;
		enum avail_state want;
	} cases[] = {
		{ "just said", 0, 0, 0, AVAIL_FRESH },
		{ "said in the next five minutes", 0, -200, 0, AVAIL_FRESH },
		{ "one second before the limit", 0, DAY - 1, 0, AVAIL_FRESH },
		{ "exactly at the limit", 0, DAY, 0, AVAIL_EXPIRED },
		{ "places keep seven days", 2, 7 * DAY - 1, 0, AVAIL_FRESH },
		{ "and not a second more", 2, 7 * DAY, 0, AVAIL_EXPIRED },
		{ "3 hours asked, exactly 3", 0, 3 * H, 3 * H, AVAIL_EXPIRED },
		{ "3 hours asked, a second less", 0, 3 * H - 1, 3 * H,
		  AVAIL_FRESH },
		{ "24 hours asked don't lengthen", 0, DAY, 48 * H,
		  AVAIL_EXPIRED },
	};
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		struct given g = { 1, 0, cases[i].category, 0, true, false,
		    10, 0, 0, 4, cases[i].age_s, 0, 0 };
		struct avail_ask ask = { .now = NOW,
		    .max_age_s = cases[i].max_age_s, .sensitive = true };
		struct avail_reading r;
		struct snapshot s;

		build(&s, &g, 1);
		r = avail_read(&s, 0, &ask);
		OK(r.state == cases[i].want, cases[i].name);
		OK(r.state != AVAIL_FRESH || r.until_utc > NOW,
		    "what is true now is true for a while");
		snapshot_free(&s);
	}
}

static void
closures(void)
{
	static const struct {
		const char *name;
		int64_t from, to, until;
		enum avail_state want;
		int available;
	} cases[] = {
		{ "closed now", -H, H, H, AVAIL_LOCKED, 0 },
		{ "closed from this second", 0, H, H, AVAIL_LOCKED, 0 },
		{ "closed in an hour", H, 2 * H, H, AVAIL_FRESH, 4 },
	};
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		struct given g = { 1, 0, 0, 0, true, false, 10, 0, 0, 4, 0,
		    cases[i].from, cases[i].to };
		struct avail_ask ask = { .now = NOW, .sensitive = true };
		struct avail_reading r;
		struct snapshot s;

		build(&s, &g, 1);
		r = avail_read(&s, 0, &ask);
		OK(r.state == cases[i].want &&
		    r.available == cases[i].available, cases[i].name);
		OK(r.until_utc == NOW + cases[i].until, "until it changes");
		snapshot_free(&s);
	}
}

static void
closure_end(void)
{
	struct given g = { 1, 0, 0, 0, true, false, 10, 0, 0, 4, 0, -H, H };
	struct avail_ask ask = { .now = NOW + H, .sensitive = true };
	struct snapshot s;

	build(&s, &g, 1);
	OK(avail_read(&s, 0, &ask).state == AVAIL_FRESH,
	    "a closure ends half-open");
	snapshot_free(&s);
}

static void
sums(void)
{
	static const struct given g[] = {
		/* id up cat dep followed sens inst clo ext free age lock */
		{ 1, 0, 0, 0, true, false, 30, 4, -1, 5, H, 0, 0 },
		{ 2, 0, 0, 0, true, false, 20, 2, 3, 7, 2 * DAY, 0, 0 },
		{ 3, 0, 0, 0, true, false, 12, -1, -1, -1, 0, 0, 0 },
		{ 4, 0, 0, 0, false, false, 50, -1, -1, -1, 0, 0, 0 },
		{ 5, 0, 0, 0, true, false, 8, 0, -1, 6, 0, -H, H },
		{ 6, 0, 0, 1, true, false, 9, 0, -1, 2, 20 * H, 0, 0 },
		{ 7, 0, 2, 1, true, false, 6, 0, -1, 1, 3 * DAY, 0, 0 },
	};
	struct avail_ask ask = { .now = NOW, .sensitive = true };
	int64_t until;
	struct avail_sum t = sum_of(g, N_ELEM(g), ask, 0, 0, &until);

	OK(t.available == 5, "expired and closed places add nothing");
	OK(t.installed == 120, "installed beds carry forward, all of them");
	OK(t.places == 5 && t.expected == 4, "unfollowed: there, not expected");
	OK(t.reporting == 3, "reporting: said something once, or is closed");
	OK(t.fresh == 2 && t.expected_fresh == 2, "fresh: heard, or closed");
	/* 5 + (20 - 2, its extra beds too old to count) + 12 + 50 + 0 */
	OK(t.high == 85, "unknown places count as all free in the upper bound");
	OK(t.oldest_utc == NOW - H, "the oldest of the values counted");
	OK(t.by_level[1] == 1, "exactly one hour is the second level");
	OK(until == NOW + H, "true until the closure ends");
	t = sum_of(g, N_ELEM(g), ask, 0, 2, &until);
	OK(t.available == 7 && t.places == 6, "the total adds départements");
	OK(avail_median_level(&t) == 1, "median of two levels: the younger");
	t = sum_of(g, N_ELEM(g), ask, 2, 2, &until);
	OK(t.available == 1 && t.installed == 6,
	    "places are a row of their own, never added to beds");
	t = sum_of(g, N_ELEM(g), ask, 1, 2, &until);
	OK(t.places == 0 && avail_median_level(&t) == -1, "nothing is nothing");
}

static void
inside_others(void)
{
	static const struct given g[] = {
		{ 1, 0, 0, 0, true, false, 100, 0, -1, 10, 0, 0, 0 },
		{ 2, 1, 1, 0, true, false, 12, 0, -1, 3, 0, 0, 0 },
		{ 3, 1, 0, 0, true, false, 20, 0, -1, 4, 0, 0, 0 },
		{ 4, 99, 0, 0, true, false, 7, 0, -1, 1, 0, 0, 0 },
	};
	static const struct given apart[] = {
		{ 1, 0, 0, 0, false, false, 100, 0, -1, 10, 0, 0, 0 },
		{ 2, 1, 0, 0, true, false, 20, 0, -1, 4, 0, 0, 0 },
		{ 3, 1, 0, 0, false, false, 30, 0, -1, 5, 0, 0, 0 },
	};
	struct avail_ask ask = { .now = NOW, .sensitive = true };
	int64_t until;
	struct avail_sum t = sum_of(g, N_ELEM(g), ask, 0, 0, &until);

	OK(t.available == 11 && t.installed == 107,
	    "inside a place of the same category: counted once");
	t = sum_of(g, N_ELEM(g), ask, 1, 0, &until);
	OK(t.available == 3 && t.installed == 12,
	    "inside a place of another category: counted in its own");
	t = sum_of(apart, N_ELEM(apart), ask, 0, 0, &until);
	OK(t.places == 2 && t.expected == 1 && t.available == 9 &&
	    t.installed == 50, "inside one that nobody follows: they count, "
	    "it does not");
}

static void
sensitive(void)
{
	static const struct given g[] = {
		{ 1, 0, 0, 0, true, false, 10, 0, -1, 1, 0, 0, 0 },
		{ 2, 0, 0, 0, true, true, 20, 0, -1, 2, 0, 0, 0 },
	};
	static const int32_t idf[] = { 0, 1 };
	struct avail_ask with = { .now = NOW, .sensitive = true };
	struct avail_ask without = { .now = NOW };
	struct avail_rows r;
	struct snapshot s;
	int64_t until;

	OK(sum_of(g, 2, with, 0, 0, &until).available == 3, "counted");
	OK(sum_of(g, 2, without, 0, 0, &until).available == 1, "not counted");
	build(&s, g, 2);
	avail_list(&s, &with, 0, idf, 2, AVAIL_BY_FREE, false, &s.arena, &r);
	OK(r.n == 1 && r.hidden.available == 2 && r.hidden.installed == 20,
	    "not listed, but the rows and the rest add up to the cell");
	avail_list(&s, &with, 0, idf, 2, AVAIL_BY_FREE, true, &s.arena, &r);
	OK(r.n == 2 && r.hidden.places == 0, "listed for whom it may be");
	avail_list(&s, &without, 0, idf, 2, AVAIL_BY_FREE, false, &s.arena, &r);
	OK(r.n == 1 && r.hidden.places == 0, "not even mentioned");
	snapshot_free(&s);
}

static void
order(void)
{
	static const struct given g[] = {
		{ 1, 0, 0, 0, true, false, 10, 0, -1, 1, 5 * H, 0, 0 },
		{ 2, 0, 0, 0, true, false, 10, 0, -1, -1, 0, 0, 0 },
		{ 3, 0, 0, 0, true, false, 10, 0, -1, 8, H, 0, 0 },
		{ 4, 0, 0, 0, true, false, 10, 0, -1, 9, 3 * DAY, 0, 0 },
		{ 5, 0, 0, 1, true, false, 10, 0, -1, 9, 0, 0, 0 },
	};
	static const int32_t idf[] = { 0, 1 };
	static const struct { enum avail_order by; int32_t want[5]; }
	    cases[] = {
		{ AVAIL_BY_FREE, { 2, 0, 1, 3, 4 } },
		{ AVAIL_BY_AGE, { 2, 0, 3, 1, 4 } },
	};
	struct avail_ask ask = { .now = NOW, .sensitive = true };
	struct avail_rows r;
	struct snapshot s;
	size_t i, j;

	build(&s, g, N_ELEM(g));
	for (i = 0; i < N_ELEM(cases); i++) {
		int same;

		avail_list(&s, &ask, 0, idf, 2, cases[i].by, true, &s.arena,
		    &r);
		same = r.n == 5;
		for (j = 0; j < r.n; j++)
			same = same && r.v[j].place == cases[i].want[j];
		OK(same, "ordered within its département");
	}
	ask.max_age_s = 3 * H;
	avail_list(&s, &ask, 0, idf, 2, AVAIL_BY_FREE, true, &s.arena, &r);
	OK(r.n == 2 && r.aged == 3, "a filter says how many it hid");
	snapshot_free(&s);
}

static void
tension(void)
{
	static const struct { int64_t free, of; bool want; } cases[] = {
		{ 0, 1000, false }, { 1, 83, false }, { 1, 84, true },
		{ 12, 1000, false }, { 11, 1000, true },
	};
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++) {
		struct avail_sum t = { .available = cases[i].free,
		    .installed_fresh = cases[i].of };

		OK(avail_tense(&t) == cases[i].want, "less than 1.2 %, not 0");
	}
}

static void
parsing(void)
{
	struct figures f = { .version = 7 };

	figures_parse(&f, "1 30 1800000000 20 0 1799999000 12 5 1800000000");
	OK(f.value[FIG_INST] == 30 && f.at_utc[FIG_INST] == NOW, "installed");
	OK(f.value[FIG_FREE] == 0 && f.at_utc[FIG_FREE] == 1799999000,
	    "a zero is a value");
	OK(f.value[FIG_WOMEN] == -1, "what is absent is unknown");
	OK(f.version == 7, "the rest is left alone");
	figures_parse(&f, NULL);
	OK(f.value[FIG_INST] == -1, "retracted");
}

static void
finding(void)
{
	static const struct given g[] = {
		{ 40, 0, 0, 0, true, false, 1, 0, -1, 1, 0, 0, 0 },
		{ 7, 0, 0, 0, true, false, 1, 0, -1, 1, 0, 0, 0 },
		{ 12, 40, 0, 2, true, false, 1, 0, -1, 1, 0, 0, 0 },
	};
	static const int32_t idf[] = { 0, 1 };
	struct avail_ask ask = { .now = NOW, .sensitive = true };
	struct avail_rows r;
	struct snapshot s;

	build(&s, g, N_ELEM(g));
	OK(snapshot_find(&s, 7) == 1 && snapshot_find(&s, 40) == 0 &&
	    snapshot_find(&s, 8) == -1, "places by number");
	OK(s.places[2].parent == 0, "and their parents");
	OK(snapshot_category_find(&s, "dialyse") == 2 &&
	    snapshot_category_find(&s, "") == -1, "categories by slug");
	avail_list(&s, &ask, 0, idf, 2, AVAIL_BY_FREE, true, &s.arena, &r);
	OK(r.n == 2, "another région's places stay there");
	snapshot_free(&s);
}

int
main(void)
{
	limits();
	closures();
	closure_end();
	sums();
	inside_others();
	sensitive();
	order();
	tension();
	parsing();
	finding();
	return tap_done();
}
