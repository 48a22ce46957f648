/* categories_form.c - the forms of the page of categories, read and checked. */
#include "pages/categories.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NB	"\xe2\x80\xaf"		/* U+202F */

enum { RANK_MAX = 99999, CODE_MAX = 12, SLUG_MAX = 32 };

/* A row of a form, to be put in the order of the ranks typed. */
struct ranked {
	int64_t	rank;
	size_t	row;		/* equal ranks keep their order */
};

static int
rank_order(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Field "r.3.type": prefix, number, name; "" when absent. */
static const char *
field(const struct desk *d, char prefix, size_t n, const char *name)
{
	const char *s = request_form(d->rq, arena_printf(d->rq->arena,
	    "%c.%zu.%s", prefix, n, name));

	return s == NULL ? "" : str_trim(d->rq->arena, s);
}

static bool
code_valid(const char *s)
{
	size_t n = strlen(s);

	return n <= CODE_MAX && strspn(s, "0123456789"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == n;
}

static const char *
rule_read(struct desk *d, size_t row, const char *rank,
    struct category_rule *ret)
{
	const char *slug = field(d, 'r', row, "cat");
	const struct category *c = category_by_slug(&d->book, slug);

	if (c == NULL)
		return arena_printf(d->rq->arena, "Règle de rang %s" NB ": la "
		    "catégorie « %s » n’existe pas.", rank, slug);
	*ret = (struct category_rule){ .category = c->id,
	    .type = field(d, 'r', row, "type"),
	    .activity = field(d, 'r', row, "act"),
	    .mode = field(d, 'r', row, "mode"),
	    .field = field(d, 'r', row, "champ") };
	if (!code_valid(ret->type) || !code_valid(ret->activity) ||
	    !code_valid(ret->mode) || !code_valid(ret->field))
		return arena_printf(d->rq->arena, "Règle de rang %s" NB ": un "
		    "code est fait de lettres sans accent et de chiffres, 12 "
		    "au plus.", rank);
	return NULL;
}

const char *
desk_rules_read(struct desk *d)
{
	const size_t max = CATEGORY_RULES_MAX + CATEGORY_BLANK_RULES;
	struct arena *a = d->rq->arena;
	struct ranked *order = ARENA_ARRAY(a, max, struct ranked);
	struct category_rule *typed = ARENA_ARRAY(a, max,
	    struct category_rule);
	const char *problem = NULL, *nature;
	size_t row, n = 0, i;

	for (row = 0; row < max; row++) {
		const char *rank = field(d, 'r', row, "rang"), *wrong;

		if (rank[0] == '\0')
			continue;
		if (str_to_int(rank, RANK_MAX, &order[n].rank) != ST_OK)
			wrong = arena_printf(a, "Le rang « %s » n’est pas un "
			    "nombre.", rank);
		else
			wrong = rule_read(d, row, rank, &typed[row]);
		problem = problem == NULL ? wrong : problem;
		order[n++].row = row;
	}
	if (problem != NULL)
		return problem;
	if (n == 0 || n > CATEGORY_RULES_MAX)
		return "Il faut entre 1 et 300 règles.";
	qsort(order, n, sizeof(order[0]), rank_order);
	d->rules = ARENA_ARRAY(a, n, struct category_rule);
	for (i = 0; i < n; i++)
		d->rules[i] = typed[order[i].row];
	d->n_rules = n;
	if ((nature = category_uncovered(&d->book, d->rules, n)) != NULL)
		return arena_printf(a, "Il manque une règle sans aucun code "
		    "pour les %s" NB ": sans elle, des lieux n’auraient plus "
		    "de catégorie.", nature);
	return NULL;
}

/* Categories in the order of the ranks typed under this prefix. */
static const char *
order_read(struct desk *d, char prefix, struct ranked **ret)
{
	struct arena *a = d->rq->arena;
	struct ranked *order = ARENA_ARRAY(a, d->book.n, struct ranked);
	size_t i;

	*ret = order;
	for (i = 0; i < d->book.n; i++) {
		const char *rank = field(d, prefix, (size_t)d->book.v[i].id,
		    "rang");

		order[i].row = i;
		if (str_to_int(rank, RANK_MAX, &order[i].rank) != ST_OK)
			return arena_printf(a, "%s" NB ": le rang « %s » n’est "
			    "pas un nombre.", d->book.v[i].label, rank);
	}
	qsort(order, d->book.n, sizeof(order[0]), rank_order);
	return NULL;
}

static bool
label_valid(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s += utf8_len(s)) {
		if ((unsigned char)*s < 0x20)
			return false;
		n++;
	}
	return n > 0 && n <= CATEGORY_LABEL_MAX;
}

const char *
desk_lines_read(struct desk *d, int64_t **ret_ids, const char ***ret_labels)
{
	struct arena *a = d->rq->arena;
	int64_t *ids = ARENA_ARRAY(a, d->book.n, int64_t);
	const char **labels = ARENA_ARRAY(a, d->book.n, const char *);
	struct ranked *order = NULL;
	const char *problem = order_read(d, 'c', &order);
	size_t i;

	if (problem != NULL)
		return problem;
	assert(order != NULL);
	for (i = 0; i < d->book.n; i++) {
		const struct category *c = &d->book.v[order[i].row];

		ids[i] = c->id;
		labels[i] = field(d, 'c', (size_t)c->id, "nom");
		if (!label_valid(labels[i]))
			return arena_printf(a, "%s" NB ": le libellé a entre 1 "
			    "et 80 caractères.", c->label);
	}
	*ret_ids = ids;
	*ret_labels = labels;
	return NULL;
}

const char *
desk_region_read(struct desk *d, int64_t **ret_ids, int64_t **ret_shown)
{
	struct arena *a = d->rq->arena;
	int64_t *ids = ARENA_ARRAY(a, d->book.n, int64_t);
	int64_t *shown = ARENA_ARRAY(a, d->book.n, int64_t);
	struct ranked *order = NULL;
	const char *problem = order_read(d, 'g', &order);
	size_t i, n_shown = 0;

	if (problem != NULL)
		return problem;
	assert(order != NULL);
	for (i = 0; i < d->book.n; i++) {
		ids[i] = d->book.v[order[i].row].id;
		shown[i] = field(d, 'g', (size_t)ids[i], "vu")[0] == '1';
		n_shown += shown[i] == 1;
	}
	if (n_shown == 0)
		return "Une région montre au moins une ligne.";
	*ret_ids = ids;
	*ret_shown = shown;
	return NULL;
}

const char *
desk_add_read(struct desk *d, const char **ret_slug, const char **ret_label,
    const char **ret_nature)
{
	const char *slug = request_form(d->rq, "mot");
	const char *label = request_form(d->rq, "nom");
	const char *nature = request_form(d->rq, "nature");
	size_t n;

	slug = slug == NULL ? "" : str_trim(d->rq->arena, slug);
	label = label == NULL ? "" : str_trim(d->rq->arena, label);
	n = strlen(slug);
	if (n < 2 || n > SLUG_MAX || slug[0] < 'a' || slug[0] > 'z' ||
	    strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789_") != n)
		return "Le mot de l’adresse a de 2 à 32 lettres minuscules "
		    "sans accent, chiffres ou tirets bas, et commence par une "
		    "lettre.";
	if (!label_valid(label))
		return "Le libellé a entre 1 et 80 caractères.";
	if (nature == NULL || (strcmp(nature, "01") != 0 &&
	    strcmp(nature, "02") != 0 && strcmp(nature, "04") != 0))
		return "La nature est lit, place ou salle.";
	*ret_slug = slug;
	*ret_label = label;
	*ret_nature = nature;
	return NULL;
}
