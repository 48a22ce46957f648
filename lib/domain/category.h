/* category.h - the lines of the availability page, and the rules behind them.
 *
 * Rules are tried in their order; the first whose given codes all match a
 * unit of the place decides.  One list for the whole registry; a région only
 * chooses which lines it shows (docs/adr/0045).
 * Source: ref.category, ref.category_rule, ref.category_region and the
 * functions of migration 0081.
 * Owns: nothing; all in the arena of the db handle.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_CATEGORY_H
#define DOMAIN_CATEGORY_H

#include "db/db.h"

enum { CATEGORY_MAX = 60, CATEGORY_RULES_MAX = 300, CATEGORY_LABEL_MAX = 80,
	CATEGORY_MOVES_MAX = 400 };

struct category {
	int		 id;
	const char	*slug;		/* in URLs, never changes */
	const char	*label;
	const char	*nature;	/* "01" beds, "02" places, "04" rooms */
	const char	*many;		/* lits */
	int64_t		 places;	/* of today */
	bool		 shown;		/* in the région asked for */
	int		 turn;		/* its place there, from 0 */
};

/* "" = any. */
struct category_rule {
	int		 category;	/* id */
	const char	*type, *activity, *mode, *field;
};

/* A code that a rule may name. */
struct category_code {
	const char	*kind;		/* type, activity, mode, field */
	const char	*code;
	const char	*label;		/* or NULL */
};

struct category_book {
	struct category		*v;	/* in the national order */
	size_t			 n;
	struct category_rule	*rules;	/* in their order */
	size_t			 n_rules;
	struct category_code	*codes;
	size_t			 n_codes;
	bool			 own_order;	/* the région has one */
	int64_t			 version;
	int64_t			 changed_utc;
};

/* Places that would change line. */
struct category_move {
	int	was, becomes;		/* ids; 0: none */
	int64_t	places;
};

struct category_preview {
	int64_t			*decides;	/* places, by rule */
	struct category_move	 moves[CATEGORY_MOVES_MAX];
	size_t			 n_moves;
	int64_t			 moved;		/* places in all */
};

/* Who changes what, against which version. */
struct category_actor {
	int64_t		 account_id;
	const char	*address;
	int64_t		 version;
	int64_t		 now;
};

/* Everything, with the choice of a région.  ST_DB.  Cost: 5 statements in one
 * round trip. */
enum status category_load(struct db *, const char *region,
	    struct category_book *ret) MUST_CHECK;

/* NULL when there is none. */
const struct category *category_by_id(const struct category_book *, int id);
const struct category *category_by_slug(const struct category_book *,
	    const char *slug);

/* A nature for which no rule without codes is left; NULL: all have one. */
const char *category_uncovered(const struct category_book *,
	    const struct category_rule *, size_t n);

/* What these rules would change of today's places.
 * ST_DB.  Cost: one statement, 1 s for France. */
enum status category_try(struct db *, const struct category_rule *, size_t n,
	    struct category_preview *ret) MUST_CHECK;

/* The four changes.  ST_CONFLICT: somebody was first, nothing was done; ST_DB.
 * Rules must cover every nature; applying them places every place anew. */
enum status category_rules_apply(struct db *, const struct category_actor *,
	    const struct category_rule *, size_t n) MUST_CHECK;
enum status category_lines_apply(struct db *, const struct category_actor *,
	    const int64_t *ids, const char *const *labels, size_t n) MUST_CHECK;
/* n = 0: back to the national order. */
enum status category_region_apply(struct db *, const struct category_actor *,
	    const char *region, const int64_t *ids, const int64_t *shown,
	    size_t n) MUST_CHECK;
/* Also ST_INPUT: the slug exists; ST_LIMIT: CATEGORY_MAX are there. */
enum status category_add(struct db *, const struct category_actor *,
	    const char *slug, const char *label, const char *nature) MUST_CHECK;

#endif
