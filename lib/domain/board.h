/* board.h - the entry board: the places somebody answers for, and saving them.
 *
 * A board is one nature of capacity in some fields of activity; what belongs
 * to an account is decided by its grants inside each statement.
 * Owns: results live in the arena of the db handle.
 * Source: cap.place_board, cap.save().
 * Layer: domain.  May include: base, db.
 */
#ifndef DOMAIN_BOARD_H
#define DOMAIN_BOARD_H

#include "db/db.h"
#include "domain/capacity.h"

enum board_id { BOARD_BEDS, BOARD_PLACES, BOARD_SOCIAL, BOARD__MAX };

/* Natures and fields of a board, as arrays that statements take. */
void		 board_scope(enum board_id, const char **ret_natures,
		    const char **ret_fields);

struct board_filter {
	enum board_id	 id;
	int64_t		 account_id;
	const char	*site;		/* FINESS number, NULL = all */
	bool		 favourites;
	int		 page;		/* from 1; 0 = all */
	int64_t		 now;
};

struct board_site {
	const char	*finess;
	const char	*name;
	const char	*departement;
	int64_t		 n;		/* places of it on this board */
};

/* What is recorded of a place. */
struct place_state {
	int64_t		 place_id;
	const char	*name;
	const struct zone *zone;
	int64_t		 version;	/* 0: never saved */
	const char	*comment;	/* "" when there is none */
	int64_t		 at_utc;	/* last news; -1: never */
	const char	*by;		/* label of the source, NULL: never */
	const char	*who;		/* of a manual entry, or NULL */
	int		 value[CAP__MAX];/* CAP_NULL: not reported */
	int		 total;		/* available ones, likewise */
};

/* What a field shows in a mode: the simple mode's available ones are all. */
int		 place_value(const struct place_state *, enum capacity_mode,
		    enum capacity_field);

struct board_place {
	struct place_state	 state;
	const char		*nature;	/* R329: 01, 02, 04 */
	const char		*site_finess, *site_name, *departement;
	const char		*path_label;	/* « UF – pôle », or NULL */
	const char		*phone;		/* or NULL */
	char			**units;	/* numbers; units[0] leads */
	char			**unit_names;	/* in the same order */
	size_t			 n_units;
	bool			 locked;	/* total unavailability */
	int64_t			 locked_until;	/* -1: no end known */
	const char		*locked_reason;
	bool			 favourite;
};

struct board {
	struct board_place	*v;		/* the page, by site and name */
	size_t			 n;
	struct board_site	*sites;		/* all of the board, by name */
	size_t			 n_sites;
	int64_t			 page, n_pages, n_total;
};

/* Both lists in one round trip.  A page past the last is the last one.
 * ST_DB.  Cost: two statements. */
enum status	 board_read(struct db *, const struct board_filter *,
		    struct board *ret) MUST_CHECK;

enum save_outcome { SAVE_OK, SAVE_REPLAYED, SAVE_CONFLICT, SAVE_LOCKED,
	SAVE_DENIED, SAVE_UNKNOWN, SAVE_CLOSED, SAVE_FUTURE, SAVE__MAX };

struct saved_place {
	enum save_outcome	 outcome;
	bool			 known;		/* state is filled */
	struct place_state	 state;		/* as it is after the call */
};

/* Save entries (read before, all without error) as one save named key, all or
 * nothing.  ret: n elements in the order of the entries; unless all are
 * SAVE_OK, or all SAVE_REPLAYED, nothing was written.  A key seen before
 * whose values are not these any more is SAVE_CONFLICT: nobody is told
 * "saved" of what is not there.
 * ST_DB: lost; it may have been saved, sending it again with the key is safe.
 * Cost: two statements, one round trip. */
enum status	 board_save(struct db *, int64_t account_id, const char *key,
		    const struct capacity_entry *, size_t n,
		    struct saved_place *ret) MUST_CHECK;

struct stale_place {
	const char		*name, *site_name, *site_finess;
	int64_t			 place_id;
	enum board_id		 board;
	int64_t			 at_utc;	/* -1: never */
	const struct zone	*zone;
};

struct stale_list {
	struct stale_place	*v;		/* the longest silent, 8 at most */
	size_t			 n;
	int64_t			 n_beds, n_places;	/* of all */
	int64_t			 now;		/* that ages count from */
};

/* Followed, unlocked places silent for longer than their kind allows.
 * ST_DB.  Cost: one statement. */
enum status	 board_stale(struct db *, int64_t account_id, int64_t now,
		    struct stale_list *ret) MUST_CHECK;

#endif
