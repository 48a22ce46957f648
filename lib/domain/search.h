/* search.h - finding structures and units by name as the user types.
 *
 * The index is one flat file, built aside (search_build.h) and mapped read
 * only by every worker; nothing in it is trusted before its size, version and
 * checksum were seen.  It says which things match; what is shown of them
 * comes from the database, by id.
 * Every word must match: as the beginning of a word, or, when no word begins
 * so, with one mistake (4 letters and more) or two (8 and more).
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_SEARCH_H
#define DOMAIN_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

#define SEARCH_FILE	"search.idx"	/* in the setting data_dir */

enum { SEARCH_WORDS_MAX = 8, SEARCH_PAGE_MAX = 100 };

struct search;

struct search_hit {
	char		 kind;		/* 's' EJ or EG, 'o' inside one, 'u' unit */
	int64_t		 id;
};

struct search_query {
	const char	*text;		/* as typed; "" matches everything */
	const char	*departement;	/* COG code, or NULL */
	unsigned	 fields;	/* bit n: J20 code 0n; 0: all */
	unsigned	 type;		/* J238 code, 0: all */
	const struct search_hit *only;	/* NULL: everything */
	size_t		 n_only;	/* some dozens at most */
	size_t		 first;		/* of the page, from 0 */
	size_t		 n;		/* at most SEARCH_PAGE_MAX */
};

struct search_result {
	struct search_hit	 hits[SEARCH_PAGE_MAX];
	size_t			 n;
	size_t			 total;
	const char		*corrected;	/* the words used, if they differ */
	const char		*missing;	/* first word that nothing matches */
};

/* Map the file.  ST_NOTFOUND: there is none yet; ST_INPUT: not an index of
 * this version, cut or damaged: it will be built again. */
enum status search_open(const char *path, struct search **ret) MUST_CHECK;
void	 search_close(struct search *);		/* NULL is fine */

/* Replace *s when the file at path is another one by now, or was not there.
 * Cost: one stat. */
enum status search_refresh(const char *path, struct search **s) MUST_CHECK;

/* dir.generation that the index was built from. */
int64_t	 search_generation(const struct search *);

/* Order: the name asked for, names that begin so, names with all the words,
 * the rest; entities and sites first, then by name.  Texts live in the arena. */
void	 search_run(const struct search *, struct arena *,
	    const struct search_query *, struct search_result *ret);

#endif
