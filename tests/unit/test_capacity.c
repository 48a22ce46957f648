/* What somebody may say about a place: reading the fields of a form. */
#include <string.h>

#include "domain/capacity.h"
#include "tap.h"

static const struct {
	const char	*inst, *ferm, *dispo, *comment;
	const char	*bad;		/* NULL: accepted */
	const char	*why;		/* part of the sentence */
} rows[] = {
	{ "22", "4", "3", "", NULL, NULL },
	{ "0", "0", "0", "", NULL, NULL },
	{ " 22 ", "\t4", "3", "", NULL, NULL },
	{ "22", "22", "", "", NULL, NULL },
	{ "9999", "0", "9999", "", NULL, NULL },
	{ "0022", "", "3", "", NULL, NULL },
	{ "", "", "3", "", "inst", "installé" },
	{ "22", "23", "3", "", "ferm_nr", "plus de fermés (23)" },
	{ "0", "1", "", "", "ferm_nr", "que d’installés (0)" },
	{ "22", "4", "-1", "", "dispo_ind", "négatif" },
	{ "22", "4", "--1", "", "dispo_ind", "entier" },
	{ "22", "4", "-", "", "dispo_ind", "entier" },
	{ "22", "4", "1 2", "", "dispo_ind", "entier" },
	{ "22", "4", "1.0", "", "dispo_ind", "entier" },
	{ "22", "4", "1\xc2\xa0" "2", "", "dispo_ind", "entier" },
	{ "22", "4", "\xd9\xa3", "", "dispo_ind", "entier" },
	{ "22", "4", "\xef\xbc\x93", "", "dispo_ind", "entier" },
	{ "22", "4", "10000", "", "dispo_ind", "trop grand" },
	{ "1000000000000", "4", "3", "", "inst", "trop grand" },
	{ "99999999999999999999", "4", "3", "", "inst", "trop grand" },
	{ "x", "-1", "3", "", "inst", "entier" },	/* the first one */
};

static struct capacity_entry
read_row(struct arena *a, const char *inst, const char *ferm,
    const char *dispo, const char *comment)
{
	struct capacity_entry e = { .typed = { [CAP_INST] = inst,
	    [CAP_FERM_NR] = ferm, [CAP_DISPO_IND] = dispo,
	    [CAP_SUPPL_MOB] = "0" }, .typed_comment = comment };

	(void)capacity_entry_read(a, &e);
	return e;
}

static void
test_rows(struct arena *a)
{
	size_t i;

	for (i = 0; i < N_ELEM(rows); i++) {
		struct capacity_entry e = read_row(a, rows[i].inst,
		    rows[i].ferm, rows[i].dispo, rows[i].comment);

		if (rows[i].bad == NULL) {
			OK(e.error == NULL, rows[i].dispo);
			continue;
		}
		IS(e.bad, rows[i].bad, rows[i].why);
		OK(e.error != NULL && strstr(e.error, rows[i].why) != NULL,
		    rows[i].why);
	}
}

static void
test_values(struct arena *a)
{
	struct capacity_entry e = read_row(a, "0022", "", "3", " deux\nmots ");

	OK(e.value[CAP_INST] == 22, "leading zeros");
	OK(e.value[CAP_FERM_NR] == CAP_NULL, "empty is null, not zero");
	OK(e.value[CAP_SUPPL_MOB] == 0, "zero is zero");
	IS(e.comment, "deux mots", "a comment is one line");
	e = read_row(a, NULL, "5", "3", NULL);
	OK(e.error == NULL && e.comment == NULL, "absent fields stay");
}

static void
test_comment(struct arena *a)
{
	char text[2 * CAP_COMMENT_MAX + 3];
	struct capacity_entry e;
	size_t i;

	for (i = 0; i < CAP_COMMENT_MAX; i++)
		(void)memcpy(text + 2 * i, "é", 2);
	text[2 * CAP_COMMENT_MAX] = '\0';
	e = read_row(a, "1", "0", "0", text);
	OK(e.error == NULL, "200 characters, whatever their bytes");
	(void)memcpy(text + 2 * i, "!", 2);
	e = read_row(a, "1", "0", "0", text);
	IS(e.bad, CAP_COMMENT_FIELD, "201 are too many");
}

/* The table agrees with itself: names, codes and numbers are keys. */
static void
test_fields(void)
{
	struct capacity_shown simple = { .mode = CAP_SIMPLE };
	struct capacity_shown full = { CAP_FULL, 1u << CAP_G_CRISIS };
	size_t n_simple = 0, n_full = 0;
	int f;

	for (f = 0; f < CAP__MAX; f++) {
		const struct capacity_spec *c = &capacity_fields[f];
		enum capacity_field i = (enum capacity_field)f;

		OK(capacity_field_named(c->name) == i, c->name);
		OK(capacity_field_coded(c->code) == i, c->code);
		OK(capacity_field_of(c->indicator) == i, c->code);
		n_simple += capacity_is_shown(&simple, i);
		n_full += capacity_is_shown(&full, i);
	}
	OK(n_simple == 4, "the simple mode has four");
	OK(n_full == 15, "the full one all but what is hidden");
	OK(capacity_field_named("dispo_x") == CAP__MAX, "no such field");
	OK(capacity_field_coded("DISPO") == CAP__MAX, "no such code");
	OK(capacity_field_of(CAP_INDICATOR_TOTAL) == CAP__MAX,
	    "nobody enters the total");
	IS(capacity_head(CAP_SIMPLE, CAP_INST, true), "Places installées",
	    "a place is feminine");
}

/* Figures of the full mode against each other. */
static const struct {
	const char	*inst, *ferm_nr, *ferm_r, *mob, *srh, *arh;
	const char	*bad;
} together[] = {
	{ "10", "4", "6", "0", "", "", NULL },
	{ "10", "4", "7", "0", "", "", "ferm_nr" },
	{ "10", NULL, "11", "0", "", "", "ferm_r" },
	{ "10", "0", "0", "3", "1", "2", NULL },
	{ "10", "0", "0", "4", "1", "2", "suppl_mob" },
	{ "10", "0", "0", "4", "", "", NULL },		/* not given */
	{ "10", "0", "0", "1", "0", "", "suppl_mob" },
	{ "10", "0", "0", "4", NULL, "2", NULL },	/* the database's */
};

static void
test_together(struct arena *a)
{
	size_t i;

	for (i = 0; i < N_ELEM(together); i++) {
		struct capacity_entry e = { .mode = CAP_FULL, .typed = {
		    [CAP_INST] = together[i].inst,
		    [CAP_FERM_NR] = together[i].ferm_nr,
		    [CAP_FERM_R] = together[i].ferm_r,
		    [CAP_SUPPL_MOB] = together[i].mob,
		    [CAP_SUPPL_SRH] = together[i].srh,
		    [CAP_SUPPL_ARH] = together[i].arh } };

		(void)capacity_entry_read(a, &e);
		IS(e.bad == NULL ? "" : e.bad, together[i].bad == NULL ? "" :
		    together[i].bad, "together");
	}
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 1024 * 1024);
	test_fields();
	test_rows(&a);
	test_together(&a);
	test_values(&a);
	test_comment(&a);
	OK(capacity_key_valid("0123abcd-0000-4000-8000-0123456789AB"), "key");
	OK(!capacity_key_valid(""), "no key");
	OK(!capacity_key_valid("0123abcd-0000-4000-8000-0123456789A"),
	    "short key");
	OK(!capacity_key_valid("0123abcd-0000-4000-8000-0123456789ABC"),
	    "long key");
	OK(!capacity_key_valid("0123abcd00000-4000-8000-0123456789AB"),
	    "key without its dash");
	OK(!capacity_key_valid("0123abcd-0000-4000-8000-0123456789Ag"),
	    "key with a letter");
	arena_free(&a);
	return tap_done();
}
