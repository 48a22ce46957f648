/* search_build.h - making the search index, aside from those who read it.
 *
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_SEARCH_BUILD_H
#define DOMAIN_SEARCH_BUILD_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

/* One thing to be found. */
struct search_entry {
	int64_t		 id;
	char		 kind;		/* 's' EJ or EG, 'o' inside one, 'u' unit */
	const char	*name;		/* what results are ordered by */
	const char	*words;		/* all it is found by, the name too */
	const char	*departement;	/* COG code, "" unknown */
	unsigned	 fields;	/* bits: J20 code 0n is bit n */
	unsigned	 type;		/* J238 code, 0 none */
};

/* Write the index of n entries to path: a temporary file beside it, renamed
 * when whole.  "saint" is found by "st" and back, "centre hospitalier" by
 * "ch".
 * ST_IO: the folder is not writable; ST_LIMIT: more than 4 billion words.
 * Cost: about 3 s and 1 GB for 600,000 entries. */
enum status search_build(const char *path, int64_t generation,
	    struct search_entry *entries, size_t n, struct fault *) MUST_CHECK;

struct db;

/* Read the whole directory and write its index.  a: as long as the build.
 * ret_generation: dir.generation that was read. */
enum status search_build_directory(struct db *, struct arena *a,
	    const char *path, int64_t *ret_generation) MUST_CHECK;

#endif
