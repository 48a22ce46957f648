#include "domain/search_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fold.h"
#include "base/str.h"
#include "domain/search_file.h"

enum { SLOTS_MIN = 1 << 12 };

struct pair {
	uint32_t	term, doc;
};

struct builder {
	struct arena	 arena;		/* words and names, folded */
	struct search_entry *entries;
	char		**names;	/* folded, by entry */
	size_t		 n_docs;
	const char	**terms;	/* by number, as met */
	size_t		 n_terms, terms_max;
	uint32_t	*slots;		/* hash: term number + 1 */
	size_t		 n_slots;
	struct pair	*pairs;
	size_t		 n_pairs, pairs_max;
	bool		 broken;	/* out of memory */
};

static void
grow(struct builder *b, void **p, size_t *max, size_t size)
{
	size_t n = *max == 0 ? 1024 : *max * 2;
	void *q = realloc(*p, n * size);

	if (q == NULL) {
		b->broken = true;
		return;
	}
	*p = q;
	*max = n;
}

static void
slots_grow(struct builder *b)
{
	size_t n = b->n_slots == 0 ? SLOTS_MIN : b->n_slots * 2, i;
	uint32_t *slots = calloc(n, sizeof(*slots));

	if (slots == NULL) {
		b->broken = true;
		return;
	}
	for (i = 0; i < b->n_terms; i++) {
		size_t at = search_checksum(b->terms[i],
		    strlen(b->terms[i])) & (n - 1);

		while (slots[at] != 0)
			at = (at + 1) & (n - 1);
		slots[at] = (uint32_t)i + 1;
	}
	free(b->slots);
	b->slots = slots;
	b->n_slots = n;
}

/* The number of a word, new or known. */
static uint32_t
term_number(struct builder *b, const char *word)
{
	size_t at;

	if (b->n_terms * 2 >= b->n_slots)
		slots_grow(b);
	if (b->n_terms == b->terms_max)
		grow(b, (void **)&b->terms, &b->terms_max, sizeof(b->terms[0]));
	if (b->broken)
		return 0;
	at = search_checksum(word, strlen(word)) & (b->n_slots - 1);
	while (b->slots[at] != 0) {
		if (strcmp(b->terms[b->slots[at] - 1], word) == 0)
			return b->slots[at] - 1;
		at = (at + 1) & (b->n_slots - 1);
	}
	b->terms[b->n_terms] = arena_strdup(&b->arena, word);
	b->slots[at] = (uint32_t)++b->n_terms;
	return (uint32_t)b->n_terms - 1;
}

static void
word_add(struct builder *b, const char *word, size_t doc)
{
	if (b->n_pairs == b->pairs_max)
		grow(b, (void **)&b->pairs, &b->pairs_max, sizeof(b->pairs[0]));
	if (b->broken)
		return;
	b->pairs[b->n_pairs++] = (struct pair){ term_number(b, word),
	    (uint32_t)doc };
}

/* People write both forms: each is found by the other. */
static void
also_add(struct builder *b, const char *word, const char *next, size_t doc)
{
	static const char *const same[][2] = { { "saint", "st" },
		{ "sainte", "ste" }, { "hopital", "hop" } };
	size_t i;

	for (i = 0; i < N_ELEM(same); i++) {
		if (strcmp(word, same[i][0]) == 0)
			word_add(b, same[i][1], doc);
		if (strcmp(word, same[i][1]) == 0)
			word_add(b, same[i][0], doc);
	}
	if (strcmp(word, "centre") == 0 && strcmp(next, "hospitalier") == 0)
		word_add(b, "ch", doc);
	if (strcmp(word, "ch") == 0) {
		word_add(b, "centre", doc);
		word_add(b, "hospitalier", doc);
	}
}

static void
words_add(struct builder *b, size_t doc)
{
	char *words[FOLD_WORDS_MAX];
	struct arena a;
	size_t n, i;

	arena_init(&a, 1 << 20);
	n = fold_words(&a, b->entries[doc].words, words, FOLD_WORDS_MAX);
	for (i = 0; i < n; i++) {
		word_add(b, words[i], doc);
		also_add(b, words[i], i + 1 < n ? words[i + 1] : "", doc);
	}
	arena_free(&a);
}

struct named {
	const char		*folded;
	struct search_entry	 entry;
};

static int
by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int c = strcmp(x->folded, y->folded);

	if (c != 0)
		return c;
	if (x->entry.kind != y->entry.kind)
		return x->entry.kind < y->entry.kind ? -1 : 1;
	return x->entry.id < y->entry.id ? -1 : x->entry.id > y->entry.id;
}

/* Documents are numbered in name order, which is the order of results. */
static void
entries_sort(struct builder *b)
{
	struct named *v = calloc(b->n_docs + 1, sizeof(*v));
	size_t i;

	b->names = calloc(b->n_docs + 1, sizeof(*b->names));
	if (v == NULL || b->names == NULL) {
		free(v);
		b->broken = true;
		return;
	}
	for (i = 0; i < b->n_docs; i++)
		v[i] = (struct named){ fold_text(&b->arena,
		    b->entries[i].name), b->entries[i] };
	qsort(v, b->n_docs, sizeof(*v), by_name);
	for (i = 0; i < b->n_docs; i++) {
		b->entries[i] = v[i].entry;
		b->names[i] = arena_strdup(&b->arena, v[i].folded);
	}
	free(v);
}

struct ordered {
	const char	*word;
	uint32_t	 number;
};

static int
by_word(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	return strcmp(x->word, y->word);
}

static int
by_term(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->term != y->term)
		return x->term < y->term ? -1 : 1;
	return x->doc < y->doc ? -1 : x->doc > y->doc;
}

/* Number the terms in alphabetical order, sort and unite the pairs. */
static void
terms_sort(struct builder *b)
{
	struct ordered *v = calloc(b->n_terms + 1, sizeof(*v));
	uint32_t *place = calloc(b->n_terms + 1, sizeof(*place));
	size_t i, n = 0;

	if (v == NULL || place == NULL) {
		b->broken = true;
		goto done;
	}
	for (i = 0; i < b->n_terms; i++)
		v[i] = (struct ordered){ b->terms[i], (uint32_t)i };
	qsort(v, b->n_terms, sizeof(*v), by_word);
	for (i = 0; i < b->n_terms; i++) {
		place[v[i].number] = (uint32_t)i;
		b->terms[i] = v[i].word;
	}
	for (i = 0; i < b->n_pairs; i++)
		b->pairs[i].term = place[b->pairs[i].term];
	if (b->n_pairs > 1)
		qsort(b->pairs, b->n_pairs, sizeof(b->pairs[0]), by_term);
	for (i = 0; i < b->n_pairs; i++)
		if (n == 0 || by_term(&b->pairs[n - 1], &b->pairs[i]) != 0)
			b->pairs[n++] = b->pairs[i];
	b->n_pairs = n;
done:
	free(v);
	free(place);
}

static uint64_t
align8(uint64_t n)
{
	return (n + 7) / 8 * 8;
}

struct image {
	unsigned char	*p;
	uint64_t	 size;
};

static uint32_t
text_put(struct image *im, struct search_header *h, uint32_t *at,
    const char *s)
{
	uint32_t was = *at;
	size_t n = strlen(s) + 1;

	memcpy(im->p + h->text + was, s, n);
	*at += (uint32_t)n;
	return was;
}

static void
layout(const struct builder *b, struct search_header *h)
{
	uint64_t text = 1;
	size_t i;

	for (i = 0; i < b->n_docs; i++)
		text += strlen(b->names[i]) + 1;
	for (i = 0; i < b->n_terms; i++)
		text += strlen(b->terms[i]) + 1;
	h->n_docs = (uint32_t)b->n_docs;
	h->n_terms = (uint32_t)b->n_terms;
	h->n_postings = (uint32_t)b->n_pairs;
	h->n_text = (uint32_t)text;
	h->docs = align8(sizeof(*h));
	h->terms = align8(h->docs + h->n_docs * sizeof(struct search_doc));
	h->postings = align8(h->terms +
	    h->n_terms * sizeof(struct search_term));
	h->text = align8(h->postings + h->n_postings * sizeof(uint32_t));
	h->size = align8(h->text + text);
}

static void
docs_put(const struct builder *b, struct image *im, struct search_header *h,
    uint32_t *text)
{
	size_t i;

	for (i = 0; i < b->n_docs; i++) {
		const struct search_entry *e = &b->entries[i];
		struct search_doc d = { .id = e->id, .kind = e->kind,
		    .departement = search_pack(e->departement),
		    .type = (uint16_t)e->type, .fields = (uint8_t)e->fields,
		    .name = text_put(im, h, text, b->names[i]) };

		memcpy(im->p + h->docs + i * sizeof(d), &d, sizeof(d));
	}
}

static void
terms_put(const struct builder *b, struct image *im, struct search_header *h,
    uint32_t *text)
{
	size_t i, k = 0;

	for (i = 0; i < b->n_terms; i++) {
		struct search_term t = { .first = (uint32_t)k,
		    .letters = search_letters(b->terms[i]),
		    .word = text_put(im, h, text, b->terms[i]) };

		for (; k < b->n_pairs && b->pairs[k].term == i; k++)
			memcpy(im->p + h->postings + k * sizeof(uint32_t),
			    &b->pairs[k].doc, sizeof(uint32_t));
		t.n = (uint32_t)k - t.first;
		memcpy(im->p + h->terms + i * sizeof(t), &t, sizeof(t));
	}
}

static enum status
image_write(const char *path, const struct image *im, struct fault *f)
{
	char tmp[512];
	FILE *file;
	bool ok;

	if ((size_t)snprintf(tmp, sizeof(tmp), "%s.%ld.tmp", path,
	    (long)getpid()) >= sizeof(tmp) ||
	    (file = fopen(tmp, "w")) == NULL) {
		fault_set(f, "search index %s: can't be written", path);
		return ST_IO;
	}
	ok = fwrite(im->p, 1, im->size, file) == im->size;
	ok = fclose(file) == 0 && ok;
	if (!ok || rename(tmp, path) != 0) {
		(void)unlink(tmp);
		fault_set(f, "search index %s: disk full?", path);
		return ST_IO;
	}
	return ST_OK;
}

static enum status
image_make(const struct builder *b, const char *path, int64_t generation,
    struct fault *f)
{
	struct search_header h = { .magic = SEARCH_MAGIC,
	    .generation = generation };
	struct image im;
	uint32_t text = 0;
	enum status st;

	layout(b, &h);
	im.size = h.size;
	if ((im.p = calloc(1, im.size)) == NULL) {
		fault_set(f, "search index: out of memory");
		return ST_LIMIT;
	}
	docs_put(b, &im, &h, &text);
	terms_put(b, &im, &h, &text);
	h.checksum = search_checksum(im.p + sizeof(h), h.size - sizeof(h));
	memcpy(im.p, &h, sizeof(h));
	st = image_write(path, &im, f);
	free(im.p);
	return st;
}

enum status
search_build(const char *path, int64_t generation,
    struct search_entry *entries, size_t n, struct fault *f)
{
	struct builder b = { .entries = entries, .n_docs = n };
	enum status st = ST_LIMIT;
	size_t i;

	arena_init(&b.arena, SIZE_MAX / 2);
	entries_sort(&b);
	for (i = 0; i < n && !b.broken; i++)
		words_add(&b, i);
	if (!b.broken)
		terms_sort(&b);
	if (b.broken || b.n_pairs > UINT32_MAX)
		fault_set(f, "search index: out of memory");
	else
		st = image_make(&b, path, generation, f);
	free(b.names);
	free(b.terms);
	free(b.slots);
	free(b.pairs);
	arena_free(&b.arena);
	return st;
}
