/* Folding, distances, and the search index: built, searched, damaged. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fold.h"
#include "domain/search.h"
#include "domain/search_build.h"
#include "tap.h"

static char path[] = "/tmp/rorsearchXXXXXX";

static void
test_fold(void)
{
	static const struct { const char *in, *want; } cases[] = {
		{ "L’Hôpital", "l hopital" }, { "L'HÔPITAL", "l hopital" },
		{ "Cœur-Poumon", "coeur poumon" }, { "  a  b ", "a b" },
		{ "Saint-Étienne (42)", "saint etienne 42" }, { "", "" },
		{ "e\xcc\x81te\xcc\x81", "ete" }, { "«\xc2\xa0SMR\xc2\xa0»", "smr" },
		{ "Straße", "strasse" }, { "ÇŒÆŸ", "coeaey" }, { "…—", "" },
		{ "Москва", "Москва" }, { "2A0000014", "2a0000014" },
	};
	struct arena a;
	size_t i;

	arena_init(&a, 1 << 20);
	for (i = 0; i < N_ELEM(cases); i++)
		IS(fold_text(&a, cases[i].in), cases[i].want, cases[i].in);
	arena_free(&a);
}

static void
test_distance(void)
{
	static const struct { const char *a, *b; int max, want; } cases[] = {
		{ "cardio", "cardio", 2, 0 }, { "cardio", "cadrio", 2, 1 },
		{ "reanimation", "reanimmation", 2, 1 },
		{ "reanimation", "reamination", 2, 2 }, { "abc", "xyz", 2, 3 },
		{ "", "ab", 2, 2 }, { "a", "abcd", 2, 3 }, { "hopital", "hopitl", 1, 1 },
	};
	size_t i;

	for (i = 0; i < N_ELEM(cases); i++)
		OK(fold_distance(cases[i].a, cases[i].b, cases[i].max) ==
		    cases[i].want, cases[i].b);
}

static const struct search_entry things[] = {
	{ 1, 's', "CH de Valmont", "CH de Valmont 910000025 Étampes", "91", 1u << 1, 0 },
	{ 2, 's', "Hôpital Saint-Louis", "Hôpital Saint-Louis Paris", "75", 1u << 1 | 1u << 2, 0 },
	{ 3, 's', "EHPAD Les Tilleuls", "EHPAD Les Tilleuls Valmont", "91", 1u << 4, 0 },
	{ 4, 'u', "Réanimation polyvalente", "Réanimation polyvalente CH de Valmont unité de réanimation", "91", 1u << 1, 121 },
	{ 5, 'u', "Cardiologie", "Cardiologie Hôpital Saint-Louis", "75", 1u << 1, 149 },
	{ 6, 's', "Centre hospitalier d’Ajaccio", "Centre hospitalier d’Ajaccio 2A0000014", "2A", 1u << 1, 0 },
};

static void
test_queries(struct arena *a)
{
	static const struct {
		const char *what, *text, *departement;
		unsigned fields, type;
		size_t total;
		int64_t first;
	} cases[] = {
		{ "everything", "", NULL, 0, 0, 6, 5 },
		{ "a prefix", "card", NULL, 0, 0, 1, 5 },
		{ "accents", "REANIMATION", NULL, 0, 0, 1, 4 },
		{ "a mistake", "reanimmation", NULL, 0, 0, 1, 4 },
		{ "two mistakes in a long word", "reamination", NULL, 0, 0, 1, 4 },
		{ "a mistake in a beginning is too vague", "crad", NULL, 0, 0, 0, -1 },
		{ "every word", "valmont ehpad", NULL, 0, 0, 1, 3 },
		{ "the name before the rest", "valmont", NULL, 0, 0, 3, 1 },
		{ "saint as st", "st louis", NULL, 0, 0, 2, 2 },
		{ "ch for centre hospitalier", "ch ajaccio", NULL, 0, 0, 1, 6 },
		{ "centre hospitalier for CH", "centre hospitalier valmont", NULL, 0, 0, 2, 1 },
		{ "FINESS with a letter", "2a0000014", NULL, 0, 0, 1, 6 },
		{ "a département", "", "91", 0, 0, 3, 1 },
		{ "a field", "", NULL, 1u << 4 | 1u << 6, 0, 1, 3 },
		{ "a type", "", NULL, 0, 121, 1, 4 },
		{ "nothing", "zzzz", NULL, 0, 0, 0, -1 },
		{ "signs only", "…!?", NULL, 0, 0, 6, 5 },
	};
	static struct search_result r;
	struct search *s;
	size_t i;

	if (search_open(path, &s) != ST_OK) {
		OK(0, "the index opens");
		return;
	}
	OK(search_generation(s) == 42, "its generation");
	for (i = 0; i < N_ELEM(cases); i++) {
		struct search_query q = { .text = cases[i].text, .n = 10,
		    .departement = cases[i].departement,
		    .fields = cases[i].fields, .type = cases[i].type };

		search_run(s, a, &q, &r);
		OK(r.total == cases[i].total && (r.total == 0 ||
		    r.hits[0].id == cases[i].first), cases[i].what);
		arena_reset(a);
	}
	search_run(s, a, &(struct search_query){ .text = "reanimmation",
	    .n = 1 }, &r);
	IS(r.corrected, "reanimation", "says what it took");
	search_run(s, a, &(struct search_query){ .text = "valmont zzzz",
	    .n = 1 }, &r);
	IS(r.missing, "zzzz", "says which word is nowhere");
	search_run(s, a, &(struct search_query){ .text = "", .n = 2,
	    .first = 4 }, &r);
	OK(r.n == 2 && r.total == 6, "a page further on");
	search_run(s, a, &(struct search_query){ .text = "valmont", .n = 10,
	    .only = &(struct search_hit){ 's', 3 }, .n_only = 1 }, &r);
	OK(r.total == 1 && r.hits[0].id == 3, "only among some");
	search_close(s);
}

/* Cut it at every 64 bytes and flip every 7th byte: refused, never read. */
static void
test_damage(void)
{
	static unsigned char whole[1 << 16];
	FILE *f = fopen(path, "r");
	size_t n = f == NULL ? 0 : fread(whole, 1, sizeof(whole), f);
	int bad = 0, tried = 0;
	struct search *s;
	size_t i;

	if (f != NULL)
		(void)fclose(f);
	for (i = 0; i < 2 * n; i += i < n ? 64 : 7) {
		size_t len = i < n ? i : n;

		if (i >= n)
			whole[i - n] ^= 0x55;
		if ((f = fopen(path, "w")) == NULL)
			break;
		(void)fwrite(whole, 1, len, f);
		(void)fclose(f);
		tried++;
		if (search_open(path, &s) == ST_OK) {
			bad++;
			search_close(s);
		}
		if (i >= n)
			whole[i - n] ^= 0x55;
	}
	/* Four bytes of the header (its generation) may be anything. */
	OK(tried > 100 && bad <= 2, "damaged files are refused");
}

static void
test_refresh(struct arena *a)
{
	struct search_entry copy[N_ELEM(things)];
	struct search *s = NULL;
	struct fault fault = { "" };

	(void)unlink(path);
	OK(search_refresh(path, &s) == ST_NOTFOUND && s == NULL, "no index yet");
	memcpy(copy, things, sizeof(things));
	OK(search_build(path, 1, copy, 0, &fault) == ST_OK &&
	    search_refresh(path, &s) == ST_OK, "an empty one");
	search_run(s, a, &(struct search_query){ .text = "x", .n = 1 },
	    &(struct search_result){ 0 });
	OK(search_build(path, 43, copy, N_ELEM(copy), &fault) == ST_OK &&
	    search_refresh(path, &s) == ST_OK && search_generation(s) == 43,
	    "replaced under a reader");
	search_close(s);
	OK(search_build("/nonexistent/x", 1, copy, 1, &fault) == ST_IO &&
	    fault.text[0] != '\0', "a folder that is not there");
}

int
main(void)
{
	struct search_entry copy[N_ELEM(things)];
	struct fault fault = { "" };
	struct arena a;
	int fd = mkstemp(path);

	if (fd == -1)
		return 1;
	(void)close(fd);
	arena_init(&a, 16 << 20);
	test_fold();
	test_distance();
	memcpy(copy, things, sizeof(things));
	OK(search_build(path, 42, copy, N_ELEM(copy), &fault) == ST_OK,
	    "the index is built");
	test_queries(&a);
	test_damage();
	test_refresh(&a);
	(void)unlink(path);
	arena_free(&a);
	return tap_done();
}
