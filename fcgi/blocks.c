#include "blocks.h"

#include <stdio.h>
#include <string.h>

void
blocks_init(struct blocks *b)
{
	size_t i;

	*b = (struct blocks){ .turn = 0 };
	for (i = 0; i < BLOCKS_MAX; i++)
		str_init(&b->v[i].text, BLOCK_BYTES_MAX);
}

struct kept_block *
block_find(struct blocks *b, const char *key, int64_t stamp, int64_t now)
{
	size_t i;

	for (i = 0; i < BLOCKS_MAX; i++) {
		struct kept_block *x = &b->v[i];

		if (x->stamp != stamp || now >= x->until_utc ||
		    strcmp(x->key, key) != 0)
			continue;
		x->used = ++b->turn;
		return x;
	}
	return NULL;
}

/* The one of the same key, which is no longer true, else the oldest. */
static struct kept_block *
victim(struct blocks *b, const char *key)
{
	struct kept_block *x = &b->v[0];
	size_t i;

	for (i = 0; i < BLOCKS_MAX; i++) {
		if (strcmp(b->v[i].key, key) == 0)
			return &b->v[i];
		if (b->v[i].used < x->used)
			x = &b->v[i];
	}
	return x;
}

struct kept_block *
block_new(struct blocks *b, const char *key)
{
	struct kept_block *x = victim(b, key);

	(void)snprintf(x->key, sizeof(x->key), "%s", key);
	x->until_utc = 0;
	x->used = ++b->turn;
	str_reset(&x->text);
	return x;
}

void
block_keep(struct kept_block *x, int64_t stamp, int64_t until_utc)
{
	x->stamp = stamp;
	x->until_utc = until_utc;
	x->hash = hash_text(HASH_START, x->text.data, x->text.len);
}

uint64_t
hash_text(uint64_t h, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211ULL;
	return h;
}
