#include "domain/search.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fold.h"
#include "base/str.h"
#include "domain/search_file.h"

enum {
	RANKED_MAX	= 20000,	/* hits whose names are compared */
	NEAR_MAX	= 64,		/* words taken for a mistyped one */
	CLASSES		= 8,		/* 4 of the name x site, other */
};

struct search {
	const unsigned char		*map;
	const struct search_header	*head;
	const struct search_doc		*docs;
	const struct search_term	*terms;
	const uint32_t			*postings;
	const char			*text;
	ino_t				 inode;
};

uint64_t
search_checksum(const void *p, uint64_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325), w, i;
	const unsigned char *b = p;

	for (i = 0; i + 8 <= n; i += 8) {
		memcpy(&w, b + i, 8);
		h = (h ^ w) * UINT64_C(0x100000001b3);
	}
	for (; i < n; i++)
		h = (h ^ b[i]) * UINT64_C(0x100000001b3);
	return h;
}

uint32_t
search_letters(const char *word)
{
	uint32_t bits = 0;

	for (; *word != '\0'; word++)
		if (*word >= 'a' && *word <= 'z')
			bits |= UINT32_C(1) << (*word - 'a');
		else
			bits |= UINT32_C(1) << (26 + (*word & 3));
	return bits;
}

uint32_t
search_pack(const char *departement)
{
	uint32_t v = 0;
	int i;

	for (i = 0; i < 4 && departement[i] != '\0'; i++)
		v = v << 8 | (unsigned char)departement[i];
	return v;
}

/* Whether [at, at + n * size) lies in the file after the header, aligned. */
static bool
inside(const struct search_header *h, uint64_t at, uint64_t n, uint64_t size)
{
	return at % 8 == 0 && at >= sizeof(*h) && at <= h->size &&
	    n <= (h->size - at) / size;
}

/* Every offset is looked at once, here, so that queries need no check. */
static bool
sound(const struct search *s)
{
	const struct search_header *h = s->head;
	uint32_t i;

	if (h->magic != SEARCH_MAGIC ||
	    !inside(h, h->docs, h->n_docs, sizeof(s->docs[0])) ||
	    !inside(h, h->terms, h->n_terms, sizeof(s->terms[0])) ||
	    !inside(h, h->postings, h->n_postings, sizeof(s->postings[0])) ||
	    !inside(h, h->text, h->n_text, 1) || h->n_text == 0 ||
	    search_checksum(s->map + sizeof(*h), h->size - sizeof(*h)) !=
	    h->checksum || s->text[h->n_text - 1] != '\0')
		return false;
	for (i = 0; i < h->n_docs; i++)
		if (s->docs[i].name >= h->n_text)
			return false;
	for (i = 0; i < h->n_terms; i++)
		if (s->terms[i].word >= h->n_text ||
		    s->terms[i].first > h->n_postings ||
		    s->terms[i].n > h->n_postings - s->terms[i].first)
			return false;
	for (i = 0; i < h->n_postings; i++)
		if (s->postings[i] >= h->n_docs)
			return false;
	return true;
}

static void
place_sections(struct search *s)
{
	const struct search_header *h = (const void *)s->map;

	s->head = h;
	s->docs = (const void *)(s->map + h->docs);
	s->terms = (const void *)(s->map + h->terms);
	s->postings = (const void *)(s->map + h->postings);
	s->text = (const char *)(s->map + h->text);
}

static enum status
map_file(int fd, struct search *s)
{
	struct stat sb;
	void *m;

	if (fstat(fd, &sb) != 0 ||
	    (size_t)sb.st_size < sizeof(struct search_header))
		return ST_INPUT;
	m = mmap(NULL, (size_t)sb.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (m == MAP_FAILED)
		return ST_IO;
	s->map = m;
	s->inode = sb.st_ino;
	if (((const struct search_header *)m)->size == (uint64_t)sb.st_size) {
		place_sections(s);
		if (sound(s))
			return ST_OK;
	}
	(void)munmap(m, (size_t)sb.st_size);
	return ST_INPUT;
}

enum status
search_open(const char *path, struct search **ret)
{
	struct search *s;
	enum status st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return ST_NOTFOUND;
	if ((s = calloc(1, sizeof(*s))) == NULL) {
		(void)close(fd);
		return ST_LIMIT;
	}
	st = map_file(fd, s);
	(void)close(fd);
	if (st != ST_OK) {
		free(s);
		return st;
	}
	*ret = s;
	return ST_OK;
}

void
search_close(struct search *s)
{
	if (s == NULL)
		return;
	(void)munmap((void *)(uintptr_t)s->map, s->head->size);
	free(s);
}

enum status
search_refresh(const char *path, struct search **s)
{
	struct search *fresh;
	struct stat sb;
	enum status st;

	if (*s != NULL && (stat(path, &sb) != 0 || sb.st_ino == (*s)->inode))
		return ST_OK;
	if ((st = search_open(path, &fresh)) != ST_OK)
		return *s != NULL ? ST_OK : st;
	search_close(*s);
	*s = fresh;
	return ST_OK;
}

int64_t
search_generation(const struct search *s)
{
	return s->head->generation;
}

static const char *
term_word(const struct search *s, uint32_t i)
{
	return s->text + s->terms[i].word;
}

/* The terms that begin with the word: [*lo, *hi). */
static void
prefix_range(const struct search *s, const char *word, uint32_t *lo,
    uint32_t *hi)
{
	size_t n = strlen(word);
	uint32_t a = 0, b = s->head->n_terms;

	while (a < b) {
		uint32_t mid = a + (b - a) / 2;

		if (strcmp(term_word(s, mid), word) < 0)
			a = mid + 1;
		else
			b = mid;
	}
	*lo = a;
	b = s->head->n_terms;
	while (a < b) {
		uint32_t mid = a + (b - a) / 2;

		if (strncmp(term_word(s, mid), word, n) == 0)
			a = mid + 1;
		else
			b = mid;
	}
	*hi = a;
}

struct bits {
	uint64_t	*v;
	size_t		 n;		/* words of 64 */
};

static struct bits
bits_new(struct arena *a, const struct search *s)
{
	size_t n = (s->head->n_docs + 63) / 64;

	return (struct bits){ ARENA_ARRAY(a, n, uint64_t), n };
}

static void
mark(const struct search *s, uint32_t term, struct bits *b)
{
	const struct search_term *t = &s->terms[term];
	uint32_t i;

	for (i = 0; i < t->n; i++) {
		uint32_t doc = s->postings[t->first + i];

		b->v[doc / 64] |= UINT64_C(1) << (doc % 64);
	}
}

/* Words like the mistyped one; the nearest is named in *ret_best.  The
 * letters' bits leave few for the distance to be computed. */
static size_t
mark_near(const struct search *s, const char *word, struct bits *b,
    const char **ret_best)
{
	size_t len = strlen(word), found = 0;
	int max = len >= 8 ? 2 : len >= 4 ? 1 : 0, best = max + 1;
	uint32_t letters = search_letters(word), i;

	for (i = 0; max > 0 && i < s->head->n_terms && found < NEAR_MAX; i++) {
		int d;

		if (__builtin_popcount(s->terms[i].letters ^ letters) >
		    2 * max)
			continue;
		d = fold_distance(word, term_word(s, i), max);
		if (d > max)
			continue;
		mark(s, i, b);
		found++;
		if (d < best) {
			best = d;
			*ret_best = term_word(s, i);
		}
	}
	return found;
}

/* Keep in all what the word matches; false when nothing does. */
static bool
narrow(const struct search *s, struct arena *a, const char **word,
    struct bits *all, bool first)
{
	struct bits one = first ? *all : bits_new(a, s);
	uint32_t lo, hi;
	size_t i;

	prefix_range(s, *word, &lo, &hi);
	if (lo == hi && mark_near(s, *word, &one, word) == 0)
		return false;
	for (; lo < hi; lo++)
		mark(s, lo, &one);
	if (!first)
		for (i = 0; i < all->n; i++)
			all->v[i] &= one.v[i];
	return true;
}

static bool
wanted(const struct search_doc *d, const struct search_query *q)
{
	size_t i;

	for (i = 0; i < q->n_only; i++)
		if (q->only[i].id == d->id && q->only[i].kind == d->kind)
			return true;
	return q->only == NULL;
}

static bool
passes(const struct search_doc *d, const struct search_query *q,
    uint32_t departement)
{
	return (departement == 0 || d->departement == departement) &&
	    (q->fields == 0 || (d->fields & q->fields) != 0) &&
	    (q->type == 0 || d->type == q->type) && wanted(d, q);
}

struct words {
	const char	*v[SEARCH_WORDS_MAX];
	size_t		 n;
	char		*whole;		/* folded text */
};

/* How well the name answers: see search_run() in the header. */
static int
name_class(const char *name, const struct words *w)
{
	size_t n = strlen(w->whole), i;

	if (strncmp(name, w->whole, n) == 0)
		return name[n] == '\0' ? 0 : 1;
	for (i = 0; i < w->n; i++) {
		const char *p = strstr(name, w->v[i]);

		while (p != NULL && p > name && p[-1] != ' ')
			p = strstr(p + 1, w->v[i]);
		if (p == NULL)
			return 3;
	}
	return 2;
}

/* Documents that are set and pass the filters, in name order; how many. */
static size_t
collect(const struct search *s, struct arena *a, const struct bits *b,
    const struct search_query *q, uint32_t **ret)
{
	uint32_t departement = q->departement == NULL ? 0 :
	    search_pack(q->departement);
	uint32_t *out;
	size_t n = 0, i;

	for (i = 0; i < b->n; i++)
		n += (size_t)__builtin_popcountll(b->v[i]);
	out = ARENA_ARRAY(a, n, uint32_t);
	n = 0;
	for (i = 0; i < b->n; i++) {
		uint64_t w = b->v[i];

		for (; w != 0; w &= w - 1) {
			uint32_t doc = (uint32_t)(i * 64) +
			    (uint32_t)__builtin_ctzll(w);

			if (passes(&s->docs[doc], q, departement))
				out[n++] = doc;
		}
	}
	*ret = out;
	return n;
}

/* Put the best names first; inside a class the order stays. */
static uint32_t *
by_class(const struct search *s, struct arena *a, const uint32_t *docs,
    size_t n, const struct words *w)
{
	uint32_t *out = ARENA_ARRAY(a, n, uint32_t);
	unsigned char *class = arena_alloc(a, n);
	size_t i, k = 0;
	int c;

	for (i = 0; i < n; i++)
		class[i] = (unsigned char)(2 * name_class(
		    s->text + s->docs[docs[i]].name, w) +
		    (s->docs[docs[i]].kind != 's'));
	for (c = 0; c < CLASSES; c++)
		for (i = 0; i < n; i++)
			if (class[i] == c)
				out[k++] = docs[i];
	return out;
}

static char *
joined(struct arena *a, const struct words *w)
{
	char *out = arena_strdup(a, "");
	size_t i;

	for (i = 0; i < w->n; i++)
		out = arena_printf(a, "%s%s%s", out, i == 0 ? "" : " ",
		    w->v[i]);
	return out;
}

void
search_run(const struct search *s, struct arena *a,
    const struct search_query *q, struct search_result *ret)
{
	struct bits all = bits_new(a, s);
	struct words w = { .whole = fold_text(a, q->text) };
	char *split[SEARCH_WORDS_MAX], *used;
	uint32_t *docs;
	size_t i;

	*ret = (struct search_result){ .n = 0 };
	w.n = fold_words(a, q->text, split, SEARCH_WORDS_MAX);
	for (i = 0; i < w.n; i++) {
		w.v[i] = split[i];
		if (!narrow(s, a, &w.v[i], &all, i == 0)) {
			ret->missing = split[i];
			return;
		}
	}
	if (w.n == 0)
		memset(all.v, 0xff, all.n * sizeof(all.v[0]));
	if (w.n == 0 && s->head->n_docs % 64 != 0)
		all.v[all.n - 1] = (UINT64_C(1) << s->head->n_docs % 64) - 1;
	ret->total = collect(s, a, &all, q, &docs);
	used = joined(a, &w);
	if (strcmp(used, w.whole) != 0 && w.n < SEARCH_WORDS_MAX)
		ret->corrected = w.whole = used;
	if (w.n > 0 && ret->total <= RANKED_MAX)
		docs = by_class(s, a, docs, ret->total, &w);
	for (i = q->first; i < ret->total && ret->n < q->n &&
	    ret->n < SEARCH_PAGE_MAX; i++)
		ret->hits[ret->n++] = (struct search_hit){
		    s->docs[docs[i]].kind, s->docs[docs[i]].id };
}
