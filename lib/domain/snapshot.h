/* snapshot.h - a worker's copy of places and of their current values.
 *
 * Owns: its own arena, made anew when the directory's generation moved or the
 * connection was made again (another server, a restored database: transaction
 * numbers don't compare across them).  Between, each request asks in the round
 * trip of its session what committed since (cap.changed_since), so that what
 * anybody saved is in the next page of any worker.
 * Order: places are grouped by département, those of one lie together.
 * Source: dir.place_now, cap.place_state, cap.current, ref.ttl of today,
 * ref.category_region.
 * Size: about 0.5 kB a place: 0.5 MB for 1,000, 15 MB for France.
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_SNAPSHOT_H
#define DOMAIN_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "db/db.h"
#include "domain/geography.h"

/* The indicators that pages show, and where they are kept. */
enum figure {
	FIG_INST, FIG_CLOSED_NR, FIG_CLOSED_R, FIG_WOMEN, FIG_MEN, FIG_EXTRA,
	FIG_FREE, FIG__MAX
};

enum { SNAPSHOT_CATEGORIES_MAX = 64, SNAPSHOT_SOURCES_MAX = 32,
	SNAPSHOT_ORDERS_MAX = 32 };

/* Where figures come from. */
enum source_kind { SOURCE_MANUAL, SOURCE_FEED, SOURCE_IMPORT, SOURCE__MAX };

struct snapshot_category {
	int		 id;
	const char	*slug;		/* "rea_adulte", in URLs */
	const char	*label;
	const char	*nature;	/* "01" beds, "02" places, "04" rooms */
	const char	*one, *many;	/* lit, lits */
	int64_t		 ttl_s;		/* of its nature, today's */
};

struct snapshot_source {
	const char		*code;
	const char		*label;
	enum source_kind	 kind;
};

/* The lines that a région shows, where it chose them itself. */
struct snapshot_order {
	const char	*region;
	int32_t		 category[SNAPSHOT_CATEGORIES_MAX];	/* indexes */
	size_t		 n;
};

struct period {
	int64_t	from_utc, to_utc;	/* half-open */
};

/* What the directory says of a place. */
struct place {
	int64_t			 id;
	int64_t			 subset_of;	/* id, or 0 */
	int32_t			 parent;	/* index of subset_of, or -1 */
	int32_t			 part;		/* see availability.h, or -1 */
	int32_t			 category;	/* index */
	int32_t			 departement;	/* index in the geography */
	bool			 followed;	/* its availability is expected */
	bool			 sensitive;
	bool			 positioned;	/* lat, lon are known */
	double			 lat, lon;	/* of its site, degrees */
	const char		*name, *site_finess, *site_name;
	const char		*commune, *phone, *locked_reason;  /* or NULL */
	char			**unit_ids;	/* the lead unit first */
	char			**unit_names;
	size_t			 n_units;
	struct period		*locked;
	size_t			 n_locked;
};

/* What was last said of it. */
struct figures {
	int32_t		 value[FIG__MAX];	/* -1: unknown */
	int64_t		 at_utc[FIG__MAX];	/* when it was true */
	int64_t		 version;
	int64_t		 touched_utc;		/* 0: never */
	int32_t		 source;		/* index, or -1 */
	char		*comment;		/* never NULL */
	size_t		 comment_cap;
};

struct snapshot {
	const struct geography		*geo;
	struct arena			 arena;
	struct place			*places;
	struct figures			*figures;	/* of the same index */
	size_t				 n;
	struct place_key { int64_t id; int32_t index; } *by_id;
	size_t				*first;		/* 2 a département: from, to */
	int64_t				*stamp;		/* by département */
	int64_t				 clock;		/* last stamp given */
	struct snapshot_category	 categories[SNAPSHOT_CATEGORIES_MAX];
	size_t				 n_categories;
	struct snapshot_source		 sources[SNAPSHOT_SOURCES_MAX];
	size_t				 n_sources;
	struct snapshot_order		 orders[SNAPSHOT_ORDERS_MAX];
	size_t				 n_orders;
	int64_t				 generation;	/* -1: nothing loaded */
	unsigned			 connect;	/* of the db handle */
	const char			*args[1];	/* of the queued statement */
	char				 seen[4096];	/* pg_snapshot, "" at first */
};

/* Empty; the first snapshot_apply() loads it. */
void	 snapshot_init(struct snapshot *, const struct geography *);
void	 snapshot_free(struct snapshot *);

/* Queue the question; its answer goes to snapshot_apply() after the flush. */
void	 snapshot_queue(struct snapshot *, struct db *);

/* Take over what changed; load everything where that is not enough.
 * ST_DB, and the copy is as it was.
 * Cost: nothing changed: none; a reload: 6 statements, 0.3 s for France. */
enum status snapshot_apply(struct snapshot *, struct db *,
	    const struct rows *changed) MUST_CHECK;

/* Stamp of what is known of some départements: it moves when that does. */
int64_t	 snapshot_stamp(const struct snapshot *, const int32_t *departements,
	    size_t n);

/* Index of a place or category, -1 when there is none. */
int32_t	 snapshot_find(const struct snapshot *, int64_t place_id);
int32_t	 snapshot_category_find(const struct snapshot *, const char *slug);

/* The lines of a région in its own order; NULL: all, in the national one. */
const struct snapshot_order *snapshot_order(const struct snapshot *,
	    const char *region);

/* After places were filled by hand or from the database, grouped by
 * département: keys, groups, parents. */
void	 snapshot_index(struct snapshot *);

/* "indicator value effective …" into figures; others become unknown. */
void	 figures_parse(struct figures *, const char *text);

#endif
