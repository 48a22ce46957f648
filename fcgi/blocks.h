/* blocks.h - bodies of pages kept for who asks the same within the minute.
 *
 * A block holds nothing of an account: its key says all that it depends on,
 * its stamp which state of the data, and after until_utc it is not used.
 * Owns: BLOCKS_MAX texts on the heap, for the life of the worker.
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_BLOCKS_H
#define FCGI_BLOCKS_H

#include <stdint.h>

#include "base/str.h"

enum { BLOCKS_MAX = 32, BLOCK_KEY_MAX = 160,
	BLOCK_BYTES_MAX = 2 * 1024 * 1024 };

struct kept_block {
	char		key[BLOCK_KEY_MAX];	/* "": free */
	int64_t		stamp, until_utc;
	int64_t		used;			/* for the oldest to go */
	uint64_t	hash;			/* of the text */
	struct str	text;
};

struct blocks {
	struct kept_block	v[BLOCKS_MAX];
	int64_t		turn;
};

void		 blocks_init(struct blocks *);

/* The block of that key if it is still true, else NULL. */
struct kept_block	*block_find(struct blocks *, const char *key, int64_t stamp,
		    int64_t now);

/* An empty one of that key, in the place of the one not used for longest;
 * it is found only after block_keep(). */
struct kept_block	*block_new(struct blocks *, const char *key);
void		 block_keep(struct kept_block *, int64_t stamp, int64_t until_utc);

/* FNV-1a, 64 bits: to tell versions of a page apart, not a signature. */
uint64_t	 hash_text(uint64_t start, const char *, size_t n);
#define HASH_START	14695981039346656037ULL

#endif
